"""Pages for machines: robots, site maps, feeds, web manifest, preview pictures."""

from __future__ import annotations

import functools
import re
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, g, json, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from storefront.kernel.translated import LANGS
from storefront.sharing import documents, queries, xml
from storefront.sharing.previews import preview_file, shop_file
from storefront.web import access
from storefront.web.rendering import absolute, static_url
from storefront.web.static_files import STATIC

sharing = Blueprint("sharing", __name__)

ROOMS = ("/studio", "/council", "/webhooks", "/dev/", "/switch")
# One line per language: with a * a piece called cart-… would be closed too.
OWN = (
    *("account", "cart", "checkout", "orders", "pay", "search"),
    *("wish-list", "stock-notices"),
)
# A filtered or sorted list is a view of the list: its one address is the list's own.
PERMUTATIONS = ("/*?*sort=", "/*?*availability=", "/*?*price", "/*?*&")
HOUR, DAY, YEAR = 3600, 24 * 3600, 365 * 24 * 3600
LANG = "<lang:lang>"
_STAMP = re.compile(r"[0-9a-f]{16}")


@sharing.get("/robots.txt")
@access("public")
def robots() -> ResponseReturnValue:
    """Rooms, what belongs to one visitor and permutations of lists are not for search engines."""
    own = [f"/{lang}/{name}" for lang in LANGS for name in OWN]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in (*ROOMS, *own, *PERMUTATIONS))]
    lines += ["", f"Sitemap: {absolute('/sitemap.xml')}"]
    return _kept(Response("\n".join(lines) + "\n", mimetype="text/plain"), DAY)


@sharing.get("/sitemap.xml")
@access("public")
def map_index() -> ResponseReturnValue:
    """The index of the maps by language."""
    return _document("sitemap.xml", xml.map_index, "application/xml")


@sharing.get(f"/sitemaps/{LANG}-<int:part>.xml")
@access("public")
def site_map(part: int) -> ResponseReturnValue:
    """One map of a language; its parts are those of the index."""
    if not 1 <= part <= queries.last_part() + xml.FIRST_PIECES:
        abort(404)
    lines = functools.partial(xml.site_map, g.lang, part)
    return _document(documents.map_name(g.lang, part), lines, "application/xml")


@sharing.get(f"/feeds/products-{LANG}-<any('IDR', 'USD', 'EUR', 'KRW'):currency>.xml")
@access("public")
def product_feed(currency: str) -> ResponseReturnValue:
    """Pieces for merchants' catalogues, in one language and currency."""
    lines = functools.partial(xml.product_feed, g.lang, currency)
    return _document(documents.feed_name(g.lang, currency), lines, "application/rss+xml")


@sharing.get(f"/feeds/new-{LANG}.xml")
@access("public")
def new_work() -> ResponseReturnValue:
    """New work for feed readers."""
    lines = functools.partial(xml.new_work, g.lang, gettext("New work"))
    return _document(f"new-{g.lang}.xml", lines, "application/atom+xml")


@sharing.get(f"/manifest-{LANG}.webmanifest")
@access("public")
def manifest() -> ResponseReturnValue:
    """How the shop stands on a phone's first page."""
    process = current_app.config["SETTINGS"]
    icons = [("icon-192.png", 192, "any"), ("icon-512.png", 512, "any")]
    icons.append(("maskable-512.png", 512, "maskable"))
    told = {
        "name": process.SHOP_NAME,
        "short_name": process.name_lines[0] if process.name_lines else process.SHOP_NAME,
        "description": gettext("ecoprint and craft from Cilegon"),
        "lang": g.lang,
        "id": f"/{g.lang}/",
        "start_url": f"/{g.lang}/",
        "scope": "/",
        "display": "browser",
        "background_color": "#F2F0E8",
        "theme_color": "#F2F0E8",
        "icons": [
            {
                "src": static_url(f"img/icons/{name}"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for name, size, purpose in icons
        ],
    }
    response = Response(json.dumps(told), mimetype="application/manifest+json")
    return _kept(response, HOUR)


@sharing.get(f"/share/{LANG}/<stamp>/<slug>.jpg")
@access("public")
def piece_picture(stamp: str, slug: str) -> ResponseReturnValue:
    """A piece's made preview; until it is made the shop's own, which nobody keeps for long."""
    if _STAMP.fullmatch(stamp) is None:
        abort(404)
    path = preview_file(stamp)
    if path.exists():
        return _picture(path, YEAR)
    return _picture(_shop_path(), 60)


@sharing.get("/share/shop.jpg")
@access("public")
def shop_picture() -> ResponseReturnValue:
    """The shop's own preview."""
    return _picture(_shop_path(), DAY)


def _shop_path() -> Path:
    return shop_file() or STATIC / "img" / "share.jpg"


def _picture(path: Path, seconds: int) -> Response:
    response = _file(path, "image/jpeg", seconds)
    # Chats show the picture on pages of their own.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if seconds == YEAR:
        response.cache_control.immutable = True
    return response


def _document(name: str, lines: documents.Lines, mimetype: str) -> Response:
    path = documents.fresh_file(name, lines)
    if path is None:
        abort(404)
    return _file(path, mimetype, HOUR)


def _file(path: Path, mimetype: str, seconds: int) -> Response:
    response = send_file(
        path, mimetype=mimetype, etag=documents.etag(path), max_age=seconds, conditional=True
    )
    return _kept(response, seconds)


def _kept(response: Response, seconds: int) -> Response:
    response.cache_control.public, response.cache_control.max_age = True, seconds
    response.cache_control.no_cache = None
    return response
