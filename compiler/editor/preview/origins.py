"""Where a printed figure comes from: the values that were read, each with its place or its formula, and last year's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from compiler.checks.check import Previous
from compiler.checks.years.matching import match
from compiler.editor.preview.page import FigureOrigin, Origin
from compiler.evaluation.project import Project
from compiler.expressions import Read
from compiler.figures import Amount, NumberRule, Rate
from compiler.filters import FilterError, Run, Shown, printed
from compiler.gaps import mark_for
from compiler.record import Broken, Facts, Missing, Record, Unfilled
from compiler.source import Source, Span, line_and_column
from compiler.table_steps import Figures, one_by_one
from compiler.tree import Figure, Inline, Table

_MOST = 100
"""Values told one by one; a sum over a thousand projects has more."""
_DEPTH = 12
"""Steps back from a figure to what was typed."""
_UNIT = re.compile(r"\|\s*(元|万元|亿元)")

_Path: TypeAlias = "tuple[str | int, ...]"
"""How to get to a record from the names of the data: keys, and places in lists."""


class Origins:
    """Finds the origins of figures in one state of a report."""

    def __init__(
        self,
        names: Mapping[str, Any],
        spans: Mapping[str, Span],
        rule: NumberRule,
        previous: Callable[[], Previous | None],
    ) -> None:
        """`names` are the values that expressions see, `spans` the places of those that no record holds."""
        self._names, self._spans, self._rule = names, spans, rule
        self._previous = previous
        self._paths: dict[int, _Path] = {}
        self._learnt: set[str] = set()
        self._last: dict[str, Any] | None = None

    def of(self, id: str, figure: Figure, text: str, reads: Sequence[Read]) -> FigureOrigin:
        """The origin of a figure; `text` is all that its expression printed there."""
        unit = _UNIT.search(figure.key)
        told: dict[Origin, None] = {}
        for owner, key in reads[:_MOST]:
            origin = self._origin(owner, key, unit[1] if unit else "万元", 0)
            if origin is not None:
                told[origin] = None
        return FigureOrigin(id, text, figure.key, tuple(told))

    def _origin(self, owner: Any, key: str, unit: str, depth: int) -> Origin | None:
        if isinstance(owner, Run) and key == "键":
            return self._origin(owner.rows[0], owner.by, unit, depth)
        if isinstance(owner, Record):
            return self._of_record(owner, key, unit, depth)
        if owner is None and key == "上年":
            year = self._origin(None, "年度", unit, depth)
            shown = self._shown(self._names.get(key), unit)
            return Origin(key, shown, "", 0, 0, "年度-1", (year,) if year else (), "")
        value: Any
        if isinstance(owner, Facts):
            path = self._path_of(owner)
            span = owner.span_of(key)
            value, last = owner.lookup(key), self._last_year(path, key)
            name = f"{self._named(path)}.{key}"
        elif owner is None:
            span, value, last, name = self._spans.get(key), self._names.get(key), self._last_name(key), key
        else:
            return None
        if span is None:
            return None
        told = self._shown(value, unit), span.source.path, span.line, span.column
        return Origin(name, *told, "", (), self._shown(last, unit))

    def _of_record(self, owner: Record, key: str, unit: str, depth: int) -> Origin | None:
        path = self._path_of(owner)
        name = f"{self._named(path)}.{key}"
        value = self._shown(owner.lookup(key), unit)
        last = self._shown(self._last_year(path, key), unit)
        place = owner.place_of(key)
        if place is not None:
            return Origin(name, value, owner.source.path, *line_and_column(place), "", (), last)
        formula, inputs = owner.origin(key)
        if not formula or depth >= _DEPTH:
            return None
        found = [self._origin(*read, unit, depth + 1) for read in inputs[:_MOST]]
        told = tuple(origin for origin in found if origin is not None)
        return Origin(name, value, "", 0, 0, formula, told, last) if told else None

    def _shown(self, value: Any, unit: str) -> str:
        """A value as it would be printed alone; empty for what has no such form."""
        if isinstance(value, Unfilled):
            return mark_for(value.key)
        if value is None or isinstance(value, (Missing, Record, Facts, Broken)):
            return ""
        if isinstance(value, Amount):
            value = Shown(value, unit)
        elif isinstance(value, Rate):
            value = Shown(value, "百分比")
        elif isinstance(value, bool):
            return "是" if value else "否"
        try:
            return printed(value, self._rule)
        except FilterError:
            return ""

    # Paths -------------------------------------------------------------------------------

    def _path_of(self, owner: Record | Facts) -> _Path:
        """The path of a record or facts; empty for what is none of the data's."""
        source: Source | None = getattr(owner, "source", None)
        if source is not None and source.path not in self._learnt:
            self._learnt.add(source.path)
            for name, value in self._names.items():
                if name != "项目":
                    self._learn(value, (name,), source.path)
            for index, project in enumerate(self._names.get("项目", ())):
                if isinstance(project, Record) and project.source.path == source.path:
                    self._learn(project, ("项目", index), source.path)
        return self._paths.get(id(owner), ())

    def _learn(self, value: Any, path: _Path, file: str) -> None:
        """Note the paths of the records in a value, if it comes from a file."""
        if isinstance(value, Record):
            if value.source.path != file or id(value) in self._paths:
                return
            self._paths[id(value)] = path
            for key, attribute in value.NAMES.items():
                inner = getattr(value, attribute)
                if isinstance(inner, (Record, Facts, tuple)):
                    self._learn(inner, (*path, key), file)
        elif isinstance(value, Facts):
            self._paths.setdefault(id(value), path)
        elif type(value) is tuple:
            for index, item in enumerate(value):
                if isinstance(item, Record):
                    self._learn(item, (*path, index), file)

    def _named(self, path: _Path) -> str:
        """A path as trace.json has it: 项目[14-服贸会专题展].资金; 本项 for what is none of the data's."""
        out = ""
        value: Any = None
        for step in path:
            if isinstance(step, int):
                value = value[step]
                out += f"[{getattr(value, 'id', '') or getattr(value, 'name', None) or step}]"
            else:
                value = self._names.get(step) if not out else value.lookup(step)
                out += f".{step}" if out else step
        return out or "本项"

    # Last year ---------------------------------------------------------------------------

    def _last_names(self) -> dict[str, Any]:
        """Last year's names, its projects in the places of those of this year that they are."""
        if self._last is None:
            self._last = {}
            previous = self._previous()
            if previous is not None:
                mine = self._names.get("项目", ())
                sound = [project for project in mine if type(project) is Project]
                pairs = match(sound, previous.projects).pairs
                found = {id(pair.now): pair.last for pair in pairs}
                self._last = {
                    "年度": previous.report.year,
                    "单位": previous.department,
                    "预算": previous.budget,
                    "评分表": previous.scorecard,
                    "参数": previous.report.parameters,
                    "项目": tuple(found.get(id(project)) for project in mine),
                }
        return self._last

    def _last_name(self, key: str) -> Any:
        value = self._last_names().get(key)
        return None if isinstance(value, (Record, Facts, tuple)) else value

    def _last_year(self, path: _Path, key: str) -> Any:
        """Last year's value of a key of what is at a path this year; None when there is none."""
        if not path or not self._last_names():
            return None
        now: Any = self._names.get(str(path[0]))
        last: Any = self._last_names().get(str(path[0]))
        for step in path[1:]:
            if isinstance(step, int):
                last = (
                    last[step]
                    if path[0] == "项目" and now is self._names["项目"]
                    else _alike(now, last, step)
                )
                now = now[step]
            elif isinstance(last, (Record, Facts)):
                now, last = now.lookup(step), last.lookup(step)
            if last is None or isinstance(last, Missing):
                return None
        return last.lookup(key) if isinstance(last, (Record, Facts)) else None


