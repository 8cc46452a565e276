"""What the head of each public page says: one `About` per page, made by a function that its
template calls, printed by the macro `meta` (templates/components/meta.html).

    {% set about = product_meta(page) %}
    {% block title %}{{ about.title }}{% endblock %}
    {% block head %}{{ meta(about) }}{% endblock %}

Pages without a function of their own use `page_meta`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import gettext
from markupsafe import Markup

from storefront.catalogue import CraftWord, MakerPage, ProductCard, ProductPage, Shelf
from storefront.council import Shown
from storefront.kernel import settings
from storefront.kernel.paging import Page
from storefront.kernel.translated import LANGS
from storefront.sharing import structured, words
from storefront.sharing.plates import HEIGHT, WIDTH, plate_of_card, plate_of_page
from storefront.sharing.rules import default_language
from storefront.web.locale import page_in
from storefront.web.rendering import absolute, static_url

LOCALES = {"id": "id_ID", "en": "en_GB", "ko": "ko_KR", "fr": "fr_FR"}
Step = tuple[str, str]


@dataclass(frozen=True)
class About:
    """The head of a page. `langs` are the languages its text really has, `lang` the one it is
    shown in; `picture` is the address of its preview."""

    title: str
    name: str
    description: str
    lang: str
    langs: tuple[str, ...]
    picture: str
    picture_alt: str
    kind: str = "website"
    robots: str = ""
    data: Markup | None = None

    width = WIDTH
    height = HEIGHT

    @property
    def canonical(self) -> str:
        """The one address of this text: without filters, and in the language it is really in."""
        return absolute(page_in(self.lang, page_query()) or request.path)

    @property
    def alternates(self) -> list[tuple[str, str]]:
        """(hreflang, address) for the languages the text really has, at last x-default; none
        where only one language would point to itself or the page is not for search engines."""
        if self.robots or not page_in(self.lang, {}):
            return []
        found = [(at, absolute(page_in(at, page_query()))) for at in self.langs]
        usual = dict(found).get(default_language(self.langs))
        return [*found, ("x-default", usual)] if usual else found

    @property
    def locale(self) -> str:
        return LOCALES[self.lang]

    @property
    def other_locales(self) -> list[str]:
        return [LOCALES[at] for at in self.langs if at != self.lang]


def page_query() -> dict[str, Any]:
    """What of the query belongs to a page's one address: its number, unless it is filtered. A
    filtered list is a view of the list, not a text of its own."""
    if set(request.args) != {"page"}:  # asked so, pages without numbers need not declare any
        return {}
    number = request.args["page"]
    return {"page": int(number)} if number.isdigit() and int(number) > 1 else {}


def page_meta(
    name: str,
    description: str = "",
    *,
    langs: Sequence[str] = LANGS,
    lang: str = "",
    steps: Sequence[Step] = (),
    data: Iterable[dict[str, Any]] = (),
    picture: str = "",
    picture_alt: str = "",
    kind: str = "website",
    robots: str = "",
    whole_title: str = "",
) -> About:
    """The head of any page. `steps` is the way to it as (name, path), the shop's front first;
    `data` further schema.org objects; `picture` a full address."""
    real = tuple(at for at in LANGS if at in langs) or (lang or g.lang,)
    number = page_query().get("page")
    if number:
        name = gettext("%(name)s (page %(number)s)", name=name, number=number)
    nodes = [*([structured.crumbs_data(steps)] if steps else []), *data]
    return About(
        title=whole_title or f"{name} · {_shop()}",
        name=name,
        description=description,
        lang=lang or (g.lang if g.lang in real else default_language(real)),
        langs=real,
        picture=picture or shop_picture(),
        picture_alt=picture_alt or _shop(),
        kind=kind,
        robots=robots,
        data=structured.graph(nodes) if nodes and not robots else None,
    )


def front_meta() -> About:
    """The front page: who we are, and how the shop is searched."""
    facts = {
        "name": _shop(),
        "operator": current_app.config["SETTINGS"].SHOP_OPERATOR,
        "logo": absolute(static_url("img/icons/icon-512.png")),
        "email": str(settings.get("home.operator_email")),
        "phone": str(settings.get("home.operator_phone")),
    }
    return page_meta(
        words.front_title(),
        words.front_description(),
        whole_title=f"{_shop()}: {words.front_title()}",
        data=[structured.organization_data(facts), structured.site_data(_shop(), g.lang)],
    )


def list_meta(
    shelf: Shelf | None,
    page: Page[int],
    cards: Sequence[ProductCard],
    *,
    way: Sequence[Shelf] = (),
    below: Sequence[Shelf] = (),
) -> About:
    """A shelf, or every piece where `shelf` is None."""
    steps = [_front(), *_shelves(way)] if shelf else [_front(), (gettext("All pieces"), _path())]
    langs = [text.lang for text in shelf.texts if text.name] if shelf else LANGS
    name = words.list_title(shelf, g.lang)
    return page_meta(
        name,
        words.list_description(shelf, list(below), g.lang),
        langs=langs,
        steps=steps,
        data=[_items(cards, name, page)],
    )


def product_meta(page: ProductPage) -> About:
    """A piece, with its made picture."""
    description = words.product_description(page, g.lang)
    front = page.shots[0] if page.shots else None
    plate = plate_of_page(page, page.name.lang)
    picture = preview(plate.stamp(), page.product.slug or "", page.name.lang)
    node = structured.product_data(page, g.lang, description, picture)
    steps = [_front(), *_shelves(page.way), (page.name.value, _path())]
    return page_meta(
        words.product_title(page),
        description,
        langs=page.langs,
        lang=page.name.lang,
        steps=steps,
        data=[node],
        picture=picture,
        picture_alt=str(front.alt) if front else page.name.value,
        kind="product",
    )


def maker_meta(maker: MakerPage, page: Page[int], cards: Sequence[ProductCard]) -> About:
    """A workshop and its pieces; its newest piece's picture is its preview."""
    description = words.maker_description(maker, g.lang)
    name = words.maker_title(maker)
    steps = [
        _front(),
        (gettext("Makers"), url_for("catalogue.makers")),
        (maker.artisan.name, _path()),
    ]
    return page_meta(
        name,
        description,
        langs=maker.langs,
        steps=steps,
        data=[structured.maker_data(maker, description), _items(cards, name, page)],
        **_first_picture(cards),
    )


