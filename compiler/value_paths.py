"""Values that are reached by names alone and printed in one format, as most of a form's are: a short cut past the evaluator.

`本项目.资金.年度资金总额.全年执行数|万元数|默认('')` is one loop over attributes here. Which attributes the names stand for is
learnt from the records met, and holds for records of the same classes. Whatever is out of the ordinary, a value that is wanting or of
another kind, a name that there is none of, data that could not be read, is left to the evaluator, which knows the words for it.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import InvalidOperation
from typing import Any, TypeAlias

from compiler.evaluator import READS, Scope
from compiler.figures import NumberRule
from compiler.filters import PRINTED_AS
from compiler.record import BrokenData, Record

Quick: TypeAlias = Callable[[Scope, NumberRule], "str | None"]
"""The printed value, leaving what was read as evaluation does; None when evaluation is to find out."""


def value_path(node: Any) -> Quick | None:
    """The short cut of an expression, given as the node that the evaluator has built; None when it has none."""
    default: str | None = None
    if (
        _is_filter(node, "默认")
        and type(node.args[0]).__name__ == "Const"
        and type(node.args[0].value) is str
    ):
        default = node.args[0].value
        node = node.node
    formats = PRINTED_AS[""]
    if type(node).__name__ == "Filter" and node.name in PRINTED_AS:
        formats = PRINTED_AS[node.name]
        node = node.node
    keys: list[str] = []
    while type(node).__name__ == "Getattr":
        keys.append(str(node.attr))
        node = node.node
    if not keys or type(node).__name__ != "Name":
        return None
    return _quick(node.name, tuple(reversed(keys)), formats, default)


def _is_filter(node: Any, name: str) -> bool:
    return type(node).__name__ == "Filter" and node.name == name


def _quick(
    name: str,
    keys: tuple[str, ...],
    formats: dict[type, Callable[[Any, NumberRule], str]],
    default: str | None,
) -> Quick:
    last = keys[-1]
    format_of = formats.get
    way: list[tuple[type, str]] = []
    owner_type: type | None = None
    attribute = ""

    def learn(value: Any) -> None:
        """The attributes on the way from a value, where the names are those of records."""
        nonlocal way, owner_type, attribute
        found = []
        for key in keys:
            if not isinstance(value, Record) or key not in value.NAMES:
                return
            found.append((type(value), value.NAMES[key]))
            value = getattr(value, found[-1][1])
        owner_type, attribute = found.pop()
        way = found

    def quick(scope: Scope, rule: NumberRule) -> str | None:
        owner = scope.get(name)
        try:
            for kind, step in way:
                if type(owner) is not kind:
                    learn(scope.get(name))
                    return None
                owner = getattr(owner, step)
            if type(owner) is not owner_type:
                learn(scope.get(name))
                return None
            value = getattr(owner, attribute)
            form = format_of(type(value))
            if form is not None:
                text = form(value, rule)
                if not text and default is not None and not value:
                    text = default
            elif value is None and default is not None and not owner.unfilled and last not in owner.DERIVED:  # type: ignore[attr-defined]
                text = default
            else:
                return None
        except (InvalidOperation, BrokenData):
            return None
        if (reads := scope.get(READS)) is not None:
            reads.clear()
            reads.append((owner, last))
        return text

    return quick
