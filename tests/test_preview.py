"""The preview: what it shows is what a build would print, after whatever was changed and in whatever order."""

from __future__ import annotations

import random
import re
import shutil
import time
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from compiler.diagnostics import render
from compiler.editor.preview import Page, Preview, files, whole_page
from compiler.pipeline import compile_whole, write_whole
from compiler.publishing import WorkspaceError
from compiler.workspace import Workspace
from tests import overlay
from tests.html_checks.structure import problems as faults
from tests.test_outputs import REPORTS, ROOT

SAMPLE = Path("content/示例局/2024")
REAL = Path("content/丰台区金融办/2023")
_MARKS = re.compile(r' data-name="[^"]*"| data-slot="[^"]*" data-line="\d+" data-end="\d+"')
_FIGURE = re.compile(r'<span class="figure" data-figure="[^"]*">([^<]*)</span>')


def unmarked(html: str) -> str:
    return _FIGURE.sub(r"\1", _MARKS.sub("", html))


def built(root: Path, folder: Path, instead: Mapping[Path, bytes] | None = None) -> str | None:
    """The HTML that a build writes; None when the report has errors."""
    whole = compile_whole(Workspace(root, instead=instead), root / folder)
    if whole.document is None or whole.style is None:
        return None
    out = BytesIO()
    write_whole(whole.document, whole.style, "html", out)
    return out.getvalue().decode()


def told(page: Page) -> dict[str, Any]:
    """All there is to a page."""
    return page._asdict() | {"chips": dict(page.chips), "problems": [render(item) for item in page.problems]}


def assert_fresh(preview: Preview, root: Path, folder: Path, texts: Mapping[str, str] | None = None) -> Page:
    """The page that a preview gives is the one that a new preview gives, and what a build prints."""
    page = preview.compile(texts)
    fresh = Preview(root, root / folder).compile(texts)
    assert told(page) == told(fresh)
    assert len({section.key for section in page.sections}) == len(page.sections)
    narrative = root / folder / "narrative"
    html = built(
        root, folder, {narrative / f"{name}.md": text.encode() for name, text in (texts or {}).items()}
    )
    assert (html is None) == page.problems.has_errors
    if html is not None:
        assert unmarked(whole_page(page)) == html
    return page


def real_copy(root: Path, *years: str) -> None:
    shutil.copytree(ROOT / "templates", root / "templates")
    for year in years or ("2023",):
        shutil.copytree(ROOT / REAL.parent / year, root / REAL.parent / year)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    overlay.copy_sample(tmp_path)
    return tmp_path


# The page ----------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", REPORTS, ids=lambda folder: folder.name)
def test_the_page_is_the_writers(folder: Path) -> None:
    page = Preview(ROOT, folder).compile()
    assert unmarked(whole_page(page)) == built(ROOT, folder)
    assert faults(whole_page(page)) == []
    assert page.style in page.head
    assert not len(page.problems)


def test_a_sections_digest_changes_with_what_it_shows_and_with_nothing_else(sample: Path) -> None:
    preview = Preview(sample, sample / SAMPLE)
    before = preview.compile()
    text = (sample / SAMPLE / "narrative/概况.md").read_text(encoding="utf-8")
    after = preview.compile({"概况": f"{text}\n新的一段。\n"})
    old, new = ({section.key: section for section in page.sections} for page in (before, after))
    assert list(old) == list(new)
    assert [key for key in old if old[key].digest != new[key].digest] == ["叙述/概况"]
    assert "新的一段。" in new["叙述/概况"].html
    assert before.version != after.version
    assert preview.compile().version == before.version


def test_blocks_say_which_lines_they_come_from(sample: Path) -> None:
    path = sample / SAMPLE / "narrative/概况.md"
    path.write_text(
        "# 小标题\n\n第一段，\n接着写。\n\n- 甲\n- 乙\n  再写\n\n表：题名\n\n| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |\n\n注：说明\n\n![图](图/示意.png)\n",
        encoding="utf-8",
    )
    page = Preview(sample, sample / SAMPLE).compile()
    html = next(section.html for section in page.sections if section.key == "叙述/概况")
    found = re.findall(r'<(\w+)[^>]* data-slot="概况" data-line="(\d+)" data-end="(\d+)"', html)
    assert found == [
        ("h3", "1", "1"),
        ("p", "3", "4"),
        ("ul", "6", "8"),
        ("li", "6", "6"),
        ("li", "7", "8"),
        ("table", "12", "16"),
        ("figure", "18", "18"),
    ]


