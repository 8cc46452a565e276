"""Where pieces can be seen in the demo."""

from __future__ import annotations

from storefront.council import PlaceFacts, create_place
from storefront.demo import content, people


def add_places() -> None:
    """The Sentra and the council's gallery, in this order."""
    curator = people.person("curator@example.com").id
    for position, facts in enumerate(content.places()):
        plain = {name: value for name, value in facts.items() if name != "text"}
        create_place(
            PlaceFacts(texts=facts["text"], position=position, is_published=True, **plain), curator
        )
