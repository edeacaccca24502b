"""What the workbook of a report's data is: its sheets, their columns, and which datum each cell holds.

A sheet has a row for each record. The row's hidden key (`Key`) says where the record stands in the data files, a column
says which of its data the cell shows. Rows of one sheet may be of several kinds (`RowKind`): the parts, groups and
rows of a scoring table. The columns come from the schema: a key that a record gets there is a column here at once.

    row 1        title and legend
    row 2        headers (`HEADER_ROW`); a column is known by its header
    row 3        totals, on sheets that have some
    from then    a record each (`Sheet.first_row`)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from compiler import gaps
from compiler.named import NamedTuple
from compiler.record import Record

FORMAT = 2
"""The version of this arrangement; a workbook of a later one is refused. Those of 1 have no `BASELINE_SHEET`."""
HEADER_ROW = 2
ORIGIN_SHEET = "_成文"
"""The hidden sheet that says what the workbook was made from (`Origin`): two columns, name and value."""
BASELINE_SHEET = "_成文导出"
"""The hidden sheet that says what every row was (`compiler.workbook.baseline`)."""
KEY_HEADER = "行标识（勿改）"
TOTALS_KEY = "合计"
"""Stands in the place of a key in the row of totals."""
SPARE_ROWS = 20
"""Blank rows, ready to be filled in, at the end of a sheet that may grow."""
LIST = None
"""In the path of a row's kind: any entry of a list."""

Path = tuple[str | int, ...]
"""Where a value stands in a file: Chinese keys, and numbers of list entries from 0."""


class Role(Enum):
    """What a column is for."""

    KEY = "键"
    """Hidden: the row's `Key`. Empty in a row that the clerk added."""
    FILE = "文件"
    """The stem of the project's file. Of a new project: what its file is to be called, or empty."""
    OWNER = "属于"
    """Whose the row is: the name of a project (or `OFFICE`, `BUDGET`, an inner section). Of a row with a key, the key counts."""
    KIND = "行"
    """The name of the row's `RowKind`. Of a row with a key, the key counts."""
    FACT = "名称"
    """The name that the clerk chose for a fact (补充数据)."""
    ITEM = "第几项"
    """Which entry of a list a fact is, from 1 (`2`; `2.1` in a list of lists); empty when it is no list."""
    DATUM = "数据"
    """A value of the data files: `Column.keys`. The only cells that are taken over from a row with a key."""
    COMPUTED = "算出"
    """A formula; never taken over."""
    LAST = "上年"
    """Last year's figure; never taken over. Such columns are there only when last year's report is."""


class Values(Enum):
    """What a column's cells hold."""

    TEXT = "文字"
    AMOUNT = "金额"
    """A number in the report's 金额单位."""
    RATE = "百分比"
    """A ratio: 0.9988, shown as 99.88%."""
    NUMBER = "数"
    OPEN = "自定的数据"
    """The value of a fact, as typed in the file, with its unit."""


class Unfilled(Enum):
    """A datum that is still to be filled in (`待填` in the file); its cell is empty and highlighted."""

    UNFILLED = gaps.UNFILLED


UNFILLED = Unfilled.UNFILLED


class Absent(Enum):
    """What a cell says in which somebody wrote that there is none: `无`, `—`."""

    ABSENT = "没有"


ABSENT = Absent.ABSENT
Content = str | Decimal | Unfilled | Absent | None
"""A value on a sheet: text; an amount in the unit of the report, a ratio or a number; None where the file has none.

Only cells that people typed in are `ABSENT`.
"""


class Key(NamedTuple):
    """Where a record stands: `projects/14-服贸会专题展.yaml#绩效指标[2]`.

    Entries are numbered from 0. A name with a mark in it that means something here is quoted as in JSON. The record
    need not be there: a project has a row for every source of funds, to be filled in.
    """

    file: str
    """Relative to `data`, with `/`."""
    path: Path = ()

    def __str__(self) -> str:
        file = self.file.replace("%", "%25").replace("#", "%23")
        words = ""
        for step in self.path:
            if isinstance(step, int):
                words += f"[{step}]"
            else:
                words += ("." if words else "") + (step if _PLAIN.fullmatch(step) else _quoted(step))
        return f"{file}#{words}"

    @classmethod
    def parse(cls, text: str) -> Key | None:
        """The key that `str` wrote; None when it is none."""
        file, mark, rest = text.partition("#")
        if not mark or not file:
            return None
        path: list[str | int] = []
        at = 0
        while at < len(rest):
            found = _STEP.match(rest, at)
            if found is None or (found["dot"] is None) == (bool(path) and found["number"] is None):
                return None
            if found["number"] is not None:
                path.append(int(found["number"]))
            elif found["quoted"] is not None:
                try:
                    path.append(json.loads(found["quoted"]))
                except ValueError:
                    return None
            else:
                path.append(found["plain"])
            at = found.end()
        return cls(file.replace("%23", "#").replace("%25", "%"), tuple(path))

    def at(self, *steps: str | int) -> Key:
        """What stands in it."""
        return Key(self.file, (*self.path, *steps))


