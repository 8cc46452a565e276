"""The store: a folder and an S3-compatible one do the same, spoken to as they really are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from moto.server import ThreadedMotoServer

from config import Settings
from storefront.backup import restore, save
from storefront.kernel import runtime
from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.media import (
    MediaFile,
    add_file,
    misplaced_files,
    picture_view,
    prepare_document,
    prepare_picture,
    read_document,
    storage,
)
from storefront.notifications import drain_slow
from tests.media.photos import photo
from tests.rig import shop
from tests.rig.client import PageClient

BUCKET = "shop"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of a server that speaks S3."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def remote(s3: str, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The shop with its files in a bucket of its own test."""
    import boto3

    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "a secret of the tests"}
    bucket = f"{BUCKET}-{abs(hash(str(tmp_path)))}"
    boto3.client("s3", endpoint_url=s3, region_name="ap-southeast-3", **keys).create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-3"}
    )
    app = shop.build(
        database_url,
        tmp_path,
        MEDIA_URL=f"s3://{bucket}/in/a/folder",
        MEDIA_S3_ENDPOINT=s3,
        MEDIA_S3_REGION="ap-southeast-3",
        MEDIA_S3_KEY="key",
        MEDIA_S3_SECRET="a secret of the tests",
    )
    app.test_client_class = PageClient
    yield app
    shop.close(app)


@pytest.fixture(params=["folder", "s3"])
def either(request: pytest.FixtureRequest, remote: Flask, tmp_path: Path) -> Flask:
    """The shop on each of its stores."""
    if request.param == "folder":
        settings: Settings = remote.config["SETTINGS"]
        runtime.configure(replace(settings, MEDIA_URL=str(tmp_path / "files")))
    return remote


def test_what_is_put_is_there_until_it_is_deleted(either: Flask) -> None:
    before = now()
    storage.put("pictures/ab/cd-640.webp", b"first", "image/webp")
    storage.put("pictures/ab/cd-640.webp", b"second", "image/webp")
    assert storage.get("pictures/ab/cd-640.webp") == b"second"
    assert storage.exists("pictures/ab/cd-640.webp")
    [(key, written_at)] = list(storage.stored())
    assert key == "pictures/ab/cd-640.webp" and abs((written_at - before).total_seconds()) < 60
    storage.delete(key)
    storage.delete(key)
    assert not storage.exists(key)
    with pytest.raises(FileNotFoundError):
        storage.get(key)


def test_pictures_and_papers_live_in_either(either: Flask) -> None:
    with either.app_context():
        with transaction():
            media_id = add_file(prepare_picture(photo(1000, 800), "kain.jpg")).id
            paper = add_file(prepare_document(photo(200, 200), "ktp.jpg"))
        assert drain_slow() == 1
        media = db.session.get_one(MediaFile, media_id, populate_existing=True)
        assert media.state == "ready" and misplaced_files() == []
        assert read_document(paper) == photo(200, 200).getvalue()
        address = picture_view(media).url(960, "avif")
        db.session.rollback()
    answer = either.test_client().get(address)
    assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]


def test_a_backup_leaves_the_bucket_where_it_is(remote: Flask, tmp_path: Path) -> None:
    settings: Settings = remote.config["SETTINGS"]
    with remote.app_context(), transaction():
        add_file(prepare_picture(photo(400, 300), "kain.jpg"))
    kept = {key for key, _ in storage.stored()}
    saved = save(settings, tmp_path / "monday.tar")
    assert saved["media"] == "elsewhere" and list(saved["files"]) == ["database"]
    restored = restore(settings, tmp_path / "monday.tar", force=True)
    assert restored == saved and {key for key, _ in storage.stored()} == kept
    with remote.app_context():
        assert misplaced_files() == []


def test_browsers_are_sent_to_a_public_store(
    remote: Flask, database_url: str, tmp_path: Path
) -> None:
    settings: Settings = remote.config["SETTINGS"]
    with remote.app_context():
        with transaction():
            shown = add_file(prepare_picture(photo(400, 300), "a.jpg"))
            hidden = add_file(prepare_picture(photo(300, 400), "b.jpg", private=True))
            paper = add_file(prepare_document(photo(200, 200), "ktp.jpg"))
        key, own = f"{shown.storage_key}-400.webp", paper.storage_key
        addresses = picture_view(shown).url(), picture_view(hidden).url()
        master = shown.master_key
        db.session.rollback()
    changes = {
        name: getattr(settings, name)
        for name in ("MEDIA_URL", "MEDIA_S3_ENDPOINT", "MEDIA_S3_KEY", "MEDIA_S3_SECRET")
    }
    public = "https://cdn.example/shop/"
    app = shop.build(database_url, tmp_path, **changes, MEDIA_PUBLIC_URL=public)
    answer = app.test_client().get(addresses[0])
    assert answer.status_code == 302 and answer.location == f"https://cdn.example/shop/{key}"
    assert (
        "img-src 'self' data: blob: https://cdn.example;"
        in (answer.headers["Content-Security-Policy"])
    )
    assert app.test_client().get(addresses[1]).status_code == 404
    assert storage.public_address(own) == storage.public_address(master) == ""
    shop.close(app)


def test_the_store_is_told_what_it_keeps(remote: Flask) -> None:
    import obstore

    storage.put("pictures/ab/cd-640.avif", b"picture", "image/avif")
    told = obstore.get(storage._present(), "pictures/ab/cd-640.avif").attributes
    assert told["Content-Type"] == "image/avif" and "immutable" in told["Cache-Control"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"MEDIA_URL": "gs://bucket"}, "MEDIA_URL"),
        ({"MEDIA_URL": "s3://bucket", "MEDIA_S3_KEY": "key"}, "MEDIA_S3_SECRET"),
        ({"MEDIA_S3_ENDPOINT": "http://store"}, "MEDIA_S3_ENDPOINT"),
        ({"MEDIA_PUBLIC_URL": "http://cdn.example"}, "MEDIA_PUBLIC_URL"),
    ],
)
def test_production_refuses_a_store_that_cannot_work(changes: dict[str, str], told: str) -> None:
    good = {
        "SHOP_ENV": "production",
        "SECRET_KEY": "s" * 32,
        "ENCRYPTION_KEY": "s" * 32,
        "ALLOWED_HOSTS": "shop.example",
        "DATABASE_URL": "postgresql://shop@db/shop",
        "STRIPE_SECRET_KEY": "sk_live_x",
        "STRIPE_WEBHOOK_SECRET": "whsec_a",
    }
    whole = {"MEDIA_URL": "s3://b/p", "MEDIA_S3_KEY": "key", "MEDIA_S3_SECRET": "secret"}
    assert Settings.from_env(good | whole).faults() == []
    [fault] = Settings.from_env(good | changes).faults()
    assert told in fault and "\n" not in fault


@pytest.fixture(autouse=True)
def _settings_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The store of the process is the one of the app built last; and no proxy stands between."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"):
        if name in os.environ:
            monkeypatch.delenv(name)
    present: Any = runtime._present
    yield
    runtime._present = present
