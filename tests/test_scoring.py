"""The arithmetic of scores, pinned as data: a scheme, a target and what was reached give a score and its formula.

A case names a shipped scheme (`@@ scheme`), may change it (`@@ edit templates/评分方案/….yaml`, as in `overlay`), and
has rows, each a kind of score and its values:

    一级指标、二级指标、三级指标 | 指标值 | 完成值 | 分值
    执行率 | 全年执行数 | 全年预算数 | 分值
    结转结余率 | 上年 | 本年 | 分值
    部门预决算差异率 | 市级平均 | 本年 | 分值
    扣分要点 | 指标 | 指标值 | 完成值 | 分值
    等级 | 得分
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import Code, Diagnostics
from compiler.evaluation.scheme import Scheme
from compiler.evaluation.scoring import (
    Expected,
    compared,
    grade_of,
    plain,
    score_execution,
    score_indicator,
    score_points,
    score_rate,
)
from compiler.figures import EXACT
from compiler.inputs import read_inputs
from compiler.pipeline import build
from compiler.readers.yaml_data import read_yaml
from compiler.schema import read_file
from compiler.schemes import Declared, read_other_schemes
from compiler.workspace import Workspace
from tests import overlay
from tests.case_files import case_files, run_case
from tests.texts import html_text

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("path", case_files("scoring"), ids=lambda path: path.stem)
def test_scores(path: Path, tmp_path: Path, accept: bool) -> None:
    def run(sections: dict[str, str]) -> str:
        shutil.copytree(ROOT / "templates" / "评分方案", tmp_path / "templates" / "评分方案")
        overlay.apply(tmp_path, ((name, text) for name, text in sections.items() if overlay.is_overlay(name)))
        scheme = schemes(tmp_path)[sections["scheme"].strip()]
        with localcontext(EXACT):
            return "".join(f"{row}\n    → {scored(scheme, row)}\n" for row in sections["rows"].splitlines())

    run_case(path, run, accept)


def schemes(root: Path) -> dict[str, Scheme]:
    """The sound schemes of a workspace by name."""
    return {scheme.name: scheme for scheme in read_other_schemes(Workspace(root), Declared())}


def scored(scheme: Scheme, row: str) -> str:
    """What a scheme gives for a row of a case."""
    kind, *values = (part.strip() for part in row.split("|"))
    if kind == "等级":
        assert scheme.grades
        return grade_of(scheme.grades, Decimal(values[0])) or "没有等级"
    return told(KINDS.get(kind, indicator)(scheme, kind, values))


def indicator(scheme: Scheme, kind: str, values: list[str]) -> Expected | None:
    target, actual, weight = values
    names = tuple(kind.split("、"))
    return score_indicator(scheme, Decimal(weight), compared(target, actual), target, actual, names)


def execution(scheme: Scheme, kind: str, values: list[str]) -> Expected | None:
    spent, budget, weight = values
    assert scheme.execution
    words = (f"{spent}÷{budget}",)
    return score_execution(
        scheme.execution, scheme.digits, Decimal(weight), Decimal(spent), Decimal(budget), words
    )


def rate(scheme: Scheme, kind: str, values: list[str]) -> Expected | None:
    against, this, weight = (Decimal(value.rstrip("%")) for value in values)
    rule = scheme.carryover if kind == "结转结余率" else scheme.variance
    assert rule
    return score_rate(rule, scheme.digits, weight, this / 100, against / 100)


def missed(scheme: Scheme, kind: str, values: list[str]) -> Expected | None:
    rule = next(rule for rule in scheme.points or () if rule.row == values[0])
    return score_points(rule, scheme.digits, Decimal(values[3]), compared(values[1], values[2]))


KINDS: dict[str, Callable[[Scheme, str, list[str]], Expected | None]] = {
    "执行率": execution,
    "结转结余率": rate,
    "部门预决算差异率": rate,
    "扣分要点": missed,
}


def told(expected: Expected | None) -> str:
    """A score, or the scores that are allowed, with the formula."""
    if expected is None:
        return "不算"
    if expected.score is not None:
        words = plain(expected.score)
    elif expected.choices:
        words = "、".join(map(plain, expected.choices))
    else:
        words = f"{plain(expected.low)}～{plain(expected.high)}{'（不含）' if expected.below else ''}"
    return f"{words}    {expected.formula}"


# Whatever the numbers are -----------------------------------------------------------------

SCHEMES = schemes(ROOT)
numbers = st.decimals(0, 10**12, allow_nan=False, places=2)
signs = st.sampled_from(["≥", "≤", "=", "", "不超过", "不少于"])


@given(
    st.sampled_from(sorted(SCHEMES)), signs, numbers, numbers, st.decimals(0, 100, allow_nan=False, places=1)
)
def test_a_score_is_never_outside_its_weight(
    name: str, sign: str, target: Decimal, actual: Decimal, weight: Decimal
) -> None:
    scheme = SCHEMES[name]
    wanted, reached = f"{sign}{target}件", f"{actual}件"
    expected = score_indicator(scheme, weight, compared(wanted, reached), wanted, reached, ("产出指标",))
    if expected is not None:
        assert 0 <= expected.low <= expected.high <= weight
        if sign in ("≥", "不少于") and actual < target:
            assert expected.high < weight or weight < 1 or actual / target > Decimal("0.99")


@given(st.sampled_from(sorted(SCHEMES)), numbers, numbers, numbers)
def test_more_done_never_scores_less(name: str, target: Decimal, less: Decimal, more: Decimal) -> None:
    """Short of where doing far too much costs something."""
    less, more = sorted((min(less, 2 * target), min(more, 2 * target)))
    scores = [
        score_indicator(
            SCHEMES[name],
            Decimal(10),
            compared(f"≥{target}件", f"{done}件"),
            f"≥{target}件",
            f"{done}件",
            ("产出指标",),
        )
        for done in (less, more)
    ]
    if scores[0] and scores[1]:
        assert scores[0].high <= scores[1].high


# In a report -----------------------------------------------------------------------------

CLEAN = Path(__file__).parent / "checked" / "content"
REPORT = Path("content/晴川区档案局/2024")


def built(root: Path, out: Path) -> tuple[str, list[dict[str, Any]]]:
    """The words of the clean department's report, and its trace."""
    result = build(Workspace(root), root / REPORT, out, ("html",))
    assert [item.message for item in result.diagnostics] == []
    page = next(path for path in result.outputs if path.suffix == ".html")
    trace = next(path for path in result.outputs if path.name == "trace.json")
    return html_text(page), json.loads(trace.read_bytes())["figures"]


