"""Files under static/: named by their content, kept by browsers for a year, compressed once.

    static_url("img/mark.svg")  ->  /static/img/mark.0f3a91c2bd.svg

All style sheets leave as one, in the order of SHEETS. The scripts of a page leave as one too:
`js/shop+autosave.js` is shop.js and autosave.js, each in a block of its own, so that their names
do not meet. Under a hash that is no longer the present one the present file is served for a
minute: a page from before an update still finds its style sheet.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from flask import Flask

from storefront.web.compression import BEST, compress, encoding_for, is_text
from storefront.web.headers import protecting
from storefront.web.ready import Headers, Ready

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STATIC: Final = Path(__file__).resolve().parents[2] / "static"
SHEETS: Final = (
    *("tokens", "base", "layout", "components", "pictures", "pages", "piece"),
    *("listing", "search", "cart", "print"),
)
SHEET: Final = "css/shop.css"

_PREFIX = "/static/"
_ADDRESS = re.compile(r"(?P<stem>[\w+/-]+(?:\.[\w-]+)*)\.(?P<hash>[0-9a-f]{10})(?P<ending>\.\w+)")
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".ico": "image/x-icon",
    ".txt": "text/plain; charset=utf-8",
}
_LOOK_SECONDS = 0.3  # in development: how soon an edited file is noticed
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_AROUND = re.compile(r" ?([{};,]) ?")
# The space after a property's colon; one before a selector's colon means something.
_VALUE = re.compile(r"(?<=[{;])([\w-]+): ")


class File(NamedTuple):
    """One file as it leaves."""

    name: str
    body: bytes
    hash: str


class StaticFiles:
    """Stands before the shop as WSGI and answers everything under /static/ that exists."""

    def __init__(self, app: Flask, folder: Path | None = None) -> None:
        settings = app.config["SETTINGS"]
        self._next: WSGIApplication = app.wsgi_app
        self._folder = folder or STATIC
        self._store: Path = settings.data_dir / "static"
        self._protection = list(protecting(settings).items())
        self._is_watching = settings.SHOP_ENV == "development"
        self._looked_at, self._stamp = float("-inf"), 0
        self._files: dict[str, File] = {}
        self._answers: dict[tuple[str, str], Ready] = {}

    def url(self, name: str) -> str:
        """The address of a file, its hash in it. Raises KeyError when there is none."""
        stem, ending = os.path.splitext(name)
        return f"{_PREFIX}{stem}.{self._file(name).hash}{ending}"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not path.startswith(_PREFIX) or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._next(environ, start_response)
        encoding = encoding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
        ready = self._answers.get((path, encoding))
        if ready is None or self._is_watching:
            ready = self._ready(path, encoding)
        if ready is None:
            return self._next(environ, start_response)
        return ready.answer(environ, start_response)

    def _ready(self, path: str, encoding: str) -> Ready | None:
        parts = _ADDRESS.fullmatch(path.removeprefix(_PREFIX))
        kind = _KINDS.get(parts["ending"]) if parts else None
        if parts is None or kind is None:
            return None
        try:
            file = self._file(parts["stem"] + parts["ending"])
        except KeyError:
            return None
        is_present = file.hash == parts["hash"]
        ready = self._answer(file, kind, encoding if is_text(kind) else "", is_present)
        if is_present:
            self._answers[path, encoding] = ready
        return ready

    def _answer(self, file: File, kind: str, encoding: str, is_present: bool) -> Ready:
        body = self._compressed(file, encoding) if encoding else file.body
        lasting = "public, max-age=31536000, immutable"
        etag = f'"{file.hash}{encoding and "-" + encoding}"'
        headers: Headers = [
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", lasting if is_present else "public, max-age=60"),
            ("ETag", etag),
            *self._protection,
        ]
        if is_text(kind):
            headers.append(("Vary", "Accept-Encoding"))
        if encoding:
            headers.append(("Content-Encoding", encoding))
        return Ready("200 OK", headers, body, etag)

    def _file(self, name: str) -> File:
        """Raises KeyError for a name that is none."""
        if self._is_watching:
            self._look_for_edits()
        if name not in self._files:
            body = self._read(name)
            file = File(name, body, hashlib.sha256(body).hexdigest()[:10])
            self._files[name] = file
        return self._files[name]

    def _read(self, name: str) -> bytes:
        if name == SHEET:
            return b"\n".join(_shortened(self._raw(f"css/{sheet}.css")) for sheet in SHEETS)
        folder, _, last = name.rpartition("/")
        if folder == "js" and "+" in last:
            parts = last.removesuffix(".js").split("+")
            if len(set(parts)) != len(parts) or parts != ["shop", *sorted(parts[1:])]:
                raise KeyError(name)
            return b"\n".join(b"{" + self._raw(f"js/{part}.js") + b"}" for part in parts)
        return self._raw(name)

    def _raw(self, name: str) -> bytes:
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder.resolve()) or not path.is_file():
            raise KeyError(name)
        return path.read_bytes()

    def _compressed(self, file: File, encoding: str) -> bytes:
        """As small as can be, made once and kept in DATA_DIR for every process and start."""
        kept = self._store / f"{hashlib.sha256(file.body).hexdigest()[:40]}.{encoding}"
        with suppress(FileNotFoundError):
            return kept.read_bytes()
        body = compress(file.body, encoding, BEST[encoding])
        self._store.mkdir(parents=True, exist_ok=True)
        draft = kept.with_suffix(f".{os.getpid()}")
        draft.write_bytes(body)
        draft.replace(kept)
        return body

    def _look_for_edits(self) -> None:
        if time.monotonic() - self._looked_at < _LOOK_SECONDS:
            return
        stamps = [path.stat().st_mtime_ns for path in self._folder.rglob("*")]
        stamp = hash(tuple(sorted(stamps)))
        if stamp != self._stamp:
            self._files.clear()
        self._looked_at, self._stamp = time.monotonic(), stamp


def init_static_files(app: Flask) -> None:
    """Put the files before the app."""
    files = app.extensions["static_files"] = StaticFiles(app)
    app.wsgi_app = files  # type: ignore[method-assign]


def files_of(app: Flask) -> StaticFiles:
    """The files as this app serves them."""
    files: StaticFiles = app.extensions["static_files"]
    return files


def _shortened(sheet: bytes) -> bytes:
    """Without comments and needless spaces, which nobody reads there."""
    text = " ".join(_COMMENT.sub("", sheet.decode()).split())
    text = _AROUND.sub(r"\1", text).replace(";}", "}")
    return _VALUE.sub(r"\1:", text).encode()
