"""What the shop is measured against. Frozen: a goal is never met by changing these files."""
