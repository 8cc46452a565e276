"""The table of calls: which path takes which typed parameters and does what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import stripe.params as given
import stripe.params.checkout as given_checkout

from . import expand, listing
from .checkout import Checkout
from .refunds import Refunds
from .store import Store

Json = dict[str, Any]
# Takes the checked parameters and the id of the path ("" when it has none).
Verb = Callable[[Json, str], Json]

_SESSIONS = "/v1/checkout/sessions"


class Endpoint(NamedTuple):
    """One call; `shape` is the SDK's TypedDict of its parameters."""

    method: str
    path: str
    shape: Any
    verb: Verb


def endpoints(store: Store, checkout: Checkout, refunds: Refunds) -> Iterator[Endpoint]:
    """Yields every call that the stand-in answers."""

    def lines(_: Json, key: str) -> Json:
        store.find("sessions", key)
        return expand.line_items(store, key)

    of_session = given_checkout
    yield Endpoint(
        "POST", _SESSIONS, of_session.SessionCreateParams, lambda asked, _: checkout.create(asked)
    )
    yield Endpoint(
        "POST",
        f"{_SESSIONS}/<key>/expire",
        of_session.SessionExpireParams,
        lambda _, key: checkout.expire(key),
    )
    yield Endpoint(
        "GET", f"{_SESSIONS}/<key>/line_items", of_session.SessionListLineItemsParams, lines
    )
    yield Endpoint(
        "POST", "/v1/refunds", given.RefundCreateParams, lambda asked, _: refunds.create(asked)
    )
    for path, table, one, many in (
        (_SESSIONS, "sessions", of_session.SessionRetrieveParams, of_session.SessionListParams),
        ("/v1/refunds", "refunds", given.RefundRetrieveParams, given.RefundListParams),
        (
            "/v1/payment_intents",
            "intents",
            given.PaymentIntentRetrieveParams,
            given.PaymentIntentListParams,
        ),
        ("/v1/charges", "charges", given.ChargeRetrieveParams, given.ChargeListParams),
        ("/v1/disputes", "disputes", given.DisputeRetrieveParams, given.DisputeListParams),
        ("/v1/events", "events", given.EventRetrieveParams, given.EventListParams),
        (
            "/v1/balance_transactions",
            "balance",
            given.BalanceTransactionRetrieveParams,
            given.BalanceTransactionListParams,
        ),
    ):
        yield Endpoint("GET", f"{path}/<key>", one, _one(store, table))
        yield Endpoint("GET", path, many, _many(store, table, path))


def _one(store: Store, table: str) -> Verb:
    return lambda _, key: store.find(table, key)


def _many(store: Store, table: str, path: str) -> Verb:
    return lambda asked, _: listing.page(store, table, path, asked)
