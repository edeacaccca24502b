"""What a request asks for: JSON or a query, each value of the type that its handler declares, nothing besides."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from compiler.editor.server.refusals import Refused
from compiler.named import NamedTuple

_DEEPEST = 8
"""Levels of nesting; no request has more than three."""

Asked = Mapping[str, Any]
"""The values of a request by name, each of its declared kind."""
Kind = Callable[[object], Any]
"""Gives the value when it is one of the kind, else raises `ValueError` or `TypeError`."""


class Field(NamedTuple):
    """A value that a request has, or may have."""

    kind: Kind
    optional: bool = False
    """Left out, it is None."""


def text(longest: int = 400) -> Kind:
    """Text of at most so many characters, that can be written as UTF-8."""

    def kind(value: object) -> str:
        if type(value) is not str or len(value) > longest:
            raise ValueError
        value.encode()  # UnicodeEncodeError, a ValueError, for half a character
        return value

    return kind


def choice(*words: str) -> Kind:
    """One of some words."""

    def kind(value: object) -> str:
        if type(value) is not str or value not in words:
            raise ValueError
        return value

    return kind


def count(value: object) -> int:
    """A number from 0."""
    if type(value) is not int or not 0 <= value < 1 << 53:
        raise ValueError
    return value


def flag(value: object) -> bool:
    """True or false."""
    if type(value) is not bool:
        raise ValueError
    return value


def many(kind: Kind, most: int) -> Kind:
    """A list of at most so many."""

    def kinds(value: object) -> list[Any]:
        if type(value) is not list or len(value) > most:
            raise ValueError
        return [kind(each) for each in value]

    return kinds


def record(fields: Mapping[str, Kind]) -> Kind:
    """An object with exactly these values."""

    def kind(value: object) -> dict[str, Any]:
        if type(value) is not dict or value.keys() != fields.keys():
            raise ValueError
        return {name: read(value[name]) for name, read in fields.items()}

    return kind


def from_body(body: bytes, fields: Mapping[str, Field]) -> Asked:
    """The values of a JSON body. Raises `Refused` when it is none, or has other values than declared."""
    try:
        whole = json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
        _shallow(whole, _DEEPEST)
    except (ValueError, RecursionError):
        raise _not_understood("不是要的格式") from None
    if type(whole) is not dict:
        raise _not_understood("不是要的格式")
    return _checked(whole, fields)


def from_query(query: bytes, fields: Mapping[str, Field]) -> Asked:
    """The values of a query. Raises `Refused` when it has others than declared, or one twice."""
    try:
        pairs = parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(query),
            errors="strict",
            max_num_fields=20,
        )
        return _checked(_once(pairs), fields)
    except ValueError:
        raise _not_understood("地址后面写得不对") from None


def _checked(whole: Mapping[str, Any], fields: Mapping[str, Field]) -> Asked:
    if whole.keys() - fields.keys():
        raise _not_understood("有不认识的项")
    out: dict[str, Any] = {}
    for name, field in fields.items():
        if name not in whole:
            if not field.optional:
                raise _not_understood(f"少了 {name}")
            out[name] = None
            continue
        try:
            out[name] = field.kind(whole[name])
        except (ValueError, TypeError):
            raise _not_understood(f"{name} 不对") from None
    return out


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    whole = dict(pairs)
    if len(whole) != len(pairs):
        raise ValueError("a name twice")
    return whole


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _shallow(value: object, depth: int) -> None:
    if depth == 0:
        raise ValueError("too deep")
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        _shallow(each, depth - 1)


def _not_understood(what: str) -> Refused:
    return Refused(400, f"网页发来的请求看不懂：{what}。", "刷新网页再试一次。")
