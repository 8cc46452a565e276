"""The template of the real category page without its database, beside the Jinja-only page."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from flask import Flask, g, template_rendered

from bench.baseline import cards
from storefront.web.statements import counted

RUNS = 100
BEST_OF = 5


def template_share(app: Flask, path: str) -> float:
    """CPU of the page's template over that of the baseline's, each with its facts at hand.

    Raises RuntimeError when the template asks the database for something.
    """
    caught: list[tuple[Any, dict[str, Any]]] = []

    def catch(sender: Flask, template: Any, context: dict[str, Any], **rest: Any) -> None:
        caught.append((template, context))

    with template_rendered.connected_to(catch, app):
        app.test_client().get(path)
    template, context = caught[-1]
    app.jinja_env.auto_reload = False  # as in production
    with app.test_request_context(path), counted() as statements:
        app.preprocess_request()
        g.page_is_public = True
        own = _cpu(lambda: template.render(context))
        if statements:
            raise RuntimeError(f"the template of {path} asks the database: {statements[0]}")
    with cards.app.test_request_context("/"):
        plain = cards.app.jinja_env.get_template("cards.html")
        facts = {"cards": cards.cards(), "facets": cards.facets(), "shelves": cards.SHELVES}
        facts |= {"number": 1, "total": 1184}
        cards.app.update_template_context(facts)
        return own / _cpu(lambda: plain.render(facts))


def _cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU for a run, the best of a few times: less is disturbed by others."""
    work()
    best = float("inf")
    for _ in range(BEST_OF):
        before = time.process_time()
        for _ in range(RUNS):
            work()
        best = min(best, (time.process_time() - before) / RUNS)
    return best
