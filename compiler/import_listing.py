"""What `chengwen import` would do, for people: changes, new projects, projects that go, all within the width of a window."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from compiler.diagnostics import display_width
from compiler.gaps import UNFILLED
from compiler.listing import difference, wrapped

if TYPE_CHECKING:
    from compiler.data_edit.notation import Plain
    from compiler.workbook.importing import Plan
    from compiler.workbook.intake import Difference

WIDTH = 100
"""Columns of a line at most, where the window has as many; a Chinese character takes two."""
_LONGEST = 14
"""Characters of a value in the table of changes."""
_LONGEST_NARROW = 9
"""The same in a window narrower than `WIDTH`."""
_LONGEST_CUT = 60
"""Characters of a value on a line of its own."""
_NARROWEST_NAME = 30
"""Columns that names keep, whatever the figures beside them take."""
_FIGURE_CHARS = "0123456789０１２３４５６７８９.,%％"


def listed(plan: Plan, width: int = WIDTH) -> Iterator[str]:
    """The listing in blocks that a blank line parts, in lines of at most `width` columns."""
    if plan.differences:
        yield _changes(plan.differences, plan.unit, width)
    if plan.new:
        lines = []
        for project, file in plan.new:
            lines.append(_wrapped(f"{_cut(project.name, width // 2)}：新建 data/{file}", 2, width))
            lines += [_wrapped(words, 4, width) for words in held(project.content)]
            for prose in plan.prose:
                if prose.project == project.name:
                    said = "已经有了，留着不动" if prose.there else "新建，里面留着〔待填〕，请编辑写"
                    lines.append(_wrapped(f"叙述 {prose.file}：{said}", 4, width))
        head = click.style("新加的项目", bold=True) + f"（{len(plan.new)} 个，金额单位：{plan.unit}）\n"
        yield head + "\n".join(lines)
    if plan.removed:
        lines = []
        for item in plan.removed:
            lines.append(_wrapped(f"{_cut(item.name, width // 2)}：删去 data/{item.file}", 2, width))
            if item.lines:
                lines.append(_wrapped(f"{item.lines}，一起删去", 4, width))
            if item.narrative:
                lines.append(_wrapped(f"它的叙述 {item.narrative} 留着，不要了自己删", 4, width))
        head = click.style("表里没有了的项目", bold=True, fg="red") + f"（{len(plan.removed)} 个）\n"
        yield head + "\n".join(lines)


def held(content: dict[str, Plain]) -> list[str]:
    """What a new record holds: a line for each value, one for each entry of a list, and what is still to be filled in."""
    lines, unfilled = _parted(content, "")
    return [*lines, *([f"待填：{'、'.join(unfilled)}"] if unfilled else [])]


def _parted(content: dict[str, Plain], name: str) -> tuple[list[str], list[str]]:
    """The lines of the values that are given, and the names of those to be filled in."""
    lines: list[str] = []
    inner: list[str] = []
    unfilled = [key for key, entry in content.items() if entry == UNFILLED]
    for key, entry in content.items():
        whole = f"{name} {key}" if name else key
        if isinstance(entry, str):
            lines += [] if entry == UNFILLED else [f"{whole}：{_short(entry)}"]
        elif isinstance(entry, dict):
            more, left = _parted(entry, whole)
            lines, inner = lines + more, inner + left
        else:
            for number, item in enumerate(entry, 1):
                lines.append(f"{whole} 第{number}项：{_in_a_line(item)}")
    if unfilled and name:
        return lines, [f"{name}（{'、'.join(unfilled)}）", *inner]
    return lines, [*unfilled, *inner]


def _in_a_line(item: Plain) -> str:
    if isinstance(item, str):
        return _short(item)
    if isinstance(item, list):
        return "，".join(map(_in_a_line, item))
    lines, unfilled = _parted(item, "")
    return "；".join(
        [*(["，".join(lines)] if lines else []), *([f"待填：{'、'.join(unfilled)}"] * bool(unfilled))]
    )


def _changes(differences: Sequence[Difference], unit: str, width: int) -> str:
    """The table of what changes, those of a project under its name."""
    from compiler.workbook.importing import by_owner

    rows: list[tuple[str, ...]] = []
    for owner, items in by_owner(differences):
        rows.append((f"  【{_cut(owner, width - 6)}】",))
        for item in items:
            rows += _rows(item, width)
    head = click.style("要改的", bold=True) + f"（{len(differences)} 处，金额单位：{unit}）\n"
    return head + "\n".join(_aligned(rows, width))


def _rows(item: Difference, width: int) -> Iterator[tuple[str, ...]]:
    """The lines of a change; what does not fit beside its name has lines of its own, cut to where it differs."""
    longest = _LONGEST if width >= WIDTH else _LONGEST_NARROW
    if max(len(item.old), len(item.new)) <= longest:
        yield ("    " + item.name, item.old, item.new, item.difference, item.percent)
    else:
        old, new = difference(_filled_only(item.old), item.new)
        yield (_wrapped(f"{_cut(item.name, width - 8)}：{_short(old)} → {_short(new)}", 4, width),)
    if item.record is not None:
        yield (_wrapped(_in_a_line(item.record), 6, width),)


def _filled_only(text: str) -> str:
    """The values of a record in a line, without those that were still to be filled in, unless all are."""
    words = [word for word in text.split(" ") if word != _OPEN]
    return " ".join(words) or _OPEN


_OPEN = "（待填）"
_HEADINGS = ("", "原来", "改成", "增减", "增减率")


def _aligned(rows: Sequence[tuple[str, ...]], width: int) -> Iterator[str]:
    """Rows as lines: names to the left, figures to the right; columns in which nothing stands are left out.

    A row of one cell spans the table. A name too long has a line of its own.
    """
    full = [row for row in rows if len(row) > 1]
    shown = [column for column in range(1, len(_HEADINGS)) if any(row[column] for row in full)]
    widths = {column: max(display_width(row[column]) for row in (_HEADINGS, *full)) for column in (0, *shown)}
    room = width - sum(widths[column] + 2 for column in shown)
    widths[0] = min(widths[0], max(_NARROWEST_NAME, room))

    def line(row: tuple[str, ...], name: str) -> str:
        cells = (" " * (widths[column] - display_width(row[column])) + row[column] for column in shown)
        return "  ".join([name + " " * (widths[0] - display_width(name)), *cells]).rstrip()

    if full:
        yield line(_HEADINGS, "")
    for row in rows:
        if len(row) == 1:
            yield row[0]
        elif display_width(row[0]) <= widths[0]:
            yield line(row, row[0])
        else:
            yield _cut(row[0], width)
            yield line(row, "")


def _cut(text: str, width: int) -> str:
    """The text in at most `width` columns, its middle left out where it is longer; no number is cut through."""
    if display_width(text) <= width:
        return text
    head = tail = ""
    pieces = re.findall(rf"[{_FIGURE_CHARS}]+|.", text)
    room = width - 2  # of the …
    while pieces:
        front = display_width(head) <= display_width(tail)
        piece = pieces.pop(0 if front else -1)
        if display_width(head + tail + piece) > room:
            break
        head, tail = (head + piece, tail) if front else (head, piece + tail)
    return f"{head}…{tail}"


def _wrapped(text: str, indent: int, width: int) -> str:
    lines = wrapped(text, width - indent, 2).split("\n")
    return "\n".join(" " * indent + line for line in lines)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_CUT else f"{text[: _LONGEST_CUT - 8]}…{text[-7:]}"
