"""待办.md, in a report's folder: what is to be filled in for a new year, as it was when the folder was made.

People read it, tick off and delete as they like; what is counted is the marks that are left in the files. The list only
tells of how many there were in each file: those of a file that is gone are not done but gone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from compiler.diagnostics import Diagnostics
from compiler.gaps import Gap, gaps_in_prose, holds_mark, is_stale, is_unfilled
from compiler.named import NamedTuple
from compiler.patterns import pattern
from compiler.publishing import WorkspaceError
from compiler.rawdata import Mapping as RawMapping
from compiler.rawdata import Node, Scalar
from compiler.readers.yaml_data import read_yaml
from compiler.source import Source
from compiler.workspace import Workspace

NAME = "待办.md"
_FLOW = pattern(r"\s*([^\s:{-][^:{]*): \{|\s*- \{")
"""A line of several values: 基本支出: {…}, - {三级: 宣讲场次, …}."""
_NAMED = pattern(r"[\s{,](?:三级|名称): *([^,}\n]+)")
_LEVEL = pattern(r"[\s{,]二级: *([^,}\n]+)")
_ADDED = "# 从表格新加的"
"""The title over what came later."""
_HEADING = pattern(r"\s*#+\s*(.*?\.(?:yaml|md))\b")
_ENTRY = pattern(r"\s*[-*+•]\s*[\[［【][^\]］】]?[\]］】]")
"""An entry, ticked or not, however people tick."""


def planned(workspace: Workspace, folder: Path) -> dict[str, int]:
    """How many entries the list of a report has for each file, by its path in the report; nothing when there is no list.

    People have had it open in whatever program they have: any encoding of Chinese will do, and lines that are none of the list's are
    passed over.
    """
    try:
        data = workspace.read_whole(folder / NAME) if (folder / NAME).exists() else b""
    except WorkspaceError:
        return {}
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    found: dict[str, int] = {}
    file = ""
    for line in text.splitlines():
        if line.lstrip().startswith("#"):
            heading = _HEADING.match(line)
            file = heading[1].replace("\\", "/") if heading else ""
        elif file and _ENTRY.match(line):
            found[file] = found.get(file, 0) + 1
    return found


class Progress(NamedTuple):
    """How far a draft is filled in."""

    whole: int
    """How many gaps there were: of each file that is there what the list says, or what there are, whichever is more."""
    gaps: int
    stale: int
    """How many there are, and how many of them are words of another year."""
    unread: Mapping[str, int]
    """Files that cannot be read, by their paths in the report: how many gaps each counts for, all that it had."""
    listed: bool
    """There is a list that says how many there were."""

    @property
    def words(self) -> str:
        """12/87 已填，还有 70 处待填、5 处待更新; nothing when nothing was ever open."""
        if not self.listed and not self.gaps:
            return ""
        unfilled = self.gaps - self.stale
        left = [f"{count} 处{word}" for count, word in ((unfilled, "待填"), (self.stale, "待更新")) if count]
        done = (
            f"{self.whole - self.gaps - sum(self.unread.values())}/{self.whole} 已填" if self.listed else ""
        )
        told = [
            f"{file} 读不出来，{f'它的 {count} 处按没有填算' if count else '没有算它'}"
            for file, count in self.unread.items()
        ]
        return "，".join(filter(None, (done, f"还有 {'、'.join(left)}" if left else "", *told)))


def progress(workspace: Workspace, folder: Path, gaps: Sequence[Gap], faulty: Iterable[str]) -> Progress:
    """How far the report in `folder` is filled in, from the gaps that were found in it and the list of how many there were.

    `faulty`: the files of which something is wrong, as messages name them. What an error hides is not filled in.
    """
    plan = planned(workspace, folder)
    shown = f"{workspace.shown(folder)}/"
    now: dict[str, list[bool]] = {}
    for gap in gaps:
        now.setdefault(gap.span.source.path.removeprefix(shown), []).append(gap.stale)
    whole = total = stale = 0
    unread: dict[str, int] = {}
    wrong = {path.removeprefix(shown) for path in faulty if path.startswith(shown)}
    for file in sorted({*plan, *now, *wrong}):
        there = _OURS.fullmatch(file) is not None and os.path.isfile(os.path.join(folder, file))
        if not there and file not in now:
            continue
        found = now.get(file, [])
        # A project that cannot be read has no chapter, so that nobody asked for its prose.
        if file in wrong or (wrong and not found and file.endswith(".md")):
            left = _left_in(workspace, folder / file)
            if left is None:
                unread[file] = plan.get(file, 0)
                whole += unread[file]
                continue
            if file in plan and len(left) > len(found):
                found = left
        whole += max(plan.get(file, 0), len(found))
        total += len(found)
        stale += sum(found)
    return Progress(whole, total, stale, unread, bool(plan))


_OURS = pattern(r"report\.yaml|(?:data|narrative)/(?!(?:.*/)?\.\./).+\.(?:yaml|md)")


def _left_in(workspace: Workspace, path: Path) -> list[bool] | None:
    """The gaps of a file as typed, whether each is stale; None when it cannot be read."""
    source = workspace.read_text(path, Diagnostics())
    if source is None:
        return None
    if path.suffix == ".md":
        return [gap.stale for gap in gaps_in_prose(source)]
    raw = read_yaml(source, Diagnostics())
    return None if raw is None else list(_open_values(raw.root))


def _open_values(node: Node) -> Iterator[bool]:
    if isinstance(node, Scalar):
        if is_unfilled(node.text) or holds_mark(node.text):
            yield not is_unfilled(node.text) and is_stale(node.text)
        return
    for inner in node.entries.values() if isinstance(node, RawMapping) else node.items:
        yield from _open_values(inner)


def written(
    title: str, folder: str, gaps: Iterable[Gap], notes: Sequence[str], moved: Mapping[str, str]
) -> str:
    """The list as Markdown. `folder` is the report's as messages name it; `notes` are what to look at besides, and so are the names
    in which a year `moved` on, as they were and as they are: nothing marks them, and they are not counted.
    """
    found = sorted(gaps, key=lambda gap: (gap.span.source.path, gap.span.line, gap.span.column))
    out = [
        f"# {title}：待办\n",
        f"共 {len(found)} 处。填好一处，文件里的“待填”就没有了；还剩几处，看 `chengwen check {folder}`，"
        "这张单子不会自己变。行号是刚建好时的。\n",
    ]
    for path, group in groupby(found, key=lambda gap: gap.span.source.path):
        out.append(f"## {path.removeprefix(f'{folder}/')}\n")
        out += [f"- [ ] 第{gap.span.line}行 {_words(gap)}" for gap in group]
        out.append("")
    if notes or moved:
        out.append("## 另外看一看\n")
        out += [f"- {note}" for note in notes]
        if moved:
            out.append("- 这些名称里的年份改了，看看今年是不是还这样叫，不对的改回去（叙述里的也要改）：")
            out += [f"  - {old} → {new}" for old, new in moved.items()]
        out.append("")
    return "\n".join(out)


def appended(text: str, folder: str, gaps: Iterable[Gap]) -> str:
    """What comes behind the list `text` when more is to be filled in: entries by file, under a title of their own.

    `folder` is the report's as messages name it. Line numbers are those at this time.
    """
    found = sorted(gaps, key=lambda gap: (gap.span.source.path, gap.span.line, gap.span.column))
    titled = [line.strip() for line in text.split("\n") if line.startswith("# ")][-1:] == [_ADDED]
    out = [*([] if not text or text.endswith("\n\n") else [""] if text.endswith("\n") else ["", ""])]
    out += [] if titled else [f"{_ADDED}\n"]
    for path, group in groupby(found, key=lambda gap: gap.span.source.path):
        out.append(f"## {path.removeprefix(f'{folder}/')}\n")
        out += [f"- [ ] 第{gap.span.line}行 {_words(gap)}" for gap in group]
        out.append("")
    return "\n".join(out)


def _words(gap: Gap) -> str:
    line = gap.span.source.line(gap.span.line).strip()
    if not gap.stale:
        owner = _owner(gap.span.source, gap.span.line) if gap.span.source.path.endswith(".yaml") else ""
        return (f"{owner}：" if owner else "") + (gap.key or "待填")
    start = line.find("〔待更新")
    words = line[line.find("〕", start) + 1 :].strip()
    return (
        "待更新：" + (f"{gap.key}，" if gap.key else "") + (words if len(words) <= 24 else f"{words[:24]}…")
    )


def _owner(source: Source, number: int) -> str:
    """What the value in a line belongs to, in words: 基本支出, an entry by its name, else which one of its list; nothing at the top."""
    line = source.line(number)
    flow = _FLOW.match(line)
    if flow and flow[1]:
        return flow[1]
    column = _column(line)
    for start in range(number, 0, -1):
        line = source.line(start)
        if not _is_data(line):
            continue
        if line.lstrip().startswith("- "):
            if start == number or _column(line) + 2 <= column:
                break
        elif _column(line) < column:
            return _owner(source, start)
    else:
        return ""
    dash = _column(line)
    words = line
    below = start + 1
    while (
        not flow
        and below <= len(source.lines)
        and (not _is_data(source.line(below)) or _column(source.line(below)) > dash)
    ):
        if _column(source.line(below)) == dash + 2:
            words += "\n" + source.line(below)
        below += 1
    name, level = _NAMED.search(words), _LEVEL.search(words)
    if name and not is_unfilled(name[1]):
        return name[1].strip()
    count, above = 1, start - 1
    while above and (not _is_data(source.line(above)) or source.line(above)[: dash + 2].strip() in ("", "-")):
        count += source.line(above)[dash : dash + 2] == "- " and _column(source.line(above)) == dash
        above -= 1
    outer = _owner(source, above) if above else ""
    head = source.line(above).strip().removeprefix("- ").partition(":")[0] if above else ""
    shown = f"{head}第{count}项" + (f"（{level[1].strip()}）" if level and not is_unfilled(level[1]) else "")
    return f"{outer} {shown}" if outer else shown


def _column(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_data(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")
