"""`chengwen check --fix`: what findings offer to write, put into the files they were found in.

First planned, to be shown, then written: all files or none. A file that is no longer what the findings speak of is
not touched, nor is anything but the data and the prose of the report. Line ends and the lack of a last one stay.
"""

from __future__ import annotations

import os
import re
import stat
from codecs import BOM_UTF8
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from compiler.diagnostics import Diagnostic, Diagnostics, Severity
from compiler.named import NamedTuple
from compiler.publishing import WorkspaceError, reason
from compiler.rewriting import rewrite
from compiler.workspace import Workspace

CheckAgain: TypeAlias = Callable[[Workspace], Iterable[Diagnostics]]
"""Everything that is found in the report, read from a workspace."""


class Change(NamedTuple):
    """A line that is written anew."""

    file: str
    """As messages name it."""
    line: int
    before: str
    after: str
    """Both without the line end."""


class Plan(NamedTuple):
    """What would be written; nothing is yet."""

    changes: tuple[Change, ...]
    """By file and line."""
    fixed: tuple[Diagnostic, ...]
    """The findings that are mended by it."""
    left: tuple[Diagnostic, ...]
    """Findings whose fix is not among the changes: another one has changed the same words."""
    files: tuple[tuple[Path, bytes, bytes], ...]
    """Each file with what it holds and what it is to hold."""


class _Edit(NamedTuple):
    line: int
    """From 0, as the columns."""
    start: int
    end: int
    words: str
    finding: Diagnostic


_PLACES = re.compile(r"report\.yaml|data/.*\.yaml|narrative/.*\.md")
"""The files that may be changed, in the report's folder."""
_ESCAPED = re.compile(r"""(?<=[:,\[{-]\ )["'|>]""")
"""The start of a YAML value that is written with escapes or over several lines."""
_LINE_END = re.compile("(\r\n|\r|\n)")
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


# Planning --------------------------------------------------------------------------------


def plan_fixes(workspace: Workspace, folder: Path, findings: Iterable[Diagnostic], check: CheckAgain) -> Plan:
    """What the fixes of the findings come to; those that somebody lets stand are passed over.

    The report is checked as it would be: a file whose changes bring a new error about is left as it is.
    Raises `WorkspaceError` when a file cannot be read, or holds something else by now.
    """
    return _sound(_plan(workspace, folder, findings), workspace, check)


def _plan(workspace: Workspace, folder: Path, findings: Iterable[Diagnostic]) -> Plan:
    folder = folder.resolve()
    lead = f"{workspace.shown(folder)}/"
    by_file: dict[str, list[Diagnostic]] = defaultdict(list)
    for finding in findings:
        path = finding.span.source.path
        if finding.fix and finding.accepted is None and path.startswith(lead):
            by_file[path].append(finding)
    changes: list[Change] = []
    fixed: list[Diagnostic] = []
    left: list[Diagnostic] = []
    files: list[tuple[Path, bytes, bytes]] = []
    for shown, wanted in sorted(by_file.items()):
        inside = shown[len(lead) :]
        if not _PLACES.fullmatch(inside):
            left += wanted
            continue
        before = _read(workspace, folder, inside, wanted[0])
        mark = BOM_UTF8 if before.startswith(BOM_UTF8) else b""
        parts = _LINE_END.split(before.removeprefix(mark).decode("utf-8", "replace"))
        lines = parts[::2]
        if any(finding.span.source.lines != lines for finding in wanted):
            raise WorkspaceError(f"“{shown}”在检查之后又改过，没有改动任何文件。请再运行一次。")
        edits, overlapping = _edits(wanted)
        left += overlapping
        for number, line in _edited(lines, edits).items():
            changes.append(Change(shown, number + 1, lines[number], line))
            parts[2 * number] = line
        if edits:
            fixed += [edit.finding for edit in edits]
            files.append((folder / PurePosixPath(inside), before, mark + "".join(parts).encode("utf-8")))
    return Plan(tuple(changes), tuple(fixed), tuple(left), tuple(files))


