"""Places where pieces can be seen: pages for visitors, and the council's desk for them."""

from __future__ import annotations

import datetime as dt

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from storefront.council.models import Place
from storefront.council.place_actions import PlaceAddressTaken, create_place, edit_place
from storefront.council.place_form import DAYS, PlaceForm, values_of
from storefront.council.place_queries import (
    every_place,
    place_by_public_id,
    places_shown,
    present_place_slug,
    shown_place,
)
from storefront.council.views import council, shop
from storefront.kernel.clock import WIB, today
from storefront.kernel.dates import format_time, weekday_name
from storefront.kernel.errors import NotFound, StaleVersion
from storefront.web import access, once, public_page, render, say, signed_in

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@shop.get("/places")
@access("public")
@public_page
def places() -> ResponseReturnValue:
    """Every place where pieces can be seen."""
    found = [(place, hours_of(place)) for place in places_shown()]
    return render("council/shop/places.html", places=found)


@shop.get("/places/<slug>")
@access("public")
@public_page
def place(slug: str) -> ResponseReturnValue:
    """One place: address, hours, how to get there, what is on display."""
    found = shown_place(slug)
    if found is None:
        present = present_place_slug(slug)
        if present is None or present == slug:
            raise NotFound()
        return redirect(url_for("council.place", slug=present), 301)
    return render(
        "council/shop/place.html", place=found, hours=hours_of(found), opening=opening_of(found)
    )


def hours_of(found: Place) -> list[tuple[str, str]]:
    """Weekdays with their hours as the reader writes them; '' on closed days."""
    return [
        (weekday_name(int(day), g.lang), hours_words(str(found.hours.get(day, "")))) for day in DAYS
    ]


def opening_of(found: Place) -> list[tuple[list[str], str, str]]:
    """Open days as search engines read them: (["Monday"], "09:00", "17:00")."""
    times = [
        (WEEKDAYS[int(day)], *str(span).split("-")) for day, span in found.hours.items() if span
    ]
    return [([day], first, last) for day, first, last in sorted(times)]


def hours_words(stored: str) -> str:
    """09:00-17:00 as 09.00–17.00, 오전 9:00–오후 5:00 …"""
    times = [dt.time.fromisoformat(text) for text in stored.split("-") if text]
    moments = [dt.datetime.combine(today(), time, WIB) for time in times]
    return "–".join(format_time(moment, g.lang) for moment in moments)


@council.get("/places", endpoint="places")
@access("council")
def desk() -> ResponseReturnValue:
    """Every place, shown or not."""
    return render("council/council/places.html", places=every_place())


@council.route("/places/new", methods=["GET", "POST"])
@access("council:curator")
def new_place() -> ResponseReturnValue:
    """Write down a place."""
    form = PlaceForm()
    if form.accepted():
        person = signed_in()
        try:
            return once(
                lambda: create_place(form.facts(), person.user_id),
                then=lambda _row: url_for("council_council.places"),
                say=gettext("The place is saved."),
            )
        except PlaceAddressTaken as error:
            form.slug.errors = [say(error)]
    page = render("council/council/place_form.html", form=form, place=None)
    return page, 422 if form.errors else 200


@council.route("/places/<public_id>", methods=["GET", "POST"], endpoint="place")
@access("council:curator")
def change(public_id: str) -> ResponseReturnValue:
    """Change a place."""
    found = place_by_public_id(public_id)
    if found is None:
        raise NotFound()
    form = PlaceForm(data=values_of(found))
    if form.accepted():
        person, version = signed_in(), str(form.version.data)
        known = int(version) if version.isdecimal() else 0
        try:
            return once(
                lambda: edit_place(found.id, form.facts(), known, person.user_id),
                then=lambda _row: url_for("council_council.places"),
                say=gettext("The place is saved."),
            )
        except PlaceAddressTaken as error:
            form.slug.errors = [say(error)]
        except StaleVersion as error:
            form["name_id"].errors = [say(error)]
    page = render("council/council/place_form.html", form=form, place=found)
    return page, 422 if form.errors else 200
