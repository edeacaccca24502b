"""The first report of an office: every file that its kind asks for, every key explained, every value left open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from compiler.diagnostics import Diagnostics
from compiler.evaluation.report import Report
from compiler.needed import PROJECT_PROSE, entries_of, is_of_projects, prose_for
from compiler.outline import Outline
from compiler.publishing import WorkspaceError
from compiler.readers.yaml_data import read_yaml
from compiler.rollover.create import Made, Unreadable, write_folder
from compiler.safe_names import is_passed_over
from compiler.schema import read_file
from compiler.schemes import SCHEMES
from compiler.workspace import Workspace

_SAMPLES = Path(__file__).parent / "first"
_PROJECT = "01-某某项目"
_SECTION = "某某科"
_DATA = {
    "report.yaml": "report.yaml",
    "data/department.yaml": "department.yaml",
    f"data/projects/{_PROJECT}.yaml": "project.yaml",
}
_OF_SCORECARDS = (
    "  # 评分表用的\n  部门整体: 待填\n",
    "# 全报告用的数，名称自己定，叙述里写 {{ 参数.市级平均差异率|百分比 }}\n参数:\n  市级平均差异率: 待填\n",
)
"""What report.yaml has for a 评分表 only."""
_NAME = re.compile(r"[\w（][\w（）()·-]*")
"""What is the name of an office, of a folder and of a YAML value alike."""
_WANTED = {"评分表.": "scorecard", "预算.": "budget"}
"""What a template says when it needs a file that not every report has."""


def kinds(workspace: Workspace) -> list[str]:
    """The kinds of document (文种) that there are templates for."""
    folders = (workspace.root / "templates").iterdir()
    return sorted(
        path.name
        for path in folders
        if path.name != SCHEMES and not is_passed_over(path.name) and (path / "outline.yaml").exists()
    )


def first_report(workspace: Workspace, department: str, year: int, kind: str, unit: str) -> Made:
    """Make the folder of an office that has no report of the year; `kind` is one of `kinds`.

    Raises `Unreadable` when the kind's outline has errors, `WorkspaceError` when there is such a folder, when the
    department's name is none for a folder, or when the disk refuses.
    """
    if not _NAME.fullmatch(department):
        raise WorkspaceError(f"“{department}”不能作文件夹的名称。单位写简称，如 丰台区金融办。")
    content = workspace.root / "content"
    if (content / department).is_symlink() or content.is_symlink():
        raise WorkspaceError(f"“{workspace.shown(content / department)}”是快捷方式（链接），不能用。")
    target = content / department / str(year)
    there = kind_of(workspace, target)
    if there and there != kind:
        raise WorkspaceError(
            f"“{workspace.shown(target)}”已经有了，是{there}，没有改动。同一年再做一份{kind}的，单位的名称后面加几个字，另放一个文件夹："
            f"--dept {department}-{kind}。见手册“新的一年”的“一年两份报告”。"
        )
    template = workspace.root / "templates" / kind
    outline = _outline(workspace, template)
    wanted = dict(_DATA)
    files = (template / "outline.yaml", *workspace.files(template / "tables", ".html"))
    words = "".join(source.text for path in files if (source := workspace.read_text(path, Diagnostics())))
    prose = dict(_prose(outline))
    for name, stem in _WANTED.items():
        if name in words or (stem == "budget" and prose):
            wanted[f"data/{stem}.yaml"] = f"{stem}.yaml"
    names = {"文种": kind, "单位": department, "年度": str(year), "次年": str(year + 1), "金额单位": unit}
    names["方案"] = "、".join(
        path.stem for path in workspace.files(workspace.root / "templates" / SCHEMES, ".yaml")
    )
    made = {file: _filled(sample, names).encode() for file, sample in wanted.items()}
    made |= {f"narrative/{path}.md": prose_for(title).encode() for path, title in prose.items()}
    if "data/scorecard.yaml" not in wanted:
        text = made["report.yaml"].decode()
        for words in _OF_SCORECARDS:
            text = text.replace(words, "")
        made["report.yaml"] = text.encode()
    renamed = "，同名的叙述文件跟着改名" if prose else ""
    notes = [
        f"“某某科”“某某项目”是样子：改成自己的{renamed}；再有几个科室、项目，各复制一份",
        "用不上的名称、用不上的行，整行删去；每个名称填什么，文件里有说明",
    ]
    return write_folder(workspace, target, made, notes)


def kind_of(workspace: Workspace, folder: Path) -> str:
    """The 文种 of the report in a folder; nothing when there is none that can be read."""
    if not (folder / "report.yaml").exists():
        return ""
    source = workspace.read_text(folder / "report.yaml", Diagnostics())
    raw = read_yaml(source, Diagnostics()) if source else None
    report = read_file(Report, raw, Diagnostics(), gaps=[]) if raw else None
    return report.kind if report else ""


def _filled(sample: str, names: dict[str, str]) -> str:
    text = (_SAMPLES / sample).read_text(encoding="utf-8")
    for name, value in names.items():
        text = text.replace(f"⟦{name}⟧", value)
    return text


def _outline(workspace: Workspace, template: Path) -> Outline:
    problems = Diagnostics()
    source = workspace.read_text(template / "outline.yaml", problems)
    raw = read_yaml(source, problems) if source else None
    outline = read_file(Outline, raw, problems) if raw else None
    if outline is None:
        raise Unreadable(problems)
    return outline


def _prose(outline: Outline) -> Iterator[tuple[str, str]]:
    """The prose that an outline asks for: its path without .md, and what is to be written there."""
    for entry in entries_of(outline):
        if not entry.narrative:
            continue
        if entry.each is None:
            yield entry.narrative, entry.narrative.rsplit("/", 1)[-1]
        elif is_of_projects(entry):
            yield f"{entry.narrative}/{_PROJECT}", PROJECT_PROSE
        elif entry.each.text.startswith("单位.内设机构"):
            yield f"{entry.narrative}/{_SECTION}", "这个科室的职责"
