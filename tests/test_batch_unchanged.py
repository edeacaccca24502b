"""A report is left alone when nothing it depends on has changed, and made again when anything has."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.batch import sources
from compiler.batch.program import this_program
from compiler.batch.record import NAME, read_record
from compiler.batch.sources import Sources
from compiler.batch.task import Status, make
from tests.batch_one import (
    BEFORE,
    DOCX,
    MADE,
    REPORT,
    WAIVER,
    append,
    as_link,
    copy_of,
    edit,
    flip,
    keeping_times,
    make_one,
    unchanged,
    write,
)
from tests.batch_samples import task


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_one(tmp_path_factory.mktemp("made"))


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return copy_of(made, tmp_path)


# What counts -----------------------------------------------------------------------------

_CHANGES: dict[str, Callable[[Path], object]] = {
    "report.yaml": lambda root: edit(root / REPORT / "report.yaml", "3月1日", "3月2日"),
    "a figure": lambda root: edit(root / REPORT / "data/budget.yaml", "349.99", "349.98"),
    "a figure, its times kept": lambda root: keeping_times(
        root / REPORT / "data/budget.yaml", lambda path: edit(path, "349.99", "349.98")
    ),
    "a project's file": lambda root: append(root / REPORT / "data/projects/01-设备更新.yaml"),
    "a project more": lambda root: shutil.copy(
        root / REPORT / "data/projects/01-设备更新.yaml", root / REPORT / "data/projects/03-又一个.yaml"
    ),
    "a project less": lambda root: (root / REPORT / "data/projects/02-人员培训.yaml").unlink(),
    "a data file more": lambda root: write(root / REPORT / "data/scorecard.yaml", ""),
    "a folder called like a data file": lambda root: (root / REPORT / "data/projects/04.yaml").mkdir(),
    "a narrative": lambda root: append(root / REPORT / "narrative/概况.md"),
    "a narrative more": lambda root: write(root / REPORT / "narrative/新的.md", "新的。"),
    "a narrative less": lambda root: (root / REPORT / "narrative/概况.md").unlink(),
    "a picture renamed": lambda root: (root / REPORT / "narrative/没有用到.png").rename(
        root / REPORT / "narrative/没有用到过.png"
    ),
    "a narrative that becomes a link": lambda root: as_link(root / REPORT / "narrative/概况.md"),
    "a picture": lambda root: append(root / REPORT / "narrative/图/示意.png"),
    "waivers": lambda root: edit(root / REPORT / "waivers.yaml", "分管领导", "主要领导"),
    "waivers gone": lambda root: (root / REPORT / "waivers.yaml").unlink(),
    "waivers by another name": lambda root: write(root / REPORT / "waivers.yaml.txt", WAIVER),
    "the list of what is to be filled in": lambda root: append(root / REPORT / "待办.md"),
    "the outline": lambda root: append(root / "templates/绩效报告/outline.yaml"),
    "the look": lambda root: append(root / "templates/绩效报告/style.yaml"),
    "a table": lambda root: append(root / "templates/绩效报告/tables/项目资金.html"),
    "a table more": lambda root: write(root / "templates/绩效报告/tables/新的.html", "<table></table>"),
    "a scoring scheme": lambda root: append(root / "templates/评分方案/北京部门整体.yaml"),
    "a scoring scheme more": lambda root: write(root / "templates/评分方案/新的.yaml", ""),
    "last year's report.yaml": lambda root: edit(root / BEFORE / "report.yaml", "3月1日", "3月2日"),
    "last year's data": lambda root: edit(root / BEFORE / "data/budget.yaml", "349.99", "349.98"),
    "last year's narrative": lambda root: append(root / BEFORE / "narrative/概况.md"),
    "last year's report gone": lambda root: shutil.rmtree(root / BEFORE),
    "an output deleted": lambda root: (root / DOCX).unlink(),
    "an output edited": lambda root: append(root / DOCX),
    "an output edited, its times kept": lambda root: keeping_times(root / DOCX, flip),
    "an output that becomes a link": lambda root: as_link(root / DOCX),
    "the trace deleted": lambda root: (root / MADE / "draft/trace.json").unlink(),
    "all outputs deleted": lambda root: shutil.rmtree(root / MADE / "draft"),
    "the record deleted": lambda root: (root / MADE / NAME).unlink(),
    "the record torn": lambda root: os.truncate(root / MADE / NAME, 900),
    "the record empty": lambda root: os.truncate(root / MADE / NAME, 0),
    "the record of another form": lambda root: edit(root / MADE / NAME, '"form":5', '"form":4'),
    "nonsense in the record": lambda root: write(root / MADE / NAME, '{"form":5,"inputs":[[]]}'),
    "deep nonsense in the record": lambda root: write(root / MADE / NAME, "[" * 100_000),
}


@pytest.mark.parametrize("change", _CHANGES)
def test_what_a_report_depends_on(change: str, root: Path) -> None:
    _CHANGES[change](root)
    assert not unchanged(root)


@pytest.mark.parametrize(
    "other",
    [
        {"program": "another"},
        {"formats": ("html",)},
        {"strict": True},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_request(other: dict[str, object], root: Path) -> None:
    assert not unchanged(root, **other)


def test_another_program(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    """A changed file of the program, another library: another key."""
    from compiler.archive import environment
    from compiler.batch.program import Program

    key = this_program().key
    now = environment.environment()
    for other in ({"program_sha256": "0"}, {"libraries": {**now["libraries"], "jinja2": "2"}}, {"zlib": "1"}):
        this_program.cache_clear()
        monkeypatch.setattr(environment, "environment", lambda other=other: {**now, **other})
        assert this_program().key != key
    this_program.cache_clear()
    monkeypatch.undo()
    assert this_program().key == key
    assert Program("1", "23", "", "").key != Program("12", "3", "", "").key


def test_what_a_run_leaves_among_the_program_is_no_other_program(tmp_path: Path) -> None:
    from compiler.archive.environment import digest_of_program

    write(tmp_path / "cli.py", "1\n")
    write(tmp_path / "writers" / "page.css", "2\n")
    before = digest_of_program(tmp_path)
    for name in (
        "__pycache__/cli.cpython-311.pyc",
        "writers/__pycache__/kept_patterns.cpython-311.kept",
        "cli.pyc",
        "kept_patterns.kept",
        ".DS_Store",
        "writers/.page.css.swp",
        "Thumbs.db",
        ".idea/cli.py",
    ):
        write(tmp_path / name, "3\n")
        assert digest_of_program(tmp_path) == before, name
    write(tmp_path / "writers" / "page.css", "2\r\n")
    assert digest_of_program(tmp_path) == before
    write(tmp_path / "writers" / "more.css", "")
    assert digest_of_program(tmp_path) != before


def test_another_office_prints_another_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from compiler.batch.program import office_key

    office = tmp_path / "soffice"
    office.write_text("1", encoding="utf-8")
    monkeypatch.setattr("compiler.pdf.find_office", lambda: office)
    first = office_key(("docx", "pdf"))
    office.write_text("12", encoding="utf-8")
    assert office_key(("docx", "pdf")) != first
    assert office_key(("docx", "html")) == ""


@pytest.mark.parametrize(
    ("day", "same"),
    [("2025-02-28", False), ("2025-03-01", True), ("2025-08-31", True), ("2025-09-01", False)],
)
def test_the_day_counts_when_a_waiver_begins_or_ends(day: str, same: bool, root: Path) -> None:
    assert unchanged(root, day=day) is same


# What is not looked at is not read ----------------------------------------------------------


@pytest.mark.parametrize("name", [".图.png", "图/.a.png", ".图/a.png", "~$图.png", "Thumbs.db"])
def test_a_hidden_picture_is_refused(name: str, root: Path) -> None:
    """Changes of it would not be seen."""
    picture = root / REPORT / "narrative" / name
    picture.parent.mkdir(exist_ok=True)
    shutil.copy(root / REPORT / "narrative/图/示意.png", picture)
    write(root / REPORT / "narrative/概况.md", f"正文。\n\n![地图]({name})\n")
    outcome = make(task(root))
    assert outcome.status is Status.FAILED
    assert "（F003）" in outcome.message
    assert "是隐藏的、临时的文件" in outcome.message


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("叙述: 概况", "content/示例局/2024/narrative/{}.md"),
        ("表: 项目资金", "templates/绩效报告/tables/{}.html"),
    ],
)
def test_a_hidden_name_in_the_outline_is_refused(key: str, place: str, root: Path) -> None:
    word, name = key.split(": ")
    shutil.copy(root / place.format(name), root / place.format(f".{name}"))
    edit(root / "templates/绩效报告/outline.yaml", key, f"{word}: .{name}")
    outcome = make(task(root))
    assert outcome.status is Status.FAILED
    assert "是隐藏的、临时的文件" in outcome.message or "错误 2 处" in outcome.message


def test_a_hidden_folder_is_no_kind(root: Path) -> None:
    from compiler.rollover.first import kinds
    from compiler.workspace import Workspace

    shutil.copytree(root / "templates/绩效报告", root / "templates/.草稿")
    edit(root / REPORT / "report.yaml", "文种: 绩效报告", "文种: .草稿")
    assert make(task(root)).status is Status.FAILED
    assert ".草稿" not in kinds(Workspace(root))


def test_whatever_else_was_read_is_in_the_record(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nothing that is left out where files are looked at can have a report left as it is."""
    walk = Sources._walk

    def passing_over(self: Sources, folder: str, found: dict[str, sources.Status], *, is_link: bool) -> None:
        if not folder.endswith("narrative"):
            walk(self, folder, found, is_link=is_link)

    monkeypatch.setattr(Sources, "_walk", passing_over)
    assert make(task(root)).status is Status.BUILT
    assert (
        "content/示例局/2024/narrative/概况.md" in (read_record(root / MADE / NAME) or pytest.fail()).inputs
    )
    assert not unchanged(root)


