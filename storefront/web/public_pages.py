"""Pages that are the same bytes for everybody with the same language and currency.

They may be kept by caches, which is only safe because their views cannot ask who is visiting.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import g, make_response, request
from werkzeug.wrappers import Response

from storefront.web.notices import are_waiting

SHARED_SECONDS = 60

View = TypeVar("View", bound=Callable[..., Any])


def public_page(view: View) -> View:
    """Under `@access("public")`: cacheable, with an ETag; asking for the principal raises.

    Browsers ask again each time (and are mostly told 304); shared caches keep the page a minute.
    A visitor who brings a notice gets a page of the own, which nobody keeps.
    """

    @functools.wraps(view)
    def shown(*args: Any, **kwargs: Any) -> Any:
        if request.method not in {"GET", "HEAD"}:
            return view(*args, **kwargs)
        g.page_is_public, g.has_notices = True, are_waiting()
        try:
            response = make_response(view(*args, **kwargs))
        finally:
            g.page_is_public = False
        if response.status_code == 200 and not g.has_notices:
            _make_cacheable(response)
        return response

    return cast(View, shown)


def _make_cacheable(response: Response) -> None:
    response.headers["Cache-Control"] = f"public, max-age=0, s-maxage={SHARED_SECONDS}"
    response.vary.add("Cookie")  # currency and destination stand in one
    digest = hashlib.sha256(response.get_data()).hexdigest()[:20]
    response.set_etag(digest, weak=True)  # weak: compression changes the bytes
    response.make_conditional(request.environ)
