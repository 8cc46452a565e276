"""The workshop's bench: its queue and the steps from accepting to shipping."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.accounts import address_rules, record_audit
from storefront.kernel.db import transaction
from storefront.kernel.paging import page_of
from storefront.media import pictures
from storefront.orders.actions.fulfilment import (
    accept,
    decline,
    left_to_ship,
    mark_ready,
    ship,
    start_making,
)
from storefront.orders.actions.journal import Actor
from storefront.orders.forms import DeclineForm, ShipForm
from storefront.orders.models import SubOrder
from storefront.orders.queries.access import own_sub_order
from storefront.orders.queries.desk import ANCHORS, anchor_counts, artisan_queue
from storefront.orders.rules import SUB_ORDER, NothingToShip
from storefront.orders.views import studio
from storefront.shipping import couriers
from storefront.web import access, once, page_number, render, say, signed_in

# What each step's button does; the wording stands in the template.
STEPS: dict[str, Callable[[int, Actor], object]] = {
    "accept": accept,
    "make": start_making,
    "ready": mark_ready,
}


@studio.get("/")
@access("studio")
def home() -> ResponseReturnValue:
    """The bench opens at the queue."""
    return redirect(url_for("orders_studio.queue"), 303)


@studio.get("/orders")
@access("studio")
def queue() -> ResponseReturnValue:
    """What is to be done, most urgent first, under four counted anchors."""
    artisan_id = signed_in().artisan_id or 0
    counts = anchor_counts(artisan_id)
    anchor = request.args.get("show", "")
    if anchor not in ANCHORS:
        anchor = next((name for name in ("new", "making", "ready") if counts[name]), "new")
    found = page_of(artisan_queue(artisan_id, anchor), page_number(), size=20)
    media = {line.media_id for part in found.items for line in part.lines}
    return render(
        "orders/studio/queue.html",
        page=found,
        anchor=anchor,
        counts=counts,
        shown=pictures(media),
    )


@studio.get("/orders/<public_id>")
@access("studio")
def part(public_id: str) -> ResponseReturnValue:
    """One part: its pieces, where it goes, and the next step."""
    row = own_sub_order(signed_in().artisan_id, public_id)
    return render("orders/studio/part.html", **_facts(row))


def _facts(row: SubOrder) -> dict[str, object]:
    return {
        "part": row,
        "shown": pictures({line.media_id for line in row.lines}),
        "left": left_to_ship(row),
        "verbs": SUB_ORDER.verbs(row.state),
        "address": address_rules.lines(row.order.contact),
    }


@studio.post("/orders/<public_id>/<any(accept, make, ready):step>")
@access("studio")
def advance(public_id: str, step: str) -> ResponseReturnValue:
    """Accept, begin, or finish. Refused steps are told on the page they came from."""
    row = own_sub_order(signed_in().artisan_id, public_id)
    row_id, actor = row.id, _maker()
    said = {
        "accept": _("Accepted. The buyer has been told."),
        "make": _("Good work. The buyer has been told."),
        "ready": _("Ready. Now hand it to the courier."),
    }
    return once(
        lambda: STEPS[step](row_id, actor),
        then=lambda _row: url_for("orders_studio.part", public_id=public_id),
        say=said[step],
    )


@studio.route("/orders/<public_id>/decline", methods=["GET", "POST"])
@access("studio")
def refuse(public_id: str) -> ResponseReturnValue:
    """Decline with a reason; asked for each piece whether it is still there."""
    row = own_sub_order(signed_in().artisan_id, public_id)
    form = DeclineForm()
    form.offer("decline", "artisan")
    form.ask_for(row)
    if form.accepted():
        row_id, actor, why = row.id, _maker(), form.why
        still_there = list(form.still_there.data or [])
        return once(
            lambda: decline(row_id, actor, why, still_there),
            then=lambda _row: url_for("orders_studio.queue"),
            say=_("Declined. The buyer has been told and gets the money back."),
        )
    content = render("orders/studio/decline.html", part=row, form=form)
    return content, 422 if form.errors else 200


@studio.route("/orders/<public_id>/ship", methods=["GET", "POST"])
@access("studio")
def send(public_id: str) -> ResponseReturnValue:
    """Hand a parcel to the courier: which pieces, whose number."""
    row = own_sub_order(signed_in().artisan_id, public_id)
    form = ShipForm()
    form.offer(abroad=row.order.country != "ID")
    left = left_to_ship(row)
    if form.accepted():
        row_id, actor = row.id, _maker()
        courier = couriers()[str(form.courier.data)]
        number = form.tracking_number.data or ""
        pieces = {at: _count(at, most) for at, most in left.items()}
        try:
            return once(
                lambda: ship(
                    row_id,
                    actor,
                    courier=courier.name,
                    tracking_number=number,
                    tracking_url=courier.tracking_url(number),
                    pieces=pieces,
                ),
                then=lambda _parcel: url_for("orders_studio.part", public_id=public_id),
                say=_("On its way. The buyer has the tracking number."),
            )
        except NothingToShip as error:
            form.form_errors.append(say(error))
            row = own_sub_order(signed_in().artisan_id, public_id)
            left = left_to_ship(row)
    content = render("orders/studio/ship.html", part=row, form=form, left=left)
    return content, 422 if form.errors else 200


@studio.get("/orders/<public_id>/label")
@access("studio")
def label(public_id: str) -> ResponseReturnValue:
    """Packing slip and address label to print, without prices; reading it is noted."""
    artisan_id, user_id = signed_in().artisan_id, signed_in().user_id
    part_id = own_sub_order(artisan_id, public_id).id
    with transaction():
        record_audit(user_id, "personal.read", "sub_order", part_id, why="label")
    row = own_sub_order(artisan_id, public_id)
    return render("orders/studio/label.html", **_facts(row))


def _count(line_id: int, most: int) -> int:
    typed = request.form.get(f"pieces-{line_id}", "")
    return int(typed) if typed.isdecimal() and len(typed) < 6 else most if typed == "" else 0


def _maker() -> Actor:
    return Actor("artisan", signed_in().user_id)
