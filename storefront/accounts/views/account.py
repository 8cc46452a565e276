"""The person's own pages."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from storefront.accounts.views import shop
from storefront.web import access, render


@shop.get("/account/")
@access("signed_in")
def home() -> ResponseReturnValue:
    """The way to everything of one's own."""
    return render("accounts/shop/home.html")