def test_the_tree_has_the_places_of_the_outline(sample: Path) -> None:
    (sample / SAMPLE / "narrative/projects/02-人员培训.md").unlink()
    path = sample / SAMPLE / "narrative/概况.md"
    path.write_text("〔待更新〕去年的话。\n\n还有〔待填：人数〕。\n", encoding="utf-8")
    page = Preview(sample, sample / SAMPLE).compile()
    rows = [(slot.number, slot.title, slot.level, slot.name, slot.exists, slot.stale) for slot in page.slots]
    assert rows == [
        ("一、", "部门概况", 1, "概况", True, 2),
        ("二、", "项目完成情况", 1, "", False, 0),
        ("（一）", "设备更新", 2, "projects/01-设备更新", True, 0),
        ("（二）", "人员培训", 2, "projects/02-人员培训", False, 0),
        ("三、", "附件", 1, "", False, 0),
        ("附件", "项目资金表", 1, "", False, 0),
    ]
    assert {slot.section for slot in page.slots} <= {section.key for section in page.sections}
    assert page.slots[2].file == "content/示例局/2024/narrative/projects/01-设备更新.md"


# While it is typed -------------------------------------------------------------------------


def test_what_is_unfinished_does_not_keep_the_rest_back(sample: Path) -> None:
    preview = Preview(sample, sample / SAMPLE)
    page = preview.compile({"概况": "前面一段。\n\n全年支出{{ 预算.\n\n后面{{ 没有这个 }}一段。\n"})
    html = "".join(section.html for section in page.sections)
    assert "前面一段。" in html and "后面" in html and "设备更新" in html
    assert {item.code.value for item in page.problems} == {"M006", "X003"}


@pytest.mark.parametrize(
    "text", ["", "\ufeff坏", "\ud800", "\x00", "{{", "}}", "<!--", "|", "- \n" * 300, "{{ 1/0 }}"]
)
def test_any_text_is_taken(sample: Path, text: str) -> None:
    preview = Preview(sample, sample / SAMPLE)
    sound = told(preview.compile())
    page = preview.compile({"概况": text})
    assert "设备更新" in "".join(section.html for section in page.sections)
    dict(page.chips)
    assert told(preview.compile()) == sound


def test_an_unsaved_text_stands_for_a_file_that_is_not_there(sample: Path) -> None:
    (sample / SAMPLE / "narrative/概况.md").unlink()
    preview = Preview(sample, sample / SAMPLE)
    assert [item.code.value for item in preview.compile().problems] == ["O002"]
    page = preview.compile({"概况": "新写的。\n"})
    assert not len(page.problems) and page.slots[0].exists
    assert "新写的。" in whole_page(page)


def test_a_report_that_cannot_be_read_has_no_page_until_it_can(sample: Path) -> None:
    report = sample / SAMPLE / "report.yaml"
    text = report.read_text(encoding="utf-8")
    preview = Preview(sample, sample / SAMPLE)
    sound = told(preview.compile())
    report.write_text("文种: [", encoding="utf-8")
    page = assert_fresh(preview, sample, SAMPLE)
    assert page.sections == () and page.slots == () and page.problems.has_errors
    assert preview.figure("x.0") is None and preview.values("概况", "") == []
    assert len(preview.judging()()[0])
    report.write_text(text, encoding="utf-8")
    assert told(preview.compile()) == sound


def test_folders_that_went_are_told_and_may_come_back(sample: Path) -> None:
    preview = Preview(sample, sample / SAMPLE)
    sound = told(preview.compile())
    (sample / "templates").rename(sample / "away")
    with pytest.raises(WorkspaceError, match="读不了这份报告"):
        preview.compile()
    assert preview.values("概况", "") == [] and preview.figure("x.0") is None
    (sample / "away").rename(sample / "templates")
    (sample / SAMPLE).rename(sample / "away")
    assert preview.compile().sections == ()
    (sample / "away").rename(sample / SAMPLE)
    assert told(preview.compile()) == sound


# Never stale -------------------------------------------------------------------------------

_PIECES = (
    *(
        "{{",
        "}}",
        "{{ 年度 }}",
        "{{ 本项目.全年预算数|万元 }}",
        "{{ 单位.名称 }}",
        "{{ 没有 }}",
        "{{ 预算.资金总体.执行率|百分比 }}",
    ),
    *(
        "\n\n# 标题 {#一}\n\n",
        "\n\n## 小 {{ 年度 }}\n\n",
        "[](#一)",
        "[](#资金)",
        "[](#概况)",
        "**粗 [](#一)**",
        "*调*",
    ),
    *("\n\n表：人数 {#表}\n\n| 甲 | 乙 |\n| --- | --- |\n| {{ 年度 }} | [](#表) |\n\n注：无\n\n", "[](#表)"),
    *(
        "\n\n![示意](图/示意.png) {#图}\n\n",
        "[](#图)",
        "\n\n- 一\n- 二 {{ 上年 }}\n\n",
        "\n\n> 引文\n\n",
        "<!-- 备注 -->",
    ),
    *("〔待更新〕", "〔待填：数〕", "\n\n", "文字。", "  \n", "\\{\\{", "<!--", "\u200b", "|"),
)


