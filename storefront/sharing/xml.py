"""Site maps, merchants' feeds and the feed of new work, line by line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from flask import current_app

from storefront.catalogue import Vocabulary, vocabulary
from storefront.kernel.clock import now
from storefront.kernel.translated import LANGS
from storefront.sharing import queries
from storefront.sharing.pages import Addresses, PublicPage, address, announced
from storefront.sharing.queries import Ware
from storefront.sharing.rules import cut, decimal, default_language
from storefront.web.rendering import absolute

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
MAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
FIRST_PIECES = 2  # part 1 of a language's map holds all pages but the pieces'
NEWEST = 30
LISTS = ("home.front", "catalogue.products", "catalogue.makers")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def map_index() -> Iterator[str]:
    """The index of all maps; one statement."""
    yield HEAD + f'<sitemapindex xmlns="{MAPS}">\n'
    for lang in LANGS:
        yield _map_line(lang, 1, None)
    for lang, part, changed in queries.map_parts():
        yield _map_line(lang, part + FIRST_PIECES, changed)
    yield "</sitemapindex>\n"


def _map_line(lang: str, part: int, changed: dt.datetime | None) -> str:
    where = address("sharing.site_map", lang, part=part)
    return f"<sitemap>{_element('loc', where)}{_changed(changed)}</sitemap>\n"


def site_map(lang: str, part: int) -> Iterator[str]:
    """One map: all pages of a language, or its pieces of some thousand ids. A map without an
    address yields nothing."""
    rows = _page_lines(lang) if part < FIRST_PIECES else _piece_lines(lang, part - FIRST_PIECES)
    first = next(rows, None)
    if first is None:
        return
    yield HEAD + (
        f'<urlset xmlns="{MAPS}" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
        ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">\n'
    )
    yield first
    yield from rows
    yield "</urlset>\n"


def _page_lines(lang: str) -> Iterator[str]:
    """Front page, lists, shelves, workshops, collections and content pages; two statements."""
    written = [
        ("catalogue.category", shelf.slug, [text.lang for text in shelf.texts if text.name])
        for shelf in vocabulary().shelves.values()
    ]
    written += [("catalogue.maker", slug, langs) for slug, langs in queries.makers_written()]
    written += [
        ("council.collection", slug, langs) for slug, langs in queries.collections_written()
    ]
    pages: list[PublicPage] = [(at, {}, LANGS) for at in LISTS]
    pages += [(endpoint, {"slug": slug}, langs) for endpoint, slug, langs in written]
    for endpoint, values, langs in [*pages, *announced()]:
        if lang in langs:
            yield _url({at: address(endpoint, at, **values) for at in LANGS if at in langs}, lang)


def _piece_lines(lang: str, part: int) -> Iterator[str]:
    addresses = {at: Addresses("catalogue.product", at) for at in LANGS}
    for piece in queries.pieces(part):
        if lang in piece.langs:
            links = {at: addresses[at].of(piece.slug) for at in LANGS if at in piece.langs}
            yield _url(links, lang, piece.changed_at, piece.pictures)


def _url(
    links: dict[str, str],
    lang: str,
    changed: dt.datetime | None = None,
    pictures: Iterable[str] = (),
) -> str:
    alternates = links | {"x-default": links[default_language(list(links))]}
    return "".join(
        [
            f"<url>{_element('loc', links[lang])}{_changed(changed)}",
            *(
                f'<xhtml:link rel="alternate" hreflang="{at}" href={quoteattr(where)}/>'
                for at, where in alternates.items()
            ),
            *(
                f"<image:image>{_element('image:loc', absolute(path))}</image:image>"
                for path in pictures
            ),
            "</url>\n",
        ]
    )


def product_feed(lang: str, currency: str) -> Iterator[str]:
    """RSS 2.0 with the fields merchants' catalogues read; only stored prices and real words."""
    name = current_app.config["SETTINGS"].SHOP_NAME
    yield HEAD + '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">\n<channel>\n'
    yield _element("title", name) + _element("link", address("home.front", lang))
    yield _element("description", f"{name} ({lang}, {currency})") + "\n"
    addresses, words = Addresses("catalogue.product", lang), vocabulary()
    for ware in queries.wares(lang, currency):
        if ware.pictures:  # a catalogue refuses what it cannot show
            yield _item(ware, addresses.of(ware.product.slug or ""), words, lang)
    yield "</channel>\n</rss>\n"


def _item(ware: Ware, link: str, words: Vocabulary, lang: str) -> str:
    product = ware.product
    shelves = [shelf.name(lang).value for shelf in words.way_to(product.category_id)]
    colour = words.term("colour", product.colour_family)
    first, *further = [absolute(path) for path in ware.pictures]
    fields = [
        ("g:id", ware.sku),
        ("g:title", cut(f"{ware.name}, {ware.label}" if ware.label else ware.name, 150)),
        ("g:description", ware.text[:5000]),
        ("g:link", f"{link}?variant={ware.public_id}" if ware.has_sisters else link),
        ("g:image_link", first),
        *(("g:additional_image_link", path) for path in further[:10]),
        ("g:availability", "in_stock" if ware.is_available else "out_of_stock"),
        ("g:price", f"{decimal(ware.price)} {ware.price.currency}"),
        ("g:brand", ware.maker),
        ("g:condition", "new"),
        ("g:identifier_exists", "no"),
        ("g:product_type", " > ".join(shelves)),
        ("g:item_group_id", str(product.number) if ware.has_sisters else ""),
        ("g:size", ware.label if ware.has_sisters else ""),
        ("g:color", colour.name(lang).value if colour else ""),
        ("g:shipping_weight", f"{product.packed_g} g" if product.packed_g else ""),
        ("g:min_handling_time", str(product.lead_days_min)),
        ("g:max_handling_time", str(product.lead_days_max)),
    ]
    return f"<item>{''.join(_element(tag, text) for tag, text in fields if text)}</item>\n"


def new_work(lang: str, title: str) -> Iterator[str]:
    """Atom: the newest pieces of a language; two statements."""
    found = queries.new_work(lang, NEWEST)
    own, front = address("sharing.new_work", lang), address("home.front", lang)
    changed = found[0].published_at if found else now()
    name = current_app.config["SETTINGS"].SHOP_NAME
    addresses = Addresses("catalogue.product", lang)
    yield HEAD + f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{lang}">\n'
    yield _element("id", own) + _element("title", f"{name}: {title}")
    yield _element("updated", _moment(changed))
    yield f'<link rel="self" href={quoteattr(own)}/><link href={quoteattr(front)}/>\n'
    for piece in found:
        link = addresses.of(piece.slug)
        yield f"<entry>{_element('id', link)}{_element('title', piece.name)}"
        yield f"<link href={quoteattr(link)}/>"
        if piece.picture:
            picture = quoteattr(absolute(piece.picture))
            yield f'<link rel="enclosure" type="image/webp" href={picture}/>'
        yield _element("updated", _moment(piece.published_at))
        yield _element("published", _moment(piece.published_at))
        yield f"<author>{_element('name', piece.maker)}</author>"
        yield _element("summary", piece.summary) + "</entry>\n"
    yield "</feed>\n"


def _element(tag: str, text: str) -> str:
    return f"<{tag}>{escape(_FORBIDDEN.sub('', text))}</{tag}>"


def _changed(moment: dt.datetime | None) -> str:
    return _element("lastmod", _moment(moment)) if moment else ""


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
