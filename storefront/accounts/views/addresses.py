"""The address book."""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from storefront.accounts import addressing as address_rules
from storefront.accounts.actions.addresses import (
    BookIsFull,
    add_address,
    change_address,
    delete_address,
    make_default,
)
from storefront.accounts.address_forms import address_form
from storefront.accounts.models import Address
from storefront.accounts.queries import address_book, find_address
from storefront.accounts.views import shop
from storefront.kernel.errors import StaleVersion
from storefront.web import SHIP_TO, access, once, render, say, signed_in
from storefront.web.forms import VersionedForm, one_line


class _Entry(VersionedForm):
    label = StringField(
        _l("Name of this address"),
        [Length(max=60), one_line],
        description=_l("For yourself, for example Home or Office."),
    )


class _NewEntry(_Entry):
    is_default = BooleanField(_l("Offer this address first"))


@shop.get("/account/addresses")
@access("signed_in")
def addresses() -> ResponseReturnValue:
    """All addresses, the default one first."""
    book = address_book(signed_in().user_id)
    entries = [(entry, address_rules.lines(entry)) for entry in book]
    return render("accounts/shop/addresses.html", entries=entries)


@shop.route("/account/addresses/new", methods=["GET", "POST"])
@access("signed_in")
def new_address() -> ResponseReturnValue:
    """A further address; the country comes first because it decides what is asked."""
    person = signed_in()
    country = _country(request.args.get("country", ""))
    form = address_form(country, needs_customs=False, base=_NewEntry)()
    if form.accepted():
        try:
            return once(
                lambda: add_address(
                    person.user_id, form.address_values(), form.label.data, form.is_default.data
                ),
                then=lambda _: url_for("accounts.addresses"),
                say=_("The address is saved."),
            )
        except BookIsFull as error:
            form.label.errors = [say(error)]
    return _page(form, country, None)


@shop.route("/account/addresses/<public_id>", methods=["GET", "POST"])
@access("signed_in")
def edit_address(public_id: str) -> ResponseReturnValue:
    """Change an address of one's own; also the country."""
    person = signed_in()
    address = find_address(person.user_id, public_id)
    country = _country(request.args.get("country", address.country), address.country)
    form = address_form(country, needs_customs=False, base=_Entry)(obj=address)
    if form.accepted():
        try:
            return once(
                lambda: change_address(
                    person.user_id,
                    public_id,
                    str(form.version.data),
                    form.address_values(),
                    form.label.data,
                ),
                then=lambda _: url_for("accounts.addresses"),
                say=_("The address is saved."),
            )
        except StaleVersion as error:
            form.label.errors = [say(error)]
            address = find_address(person.user_id, public_id)
            form.version.data = str(address.version)
    return _page(form, country, address)


@shop.post("/account/addresses/<public_id>/default")
@access("signed_in")
def default_address(public_id: str) -> ResponseReturnValue:
    """Offer this address first."""
    person = signed_in()
    return once(
        lambda: make_default(person.user_id, public_id),
        then=lambda _: url_for("accounts.addresses"),
        say=_("This address is offered first from now on."),
    )


@shop.post("/account/addresses/<public_id>/delete")
@access("signed_in")
def remove_address(public_id: str) -> ResponseReturnValue:
    """Orders keep the address they were placed with."""
    person = signed_in()
    return once(
        lambda: delete_address(person.user_id, public_id),
        then=lambda _: url_for("accounts.addresses"),
        say=_("The address is deleted."),
    )


def _page(form: Any, country: str, address: Address | None) -> ResponseReturnValue:
    page = render(
        "accounts/shop/address.html",
        form=form,
        country=country,
        countries=sorted({*SHIP_TO, country}),
        address=address,
    )
    return page, 422 if form.errors else 200


def _country(wanted: str, otherwise: str = "") -> str:
    return wanted if wanted in SHIP_TO else (otherwise or g.ship_to)
