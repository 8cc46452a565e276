"""Blueprints of the three audiences: shop, studio, council."""

from __future__ import annotations

from flask import Blueprint


def shop_blueprint(name: str, import_name: str) -> Blueprint:
    """Pages for buyers under `/<lang>`; endpoints `<name>.<page>`. Views read `g.lang`."""
    return Blueprint(name, import_name, url_prefix="/<lang:lang>")


def studio_blueprint(name: str, import_name: str) -> Blueprint:
    """Pages for workshops under `/studio`; endpoints `<name>_studio.<page>`."""
    return Blueprint(f"{name}_studio", import_name, url_prefix="/studio")


def council_blueprint(name: str, import_name: str) -> Blueprint:
    """Pages for the council under `/council`; endpoints `<name>_council.<page>`."""
    return Blueprint(f"{name}_council", import_name, url_prefix="/council")
