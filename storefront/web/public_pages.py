"""Pages that are the same bytes for everybody with the same language, currency and destination.

They may be kept (see `page_cache`), which is only safe because their views cannot ask who is
visiting: not for the person, not for another cookie than the choice of language and currency,
not for a query parameter that is not declared.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar, cast, overload

from flask import g, make_response, request
from werkzeug.datastructures import ImmutableMultiDict

from storefront.kernel.db import reading
from storefront.web.notices import are_waiting

# In the environ of a request: the answer is a public page (set here, read by the page cache).
IS_PUBLIC: Final = "storefront.is_public"
# Asked for anew at each visit, mostly answered with 304: nobody sees what was sold a minute ago.
CACHE_CONTROL: Final = "public, max-age=0, must-revalidate"

View = TypeVar("View", bound=Callable[..., Any])


@overload
def public_page(view: View) -> View: ...


@overload
def public_page(*, query: Iterable[str]) -> Callable[[View], View]: ...


def public_page(view: Any = None, *, query: Iterable[str] = ()) -> Any:
    """Under `@access("public")`: kept for everybody; asking for the principal raises.

    `query` names the parameters the page depends on: `@public_page(query=("page", "sort"))`. It
    never sees others (`utm_source`), and reading one that is not declared raises RuntimeError. A
    visitor who brings a notice gets a page of the own, which nobody keeps.
    """
    names = frozenset(query)

    def declare(view: View) -> View:
        @functools.wraps(view)
        def shown(*args: Any, **kwargs: Any) -> Any:
            if request.method not in {"GET", "HEAD"}:
                return view(*args, **kwargs)
            g.has_notices = are_waiting()
            request.args = _declared(names)
            with reading():
                g.page_is_public = True
                try:
                    response = make_response(view(*args, **kwargs))
                finally:
                    g.page_is_public = False
            if response.status_code == 200 and not g.has_notices:
                response.headers["Cache-Control"] = CACHE_CONTROL
                request.environ[IS_PUBLIC] = True
            return response

        shown.__public_query__ = names  # type: ignore[attr-defined]
        return cast(View, shown)

    return declare if view is None else declare(view)


def declared_query(view: Callable[..., Any] | None) -> frozenset[str] | None:
    """The parameters a public page depends on; None for views that are no public page."""
    return getattr(view, "__public_query__", None)


class DeclaredQuery(ImmutableMultiDict[str, str]):
    """The query of a public page. Raises RuntimeError for a name the page did not declare."""

    names: frozenset[str] = frozenset()

    def get(self, key: str, *args: Any, **kwargs: Any) -> Any:
        self._check(key)
        return super().get(key, *args, **kwargs)

    def getlist(self, key: str, *args: Any, **kwargs: Any) -> Any:
        self._check(key)
        return super().getlist(key, *args, **kwargs)

    def __getitem__(self, key: str) -> str:
        self._check(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._check(key)
        return super().__contains__(key)

    def _check(self, key: object) -> None:
        if key not in self.names:
            raise RuntimeError(f"a public page reads {key!r}: declare it, @public_page(query=…)")


def _declared(names: frozenset[str]) -> DeclaredQuery:
    found = DeclaredQuery(
        [(name, value) for name, value in request.args.items(multi=True) if name in names]
    )
    found.names = names
    return found
