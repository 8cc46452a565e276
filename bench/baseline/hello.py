"""The least a Flask route can do. Frozen."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """Two words."""
    return "Hello, world"
