"""A report is left alone when nothing it depends on has changed, and made again when anything has."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from compiler.batch import record, sources
from compiler.batch.program import this_program
from compiler.batch.record import NAME, Asked, read_record
from compiler.batch.sources import Sources
from compiler.batch.task import Status, Task, is_unchanged, make
from compiler.charts import drawing, fonts
from tests import overlay
from tests.batch_samples import task, with_chart
from tests.command_line import tree_bytes

_REPORT = Path("content/示例局/2024")
_BEFORE = Path("content/示例局/2023")
_MADE = Path("build/示例局/2024")
_DOCX = _MADE / "draft/绩效报告.docx"
_WAIVER = (
    "放行:\n- {代码: A001, 位置: data/budget.yaml, 事实: 执行率对不上, 原因: 按审定的决算口径填报, "
    "放行人: 分管领导, 日期: 2025年3月1日, 有效期至: 2025年8月31日}\n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with last year's report, waivers, a second kind, other departments; one report made."""
    root = tmp_path_factory.mktemp("made")
    overlay.copy_sample(root)
    shutil.copytree(root / _REPORT, root / _BEFORE)
    edit(root / _BEFORE / "report.yaml", "2024", "2023")
    shutil.copytree(root / "content" / "示例局", root / "content" / "邻局")
    shutil.copytree(root / "templates" / "绩效报告", root / "templates" / "别的文种")
    shutil.copytree(overlay.HERE.parent / "templates" / "评分方案", root / "templates" / "评分方案")
    write(root / "templates" / "导入" / "对照.yaml", "a: b\n")
    write(root / _REPORT / "waivers.yaml", _WAIVER)
    write(root / _REPORT / "待办.md", "# 待办\n")
    write(root / _REPORT / "narrative" / "没有用到.png", "没有用到")
    assert make(task(root)).status is Status.BUILT
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    path = tmp_path / _MADE / NAME
    assert unchanged(tmp_path), "a copy is the same: bytes count, not times"
    settle(tmp_path)
    assert unchanged(tmp_path)
    assert "content/示例局/2024/report.yaml" in (read_record(path) or pytest.fail()).inputs
    return tmp_path


def settle(root: Path) -> None:
    """As if all files were there for a minute, and were looked at since: none needs to be read."""
    later = sources.now() + 60_000_000_000
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(record, "now", lambda: later)
        assert unchanged(root)
    known = read_record(root / _MADE / NAME)
    assert known is not None
    assert all(len(entry) == 5 for files in (known.inputs, known.outputs) for entry in files.values())


def unchanged(root: Path, **other: object) -> bool:
    return is_unchanged(task(root, **other), Sources(root)) is not None


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\n")


