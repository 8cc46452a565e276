"""Four complete catalogues whose placeholders agree with the source."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "storefront" / "translations"
# English is the source: its sentences need no catalogue of their own.
LANGUAGES = ["id", "ko", "fr"]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The sentences as they stand in code and templates now."""
    path = tmp_path_factory.mktemp("messages") / "messages.pot"
    command = [
        "-q",
        "extract",
        "-F",
        "babel.cfg",
        "-k",
        "_l",
        "-k",
        "N_",
        "-k",
        "lazy_gettext",
        "-o",
        str(path),
        ".",
    ]
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", *command], check=True, cwd=ROOT
    )
    with path.open("rb") as file:
        return read_po(file)


def catalogue(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def strings(message: Message) -> list[str]:
    texts = message.string
    return [texts] if isinstance(texts, str) else list(texts)


def placeholders(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(source: Catalog, language: str) -> None:
    present = catalogue(language)
    missing = []
    for message in source:
        if not message.id:
            continue
        key = message.id[0] if message.pluralizable else message.id
        found = present.get(key, message.context)
        if found is None or found.fuzzy or not all(strings(found)):
            missing.append(key)
    assert not missing, f"{len(missing)} of {len(source)} missing in {language}: {missing[:20]}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_agree(language: str) -> None:
    wrong = []
    for message in catalogue(language):
        if not message.id or not any(strings(message)):
            continue
        ids = list(message.id) if message.pluralizable else [message.id]
        wanted = set().union(*map(placeholders, ids))
        for text in strings(message):
            # A plural form may leave its number out ("a day"), never invent one.
            given = placeholders(text)
            if given - wanted or (not message.pluralizable and given != wanted):
                wrong.append((ids[0], text))
    assert not wrong, wrong
