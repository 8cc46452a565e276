"""Where bytes are kept: a folder by default, an S3-compatible store by MEDIA_URL. One seam."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import obstore
from obstore.store import LocalStore, ObjectStore, S3Store

from config import Settings
from storefront.kernel import runtime

YEAR = "public, max-age=31536000, immutable"


def put(key: str, data: bytes, mime: str = "") -> None:
    """Keep bytes under a key of our own making; the same key keeps the same bytes. A store that
    may be asked by browsers itself is told their type."""
    store = _present()
    if mime and isinstance(store, S3Store):
        attributes: Any = {"Content-Type": mime, "Cache-Control": YEAR}
        obstore.put(store, key, data, attributes=attributes)
    else:
        obstore.put(store, key, data)


def get(key: str) -> bytes:
    """The bytes. Raises FileNotFoundError."""
    return bytes(obstore.get(_present(), key).bytes())


def exists(key: str) -> bool:
    """Whether there are bytes under the key."""
    try:
        obstore.head(_present(), key)
    except FileNotFoundError:
        return False
    return True


def delete(key: str) -> None:
    """Drop a key; dropping one that is not there is fine."""
    try:
        obstore.delete(_present(), key)
    except FileNotFoundError:
        return


def stored() -> Iterator[tuple[str, dt.datetime]]:
    """Every key with the moment it was written."""
    for batch in obstore.list(_present()):
        for item in batch:
            yield item["path"], item["last_modified"]


def public_address(key: str) -> str:
    """Where browsers find a public key themselves; '' when the shop serves it."""
    base = runtime.settings().MEDIA_PUBLIC_URL.rstrip("/")
    return f"{base}/{key}" if base and key.startswith("pictures/") else ""


def _present() -> ObjectStore:
    return _store(runtime.settings())


@lru_cache(maxsize=4)
def _store(settings: Settings) -> ObjectStore:
    if not settings.media_is_remote:
        return LocalStore(Path(settings.media_url).resolve(), mkdir=True)
    address = urlsplit(settings.media_url)
    endpoint = settings.MEDIA_S3_ENDPOINT
    given = {
        "endpoint": endpoint,
        "access_key_id": settings.MEDIA_S3_KEY,
        "secret_access_key": settings.MEDIA_S3_SECRET,
    }
    # Without keys (in development) the store looks into the environment itself.
    known: Any = {name: value for name, value in given.items() if value}
    return S3Store(
        address.netloc,
        prefix=address.path.strip("/") or None,
        region=settings.MEDIA_S3_REGION,
        client_options={"allow_http": endpoint.startswith("http://"), "timeout": "30s"},
        **known,
    )
