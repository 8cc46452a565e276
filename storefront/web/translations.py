"""Sentences of templates: each is looked up once per language and process.

A page says a hundred of them. What Flask-Babel does for each (finding the request, its locale and
the catalogue of that) is the same work a hundred times.
"""

from __future__ import annotations

from typing import Any

import flask_babel
from flask import Flask
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

_safe: dict[str, dict[str, Markup]] = {}
_plain: dict[str, dict[str, str]] = {}
_MOST = 5000  # sentences of a language; more are somebody's made-up ones


def init_translations(app: Flask) -> None:
    """Let templates use these functions for `_`, `gettext` and `ngettext`."""
    app.jinja_env.globals.update(_=translate, gettext=translate, ngettext=translate_plural)


@pass_eval_context
def translate(eval_ctx: EvalContext, sentence: str, /, **values: Any) -> str:
    """The sentence in the present language with its named values, escaped where pages are."""
    lang = language()
    if eval_ctx.autoescape:
        known = _safe.setdefault(lang, {})
        if not values:
            found = known.get(sentence)
            if found is None:
                found = _keep(known, sentence, _markup(_looked_up(lang, sentence)) % {})
            return found
        return _markup(_looked_up(lang, sentence)) % values
    return _looked_up(lang, sentence) % values


@pass_eval_context
def translate_plural(eval_ctx: EvalContext, one: str, many: str, num: int, /, **values: Any) -> str:
    """As `translate`, in the form the number asks for; `%(num)s` is the number."""
    text = flask_babel.get_translations().ungettext(one, many, num)
    values.setdefault("num", num)
    return (_markup(text) if eval_ctx.autoescape else text) % values


def language() -> str:
    """The language sentences are in at the moment: the request's, or a mail's within it."""
    locale = flask_babel.get_locale()
    return "en" if locale is None else str(locale.language)


def _markup(sentence: str) -> Markup:
    """Catalogues are ours, and may hold marks of their own; the values in them are escaped."""
    return Markup(sentence)  # noqa: S704


def _looked_up(lang: str, sentence: str) -> str:
    known = _plain.setdefault(lang, {})
    found = known.get(sentence)
    if found is None:
        found = _keep(known, sentence, str(flask_babel.get_translations().ugettext(sentence)))
    return found


def _keep(known: dict[str, Any], sentence: str, text: Any) -> Any:
    if len(known) < _MOST:
        known[sentence] = text
    return text
