"""Couriers a maker may name, and where their parcels can be followed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

SOURCE = Path(__file__).parent / "reference" / "services.toml"


@dataclass(frozen=True)
class Courier:
    """A courier; `tracking` is the address of its tracking page, maybe with `{number}` in it."""

    key: str
    name: str
    scope: str
    tracking: str

    def serves(self, abroad: bool) -> bool:
        """Whether it carries parcels abroad, or within Indonesia."""
        return self.scope == "both" or (self.scope == "international") == abroad

    def tracking_url(self, number: str) -> str:
        """Where this parcel can be followed; '' where the courier has no page."""
        return self.tracking.replace("{number}", quote(number, safe=""))


@cache
def couriers() -> dict[str, Courier]:
    """Every known courier by key, in the file's order."""
    rows = tomllib.loads(SOURCE.read_text("utf-8"))["courier"]
    return {
        row["key"]: Courier(row["key"], row["name"], row["scope"], row.get("tracking_url", ""))
        for row in rows
    }
