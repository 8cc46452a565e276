"""Business moments as rows, one module per slice."""
