"""Verbs of accounts. None commits: callers hold the transaction."""
