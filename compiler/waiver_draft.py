"""A draft of waivers.yaml: the findings that stand, copied out, for a person to give reasons."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import PurePosixPath

from compiler.diagnostics import Diagnostic, Severity

NAME = "放行底稿.yaml"
"""Of the file, beside the drafts: it is no waiver before somebody has put it into the report's folder."""

_HEAD = """\
# 放行底稿：查出来、还没有改正也没有放行的。
# 能改正的，改正数据或文字，删去这里的一条；有理由不改的，填上原因、放行人、日期（如 2025年3月1日）。
# 填好以后存到报告文件夹里，名为 waivers.yaml；那里已经有这个文件的，把下面的各条接在它后面。
"""


def waiver_draft(findings: Iterable[Diagnostic], folder: str, severities: tuple[Severity, ...]) -> str:
    """The file's text, an entry for each finding of these severities that nobody has let stand; empty when there is none.

    `folder` is the report's, as messages name it.
    """
    entries = []
    for item in findings:
        if item.accepted is None and item.severity in severities and item.code.value[0] != "W":
            path = PurePosixPath(item.span.source.path)
            inside = path.relative_to(folder) if path.is_relative_to(folder) else path
            entries.append(
                f"  - 代码: {item.code.value}\n    位置: {_quoted(str(inside))}\n    事实: {_quoted(item.message)}\n"
                "    原因:\n    放行人:\n    日期:\n"
            )
    return f"{_HEAD}放行:\n{''.join(entries)}" if entries else ""


def _quoted(text: str) -> str:
    """As YAML reads it back, whatever marks are in it."""
    return json.dumps(text, ensure_ascii=False)
