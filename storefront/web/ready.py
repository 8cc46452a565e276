"""An answer whose bytes and headers are ready to be sent: files and kept pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Headers = list[tuple[str, str]]
_OF_THE_BODY = ("Content-Type", "Content-Length")


class Ready(NamedTuple):
    """Status line, headers and body in one encoding. Without an ETag it is never 304."""

    status: str
    headers: Headers
    body: bytes
    etag: str = ""

    def answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The whole of it, whatever range was asked for; 304 when the browser has these bytes."""
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known is not None and self.etag and _is_known(self.etag, known):
            headers = [item for item in self.headers if item[0] not in _OF_THE_BODY]
            start_response("304 Not Modified", headers)
            return ()
        start_response(self.status, self.headers)
        return () if environ["REQUEST_METHOD"] == "HEAD" else (self.body,)


def _is_known(etag: str, known: str) -> bool:
    if known.strip() == "*":
        return True
    return etag in (item.strip().removeprefix("W/") for item in known.split(","))
