"""Words that stand for a photo where it cannot be seen."""

from __future__ import annotations

from storefront.catalogue.listing_rules import Payload
from storefront.catalogue.queries.words import vocabulary

SOURCE = "id"
MOST_MATERIALS = 2


def proposed_alt(payload: Payload, number: int) -> str:
    """A first sentence for the piece's photo of this place (1 …), in Indonesian: its name and what
    it is made of. '' while it has no name."""
    name = payload["texts"].get(SOURCE, {}).get("name", "")
    if not name:
        return ""
    words = vocabulary()
    materials = [words.term("material", part["key"]) for part in payload["materials"]]
    said = [term.name(SOURCE).value.lower() for term in materials[:MOST_MATERIALS] if term]
    return ", ".join([name, *said, *([f"foto {number}"] if number > 1 else [])])