def test_computed_scores_print_what_was_typed(tmp_path: Path) -> None:
    """Without the scores that follow from the data, the clean department prints the same scores."""
    root = tmp_path / "workspace"
    shutil.copytree(CLEAN, root / "content")
    shutil.copytree(ROOT / "templates", root / "templates")
    typed, _ = built(root, tmp_path / "typed")
    removed = 0
    for path in (root / REPORT / "data").rglob("*.yaml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for index, line in enumerate(lines):
            if "达成" not in line and not _is_judged(lines[:index]):
                lines[index], count = re.subn(r",? *得分: [\d.]+|^等级: 优$", "", line)
                removed += count
        path.write_text("\n".join(line for line in lines if line.strip()), encoding="utf-8")
    assert removed > 50
    computed, figures = built(root, tmp_path / "computed")
    assert computed == typed
    origins = [origin for figure in figures for origin in figure["from"]]
    for origin in origins:
        origins += origin.get("inputs", ())
    scores = [
        origin for origin in origins if origin["key"].endswith(("得分", "等级")) and "source" not in origin
    ]
    assert len(scores) > 50
    assert all(origin["formula"] and origin["inputs"] for origin in scores)
    formulas = {origin["formula"] for origin in scores}
    assert {"20×1037.86÷1059.81＝19.59", "8×6192张÷6400张＝7.74", "各项得分之和"} <= formulas


@pytest.mark.parametrize(
    ("row", "inputs"),
    [
        ("资金总体", ["分值", "执行数", "预算数"]),
        ("产出质量", ["分值", "指标值", "完成值"]),
        ("财务管理制度健全性", ["分值", "指标值", "完成值"]),
        ("结转结余率", ["分值", "本年值", "上年值"]),
        ("部门预决算差异率", ["分值", "本年值", "市级平均差异率"]),
    ],
)
@pytest.mark.parametrize("printed", [True, False])
def test_a_computed_score_tells_what_it_comes_from(
    row: str, inputs: list[str], printed: bool, tmp_path: Path
) -> None:
    """Just what the scheme looks at; of a rate that the row does not print, what budget.yaml gives."""
    shutil.copytree(CLEAN, tmp_path / "content")
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    read = read_inputs(Workspace(tmp_path), tmp_path / REPORT, Diagnostics(), lambda *_: None)
    assert read is not None
    card, budget = read.data.scorecard, read.data.budget
    assert card is not None and card.scheme is not None
    if not printed:
        inputs = [{"本年值": row, "上年值": f"上年{row}"}.get(key, key) for key in inputs]
        for part in card.parts:
            for group in part.groups:
                for item in group.rows:
                    item.this_year = item.last_year = None
        card.score_by(card.scheme, budget, read.report.parameters)
    found = next(
        item for part in card.parts for group in part.groups for item in group.rows if item.name == row
    )
    _, told = found.origin("得分")
    assert [key for _, key in told] == inputs
    assert all(owner.lookup(key) is not None for owner, key in told)


def _is_judged(before: list[str]) -> bool:
    """Whether a line of the scorecard belongs to a row whose score a person decides."""
    name = next((line for line in reversed(before) if "- 名称: " in line or "- {名称" in line), "")
    return any(row in name for row in ("健全性", "安全性", "完善性", "规范性", "绩效管理情况"))


def test_nothing_is_computed_without_a_scheme(tmp_path: Path) -> None:
    shutil.copytree(CLEAN, tmp_path / "content")
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    report = tmp_path / REPORT / "report.yaml"
    report.write_text(re.sub(r"评分方案: .*\n", "", report.read_text(encoding="utf-8")), encoding="utf-8")
    form = next((tmp_path / REPORT / "data" / "projects").glob("01-*.yaml"))
    text = form.read_text(encoding="utf-8")
    form.write_text(text.replace("总分: {分值: 100, 得分: 99.58}\n", ""), encoding="utf-8")
    result = build(Workspace(tmp_path), tmp_path / REPORT, None)
    assert {item.code for item in result.diagnostics} == {Code.NO_VALUE}
    assert all("也算不出来" not in item.message for item in result.diagnostics)


@pytest.mark.parametrize(
    ("declared", "code", "message", "hint"),
    [
        (
            "{项目支出: 财预〔2020〕11号}",
            Code.NOT_A_CHOICE,
            "没有叫“财预〔2020〕11号”的评分方案",
            "是不是“财预〔2020〕10号”？templates/评分方案 里有：北京部门整体、财预〔2020〕10号、财预〔2021〕101号",
        ),
        (
            "{部门整体: ../评分方案/北京部门整体}",
            Code.NOT_A_CHOICE,
            "没有叫“../评分方案/北京部门整体”的评分方案",
            "是不是“北京部门整体”？templates/评分方案 里有：北京部门整体、财预〔2020〕10号、财预〔2021〕101号",
        ),
        (
            "{部门整体: 财预〔2020〕10号}",
            Code.MISMATCH,
            "“财预〔2020〕10号”是项目支出的评分方案，这里要的是部门整体的",
            "把它写到“项目支出”后面，或换一个方案",
        ),
    ],
)
def test_a_scheme_that_is_not_there(
    tmp_path: Path, declared: str, code: Code, message: str, hint: str
) -> None:
    shutil.copytree(CLEAN, tmp_path / "content")
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    report = tmp_path / REPORT / "report.yaml"
    text = report.read_text(encoding="utf-8")
    report.write_text(re.sub(r"评分方案: .*", f"评分方案: {declared}", text), encoding="utf-8")
    result = build(Workspace(tmp_path), tmp_path / REPORT, None)
    assert [(item.code, item.message, item.hint) for item in result.diagnostics] == [(code, message, hint)]


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("财预〔2021〕101号", "  及格线: 60%\n", "", "正向是及格线，却没有写“及格线”"),
        ("财预〔2020〕10号", "算法: 按比例", "算法: 分档", "算法是分档，却没有写“分档”"),
        ("北京部门整体", "  参数: 市级平均差异率\n", "", "对比是参数，却没有写“参数”"),
        ("财预〔2020〕10号", "产出指标: 50", "产出指标: 45", "组合“通用”的分值加起来是95，总分是100"),
        (
            "北京部门整体",
            "整体绩效目标实现情况, 分值: 60",
            "整体绩效目标实现情况, 分值: 70",
            "各部分的分值加起来是110，总分是100",
        ),
    ],
)
def test_a_scheme_that_does_not_hold_together(
    tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    shutil.copytree(CLEAN, tmp_path / "content")
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    path = tmp_path / "templates" / "评分方案" / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    key = "部门整体" if name == "北京部门整体" else "项目支出"
    report = tmp_path / REPORT / "report.yaml"
    declared = re.sub(r"评分方案: .*", f"评分方案: {{{key}: {name}}}", report.read_text(encoding="utf-8"))
    report.write_text(declared, encoding="utf-8")
    result = build(Workspace(tmp_path), tmp_path / REPORT, None)
    assert [item.message for item in result.diagnostics] == [message]


@pytest.mark.parametrize("name", sorted(SCHEMES))
def test_a_shipped_scheme_is_sound_and_holds_together(name: str) -> None:
    sink = Diagnostics()
    path = ROOT / "templates" / "评分方案" / f"{name}.yaml"
    scheme = read_file(Scheme, read_yaml(Workspace(ROOT).read_text(path, sink), sink), sink)
    assert not len(sink) and scheme is not None
    assert scheme.number in (None, name), "called by its number where it has one"
    for one in scheme.weights.sets if scheme.weights else ():
        assert one.execution + sum(one.level_1.values()) == scheme.whole, one.name
        assert set(one.level_1) <= set(scheme.taxonomy), one.name
    if scheme.parts:
        assert sum(part.weight for part in scheme.parts) == scheme.whole
    seconds = {second for level in scheme.taxonomy.values() for second in level}
    assert set(scheme.required) <= seconds
    assert not (scheme.number and "2146" in scheme.number), "nobody has seen that document"
