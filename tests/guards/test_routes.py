"""Every route says who may use it, for each of its methods."""

from __future__ import annotations

from flask import Flask

from storefront.web.access import rule_of


def test_every_route_has_an_access_rule_for_every_method(app: Flask) -> None:
    with app.app_context():
        without = [
            f"{method} {route.rule} ({route.endpoint})"
            for route in app.url_map.iter_rules()
            for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"})
            if rule_of(route.endpoint, method) is None
        ]
    assert not without, "\n".join(without)


def test_no_page_that_only_reads_accepts_trace_or_connect(app: Flask) -> None:
    allowed = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
    for route in app.url_map.iter_rules():
        assert (route.methods or set()) <= allowed, route
