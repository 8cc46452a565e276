"""What search engines are told of a piece (schema.org), the same facts the page shows."""

from __future__ import annotations

from typing import Any

from flask import url_for

from storefront.catalogue.queries.pages import ProductPage
from storefront.kernel.money import CURRENCIES, Money
from storefront.web.rendering import absolute

SOLD_OUT = "https://schema.org/SoldOut"
PRE_ORDER = "https://schema.org/PreOrder"
IN_STOCK = "https://schema.org/InStock"


def product_data(page: ProductPage, lang: str) -> dict[str, Any]:
    """The Product object; prices are stored rows only, an estimate is no offer."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": page.name.value,
        "description": page.summary.value,
        "inLanguage": page.name.lang,
        "sku": page.choices[0].sku if page.choices else "",
        "brand": {"@type": "Brand", "name": page.maker.name},
        "countryOfOrigin": page.product.origin_country,
        "image": [absolute(shot.picture.url(960)) for shot in page.shots],
        "material": [term.name(lang).value for term, _ in page.words("material")],
        "offers": [
            {
                "@type": "Offer",
                "url": absolute(url_for("catalogue.product", slug=page.product.slug)),
                "priceCurrency": money.currency,
                "price": decimal(money),
                "availability": SOLD_OUT
                if choice.is_gone
                else PRE_ORDER
                if page.product.availability == "made_to_order"
                else IN_STOCK,
            }
            for choice in page.choices
            for money in [
                Money.idr(choice.price.idr) if choice.price.is_estimate else choice.price.money
            ]
        ],
    }
    return {name: value for name, value in data.items() if value not in ("", [])}


def decimal(money: Money) -> str:
    """45.50, 59500: as machines read amounts."""
    places = CURRENCIES[money.currency]
    whole, rest = divmod(money.minor, 10**places)
    return f"{whole}.{rest:0{places}d}" if places else str(whole)
