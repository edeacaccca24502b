"""Which values from the data changed, by the traces of the two documents.

A value is known by its key in the data, whatever unit it is printed in; the keys of one project in both reports meet by the
project's file name without its number, or its name without the year. Items of a list that have no name of their own in the
key (绩效指标[0]) meet by what they are called.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from compiler.comparison.results import FigureChange
from compiler.comparison.sections import title_key, without_year
from compiler.evaluation.measure import parse_measure
from compiler.figures import EXACT, UNITS
from compiler.named import NamedTuple

Entry = Mapping[str, Any]
"""A line of trace.json."""

_PROJECT = re.compile(r"项目\[([^\]]*)\]\.?(.*)", re.DOTALL)
_LEADING_NUMBER = re.compile(r"^\d+[-_.、 ]*")
_PATH = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*|\[\d+\])*")
_ITEM = re.compile(r"(.*?\[)(\d+)(\])", re.DOTALL)
_LAST_INDEX = re.compile(r"\[\d+\]$")
_TOTAL_OF = re.compile(r"\|合计\('([^']*)'\)")
_TOTAL = re.compile(r"合计\('([^']*)'\)")
_LEFT_OUT = {"万元数": "万元", "元数": "元", "亿元数": "亿元", "百分数": "%"}
_FORMAT = re.compile(r"\s*\|\s*(?:[万亿]?元数?|百分[比数]|大写|数)\s*$")
_COMPUTED = "算式 "
_NAMES = ("三级", "名称")
_NEVER = ("年度", "上年")
_LONGEST = 60
"""Characters of a value that is told as one; longer ones are prose, told word by word where they are printed."""
_HAS_WORD = re.compile(r"\w")


class _Value(NamedTuple):
    """A value as it is printed first."""

    project: str
    name: str
    key: str
    text: str
    place: str


class Figures(NamedTuple):
    """The values of one document by what they are, and the names of its projects by their ids."""

    values: dict[tuple[str, str], _Value]
    places: Counter[tuple[str, str]]
    projects: dict[str, str]


class FigureChanges(NamedTuple):
    """What changed between two."""

    changed: tuple[FigureChange, ...]
    added: tuple[FigureChange, ...]
    removed: tuple[FigureChange, ...]
    projects_added: tuple[str, ...]
    projects_removed: tuple[str, ...]


def compare_figures(older: Sequence[Entry], newer: Sequence[Entry]) -> FigureChanges:
    """The values that changed, in the order in which the newer prints them, those of one project together."""
    a, b = _figures(older), _figures(newer)
    aliases = _same_projects(a.projects, b.projects)
    before = {(aliases.get(project, project), name): value for (project, name), value in a.values.items()}
    counts = {(aliases.get(project, project), name): n for (project, name), n in a.places.items()}
    changed, added = [], []
    for known, value in b.values.items():
        old = before.get(known)
        if old is None:
            added.append(_only(value, b.places[known], new=True))
        elif (found := _change(old, value, b.places[known])) is not None:
            changed.append(found)
    removed = [
        _only(value, counts[known], new=False) for known, value in before.items() if known not in b.values
    ]
    taken = set(aliases.values())
    return FigureChanges(
        _by_project(changed),
        _by_project(added),
        _by_project(removed),
        tuple(name for project, name in b.projects.items() if project not in taken),
        tuple(name for project, name in a.projects.items() if project not in aliases),
    )


def _by_project(changes: list[FigureChange]) -> tuple[FigureChange, ...]:
    """The report's own first, then project by project, each in the order they came."""
    order = {project: index for index, project in enumerate(dict.fromkeys(item.project for item in changes))}
    return tuple(sorted(changes, key=lambda item: (item.project != "", order[item.project])))


# One document ----------------------------------------------------------------------------


