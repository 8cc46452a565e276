"""What gunicorn runs for `make bench`: the shop as in production, and beside it what it is
measured against, in the same process.

The first letters of the path say who answers: /bench/hello and /bench/cards the frozen baselines,
everything else the shop. With the header `X-Anew` a public page is made anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bench.baseline import cards, hello
from storefront.app import create_app
from storefront.web.page_cache import ANEW

BASELINES = {"/bench/hello": hello.app, "/bench/cards": cards.app}

app = create_app()
_shop = app.wsgi_app


def _answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    baseline = BASELINES.get(environ["PATH_INFO"])
    if baseline is not None:
        environ["PATH_INFO"] = "/"
        return baseline(environ, start_response)
    if "HTTP_X_ANEW" in environ:
        environ[ANEW] = True
    return _shop(environ, start_response)


app.wsgi_app = _answer  # type: ignore[method-assign]