def keeping_times(path: Path, act: Callable[[Path], object]) -> None:
    """Do something to a file and give it its times again, as `cp -p` and sync programs do."""
    before = path.stat()
    act(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


# What counts -----------------------------------------------------------------------------

_CHANGES: dict[str, Callable[[Path], object]] = {
    "report.yaml": lambda root: edit(root / _REPORT / "report.yaml", "3月1日", "3月2日"),
    "a figure": lambda root: edit(root / _REPORT / "data/budget.yaml", "349.99", "349.98"),
    "a figure, its times kept": lambda root: keeping_times(
        root / _REPORT / "data/budget.yaml", lambda path: edit(path, "349.99", "349.98")
    ),
    "a project's file": lambda root: append(root / _REPORT / "data/projects/01-设备更新.yaml"),
    "a project more": lambda root: shutil.copy(
        root / _REPORT / "data/projects/01-设备更新.yaml", root / _REPORT / "data/projects/03-又一个.yaml"
    ),
    "a project less": lambda root: (root / _REPORT / "data/projects/02-人员培训.yaml").unlink(),
    "a data file more": lambda root: write(root / _REPORT / "data/scorecard.yaml", ""),
    "a folder called like a data file": lambda root: (root / _REPORT / "data/projects/04.yaml").mkdir(),
    "a narrative": lambda root: append(root / _REPORT / "narrative/概况.md"),
    "a narrative more": lambda root: write(root / _REPORT / "narrative/新的.md", "新的。"),
    "a narrative less": lambda root: (root / _REPORT / "narrative/概况.md").unlink(),
    "a picture renamed": lambda root: (root / _REPORT / "narrative/没有用到.png").rename(
        root / _REPORT / "narrative/没有用到过.png"
    ),
    "a narrative that becomes a link": lambda root: as_link(root / _REPORT / "narrative/概况.md"),
    "a picture": lambda root: append(root / _REPORT / "narrative/图/示意.png"),
    "waivers": lambda root: edit(root / _REPORT / "waivers.yaml", "分管领导", "主要领导"),
    "waivers gone": lambda root: (root / _REPORT / "waivers.yaml").unlink(),
    "waivers by another name": lambda root: write(root / _REPORT / "waivers.yaml.txt", _WAIVER),
    "the list of what is to be filled in": lambda root: append(root / _REPORT / "待办.md"),
    "the outline": lambda root: append(root / "templates/绩效报告/outline.yaml"),
    "the look": lambda root: append(root / "templates/绩效报告/style.yaml"),
    "a table": lambda root: append(root / "templates/绩效报告/tables/项目资金.html"),
    "a table more": lambda root: write(root / "templates/绩效报告/tables/新的.html", "<table></table>"),
    "a scoring scheme": lambda root: append(root / "templates/评分方案/北京部门整体.yaml"),
    "a scoring scheme more": lambda root: write(root / "templates/评分方案/新的.yaml", ""),
    "last year's report.yaml": lambda root: edit(root / _BEFORE / "report.yaml", "3月1日", "3月2日"),
    "last year's data": lambda root: edit(root / _BEFORE / "data/budget.yaml", "349.99", "349.98"),
    "last year's narrative": lambda root: append(root / _BEFORE / "narrative/概况.md"),
    "last year's report gone": lambda root: shutil.rmtree(root / _BEFORE),
    "an output deleted": lambda root: (root / _DOCX).unlink(),
    "an output edited": lambda root: append(root / _DOCX),
    "an output edited, its times kept": lambda root: keeping_times(root / _DOCX, flip),
    "an output that becomes a link": lambda root: as_link(root / _DOCX),
    "the trace deleted": lambda root: (root / _MADE / "draft/trace.json").unlink(),
    "all outputs deleted": lambda root: shutil.rmtree(root / _MADE / "draft"),
    "the record deleted": lambda root: (root / _MADE / NAME).unlink(),
    "the record torn": lambda root: os.truncate(root / _MADE / NAME, 900),
    "the record empty": lambda root: os.truncate(root / _MADE / NAME, 0),
    "the record of another form": lambda root: edit(root / _MADE / NAME, '"form":5', '"form":4'),
    "nonsense in the record": lambda root: write(root / _MADE / NAME, '{"form":5,"inputs":[[]]}'),
    "deep nonsense in the record": lambda root: write(root / _MADE / NAME, "[" * 100_000),
}


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def as_link(path: Path) -> None:
    other = path.with_name(f"..{path.name}")
    path.rename(other)
    path.symlink_to(other)


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
    picture = root / _REPORT / "narrative" / name
    picture.parent.mkdir(exist_ok=True)
    shutil.copy(root / _REPORT / "narrative/图/示意.png", picture)
    write(root / _REPORT / "narrative/概况.md", f"正文。\n\n![地图]({name})\n")
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
    edit(root / _REPORT / "report.yaml", "文种: 绩效报告", "文种: .草稿")
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
        "content/示例局/2024/narrative/概况.md" in (read_record(root / _MADE / NAME) or pytest.fail()).inputs
    )
    assert not unchanged(root)