def _figures(entries: Sequence[Entry]) -> Figures:
    items = _item_names(entries)
    values: dict[tuple[str, str], _Value] = {}
    places: Counter[tuple[str, str]] = Counter()
    projects: dict[str, str] = {}
    for entry in entries:
        text, origins = entry["text"], entry["from"]
        keys = [origin["key"] for origin in origins if "key" in origin]
        key = keys[0] if keys else ""
        if key in _NEVER or not key or key.startswith("本项") or not _HAS_WORD.search(text):
            continue
        known, unit = _identity(keys, entry["expression"], items)
        project = ""
        if found := _PROJECT.fullmatch(known):
            project, known = found[1], found[2]
            name = projects.setdefault(project, project)
            if known == "名称":
                projects[project] = text
                continue  # its name is what it is told by
            if name == project and not known:
                continue
        if not known or len(text) > _LONGEST or not (project or "." in known or known.startswith(_COMPUTED)):
            continue
        place = project, known
        places[place] += 1
        if place not in values:
            values[place] = _Value(project, known, key, _with_unit(text, unit), _place(entry))
    values = {
        place: value._replace(project=projects.get(value.project, "")) for place, value in values.items()
    }
    return Figures(values, places, projects)


def _identity(keys: Sequence[str], expression: str, items: Mapping[str, str]) -> tuple[str, str]:
    """What a value is, and the unit that its format leaves out."""
    key = keys[0]
    path, *filters = (part.strip() for part in expression.split("|"))
    unit = next((_LEFT_OUT[name] for name in filters if name in _LEFT_OUT), "")
    if _PATH.fullmatch(path) is None:
        # Computed in the template: of a project when all that it was computed from is.
        owners = {found[1] if (found := _PROJECT.fullmatch(other)) else "" for other in keys}
        said = _TOTAL_OF.sub(r"·\1合计", _FORMAT.sub("", expression)).replace(" / ", "÷")
        owner = owners.pop() if len(owners) == 1 else ""
        return (f"项目[{owner}]." if owner else "") + _COMPUTED + said, unit
    if index := _LAST_INDEX.search(path):
        key += index[0]
    for name in filters:
        if total := _TOTAL.match(name):  # the key is that of the first item
            owner = key.rpartition(".")[0].rpartition("[")[0]
            return f"{_named(owner, items)}.{total[1]}合计", unit
        if name in ("个数", "大写"):
            key += f".{name}"
    return _named(key, items), unit


def _named(key: str, items: Mapping[str, str]) -> str:
    """A key in which items of lists have their names."""
    out, at = "", 0
    while found := _ITEM.match(key, at):
        end = found.end()
        name = items.get(key[:end], "")
        out += found[1] + (name or found[2]) + found[3]
        at = end
    return out + key[at:]


def _item_names(entries: Iterable[Entry]) -> dict[str, str]:
    """What the numbered items of lists are called, by their keys, years left out; namesakes get a number."""
    names: dict[str, str] = {}
    taken: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        for origin in entry["from"][:1]:
            owner, _, last = origin.get("key", "").rpartition(".")
            if last in _NAMES and owner.endswith("]") and owner not in names:
                stem, _, index = owner.rpartition("[")
                if index[:-1].isdigit():
                    name = without_year(entry["text"])
                    taken[stem, name] += 1
                    count = taken[stem, name]
                    names[owner] = f"{name}{f'({count})' if count > 1 else ''}"
    return names


_SEGMENT = re.compile(r"((?:[^.\[]|\[[^\]]*\])+)\.?")
_IN_BRACKETS = re.compile(r"([^\[]*)\[([^\]]*)\]$")


def _spoken(key: str) -> str:
    """A key as a reader would say it: items by their names, 评分表·预算管理情况·得分."""
    if key.startswith(_COMPUTED):
        return key
    segments = _SEGMENT.findall(key)
    out = []
    for index, segment in enumerate(segments):
        found = _IN_BRACKETS.fullmatch(segment)
        if found is None:
            out.append(segment)
        elif not found[2].isdigit():
            out.append(found[2])
        elif index == len(segments) - 1 or len(out) == 0:
            out.append(f"{found[1]}第{int(found[2]) + 1}项")
    return "·".join(out)


