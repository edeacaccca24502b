"""Data after the schema: records whose fields are called by their Chinese names.

A `Record` is declared once, with the Chinese key of every field; it is the one place that maps the
words on the form to the names in code. Expressions in prose and templates see a record through
`lookup` by Chinese key, Python code through its typed attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from compiler.figures import Amount, Count, Rate
from compiler.named import NamedTuple
from compiler.source import Source, Span, unpack

if TYPE_CHECKING:
    from decimal import Decimal


class Missing:
    """What an expression finds where the data gives no value.

    Most often there is a default for it: the words for a message are found when they are asked for.
    """

    __slots__ = ("_of", "_span", "key")

    def __init__(self, of: Record | str, key: str, span: Span | None = None) -> None:
        """`of`: what lacks it, a record or as a person would say; `span`: where that stands, of a record its own."""
        self._of, self.key, self._span = of, key, span

    @property
    def owner(self) -> str:
        """What lacks it, as a person would say: 项目“…”."""
        return self._of if isinstance(self._of, str) else self._of.title

    @property
    def span(self) -> Span | None:
        """Where the owner stands in the data."""
        return self._span if isinstance(self._of, str) else self._of.span

    @property
    def needs(self) -> tuple[str, ...]:
        """What it would be computed from."""
        derived = None if isinstance(self._of, str) else self._of.DERIVED.get(self.key)
        needs = derived.inputs if derived else ()
        # Keys of another record are no advice: whoever lacks 全年预算数 fills in just that.
        return () if any("." in need for need in needs) else needs

    @property
    def zero(self) -> str:
        """The key of the amount of 0 that it cannot be divided by, when everything that it needs is filled in; else empty."""
        if isinstance(self._of, str):
            return ""
        values = {key: self._of.lookup(key) for key in self.needs}
        if any(isinstance(value, (Missing, Unfilled)) for value in values.values()):
            return ""
        return next((key for key, value in values.items() if getattr(value, "yuan", None) == 0), "")


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
    TYPED: ClassVar[Mapping[str, str]] = {}
    """Chinese key -> the attribute with what the file says for it; empty when no file may give it (filled in by the schema)."""
    SELDOM: ClassVar[frozenset[str]] = frozenset(["unfilled"])
    """Attributes that few records have of their own: no room is kept for them."""

    source: Source
    first: int
    """Which of the places kept of its file is its own; those of its values follow."""
    places: Mapping[str, int]
    """Attribute -> how far behind `first` the place of its value is kept, of the values that the file gives; shared by the
    records that give the same ones.
    """
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
            return Missing(self, key)
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
            way, last = _steps_of(path)
            owner: Any = self
            for step in way:
                owner = owner.lookup(step) if isinstance(owner, Record) else None
            if isinstance(owner, Record):
                found.append((owner, last))
        return derived.formula, tuple(found)

    def place_of(self, key: str) -> int | None:
        """Where the value of a key stands, packed; None when no file gives it."""
        behind = self.places.get(self.TYPED[key])
        return None if behind is None else self.source.places[self.first + behind]  # type: ignore[index]

    @property
    def title(self) -> str:
        """How messages call this record."""
        name = getattr(self, "name", None)
        return f"{type(self).NOUN}“{name}”" if isinstance(name, str) else type(self).NOUN

    @property
    def place(self) -> int:
        """Where the record starts in its file, packed."""
        return self.source.places[self.first]  # type: ignore[index]

    @property
    def span(self) -> Span:
        """Where the record starts in its file."""
        return self.span_of("")

    def span_of(self, attribute: str) -> Span:
        """Where the value of a field stands; the record itself when it is not given."""
        return unpack(self.source, self.source.places[self.first + self.places.get(attribute, 0)])  # type: ignore[index]


@cache
def _steps_of(path: str) -> tuple[tuple[str, ...], str]:
    """The keys of a path of `Derived.inputs`, the last by itself."""
    *way, last = path.split(".")
    return tuple(way), last


class Facts(dict[str, "Value"]):
    """An open mapping (补充数据, 参数): whatever keys the clerk chose."""

    __slots__ = ("first", "noun", "places", "source", "unfilled")

    def __init__(self, *values: Any, **more: Any) -> None:
        """As of a `dict`; facts that no file holds, until `source` is set."""
        super().__init__(*values, **more)
        self.noun = "补充数据"
        self.source: Source | None = None
        self.first = 0
        self.places: Mapping[str, int] = {}
        """As of a `Record`, by key."""
        self.unfilled: Mapping[str, Unfilled] = {}
        """What stands for the values that are still to be filled in."""

    @property
    def span(self) -> Span | None:
        """Where they start; None for facts that no file holds."""
        return self.span_of("")

    def span_of(self, key: str) -> Span | None:
        """Where the value of a key stands, else where they start; None for facts that no file holds."""
        if self.source is None:
            return None
        return unpack(self.source, self.source.places[self.first + self.places.get(key, 0)])  # type: ignore[index]

    def lookup(self, key: str) -> Value | None:
        """The value of a key; None when there is no such key."""
        value = self.get(key)
        return self.unfilled.get(key) if value is None else value

    def waits_for(self, key: str) -> Unfilled | None:
        """What is still to be filled in before there is a value for `key`; None when nothing is."""
        return self.unfilled.get(key)


_layouts: dict[tuple[str, ...], Mapping[str, int]] = {}
_MOST_LAYOUTS = 10_000
"""Of facts there may be any number, and the server of the page runs for weeks."""


def layout_of(names: tuple[str, ...]) -> Mapping[str, int]:
    """What `places` is of a record that gives the values `names`, in this order: the same object for all such records."""
    layout = _layouts.get(names)
    if layout is None:
        if len(_layouts) > _MOST_LAYOUTS:
            _layouts.clear()
        layout = _layouts[names] = {name: behind for behind, name in enumerate(names, 1)}
    return layout


Input: TypeAlias = "tuple[Record | Facts, str]"
"""Something a value was computed from: a record or facts, and the key in it."""

Value: TypeAlias = "str | int | bool | Decimal | Amount | Rate | Count | Record | Broken | Facts | Missing | Unfilled | tuple[Any, ...] | Mapping[str, Any]"