def _sound(plan: Plan, workspace: Workspace, check: CheckAgain) -> Plan:
    """The plan without the files in which it would bring a new error about."""
    if not plan.files:
        return plan
    before = _errors(check(workspace))

    def harmless(files: Iterable[tuple[Path, bytes, bytes]]) -> bool:
        changed = workspace.with_files({path: after for path, _, after in files})
        return not _errors(check(changed)) - before

    if harmless(plan.files):
        return plan
    good = [file for file in plan.files if harmless([file])]
    if not harmless(good):
        good = []
    names = {workspace.shown(path) for path, _, _ in good}
    return Plan(
        tuple(change for change in plan.changes if change.file in names),
        tuple(finding for finding in plan.fixed if finding.span.source.path in names),
        (*plan.left, *(finding for finding in plan.fixed if finding.span.source.path not in names)),
        tuple(good),
    )


def _errors(sinks: Iterable[Diagnostics]) -> Counter[str]:
    """How many errors of each code; their words change with the figures in them."""
    return Counter(item.code.value for sink in sinks for item in sink if item.severity is Severity.ERROR)


def _read(workspace: Workspace, folder: Path, inside: str, finding: Diagnostic) -> bytes:
    """The bytes of a plain file of the report that may be written."""
    shown = finding.span.source.path
    path = workspace.inside(folder, inside, finding.span, Diagnostics())
    if path is None:
        raise WorkspaceError(f"“{shown}”是快捷方式（链接），没有改动任何文件。请把文件本身放到那里。")
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | _NO_LINK)) as file:
            # The owner's mark, not what this user may do: whoever set it does not want the file changed.
            if not os.fstat(file.fileno()).st_mode & stat.S_IWUSR:
                raise WorkspaceError(f"“{shown}”是只读的，没有改动任何文件。去掉只读再运行一次。")
            return file.read()
    except OSError as error:
        raise WorkspaceError(f"打不开“{shown}”：{reason(error)}。没有改动任何文件。") from error


def _edits(findings: list[Diagnostic]) -> tuple[list[_Edit], list[Diagnostic]]:
    """The edits of a file from its start, and the findings whose edit overlaps one before it."""
    edits: list[_Edit] = []
    left: list[Diagnostic] = []
    for finding in sorted(findings, key=lambda item: (item.span.line, item.span.column)):
        span = finding.span
        edit = _Edit(span.line - 1, span.column - 1, span.end - 1, finding.fix, finding)
        last = edits[-1] if edits else None
        if last is not None and last[:4] == edit[:4]:
            continue  # prose that two chapters share is found twice
        free = last is None or last.line < edit.line or last.end <= edit.start
        line = span.source.line(span.line)
        # Of no width: words that YAML writes in another way.
        there = edit.start < edit.end <= len(line) and not _ESCAPED.match(line, edit.start)
        # The backslash before a mark would be printed before another.
        there = there and line[edit.start - 1 : edit.start] != "\\"
        if free and there and "\n" not in edit.words:
            edits.append(edit)
        else:
            left.append(finding)
    return edits, left


def _edited(lines: list[str], edits: list[_Edit]) -> dict[int, str]:
    """The lines that change, each with all its edits."""
    changed: dict[int, str] = {}
    for edit in reversed(edits):  # from the right: what stands before keeps its column
        line = changed.get(edit.line, lines[edit.line])
        changed[edit.line] = line[: edit.start] + edit.words + line[edit.end :]
    return dict(sorted(changed.items()))


# Writing ---------------------------------------------------------------------------------


def write_fixes(plan: Plan) -> None:
    """Put the planned words into the files, all or none.

    Raises `WorkspaceError` when a file was changed meanwhile, or the disk refuses; no file is changed then.
    """
    rewrite(plan.files)
