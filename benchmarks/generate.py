"""Write the workload: as content of this compiler, and as the one data file that the peers read.

    python -m benchmarks.generate FOLDER S M L        (a number instead of a letter: that many projects)

FOLDER/M/ then holds `content/` and `templates/`, FOLDER/M.yaml and FOLDER/M.json the peers' data.
Nothing of the compiler is imported; the same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import yaml

from benchmarks.workload import (
    CONCLUSION,
    DEPARTMENT,
    EXECUTION,
    OVERVIEW,
    SIZES,
    YEAR,
    Project,
    Size,
    Workload,
    make,
)

KIND = "基准报告"
"""The document kind (文种) of the workload: the name of its template folder."""

_TEMPLATES = Path(__file__).parent / "templates"
_SHIPPED = Path(__file__).parents[1] / "templates"
_STYLE = _SHIPPED / "整体绩效评价报告" / "style.yaml"
_SCHEMES = _SHIPPED / "评分方案"

Data: TypeAlias = "str | int | bool | Sequence[Data] | Mapping[str, Data]"


def generate(folder: Path, size: Size) -> None:
    """Write one size; what an earlier call left of it is replaced."""
    workload = make(size)
    root = folder / size.name
    shutil.rmtree(root, ignore_errors=True)
    write_templates(root / "templates" / KIND, forms=size.forms)
    write_schemes(root / "templates")
    write_content(root / "content" / DEPARTMENT / str(YEAR), workload)
    write_peer_data(folder / size.name, workload)


def write_templates(folder: Path, *, forms: bool) -> None:
    """The outline, with or without the forms, the table templates, and the look of the shipped report."""
    shutil.copytree(_TEMPLATES / "tables", folder / "tables")
    shutil.copyfile(_TEMPLATES / ("outline-forms.yaml" if forms else "outline.yaml"), folder / "outline.yaml")
    if not forms:
        (folder / "tables" / "自评表.html").unlink()
    shutil.copyfile(_STYLE, folder / "style.yaml")


def write_schemes(templates: Path) -> None:
    """The shipped scoring schemes, beside the templates."""
    shutil.copytree(_SCHEMES, templates / _SCHEMES.name)


# Content of this compiler ----------------------------------------------------------------


def write_content(folder: Path, workload: Workload) -> None:
    """The report folder: report.yaml, the data files, and one narrative a slot."""
    for name, text in content_files(workload):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def content_files(workload: Workload) -> Iterator[tuple[str, str]]:
    """The files of the report folder: path within it, and text."""
    yield (
        "report.yaml",
        yaml_text(
            {
                "文种": KIND,
                "单位": workload.department,
                "年度": YEAR,
                "金额单位": "万元",
                "题名": workload.title,
                "评分方案": {"部门整体": "北京部门整体", "项目支出": "财预〔2020〕10号"},
            }
        ),
    )
    yield "data/department.yaml", yaml_text({"名称": workload.department})
    yield "data/scorecard.yaml", yaml_text(_scorecard(workload))
    yield "narrative/部门概况.md", _paragraphs(OVERVIEW)
    yield "narrative/预算执行.md", _paragraphs((EXECUTION,))
    yield "narrative/评价结论.md", _paragraphs(CONCLUSION)
    for project in workload.projects:
        stem = f"projects/{project.number:05d}-{project.subject}"
        yield f"data/{stem}.yaml", yaml_text(_project_data(project, workload.department))
        yield (
            f"narrative/{stem}.md",
            _paragraphs(
                (
                    project.narrative(
                        budget="{{ 本项目.全年预算数|万元数 }}",
                        spent="{{ 本项目.全年执行数|万元数 }}",
                        rate="{{ 本项目.执行率|百分数 }}",
                        institutions="{{ 本项目.补充数据.机构数|数值 }}",
                    ),
                )
            ),
        )


def _paragraphs(texts: Sequence[str]) -> str:
    return "\n\n".join(texts) + "\n"


def _project_data(project: Project, department: str) -> Mapping[str, Data]:
    amounts = {
        "年初预算数": project.annual_budget,
        "全年预算数": project.annual_budget,
        "全年执行数": project.expenditure,
        "执行率": f"{project.execution_rate}%",
    }
    indicators = [
        {
            "一级": row.level1,
            "二级": row.level2,
            "三级": row.level3,
            "指标值": row.target,
            "完成值": row.actual,
            "分值": row.weight,
            "得分": row.score,
        }
        | ({"偏差原因": row.deviation_reason} if row.deviation_reason else {})
        for row in project.indicators
    ]
    return {
        "名称": project.name,
        "主管部门": project.section,
        "实施单位": department,
        "资金": {"年度资金总额": amounts | {"分值": "10", "得分": "10"}, "当年财政拨款": amounts},
        "年度总体目标": {"预期目标": project.goal, "实际完成情况": project.outcome},
        "绩效指标": indicators,
        "总分": {"分值": "100", "得分": project.total_score},
        "补充数据": {"机构数": f"{project.institutions}家"},
    }


def _scorecard(workload: Workload) -> Mapping[str, Data]:
    return {
        "题名": "评分表",
        "分值": "100",
        "得分": str(sum(int(row.score) for row in workload.scoring)),
        "部分": [
            {
                "名称": first.level1,
                "分值": str(first.level1_weight),
                "分组": [
                    {
                        "名称": group[0].level2,
                        "指标": [
                            {
                                "名称": row.level3,
                                "指标值": row.target,
                                "完成值": row.actual,
                                "分值": row.weight,
                                "得分": row.score,
                                "指标解释": row.explanation,
                                "评分标准": row.standard,
                            }
                            for row in group
                        ],
                    }
                    for group in groups
                ],
            }
            for first, groups in workload.scoring_parts
        ],
    }


_PLAIN = re.compile(r"""(?![-?:,\[\]{}#&*!|>'"%@`\s])(?!.*(?::\s|\s\#|[\[\]{},\n]|[:\s]$)).+""")


def yaml_text(data: Data, indent: str = "") -> str:
    """YAML as a clerk writes it: a record of a few words stays on one line, in braces."""
    if isinstance(data, Mapping):
        return "".join(f"{indent}{key}:{_yaml_value(value, indent)}" for key, value in data.items())
    if isinstance(data, Sequence) and not isinstance(data, str):
        # The mark takes the place of the indent of the entry's first line.
        return "".join(f"{indent}- {_yaml_value(entry, indent).strip()}\n" for entry in data)
    return f"{_scalar(data)}\n"


def _yaml_value(value: Data, indent: str) -> str:
    if isinstance(value, Mapping):
        line = ", ".join(f"{key}: {_scalar(item)}" for key, item in value.items() if not _nested(item))
        if len(line) < 110 and not any(map(_nested, value.values())):
            return f" {{{line}}}\n"
        return "\n" + yaml_text(value, indent + "  ")
    if _nested(value):
        return "\n" + yaml_text(value, indent + "  ")
    return f" {_scalar(value)}\n"


def _nested(value: Data) -> bool:
    return not isinstance(value, str | int)


def _scalar(value: Data) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


# The peers' data -------------------------------------------------------------------------


def write_peer_data(stem: Path, workload: Workload, *, json_too: bool = True) -> None:
    """The same report as one YAML and one JSON file, under the keys that the peers' scripts read."""
    data = peer_data(workload)
    if json_too:
        with stem.with_suffix(".json").open("w", encoding="utf-8") as file:
            json.dump(data, file, ensure_ascii=False, indent=1)
    with stem.with_suffix(".yaml").open("w", encoding="utf-8") as file:
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        yaml.dump(data, file, Dumper=dumper, allow_unicode=True, sort_keys=False, width=1_000_000)


def peer_data(workload: Workload) -> dict[str, object]:
    """The report as the peers read it: figures as text, each narrative a Jinja2 snippet over `p`."""
    return {
        "title": workload.title,
        "year": YEAR,
        "form": workload.size.forms,
        "overview": list(OVERVIEW),
        "execution": EXECUTION,
        "conclusion": list(CONCLUSION),
        "projects": [_peer_project(project) for project in workload.projects],
        "scoring": [
            {
                "l1": f"{row.level1}（{row.level1_weight}分）",
                "l2": row.level2,
                "l3": row.level3,
                "target": row.target,
                "actual": row.actual,
                "weight": row.weight,
                "score": row.score,
                "explain": row.explanation,
                "rule": row.standard,
            }
            for row in workload.scoring
        ],
    }


def _peer_project(project: Project) -> dict[str, object]:
    return {
        "id": f"P{project.number:05d}",
        "name": project.name,
        "dept": project.section,
        "unit": DEPARTMENT,
        "basis": project.grounds,
        "work": project.task,
        "effect": project.effect,
        "initial": project.annual_budget,
        "budget": project.annual_budget,
        "spent": project.expenditure,
        "rate": project.execution_rate,
        "exec_score": "10",
        "count": project.institutions,
        "goal": project.goal,
        "done": project.outcome,
        "indicators": [
            {
                "l1": row.level1,
                "l2": row.level2,
                "l3": row.level3,
                "target": row.target,
                "actual": row.actual,
                "weight": row.weight,
                "score": row.score,
                "note": row.deviation_reason,
            }
            for row in project.indicators
        ],
        "total": project.total_score,
        "narrative": project.narrative("{{ p.budget }}", "{{ p.spent }}", "{{ p.rate }}", "{{ p.count }}"),
    }


def size_of(word: str) -> Size:
    """`S`, `M`, `L`, or a number of projects, each with a form."""
    if word in SIZES:
        return SIZES[word]
    if word.isascii() and word.isdigit():
        return Size(word, SIZES["M"].seed, int(word), forms=True)
    raise argparse.ArgumentTypeError(f"{word}: neither S, M, L nor a number of projects")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate")
    parser.add_argument("folder", type=Path)
    parser.add_argument("sizes", type=size_of, nargs="+", metavar="SIZE")
    arguments = parser.parse_args()
    for size in arguments.sizes:
        generate(arguments.folder, size)


if __name__ == "__main__":
    main()
