"""A district's reports, made from a line each: what a summary is tried on.

A line is a mapping in YAML: 单位, 年度 (2024), 文种 (整体 or 自评表), 处 (the folder that stands for content), 年初, 预算, 执行 in 万元, 执行率,
得分, 分值, 等级, 项目 (a list of [预算, 执行]), 项目支出 (an amount in budget.yaml), 坏 (text that is put into budget.yaml).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

SHIPPED = Path(__file__).parents[1] / "templates"
_OUTLINE = """\
题名: "{{ 年度 }}年度{{ 单位.名称 }}整体绩效评价报告"
编号: [一、, （一）, 1., （1）]
章节:
  - {题: 预算执行情况, 叙述: 预算执行}
"""
_KINDS = {"整体": "整体评价", "自评表": "项目支出绩效自评表"}


def write_district(root: Path, text: str) -> None:
    """Write the reports that a list in YAML declares, with templates of their own."""
    write_reports(root, yaml.load(text, yaml.BaseLoader))


def write_reports(root: Path, reports: Iterable[Mapping[str, Any]]) -> None:
    """Write reports under `root`."""
    templates = root / "templates"
    shutil.copytree(SHIPPED / "项目支出绩效自评表", templates / "项目支出绩效自评表")
    shutil.copytree(SHIPPED / "评分方案", templates / "评分方案")
    whole = templates / "整体评价"
    (whole / "tables").mkdir(parents=True)
    (whole / "outline.yaml").write_text(_OUTLINE, encoding="utf-8")
    shutil.copy(SHIPPED / "整体绩效评价报告" / "style.yaml", whole)
    for report in reports:
        folder = root / report.get("处", "content") / report["单位"] / report.get("年度", "2024")
        for name, content in _files(report):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8", newline="\n")


def _files(report: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    department, kind = report["单位"], _KINDS[report.get("文种", "整体")]
    yield (
        "report.yaml",
        _yaml({"文种": kind, "单位": department, "年度": report.get("年度", "2024"), "金额单位": "万元"}),
    )
    yield "data/department.yaml", _yaml({"名称": department})
    if kind == "整体评价":
        amounts = {
            key: report[name]
            for key, name in (
                ("年初预算数", "年初"),
                ("全年预算数", "预算"),
                ("全年执行数", "执行"),
                ("执行率", "执行率"),
            )
            if name in report
        }
        budget: dict[str, object] = {"资金总体": amounts}
        if "项目支出" in report:
            budget["项目支出"] = {"全年预算数": report["项目支出"]}
        yield "data/budget.yaml", _yaml(budget) + report.get("坏", "")
        yield "narrative/预算执行.md", "预算执行情况见下。\n"
    if "得分" in report or "等级" in report:
        card = {"题名": "评分表", "分值": report.get("分值", "100")}
        card |= {key: report[key] for key in ("得分", "等级") if key in report}
        rows = [{"名称": "产出", "指标值": "完成", "完成值": "完成", "分值": card["分值"]}]
        card["部分"] = [{"名称": "目标", "分值": card["分值"], "分组": [{"指标": rows}]}]
        yield "data/scorecard.yaml", _yaml(card)
    for number, (planned, spent) in enumerate(report.get("项目", ()), 1):
        amounts = {"全年预算数": planned, "全年执行数": spent}
        yield f"data/projects/{number:02}-项目.yaml", _yaml({"名称": f"{department}项目{number}", **amounts})


def _yaml(data: Mapping[str, object]) -> str:
    """A line a key; every scalar is text, whatever it looks like."""
    return "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in data.items())
