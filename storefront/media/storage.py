"""Where bytes are kept: a folder by default, an S3-compatible store by MEDIA_URL. One seam."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from storefront.kernel import runtime


def put(key: str, data: bytes) -> None:
    """Keep bytes under a key of our own making; the same key keeps the same bytes."""
    obstore.put(_store(runtime.settings().media_url), key, data)


def get(key: str) -> bytes:
    """The bytes. Raises FileNotFoundError."""
    return bytes(obstore.get(_store(runtime.settings().media_url), key).bytes())


def delete(key: str) -> None:
    """Drop a key; dropping one that is not there is fine."""
    try:
        obstore.delete(_store(runtime.settings().media_url), key)
    except FileNotFoundError:
        return


def stored() -> Iterator[tuple[str, dt.datetime]]:
    """Every key with the moment it was written."""
    for batch in obstore.list(_store(runtime.settings().media_url)):
        for item in batch:
            yield item["path"], item["last_modified"]


@lru_cache(maxsize=4)
def _store(url: str) -> ObjectStore:
    if "://" in url:
        return from_url(url)
    return LocalStore(Path(url).resolve(), mkdir=True)