def _edited(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    if chance.random() < 0.3:
        return text[:at] + text[at + chance.randint(1, 40) :]
    return text[:at] + chance.choice(_PIECES) + text[at:]


def _change(root: Path, folder: Path, chance: random.Random, unsaved: dict[str, str]) -> None:
    """Something that somebody does to a report."""
    narrative = root / folder / "narrative"
    files = sorted(narrative.rglob("*.md"))
    path = chance.choice(files)
    name = path.relative_to(narrative).with_suffix("").as_posix()
    data = chance.choice(sorted((root / folder / "data").rglob("*.yaml")))
    match chance.randrange(10):
        case 0 | 1 | 2:
            text = unsaved.get(name, path.read_text(encoding="utf-8"))
            unsaved[name] = _edited(text, chance)
        case 3 | 4:
            path.write_text(unsaved.pop(name, path.read_text(encoding="utf-8") + "。"), encoding="utf-8")
        case 5:
            path.write_text(_edited(path.read_text(encoding="utf-8"), chance), encoding="utf-8")
        case 6:
            unsaved.clear()
        case 7 if len(files) > 2:
            path.rename(path.with_name(f"{chance.randrange(100)}.md"))
        case 8:
            (narrative / f"{chance.choice(['新', '概况', 'projects/01-设备更新'])}.md").write_text(
                "补。\n", encoding="utf-8"
            )
        case _:
            text = data.read_text(encoding="utf-8")
            digits = [found.start() for found in re.finditer(r"[1-9]", text)]
            if digits:
                at = chance.choice(digits)
                data.write_text(text[:at] + chance.choice("123456789x") + text[at + 1 :], encoding="utf-8")


@pytest.mark.parametrize("seed", range(8))
def test_after_any_changes_the_page_is_the_one_made_from_nothing(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    if seed % 4 == 3:
        real_copy(tmp_path)
        folder = REAL
    else:
        overlay.copy_sample(tmp_path)
        folder = SAMPLE
    preview = Preview(tmp_path, tmp_path / folder)
    unsaved: dict[str, str] = {}
    sound = 0
    for _ in range(40):
        for _ in range(chance.randint(1, 2)):
            _change(tmp_path, folder, chance, unsaved)
        sound += not assert_fresh(preview, tmp_path, folder, unsaved).problems.has_errors
        if chance.random() < 0.25:  # start again from what is sound
            shutil.rmtree(tmp_path / folder)
            origin = ROOT if folder == REAL else overlay.HERE / "reports"
            shutil.copytree(
                origin / (folder if folder == REAL else folder.relative_to("content")), tmp_path / folder
            )
            unsaved.clear()
    assert sound  # it was compared with a build, too


_OUTLINES = {
    "nothing but prose": "题名: 甲{{ 年度 }}\n题名页: 否\n编号: [一、]\n章节:\n  - 叙述: 概况\n",
    "prose twice": "题名: 甲\n编号: [一、, 1.]\n章节:\n  - {题: 一处, 叙述: 概况}\n  - {题: 又一处, 叙述: 概况}\n  - {叙述: 概况}\n",
    "tables alone": "题名: 甲\n题名页: 否\n编号: [一、]\n章节:\n  - {表: [项目资金, 项目资金], id: 表}\n  - {题: 丙, 另页: 是, 表: 项目资金}\n",
    "lists in lists": "题名: 甲\n目录: {题名: 目录, 级数: 3}\n编号: [一、, 1.]\n章节:\n  - 逐项: 项目\n    题: '{{ 本项.名称 }}'\n    副题: 副\n"
    "    章节:\n      - {逐项: 单位.内设机构, 题: '{{ 本项.名称 }}', 表: 项目资金}\n      - {题: 附, 附件清单: 是}\n",
    "forms": "题名: 甲\n题名页: 否\n编号: [一、]\n章节:\n  - {逐项: 项目, 题: 表, 目录名: '{{ 本项.名称 }}', 表单: 是, 另页: 是, 表: 项目资金}\n",
    "attachments": "题名: 甲\n目录: {题名: 目录, 级数: 1}\n编号: [一、]\n章节:\n  - {题: 乙, 附件清单: 是}\n附件:\n  - {题: 子, 叙述: 概况}\n"
    "  - {题: 丑, 纸张: 横, 逐项: 项目, 叙述: projects, 表: 项目资金}\n  - {题: 寅, id: 寅, 章节: [{题: 卯, 叙述: 概况}]}\n",
}  # fmt: skip


@pytest.mark.parametrize("name", _OUTLINES)
def test_the_page_of_any_outline_is_the_writers(sample: Path, name: str) -> None:
    preview = Preview(sample, sample / SAMPLE)
    preview.compile()
    (sample / "templates/绩效报告/outline.yaml").write_text(_OUTLINES[name], encoding="utf-8")
    (sample / SAMPLE / "narrative/概况.md").write_text("只有字。\n", encoding="utf-8")
    assert_fresh(preview, sample, SAMPLE)
    report = sample / SAMPLE / "report.yaml"
    for title in ("题名: 另一个\n", "题名: 再一个\n"):
        report.write_text(report.read_text(encoding="utf-8") + title, encoding="utf-8")
        assert_fresh(preview, sample, SAMPLE)
        report.write_text(report.read_text(encoding="utf-8").replace(title, ""), encoding="utf-8")
    for text in ("# 一\n\n字。\n", "字。\n\n表：题\n\n| 甲 |\n| --- |\n| [](#表) |\n", "字。\n"):
        page = assert_fresh(preview, sample, SAMPLE, {"概况": text})
    ids = re.findall(r'data-figure="([^"]*)"', whole_page(page))
    assert len(ids) == len(set(ids))
    assert sum(slot.name == "概况" for slot in page.slots) == _OUTLINES[name].count("概况")


def _replaced(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        path = root / file
        text = path.read_text(encoding="utf-8")
        assert old in text, file
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def _picture(root: Path) -> None:
    path = root / SAMPLE / "narrative/图/示意.png"
    shutil.copyfile(ROOT / "docs/图/草稿.png", path)


def _table(root: Path) -> None:
    path = root / "templates/绩效报告/tables/项目资金.html"
    path.write_text(path.read_text(encoding="utf-8").replace("</th>", "改</th>", 1), encoding="utf-8")


def _written(file: str, text: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        (root / file).write_text(text, encoding="utf-8")

    return change


def _gone(file: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        path = root / file
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return change


def _folder(root: Path) -> None:
    path = root / SAMPLE / "narrative/概况.md"
    path.unlink()
    path.mkdir()


_CHANGES: dict[str, Callable[[Path], None]] = {
    "report.yaml": _replaced(f"{SAMPLE}/report.yaml", "28.3%", "29.3%"),
    "title": _replaced(f"{SAMPLE}/report.yaml", "年度: 2024", "题名: 另一个题名\n年度: 2024"),
    "department": _replaced(f"{SAMPLE}/data/department.yaml", "示例局", "示范局"),
    "budget": _written(f"{SAMPLE}/data/budget.yaml", "坏: ["),
    "project": _replaced(f"{SAMPLE}/data/projects/01-设备更新.yaml", "设备更新", "设备更换"),
    "project gone": _gone(f"{SAMPLE}/data/projects/02-人员培训.yaml"),
    "data that nothing uses": _written(f"{SAMPLE}/data/别的.yaml", "甲: 乙\n"),
    "narrative": _replaced(f"{SAMPLE}/narrative/概况.md", "。", "！"),
    "narrative gone": _gone(f"{SAMPLE}/narrative/概况.md"),
    "narrative added": _written(f"{SAMPLE}/narrative/多余.md", "多。\n"),
    "narrative a folder": _folder,
    "picture": _picture,
    "picture gone": _gone(f"{SAMPLE}/narrative/图/示意.png"),
    "folder of pictures gone": _gone(f"{SAMPLE}/narrative/图"),
    "outline": _replaced("templates/绩效报告/outline.yaml", "部门概况", "单位概况"),
    "table": _table,
    "table gone": _gone("templates/绩效报告/tables/项目资金.html"),
    "style": _written("templates/绩效报告/style.yaml", "坏: ["),
    "templates gone": _gone("templates/绩效报告"),
}


@pytest.mark.parametrize("name", _CHANGES)
def test_every_kind_of_changed_file_is_noticed(sample: Path, name: str) -> None:
    preview = Preview(sample, sample / SAMPLE)
    before = told(preview.compile())
    assert_fresh(preview, sample, SAMPLE)
    _CHANGES[name](sample)
    after = told(assert_fresh(preview, sample, SAMPLE))
    assert after["version"] != before["version"]
    # A figure that nothing prints is in the report all the same.
    assert name == "report.yaml" or {**after, "version": ""} != {**before, "version": ""}


def test_a_scheme_and_a_look_are_noticed(tmp_path: Path) -> None:
    real_copy(tmp_path)
    preview = Preview(tmp_path, tmp_path / REAL)
    before = preview.compile()
    style = tmp_path / "templates/整体绩效评价报告/style.yaml"
    text = style.read_text(encoding="utf-8")
    style.write_text(re.sub(r"仿宋_GB2312|仿宋", "楷体", text), encoding="utf-8")
    page = assert_fresh(preview, tmp_path, REAL)
    assert page.style != before.style
    report = (tmp_path / REAL / "report.yaml").read_text(encoding="utf-8")
    scheme = re.search(r"部门整体: (\S+?)[,}\s]", report)
    assert scheme
    (tmp_path / f"templates/评分方案/{scheme[1]}.yaml").write_text("坏: [", encoding="utf-8")
    assert assert_fresh(preview, tmp_path, REAL).problems.has_errors


def test_a_file_written_twice_while_the_clock_stands_still_is_read_again(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAT counts in steps of two seconds, and a copy may keep its times: then size and times say nothing."""
    now = time.time_ns()
    monkeypatch.setattr(files, "_state", lambda status, link: (0, status.st_size, now, now, 0, 0))
    path = sample / SAMPLE / "narrative/概况.md"
    preview = Preview(sample, sample / SAMPLE)
    path.write_text("甲甲甲。\n", encoding="utf-8")
    assert "甲甲甲。" in whole_page(preview.compile())
    path.write_text("乙乙乙。\n", encoding="utf-8")
    assert "乙乙乙。" in whole_page(preview.compile())
    path.write_text("丙丙丙。\n", encoding="utf-8")
    monkeypatch.setattr(time, "time_ns", lambda: now + 10**12)  # settled, but not since the last look
    assert "丙丙丙。" in whole_page(preview.compile())


def test_a_reference_follows_what_it_refers_to(sample: Path) -> None:
    preview = Preview(sample, sample / SAMPLE)
    text = {"projects/01-设备更新": "见[](#某表)和**[](#某节)**。\n"}
    own = "# 某 {#某节}\n\n表：题 {#某表}\n\n| 甲 |\n| --- |\n| 乙 |\n"
    for before in ("", "表：又\n\n| 甲 |\n| --- |\n| 乙 |\n\n", "# 前\n\n字。\n\n"):
        page = assert_fresh(preview, sample, SAMPLE, {**text, "概况": before + own})
        html = next(section.html for section in page.sections if section.key == "叙述/projects/01-设备更新")
        assert ("表2" in html) == before.startswith("表") and ("（二）" in html) == before.startswith("#")


def test_a_section_is_printed_by_what_stands_before_it(sample: Path) -> None:
    """A table without a name of its own is called by the title before it to who cannot see it."""
    (sample / "templates/绩效报告/outline.yaml").write_text(
        "题名: 甲\n编号: [一、, （一）]\n章节:\n  - {题: 乙, 叙述: 概况}\n  - {叙述: 表}\n", encoding="utf-8"
    )
    shutil.rmtree(sample / SAMPLE / "narrative/projects")
    (sample / SAMPLE / "narrative/表.md").write_text("| 甲 |\n| --- |\n| 乙 |\n", encoding="utf-8")
    preview = Preview(sample, sample / SAMPLE)
    for title in ("小标题", "另一个", "小标题"):
        page = assert_fresh(preview, sample, SAMPLE, {"概况": f"# {title}\n\n字。\n"})
        assert f'aria-label="{title}"' in whole_page(page)


def test_a_folder_that_became_a_link_is_noticed(sample: Path) -> None:
    preview = Preview(sample, sample / SAMPLE)
    preview.compile()
    folder = sample / SAMPLE / "narrative/projects"
    folder.rename(sample / "elsewhere")
    try:
        folder.symlink_to(sample / "elsewhere", target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no links")
    page = assert_fresh(preview, sample, SAMPLE)
    assert "F003" in {item.code.value for item in page.problems}


def test_what_the_editor_writes_beside_the_narratives_changes_nothing(sample: Path) -> None:
    preview = Preview(sample, sample / SAMPLE)
    before = told(preview.compile())
    for folder in (".history", ".editing"):
        (sample / SAMPLE / "narrative" / folder / "概况").mkdir(parents=True)
    before = told(preview.compile())
    for folder in (".history", ".editing"):
        (sample / SAMPLE / "narrative" / folder / "概况" / "1.md").write_text("旧。\n", encoding="utf-8")
    assert told(assert_fresh(preview, sample, SAMPLE)) == before
