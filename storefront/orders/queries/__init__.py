"""The nouns of an order: the buyer's page, a workshop's queue, the council's desk."""
