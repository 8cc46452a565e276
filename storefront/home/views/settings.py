"""Every setting of the council, grouped by the slice that reads it."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import ValidationError

from storefront.accounts import record_audit
from storefront.home.setting_form import (
    checked_name,
    field_name,
    fitting,
    make_form,
    seen_now,
)
from storefront.home.views import council
from storefront.kernel import settings
from storefront.kernel.errors import StaleVersion
from storefront.kernel.settings import Definition
from storefront.web import access, once, render, say, signed_in
from storefront.web.forms import Form

GROUPS = {
    "accounts": lazy_gettext("Accounts"),
    "artisans": lazy_gettext("Workshops"),
    "cart": lazy_gettext("Cart"),
    "catalogue": lazy_gettext("Catalogue"),
    "checkout": lazy_gettext("Checkout"),
    "home": lazy_gettext("Facts on the content pages"),
    "media": lazy_gettext("Pictures and papers"),
    "orders": lazy_gettext("Orders"),
    "payments": lazy_gettext("Payments"),
    "shipping": lazy_gettext("Shipping"),
}


@council.get("/settings", endpoint="settings")
@access("council")
def settings_page() -> ResponseReturnValue:
    """Every setting with its value and the day it was checked."""
    groups: dict[str, list[Definition]] = {}
    for declared in settings.all_definitions():
        groups.setdefault(declared.group, []).append(declared)
    return render(
        "home/council/settings.html",
        groups=groups,
        names=GROUPS,
        value_of=settings.get,
        row_of=settings.stored_row,
        checked_on=settings.checked_on,
    )


@council.route("/settings/<group>", methods=["GET", "POST"])
@access("council:admin")
def settings_group(group: str) -> ResponseReturnValue:
    """Change a group of settings; each change is written down."""
    definitions = [one for one in settings.all_definitions() if one.group == group]
    if not definitions:
        abort(404)
    form = make_form(definitions)
    problem = ""
    if form.accepted() and _fits(form, definitions):
        try:
            return _save(form, definitions)
        except StaleVersion as error:
            problem = say(error)
    page = render(
        "home/council/settings_group.html",
        group=group,
        names=GROUPS,
        form=form,
        problem=problem,
        rows=[
            (form[field_name(one.key)], form[checked_name(one.key)] if one.checked_on else None)
            for one in definitions
        ],
    )
    return page, 422 if form.errors or problem else 200


def _fits(form: Form, definitions: list[Definition]) -> bool:
    for declared in definitions:
        field = form[field_name(declared.key)]
        try:
            field.data = fitting(declared, field.data)
        except ValidationError as error:
            field.errors = [str(error)]
    return not any(form[field_name(declared.key)].errors for declared in definitions)


def _save(form: Form, definitions: list[Definition]) -> ResponseReturnValue:
    person = signed_in()

    def verb() -> int:
        if form["seen"].data != seen_now(definitions):
            raise StaleVersion()
        changed = 0
        for declared in definitions:
            value = form[field_name(declared.key)].data
            checked = form[checked_name(declared.key)].data if declared.checked_on else None
            before = settings.get(declared.key)
            if (value, checked) == (before, settings.checked_on(declared.key)):
                continue
            settings.set_value(declared.key, value, by_user_id=person.user_id, checked_on=checked)
            record_audit(
                person.user_id,
                "setting.change",
                "setting",
                None,
                _plain(declared.key, before),
                _plain(declared.key, value),
            )
            changed += 1
        return changed

    return once(
        verb,
        then=lambda _: url_for("home_council.settings"),
        say=gettext("The settings are saved."),
    )


def _plain(key: str, value: Any) -> dict[str, Any]:
    is_plain = value is None or isinstance(value, str | int | bool | list | dict)
    return {"key": key, "value": value if is_plain else str(value)}
