"""What is sold: products, prices, stock, words, search."""

import storefront.catalogue.settings  # noqa: F401  (declares what the council may set)
from storefront.catalogue.actions.prices import set_currency_rule, set_price, write_prices
from storefront.catalogue.actions.reference import load_reference
from storefront.catalogue.actions.search_index import index_product, queue_index
from storefront.catalogue.actions.stock import (
    HoldRequest,
    OutOfStock,
    StockBelowHeld,
    allocate_holds,
    hold_stock,
    open_stock,
    release_holds,
    restock,
    set_stock,
)
from storefront.catalogue.models import (
    Category,
    CategoryTranslation,
    CurrencyRule,
    Hold,
    ListingChange,
    Price,
    Product,
    ProductEvent,
    ProductPicture,
    ProductTerm,
    ProductTranslation,
    SearchTerm,
    StockMovement,
    Term,
    TermTranslation,
    Variant,
)
from storefront.catalogue.queries.cards import ProductCard, product_cards
from storefront.catalogue.queries.listing import (
    MakerLine,
    makers,
    pieces_with,
    product_page,
    public_slugs,
    visible,
)
from storefront.catalogue.queries.offers import (
    OfferedVariant,
    current_rate,
    offered_variants,
    product_id_of,
    variant_id_of,
)
from storefront.catalogue.queries.search import search_products
from storefront.catalogue.queries.words import (
    CraftWord,
    Shelf,
    Vocabulary,
    forget_words,
    vocabulary,
)
from storefront.catalogue.rules import UNCOUNTED, may_be_called_batik, ships_abroad
from storefront.catalogue.tasks import rebuild_index

__all__ = [
    "CraftWord",
    "MakerLine",
    "ProductCard",
    "Shelf",
    "Vocabulary",
    "forget_words",
    "index_product",
    "load_reference",
    "makers",
    "pieces_with",
    "product_cards",
    "product_id_of",
    "product_page",
    "public_slugs",
    "queue_index",
    "rebuild_index",
    "search_products",
    "visible",
    "vocabulary",
    "HoldRequest",
    "OfferedVariant",
    "OutOfStock",
    "StockBelowHeld",
    "UNCOUNTED",
    "allocate_holds",
    "current_rate",
    "hold_stock",
    "may_be_called_batik",
    "offered_variants",
    "open_stock",
    "release_holds",
    "restock",
    "set_currency_rule",
    "set_price",
    "set_stock",
    "ships_abroad",
    "variant_id_of",
    "write_prices",
    "Category",
    "CategoryTranslation",
    "Term",
    "TermTranslation",
    "Product",
    "ProductTranslation",
    "ProductTerm",
    "ProductPicture",
    "Variant",
    "Price",
    "CurrencyRule",
    "StockMovement",
    "Hold",
    "ListingChange",
    "ProductEvent",
    "SearchTerm",
]
