"""What is sold: products, prices, stock, words, search."""

from storefront.catalogue.models import (
    Category,
    CategoryTranslation,
    Term,
    TermTranslation,
    Product,
    ProductTranslation,
    ProductTerm,
    ProductPicture,
    Variant,
    Price,
    CurrencyRule,
    StockMovement,
    Hold,
    ListingChange,
    ProductEvent,
    SearchTerm,
)

__all__ = [
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
