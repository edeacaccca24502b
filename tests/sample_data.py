"""Small data for tests of one stage: sections of a case file, typed by the real schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler.diagnostics import Diagnostics, render
from compiler.evaluation.funds import Budget
from compiler.evaluation.project import Project
from compiler.evaluation.report import Department, Report
from compiler.evaluation.scorecard import Scorecard
from compiler.outline import NumberSpec
from compiler.readers.yaml_data import read_yaml
from compiler.record import Facts, Missing, Record
from compiler.schema import read_file
from compiler.source import Source

_RECORDS: dict[str, tuple[str, type[Record]]] = {
    "budget": ("预算", Budget),
    "department": ("单位", Department),
    "scorecard": ("评分表", Scorecard),
}
_REPORT = "文种: 绩效报告\n单位: 示例局\n年度: 2024\n金额单位: 万元\n"


def scope_of(sections: Mapping[str, str]) -> dict[str, Any]:
    """The names of expressions from sections `budget`, `department`, `scorecard`, `parameters` and `project …`."""
    report = record(Report, _REPORT + _under("参数", sections.get("parameters", "")))
    scope: dict[str, Any] = {
        "年度": report.year,
        "上年": report.year - 1,
        "参数": report.parameters or Facts(),
    }
    for section, (name, cls) in _RECORDS.items():
        text = sections.get(section)
        scope[name] = record(cls, text) if text else Missing("这份报告", name, None)
    projects = [record(Project, text) for name, text in sections.items() if name.split()[0] == "project"]
    scope["项目"] = tuple(projects)
    if projects:
        scope["本项目"] = projects[0]
    return scope


def rule_of(sections: Mapping[str, str]) -> Any:
    """The number rule of a section `rule`."""
    return record(NumberSpec, sections.get("rule") or "率小数位: 2\n").rule


def record(cls: type[Any], text: str) -> Any:
    """A record that must be sound, 待填 allowed; bare amounts are in 万元."""
    sink = Diagnostics()
    raw = read_yaml(Source(f"{cls.__name__}.yaml", text), sink)
    found = read_file(cls, raw, sink, "万元", []) if raw else None
    assert found is not None, told(sink)
    return found


def told(sink: Diagnostics) -> str:
    """Everything that was reported, as a terminal shows it."""
    return "".join(f"{render(diagnostic)}\n" for diagnostic in sink)


def _under(key: str, text: str) -> str:
    return f"{key}:\n" + "".join(f"  {line}\n" for line in text.splitlines()) if text else ""
