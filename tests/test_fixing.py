"""What `check --fix` writes: the words of the document stay, and files change together or not at all."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from compiler import checks, rewriting
from compiler.checks.check import Draft
from compiler.checks.words import prose
from compiler.diagnostics import Accepted, Code, Diagnostic, Diagnostics, Severity
from compiler.fixing import CheckAgain, Plan, plan_fixes, write_fixes
from compiler.pipeline import Result, build
from compiler.publishing import WorkspaceError
from compiler.source import Source
from compiler.tree import Figure
from compiler.workspace import Workspace
from tests.test_checks import CLEAN, REPORT, ROOT, copy_clean

_NARRATIVE = REPORT / "narrative" / "预算管理.md"
_PROJECT = REPORT / "narrative" / "projects" / "01-馆藏档案数字化加工.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The clean department, with figures typed into two narratives."""
    copy_clean(tmp_path)
    _write(tmp_path / _NARRATIVE, "全年支出1037.86万元，执行率97.93%。\n\n2024年，制度健全。\n")
    _write(tmp_path / _PROJECT, "全年支出175.83万元。\n")
    return tmp_path


_TYPED = (Code.FIGURE_TYPED, Code.OTHER_YEAR)
"""The rules whose fixes print the words that were typed; a wrong rate, say, is to be printed anew."""


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def _check(root: Path, report: Path = REPORT) -> Result:
    return build(Workspace.around(root / report), root / report, None)


def _plan(root: Path, report: Path = REPORT) -> Plan:
    return plan_fixes(
        Workspace.around(root / report),
        root / report,
        _check(root, report).findings,
        _again(root, report),
    )


def _again(root: Path, report: Path = REPORT) -> CheckAgain:
    return lambda workspace: build(workspace, root / report, None).sinks


def _files(root: Path) -> dict[str, bytes]:
    """Every file below content/."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted((root / "content").rglob("*"))
        if path.is_file()
    }


# The words of the document ---------------------------------------------------------------


def _typed_out(root: Path, report: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Put the printed words in the place of every placeholder of the prose; how many there were."""
    drafts: list[Draft] = []
    with monkeypatch.context() as patch:
        patch.setattr(checks, "judge", lambda draft: drafts.append(draft) or Diagnostics())  # type: ignore[func-returns-value]
        _check(root, report)
    words: dict[tuple[str, int, int, int], str] = {}
    for block, run in prose(drafts[0].document):
        for piece in run._pieces:
            if isinstance(piece, Figure) and "/narrative/" in block.span.source.path:
                span = piece.span
                line = span.source.line(span.line)
                place = line.rfind("{{", 0, span.column - 1), line.find("}}", span.end - 1) + 2
                words[span.source.path, span.line, *place] = piece.text
    for (name, number, start, end), text in sorted(words.items(), reverse=True):
        lines = (root / name).read_text(encoding="utf-8").split("\n")
        line = lines[number - 1]
        lines[number - 1] = line[:start] + text + line[end:]
        _write(root / name, "\n".join(lines))
    return len(words)


