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
"""Columns of a line at most; a Chinese character takes two."""
_LONGEST = 14
"""Characters of a value in the table of changes."""
_LONGEST_CUT = 60
"""Characters of a value on a line of its own."""
_NARROWEST_NAME = 24
"""Columns that names keep, whatever the figures beside them take."""
_FIGURE_CHARS = "0123456789０１２３４５６７８９.,%％"


def listed(plan: Plan) -> Iterator[str]:
    """The listing in blocks that a blank line parts."""
    if plan.differences:
        yield _changes(plan.differences, plan.unit)
    if plan.new:
        lines = []
        for project, file in plan.new:
            lines.append(_wrapped(f"{_cut(project.name, WIDTH // 2)}：新建 data/{file}", 2))
            lines += [_wrapped(words, 4) for words in held(project.content)]
            for prose in plan.prose:
                if prose.project == project.name:
                    said = "已经有了，留着不动" if prose.there else "新建，里面留着〔待填〕，请编辑写"
                    lines.append(_wrapped(f"叙述 {prose.file}：{said}", 4))
        yield click.style("新加的项目", bold=True) + f"（{len(plan.new)} 个）\n" + "\n".join(lines)
    if plan.removed:
        lines = []
        for item in plan.removed:
            lines.append(_wrapped(f"{_cut(item.name, WIDTH // 2)}：删去 data/{item.file}", 2))
            if item.lines:
                lines.append(_wrapped(f"{item.lines}，一起删去", 4))
            if item.narrative:
                lines.append(_wrapped(f"它的叙述 {item.narrative} 留着，不要了自己删", 4))
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


def _changes(differences: Sequence[Difference], unit: str) -> str:
    """The table of what changes, those of a project under its name."""
    from compiler.workbook.importing import by_owner

    rows: list[tuple[str, ...]] = [("", "原来", "改成", "增减", "增减率")]
    for owner, items in by_owner(differences):
        rows.append((f"  【{_cut(owner, WIDTH - 6)}】",))
        for item in items:
            rows += _rows(item)
    head = click.style("要改的", bold=True) + f"（{len(differences)} 处，金额单位：{unit}）\n"
    return head + "\n".join(_aligned(rows))


def _rows(item: Difference) -> Iterator[tuple[str, ...]]:
    """The lines of a change; long words have lines of their own, cut to where they differ."""
    if max(len(item.old), len(item.new)) <= _LONGEST:
        yield ("    " + item.name, item.old, item.new, item.difference, item.percent)
    else:
        old, new = difference(item.old, item.new)
        yield (_wrapped(f"{_cut(item.name, WIDTH // 2)}：{_short(old)} → {_short(new)}", 4),)
    if item.record is not None:
        yield (_wrapped(_in_a_line(item.record), 6),)


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Rows as lines: names to the left, figures to the right. A row of one cell spans the table."""
    full = [row for row in rows if len(row) > 1]
    width = [max(display_width(row[column]) for row in full) for column in range(len(full[0]))]
    beside = sum(columns + 2 for columns in width[1:])
    width[0] = min(width[0], max(_NARROWEST_NAME, WIDTH - beside))
    for row in rows:
        if len(row) == 1:
            yield row[0]
            continue
        name = _cut(row[0], width[0])
        cells = [
            " " * (columns - display_width(cell)) + cell
            for cell, columns in zip(row[1:], width[1:], strict=True)
        ]
        yield "  ".join([name + " " * (width[0] - display_width(name)), *cells]).rstrip()


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


def _wrapped(text: str, indent: int) -> str:
    lines = wrapped(text, WIDTH - indent, 2).split("\n")
    return "\n".join(" " * indent + line for line in lines)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_CUT else f"{text[: _LONGEST_CUT - 8]}…{text[-7:]}"
