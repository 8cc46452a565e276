"""Parts of pages that are printed again and again from the same facts: printed once, then kept.

A fragment is a template that is given everything it says. It depends on its facts, on the language,
the currency and the destination, and on nothing else: it may ask for no path, no visitor and no
row. What changes in the shop changes the facts, so nothing has to be forgotten.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from typing import Final

from flask import Flask, g
from markupsafe import Markup

_MOST: Final = 4096
_Present = tuple[str, str, str]


def init_fragments(app: Flask) -> None:
    """Give templates `fragment(name, fact=…)`, a template as these facts make it (each fact can be
    a key), and `frame_part(name)`, a part of the frame: templates/layouts/parts/NAME.html."""
    environment = app.jinja_env

    def printed(name: str, present: _Present, facts: tuple[tuple[str, Hashable], ...]) -> Markup:
        # Without the context of the page, which a fragment could otherwise depend on.
        text = environment.get_template(name).render(dict(facts)).strip()
        return Markup(text)  # noqa: S704 - escaped as it was printed

    kept = lru_cache(maxsize=_MOST)(printed)

    def fragment(name: str, /, **facts: Hashable) -> Markup:
        here = g._get_current_object()
        make = printed if environment.auto_reload else kept
        return make(name, (here.lang, here.currency, here.ship_to), tuple(facts.items()))

    def frame_part(name: str) -> Markup:
        return fragment(f"layouts/parts/{name}.html")

    environment.globals.update(fragment=fragment, frame_part=frame_part)
