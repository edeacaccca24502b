"""Values of data files left open and filled in again, for tests of what that does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from compiler.gaps import STALE, is_unfilled
from compiler.record import Record
from compiler.rollover.carried import FATES, Fate
from compiler.rollover.create import record_class
from compiler.rollover.values import Edit, Value, edited, read_values
from compiler.schema import shape_of


def data_files(folder: Path) -> list[str]:
    """The data files of a report, by their paths in it."""
    return ["report.yaml", *(str(path.relative_to(folder)) for path in sorted(folder.glob("data/**/*.yaml")))]


def values_of(file: str, text: str) -> Iterator[tuple[str, Value]]:
    """Every value of a data file that may be left open, with its path: 资金.年度资金总额.得分, 绩效指标[2].完成值."""
    cls = record_class(file)
    assert cls is not None
    yield from _values(cls, read_values(text), "")


def _values(cls: type[Record], value: Value, path: str) -> Iterator[tuple[str, Value]]:
    for index, item in enumerate(value.items):
        yield from _values(cls, item, f"{path}[{index}]")
    for key, inner in value.entries.items():
        fate = FATES[cls][key]
        if not isinstance(fate, Fate):
            yield from _values(fate, inner, f"{path}.{key}")
        elif fate in (Fate.FACTS, Fate.PARAMETERS):
            yield from _facts(inner, f"{path}.{key}")
        elif key in shape_of(cls).open:
            yield f"{path}.{key}", inner


def _facts(value: Value, path: str) -> Iterator[tuple[str, Value]]:
    for name, inner in (*value.entries.items(), *((str(i), item) for i, item in enumerate(value.items))):
        if inner.entries or inner.items:
            yield from _facts(inner, f"{path}.{name}")
        else:
            yield f"{path}.{name}", inner


def fill_in(new: Path, old: Path) -> int:
    """Put the values of the report in `old` into what is open in `new`, years moved on; how many were put in."""
    filled = 0
    before = {file: (old / file).read_text(encoding="utf-8") for file in data_files(old)}
    known: Mapping[str, dict[str, str]] = {
        file: {path: text[value.start : value.end] for path, value in values_of(file, text)}
        for file, text in before.items()
    }
    for file in data_files(new):
        text = (new / file).read_text(encoding="utf-8")
        edits = [
            Edit(value.start, value.end, _moved(known[file][path]))
            for path, value in values_of(file, text)
            if is_unfilled(value.text)
        ]
        filled += len(edits)
        _write(new / file, edited(text, edits).replace(STALE, ""))
    for path in new.glob("narrative/**/*.md"):
        _write(path, path.read_text(encoding="utf-8").replace(STALE, ""))
    return filled


def _moved(text: str) -> str:
    return re.sub(r"20\d\d(?=年)", lambda found: str(int(found[0]) + 1), text)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")