# What does not ---------------------------------------------------------------------------

_NOTHING: dict[str, Callable[[Path], object]] = {
    "times": lambda root: [os.utime(path) for path in root.rglob("*") if path.is_file()],
    "a file written anew with the same": lambda root: rewrite(root / REPORT / "data/budget.yaml"),
    "an output written anew with the same": lambda root: rewrite(root / DOCX),
    "another department": lambda root: edit(root / "content/邻局/2024/data/budget.yaml", "349.99", "1"),
    "the year after": lambda root: shutil.copytree(root / REPORT, root / "content/示例局/2025"),
    "another kind": lambda root: append(root / "templates/别的文种/outline.yaml"),
    "how other systems' tables are mapped": lambda root: append(root / "templates/导入/对照.yaml"),
    "last year's waivers": lambda root: write(root / BEFORE / "waivers.yaml", WAIVER),
    "a lock of Office": lambda root: write(root / REPORT / "narrative/~$概况.md", ""),
    "what an editor hides": lambda root: write(root / REPORT / "narrative/.history/概况/1", "旧的"),
    "a hidden file": lambda root: write(root / REPORT / "data/.budget.yaml.swp", ""),
    "a workbook beside the data": lambda root: write(root / REPORT / "数据.xlsx", ""),
    "notes in content": lambda root: write(root / "content/说明.md", "说明"),
    "another file among the outputs": lambda root: write(root / MADE / "draft/批注.docx", ""),
    "an archive beside the outputs": lambda root: write(root / MADE / "archive/v1/inventory.json", "{}"),
    "an empty folder": lambda root: (root / REPORT / "narrative/空的").mkdir(),
}


def rewrite(path: Path) -> None:
    path.write_bytes(path.read_bytes())


@pytest.mark.parametrize("change", _NOTHING)
def test_nothing_else_counts(change: str, root: Path) -> None:
    _NOTHING[change](root)
    assert unchanged(root)
