"""Values that are reached by names alone and printed in one format, as most of a form's are: a short cut past the evaluator.

`本项目.资金.年度资金总额.全年执行数|万元数|默认('')` is a walk over attributes. Which attributes the names stand for is learnt from the
records met, and holds for records of the same classes; the values of a whole row are then fetched at once. Whatever is out of the ordinary, a value
that is wanting or of another kind, a name that there is none of, data that could not be read, is left to the evaluator, which knows the words for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import InvalidOperation
from operator import attrgetter, itemgetter
from typing import Any, TypeAlias

from compiler.evaluator import Scope
from compiler.figures import NumberRule
from compiler.filters import PRINTED_AS, RUN_NAMES, Run
from compiler.named import NamedTuple
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


_PLANS = 100
"""Kept of a reader, before all are forgotten."""

_Form: TypeAlias = Callable[[Any, NumberRule], "str | None"]


class _Plan(NamedTuple):
    """How to print what was found, where all of it is of certain types."""

    first: int
    """Where the values start in what was found, behind what holds them."""
    forms: tuple[tuple[int, _Form], ...]
    """Which values are not printed as they are, and how."""
    places: tuple[int, ...]
    """By value, in what `read` fills."""
    holders_of: _Getter
    """Gives by value what holds it, of the value that the ways start at and all that was found."""
    absent: tuple[tuple[int, int], ...]
    """Which values are printed as their default, each with the place of its holder among those: it may say that the value is still
    to be filled in.
    """


class PathReader:
    """Reads and prints values by paths that start at the same name."""

    __slots__ = ("_found_at", "_name", "_paths", "_plans", "_ways")

    def __init__(self, paths: Sequence[tuple[int, ValuePath]]) -> None:
        """`paths` are those of the values, each with its place in what `read` fills."""
        self._name = paths[0][1].name
        self._paths = paths
        self._ways: tuple[str, ...] | None = None
        """The attributes that the names were found to stand for: first to what holds the values, then to the values."""
        self._found_at: _Getter = _getter(())
        """What gives all that stands at the ends of the ways from a value."""
        self._plans: dict[tuple[type, ...], _Plan] = {}
        """How to print what was found, by the type of the value that the ways start at and of all that was found."""

    def read(self, scope: Scope, rule: NumberRule, texts: list[str | None], holders: list[Any]) -> None:
        """Put each value as it is printed into `texts`, and the record that holds it into `holders`, at its place. Leaves the
        place of one alone that evaluation is to find out about.
        """
        root = scope.get(self._name)
        try:
            try:
                found = self._found_at(root)
                plan = self._plans.get((type(root), *map(type, found)))
            except AttributeError:  # a value of another kind than before
                plan = None
            if plan is None:
                found, plan = self._learnt(root)
            first, forms, places, holders_of, absent = plan
            printed = list(found[first:])
            for index, form in forms:
                printed[index] = form(printed[index], rule)
        except (AttributeError, BrokenData, InvalidOperation):
            return
        held = (root, *found)
        for index, holder in absent:
            if held[holder].unfilled:
                printed[index] = None
        if len(printed) == len(texts):
            texts[:] = printed
            holders[:] = holders_of(held)
            return
        own = holders_of(held)
        for index, place in enumerate(places):
            texts[place], holders[place] = printed[index], own[index]

    def _learnt(self, root: Any) -> tuple[tuple[Any, ...], _Plan]:
        """What is found from a value by the attributes that the names stand for, where they are those of records, and how to print it."""
        held: dict[str, Any] = {"": root}
        ends: list[tuple[int, ValuePath, str, str]] = []
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
                name = _names_of(holder).get(path.keys[-1])
                if name is not None:
                    ends.append((place, path, way, f"{way}.{name}".lstrip(".")))
        ways = tuple([*held, *[end for _, _, _, end in ends]][1:])
        if ways != self._ways or len(self._plans) >= _PLANS:
            self._plans.clear()
            self._ways, self._found_at = ways, _getter(ways)
        found = self._found_at(root)
        first, order = len(held) - 1, list(held)
        holders = [order.index(way) for _, _, way, _ in ends]
        forms: list[tuple[int, _Form]] = []
        absent: list[tuple[int, int]] = []
        for index, ((_, path, way, _), holder, value) in enumerate(
            zip(ends, holders, found[first:], strict=True)
        ):
            form = _form(path, type(value), held[way])
            if form is not None:
                forms.append((index, form))
            if value is None and form is not _unknown:
                absent.append((index, holder))
        places = tuple([place for place, *_ in ends])
        plan = _Plan(first, tuple(forms), places, _getter_of_items(holders), tuple(absent))
        self._plans[(type(root), *map(type, found))] = plan
        return found, plan


def _form(path: ValuePath, kind: type, holder: Any) -> _Form | None:
    """How the value of a path is printed that is of a type; None for words, which stay as they are."""
    default = path.default
    if kind is type(None):
        if default is None or not _may_lack(holder, path.keys[-1]):
            return _unknown
        return lambda value, rule: default
    form = path.formats.get(kind)
    if kind is str and form is not None:
        return None if default is None else lambda value, rule: value or default
    return form or _unknown


def _may_lack(holder: Any, key: str) -> bool:
    """Whether a value that is not there was not given: what could have been computed is for evaluation to look into."""
    return isinstance(holder, Record) and key not in holder.DERIVED


def _unknown(value: Any, rule: NumberRule) -> str | None:
    return None


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
            if value is not None or default is None or not _may_lack(holder, self._path.keys[-1]):
                return None
            return None if holder.unfilled else (default, holder)
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


def _getter_of_items(places: Sequence[int]) -> _Getter:
    """What gives the items at some places of a tuple."""
    if len(places) == 1:
        only = places[0]
        return lambda items: (items[only],)
    return itemgetter(*places) if places else lambda items: ()


def readers_of(paths: Sequence[ValuePath | None]) -> tuple[PathReader, ...]:
    """What reads the paths among some values, one reader for each name that they start at; each value has the place of its path."""
    names: dict[str, list[tuple[int, ValuePath]]] = {}
    for place, path in enumerate(paths):
        if path is not None:
            names.setdefault(path.name, []).append((place, path))
    return tuple([PathReader(found) for found in names.values()])
