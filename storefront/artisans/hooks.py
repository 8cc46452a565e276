"""Where higher slices hang in what follows a change of a workshop; artisans never looks up."""

from __future__ import annotations

from collections.abc import Callable

Changed = Callable[[int], None]

change_hooks: list[Changed] = []


def on_workshop_change(hook: Changed) -> Changed:
    """Register what follows a new name or state: `hook(artisan_id)`, in its transaction."""
    if hook not in change_hooks:
        change_hooks.append(hook)
    return hook


def tell_hooks(artisan_id: int) -> None:
    """A workshop has another name or state."""
    for hook in change_hooks:
        hook(artisan_id)
