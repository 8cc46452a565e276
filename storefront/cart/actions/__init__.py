"""The verbs of a cart, of what was set aside, and of who waits for a piece."""