def makers_meta(slugs: Sequence[str]) -> About:
    """The directory of workshops."""
    name = gettext("The makers of Cilegon and their workshops")
    paths = [url_for("catalogue.maker", slug=slug) for slug in slugs]
    return page_meta(
        name,
        words.makers_description(),
        steps=[_front(), (gettext("Makers"), _path())],
        data=[structured.items_data(paths, name)],
    )


def collection_meta(shown: Shown) -> About:
    """What the council has put together."""
    title = shown.title.value
    return page_meta(
        words.collection_title(title),
        words.collection_description(title, shown.story.value),
        langs=shown.langs,
        steps=[_front(), (title, _path())],
        data=[_items(shown.cards, title)],
        **_first_picture(shown.cards),
    )


def word_meta(
    term: CraftWord,
    cards: Sequence[ProductCard] = (),
    page: Page[int] | None = None,
    above: Sequence[Step] = (),
) -> About:
    """A technique's or a plant's page with its pieces; `above` are the steps between the front
    page and it."""
    name, lists = term.name(g.lang).value, {"plant": gettext("Dye plants")}
    node = structured.word_data(
        name,
        term.sentence(g.lang).value,
        _path(),
        lists.get(term.vocabulary) or gettext("Techniques"),
    )
    return page_meta(
        words.word_title(term, g.lang),
        words.word_description(term, g.lang),
        langs=[text.lang for text in term.texts if text.name and text.sentence],
        steps=[_front(), *above, (name, _path())],
        data=[node, *([_items(cards, name, page)] if cards else [])],
        **_first_picture(cards),
    )


def place_meta(
    name: str,
    address: str,
    sentence: str = "",
    *,
    langs: Sequence[str] = LANGS,
    above: Sequence[Step] = (),
    **facts: Any,
) -> About:
    """A place to visit, with its address in one line; `facts` are those of `place_data`."""
    description = words.place_description(name, address, sentence)
    facts = {"path": _path(), "description": description} | facts
    return page_meta(
        name,
        description,
        langs=langs,
        steps=[_front(), *above, (name, _path())],
        data=[structured.place_data(name, **facts)],
    )


def text_meta(title: str, paragraphs: Iterable[str] = ()) -> About:
    """A content page."""
    return page_meta(
        title,
        words.text_description(title, list(paragraphs)),
        steps=[_front(), (title, _path())],
    )


def hidden_meta(name: str, description: str = "") -> About:
    """A page that is not for search engines: results of a search, a piece not on show."""
    return page_meta(name, description, robots="noindex")


def preview(stamp: str, slug: str, lang: str) -> str:
    """The address of a piece's made picture; another name, maker or picture has another one."""
    return absolute(url_for("sharing.piece_picture", lang=lang, stamp=stamp, slug=slug))


def shop_picture() -> str:
    """The address of the shop's own preview, for pages without a piece."""
    return absolute(url_for("sharing.shop_picture"))


def init_sharing(app: Flask) -> None:
    """Give templates what the head of a page is made with."""
    app.jinja_env.globals.update(
        page_meta=page_meta,
        front_meta=front_meta,
        list_meta=list_meta,
        product_meta=product_meta,
        maker_meta=maker_meta,
        makers_meta=makers_meta,
        collection_meta=collection_meta,
        word_meta=word_meta,
        place_meta=place_meta,
        place_data=structured.place_data,
        text_meta=text_meta,
        hidden_meta=hidden_meta,
    )


def _first_picture(cards: Sequence[ProductCard]) -> dict[str, Any]:
    card = next((each for each in cards if each.picture and each.name.lang == g.lang), None)
    if card is None:
        return {}
    picture = preview(plate_of_card(card, g.lang).stamp(), card.slug, g.lang)
    return {"picture": picture, "picture_alt": str(card.alt)}


def _items(
    cards: Sequence[ProductCard], name: str, page: Page[int] | None = None
) -> dict[str, Any]:
    start = (page.number - 1) * page.size + 1 if page else 1
    place = url_for("catalogue.product", slug="-").removesuffix("-")
    paths = [place + card.slug for card in cards]
    return structured.items_data(paths, name, start)


def _front() -> Step:
    return _shop(), url_for("home.front")


def _shelves(way: Iterable[Shelf]) -> list[Step]:
    return [
        (shelf.name(g.lang).value, url_for("catalogue.category", slug=shelf.slug)) for shelf in way
    ]


def _path() -> str:
    return page_in(g.lang, {}) or request.path


def _shop() -> str:
    name: str = current_app.config["SETTINGS"].SHOP_NAME
    return name