def _with_unit(text: str, unit: str) -> str:
    return text + unit if unit and text[-1:].isdigit() else text


def _place(entry: Entry) -> str:
    where = f"{entry['part']} {entry['heading']}".strip()
    table = entry.get("table", entry.get("picture"))
    if table is None:
        return where
    return f"{where} {table if isinstance(table, str) else f'第{table}张表'}"


# Two documents ---------------------------------------------------------------------------


def _same_projects(older: Mapping[str, str], newer: Mapping[str, str]) -> dict[str, str]:
    """The newer's ids by the older's, of projects that are the same: one id, one name in any year, one id but for its number."""
    out = {project: project for project in older if project in newer}
    stems: tuple[Callable[[str, Mapping[str, str]], str], ...] = (
        lambda project, names: without_year(names[project]),
        lambda project, names: title_key(names[project]),
        lambda project, names: _LEADING_NUMBER.sub("", project),
    )
    for stem in stems:
        left = [project for project in older if project not in out]
        taken = set(out.values())
        there: dict[str, list[str]] = {}
        for project in newer:
            if project not in taken:
                there.setdefault(stem(project, newer), []).append(project)
        count = Counter(stem(project, older) for project in left)
        for project in left:
            found = there.get(stem(project, older), [])
            if len(found) == 1 and count[stem(project, older)] == 1:
                out[project] = found[0]
    return out


def _only(value: _Value, places: int, *, new: bool) -> FigureChange:
    old, now = ("", value.text) if new else (value.text, "")
    return FigureChange(
        value.project,
        _spoken(value.name),
        value.key,
        old,
        now,
        "",
        "",
        parse_measure(value.text) is not None,
        value.place,
        places,
    )


def _change(old: _Value, new: _Value, places: int) -> FigureChange | None:
    """The change of a value; None when it is the same, in whatever unit."""
    if old.text == new.text:
        return None
    difference = percent = ""
    numeric = False
    a, b = parse_measure(old.text), parse_measure(new.text)
    if a is not None and b is not None and a.sign == b.sign:
        if a.yuan is not None and b.yuan is not None:
            change = EXACT.subtract(b.yuan, a.yuan)
            if not change:
                return None
            shown = change.scaleb(-UNITS[b.unit], EXACT)
            numeric, difference = True, f"{signed(shown)}{b.unit}"
            percent = _percent(a.yuan, change)
        elif a.unit == b.unit:
            change = EXACT.subtract(b.number, a.number)
            if not change:
                return None
            numeric = True
            rate = b.unit in ("%", "％")
            difference = f"{signed(change)}{'个百分点' if rate else b.unit}"
            percent = "" if rate else _percent(a.number, change)
    return FigureChange(
        new.project,
        _spoken(new.name),
        new.key,
        old.text,
        new.text,
        difference,
        percent,
        numeric,
        new.place,
        places,
    )


def signed(number: Decimal) -> str:
    """An exact number with its sign, never in exponent form, without needless zeros: +3.2, -0.75."""
    text = f"{number.copy_abs():f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return ("-" if number < 0 else "+") + text


def _percent(old: Decimal, change: Decimal) -> str:
    """The change as a part of the older, with about three digits that count: +85.8%, -0.31%, +1250%; empty when there is no older."""
    if not old:
        return ""
    value = EXACT.multiply(EXACT.divide(change, old.copy_abs()), Decimal(100))
    size = value.copy_abs()
    digits = 0 if size >= 100 else 1 if size >= 1 else 2
    rounded = value.quantize(Decimal(1).scaleb(-digits), context=EXACT)
    if not rounded:
        return f"{'-' if value < 0 else '+'}不到0.01%"
    return f"{rounded:+f}%"
