"""Titles and descriptions of each page kind: sentences written per language from the page's data.

Sentences are candidates: `description` takes whole ones until the text has the right length.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from storefront.catalogue import CraftWord, MakerPage, ProductPage, Shelf
from storefront.sharing.rules import description


def _(message: str, **facts: Any) -> str:
    """The sentence in the reader's language."""
    return str(gettext(message, **facts))


def product_title(page: ProductPage) -> str:
    return _("%(name)s, made by %(maker)s", name=page.name, maker=page.maker.name)


def product_description(page: ProductPage, lang: str) -> str:
    """What the piece is, of what, by whom and where; then what the maker says of it."""
    facts = {"name": page.name, "maker": page.maker.name, "place": _place(page.maker.district)}
    said = [*page.words("material")[:2], *page.words("technique")[:1]]
    words = ", ".join(_lower(term.name(lang).value, lang) for term, _share in said)
    if words:
        first = _("%(name)s by %(maker)s, %(place)s: %(words)s.", words=words, **facts)
    else:
        first = _("%(name)s by %(maker)s, %(place)s.", **facts)
    plants = ", ".join(
        _lower(term.name(lang).value, lang) for term, _share in page.words("plant")[:3]
    )
    product = page.product
    further = [page.summary.value]
    if product.availability == "one_of_a_kind":
        further.append(_("There is only this one."))
    if product.availability == "made_to_order":
        least, most = product.lead_days_min, product.lead_days_max
        further.append(_("Made to order in %(least)s to %(most)s days.", least=least, most=most))
    if plants:
        further.append(_("Leaves and dyes: %(plants)s.", plants=plants))
    return description(first, [*further, *_closing(abroad=product.food is None)])


def list_title(shelf: Shelf | None, lang: str) -> str:
    if shelf is None:
        return _("All pieces from the workshops of Cilegon")
    return _("%(shelf)s from the workshops of Cilegon", shelf=shelf.name(lang))


def list_description(shelf: Shelf | None, below: list[Shelf], lang: str) -> str:
    """A shelf in a sentence, and what stands on the shelves below it."""
    names = ", ".join(_lower(lower.name(lang).value, lang) for lower in below[:6])
    further = [_("To choose from: %(names)s.", names=names)] if names else []
    if shelf is None:
        first = _("Everything the craft workshops of Cilegon, Indonesia, have on show.")
    else:
        first = shelf.sentence(lang).value or list_title(shelf, lang) + "."
        further.insert(0, _("Made in small workshops in Cilegon, Indonesia."))
    return description(first, [*further, *_closing()])


def maker_title(maker: MakerPage) -> str:
    artisan = maker.artisan
    if artisan.district:
        return _(
            "%(maker)s, workshop in %(district)s, Cilegon",
            maker=artisan.name,
            district=artisan.district,
        )
    return _("%(maker)s, workshop in Cilegon", maker=artisan.name)


def maker_description(maker: MakerPage, lang: str) -> str:
    """Who they are and where, in their own words where they have written some."""
    artisan = maker.artisan
    first = _(
        "%(maker)s is a craft workshop in %(place)s.",
        maker=artisan.name,
        place=_place(artisan.district),
    )
    crafts = ", ".join(_lower(term.name(lang).value, lang) for term in maker.techniques[:3])
    further = [maker.tagline.value, maker.story.value.partition("\n")[0]]
    if crafts:
        further.append(_("Techniques: %(names)s.", names=crafts))
    if artisan.since_year:
        further.append(_("At work since %(year)s.", year=artisan.since_year))
    return description(first, [*further, *_closing()])


def makers_description() -> str:
    first = _("The workshops behind the pieces: who makes what, and where in Cilegon.")
    return description(
        first,
        [
            _("Ecoprint, batik, weaving, plaiting, leather, steel and food, each by name."),
            *_closing(),
        ],
    )


def collection_title(title: str) -> str:
    return _("%(title)s: a choice of craft from Cilegon", title=title)


def collection_description(title: str, story: str) -> str:
    first = _("%(title)s: pieces chosen by the craft council of Cilegon.", title=title)
    return description(first, [story, *_closing()])


def word_title(term: CraftWord, lang: str) -> str:
    """A technique's or plant's page; the plant with its botanical name."""
    name = term.name(lang).value
    if term.vocabulary == "plant" and term.latin:
        return _("%(plant)s (%(latin)s): its colour on cloth", plant=name, latin=term.latin)
    if term.vocabulary == "plant":
        return _("%(plant)s: its colour on cloth", plant=name)
    return _("%(technique)s: how it is made in Cilegon", technique=name)


def word_description(term: CraftWord, lang: str) -> str:
    first = term.sentence(lang).value or word_title(term, lang) + "."
    return description(
        first,
        [
            _("See the pieces made with it in the workshops of Cilegon, Indonesia."),
            *_closing(),
        ],
    )


def place_description(name: str, address: str, sentence: str = "") -> str:
    first = _("%(name)s, %(address)s.", name=name, address=address)
    further = [sentence, _("Opening hours, how to get there and what is on show.")]
    return description(first, [*[text for text in further if text], *_closing()])


def front_title() -> str:
    return _("ecoprint and craft from Cilegon")


def front_description() -> str:
    return description(
        _(
            "Ecoprint, batik, weaving, bags and craft for the home from small workshops in "
            "Cilegon, Indonesia."
        ),
        [_("Every piece names who made it and from which leaf."), *_closing()],
    )


def text_description(title: str, paragraphs: list[str]) -> str:
    """A content page by its own first sentences."""
    words = [text for text in paragraphs if text]
    first = words[0] if words else f"{title}."
    return description(first, words[1:4])


def _closing(abroad: bool = True) -> list[str]:
    """What may be said of any page, longest first, where room is left."""
    lines = [_("Each piece is sent by its maker, with a tracking number.")]
    if abroad:
        lines.append(_("Also sent abroad from Indonesia."))
    lines.append(_("Prices in rupiah, dollars, euros and won."))
    lines.append(_("From the maker’s own hands."))
    return lines


def _place(district: str) -> str:
    if district:
        return _("%(district)s, Cilegon, Indonesia", district=district)
    return _("Cilegon, Indonesia")


def _lower(name: str, lang: str) -> str:
    """A word inside a sentence; proper nouns at its head are rare in the lists."""
    return name[:1].lower() + name[1:] if lang != "ko" and name[1:2].islower() else name
