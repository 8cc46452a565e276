"""What search engines are told (schema.org), the same facts the pages show.

Each function gives one object without `@context`; `graph` puts a page's objects together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import url_for
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from storefront.catalogue import MakerPage, ProductPage, vocabulary
from storefront.sharing.delivery import returns_by_days, shipping_by_fee
from storefront.sharing.rules import decimal
from storefront.web.rendering import absolute

Node = dict[str, Any]
ORG = "https://schema.org/"
SOLD_OUT, MADE_TO_ORDER, IN_STOCK = "SoldOut", "MadeToOrder", "InStock"


def graph(nodes: Iterable[Node]) -> Markup:
    """All objects of a page as JSON that may stand inside a script element."""
    data = {"@context": "https://schema.org", "@graph": [_filled(node) for node in nodes]}
    return htmlsafe_json_dumps(data, ensure_ascii=False, separators=(",", ":"))


def product_data(page: ProductPage, lang: str, description: str, image: str) -> Node:
    """The Product; its offers are stored price rows only, for an estimate is no offer."""
    product, maker = page.product, page.maker
    address = absolute(url_for("catalogue.product", slug=product.slug))
    workshop = (
        absolute(url_for("catalogue.maker", slug=maker.slug))
        if maker.slug and maker.state == "approved"
        else ""
    )
    colour = vocabulary().term("colour", product.colour_family)
    flat = not product.height_mm
    return {
        "@type": "Product",
        "@id": f"{address}#piece",
        "url": address,
        "name": page.name.value,
        "description": page.summary.value or description,
        "sku": page.choices[0].sku if page.choices else "",
        "productID": f"No. {product.number:04d}",
        "image": [absolute(shot.picture.url(1200)) for shot in page.shots] or [image],
        "category": " > ".join(shelf.name(lang).value for shelf in page.way),
        "brand": {"@type": "Brand", "name": maker.name},
        "manufacturer": {"@type": "Organization", "name": maker.name, "url": workshop},
        "material": [term.name(lang).value for term, _ in page.words("material")],
        "color": colour.name(lang).value if colour else "",
        "pattern": product.motif,
        "width": _quantity(product.width_mm, "MMT"),
        "height": _quantity(product.length_mm if flat else product.height_mm, "MMT"),
        "depth": _quantity(0 if flat else product.length_mm, "MMT"),
        "weight": _quantity(product.net_g, "GRM"),
        "countryOfOrigin": {"@type": "Country", "name": product.origin_country},
        "itemCondition": ORG + "NewCondition",
        "hasMerchantReturnPolicy": returns_by_days(product),
        "offers": list(_offers(page, address)),
    }


def _offers(page: ProductPage, address: str) -> Iterable[Node]:
    """One offer for each variant and stored currency; delivery is told once and pointed to."""
    told: list[Node] = []
    for choice in page.choices:
        for money in choice.stored:
            offer: Node = {
                "@type": "Offer",
                "url": address,
                "sku": choice.sku,
                "name": choice.label,
                "priceCurrency": money.currency,
                "price": decimal(money),
                "availability": ORG + _availability(page, choice.is_gone),
                "itemCondition": ORG + "NewCondition",
            }
            if not told:
                told = shipping_by_fee(page.product, address)
                offer["shippingDetails"] = told
            else:
                offer["shippingDetails"] = [{"@id": node["@id"]} for node in told]
            yield offer


def _availability(page: ProductPage, is_gone: bool) -> str:
    if is_gone or page.why_not == "sold_out":
        return SOLD_OUT
    if page.why_not:
        return "OutOfStock"  # the workshop is closed for a while
    return MADE_TO_ORDER if page.product.availability == "made_to_order" else IN_STOCK


def _quantity(value: int, unit: str) -> Node | None:
    return {"@type": "QuantitativeValue", "value": value, "unitCode": unit} if value else None


def crumbs_data(steps: Sequence[tuple[str, str]]) -> Node:
    """The way to the page: (name, path); the page itself may have no path."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": name,
                "item": {"@type": "WebPage", "@id": absolute(path)} if path else None,
            }
            for position, (name, path) in enumerate(steps, 1)
        ],
    }


