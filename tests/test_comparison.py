"""Comparing two documents: the merged one holds both, and the lists say what changed."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler import tree
from compiler.comparison.compare import Edition, compare
from compiler.comparison.figures import compare_figures
from compiler.comparison.fingerprints import words_of
from compiler.comparison.listing import aligned, listed, marked
from compiler.comparison.merging import merge_documents
from compiler.comparison.results import Comparison
from compiler.comparison.sections import title_key
from compiler.comparison.sides import side
from compiler.comparison.words import merge_words, units
from compiler.diagnostics import display_width
from compiler.pipeline import compile_whole
from compiler.readers.markdown import read_markdown
from compiler.source import Source
from compiler.workspace import Workspace
from compiler.writers.dump import dump_blocks
from tests import overlay
from tests.case_files import case_files, run_case
from tests.comparison_trees import Maker, document, seen, shuffled
from tests.docx_samples import SPAN, cell, para, words

ROOT = Path(__file__).parents[1]
SAMPLES = ("content/丰台区金融办/2023", "content/丰台区金融办/2024", "tests/reports/示例局/2024")


def edition(root: Path, folder: Path, name: str) -> Edition:
    whole = compile_whole(Workspace(root), folder)
    assert whole.document is not None, list(whole.diagnostics)
    return Edition(name, whole.kind, whole.year, whole.document, whole.figures)


def bare(name: str, shown: tree.Document) -> Edition:
    return Edition(name, "文种", 2024, shown, ())


def compared(older: Edition, newer: Edition) -> Comparison:
    return compare(older, newer, "成文", "2024-12-31T00:00:00Z")


def told(comparison: Comparison) -> str:
    return click.unstyle("\n\n".join(listed(comparison))) + "\n"


# Cases -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", case_files("comparison"), ids=lambda path: path.stem)
def test_case(path: Path, accept: bool, tmp_path: Path) -> None:
    def run(sections: dict[str, str]) -> str:
        if "older" in sections:
            return told(compared(*(prose(name, sections[name]) for name in ("older", "newer")))) + merged(
                sections
            )
        overlay.copy_sample(tmp_path)
        report = overlay.REPORT
        older = edition(tmp_path, tmp_path / report, "旧")
        if sections.pop("next-year", None) is not None:
            shutil.copytree(tmp_path / report, tmp_path / report.with_name("2025"))
            report = report.with_name("2025")
            sections = {"edit report.yaml": "-年度: 2024\n+年度: 2025\n", **sections}
        overlay.apply(tmp_path, sections.items(), report)
        return told(compared(older, edition(tmp_path, tmp_path / report, "新")))

    run_case(path, run, accept)


def merged(sections: dict[str, str]) -> str:
    older, newer = (prose(name, sections[name]).document for name in ("older", "newer"))
    blocks = [block for part in merge_documents(older, newer).document.parts for block in part.blocks]
    return "\n" + dump_blocks(blocks)


def prose(name: str, text: str) -> Edition:
    from compiler.diagnostics import Diagnostics

    sink = Diagnostics()
    blocks = read_markdown(Source(f"{name}.md", text), 0, sink, lambda *_: None)
    assert not sink.has_errors, list(sink)
    return bare({"older": "旧", "newer": "新"}[name], document([tree.Part(SPAN, tuple(blocks))]))


# Both are in the merged document ---------------------------------------------------------


def holds_both(older: tree.Document, newer: tree.Document) -> None:
    both = compared(bare("旧", older), bare("新", newer))
    assert seen(side(both.document, "newer"), layout=False) == seen(newer, layout=False)
    assert seen(side(both.document, "older"), layout=False) == seen(older, layout=False)
    back = compared(bare("新", newer), bare("旧", older))
    assert back.same == both.same == (seen(newer, layout=False) == seen(older, layout=False))
    only_here, only_there = marked_characters(both.document), marked_characters(back.document)
    assert only_here["inserted"] - only_here["deleted"] == only_there["deleted"] - only_there["inserted"]
    for rows in rows_of(both.document):
        assert_no_shared_merge(rows)
    json.dumps(both.as_json())
    told(both)


def marked_characters(shown: tree.Document) -> Counter[str]:
    """How many characters are only in the older and only in the newer."""
    out: Counter[str] = Counter()
    for keep, drop in (("older", "inserted"), ("newer", "deleted")):
        out[drop] -= sum(len(words_of(block)) for part in side(shown, keep).parts for block in part.blocks)
    return out


def rows_of(shown: tree.Document) -> Iterator[tuple[tree.Row, ...]]:
    for part in shown.parts:
        for block in part.blocks:
            if isinstance(block, tree.Table):
                yield from (block.head, block.body)


def assert_no_shared_merge(rows: tuple[tree.Row, ...]) -> None:
    for index, row in enumerate(rows):
        for inner in row.cells:
            tied = rows[index : index + inner.rowspan]
            assert len(tied) == inner.rowspan
            assert {other.change for other in tied} == {row.change}


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_a_changed_document(seed: int) -> None:
    maker = Maker(random.Random(seed))
    older = maker.document()
    holds_both(older, maker.changed(older))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_two_documents(seed: int) -> None:
    maker = Maker(random.Random(seed))
    holds_both(maker.document(), maker.document())


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_a_document_with_itself(seed: int) -> None:
    shown = Maker(random.Random(seed)).document()
    both = compared(bare("旧", shown), bare("新", shown))
    assert both.same
    assert told(both) == "旧 → 新\n两份没有不同。\n"
    assert seen(both.document, layout=True).replace("anchor=sec", "") == seen(
        side(both.document, "older"), layout=True
    ).replace("anchor=sec", "")
    assert seen(both.document, layout=True) == seen(shown, layout=True)


@cache
def sample(folder: str) -> Edition:
    return edition(Workspace.around(ROOT / folder).root, ROOT / folder, folder)


@pytest.mark.parametrize("folder", SAMPLES)
def test_a_real_report_with_itself(folder: str) -> None:
    both = compared(sample(folder), sample(folder))
    assert both.same and both.counts.unchanged
    assert seen(both.document, layout=True) == seen(sample(folder).document, layout=True)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 2**32))
def test_a_real_report_mutated(folder: str, seed: int) -> None:
    shown = sample(folder).document
    changed = shuffled(shown, random.Random(seed))
    holds_both(shown, changed)


def test_two_kinds_of_report() -> None:
    older, newer = (sample(folder) for folder in SAMPLES[:2])
    holds_both(older.document, newer.document)
    both = compared(older, newer)
    assert len(both.projects_added) == 1 and len(both.projects_removed) == 16
    changed = {(item.project, item.name): item for item in both.figures}
    item = changed["2024年丰台区金融风险防范协调工作办公室专项费用", "全年预算数"]
    assert (item.old, item.new, item.difference, item.percent) == (
        "56400元",
        "0.8万元",
        "-4.84万元",
        "-85.8%",
    )


# Words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("older", "newer", "expected"),
    [
        ("预算15,548.09万元。", "预算15,584.09万元。", "预算[-15,548.09万元-]{+15,584.09万元+}。"),
        ("执行率99.88%", "执行率99.9%", "执行率[-99.88%-]{+99.9%+}"),
        ("增长-3.2%", "增长3.2%", "增长[--3.2%-]{+3.2%+}"),
        ("支出3万元、4万元", "支出5万元、6万元", "支出[-3万元-]{+5万元+}、[-4万元-]{+6万元+}"),
        ("用 Word 打开文件", "用 WPS 打开文件", "用 [-Word-]{+WPS+} 打开文件"),
        ("组织开展了培训工作", "认真组织培训工作", "{+认真+}组织[-开展了-]培训工作"),
        ("甲。乙做完了。丙。", "甲。丙。", "甲。[-乙做完了。-]丙。"),
        ("完全不同的话", "没有一字相合", "[-完全不同的话-]{+没有一字相合+}"),
        ("", "新", "{+新+}"),
    ],
)
def test_words(older: str, newer: str, expected: str) -> None:
    assert click.unstyle(marked(merge_words(words(older), words(newer)).pieces)) == expected


@given(st.text(alphabet="0123456789,.%万元年度甲乙A b，。-", max_size=60))
def test_units_are_the_whole_text_and_split_no_number(text: str) -> None:
    cut = units(text)
    assert "".join(cut) == text
    for before, after in pairwise(cut):
        assert not (before[-1].isdigit() and after[0].isdigit())


def test_a_value_is_exchanged_whole_and_typing_it_is_no_change() -> None:
    figure = tree.Figure(SPAN, "15548.09万元", "预算")
    other = tree.Figure(SPAN, "15584.09万元", "预算")
    both = merge_words((*words("预算"), figure), (*words("预算"), other))
    assert both.children == (
        *words("预算"),
        tree.Changed(SPAN, "deleted", (figure,)),
        tree.Changed(SPAN, "inserted", (other,)),
    )
    typed = merge_words((*words("预算"), figure), words("预算15548.09万元"))
    assert not typed.changed


def test_bold_is_a_change() -> None:
    both = merge_words(words("甲乙"), (tree.Strong(SPAN, words("甲乙")),))
    assert both.changed


# Tables ----------------------------------------------------------------------------------


def test_other_columns_are_another_table() -> None:
    rows = [tuple(cell(text) for text in line) for line in ("甲乙", "甲乙丙")]
    tables = [
        tree.Table(SPAN, (10_000 // len(row),) * len(row), (), (tree.Row(SPAN, row),), words("表"))
        for row in rows
    ]
    older, newer = (document([tree.Part(SPAN, (table,))]) for table in tables)
    blocks = merge_documents(older, newer).document.parts[0].blocks
    assert [type(block) for block in blocks] == [tree.ChangedBlock] * 2
    counts = compared(bare("旧", older), bare("新", newer)).counts
    assert (counts.tables_deleted, counts.tables_inserted) == (1, 1)


def test_columns_of_the_listing_meet() -> None:
    rows = [("", "旧", "新"), ("项目：甲",), ("全年预算数", "100万元", "1,200.5万元"), ("A", "1", "2")]
    lines = aligned(rows)
    assert len({display_width(line) for line in (lines[0], *lines[2:])}) == 1


# Figures ---------------------------------------------------------------------------------


def entry(key: str, text: str, expression: str = "", part: str = "正文") -> dict[str, object]:
    return {
        "text": text,
        "part": part,
        "heading": "一、",
        "paragraph": 1,
        "expression": expression or f"本项.{key.rpartition('.')[2]}",
        "from": [{"key": key}],
    }


@pytest.mark.parametrize(
    ("older", "newer", "difference", "percent"),
    [
        ("56400元", "0.8万元", "-4.84万元", "-85.8%"),
        ("100万元", "100.01万元", "+0.01万元", "+0.01%"),
        ("0万元", "3万元", "+3万元", ""),
        ("99.88%", "98.4%", "-1.48个百分点", ""),
        ("6场", "12场", "+6场", "+100%"),
        ("≥6场", "≥7场", "+1场", "+16.7%"),
        ("≥6场", "≤7场", "", ""),
        ("6场", "6次", "", ""),
        ("2023年4月", "2024年4月", "", ""),
        ("优秀", "良好", "", ""),
        ("1000000万元", "1000001万元", "+1万元", "+不到0.01%"),
    ],
)
def test_difference(older: str, newer: str, difference: str, percent: str) -> None:
    found = compare_figures([entry("预算.数", older)], [entry("预算.数", newer)]).changed
    assert [(item.difference, item.percent) for item in found] == [(difference, percent)]


def test_one_amount_in_two_units_is_no_change() -> None:
    assert not compare_figures(
        [entry("预算.数", "56400元")], [entry("预算.数", "5.64", "预算.数|万元数")]
    ).changed


def test_a_value_is_told_once() -> None:
    older = [entry("预算.数", "1万元"), entry("预算.数", "1", "预算.数|万元数")]
    newer = [entry("预算.数", "2万元"), entry("预算.数", "2", "预算.数|万元数"), entry("预算.数", "2万元")]
    assert [(item.old, item.new, item.places) for item in compare_figures(older, newer).changed] == [
        ("1万元", "2万元", 3)
    ]


def test_a_project_is_the_same_by_its_name_in_any_year() -> None:
    def year(number: str, year: int, amount: str) -> list[dict[str, object]]:
        key = f"项目[{number}-展览]"
        return [entry(f"{key}.名称", f"{year}年展览经费"), entry(f"{key}.全年预算数", amount)]

    found = compare_figures(year("03", 2023, "1万元"), year("07", 2024, "2万元"))
    assert [(item.project, item.name) for item in found.changed] == [("2024年展览经费", "全年预算数")]
    assert not (found.added or found.removed or found.projects_added or found.projects_removed)


def test_indicators_meet_by_name() -> None:
    def of(*names: str) -> list[dict[str, object]]:
        out = []
        for index, name in enumerate(names):
            key = f"项目[01-甲].绩效指标[{index}]"
            out += [entry(f"{key}.三级", name), entry(f"{key}.完成值", f"{len(name)}次")]
        return out

    found = compare_figures(of("培训", "宣传活动"), of("宣传活动", "培训"))
    assert found.changed == found.added == found.removed == ()


def test_titles_in_any_year() -> None:
    assert title_key("2023年度 10家企业补贴") == title_key("2024年度12家企业补贴")
    assert title_key("设备") != title_key("培训")


# Chapters --------------------------------------------------------------------------------


def test_what_changed_in_a_chapter_that_moved_is_told() -> None:
    inner = "## 甲\n\n甲的内容在这里，一直没有变。\n\n"
    older = prose(
        "older",
        f"# 一章\n\n本章说一件事。\n\n{inner}## 乙\n\n只有旧的有的话。\n\n# 二章\n\n别的。\n\n# 三章\n\n另外的。\n",
    )
    newer = prose("newer", f"# 二章\n\n别的。\n\n# 三章\n\n另外的。\n\n# 一章\n\n本章说两件事。\n\n{inner}")
    both = compared(older, newer)
    assert [(item.title, item.changed) for item in both.moved] == [("一章", True)]
    assert [item.title for item in both.removed] == ["乙"] and both.added == ()
    assert [click.unstyle(marked(item.pieces)) for item in both.texts] == ["本章说[-一-]{+两+}件事。"]


def test_forms_of_one_title_meet_by_their_project() -> None:
    def forms(*names: str) -> tree.Document:
        blocks: list[tree.Block] = []
        for name in names:
            title = tree.Heading(SPAN, 1, words("自评表"), numbered=False, role="form-title")
            rows = (("项目名称", name), ("预算数", str(len(name))))
            body = tuple(tree.Row(SPAN, (cell(a, header="row"), cell(b))) for a, b in rows)
            blocks += [title, tree.Table(SPAN, (5000, 5000), (), body, form=True, numbered=False)]
        return document([tree.Part(SPAN, tuple(blocks))])

    both = compared(
        bare("旧", forms("甲项目", "乙乙项目", "丙项目")), bare("新", forms("乙乙项目", "丙项目"))
    )
    assert [item.title for item in both.removed] == ["自评表：甲项目"]
    assert both.tables == both.added == ()


# Size ------------------------------------------------------------------------------------


def test_many_chapters_take_linear_time() -> None:
    """Eight times the chapters, all with another year, content and order, take not even thirty times as long."""
    import time

    def taken(count: int) -> float:
        def of(year: int, order: range) -> tree.Document:
            blocks: list[tree.Block] = []
            for number in order:
                title = words(f"{year}年第{number}号项目")
                blocks.append(tree.Heading(SPAN, 2, title, number=f"{number}."))
                blocks.append(para(f"{year}年预算{number * year % 977}万元，支出{number * 7 % 977}万元。"))
            return document([tree.Part(SPAN, tuple(blocks))])

        older, newer = of(2023, range(count)), of(2024, range(count, 0, -1))
        start = time.perf_counter()
        merge_documents(older, newer)
        return time.perf_counter() - start

    taken(50)
    assert taken(1600) < 30 * max(taken(200), 0.02)