_PLAIN = re.compile(r'[^\s.\[\]#"\x00-\x1f]+')
_STEP = re.compile(
    r'\[(?P<number>0|[1-9]\d{0,8})\]|(?P<dot>\.)?(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<plain>[^\s.\[\]#"\x00-\x1f]+))'
)


def _quoted(step: str) -> str:
    return json.dumps(step, ensure_ascii=False)


@dataclass(frozen=True)
class RowKind:
    """What a row of a sheet is: a record of a class, or a single value, at a path of a file."""

    name: str
    """As the column of role KIND says it, where the sheet has one."""
    file: str
    """`budget.yaml`, `scorecard.yaml`, `department.yaml`, or `PROJECTS` for any project's file."""
    path: tuple[str | None, ...] = ()
    """From the root of the file; `LIST` for the entries of a list."""
    record: type[Record] | None = None
    """None: the row is a single value."""
    facts: bool = False
    """The row is a fact, or an entry of one, in the open mapping at the path."""

    def fits(self, key: Key) -> bool:
        """Whether a key names such a row."""
        path, rest = key.path[: len(self.path)], key.path[len(self.path) :]
        return (
            (self.file == key.file or (self.file == PROJECTS and key.file.startswith("projects/")))
            and len(path) == len(self.path)
            and all(
                isinstance(step, int) if want is LIST else step == want
                for want, step in zip(self.path, path, strict=True)
            )
            and (bool(rest) and isinstance(rest[0], str) if self.facts else not rest)
        )


PROJECTS = "projects/*"
OFFICE, BUDGET, SECTION = "单位", "预算", "内设机构："
"""Whose facts are not a project's: of department.yaml, of budget.yaml, and of an inner section (before its name)."""


@dataclass(frozen=True)
class Column:
    """A column of a sheet."""

    header: str
    """Without its unit; unique on the sheet."""
    role: Role
    values: Values = Values.TEXT
    keys: Mapping[str, Path] = field(default_factory=dict)
    """Of DATUM and LAST: the name of a `RowKind` -> the datum's path from the row's record. Rows of other kinds have no such cell."""
    formula: str = ""
    """Of COMPUTED: which of `compiler.workbook.computed.COMPUTED` it is."""
    choices: str = ""
    """The list that the cells' drop-down offers; empty without one."""
    width: int = 12
    """In characters of half width."""
    note: str = ""
    """The comment on the header."""

    def titled(self, unit: str) -> str:
        """The header as it stands in the workbook, with its unit; `unit` is the report's 金额单位."""
        words = {Values.AMOUNT: unit, Values.RATE: "%"}.get(self.values)
        return f"{self.header}（{words}）" if words else self.header


@dataclass(frozen=True)
class Sheet:
    """A sheet of the workbook."""

    title: str
    kinds: tuple[RowKind, ...]
    columns: tuple[Column, ...]
    grows: bool = True
    """Whether rows may be added, removed and moved."""
    totals: bool = False
    """Whether row 3 has totals."""
    about: str = ""
    """What row 1 says of it."""

    @property
    def first_row(self) -> int:
        """The first row with a record."""
        return HEADER_ROW + 1 + self.totals

    def kind_of(self, key: Key) -> RowKind | None:
        """The kind of the row that has this key; None when no such row belongs here."""
        return next((kind for kind in self.kinds if kind.fits(key)), None)

    def column(self, role: Role) -> int | None:
        """The index of the first column of a role, from 0."""
        return next((index for index, column in enumerate(self.columns) if column.role is role), None)


class Origin(NamedTuple):
    """What a workbook was made from."""

    department: str
    year: int
    unit: str
    """The report's 金额单位, in which amounts stand."""
    digests: Mapping[str, str]
    """SHA-256 of each data file, by its path in `data`."""
    format: int = FORMAT

    def rows(self) -> Iterator[tuple[str, str]]:
        """As the hidden sheet has it, a row each."""
        yield "格式", str(self.format)
        yield "单位", self.department
        yield "年度", str(self.year)
        yield "金额单位", self.unit
        for file, digest in self.digests.items():
            yield f"data/{file}", digest

    @classmethod
    def parse(cls, rows: Mapping[str, str]) -> Origin | None:
        """What `rows` wrote; None when something lacks."""
        try:
            return cls(
                rows["单位"],
                int(rows["年度"]),
                rows["金额单位"],
                {name.removeprefix("data/"): text for name, text in rows.items() if name.startswith("data/")},
                int(rows["格式"]),
            )
        except (KeyError, ValueError):
            return None
