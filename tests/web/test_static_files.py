"""Files: their names, how long they are kept, how they are packed, and what is in the bundles."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import brotli
import pytest
from flask import Flask

from storefront.web.static_files import SHEETS, STATIC, StaticFiles, files_of
from tests.rig import shop
from tests.rig.client import PageClient
from tests.rig.shop import ROOT


@pytest.fixture
def files(trial: Flask) -> StaticFiles:
    return files_of(trial)


def packed(client: PageClient, path: str, accepted: str = "br") -> bytes:
    answer = client.get(path, headers={"Accept-Encoding": accepted})
    assert answer.status_code == 200 and answer.headers["Content-Encoding"] == accepted
    return answer.data


def test_a_file_is_kept_for_ever_under_its_hash(trial: Flask, files: StaticFiles) -> None:
    client = trial.test_client()
    address = files.url("img/mark.svg")
    fresh = client.get(address)
    assert fresh.data == (STATIC / "img/mark.svg").read_bytes()
    assert fresh.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert fresh.headers["Content-Type"] == "image/svg+xml"
    assert fresh.headers["Vary"] == "Accept-Encoding"
    assert "default-src 'none'" in fresh.headers["Content-Security-Policy"]
    again = client.get(address, headers={"If-None-Match": fresh.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.head(address).headers["Content-Length"] == str(len(fresh.data))


def test_under_an_old_hash_the_present_file_is_there_for_a_minute(
    trial: Flask, files: StaticFiles
) -> None:
    client = trial.test_client()
    present = files.url("css/shop.css")
    old = client.get("/static/css/shop.0123456789.css")
    assert old.data == client.get(present).data
    assert old.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(
    "path",
    [
        "../config.0123456789.py",
        "..%2f..%2fconfig.0123456789.py",
        "css/../../config.0123456789.css",
        "css/nothing.0123456789.css",
        "css/shop.css",
        "js/autosave+shop.0123456789.js",
        "js/shop+shop.0123456789.js",
        "js/shop+nothing.0123456789.js",
        "js/shop+reasons+autosave.0123456789.js",
        "img.0123456789.svg",
        "%00",
        "",
    ],
)
def test_nothing_else_is_served(trial: Flask, path: str) -> None:
    assert trial.test_client().get(f"/static/{path}").status_code in (400, 404)


def test_files_are_packed_once_and_kept_beside_the_data(trial: Flask, files: StaticFiles) -> None:
    client = trial.test_client()
    address = files.url("css/shop.css")
    whole = client.get(address).data
    assert brotli.decompress(packed(client, address)) == whole
    assert len(packed(client, address)) < len(packed(client, address, "gzip")) < len(whole)
    store = trial.config["SETTINGS"].data_dir / "static"
    assert len(list(store.iterdir())) == 2
    # Another process of the same shop takes what is there.
    for kept in store.glob("*.br"):
        kept.write_bytes(brotli.compress(b"made before"))
    files._answers.clear()
    assert brotli.decompress(packed(client, address)) == b"made before"


def test_pictures_are_not_packed_again(trial: Flask, files: StaticFiles) -> None:
    name = next(path for path in STATIC.rglob("*.webp")).relative_to(STATIC).as_posix()
    client = trial.test_client()
    answer = client.get(files.url(name), headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in answer.headers and "Vary" not in answer.headers
    assert answer.headers["Content-Type"] == "image/webp"


def test_one_sheet_holds_all_sheets_in_their_order(trial: Flask, files: StaticFiles) -> None:
    assert {path.stem for path in (STATIC / "css").glob("*.css")} == set(SHEETS)
    text = trial.test_client().get(files.url("css/shop.css")).text
    assert text.startswith("@layer reset,tokens,") and "/*" not in text
    for sheet in SHEETS:
        rules = (STATIC / f"css/{sheet}.css").read_text().count("{")
        assert rules > 0
    everything = "".join((STATIC / f"css/{sheet}.css").read_text() for sheet in SHEETS)
    assert text.count("{") == everything.count("{")
    page = trial.test_client().get("/nowhere").text
    assert page.count('rel="stylesheet"') == 1 and page.count("<script") == 1


def test_scripts_of_a_page_leave_as_one(trial: Flask, files: StaticFiles) -> None:
    answer = trial.test_client().get(files.url("js/shop+autosave+listing.js"))
    for name in ("shop", "autosave", "listing"):
        assert "{" + (STATIC / f"js/{name}.js").read_text() + "}" in answer.text
    assert answer.headers["Content-Type"].startswith("text/javascript")


def test_pages_ask_for_their_scripts_by_the_block_only() -> None:
    """Two script elements would be two requests; a block of names is one file."""
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if "static_url('js/" in path.read_text() or 'static_url("js/' in path.read_text()
    ]
    assert not found, found
    for path in (STATIC / "js").glob("*.js"):
        lines = path.read_text().splitlines()
        joined = [line for line in lines if line.startswith(("import ", "export "))]
        assert not joined, f"{path.name} cannot stand in a block: {joined}"


def test_an_edited_file_is_noticed_in_development(trial: Flask, tmp_path: Path) -> None:
    folder = trial.config["SETTINGS"].data_dir / "edited"
    (folder / "css").mkdir(parents=True)
    sheet = folder / "css" / "own.css"
    sheet.write_text("body { color: black }")
    files = StaticFiles(trial, folder)
    files._is_watching = True
    before = files.url("css/own.css")
    sheet.write_text("body { color: white }")
    files._looked_at = float("-inf")  # as if the next look were due
    after = files.url("css/own.css")
    assert before != after
    sheet.write_text("body { color: red }")
    assert files.url("css/own.css") == after  # not yet looked again
    unwatched = StaticFiles(trial, folder)
    kept = unwatched.url("css/own.css")
    sheet.write_text("body { color: blue }")
    unwatched._looked_at = float("-inf")
    assert unwatched.url("css/own.css") == kept


def test_watching_is_on_in_development_alone(database_url: str, tmp_path: Path) -> None:
    for environment, watching in (("development", True), ("test", False)):
        app = shop.build(database_url, tmp_path, SHOP_ENV=environment)
        assert files_of(app)._is_watching is watching
        shop.close(app)


def test_the_sheet_and_every_script_are_light_enough_for_a_phone(files: StaticFiles) -> None:
    """In gzip, which everybody has: 15 KB for all sheets together, 10 KB for a page's script."""
    sheet = gzip.compress(files._file("css/shop.css").body)
    assert len(sheet) <= 15 * 1024, len(sheet)
    blocks = re.compile(r"{% block scripts %}([\w ]+){% endblock %}")
    pages = {
        names
        for path in (ROOT / "templates").rglob("*.html")
        for names in blocks.findall(path.read_text())
    }
    assert pages
    for names in ("", *pages):
        parts = "+".join(["shop", *sorted(names.split())])
        script = gzip.compress(files._file(f"js/{parts}.js").body)
        assert len(script) <= 10 * 1024, (names, len(script))
