"""The page number in an address, and links to its neighbours."""

from __future__ import annotations

from flask import request, url_for

_HIGHEST = 10_000


def page_number() -> int:
    """`?page=` as a number from 1; nonsense counts as the first page."""
    text = request.args.get("page", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
    return min(max(number, 1), _HIGHEST)


def page_url(number: int) -> str:
    """The present address with another page number, filters kept."""
    query = request.args.to_dict(flat=False)
    query.pop("page", None)
    values = {**query, **(request.view_args or {})}
    if number > 1:
        values["page"] = [str(number)]
    return url_for(request.endpoint or "", **values)  # type: ignore[arg-type]
