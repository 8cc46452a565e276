"""The backup file: a tar of database, media folder and a manifest that proves both."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from config import Settings
from storefront.backup.engines import BackupError, engine_of
from storefront.kernel.clock import now
from storefront.kernel.crypto import keyed_hash

_FORMAT = 1
_MANIFEST = "manifest.json"
_DATABASE = "database"
_MEDIA = "media/"
_CHUNK = 1024 * 1024


def save(settings: Settings, target: Path) -> dict[str, Any]:
    """Write a backup of the running shop; returns its manifest.

    The database is copied first and the media afterwards, so that every picture a row names is
    there. Raises BackupError, and leaves nothing behind, when it cannot be done.
    """
    if target.exists():
        raise BackupError(f"{target} exists already; a backup is never written over.")
    target.parent.mkdir(parents=True, exist_ok=True)
    engine = engine_of(settings.database_url)
    draft = target.with_name(f".{target.name}.draft")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            copy = Path(folder) / _DATABASE
            counts = engine.dump(copy)
            # Readable by its owner only: it holds the buyers' addresses.
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
                files = {_DATABASE: _add(tar, copy, _DATABASE)}
                for path, name in _media_files(settings):
                    digest = _add(tar, path, name)
                    if digest:
                        files[name] = digest
                manifest = {
                    "format": _FORMAT,
                    "made_at": now().isoformat(),
                    "engine": engine.name,
                    "rows": counts,
                    "files": files,
                    "media": "elsewhere" if _is_remote(settings) else "included",
                    "key": _key_mark(),
                }
                _add_manifest(tar, manifest, Path(folder))
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def restore(settings: Settings, source: Path, *, force: bool = False) -> dict[str, Any]:
    """Put a backup in place of the present database and media; returns its manifest.

    Everything is unpacked and compared with the manifest before anything is replaced. Raises
    BackupError when the target holds something (unless `force`), when the file is damaged, or
    when it comes from the other engine.
    """
    engine = engine_of(settings.database_url)
    media = None if _is_remote(settings) else Path(settings.media_url).resolve()
    if not force and not engine.is_empty():
        raise BackupError("The database is not empty; --force replaces all that is in it.")
    if not force and media is not None and media.exists() and any(media.iterdir()):
        raise BackupError(f"{media} is not empty; --force replaces all that is in it.")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_dir) as folder:
        manifest = _unpack(source, Path(folder))
        if manifest["engine"] != engine.name:
            raise BackupError(f"This is a backup of {manifest['engine']}, not of {engine.name}.")
        rows = engine.load(Path(folder) / _DATABASE)
        if rows != manifest["rows"]:
            raise BackupError("The restored database does not hold the rows that were saved.")
        if media is not None:
            _replace_folder(Path(folder) / _MEDIA, media)
    return manifest


def key_fits(manifest: dict[str, Any]) -> bool:
    """Whether the present ENCRYPTION_KEY is the one the backup was made under."""
    return bool(manifest["key"] == _key_mark())


def _key_mark() -> str:
    # Tells two keys apart and nothing about either.
    return keyed_hash("the key of a backup")[:16]


def _is_remote(settings: Settings) -> bool:
    return "://" in settings.media_url


def _media_files(settings: Settings) -> Iterator[tuple[Path, str]]:
    if _is_remote(settings):
        return
    root = Path(settings.media_url).resolve()
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, _MEDIA + path.relative_to(root).as_posix()


def _add(tar: tarfile.TarFile, path: Path, name: str) -> str:
    """Append a file; returns its SHA-256, or nothing when it was removed in the meantime."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return ""
    with file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
        file.seek(0)
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        tar.addfile(entry, file)
    return digest


def _add_manifest(tar: tarfile.TarFile, manifest: dict[str, Any], folder: Path) -> None:
    path = folder / _MANIFEST
    path.write_text(json.dumps(manifest, indent=1))
    _add(tar, path, _MANIFEST)


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Unpack into `folder`, writing only plain files below it; compares every checksum."""
    digests: dict[str, str] = {}
    manifest: dict[str, Any] = {}
    try:
        with tarfile.open(source, mode="r|") as tar:
            for entry in tar:
                parts = PurePosixPath(entry.name).parts
                stream = tar.extractfile(entry) if entry.isfile() else None
                if stream is None or ".." in parts or entry.name.startswith("/"):
                    raise BackupError(f"{source} holds {entry.name!r}, which no backup holds.")
                if entry.name == _MANIFEST:
                    manifest = json.load(stream)
                    continue
                path = folder.joinpath(*parts)
                path.parent.mkdir(parents=True, exist_ok=True)
                digest = hashlib.sha256()
                with path.open("wb") as file:
                    while chunk := stream.read(_CHUNK):
                        digest.update(chunk)
                        file.write(chunk)
                digests[entry.name] = digest.hexdigest()
    except FileNotFoundError as error:
        raise BackupError(f"There is no backup at {source}.") from error
    except (tarfile.TarError, json.JSONDecodeError) as error:
        raise BackupError(f"{source} is damaged or cut short: {error}") from error
    if manifest.get("format") != _FORMAT:
        raise BackupError(f"{source} is cut short or was not made by this shop.")
    if manifest["files"] != digests:
        raise BackupError(f"{source} is damaged: its files are not the ones that were saved.")
    return manifest


def _replace_folder(new: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for old in list(target.iterdir()):
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    if new.exists():
        for path in list(new.iterdir()):
            shutil.move(path, target / path.name)
