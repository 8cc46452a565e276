"""The web floor: what every view builds on. Import from here, forms from `storefront.web.forms`.

A view declares who may open it, asks, acts through `once`, and answers:

    shop = shop_blueprint("cart", __name__)

    @shop.route("/cart/lines", methods=["GET", "POST"])
    @access("public")
    def add_line() -> ResponseReturnValue:
        form = AddLine()
        if form.accepted():
            try:
                return once(
                    lambda: actions.add_line(form.variant.data, form.quantity.data),
                    then=lambda line: url_for("cart.page"),
                    say=gettext("The piece is in your cart."),
                )
            except OutOfStock as error:
                form.quantity.errors = [say(error)]
        return render("cart/shop/add.html", form=form), 422 if form.errors else 200

`g.lang`, `g.currency` and `g.ship_to` are set in every request.
"""

from flask import Flask

from storefront.kernel.marks import Marks
from storefront.web.access import (
    COUNCIL_ROLES,
    Principal,
    access,
    init_access,
    is_private,
    login_manager,
    principal,
    rule_of,
    set_principal_loader,
    signed_in,
)
from storefront.web.addresses import here, init_addresses, safe_next, safe_path
from storefront.web.blueprints import council_blueprint, shop_blueprint, studio_blueprint
from storefront.web.cookies import SESSION_COOKIE, drop_cookie, read_cookie, set_cookie
from storefront.web.errors import error_page, init_errors
from storefront.web.fragments import init_fragments
from storefront.web.headers import init_headers
from storefront.web.limits import forget, hit, network, purge_limits
from storefront.web.locale import (
    SHIP_TO,
    init_locale,
    set_language_keeper,
    settle_language,
    translate_address,
)
from storefront.web.logs import init_logs
from storefront.web.notices import init_notices, notice
from storefront.web.once import new_action_id, once, purge_replays
from storefront.web.page_cache import init_page_cache
from storefront.web.pagination import page_number, page_url
from storefront.web.public_pages import public_page
from storefront.web.rendering import init_rendering, render, say, static_url
from storefront.web.requests_guard import form_token, init_guard
from storefront.web.slow_bodies import init_slow_bodies
from storefront.web.statements import init_statements
from storefront.web.static_files import init_static_files
from storefront.web.translations import init_translations
from storefront.web.views import web

__all__ = [
    "COUNCIL_ROLES",
    "SESSION_COOKIE",
    "SHIP_TO",
    "Principal",
    "access",
    "council_blueprint",
    "drop_cookie",
    "error_page",
    "forget",
    "form_token",
    "here",
    "hit",
    "init_front",
    "init_web",
    "is_private",
    "login_manager",
    "network",
    "new_action_id",
    "notice",
    "once",
    "page_number",
    "page_url",
    "principal",
    "public_page",
    "purge_limits",
    "purge_replays",
    "read_cookie",
    "render",
    "rule_of",
    "safe_next",
    "safe_path",
    "say",
    "set_cookie",
    "set_language_keeper",
    "set_principal_loader",
    "shop_blueprint",
    "signed_in",
    "static_url",
    "studio_blueprint",
    "translate_address",
    "web",
]


def init_web(app: Flask) -> None:
    """Put the floor under an app whose config holds SETTINGS and SECRET_KEY.

    The order is the order of the checks: foreign requests, access, then the person's language.
    """
    init_logs(app)
    init_statements(app)
    init_locale(app)
    init_addresses(app)
    init_guard(app)
    init_slow_bodies(app)
    init_access(app)
    app.before_request(settle_language)
    init_headers(app)
    init_notices(app)
    init_rendering(app)
    init_fragments(app)
    init_translations(app)
    init_errors(app)
    app.register_blueprint(web)


def init_front(app: Flask, marks: Marks) -> None:
    """What answers before Flask begins: kept pages, and before those files."""
    init_page_cache(app, marks)
    init_static_files(app)
