"""Security headers of every answer, set once here."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, g, request
from werkzeug.wrappers import Response

from config import Settings
from storefront.web.access import is_private, rule_of

_PROVIDER = "https://checkout.stripe.com"
_NO_FEATURES = ", ".join(
    f"{name}=()"
    for name in ("accelerometer", "geolocation", "gyroscope", "microphone", "payment", "usb")
)


def init_headers(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    protection = list(protecting(settings).items())

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        for name, value in protection:
            headers.setdefault(name, value)
        if "Cache-Control" not in headers or "Set-Cookie" in headers or _belongs_to_somebody():
            headers["Cache-Control"] = "no-store"
        return response


def protecting(settings: Settings) -> dict[str, str]:
    """The headers of every answer, files included."""
    headers = {
        "Content-Security-Policy": _content_policy(settings),
        "X-Content-Type-Options": "nosniff",
        # Order links are secrets: they never leave in a Referer to another site.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Permissions-Policy": _NO_FEATURES,
    }
    if settings.is_production:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers


def _belongs_to_somebody() -> bool:
    rule = rule_of(request.endpoint or "", request.method)
    return bool(g.get("principal")) or (rule is not None and is_private(rule))


def _content_policy(settings: Settings) -> str:
    """Own files only, and pictures from where their store is read.

    Forms may end at the payment provider, whom they are redirected to."""
    provider = urlsplit(settings.STRIPE_API_BASE)
    targets = ["'self'", _PROVIDER]
    if provider.hostname != "api.stripe.com":
        targets.append(f"{provider.scheme}://{provider.netloc}")
    pictures = urlsplit(settings.MEDIA_PUBLIC_URL)
    elsewhere = f" {pictures.scheme}://{pictures.netloc}" if pictures.netloc else ""
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": f"'self' data: blob:{elsewhere}",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": " ".join(targets),
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "object-src": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())