def _alike(now: Any, last: Any, index: int) -> Any:
    """The item of last year's list that is called as one of this year's; None when not exactly one is."""
    name = getattr(now[index], "name", None) or getattr(now[index], "level_3", None)
    if name is None or type(last) is not tuple:
        return None
    found = [item for item in last if name in (getattr(item, "name", None), getattr(item, "level_3", None))]
    return found[0] if len(found) == 1 else None


def reads_in_table(table: Table, number: int, cells: Figures) -> tuple[str, tuple[Read, ...]]:
    """All that the expression of the table's figure of a number printed in its cell, and what it read."""
    for row, cell, figure in _printed(table):
        if number == 0:
            for known in one_by_one(cells):
                if (known.row, known.cell, known.expression) == (row, cell, figure.key):
                    return known.text, known.reads
            return figure.text, ()
        number -= 1
    return "", ()


def _printed(table: Table) -> list[tuple[int, int, Figure]]:
    """The figures of a table in the order in which it is printed, with row and cell as the trace counts them."""
    found: list[tuple[int, int, Figure]] = []
    _collect(table.caption, 0, 0, found)
    for number, row in enumerate((*table.head, *table.body), 1):
        for index, cell in enumerate(row.cells, 1):
            for paragraph in cell.paragraphs:
                _collect(paragraph, number, index, found)
    for note in table.notes:
        _collect(note, 0, 0, found)
    return found


def _collect(children: Sequence[Inline], row: int, cell: int, found: list[tuple[int, int, Figure]]) -> None:
    for child in children:
        if isinstance(child, Figure):
            found.append((row, cell, child))
        else:
            _collect(getattr(child, "children", ()), row, cell, found)
