"""The process settings, reachable from code that knows no web framework."""

from __future__ import annotations

from config import Settings

_present: Settings | None = None


def configure(settings: Settings) -> None:
    """Called once by whoever starts the process (create_app)."""
    global _present
    _present = settings


def settings() -> Settings:
    """The settings of this process. Raises RuntimeError before `configure`."""
    if _present is None:
        raise RuntimeError("the process settings were not configured yet")
    return _present
