"""Small promises about the sources themselves."""

from __future__ import annotations

import ast
import warnings
from dataclasses import fields
from pathlib import Path

from config import Settings

ROOT = Path(__file__).resolve().parents[2]
LONG = 300


def test_every_process_setting_is_explained_in_the_docs() -> None:
    table = (ROOT / "docs" / "configuration.md").read_text()
    for field in fields(Settings):
        default = f"`{field.default}`" if field.default != "" else ""
        about = field.metadata["about"]
        row = " | ".join(cell.replace("|", "\\|") for cell in (f"`{field.name}`", default, about))
        assert f"| {row} |" in table, f"docs/configuration.md lacks: | {row} |"


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    refused = {"skip", "skipif", "xfail", "importorskip"}
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in refused
        and ast.unparse(node.value) in {"pytest", "pytest.mark"}
    ]
    assert not found, found


def test_long_files_are_named() -> None:
    # A guide and not a limit: past it, split by meaning.
    for path in sorted((ROOT / "storefront").rglob("*.py")):
        count = len(path.read_text().splitlines())
        if count > LONG:
            warnings.warn(f"{path.relative_to(ROOT)} has {count} lines", stacklevel=1)


def test_nothing_names_a_secret() -> None:
    marks = ("sk_live_", "whsec_live", "BEGIN " + "PRIVATE KEY", "BEGIN RSA " + "PRIVATE")
    this = Path(__file__)
    for folder in ("storefront", "deploy", "docs", "templates", "static"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and path != this and path.suffix in {".py", ".md", ".html", ".js"}:
                text = path.read_text(errors="replace")
                assert not [mark for mark in marks if mark in text], path
