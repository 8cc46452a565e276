"""Templates: one `render`, and what every template may call."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import flask_babel
from babel.core import Locale
from flask import Flask, current_app, g, render_template
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context

from storefront.kernel import clock, dates, translated
from storefront.kernel.errors import ShopError
from storefront.kernel.money import CURRENCIES, Money, format_money, format_number
from storefront.web.access import Principal, allows, rule_of
from storefront.web.access import principal as present_person
from storefront.web.addresses import here
from storefront.web.locale import OWN_NAMES, SHIP_TO, language_links
from storefront.web.notices import take_notices
from storefront.web.once import new_action_id
from storefront.web.pagination import page_url
from storefront.web.requests_guard import form_token
from storefront.web.static_files import SHEET, files_of


def render(template: str, **context: Any) -> str:
    """The page as text; `context` beside the globals below."""
    return render_template(template, **context)


def say(error: ShopError) -> str:
    """The error's sentence in the reader's language."""
    text: str = flask_babel.gettext(error.message)
    return text % error.facts if error.facts else text


def static_url(path: str) -> str:
    """Address of a file under static/, with its hash in it: kept for ever. KeyError for none."""
    return files_of(current_app).url(path)


def script_url(names: str) -> str:
    """Address of the page's one script: shop.js and, in it, the scripts named (by spaces)."""
    return static_url(f"js/{'+'.join(['shop', *sorted(set(names.split()))])}.js")


def absolute(path: str) -> str:
    """The public address of a path, for hreflang, canonical links and mails."""
    base: str = current_app.config["SETTINGS"].base_url
    return base + path


def price(minor: int, currency: str) -> str:
    """An amount of minor units in the reader's manner."""
    return format_money(Money(minor, currency), g.lang)


def format_count(number: int) -> str:
    """A whole number with the language's thousands separator."""
    if 0 <= number < 1000:
        return str(number)
    return format_number(number, "IDR", g.lang)


def pick(rows: Iterable[object], field: str) -> translated.Text:
    """The field in the reader's language or its fallback, with the language it is in."""
    return translated.pick(rows, field, g.lang)


def country_name(code: str, lang: str = "") -> str:
    """A country in the reader's language, or in another (customs reads English)."""
    return _country_name(code, lang or g.lang)


@lru_cache(maxsize=2048)
def _country_name(code: str, lang: str) -> str:
    return str(Locale.parse(lang).territories.get(code, code))


class _Template(Template):
    """A template whose macros are imported as they are: nothing of ours gives one template globals
    that another lacks, and comparing them at each import costs as much as a card."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


def init_rendering(app: Flask) -> None:
    app.jinja_env.template_class = _Template
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        static_url=static_url,
        script_url=script_url,
        style_sheet=lambda: static_url(SHEET),
        format_money=lambda money: format_money(money, g.lang),
        format_date=lambda day, style="long": dates.format_date(day, g.lang, style),
        format_datetime=lambda moment: dates.format_datetime(moment, g.lang),
        format_deadline=lambda moment: dates.format_deadline(moment, g.lang),
        format_count=format_count,
        price=price,
        now=clock.now,
        today=clock.today,
        pick=pick,
        country_name=country_name,
        say=say,
        absolute=absolute,
        Money=Money,
        notices=take_notices,
        principal=_visible_principal,
        new_action_id=new_action_id,
        form_token=form_token,
        language_links=language_links,
        here=here,
        page_url=page_url,
        shop_name=lambda: current_app.config["SETTINGS"].SHOP_NAME,
        shop_name_lines=lambda: current_app.config["SETTINGS"].name_lines,
        shop_operator=lambda: current_app.config["SETTINGS"].SHOP_OPERATOR,
        payments_are_rehearsed=lambda: current_app.config["SETTINGS"].payments_are_rehearsed,
        has_endpoint=lambda endpoint: endpoint in current_app.view_functions,
        may_open=may_open,
        LANGS=translated.LANGS,
        LANGUAGE_NAMES=OWN_NAMES,
        CURRENCIES=tuple(CURRENCIES),
        SHIP_TO=SHIP_TO,
    )


def may_open(endpoint: str) -> bool:
    """Whether the page exists and lets this person in: no link is to lead to a refusal."""
    rule = rule_of(endpoint, "GET")
    return rule is not None and allows(rule, _visible_principal())


def _visible_principal() -> Principal | None:
    """For templates: the person on pages that may know, nobody on public ones."""
    return None if g.get("page_is_public") else present_person()
