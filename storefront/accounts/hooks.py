"""Where higher slices hang in what they know about a person; accounts never looks up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Export = Callable[[int], dict[str, Any]]
Erase = Callable[[int], None]
SignIn = Callable[[int, Callable[[str], str | None]], None]

exports: dict[str, Export] = {}
erasers: dict[str, Erase] = {}
sign_in_hooks: list[SignIn] = []


def personal_data(name: str, *, export: Export, erase: Erase) -> None:
    """Register a slice's part of a person's data under `name` (a heading of the export).

    `export(user_id)` answers with JSON-ready values. `erase(user_id)` blanks what may go and keeps
    what the law wants kept; a ShopError from it stops the whole erasure. Both run in the caller's
    transaction and see the person as it still is.
    """
    exports[name] = export
    erasers[name] = erase


def on_sign_in(hook: SignIn) -> SignIn:
    """Register what happens at each sign-in: `hook(user_id, read_cookie)`, in its transaction."""
    if hook not in sign_in_hooks:
        sign_in_hooks.append(hook)
    return hook
