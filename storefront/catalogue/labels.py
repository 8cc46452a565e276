"""What the museum label says of a piece, in the reader's language and currency: for templates."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from flask import Flask, g, url_for
from flask_babel import gettext, lazy_gettext

from storefront.catalogue.queries.cards import ProductCard, ShownPrice
from storefront.catalogue.queries.words import Vocabulary, vocabulary
from storefront.kernel.money import Money, format_money
from storefront.kernel.translated import Text
from storefront.media import PictureView

AVAILABILITY = {
    "stock": lazy_gettext("In stock"),
    "made_to_order": lazy_gettext("Made to order"),
    "one_of_a_kind": lazy_gettext("One of a kind"),
}

# Allergens a label must name (EU list and the Indonesian one), as makers tick them.
ALLERGENS = {
    "peanut": lazy_gettext("peanut"),
    "soy": lazy_gettext("soy"),
    "wheat": lazy_gettext("wheat"),
    "gluten": lazy_gettext("gluten"),
    "egg": lazy_gettext("egg"),
    "milk": lazy_gettext("milk"),
    "fish": lazy_gettext("fish"),
    "crustacean": lazy_gettext("crustaceans"),
    "tree_nut": lazy_gettext("tree nuts"),
    "sesame": lazy_gettext("sesame"),
    "coconut": lazy_gettext("coconut"),
}
STORAGE = {
    "dry": lazy_gettext("Keep dry and cool"),
    "chilled": lazy_gettext("Keep chilled"),
    "frozen": lazy_gettext("Keep frozen"),
}


class Label(NamedTuple):
    """A card with its words made, as the macro `works` prints it. `name_lang` and `alt_lang` are
    empty where the text is in the page's own language."""

    url: str
    name: str
    name_lang: str
    number: str
    maker: str
    price: str
    estimate: str
    dyes: tuple[str, ...]
    dye_names: str
    dye: str
    flag: str
    picture: PictureView | None
    alt: str
    alt_lang: str
    is_sold: bool


class NavItem(NamedTuple):
    """A link of the header."""

    url: str
    name: str


def labels(cards: Sequence[ProductCard]) -> list[Label]:
    """The cards' labels."""
    place = url_for("catalogue.product", slug="-").removesuffix("-")
    return [_label(card, g.lang, place) for card in cards]


@lru_cache(maxsize=4096)
def _label(card: ProductCard, lang: str, place: str) -> Label:
    """The card's label in the language of the page; `place` is where pieces have their pages."""
    is_sold = card.is_sold
    price, estimate = ("", "") if is_sold else price_words(card.price)
    return Label(
        url=place + card.slug,
        name=card.name.value,
        name_lang=_other(card.name, lang),
        number=gettext("No. %(number)s", number=f"{card.number:04d}"),
        maker=f"{card.maker}, {card.district}" if card.district else card.maker,
        price=price,
        estimate=estimate,
        dyes=card.dyes,
        dye_names=", ".join(card.dye_names),
        dye=card.dye,
        flag=_flag(card),
        picture=card.picture,
        alt=card.alt.value,
        alt_lang=_other(card.alt, lang),
        is_sold=is_sold,
    )


def _other(text: Text, lang: str) -> str:
    """The text's language where it is not the page's."""
    return text.lang if text.value and text.lang != lang else ""


def price_words(price: ShownPrice | None) -> tuple[str, str]:
    """What is charged, and beside it what that is about worth where no row is stored."""
    if price is None:
        return "", ""
    charged = Money.idr(price.idr) if price.is_estimate else price.money
    amount = format_money(charged, g.lang)
    about = format_money(price.money, g.lang) if price.is_estimate else ""
    return (
        gettext("From %(amount)s", amount=amount) if price.is_from else amount,
        gettext("about %(amount)s", amount=about) if about else "",
    )


def _flag(card: ProductCard) -> str:
    """The one fact worth a flag."""
    if card.is_sold:
        if card.availability == "one_of_a_kind":
            return str(gettext("Sold"))
        return str(gettext("Sold out"))
    if card.why_not == "workshop_closed":
        return str(gettext("Workshop closed at present"))
    if card.is_few:
        return str(gettext("Only %(count)s left", count=card.left))
    if card.availability in {"one_of_a_kind", "made_to_order"}:
        return str(AVAILABILITY[card.availability])
    return ""


def nav_categories() -> list[NavItem]:
    """The upper shelves for the header."""
    place = url_for("catalogue.category", slug="-").removesuffix("-")
    return _nav_items(vocabulary(), g.lang, place)


@lru_cache(maxsize=32)
def _nav_items(words: Vocabulary, lang: str, place: str) -> list[NavItem]:
    return [NavItem(place + shelf.slug, shelf.name(lang).value) for shelf in words.top()]


def init_catalogue(app: Flask) -> None:
    """Give templates the labels and the header's links."""
    app.jinja_env.globals.update(
        labels=labels,
        price_words=price_words,
        nav_categories=nav_categories,
        AVAILABILITY=AVAILABILITY,
        ALLERGENS=ALLERGENS,
        STORAGE=STORAGE,
    )
