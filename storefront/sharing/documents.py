"""Site maps and feeds as files in DATA_DIR: made when asked for and old, and by the worker every
three hours where the shop is large, so that no visitor waits for a hundred thousand pieces."""

from __future__ import annotations

import functools
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from storefront.kernel import runtime
from storefront.kernel.money import CURRENCIES
from storefront.kernel.translated import LANGS
from storefront.sharing import queries, xml

Lines = Callable[[], Iterator[str]]
LARGE = 2_000
FRESH_SECONDS = 60
# What the worker makes may be this old before a visitor's question makes it anew.
KEPT_SECONDS = 9 * 3600
LARGE_BYTES = 1_000_000


def fresh_file(name: str, lines: Lines) -> Path | None:
    """The document's file, made anew when it is too old; None when it has nothing to say."""
    path = _path(name)
    if not _is_fresh(path):
        _write(path, lines())
    return path if path.stat().st_size else None


def etag(path: Path) -> str:
    """The hash of a file's bytes, worked out once for each state of it."""
    stat = path.stat()
    return _digest(path, stat.st_mtime_ns, stat.st_size)


def make_documents() -> str:
    """The worker's part: all documents of a large shop anew. Says how many were made."""
    if queries.how_many_pieces() < LARGE:
        return "0"
    wanted: dict[str, Lines] = {map_name(lang, 1): _map(lang, 1) for lang in LANGS}
    for lang, part, _ in queries.map_parts():
        number = part + xml.FIRST_PIECES
        wanted[map_name(lang, number)] = _map(lang, number)
    for lang in LANGS:
        for currency in CURRENCIES:
            name = feed_name(lang, currency)
            wanted[name] = functools.partial(xml.product_feed, lang, currency)
    wanted["sitemap.xml"] = xml.map_index
    for name, lines in wanted.items():
        _write(_path(name), lines())
    return f"{len(wanted)}"


def map_name(lang: str, part: int) -> str:
    return f"sitemap-{lang}-{part}.xml"


def feed_name(lang: str, currency: str) -> str:
    return f"products-{lang}-{currency}.xml"


def folder(name: str) -> Path:
    """A folder of this slice in DATA_DIR. All in it can be made anew."""
    path = runtime.settings().data_dir / "sharing" / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def write_whole(path: Path, data: bytes) -> None:
    """Put a file in place at once: nobody reads half of it."""
    _replace(path, iter([data]))


def _map(lang: str, part: int) -> Lines:
    return functools.partial(xml.site_map, lang, part)


def _path(name: str) -> Path:
    return folder("documents") / name


def _is_fresh(path: Path) -> bool:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return False
    age = time.time() - stat.st_mtime
    return age < (KEPT_SECONDS if stat.st_size > LARGE_BYTES else FRESH_SECONDS)


def _write(path: Path, lines: Iterator[str]) -> None:
    _replace(path, (line.encode() for line in lines))


def _replace(path: Path, chunks: Iterator[bytes]) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".draft")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(chunks)
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


@functools.lru_cache(maxsize=256)
def _digest(path: Path, changed: int, size: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()[:24]
