"""The nouns of the catalogue: offers, cards, pages, search."""
