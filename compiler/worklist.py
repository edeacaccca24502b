"""待办.md, in a report's folder: what is to be filled in for a new year, as it was when the folder was made.

People read it, tick off and delete as they like; what is counted is the marks that are left in the files. The list only
tells of how many there were.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from compiler.diagnostics import Diagnostics
from compiler.gaps import Gap
from compiler.patterns import pattern
from compiler.workspace import Workspace

NAME = "待办.md"
_ROW = pattern(r"([^\s:{]+): \{|- \{.*?(?:三级|名称): ([^,}]+)")
"""What a line of several values is about: 基本支出: {…}, - {三级: 宣讲场次, …}."""
_ADDED = "# 从表格新加的"
"""The title over what came later."""
_ENTRY = ("- [ ] ", "- [x] ", "- [X] ", "- [√] ")


def planned(workspace: Workspace, folder: Path) -> int:
    """How many entries the list of a report has; 0 when there is none that can be read."""
    if not (folder / NAME).exists():
        return 0
    source = workspace.read_text(folder / NAME, Diagnostics())
    return sum(line.startswith(_ENTRY) for line in source.lines) if source else 0


def progress(gaps: Sequence[Gap], planned: int) -> str:
    """How far a draft is filled in, in words: 12/87 已填，还有 70 处待填、5 处待更新; nothing when nothing was ever open."""
    stale = sum(gap.stale for gap in gaps)
    left = [f"{count} 处{word}" for count, word in ((len(gaps) - stale, "待填"), (stale, "待更新")) if count]
    whole = max(planned, len(gaps))
    done = f"{whole - len(gaps)}/{whole} 已填" if planned else ""
    return "，".join(filter(None, (done, f"还有 {'、'.join(left)}" if left else "")))


def written(title: str, folder: str, gaps: Iterable[Gap], notes: Sequence[str]) -> str:
    """The list as Markdown. `folder` is the report's as messages name it; `notes` are what to look at besides."""
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
    if notes:
        out.append("## 另外看一看\n")
        out += [f"- {note}" for note in notes]
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
        row = _ROW.match(line)
        return (f"{row[1] or row[2]}：" if row else "") + (gap.key or "待填")
    start = line.find("〔待更新")
    words = line[line.find("〕", start) + 1 :].strip()
    return (
        "待更新：" + (f"{gap.key}，" if gap.key else "") + (words if len(words) <= 24 else f"{words[:24]}…")
    )