def _printed(root: Path, report: Path) -> str:
    """The words of the built document."""
    result = build(Workspace.around(root / report), root / report, root / "build", ("html",))
    (page,) = [path for path in result.outputs if path.suffix == ".html"]
    return re.sub(r"<[^>]*>", "", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("content", "report", "most"),
    [(CLEAN, REPORT, 15), (ROOT / "content", Path("content/丰台区金融办/2023"), 0)],
    ids=["clean", "real"],
)
def test_words_stay(
    content: Path, report: Path, most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every figure of a report typed by hand: fixing brings the placeholders back, and prints the same words.

    `most` is how many are left to a person: those that equal several figures of the data, or none alone.
    """
    shutil.copytree(content, tmp_path / "content")
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    before = _printed(tmp_path, report)
    assert _typed_out(tmp_path, report, monkeypatch) > 100
    assert _printed(tmp_path, report) == before
    typed = [item for item in _check(tmp_path, report).findings if item.code in _TYPED]
    plan = plan_fixes(Workspace.around(tmp_path / report), tmp_path / report, typed, _again(tmp_path, report))
    assert len(plan.fixed) > 80
    assert not plan.left
    write_fixes(plan)
    assert _printed(tmp_path, report) == before
    again = [item for item in _check(tmp_path, report).findings if item.code is Code.FIGURE_TYPED]
    assert len(again) <= most
    assert not any(item.fix for item in again)


# Files -----------------------------------------------------------------------------------


def test_changes_are_shown_and_then_written(root: Path) -> None:
    before = _files(root)
    plan = _plan(root)
    assert _files(root) == before
    assert [(Path(change.file), change.line, change.before, change.after) for change in plan.changes] == [
        (_PROJECT, 1, "全年支出175.83万元。", "全年支出{{ 本项目.全年执行数|万元 }}。"),
        (
            _NARRATIVE,
            1,
            "全年支出1037.86万元，执行率97.93%。",
            "全年支出{{ 预算.资金总体.全年执行数|万元 }}，执行率{{ 预算.资金总体.执行率|百分比 }}。",
        ),
        (_NARRATIVE, 3, "2024年，制度健全。", "{{ 年度 }}年，制度健全。"),
    ]
    write_fixes(plan)
    after = _files(root)
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} == {
        _PROJECT.as_posix(),
        _NARRATIVE.as_posix(),
    }
    assert not _plan(root).changes


def test_line_ends_and_permissions_stay(root: Path) -> None:
    path = root / _NARRATIVE
    _write(path, "制度健全。\r\n\r\n全年支出1037.86万元。\r\r2024年盘点。")
    path.chmod(0o640)
    write_fixes(_plan(root))
    assert path.read_bytes().decode() == (
        "制度健全。\r\n\r\n全年支出{{ 预算.资金总体.全年执行数|万元 }}。\r\r{{ 年度 }}年盘点。"
    )
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o640


def test_a_byte_order_mark_stays(root: Path) -> None:
    """What an older Notepad writes is read; places in the first line are those without the mark."""
    path = root / _NARRATIVE
    path.write_bytes("全年支出1037.86万元。\r\n".encode("utf-8-sig"))
    write_fixes(_plan(root))
    assert path.read_bytes() == "全年支出{{ 预算.资金总体.全年执行数|万元 }}。\r\n".encode("utf-8-sig")


def test_data_files_are_fixed_too(root: Path) -> None:
    card = root / REPORT / "data" / "scorecard.yaml"
    text = card.read_text(encoding="utf-8")
    _write(card, text.replace("题名: 2024年", "题名: 2023年"))
    write_fixes(_plan(root))
    assert card.read_text(encoding="utf-8") == text


_FORM = REPORT / "data" / "projects" / "01-馆藏档案数字化加工.yaml"
_LEVEL_2 = "二级: 服务对象满意度指标"
_REASON = "未支出原因: 公开招标后成交价低于预算控制数，形成采购节约2.79万元"


@pytest.mark.parametrize(
    ("good", "slip", "mended"),
    [
        (_LEVEL_2, "二级: 服务对象满意度标", _LEVEL_2),
        (_LEVEL_2, '二级: "服务对象满意度标"', '二级: "服务对象满意度指标"'),
        (_LEVEL_2, "二级: '服务对象满意度标'", "二级: '服务对象满意度指标'"),
        (_LEVEL_2, '二级: "服务对象满意\\u5EA6标"', '二级: "服务对象满意\\u5EA6标"'),
        (_REASON, "未支出原因: 招标后价低,节约2.79万元", "未支出原因: 招标后价低，节约2.79万元"),
        (_REASON, '未支出原因: "招标后价低,节约2.79万元"', '未支出原因: "招标后价低，节约2.79万元"'),
        (
            _REASON,
            "未支出原因: |-\n  公开招标后成交，\n  价低,形成采购节约2.79万元",
            "未支出原因: |-\n  公开招标后成交，\n  价低，形成采购节约2.79万元",
        ),
        (
            _REASON,
            "未支出原因: >-\n  公开招标后成交，\n  价低,形成采购节约2.79万元",
            "未支出原因: >-\n  公开招标后成交，\n  价低,形成采购节约2.79万元",
        ),
        (
            _REASON,
            '未支出原因: "招标后\\"预算\\"价低,节约2.79万元"',
            '未支出原因: "招标后\\"预算\\"价低,节约2.79万元"',
        ),
    ],
)
def test_a_value_is_mended_however_yaml_writes_it_or_left(
    good: str, slip: str, mended: str, tmp_path: Path
) -> None:
    """What YAML writes in another way than it reads is left to a person; nothing else in the file is touched."""
    copy_clean(tmp_path)
    text = (tmp_path / _FORM).read_text(encoding="utf-8")
    assert text.count(good) == 1
    _write(tmp_path / _FORM, text.replace(good, slip))
    write_fixes(_plan(tmp_path))
    assert (tmp_path / _FORM).read_text(encoding="utf-8") == text.replace(good, mended)


def test_what_would_bring_an_error_about_is_not_written(tmp_path: Path) -> None:
    copy_clean(tmp_path)
    _write(tmp_path / _PROJECT, "全年支出\\175.83万元。\n")
    _write(tmp_path / _NARRATIVE, "全年支出1037.86万元。\n")
    plan = _plan(tmp_path)
    assert [change.file for change in plan.changes] == [_NARRATIVE.as_posix()]
    assert [finding.span.source.path for finding in plan.left] == [_PROJECT.as_posix()]


@pytest.mark.parametrize(
    "words",
    [
        "甲、乙两组分别有3、4人。",
        "平均馆龄24年6月以上。",
        "验收\\,付款。",
        "共12,345人，3,000人。",
        "附件1-3万元。",
    ],
)
def test_what_may_be_meant_is_left_alone(words: str, tmp_path: Path) -> None:
    copy_clean(tmp_path)
    _write(tmp_path / _PROJECT, f"{words}\n")
    assert _plan(tmp_path).changes == ()


def test_nothing_to_fix(tmp_path: Path) -> None:
    copy_clean(tmp_path)
    plan = _plan(tmp_path)
    assert plan == Plan((), (), (), ())
    write_fixes(plan)


# All or none -----------------------------------------------------------------------------


def _refused(root: Path, act: Callable[[], object], word: str) -> None:
    """It is refused with words that hold `word`, and every file is as it was."""
    before = _files(root)
    with pytest.raises(WorkspaceError, match=word):
        act()
    assert _files(root) == before


def test_changed_since_the_check(root: Path) -> None:
    findings = _check(root).findings
    _write(root / _PROJECT, "全年支出175.83万元，改过。\n")
    workspace = Workspace.around(root / REPORT)
    _refused(root, lambda: plan_fixes(workspace, root / REPORT, findings, _again(root)), "又改过")


def test_changed_since_the_plan(root: Path) -> None:
    plan = _plan(root)
    _write(root / _PROJECT, "全年支出175.83万元，改过。\n")
    _refused(root, lambda: write_fixes(plan), "又改过")


def test_gone_since_the_check(root: Path) -> None:
    plan, findings = _plan(root), _check(root).findings
    (root / _PROJECT).unlink()
    workspace = Workspace.around(root / REPORT)
    _refused(root, lambda: plan_fixes(workspace, root / REPORT, findings, _again(root)), "打不开")
    _refused(root, lambda: write_fixes(plan), "没有改动任何文件")


def test_read_only(root: Path) -> None:
    (root / _PROJECT).chmod(0o440)
    _refused(root, lambda: _plan(root), "只读")


@pytest.mark.parametrize(
    "error", [PermissionError(13, "held open"), OSError(28, "full"), KeyboardInterrupt()]
)
def test_what_was_replaced_is_put_back(
    error: BaseException, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second file is held open by another program: the first one gets its old text back."""
    plan = _plan(root)
    assert len(plan.files) == 2
    before = _files(root)
    replace, held = rewriting.replace_file, plan.files[1][0]
    replaced: list[Path] = []

    def failing(source: Path, target: Path) -> None:
        if target == held and not source.name.endswith(".old"):
            raise error
        replaced.append(target)
        replace(source, target)

    monkeypatch.setattr(rewriting, "replace_file", failing)
    with pytest.raises(KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else WorkspaceError):
        write_fixes(plan)
    assert replaced[0] == plan.files[0][0]
    assert _files(root) == before


def test_the_disk_is_full_before_anything_is_replaced(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "full")

    plan = _plan(root)
    monkeypatch.setattr(os, "fsync", full)
    _refused(root, lambda: write_fixes(plan), "磁盘满了")


def test_what_cannot_be_put_back_is_kept_beside(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = _plan(root)
    first, second = (path for path, _, _ in plan.files)
    text = first.read_bytes()
    replace = rewriting.replace_file

    def failing(source: Path, target: Path) -> None:
        if target == second or source.name.endswith(".old"):
            raise PermissionError(13, "held open")
        replace(source, target)

    monkeypatch.setattr(rewriting, "replace_file", failing)
    with pytest.raises(WorkspaceError, match="没能恢复"):
        write_fixes(plan)
    (kept,) = first.parent.glob(".*.old")
    assert kept.read_bytes() == text


# What is not touched ---------------------------------------------------------------------


def _finding(root: Path, path: Path, words: str, fix: str) -> Diagnostic:
    text = (root / path).read_text(encoding="utf-8")
    start = text.index(words)
    span = Source(path.as_posix(), text).span(start, start + len(words))
    return Diagnostic(Code.FIGURE_TYPED, Severity.WARNING, span, words, "", fix=fix)


def _planned(root: Path, *findings: Diagnostic) -> Plan:
    return plan_fixes(Workspace.around(root / REPORT), root / REPORT, findings, _again(root))


def test_overlapping_fixes(root: Path) -> None:
    """The first wins, the other is left for the next run; the same fix twice is one."""
    first = _finding(root, _NARRATIVE, "支出1037.86万元", "甲")
    second = _finding(root, _NARRATIVE, "1037.86万元，执行率", "乙")
    beside = _finding(root, _NARRATIVE, "97.93%", "丙")
    plan = _planned(root, beside, second, first, first)
    assert plan.changes[0].after == "全年甲，执行率丙。"
    assert plan.fixed == (first, beside)
    assert plan.left == (second,)


def _elsewhere(root: Path) -> Iterator[Diagnostic]:
    yield _finding(root, Path("templates/整体绩效评价报告/outline.yaml"), "目录", "甲")
    yield _finding(root, Path("content/晴川区档案局/2023/data/budget.yaml"), "基本支出", "甲")


def test_other_files_are_not_touched(root: Path) -> None:
    """Neither templates nor another report: what a rule says of them is for a person."""
    assert not _planned(root, *_elsewhere(root)).files


def test_only_data_and_prose(root: Path) -> None:
    note = REPORT / "narrative" / "说明.txt"
    _write(root / note, "甲")
    finding = _finding(root, note, "甲", "乙")
    plan = _planned(root, finding)
    assert not plan.files
    assert plan.left == (finding,)


def test_accepted_findings_stay(root: Path) -> None:
    finding = _finding(root, _NARRATIVE, "97.93%", "甲")
    assert not _planned(root, finding._replace(accepted=Accepted("照原文", "甲", "2025-01-01"))).files


def test_a_fix_of_two_lines_is_left(root: Path) -> None:
    finding = _finding(root, _NARRATIVE, "97.93%", "甲\n乙")
    assert _planned(root, finding).left == (finding,)


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
@pytest.mark.parametrize("which", ["file", "folder"])
def test_links_are_not_followed(which: str, root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    findings = _check(root).findings
    outside = tmp_path_factory.mktemp("outside")
    path = root / _PROJECT if which == "file" else (root / _PROJECT).parent
    shutil.move(path, outside / path.name)
    path.symlink_to(outside / path.name)
    before = {file: file.read_bytes() for file in outside.rglob("*.md")}
    with pytest.raises(WorkspaceError, match="快捷方式"):
        plan_fixes(Workspace.around(root / REPORT), root / REPORT, findings, _again(root))
    assert {file: file.read_bytes() for file in outside.rglob("*.md")} == before


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_put_in_place_since_the_plan(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    plan = _plan(root)
    path = root / _PROJECT
    outside = tmp_path_factory.mktemp("outside") / path.name
    shutil.move(path, outside)
    path.symlink_to(outside)
    text = outside.read_bytes()
    with pytest.raises(WorkspaceError, match="又改过"):
        write_fixes(plan)
    assert outside.read_bytes() == text
