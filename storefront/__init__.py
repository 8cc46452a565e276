"""Sentra Kriya: the craft council's shop. Slices on floors; see docs/architecture.md."""
