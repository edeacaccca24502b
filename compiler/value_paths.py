"""Values that are reached by names alone and printed in one format, as most of a form's are: a short cut past the evaluator.

`本项目.资金.年度资金总额.全年执行数|万元数|默认('')` is a walk over attributes. Which attributes the names stand for is learnt from the
records met, and holds for records of the same classes; the values of a whole row are then fetched at once. Whatever is out of the ordinary, a value
that is wanting or of another kind, a name that there is none of, data that could not be read, is left to the evaluator, which knows the words for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import InvalidOperation
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

from compiler.evaluator import Scope
from compiler.figures import NumberRule
from compiler.filters import PRINTED_AS, RUN_NAMES, Run
from compiler.record import BrokenData, Facts, Record


class ValuePath(NamedTuple):
    """An expression that is names, a format and what stands for an absent value."""

    name: str
    """The name in the scope: 本项目."""
    keys: tuple[str, ...]
    """Those after it, at least one."""
    formats: Mapping[type, Callable[[Any, NumberRule], str]]
    """How a value is printed, by its type."""
    default: str | None
    """Printed for a value that nobody gave; None when nothing is."""


def value_path(node: Any) -> ValuePath | None:
    """The path that an expression is, given as the node that the evaluator has built; None when it is none."""
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
    return ValuePath(node.name, tuple(reversed(keys)), formats, default)


def _is_filter(node: Any, name: str) -> bool:
    return type(node).__name__ == "Filter" and node.name == name


class PathReader:
    """Reads and prints values by paths that start at the same name."""

    __slots__ = ("_holders_of", "_kinds", "_name", "_paths", "_plan", "_values_of")

    def __init__(self, paths: Sequence[tuple[int, ValuePath]]) -> None:
        """`paths` are those of the values, each with its place in what `read` fills."""
        self._name = paths[0][1].name
        self._paths = paths
        self._kinds: tuple[type, ...] = ()
        """The types that the names before the last ones have led to, that of the first name first; empty until records are met."""
        self._holders_of: _Getter | None = None
        self._values_of: _Getter = _getter(())
        self._plan: tuple[tuple[int, Any, str | None, str, int], ...] = ()
        """Of each value that can be had its place, its formats, its default, its key, and which of the records holds it."""

    def read(self, scope: Scope, rule: NumberRule, texts: list[str | None], holders: list[Any]) -> None:
        """Put each value as it is printed into `texts`, and the record that holds it into `holders`, at its place. Leaves the
        place of one alone that evaluation is to find out about.
        """
        root = scope.get(self._name)
        try:
            held = self._held(root)
            if held is None:
                return
            for (place, format_of, default, key, holder), value in zip(
                self._plan, self._values_of(root), strict=True
            ):
                form = format_of(type(value))
                if form is not None:
                    text = form(value, rule)
                    if not text and default is not None and not value:
                        text = default
                elif value is None and default is not None:
                    if held[holder].unfilled or key in held[holder].DERIVED:
                        continue
                    text = default
                else:
                    continue
                texts[place] = text
                holders[place] = held[holder]
        except (AttributeError, BrokenData, InvalidOperation):
            self._kinds = ()

    def _held(self, root: Any) -> tuple[Any, ...] | None:
        """What the names before the last ones lead to from a value; None when it is of other types than before, which are learnt."""
        kinds = self._kinds
        if kinds and type(root) is kinds[0]:
            held = (root,) if self._holders_of is None else (root, *self._holders_of(root))
            if tuple(map(type, held)) == kinds:
                return held
        self._learn(root)
        return None

    def _learn(self, root: Any) -> None:
        """The attributes on the ways from a value, where the names are those of records."""
        held: dict[str, Any] = {"": root}
        plan: list[tuple[int, Any, str | None, str, int]] = []
        ends: list[str] = []
        for place, path in self._paths:
            way, holder = "", root
            for key in path.keys[:-1]:
                name = _names_of(holder).get(key)
                if name is None:
                    break
                way = f"{way}.{name}".lstrip(".")
                if way not in held:
                    held[way] = getattr(holder, name, None)
                holder = held[way]
            else:
                name = _names_of(holder).get(last := path.keys[-1])
                if name is not None:
                    plan.append((place, path.formats.get, path.default, last, list(held).index(way)))
                    ends.append(f"{way}.{name}".lstrip("."))
        self._kinds = tuple(map(type, held.values())) if plan else ()
        self._plan = tuple(plan)
        self._values_of = _getter(ends)
        self._holders_of = _getter(list(held)[1:]) if len(held) > 1 else None


class ValueReader:
    """Reads and prints the value of one path; the last name may also be one of facts."""

    __slots__ = ("_formats", "_path", "_way")

    def __init__(self, path: ValuePath) -> None:
        self._path = path
        self._formats = path.formats
        self._way: tuple[tuple[type, str], ...] = ()
        """The type that each name is asked of, and the attribute, or the key of facts, that it stands for there; empty until a value is met."""

    def read(self, scope: Scope, rule: NumberRule) -> tuple[str, Any] | None:
        """The value as it is printed, and what has it by its last name; None where evaluation is to find out."""
        holder: Any = None
        value: Any = scope.get(self._path.name)
        default = self._path.default
        try:
            way = self._way
            if not way or type(value) is not way[0][0]:
                self._way = way = _way(value, self._path.keys)
            if not way:
                return None
            for kind, attribute in way:
                holder, met = value, type(value)
                if met is not kind:
                    self._way = ()
                    return None
                value = holder.get(attribute) if kind is Facts else getattr(holder, attribute)
            form = self._formats.get(type(value))
            if form is not None:
                text = form(value, rule)
                if not text and default is not None and not value:
                    text = default
                return text, holder
            if value is not None or default is None or not isinstance(holder, Record):
                return None
            return None if holder.unfilled or self._path.keys[-1] in holder.DERIVED else (default, holder)
        except (AttributeError, BrokenData, InvalidOperation):
            self._way = ()
            return None


def _way(value: Any, keys: Sequence[str]) -> tuple[tuple[type, str], ...]:
    """What names stand for that are asked of a value, one after the other; nothing where one stands for nothing."""
    way: list[tuple[type, str]] = []
    for key in keys:
        if type(value) is Facts and len(way) == len(keys) - 1:
            way.append((Facts, key))
            break
        name = _names_of(value).get(key)
        if name is None:
            return ()
        way.append((type(value), name))
        value = getattr(value, name, None)
    return tuple(way)


def _names_of(value: Any) -> Mapping[str, str]:
    """The attributes of a value that is asked for them by name."""
    return value.NAMES if isinstance(value, Record) else RUN_NAMES if isinstance(value, Run) else {}


_Getter: TypeAlias = Callable[[Any], tuple[Any, ...]]


def _getter(ways: Sequence[str]) -> _Getter:
    """What gives the values at the ends of some ways from an object, as names with dots between them."""
    if len(ways) == 1:
        only = attrgetter(ways[0])
        return lambda root: (only(root),)
    return attrgetter(*ways) if ways else lambda root: ()


def readers_of(paths: Sequence[ValuePath | None]) -> tuple[PathReader, ...]:
    """What reads the paths among some values, one reader for each name that they start at; each value has the place of its path."""
    names: dict[str, list[tuple[int, ValuePath]]] = {}
    for place, path in enumerate(paths):
        if path is not None:
            names.setdefault(path.name, []).append((place, path))
    return tuple([PathReader(found) for found in names.values()])
