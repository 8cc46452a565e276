"""The council sets how rupiah become other currencies, and sees what that does to prices."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from storefront.accounts import record_audit
from storefront.catalogue.actions.prices import set_currency_rule
from storefront.catalogue.models import CurrencyRule
from storefront.catalogue.price_form import CurrencyForm, plain, rate_text
from storefront.catalogue.queries.effect import effect_of
from storefront.catalogue.views import council
from storefront.kernel.clock import today
from storefront.kernel.db import db
from storefront.kernel.errors import StaleVersion
from storefront.kernel.money import CURRENCIES
from storefront.web import access, once, render, say, signed_in


@council.get("/prices")
@access("council")
def prices() -> ResponseReturnValue:
    """Every currency's rule and how many price rows follow it."""
    rules = db.session.scalars(sa.select(CurrencyRule).order_by(CurrencyRule.currency)).all()
    return render(
        "catalogue/council/prices.html",
        rules=[(rule, effect_of(rule)) for rule in rules],
        rate_text=rate_text,
        plain=plain,
        units={code: 10**places for code, places in CURRENCIES.items()},
        today=today(),
    )


@council.route("/prices/<currency>", methods=["GET", "POST"])
@access("council:finance")
def price_rule(currency: str) -> ResponseReturnValue:
    """One currency: look at the effect first, then save."""
    rule = db.session.get(CurrencyRule, currency)
    if rule is None:
        abort(404)
    form = CurrencyForm(
        currency,
        data={
            "rate": rate_text(rule.rate_micro),
            "margin": plain(rule.margin_bp, 100),
            "rounding": plain(rule.rounding_minor, 10 ** CURRENCIES[currency]),
            "checked_on": today(),
            "is_charged": rule.is_charged,
            "version": rule.version,
        },
    )
    effect = None
    if form.accepted():
        if request.form.get("look"):
            effect = effect_of(rule, form.rate_micro, form.margin_bp, form.rounding_minor)
        else:
            try:
                return _save(currency, form)
            except StaleVersion as error:
                form.rate.errors = [say(error)]
    status = 422 if form.errors else 200
    return render("catalogue/council/price_rule.html", rule=rule, form=form, effect=effect), status


def _save(currency: str, form: CurrencyForm) -> ResponseReturnValue:
    person = signed_in()

    def verb() -> int:
        rule = db.session.get_one(CurrencyRule, currency, populate_existing=True)
        before = _facts(rule)
        typed = form.version.data or ""
        version = int(typed) if typed.isdigit() else -1
        written = set_currency_rule(
            currency,
            rate_micro=form.rate_micro,
            margin_bp=form.margin_bp,
            rounding_minor=form.rounding_minor,
            is_charged=form.is_charged.data,
            checked_on=form.checked_on.data or today(),
            version=version,
        )
        record_audit(
            person.user_id, "prices.rule", "currency_rule", None, before, _facts(rule), currency
        )
        return written

    return once(
        verb,
        then=lambda _: url_for("catalogue_council.prices"),
        say=lambda written: (
            gettext("Saved. %(count)s prices were written.", count=written)
            if written
            else gettext("Saved. The prices follow within a few minutes.")
        ),
    )


def _facts(rule: CurrencyRule) -> dict[str, Any]:
    return {
        "rate_micro": rule.rate_micro,
        "margin_bp": rule.margin_bp,
        "rounding_minor": rule.rounding_minor,
        "is_charged": rule.is_charged,
        "checked_on": rule.checked_on.isoformat(),
    }
