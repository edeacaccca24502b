"""Data after the schema: records whose fields are called by their Chinese names.

A `Record` is declared once, with the Chinese key of every field; it is the one place that maps the
words on the form to the names in code. Expressions in prose and templates see a record through
`lookup` by Chinese key, Python code through its typed attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeAlias

from compiler.figures import Amount, Count, Rate
from compiler.source import Source, Span, unpack

if TYPE_CHECKING:
    from decimal import Decimal


class Missing(NamedTuple):
    """What an expression finds where the data gives no value."""

    owner: str
    """What lacks it, as a person would say: 项目“…”."""
    key: str
    span: Span | None
    """Where the owner stands in the data."""
    needs: tuple[str, ...] = ()
    """What it would be computed from."""


class Unfilled:
    """What an expression finds where the data says 待填: a value is to come, and so is what is computed from it."""

    __slots__ = ("key", "undecided")

    def __init__(self, key: str, undecided: bool = False) -> None:
        self.key = key
        """What is to be filled in: 全年执行数."""
        self.undecided = undecided
        """It stands for the answer to a comparison, not for the value itself."""


class Derived(NamedTuple):
    """How a key gets its value from others, when the file does not give it."""

    attribute: str
    """The property with the value that is printed: as typed, else computed."""
    formula: str
    """As a person would write it: 全年执行数÷全年预算数."""
    inputs: tuple[str, ...]
    """What it is computed from: keys of the same record, or paths from it (`资金总体.差额`)."""
    typed: str = ""
    """The field with the typed value; empty when the file may not give it."""


class BrokenData(Exception):
    """An expression met data that could not be read; what is wrong with it is reported already."""


class Broken:
    """Stands for data that could not be read, so that the rest of a report can still be looked through.

    Asking it for anything raises `BrokenData`.
    """

    def __init__(self, span: Span, id: str = "") -> None:
        self.span = span
        self.id = id
        """The stem of its file."""

    def lookup(self, key: str) -> Value | None:
        raise BrokenData


class Record:
    """Base of all records; `compiler.schema` makes the instances."""

    KEYS: ClassVar[Mapping[str, str]] = {}
    """Chinese key -> attribute, of the fields the file may hold (filled in by the schema)."""
    DERIVED: ClassVar[Mapping[str, Derived]] = {}
    """Chinese key -> how its value follows from others, when the file does not give it."""
    NAMES: ClassVar[Mapping[str, str]] = {}
    """Both together: every key an expression may use (filled in by the schema)."""
    NOUN: ClassVar[str] = "此处"
    """What such a record is called in messages."""

    source: Source
    place: int
    places: dict[str, int]
    unfilled: Mapping[str, Unfilled] = {}
    """Attribute -> what stands for its value, of the fields that are still to be filled in; the attribute itself is None."""

    def lookup(self, key: str) -> Value | None:
        """The value of a Chinese key; `Missing` when not given; None when there is no such key."""
        name = self.NAMES.get(key)
        if name is None:
            return None
        value: Value | None = getattr(self, name)
        if value is None:
            if (unfilled := self.waits_for(key)) is not None:
                return unfilled
            derived = self.DERIVED.get(key)
            needs = derived.inputs if derived else ()
            # Keys of another record are no advice: whoever lacks 全年预算数 fills in just that.
            return Missing(self.title, key, self.span, () if any("." in need for need in needs) else needs)
        return value

    def waits_for(self, key: str) -> Unfilled | None:
        """What is still to be filled in before there is a value for `key`; None when nothing is."""
        if self.unfilled:
            found = self.unfilled.get(self.KEYS.get(key, ""))
            if found is not None:
                return found
        if key in self.DERIVED:
            for owner, inner in self.origin(key)[1]:
                found = owner.waits_for(inner)
                if found is not None:
                    return found
        return None

    def keys(self) -> Iterable[str]:
        """Every key an expression may use."""
        return self.NAMES

    def origin(self, key: str) -> tuple[str, tuple[Input, ...]]:
        """The formula of a value that no file gives, and what it was computed from: records and their keys."""
        derived = self.DERIVED.get(key)
        if derived is None:
            return "", ()
        found = []
        for path in derived.inputs:
            owner: Any = self
            *way, last = path.split(".")
            for step in way:
                owner = owner.lookup(step) if isinstance(owner, Record) else None
            if isinstance(owner, Record):
                found.append((owner, last))
        return derived.formula, tuple(found)

    def place_of(self, key: str) -> int | None:
        """Where the value of a key stands, packed; None when no file gives it."""
        derived = self.DERIVED.get(key)
        return self.places.get(derived.typed if derived else self.KEYS[key])

    @property
    def title(self) -> str:
        """How messages call this record."""
        name = getattr(self, "name", None)
        return f"{type(self).NOUN}“{name}”" if isinstance(name, str) else type(self).NOUN

    @property
    def span(self) -> Span:
        """Where the record starts in its file."""
        return unpack(self.source, self.place)

    def span_of(self, attribute: str) -> Span:
        """Where the value of a field stands; the record itself when it is not given."""
        place = self.places.get(attribute)
        return self.span if place is None else unpack(self.source, place)


class Facts(dict[str, "Value"]):
    """An open mapping (补充数据, 参数): whatever keys the clerk chose."""

    noun = "补充数据"
    span: Span | None = None
    source: Source | None = None
    places: Mapping[str, int] = {}
    """Where each value stands in `source`."""
    unfilled: Mapping[str, Unfilled] = {}
    """What stands for the values that are still to be filled in."""

    def span_of(self, key: str) -> Span | None:
        """Where the value of a key stands; None for facts that no file holds."""
        place = self.places.get(key)
        return self.span if place is None or self.source is None else unpack(self.source, place)

    def lookup(self, key: str) -> Value | None:
        """The value of a key; None when there is no such key."""
        value = self.get(key)
        return self.unfilled.get(key) if value is None else value

    def waits_for(self, key: str) -> Unfilled | None:
        """What is still to be filled in before there is a value for `key`; None when nothing is."""
        return self.unfilled.get(key)


Input: TypeAlias = "tuple[Record | Facts, str]"
"""Something a value was computed from: a record or facts, and the key in it."""

Value: TypeAlias = "str | int | bool | Decimal | Amount | Rate | Count | Record | Broken | Facts | Missing | Unfilled | tuple[Any, ...] | Mapping[str, Any]"
