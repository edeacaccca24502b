"""Raw data -> records: what keys there may be, what kind each value is, in one declaration.

    class Section(Record):
        NOUN = "内设机构"
        name: str = required("名称", TEXT)
        plate: str | None = optional("挂牌", TEXT)

`read_record(Section, raw, context)` reports every unknown, missing and ill-typed value at its place and gives the
record, or None when something was wrong with it. What a value may be is in `compiler.kinds`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from sys import intern
from typing import Any, TypeVar

from compiler.computed import computed
from compiler.diagnostics import Code, Diagnostics, nearest
from compiler.gaps import Gap, holds_mark, is_unfilled, mark_for
from compiler.kinds import TEXT, Context, Kind
from compiler.rawdata import RECURRING, Mapping, Node, RawFile, Scalar, Sequence
from compiler.reading import Kept, add_gap, unbracketed
from compiler.record import Record, Unfilled, layout_of
from compiler.source import PLACE_BITS

T = TypeVar("T")
R = TypeVar("R", bound=Record)


class _Key:
    __slots__ = ("kind", "name", "needed")

    def __init__(self, name: str, kind: Kind[Any], needed: bool) -> None:
        self.name, self.kind, self.needed = name, kind, needed


def required(name: str, kind: Kind[T]) -> T:
    """A field that must be given, by its Chinese key."""
    return _Key(name, kind, True)  # type: ignore[return-value]


def optional(name: str, kind: Kind[T]) -> T | None:
    """A field that may be absent; it is None then."""
    return _Key(name, kind, False)  # type: ignore[return-value]


_own: dict[type, dict[str, _Key]] = {}


def _declared(cls: type) -> dict[str, _Key]:
    """The fields that a class itself declares, by attribute.

    From the first call on each is None in the class: a record holds what a file gives, and takes half the room.
    """
    own = _own.get(cls)
    if own is None:
        own = _own[cls] = {name: key for name, key in vars(cls).items() if isinstance(key, _Key)}
        for name in own:
            setattr(cls, name, None)
    return own


class _Shape:
    """What `read_record` needs of a record class, worked out once."""

    __slots__ = ("fields", "needed", "open", "rows")

    def __init__(self, cls: type[Record]) -> None:
        self.fields: dict[str, tuple[str, Callable[[Node, Context, str], Any]]] = {}
        self.rows: dict[tuple[str, ...], _Row] = {}
        """How rows are read, by the names in them."""
        self.needed: list[tuple[str, str]] = []
        self.open: dict[str, bool] = {}
        """The keys whose value may be left open: whether the record needs it all the same, in words."""
        keys: dict[str, str] = {}
        for base in reversed(cls.__mro__):
            for attribute, key in _declared(base).items():
                self.fields[key.name] = (attribute, key.kind.read)
                keys[key.name] = attribute
                if not key.kind.holds_others and (key.kind is TEXT or not key.needed):
                    self.open[key.name] = key.needed
                if key.needed:
                    self.needed.append((key.name, attribute))
        _share_keys(cls)
        cls.KEYS = keys
        cls.NAMES = {**keys, **{key: derived.attribute for key, derived in cls.DERIVED.items()}}
        cls.TYPED = {**keys, **{key: derived.typed for key, derived in cls.DERIVED.items()}}


def _share_keys(cls: type[Record]) -> None:
    """Have Python keep the attributes of records of this class in an array: it lets instances share the names their first one
    has, thirty at most, and few that are added later, such as what is computed. A dict apiece takes three times as much.
    """
    first = cls.__new__(cls)
    for base in reversed(cls.__mro__):
        for name, kind in getattr(base, "__annotations__", {}).items():
            if not kind.startswith("ClassVar") and name not in cls.SELDOM:
                setattr(first, name, None)
        for name, value in vars(base).items():
            if isinstance(value, computed):
                setattr(first, name, None)


class _Row:
    """How a record is read that stands in one line (`Mapping.row`), worked out once for the names in it."""

    __slots__ = ("fields", "places", "unit")

    def __init__(self, shape: _Shape, names: tuple[str, ...], unit: str) -> None:
        self.unit = unit
        """Of bare amounts."""
        given = [shape.fields[name][0] for name in names if name in shape.fields]
        sound = len(given) == len(names) and all(attribute in given for _, attribute in shape.needed)
        self.fields = [self._field(name, *shape.fields[name], unit) for name in names] if sound else []
        """Of each value: its name, how far it starts behind that, its attribute, how it is read, what is known of it by its text.
        Nothing when a name is unknown or lacking.
        """
        self.places = layout_of(tuple(given))

    @staticmethod
    def _field(
        name: str, attribute: str, read: Callable[[Node, Context, str], Any], unit: str
    ) -> tuple[str, int, str, Callable[[Node, Context, str], Any] | None, dict[str, Any]]:
        known = read.known(unit) if isinstance(read, Kept) else {}
        # The words of a row neither start nor end with a space: a text is what is typed.
        return name, len(name) + 2, attribute, None if read is TEXT.read else read, known


def _row_of(shape: _Shape, names: tuple[str, ...], unit: str) -> _Row:
    row = shape.rows.get(names)
    if row is None or row.unit != unit:
        if len(shape.rows) >= _MOST_ROWS:
            shape.rows.clear()
        row = shape.rows[names] = _Row(shape, names, unit)
    return row


def _read_row(cls: type[R], row: _Row, words: tuple[str, ...], place: int, context: Context) -> R | None:
    """The record of a row in which nothing is left open: None when a value is wrong, which is reported."""
    record = cls.__new__(cls)
    source = context.source
    places = source.begin_places()
    record.source, record.first, record.places = source, len(places), row.places
    keep = places.append
    keep(place)
    start = place + (1 << PLACE_BITS) - 1
    at, sound = 0, True
    for text, (name, behind, attribute, read, known) in zip(words, row.fields, strict=True):
        length = len(text)
        at += behind
        keep(start + (at << PLACE_BITS | length))
        at += length + 2
        if read is None:
            value: Any = intern(text) if length <= RECURRING else text
        else:
            value = known.get(text)
            if value is None:
                value = read(Scalar(text, places[-1]), context, name)
                if value is None:
                    sound = False
                    continue
        setattr(record, attribute, value)  # one by one, so that the records of a class share their keys
    return record if sound else None


_MOST_ROWS = 200
_shapes: dict[type[Record], _Shape] = {}


def shape_of(cls: type[Record]) -> _Shape:
    """The shape of a record class."""
    shape = _shapes.get(cls)
    if shape is None:
        shape = _shapes[cls] = _Shape(cls)
    return shape


def read_record(cls: type[R], node: Node, context: Context, key: str = "") -> R | None:
    """A record from a mapping; None when it is not sound, everything wrong being reported."""
    shape = _shapes.get(cls) or shape_of(cls)
    if type(node) is not Mapping:
        if type(node) is Scalar and "：" in node.text:
            context.error(
                Code.WRONG_TYPE,
                node.place,
                f"“{key}”下面的冒号是全角的",
                "名称后面用半角冒号加一个空格，写成“名称: 值”",
            )
            return None
        context.error(
            Code.WRONG_TYPE,
            node.place,
            f"“{key}”下面应当是几行“名称: 值”",
            f"可用的名称：{'、'.join(shape.fields)}",
        )
        return None
    if node.row is not None and context.gaps is None:
        row = _row_of(shape, node.row[0], context.unit)
        if row.fields:
            return _read_row(cls, row, node.row[1], node.place, context)
    record = cls.__new__(cls)
    given: list[str] = []
    places = [node.place]
    unfilled: dict[str, Unfilled] = {}
    sound, drafted = True, context.gaps is not None
    fields = shape.fields
    for name, child in node.entries.items():
        field = fields.get(name)
        if field is None:
            unknown_key(name, node.key_places[name], shape.fields, context)
            sound = False
            continue
        attribute, read = field
        if type(child) is Scalar and not child.text:
            continue  # a key with nothing behind it is a form field left blank
        if drafted and name in shape.open:
            if type(child) is Sequence:
                child = unbracketed(child)
            if type(child) is Scalar:
                if is_unfilled(child.text):
                    unfilled[attribute] = add_gap(context, child, name, node)
                    if shape.open[name]:
                        setattr(record, attribute, mark_for(name))
                    given.append(attribute)
                    places.append(child.place)
                    continue
                if holds_mark(child.text):
                    add_gap(context, child, name, node, among_words=True)
        value = read(child, context, name)
        given.append(attribute)
        places.append(child.place)
        if value is None:
            sound = False
        else:
            setattr(record, attribute, value)  # one by one, so that the records of a class share their keys
    for name, attribute in shape.needed:
        if attribute not in given:
            blank = name in node.entries
            context.error(
                Code.MISSING_KEY,
                node.key_places[name] if blank else node.place,
                f"“{name}”后面没有填" if blank else f"{cls.NOUN}缺少“{name}”",
                f"补上一行“{name}: …”" if not blank else "填上它的值",
            )
            sound = False
    if not sound:
        return None
    source = context.source
    record.source = source
    record.first = source.keep_places(places)
    record.places = layout_of(tuple(given))
    if unfilled:
        record.unfilled = unfilled
    return record


def derived_record(cls: type[R], owner: Record, **values: Any) -> R:
    """A record that no file holds, computed from others; it stands where `owner` stands."""
    shape_of(cls)
    record = cls.__new__(cls)
    for attribute, value in values.items():
        setattr(record, attribute, value)
    record.source, record.first, record.places = owner.source, owner.first, {}
    return record


def unknown_key(name: str, place: int, known: Any, context: Context) -> None:
    """Report a key that the schema does not have, with the nearest it has."""
    near = nearest(name, known)
    hint = (f"是不是“{near}”？" if near else "") + f"这里可用：{'、'.join(known)}"
    if any(char in "：，" for char in name):
        hint = "里面有全角的冒号或逗号：改成半角，后面加一个空格"
    elif name.strip("\u3000\u00a0 ") in known:
        hint = "名称前后有全角空格或网页空格：改成半角空格"
    elif name[:1].isdigit():
        hint = f"前面的数里有逗号，被从中切断了：去掉逗号，或给整个数加引号。{hint}"
    context.error(Code.UNKNOWN_KEY, place, f"没有“{name}”这个名称", hint)


def read_file(
    cls: type[R], raw: RawFile, sink: Diagnostics, unit: str = "元", gaps: list[Gap] | None = None
) -> R | None:
    """A record from a whole file; `gaps` gets what is still to be filled in (None where nothing may be left open)."""
    record = read_record(cls, raw.root, Context(raw.source, sink, unit, gaps))
    raw.source.end_places()
    return record


def record_of(cls: type[R]) -> Kind[R]:
    """A nested record."""
    return Kind(partial(read_record, cls), cls)


def fields_of(cls: type[Record]) -> dict[str, Kind[Any]]:
    """The kind of value of every key that a file may hold, in the order of the schema."""
    found = [key for base in reversed(cls.__mro__) for key in _declared(base).values()]
    return {key.name: key.kind for key in found}
