"""Replaces ids by the objects they name, as the `expand` parameter asks."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from .errors import ApiError
from .store import Store

Json = dict[str, Any]
# Field -> table its id lives in.
_EXPANDABLE = {
    "payment_intent": "intents",
    "latest_charge": "charges",
    "charge": "charges",
    "balance_transaction": "balance",
}
_OWNERS = {
    "checkout.session": {"payment_intent", "line_items"},
    "payment_intent": {"latest_charge"},
    "charge": {"payment_intent", "balance_transaction", "refunds"},
    "refund": {"payment_intent", "charge", "balance_transaction"},
    "dispute": {"payment_intent", "charge"},
}


def expanded(store: Store, about: Json, paths: list[str]) -> Json:
    """Returns a copy of an object or list with the dotted `paths` filled in.

    Raises ApiError (400) for a path that cannot be expanded. The caller holds the lock.
    """
    copy = deepcopy(about)
    for path in paths:
        names = path.split(".")
        if len(names) > 4:
            raise ApiError("You cannot expand more than 4 levels of a property.", param="expand")
        if copy["object"] == "list":
            if names[0] != "data":
                raise _refused(path)
            for item in copy["data"]:
                _fill(store, item, names[1:], path)
        else:
            _fill(store, copy, names, path)
    return copy


def line_items(store: Store, session: str) -> Json:
    """Returns the lines of a session as a list object."""
    lines = deepcopy(store.lines[session])
    url = f"/v1/checkout/sessions/{session}/line_items"
    return {"object": "list", "data": lines, "has_more": False, "url": url}


def _fill(store: Store, item: Json, names: list[str], path: str) -> None:
    if not names:
        return
    name = names[0]
    if name not in _OWNERS.get(item["object"], ()):
        raise _refused(path)
    if name == "line_items":
        item[name] = line_items(store, item["id"])
        return
    if name == "refunds":
        item[name] = _refunds_of(store, item["id"])
        return
    if isinstance(item[name], str):
        item[name] = deepcopy(store.find(_EXPANDABLE[name], item[name]))
    if item[name] is not None:
        _fill(store, item[name], names[1:], path)


def _refunds_of(store: Store, charge: str) -> Json:
    refunds = [r for r in store.tables["refunds"].values() if r["charge"] == charge]
    url = f"/v1/charges/{charge}/refunds"
    return {"object": "list", "data": deepcopy(refunds[::-1]), "has_more": False, "url": url}


def _refused(path: str) -> ApiError:
    return ApiError(f"This property cannot be expanded ({path}).", param="expand")