# What charts are drawn with ----------------------------------------------------------------


@pytest.fixture
def with_typeface(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A report with a chart, made with a typeface of ours; gives the typeface's file."""
    pytest.importorskip("matplotlib", reason="pip install -e '.[charts]'")
    overlay.copy_sample(tmp_path)
    with_chart(tmp_path)
    typeface = tmp_path / "fonts" / "simhei.ttf"
    typeface.parent.mkdir()
    shutil.copy(Path(fonts.find_typeface(fonts.folders()).path), typeface)
    monkeypatch.setattr(drawing, "folders", lambda: (str(typeface.parent),))
    forget_typefaces()
    assert make(task(tmp_path)).status is Status.BUILT
    assert unchanged(tmp_path)
    yield typeface
    forget_typefaces()


def forget_typefaces() -> None:
    """As in another process."""
    for cached in (drawing.drawn_with, fonts.find_typeface, fonts.digest_of, drawing._characters):
        cached.cache_clear()


@pytest.mark.parametrize(
    "change",
    [
        lambda typeface: typeface.unlink(),
        lambda typeface: append(typeface),
        lambda typeface: shutil.copy(typeface, typeface.with_name("msyh.ttf")),
    ],
    ids=["it is gone", "it is another", "a better one came"],
)
def test_a_report_with_charts_is_made_again_with_another_typeface(
    change: Callable[[Path], object], with_typeface: Path, tmp_path: Path
) -> None:
    change(with_typeface)
    forget_typefaces()
    assert not unchanged(tmp_path)
    assert make(task(tmp_path)).status is Status.BUILT
    assert unchanged(tmp_path)


def test_a_typeface_that_came(with_typeface: Path, tmp_path: Path) -> None:
    """A table that stands for a chart is no reason to leave the report as it is for ever."""
    with_typeface.rename(tmp_path / "elsewhere")
    forget_typefaces()
    made = make(task(tmp_path))
    assert made.status is Status.BUILT
    assert [each.code for each in made.warned] == ["P004"]
    again = is_unchanged(task(tmp_path), Sources(tmp_path))
    assert again is not None
    assert again.warned == made.warned, "it is told as long as it is so"
    (tmp_path / "elsewhere").rename(with_typeface)
    forget_typefaces()
    assert not unchanged(tmp_path)


def test_a_chart_that_was_not_drawn_where_charts_are_drawn(
    with_typeface: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with a typeface that cannot be read: what should have drawn it is not what did."""

    def refuse(typeface: object) -> None:
        raise fonts.NotDrawn("字体文件读不出来，图没有画", "重新安装")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "_characters", refuse)
        outcome = make(task(tmp_path))
    assert outcome.status is Status.BUILT
    assert [(each.code, each.places) for each in outcome.warned] == [("P004", 1)]
    assert (read_record(tmp_path / _MADE / NAME) or pytest.fail()).charts == record.UNDRAWN
    assert not unchanged(tmp_path)


@pytest.mark.parametrize("found", [None, "0.1"])
def test_another_library_for_charts(
    found: str | None, with_typeface: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is gone, or another; neither is a reason to make reports without charts again."""
    version = drawing.metadata.version

    def other(name: str) -> str:
        if name != "matplotlib":
            return version(name)
        if found is None:
            raise drawing.metadata.PackageNotFoundError(name)
        return found

    key = this_program().key
    monkeypatch.setattr(drawing.metadata, "version", other)
    this_program.cache_clear()
    forget_typefaces()
    assert not unchanged(tmp_path)
    assert this_program().key == key


def test_only_reports_with_charts_look_for_a_typeface(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def look() -> str:
        raise AssertionError("looked")

    monkeypatch.setattr(drawing, "drawn_with", look)
    assert unchanged(root)
    assert make(task(root)).status is Status.BUILT


# What does not ---------------------------------------------------------------------------

_NOTHING: dict[str, Callable[[Path], object]] = {
    "times": lambda root: [os.utime(path) for path in root.rglob("*") if path.is_file()],
    "a file written anew with the same": lambda root: rewrite(root / _REPORT / "data/budget.yaml"),
    "an output written anew with the same": lambda root: rewrite(root / _DOCX),
    "another department": lambda root: edit(root / "content/邻局/2024/data/budget.yaml", "349.99", "1"),
    "the year after": lambda root: shutil.copytree(root / _REPORT, root / "content/示例局/2025"),
    "another kind": lambda root: append(root / "templates/别的文种/outline.yaml"),
    "how other systems' tables are mapped": lambda root: append(root / "templates/导入/对照.yaml"),
    "last year's waivers": lambda root: write(root / _BEFORE / "waivers.yaml", _WAIVER),
    "a lock of Office": lambda root: write(root / _REPORT / "narrative/~$概况.md", ""),
    "what an editor hides": lambda root: write(root / _REPORT / "narrative/.history/概况/1", "旧的"),
    "a hidden file": lambda root: write(root / _REPORT / "data/.budget.yaml.swp", ""),
    "a workbook beside the data": lambda root: write(root / _REPORT / "数据.xlsx", ""),
    "notes in content": lambda root: write(root / "content/说明.md", "说明"),
    "another file among the outputs": lambda root: write(root / _MADE / "draft/批注.docx", ""),
    "an archive beside the outputs": lambda root: write(root / _MADE / "archive/v1/inventory.json", "{}"),
    "an empty folder": lambda root: (root / _REPORT / "narrative/空的").mkdir(),
}


def rewrite(path: Path) -> None:
    path.write_bytes(path.read_bytes())


@pytest.mark.parametrize("change", _NOTHING)
def test_nothing_else_counts(change: str, root: Path) -> None:
    _NOTHING[change](root)
    assert unchanged(root)


# Looking without reading -----------------------------------------------------------------


def test_a_second_look_reads_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*arguments: object) -> str:
        raise AssertionError("read")

    monkeypatch.setattr(record, "digest_of", read)
    monkeypatch.setattr(record, "digest_of_output", read)
    assert unchanged(root)
    os.utime(root / _DOCX)
    with pytest.raises(AssertionError, match="read"):
        unchanged(root)


def test_a_look_changes_the_record_only_when_it_says_more(root: Path) -> None:
    before = (root / _MADE / NAME).stat()
    assert unchanged(root)
    assert (root / _MADE / NAME).stat() == before
    os.utime(root / _DOCX, ns=(1_000_000_000, 1_000_000_000))
    assert unchanged(root)
    assert unchanged(root)


def test_a_file_saved_twice_within_a_tick(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a disk whose clock goes in steps, a second edit may leave size and times as they were when the report was made."""
    still = {}

    def of_a_slow_clock(status: os.stat_result) -> tuple[int, ...]:
        return (status.st_size, still.setdefault("now", sources.now()), 0, 0)

    monkeypatch.setattr(sources, "status_of", of_a_slow_clock)
    monkeypatch.setattr(record, "status_of", of_a_slow_clock)
    assert make(task(root)).status is Status.BUILT
    edit(root / _REPORT / "data/budget.yaml", "349.99", "349.98")
    assert not unchanged(root)
    assert make(task(root)).status is Status.BUILT
    flip(root / _DOCX)
    assert not unchanged(root)


def test_a_file_from_the_future_is_always_read(root: Path) -> None:
    now = sources.now()
    assert not sources.is_settled((1, now + 10**12, now, 1), now)
    assert not sources.is_settled((1, now - 10**9, now, 1), now)
    assert sources.is_settled((1, now - 10**10, now - 10**10, 1), now)
    assert not sources.is_settled(sources.LINK, now)


@pytest.mark.parametrize("moment", ["before it is read", "after it is read"])
def test_a_file_saved_while_the_report_is_made(
    moment: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is what was compiled, not what is on the disk when it is done."""
    from compiler import pipeline

    build = pipeline.build
    budget = root / _REPORT / "data/budget.yaml"

    def meanwhile(*arguments: object, **settings: object) -> object:
        if moment == "before it is read":
            edit(budget, "349.99", "349.98")
        result = build(*arguments, **settings)  # type: ignore[arg-type]
        if moment == "after it is read":
            edit(budget, "349.99", "349.98")
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "build", meanwhile)
        assert make(task(root)).status is Status.BUILT
    was_compiled = moment == "before it is read"
    assert unchanged(root) is was_compiled
    if was_compiled:
        page = (root / _MADE / "draft/绩效报告.html").read_text(encoding="utf-8")
        assert "349.98" in page


def test_an_output_that_another_run_replaced_meanwhile(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record vouches for what its own run wrote."""
    from compiler.publishing import Staging

    publish = Staging.publish

    def replaced(self: Staging, *arguments: object) -> list[Path]:
        published = publish(self, *arguments)  # type: ignore[arg-type]
        append(root / _DOCX)
        return published

    monkeypatch.setattr(Staging, "publish", replaced)
    assert make(task(root)).status is Status.BUILT
    assert not unchanged(root)


def test_a_large_output_is_compared_as_any_other(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_PICTURE", 100)
    assert make(task(root)).status is Status.BUILT
    keeping_times(root / _DOCX, flip)
    assert not unchanged(root)


def test_a_report_that_failed_is_looked_at_again(root: Path) -> None:
    edit(root / _REPORT / "data/budget.yaml", "349.99", "很多")
    assert not unchanged(root)
    assert make(task(root)).status is Status.FAILED
    assert not unchanged(root)
    edit(root / _REPORT / "data/budget.yaml", "很多", "349.99")
    assert unchanged(root), "as it was when the outputs were made"


def test_a_plain_build_in_between_is_no_change(root: Path) -> None:
    from tests.command_line import call

    before = tree_bytes(root / _MADE / "draft")
    assert call(["build", str(_REPORT)], root).exit_code == 0
    assert tree_bytes(root / _MADE / "draft") == before
    assert unchanged(root)


def test_what_is_unchanged_keeps_its_findings(root: Path) -> None:
    found = make(task(root)).findings
    assert len(found) == 3
    outcome = is_unchanged(task(root), Sources(root))
    assert outcome is not None
    assert outcome.findings == found


def test_the_record_names_no_machine(root: Path) -> None:
    text = (root / _MADE / NAME).read_text(encoding="utf-8")
    assert str(root) not in json.loads(text).__repr__()


_opened: list[str] | None = None


def _note_opened(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _opened is not None:
        _opened.append(str(arguments[0]))


def test_a_look_opens_the_record_alone(root: Path) -> None:
    """Of a report as large as most, 80 files of its own and of the year before: hundreds are looked at in a second."""
    global _opened
    for number in range(40):
        for folder in (_REPORT, _BEFORE):
            write(root / folder / "narrative" / f"多{number}.png", "多")
    assert make(task(root)).status is Status.BUILT
    settle(root)
    seen = Sources(root)
    sys.addaudithook(_note_opened)
    _opened = []
    try:
        assert is_unchanged(task(root), seen)
        assert is_unchanged(task(root), seen)
        assert [Path(path).name for path in _opened] == [NAME, NAME]
        os.utime(root / _DOCX)
        assert is_unchanged(task(root), seen)
        assert str(root / _DOCX) in _opened, "what is opened is seen"
    finally:
        _opened = None


def test_asked_is_all_of_a_task_that_counts() -> None:
    """A new field of `Task` is to be thought of here."""
    assert set(Task._fields) - {"root", "folder", "out", "day", "charts"} == {"formats", "strict", "program"}
    assert set(Asked._fields) == {"program", "shown", "formats", "strict"}
