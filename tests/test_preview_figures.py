"""The preview beside the page: where figures come from, what stands in a text, what may be put there, what rules find."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compiler.diagnostics import render
from compiler.editor.preview import Origin, Page, Preview
from compiler.pipeline import build
from compiler.workspace import Workspace
from tests import overlay
from tests.test_checks import REPORT, copy_clean
from tests.test_listing import break_sum, waive
from tests.test_outputs import REPORTS, ROOT
from tests.test_preview import REAL, SAMPLE, real_copy

_FIGURE = re.compile(r'data-figure="([^"]*)">([^<]*)<')


def ids(page: Page) -> list[tuple[str, str]]:
    """The figures of a page: id and printed text."""
    return [found for section in page.sections for found in _FIGURE.findall(section.html)]


def as_traced(origin: Origin, folder: str) -> dict[str, Any]:
    """An origin as trace.json has it."""
    if origin.file:
        file = origin.file.removeprefix(f"{folder}/")
        return {"key": origin.key, "source": f"{file}:{origin.line}:{origin.column}"}
    inputs = [as_traced(inner, folder) for inner in origin.inputs]
    return {"key": origin.key, "formula": origin.formula, "inputs": inputs}


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    overlay.copy_sample(tmp_path)
    return tmp_path


# Figures -----------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", REPORTS, ids=lambda folder: folder.name)
def test_every_figure_has_the_origin_that_the_trace_tells(folder: Path, tmp_path: Path) -> None:
    result = build(Workspace(ROOT), folder, tmp_path, ("html",))
    trace = next(path for path in result.outputs if path.name == "trace.json")
    told = Counter[tuple[str, str]]()
    for entry in json.loads(trace.read_bytes())["figures"]:
        sources = [value for value in entry["from"] if value.keys() != {"key"}]
        told[entry["expression"], json.dumps(sources, ensure_ascii=False)] += 1
    preview = Preview(ROOT, folder)
    shown = preview.compile()
    found = Counter[tuple[str, str]]()
    for id, text in ids(shown):
        origin = preview.figure(id)
        assert origin is not None and origin.id == id
        assert text.replace("&amp;", "&") in origin.text
        reads = [as_traced(read, result.folder) for read in origin.reads]
        found[origin.expression, json.dumps(reads, ensure_ascii=False)] += 1
    # A value of several lines is one figure to the trace, and several on the page.
    assert found.keys() == told.keys()
    assert all(found[key] >= told[key] for key in told)
    assert found.total() - told.total() < 0.1 * told.total()


def test_ids_are_no_others_after_an_edit_elsewhere(sample: Path) -> None:
    preview = Preview(sample, sample / SAMPLE)
    before = preview.compile()
    after = preview.compile({"概况": "{{ 年度 }}、{{ 上年 }}。\n"})
    rest = [id for page in (before, after) for id, _ in ids(page)]
    assert len(set(ids(after))) == len(ids(after))
    own = {id.split(".")[0] for id, _ in ids(before)} & {id.split(".")[0] for id, _ in ids(after)}
    assert len(own) > 2 and rest


def test_a_figure_tells_last_years_value(tmp_path: Path) -> None:
    real_copy(tmp_path)
    last = tmp_path / REAL.parent / "2022"
    shutil.copytree(tmp_path / REAL, last)
    report = last / "report.yaml"
    report.write_text(
        re.sub("年度: 2023", "年度: 2022", report.read_text(encoding="utf-8")), encoding="utf-8"
    )
    budget = last / "data/budget.yaml"
    text = budget.read_text(encoding="utf-8")
    given = re.search(r"基本支出.*?全年预算数: ([\d.]+)", text, re.DOTALL)
    assert given
    budget.write_text(text.replace(given[1], "600.5", 1), encoding="utf-8")
    project = last / "data/projects/09-金融风险防范进社区.yaml"
    project.rename(project.with_name("03-金融风险防范进社区.yaml"))
    preview = Preview(tmp_path, tmp_path / REAL)
    page = preview.compile()

    def last_year(name: str, expression: str) -> str:
        chip = next(chip for chip in page.chips[name] if chip.expression == expression)
        figure = preview.figure(chip.figure)
        assert figure is not None
        return figure.reads[0].last_year

    assert last_year("预算执行", "预算.基本支出.全年预算数|万元") == "600.5万元"
    assert last_year("projects/09-金融风险防范进社区", "本项目.全年预算数|元") == "350000元"
    assert last_year("预算执行", "年度") == "2022"
    budget.write_text(text.replace(given[1], "601.5", 1), encoding="utf-8")
    page = preview.compile()
    assert last_year("预算执行", "预算.基本支出.全年预算数|万元") == "601.5万元"
    shutil.rmtree(last)
    page = preview.compile()
    assert last_year("预算执行", "预算.基本支出.全年预算数|万元") == ""


def test_an_id_that_is_none_has_no_figure(sample: Path) -> None:
    preview = Preview(sample, sample / SAMPLE)
    assert preview.figure("") is None
    id, _ = ids(preview.compile())[0]
    for wrong in (
        "",
        ".",
        "x",
        f"{id}0000",
        f"{id}.1",
        id.split(".")[0],
        f"{id.split('.')[0]}.-1",
        "\0.0",
        "．",
    ):
        assert preview.figure(wrong) is None


# Chips -------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", REPORTS, ids=lambda folder: folder.name)
def test_every_placeholder_is_a_chip_with_what_it_prints(folder: Path) -> None:
    preview = Preview(ROOT, folder)
    page = preview.compile()
    printed = dict(ids(page))
    for name, chips in page.chips.items():
        text = (folder / "narrative" / f"{name}.md").read_text(encoding="utf-8")
        assert [text[chip.start : chip.end] for chip in chips] == re.findall(r"\{\{.*?\}\}", text)
        for chip in chips:
            assert text[chip.start + 2 : chip.end - 2].strip() == chip.expression
            assert not chip.problem and printed[chip.figure] == chip.text


def test_a_chip_that_prints_nothing_says_why(sample: Path) -> None:
    text = (
        "<!-- {{ 年度 }} -->𠮷{{年度}}、{{ 没有 }}、{{ 年度| }}、{{}}、\\{{ 年度 }}、{{ 未完\n\n"
        "| 甲 | 乙 |\n| --- | --- |\n| {{ 年度 }} | **{{ 预算.没有 }}** |\n"
    )
    page = Preview(sample, sample / SAMPLE).compile({"概况": text})
    chips = page.chips["概况"]
    assert [text[chip.start : chip.end] for chip in chips] == [
        *("{{年度}}", "{{ 没有 }}", "{{ 年度| }}", "{{}}", "{{ 年度 }}", "{{ 预算.没有 }}")
    ]
    assert [chip.text for chip in chips] == ["2024", "", "", "", "2024", ""]
    assert [bool(chip.problem) for chip in chips] == [False, True, True, True, False, True]
    assert chips[1].problem == "没有叫“没有”的数据"
    assert "没有的" not in page.chips
    with pytest.raises(KeyError):
        page.chips["没有的"]


# Values ------------------------------------------------------------------------------------


@pytest.mark.parametrize("slot", ["预算执行", "projects/09-金融风险防范进社区", "内设机构/综合科"])
def test_what_is_offered_prints_as_it_says(slot: str) -> None:
    preview = Preview(ROOT, ROOT / REAL)
    preview.compile()
    values = preview.values(slot, "", 10_000)
    assert len(values) > 40
    assert len({value.expression for value in values}) == len(values)
    text = "".join(f"{{{{ {value.expression} }}}}\n\n" for value in values)
    page = preview.compile({slot: text})
    assert not len(page.problems)
    assert [chip.text for chip in page.chips[slot]] == [value.text for value in values]
    assert all(value.source and value.name and value.group for value in values)


def test_values_are_found_by_name_and_by_value() -> None:
    preview = Preview(ROOT, ROOT / REAL)
    preview.compile()
    slot = "projects/09-金融风险防范进社区"
    first = preview.values(slot, "", 5)
    assert len(first) == 5 and all(value.expression.startswith("本项目.") for value in first)
    named = preview.values(slot, "基本支出 执行率")
    assert named[0].expression == "预算.基本支出.执行率|百分比"
    for query in ("350000元", "350,000", "350000"):
        assert any(value.expression.endswith("全年预算数|元") for value in preview.values(slot, query)), query
    assert preview.values(slot, "35万元")[0].text == "35万元"
    assert preview.values(slot, "没有这样的") == []
    assert preview.values("没有", "") == []


# Rules -------------------------------------------------------------------------------------


def test_the_rules_see_waivers_and_the_year_before(tmp_path: Path) -> None:
    copy_clean(tmp_path)
    break_sum(tmp_path)
    preview = Preview(tmp_path, tmp_path / REPORT, date(2025, 6, 1))
    preview.compile()

    def codes() -> dict[str, bool]:
        problems, findings = preview.judging()()
        assert not len(problems)
        result = build(Workspace(tmp_path, date(2025, 6, 1)), tmp_path / REPORT, None)
        assert [(render(item), item.accepted) for item in findings] == [
            (render(item), item.accepted) for item in result.findings
        ]
        return {item.code.value: item.accepted is not None for item in findings}

    assert codes() == {"A001": False, "A011": False}
    waive(tmp_path, "A001")
    assert codes() == {"A001": True, "A011": False}
    last = tmp_path / Path(REPORT).parent / str(int(Path(REPORT).name) - 1)
    project = next((last / "data/projects").glob("*.yaml"))
    text = project.read_text(encoding="utf-8")
    shutil.copyfile(tmp_path / REPORT / "data/projects" / project.name, project)
    copied = codes()
    assert any(code.startswith("L") for code in copied)
    project.write_text(text, encoding="utf-8")
    assert codes() == {"A001": True, "A011": False}
    shutil.rmtree(last)
    assert codes() == {"A001": True, "A011": False}
