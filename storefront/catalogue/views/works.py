"""The editor of one piece, from its first photo to the council."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.artisans import own_artisan
from storefront.catalogue.actions.listings import (
    ListingIncomplete,
    archive,
    save_change,
    start_piece,
    submit_change,
    take_back,
    withdraw_change,
)
from storefront.catalogue.actions.pieces import (
    PapersLacking,
    hide,
    show,
)
from storefront.catalogue.listing_form import Listing, typed_alts
from storefront.catalogue.listing_rules import (
    EDITABLE,
    HIDDEN_BY_MAKER,
    MOST_PICTURES,
    Payload,
    blank,
    text_states,
)
from storefront.catalogue.models import ListingChange, Product
from storefront.catalogue.queries.alternatives import proposed_alt
from storefront.catalogue.queries.listing_words import preview
from storefront.catalogue.queries.listings import (
    editable_payload,
    is_food,
    last_change,
    open_change,
    own_product,
    papers_lacking,
    pictures_of,
    translations_of,
)
from storefront.catalogue.views import studio
from storefront.catalogue.views.photos import (
    add_pictures,
    again,
    arrange,
    photo_error,
    prepared,
    progress,
    state_words,
)
from storefront.catalogue.views.stock import net_of
from storefront.kernel.db import transaction
from storefront.kernel.errors import NotAllowed, ShopError, StaleVersion
from storefront.media import BadFile, PreparedFile
from storefront.web import access, once, render, say, signed_in

SOURCE = "id"


@studio.route("/products/new", methods=["GET", "POST"])
@access("studio")
def new_product() -> ResponseReturnValue:
    """A new piece begins with its photos and its name."""
    person = signed_in()
    artisan = own_artisan(person)
    form = Listing(blank())
    if request.method == "POST" and form["name_id"].validate(form) and form.category.validate(form):
        try:
            ready = prepared(form.uploads(), blank())
            payload = blank() | {"category": form.category.data or ""}
            payload["texts"] = {SOURCE: {"name": form["name_id"].data, "summary": "", "body": ""}}

            def verb() -> Product:
                add_pictures(payload, ready, artisan.id, person.user_id)
                return start_piece(artisan.id, person.user_id, payload)

            return once(verb, then=_edit_url, say=_("The draft is kept."))
        except BadFile as error:
            form.photos.errors = [photo_error(error)]
    status = 422 if request.method == "POST" else 200
    return render("catalogue/studio/new.html", form=form), status


@studio.route("/products/<public_id>/edit", methods=["GET", "POST"])
@access("studio")
def edit(public_id: str) -> ResponseReturnValue:
    """Write on a piece: keep, add and order photos, send to the council.

    `step` is the button pressed: keep, send, photos, or up/down/remove/again with a picture's
    place.
    """
    person = signed_in()
    product = own_product(person, public_id)
    change = open_change(product.id)
    base = editable_payload(product, change)
    form = Listing(base)
    if request.method == "GET":
        form.version.data = str(change.version if change else 0)
        return _edit_page(product, change, base, form)
    step, _colon, place = request.form.get("step", "keep").partition(":")
    if form.accepted():
        try:
            payload = _typed(form, base, is_sent=step == "send")
            ready = prepared(form.uploads(), payload)
            arrange(payload, step, place)
            return once(
                lambda: _keep(product, payload, ready, form, step, place),
                then=lambda _change: _edit_url(product) + _ANCHORS.get(step, ""),
                say=_("Sent. The council looks at it.")
                if step == "send"
                else _("The draft is kept."),
            )
        except BadFile as error:
            form.photos.errors = [photo_error(error)]
        except ListingIncomplete as error:
            for name, message in error.fields.items():
                form[name].errors = [_(message)]
        except StaleVersion as error:
            form.form_errors = [say(error)]
            at = open_change(own_product(person, public_id).id)
            form.version.data = str(at.version if at else 0)  # told: sending again is meant
        except NotAllowed as error:
            form.form_errors = [say(error)]
    product = own_product(person, public_id)
    change = open_change(product.id)
    return _edit_page(product, change, base, form), 422


@studio.post("/products/<public_id>/draft")
@access("studio")
def autosave(public_id: str) -> ResponseReturnValue:
    """Keep the draft while it is written; answers with what the next sending needs."""
    person = signed_in()
    product = own_product(person, public_id)
    base = editable_payload(product, open_change(product.id))
    form = Listing(base)
    if not form.accepted():
        return jsonify(say=_("Not kept yet: something in the form needs your attention.")), 422
    payload = _typed(form, base)
    try:
        with transaction():
            change = save_change(product.id, payload, _version(form), person.user_id)
    except (StaleVersion, NotAllowed) as error:
        return jsonify(say=say(error)), 409
    return jsonify(version=change.version, say=_("Draft kept."))


@studio.post("/products/<public_id>/<any(take_back,withdraw,hide,show,archive):verb>")
@access("studio")
def step(public_id: str, verb: str) -> ResponseReturnValue:
    """Take a change back, drop it, hide or show the piece, archive it."""
    person = signed_in()
    product = own_product(person, public_id)
    product_id, user_id = product.id, person.user_id
    typed = request.form.get("version", "")
    version = int(typed) if typed.isdecimal() and len(typed) < 10 else -1

    verbs: dict[str, Any] = {
        "take_back": lambda: take_back(product_id, version, user_id),
        "withdraw": lambda: withdraw_change(product_id, version, user_id),
        "hide": lambda: hide(product_id, user_id, HIDDEN_BY_MAKER),
        "show": lambda: show(product_id, user_id, by_maker=True),
        "archive": lambda: archive(product_id, user_id),
    }
    stays = verb in {"take_back", "hide", "show"}
    target = _edit_url(product) if stays else url_for("catalogue_studio.products")
    try:
        return once(verbs[verb], then=lambda _done: target, say=_("Done."))
    except (PapersLacking, StaleVersion, NotAllowed) as error:
        return _refused(public_id, error)


def _refused(public_id: str, error: ShopError) -> ResponseReturnValue:
    product = own_product(signed_in(), public_id)
    change = open_change(product.id)
    base = editable_payload(product, change)
    form = Listing(base)
    form.form_errors = [say(error)]
    form.version.data = str(change.version if change else 0)
    return _edit_page(product, change, base, form), 409


def _keep(
    product: Product,
    payload: Payload,
    ready: list[PreparedFile],
    form: Listing,
    step: str,
    place: str,
) -> ListingChange:
    user_id = signed_in().user_id
    add_pictures(payload, ready, product.artisan_id, user_id)
    if step == "again":
        again(payload, place)
    change = save_change(product.id, payload, _version(form), user_id)
    return submit_change(product.id, change.version, user_id) if step == "send" else change


def _typed(form: Listing, base: Payload, *, is_sent: bool = False) -> Payload:
    payload = form.payload(base)
    names = {at: view.public_id for at, view in pictures_of(payload).items()}
    typed_alts(payload, names, is_sent=is_sent)
    return payload


def _version(form: Listing) -> int:
    typed = str(form.version.data or "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else -1


def _edit_url(product: Product) -> str:
    return url_for("catalogue_studio.edit", public_id=product.public_id)


def _edit_page(
    product: Product, change: ListingChange | None, payload: Payload, form: Listing
) -> str:
    person = signed_in()
    artisan = own_artisan(person)
    stored = {row.lang: row.state for row in translations_of(product.id)}
    latest = change or last_change(product.id)
    can_edit = product.state != "archived" and (change is None or change.state in EDITABLE)
    views = pictures_of(payload)
    return render(
        "catalogue/studio/edit.html",
        product=product,
        change=change,
        latest=latest,
        can_edit=can_edit,
        form=form,
        payload=payload,
        views=views,
        progress=progress(views.values()),
        photo_state=state_words,
        proposed=lambda number: proposed_alt(payload, number),
        states=text_states(payload, stored),
        artisan=artisan,
        net=lambda idr: net_of(idr, artisan),
        is_food=is_food(payload["category"]),
        lacking=papers_lacking(artisan.id, payload["food"] if is_food(payload["category"]) else {}),
        piece=preview(payload, artisan),
        most_pictures=MOST_PICTURES,
    )


_ANCHORS = {
    "photos": "#part-photos",
    "up": "#part-photos",
    "down": "#part-photos",
    "remove": "#part-photos",
    "again": "#part-photos",
}
