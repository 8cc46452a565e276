"""The hosted pay page: plain HTML that works by plain POST and says what it is."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Flask, Response, make_response, redirect, render_template_string, request

from . import currencies
from .checkout import Checkout
from .errors import ApiError
from .store import Store

Json = dict[str, Any]

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pay {{ total }} (stand-in)</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 2rem auto; padding: 0 1rem }
.note { border: 2px dashed #b45309; padding: .75rem 1rem; background: #fffbeb }
.alert { border-left: 4px solid #b91c1c; padding: .25rem 1rem; background: #fef2f2 }
table { width: 100%; border-collapse: collapse }
th, td { text-align: left; padding: .4rem 0; border-bottom: 1px solid #ddd; vertical-align: top }
td:last-child, th:last-child { text-align: right; white-space: nowrap }
button { display: block; width: 100%; margin: .5rem 0; padding: .75rem; font: inherit }
button.main { background: #1d4ed8; color: #fff; border: 0; font-weight: 600 }
</style>
</head>
<body>
<p class="note"><strong>This is a stand-in for Stripe.</strong>
No money moves, and no card number is asked for.</p>
<h1>Pay {{ total }}</h1>
{% if alert %}<p class="alert" role="alert">{{ alert }}</p>{% endif %}
<table>
<thead><tr>
<th scope="col">Item</th><th scope="col">Pieces</th><th scope="col">Amount</th>
</tr></thead>
<tbody>
{% for line in lines %}
<tr><td>{{ line.description }}</td><td>{{ line.quantity }}</td><td>{{ line.amount }}</td></tr>
{% endfor %}
</tbody>
</table>
<p>Language asked for: {{ session.locale or "none" }}.
Mail: {{ session.customer_email or "not given" }}.
Reference: {{ session.client_reference_id or "none" }}.</p>
{% if buttons %}
<form method="post">
{% for value, label in buttons %}
<button name="do" value="{{ value }}"{% if loop.first %} class="main"{% endif %}>
{{ label }}
</button>
{% endfor %}
</form>
{% else %}
<p>This session is {{ session.status }}; there is nothing left to do here.</p>
{% endif %}
{% if session.status != "open" and back %}<p><a href="{{ back }}">To the shop</a></p>{% endif %}
</body>
</html>
"""

_OPEN = (
    ("pay", "Pay now"),
    ("decline", "Pay with a card that is declined"),
    ("delay", "Pay later (bank transfer, money comes after days)"),
    ("abandon", "Back to the shop without paying"),
)
_WAITING = (("settle", "The delayed money arrives"), ("fail", "The delayed money does not come"))


class Pages:
    """Shows a session to the buyer at `/pay/<id>` and does what the buttons say."""

    def __init__(self, store: Store, checkout: Checkout) -> None:
        self.store = store
        self.checkout = checkout

    def add_to(self, app: Flask) -> None:
        """Adds the pay page to `app`."""
        app.add_url_rule("/pay/<key>", "show", self.show, methods=["GET"])
        app.add_url_rule("/pay/<key>", "act", self.act, methods=["POST"])

    def show(self, key: str) -> Response:
        """Shows the session in its present state."""
        with self.store.lock:
            self.checkout.sweep()
            try:
                return self._page(self.store.find("sessions", key))
            except ApiError as error:
                return make_response(error.message, 404, {"Content-Type": "text/plain"})

    def act(self, key: str) -> Response:
        """Does what the pressed button says and sends the buyer on."""
        deed = request.form.get("do", "")
        with self.store.lock:
            try:
                session = self.store.find("sessions", key)
            except ApiError as error:
                return make_response(error.message, 404, {"Content-Type": "text/plain"})
            try:
                return self._done(deed, session)
            except ApiError as error:
                return self._page(session, alert=error.message, status=409)

    def _done(self, deed: str, session: Json) -> Response:
        key = session["id"]
        if deed == "abandon":
            return _sent_on(session, "cancel_url") or self._page(session)
        if deed == "decline":
            self.checkout.decline(key)
            return self._page(session, alert="The card was declined. Try another way to pay.")
        deeds = {
            "pay": self.checkout.pay,
            "delay": self.checkout.delay,
            "settle": self.checkout.settle,
            "fail": self.checkout.fail_delayed,
        }
        if deed not in deeds:
            return self._page(session, alert="Press one of the buttons.", status=400)
        deeds[deed](key)
        if deed in ("settle", "fail"):
            return self._page(session)
        return _sent_on(session, "success_url") or self._page(session)

    def _page(self, session: Json, *, alert: str = "", status: int = 200) -> Response:
        waiting = session["status"] == "complete" and self._awaits_money(session)
        buttons = _OPEN if session["status"] == "open" else _WAITING if waiting else ()
        lines = [
            line | {"amount": currencies.text(line["amount_total"], line["currency"])}
            for line in self.store.lines[session["id"]]
        ]
        paid = session["status"] == "complete"
        html = render_template_string(
            _PAGE,
            session=session,
            lines=lines,
            buttons=buttons,
            alert=alert,
            total=currencies.text(session["amount_total"], session["currency"]),
            back=_address(session, "success_url" if paid else "cancel_url"),
        )
        return make_response(html, status, {"Cache-Control": "no-store"})

    def _awaits_money(self, session: Json) -> bool:
        return bool(self.store.find("intents", session["payment_intent"])["status"] == "processing")


def _address(session: Json, name: str) -> str | None:
    address: str | None = session[name]
    return address and address.replace("{CHECKOUT_SESSION_ID}", quote(session["id"]))


def _sent_on(session: Json, name: str) -> Response | None:
    address = _address(session, name)
    return make_response(redirect(address, 303)) if address else None
