"""Reads bracketed form fields and checks them against the SDK's own typed parameters.

The SDK ships one TypedDict per call, nested for nested objects. Walking them means that a
misspelt, removed or wrongly typed field is refused here exactly where Stripe would refuse it.
"""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, ForwardRef, Literal, NotRequired, Required, Union, get_args, get_origin

from stripe._request_options import RequestOptions
from stripe._stripe_object import UntypedStripeObject
from typing_extensions import is_typeddict

from .errors import ApiError, missing

_NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_NOT_PARAMETERS = frozenset(RequestOptions.__annotations__)


def read_form(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Turns `a[b][0]=x` pairs into nested dicts with text keys and text leaves."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        match = _NAME.match(name)
        if match is None:
            raise unknown(name)
        *path, last = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        node = tree
        for key in path:
            node = node.setdefault(key, {})
            if not isinstance(node, dict):
                raise ApiError("Invalid object", param=name)
        node[last or str(len(node))] = value
    return tree


def unknown(name: str) -> ApiError:
    """Returns the refusal of a parameter that the call does not have."""
    return ApiError(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)


def check(tree: dict[str, Any], shape: type, at: str = "") -> dict[str, Any]:
    """Returns `tree` with typed leaves.

    Raises ApiError (400) for fields that `shape` does not have or require, and wrong types.
    """
    fields = {k: v for k, v in shape.__annotations__.items() if k not in _NOT_PARAMETERS}
    for key in tree:
        if key not in fields:
            raise unknown(_join(at, key))
    for key in sorted(getattr(shape, "__required_keys__", ())):
        if key in fields and key not in tree:
            raise missing(_join(at, key))
    names = vars(sys.modules[shape.__module__])
    return {key: _value(tree[key], fields[key], names, _join(at, key)) for key in tree}


def _join(at: str, key: str) -> str:
    return f"{at}[{key}]" if at else key


def _resolved(hint: Any, names: dict[str, Any]) -> Any:
    while True:
        if isinstance(hint, ForwardRef):
            hint = hint.__forward_arg__
        if isinstance(hint, str):
            # The text comes from the installed SDK's own annotations, not from a request.
            hint = eval(hint, names)
        elif get_origin(hint) in (NotRequired, Required):
            hint = get_args(hint)[0]
        else:
            return hint


def _value(value: Any, hint: Any, names: dict[str, Any], at: str) -> Any:
    members = list(_members(hint, names))
    if isinstance(value, dict):
        return _structure(value, members, names, at)
    return _leaf(value, members, at)


def _members(hint: Any, names: dict[str, Any]) -> Iterator[Any]:
    """Yields the alternatives of a union, or the hint itself."""
    hint = _resolved(hint, names)
    if get_origin(hint) in (Union, types.UnionType):
        for member in get_args(hint):
            yield from _members(member, names)
    else:
        yield hint


def _structure(value: dict[str, Any], members: list[Any], names: dict[str, Any], at: str) -> Any:
    for member in members:
        origin = get_origin(member) or member
        if origin is list:
            return _items(value, get_args(member)[0], names, at)
        if origin in (dict, UntypedStripeObject):
            return _text_map(value, at)
        if is_typeddict(member):
            return check(value, member, at)
    raise ApiError("Invalid string: expected a single value", param=at)


def _items(value: dict[str, Any], hint: Any, names: dict[str, Any], at: str) -> list[Any]:
    if not all(key.isdecimal() for key in value):
        raise ApiError("Invalid array", param=at)
    return [
        _value(item, hint, names, _join(at, key))
        for key, item in sorted(value.items(), key=lambda pair: int(pair[0]))
    ]


def _text_map(value: dict[str, Any], at: str) -> dict[str, str]:
    if len(value) > 50:
        raise ApiError("You can have up to 50 keys in metadata", param=at)
    for key, text in value.items():
        if not isinstance(text, str):
            raise ApiError("Metadata values must be strings", param=_join(at, key))
        if len(key) > 40:
            raise ApiError("Metadata keys can have up to 40 characters", param=_join(at, key))
        if len(text) > 500:
            raise ApiError("Metadata values can have up to 500 characters", param=_join(at, key))
    return {key: text for key, text in value.items() if text != ""}


def _leaf(text: str, members: list[Any], at: str) -> Any:
    literals = [arg for m in members if get_origin(m) is Literal for arg in get_args(m)]
    if text in literals:
        return text
    if text == "":
        raise ApiError(
            f"You passed an empty string for '{at}'. It has to be left out instead.",
            code="parameter_invalid_empty",
            param=at,
        )
    choices = [choice for choice in literals if choice != ""]
    if choices:
        # The SDK types these as "one of these, or any string"; Stripe itself refuses others.
        raise ApiError(f"Invalid {at}: must be one of {', '.join(choices)}", param=at)
    for member in (int, bool, float, Decimal, str):
        if member in members:
            return _scalar(text, member, at)
    raise ApiError("Invalid object: expected named fields, got a single value", param=at)


def _scalar(text: str, kind: type, at: str) -> Any:
    if kind is int:
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            raise ApiError(f"Invalid integer: {text}", code="parameter_invalid_integer", param=at)
        return int(text)
    if kind is bool:
        if text not in ("true", "false"):
            raise ApiError(f"Invalid boolean: {text}", param=at)
        return text == "true"
    if kind in (float, Decimal):
        try:
            return Decimal(text)
        except InvalidOperation:
            raise ApiError(f"Invalid decimal: {text}", param=at) from None
    if len(text) > 5000:
        raise ApiError("Invalid string: at most 5000 characters", param=at)
    return text
