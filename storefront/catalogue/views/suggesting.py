"""Suggestions under the header's search field, as the field's script asks for them."""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from storefront.catalogue.queries.suggest import Suggestions, suggestions
from storefront.catalogue.queries.words import CraftWord
from storefront.catalogue.views import shop
from storefront.kernel.translated import Text
from storefront.web import access, public_page


@shop.get("/search/suggest")
@access("public")
@public_page(query=("q",))
def suggest() -> ResponseReturnValue:
    """Groups of links for the letters typed so far, and a sentence that announces them."""
    found = suggestions(" ".join(request.args.get("q", "").split()), g.lang)
    said = ngettext("%(num)s suggestion", "%(num)s suggestions", found.total) if found.total else ""
    return {"said": said, "groups": [group for group in _groups(found) if group["items"]]}


def _groups(found: Suggestions) -> list[dict[str, Any]]:
    return [
        _group(_("Search words"), [_item(word, "search", q=word) for word in found.words]),
        _group(
            _("Categories"),
            [_item(shelf.name(g.lang), "category", slug=shelf.slug) for shelf in found.shelves],
        ),
        _group(_("Leaves and techniques"), [_craft(term) for term in found.crafts]),
        _group(
            _("Makers"),
            [_item(m.name, "maker", note=m.district, slug=m.slug) for m in found.makers],
        ),
        _group(
            _("Pieces"),
            [
                _item(piece.name, "product", note=_number(piece.number), slug=piece.slug)
                for piece in found.pieces
            ],
        ),
    ]


def _craft(term: CraftWord) -> dict[str, str]:
    name = term.name(g.lang)
    item = _item(name, "products", **{term.vocabulary: term.key})
    return item | ({"latin": term.latin} if term.latin else {})


def _number(number: int) -> str:
    text: str = _("No. %(number)s", number=f"{number:04}")
    return text


def _group(name: str, items: list[dict[str, str]]) -> dict[str, Any]:
    return {"name": name, "items": items}


def _item(text: Text | str, page: str, *, note: str = "", **values: Any) -> dict[str, str]:
    """One line: what it says, in which language if not the page's, a quiet note, where it leads."""
    words, lang = (text.value, text.lang) if isinstance(text, Text) else (text, g.lang)
    item = {"text": words, "url": url_for(f"catalogue.{page}", **values)}
    return item | ({"note": note} if note else {}) | ({"lang": lang} if lang != g.lang else {})
