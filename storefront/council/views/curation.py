"""The curators' board: hang, move and take down pieces; words, dates, publishing."""

from __future__ import annotations

from collections.abc import Callable

from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from storefront.catalogue import product_id_of
from storefront.council import actions
from storefront.council.actions import NothingToShow, SlugTaken
from storefront.council.forms import (
    CollectionForm,
    ItemDatesForm,
    end_of,
    first_day,
    last_day,
    start_of,
    values_of,
)
from storefront.council.models import Collection
from storefront.council.queries import board_of, collection_by_public_id, collections
from storefront.council.rules import WALL_PLACES, is_on_show
from storefront.council.views import council
from storefront.kernel.clock import now
from storefront.kernel.errors import NotFound, ShopError, StaleVersion
from storefront.web import access, notice, once, render, say, signed_in


@council.get("/curation", endpoint="collections")
@access("council")
def list_page() -> ResponseReturnValue:
    """Every wall and collection."""
    rows = [(row, _standing(row)) for row in collections()]
    return render("council/council/collections.html", rows=rows)


def _standing(row: Collection) -> str:
    """draft, ahead, shown or past."""
    if not row.is_published:
        return "draft"
    if is_on_show(row.from_at, row.until_at, now()):
        return "shown"
    return "ahead" if row.from_at and row.from_at > now() else "past"


@council.route("/curation/new", methods=["GET", "POST"])
@access("council:curator")
def new_collection() -> ResponseReturnValue:
    """Begin a collection."""
    form = CollectionForm()
    if form.accepted():
        person = signed_in()
        try:
            return once(
                lambda: actions.create_collection(form.facts(), person.user_id),
                then=lambda row: url_for("council_council.board", public_id=row.public_id),
                say=gettext("The collection is made. Now hang its pieces."),
            )
        except SlugTaken as error:
            form.slug.errors = [say(error)]
    page = render("council/council/collection_form.html", form=form, collection=None)
    return page, 422 if form.errors else 200


@council.route("/curation/<public_id>/words", methods=["GET", "POST"])
@access("council:curator")
def words(public_id: str) -> ResponseReturnValue:
    """Words, address and dates of a collection."""
    collection = _found(public_id)
    form = CollectionForm(data=values_of(collection))
    if form.accepted():
        person = signed_in()
        try:
            return once(
                lambda: actions.edit_collection(
                    collection.id, form.facts(), _version(), person.user_id
                ),
                then=lambda row: url_for("council_council.board", public_id=row.public_id),
                say=gettext("The changes are saved."),
            )
        except SlugTaken as error:
            form.slug.errors = [say(error)]
        except StaleVersion as error:
            form.title_id.errors = [say(error)]
    page = render("council/council/collection_form.html", form=form, collection=collection)
    return page, 422 if form.errors else 200


@council.get("/curation/<public_id>")
@access("council")
def board(public_id: str) -> ResponseReturnValue:
    """The collection as it hangs, with candidates beside it."""
    collection = _found(public_id)
    query = " ".join(request.args.get("q", "").split())[:100]
    return render(
        "council/council/board.html",
        board=board_of(collection, query, g.lang),
        collection=collection,
        standing=_standing(collection),
        query=query,
        places=WALL_PLACES,
    )


@council.post("/curation/<public_id>/add")
@access("council:curator")
def add(public_id: str) -> ResponseReturnValue:
    """Hang a piece at the end."""
    return _change(public_id, actions.add_item)


@council.post("/curation/<public_id>/remove")
@access("council:curator")
def remove(public_id: str) -> ResponseReturnValue:
    """Take a piece down."""
    return _change(public_id, actions.remove_item)


@council.post("/curation/<public_id>/move")
@access("council:curator")
def move(public_id: str) -> ResponseReturnValue:
    """Move a piece one place to the front or the back."""
    steps = 1 if request.form.get("to") == "back" else -1

    def verb(collection_id: int, product_id: int, version: int, user_id: int) -> Collection:
        return actions.move_item(collection_id, product_id, steps, version, user_id)

    return _change(public_id, verb)


@council.route("/curation/<public_id>/dates", methods=["GET", "POST"])
@access("council:curator")
def dates(public_id: str) -> ResponseReturnValue:
    """When one piece hangs."""
    collection = _found(public_id)
    wanted = request.values.get("piece", "")
    product_id = product_id_of(wanted)
    item = next((item for item in collection.items if item.product_id == product_id), None)
    if item is None:
        raise NotFound()
    form = ItemDatesForm(
        data={
            "first_day": first_day(item.from_at),
            "last_day": last_day(item.until_at),
            "version": collection.version,
        }
    )
    if form.accepted():
        person = signed_in()
        try:
            return once(
                lambda: actions.set_item_dates(
                    collection.id,
                    item.product_id,
                    start_of(form.first_day.data),
                    end_of(form.last_day.data),
                    _version(),
                    person.user_id,
                ),
                then=lambda row: url_for("council_council.board", public_id=row.public_id),
                say=gettext("The dates are saved."),
            )
        except StaleVersion as error:
            form.first_day.errors = [say(error)]
    page = render("council/council/item_dates.html", form=form, collection=collection, piece=wanted)
    return page, 422 if form.errors else 200


@council.post("/curation/<public_id>/publish")
@access("council:curator")
def publish(public_id: str) -> ResponseReturnValue:
    """Put the collection on show, or take it down."""
    is_published = request.form.get("on") == "1"

    def verb(collection_id: int, _: int, version: int, user_id: int) -> Collection:
        return actions.publish(collection_id, version, user_id, is_published=is_published)

    return _change(public_id, verb, needs_piece=False)


def _change(
    public_id: str,
    verb: Callable[[int, int, int, int], Collection],
    *,
    needs_piece: bool = True,
) -> ResponseReturnValue:
    """Run a verb on the board and come back to it; a refusal is told there."""
    collection = _found(public_id)
    product_id = product_id_of(request.form.get("piece", "")) if needs_piece else 0
    if product_id is None:
        raise NotFound()
    person = signed_in()
    back = url_for("council_council.board", public_id=public_id, q=request.form.get("q") or None)
    try:
        return once(
            lambda: verb(collection.id, product_id, _version(), person.user_id),
            then=lambda _: back,
        )
    except (StaleVersion, NothingToShow) as error:
        return _refused(public_id, error)


def _refused(public_id: str, error: ShopError) -> ResponseReturnValue:
    notice(say(error), "warning")
    page = board(public_id)
    assert isinstance(page, str)
    return page, 409


def _found(public_id: str) -> Collection:
    collection = collection_by_public_id(public_id)
    if collection is None:
        raise NotFound()
    return collection


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() else -1
