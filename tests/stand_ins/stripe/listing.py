"""Lists: newest first, filtered, and in pages by cursor."""

from __future__ import annotations

from typing import Any

from .errors import ApiError
from .store import Store

Json = dict[str, Any]
_PAGING = {"limit", "starting_after", "ending_before", "expand"}


def page(store: Store, table: str, url: str, params: Json) -> Json:
    """Returns one page as a list object; raises ApiError (400) for a bad limit."""
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise ApiError("limit has to be between 1 and 100", param="limit")
    wanted = {name: value for name, value in params.items() if name not in _PAGING}
    rows = [row for row in reversed(store.tables[table].values()) if _fits(row, wanted)]
    keys = [row["id"] for row in rows]
    if "starting_after" in params:
        rows = rows[_index(store, table, keys, params["starting_after"]) + 1 :]
    elif "ending_before" in params:
        rows = rows[: _index(store, table, keys, params["ending_before"])]
        return _list(rows[-limit:], len(rows) > limit, url)
    return _list(rows[:limit], len(rows) > limit, url)


def _list(rows: list[Json], more: bool, url: str) -> Json:
    return {"object": "list", "data": rows, "has_more": more, "url": url}


def _index(store: Store, table: str, keys: list[str], key: str) -> int:
    store.find(table, key)
    return keys.index(key) if key in keys else -1


def _fits(row: Json, wanted: Json) -> bool:
    return all(_fits_one(row, name, value) for name, value in wanted.items())


def _fits_one(row: Json, name: str, value: Any) -> bool:
    if name == "created":
        return _in_range(row["created"], value)
    if name == "types":
        return bool(row["type"] in value)
    if name == "type":
        return _type_fits(row["type"], value)
    if name == "delivery_success":
        return (row["pending_webhooks"] == 0) is value
    if name == "customer_details":
        return bool((row["customer_details"] or {}).get("email") == value["email"])
    return bool(row.get(name) == value)


def _type_fits(kind: str, wanted: str) -> bool:
    return kind.startswith(wanted[:-1]) if wanted.endswith("*") else kind == wanted


def _in_range(created: int, value: int | Json) -> bool:
    if isinstance(value, int):
        return created == value
    return bool(
        created > value.get("gt", -1)
        and created >= value.get("gte", -1)
        and created < value.get("lt", created + 1)
        and created <= value.get("lte", created)
    )