def items_data(paths: Sequence[str], name: str, start: int = 1) -> Node:
    """What a list shows, in its order; `start` is the first one's place among all pages."""
    return {
        "@type": "ItemList",
        "name": name,
        "numberOfItems": len(paths),
        "itemListElement": [
            {"@type": "ListItem", "position": position, "url": absolute(path)}
            for position, path in enumerate(paths, start)
        ],
    }


def organization_data(facts: Mapping[str, str]) -> Node:
    """Who runs the shop. `facts`: name, operator, logo, email, phone (empty ones are left out)."""
    return {
        "@type": "OnlineStore",
        "@id": absolute("/") + "#shop",
        "name": facts["name"],
        "url": absolute("/"),
        "logo": facts["logo"],
        "email": facts.get("email", ""),
        "telephone": facts.get("phone", ""),
        "parentOrganization": {"@type": "Organization", "name": facts["operator"]},
        "address": {
            "@type": "PostalAddress",
            "addressLocality": "Cilegon",
            "addressRegion": "Banten",
            "addressCountry": "ID",
        },
    }


def site_data(name: str, lang: str) -> Node:
    """The site and how it is searched."""
    template = absolute(url_for("catalogue.search")) + "?q={search_term_string}"
    return {
        "@type": "WebSite",
        "name": name,
        "url": absolute(url_for("home.front")),
        "inLanguage": lang,
        "publisher": {"@id": absolute("/") + "#shop"},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": template},
            "query-input": "required name=search_term_string",
        },
    }


def maker_data(maker: MakerPage, description: str) -> Node:
    """A workshop as an organisation of its own, without a street: many are people's homes."""
    artisan = maker.artisan
    return {
        "@type": "Organization",
        "name": artisan.name,
        "url": absolute(url_for("catalogue.maker", slug=artisan.slug)),
        "description": description,
        "foundingDate": str(artisan.since_year) if artisan.since_year else "",
        "image": absolute(maker.cover.url(1200)) if maker.cover else "",
        "knowsAbout": [term.name("en").value for term in maker.techniques],
        "address": {
            "@type": "PostalAddress",
            "addressLocality": artisan.district or "Cilegon",
            "addressRegion": "Banten",
            "addressCountry": "ID",
        },
    }


def place_data(
    name: str,
    *,
    path: str = "",
    description: str = "",
    street: str = "",
    locality: str = "Cilegon",
    postal_code: str = "",
    phone: str = "",
    email: str = "",
    picture: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    hours: Sequence[tuple[Sequence[str], str, str]] = (),
) -> Node:
    """A place to visit. `path` and `picture` are paths of ours; `hours` holds (days as Monday …
    Sunday, opening HH:MM, closing HH:MM)."""
    here = latitude is not None and longitude is not None
    return {
        "@type": "Store",
        "name": name,
        "url": absolute(path) if path else "",
        "description": description,
        "telephone": phone,
        "email": email,
        "image": absolute(picture) if picture else "",
        "address": {
            "@type": "PostalAddress",
            "streetAddress": street,
            "addressLocality": locality,
            "addressRegion": "Banten",
            "postalCode": postal_code,
            "addressCountry": "ID",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude}
        if here
        else None,
        "openingHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": [ORG + day for day in days],
                "opens": opens,
                "closes": closes,
            }
            for days, opens, closes in hours
        ],
        "currenciesAccepted": "IDR",
        "parentOrganization": {"@id": absolute("/") + "#shop"},
    }


def word_data(name: str, sentence: str, path: str, list_name: str) -> Node:
    """A technique or plant as a term of the shop's own list."""
    return {
        "@type": "DefinedTerm",
        "name": name,
        "description": sentence,
        "url": absolute(path),
        "inDefinedTermSet": {"@type": "DefinedTermSet", "name": list_name},
    }


def _filled(value: Any) -> Any:
    """Without what is empty: a fact that is not known is not said."""
    if isinstance(value, dict):
        kept = {name: _filled(each) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each not in ("", None, [], {})}
    if isinstance(value, list):
        return [_filled(each) for each in value]
    return value
