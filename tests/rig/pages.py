"""What every page must fulfil, whoever fetches it: checked by the test client on each answer."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

_UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
_REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "list", "form")
_DATA_SCRIPTS = {"application/ld+json", "application/json"}
_checked: dict[bytes, list[str]] = {}


def parse(html: str) -> tuple[Element, list[str]]:
    """The page as a tree without namespaces, and the parser's complaints with their line."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root = parser.parse(html)
    complaints = [
        f"line {position[0]}: {code} {data or ''}" for position, code, data in parser.errors
    ]
    return root, complaints


def problems(html: str) -> list[str]:
    """All faults of one page; an empty list is a good page. Remembered by its bytes."""
    key = hashlib.sha256(html.encode()).digest()
    if key not in _checked:
        _checked[key] = list(_find(html))
    return _checked[key]


def _find(html: str) -> Iterator[str]:
    root, complaints = parse(html)
    yield from complaints
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    yield from _document(root, elements)
    yield from _identity(elements)
    yield from _forms(root, elements)
    yield from _inline(elements)


def _document(root: Element, elements: list[Element]) -> Iterator[str]:
    if not root.get("lang"):
        yield "html has no lang"
    titles = [text(element) for element in root.findall("head/title")]
    if len(titles) != 1 or not titles[0]:
        yield f"one title with words is wanted, found {titles}"
    headings = [text(element) for element in elements if element.tag == "h1"]
    if len(headings) != 1:
        yield f"exactly one h1 is wanted, found {headings}"
    for element in elements:
        if element.tag == "img" and element.get("alt") is None:
            yield f"img without alt: {element.get('src')}"
        if element.tag in {"a", "button"} and not _has_name(element):
            yield f"{element.tag} without a name: {element.attrib}"


def _identity(elements: list[Element]) -> Iterator[str]:
    ids = Counter(element.get("id") for element in elements if element.get("id") is not None)
    for name, count in ids.items():
        if count > 1 or not name:
            yield f"id {name!r} stands {count} times"
    for element in elements:
        for attribute in _REFERENCES:
            for name in (element.get(attribute) or "").split():
                if name not in ids:
                    yield f"{element.tag} {attribute}={name!r} points to nothing"


def _forms(root: Element, elements: list[Element]) -> Iterator[str]:
    parents = {child: parent for parent in root.iter() for child in parent}
    labelled = {element.get("for") for element in elements if element.tag == "label"}
    for element in elements:
        if element.tag == "form":
            for attribute in ("method", "action"):
                if not element.get(attribute):
                    yield f"form without {attribute}: {element.attrib}"
        wants_label = element.tag in {"select", "textarea"} or (
            element.tag == "input" and element.get("type", "text") not in _UNLABELLED
        )
        if wants_label and not (
            element.get("id") in labelled
            or element.get("aria-label")
            or element.get("aria-labelledby")
            or _inside(element, "label", parents)
        ):
            yield f"{element.tag} {element.get('name')!r} has no label"


def _inline(elements: list[Element]) -> Iterator[str]:
    for element in elements:
        handlers = [name for name in element.attrib if str(name).startswith("on")]
        if handlers or element.get("style") is not None or element.tag == "style":
            yield f"inline style or handler: {element.tag} {handlers} {element.get('style') or ''}"
        if (
            element.tag == "script"
            and not element.get("src")
            and element.get("type") not in _DATA_SCRIPTS
        ):
            yield f"inline script: {text(element)[:60]}"
        if re.match(r"\s*javascript:", element.get("href") or element.get("action") or "", re.I):
            yield f"script in an address: {element.get('href')}"


def _inside(element: Element, tag: str, parents: dict[Element, Element]) -> bool:
    current = parents.get(element)
    while current is not None:
        if current.tag == tag:
            return True
        current = parents.get(current)
    return False


def _has_name(element: Element) -> bool:
    if text(element) or element.get("aria-label") or element.get("aria-labelledby"):
        return True
    return any(
        child.get("alt") or child.get("aria-label") or (child.tag == "title" and child.text)
        for child in element.iter()
    )


def text(element: Element) -> str:
    """The words inside an element, white space joined."""
    return " ".join("".join(element.itertext()).split())
