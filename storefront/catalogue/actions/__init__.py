"""The verbs of the catalogue: stock, prices, listings."""
