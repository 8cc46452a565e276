"""Parts of the frame of pages that are the same on all of them: printed once, then kept.

A part depends on the language, the currency and the destination and on nothing else: it may ask for
no path, no visitor and no row.
"""

from __future__ import annotations

from typing import Final

from flask import Flask, current_app, g
from markupsafe import Markup

_KEPT: Final = "frame parts"
_MOST: Final = 2000


def init_frame(app: Flask) -> None:
    """Give templates `frame_part(name)`: templates/layouts/parts/NAME.html as it stands."""
    app.extensions[_KEPT] = {}
    app.jinja_env.globals["frame_part"] = frame_part


def frame_part(name: str) -> Markup:
    """The part for the present language, currency and destination."""
    kept: dict[tuple[str, ...], Markup] = current_app.extensions[_KEPT]
    key = (name, g.lang, g.currency, g.ship_to)
    found = kept.get(key)
    if found is None:
        # What stands in it was escaped when it was printed.
        found = Markup(_printed(name))  # noqa: S704
        if len(kept) < _MOST and not current_app.jinja_env.auto_reload:
            kept[key] = found
    return found


def _printed(name: str) -> str:
    """Without the context of the page, which a part could otherwise depend on."""
    template = current_app.jinja_env.get_template(f"layouts/parts/{name}.html")
    return template.render().strip()
