"""Versions of builds: what a version holds, what `verify` says of what people do to it (`cases/archive`), restoring, rebuilding."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compiler.archive import inventory, record
from compiler.archive.digests import digest_of
from compiler.archive.history import latest
from tests import docx_pages
from tests.archive_samples import (
    ARCHIVE,
    NARRATIVE,
    do,
    freeze,
    masked,
    three_versions,
    waived,
    writable_again,
)
from tests.case_files import CASES, case_files, run_case
from tests.command_line import Ran, call, tree_bytes
from tests.docx_lint import lint
from tests.html_checks import programs
from tests.test_checks import REPORT, copy_clean
from tests.texts import SOFFICE


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace with three versions; only to be looked at."""
    root = tmp_path_factory.mktemp("archived")
    three_versions(root)
    yield root
    writable_again(root)


@pytest.fixture
def workspace(archived: Path, tmp_path: Path) -> Path:
    """A copy of it, to do things to."""
    root = tmp_path / "workspace"
    shutil.copytree(archived, root)
    return root


def verify(root: Path, *more: str) -> Ran:
    return call(["verify", *more], root)


@pytest.mark.parametrize(
    "path", case_files("archive"), ids=lambda path: path.relative_to(CASES / "archive").as_posix()
)
def test_what_verify_says(path: Path, workspace: Path, accept: bool) -> None:
    def run(sections: dict[str, str]) -> str:
        lines = sections["do"].splitlines()
        for line in lines:
            do(workspace / ARCHIVE, line)
        before = tree_bytes(workspace)
        ran = verify(workspace)
        assert ran.err == ""
        assert tree_bytes(workspace) == before, "verify changed something"
        assert ran.exit_code == (1 if "×" in ran.out else 0)
        return masked(ran.out)

    run_case(path, run, accept)


@pytest.mark.parametrize("what", ["flip", "cut", "delete"])
def test_no_file_of_an_archive_is_left_out(what: str, archived: Path, workspace: Path) -> None:
    """Whatever file is touched, its version is named, and no other."""
    files = [path for path in (archived / ARCHIVE).rglob("*") if path.is_file()]
    assert len(files) > 150
    for path in files[:: 1 if what == "flip" else 7]:
        name = path.relative_to(archived / ARCHIVE).as_posix()
        target = workspace / ARCHIVE / name
        if not path.stat().st_size:
            continue
        do(workspace / ARCHIVE, f"{what} {name}")
        ran = call(["verify", "--format", "json"], workspace)
        target.unlink(missing_ok=True)
        shutil.copyfile(path, target)
        (told,) = json.loads(ran.out)
        number = int(name[1]) if name.startswith("v") else None
        assert {problem["version"] for problem in told["problems"]} == {number}, (name, told["problems"])
        assert ran.exit_code == 1


def test_what_a_version_holds(archived: Path) -> None:
    content = archived / ARCHIVE / "v2" / "content"
    names = set(tree_bytes(content))
    assert {"metadata.xml", "record.json", "发布单.docx", "发布单.html"} <= names
    assert {"check/findings.json", "check/检查报告.html", "documents/trace.json"} <= names
    assert {f"documents/整体绩效评价报告.{suffix}" for suffix in ("docx", "html")} <= names
    assert {
        "input/templates/评分方案/北京部门整体.yaml",
        f"input/{REPORT.as_posix()}/data/budget.yaml",
    } <= names
    assert "input/content/晴川区档案局/2023/data/budget.yaml" in names, (
        "last year's, which rules compare with"
    )
    made = record.read((content / "record.json").read_bytes())
    assert set(made.files) == names - {"record.json", "发布单.docx", "发布单.html"}
    assert (made.version, made.made.message, made.made.by) == (2, "送审", "档案员")
    assert made.environment["libraries"]["jinja2"] and made.environment["python"]
    assert made.previous is not None and made.previous.version == 1


def test_versions_are_listed(archived: Path, tmp_path: Path, accept: bool) -> None:
    ran = call(["versions", str(REPORT)], archived)
    assert ran.exit_code == 0
    assert masked(ran.out) == (
        "build/晴川区档案局/2024\n"
        "第1版  <时间>  档案员  初稿\n  SHA-256 <摘要>\n"
        "第2版  <时间>  档案员  送审\n  SHA-256 <摘要>\n"
        "第3版  <时间>  档案员  定稿\n  SHA-256 <摘要>\n"
    )
    told = json.loads(call(["versions", "--format", "json"], archived).out)
    assert [each["version"] for each in told] == [1, 2, 3]
    latest = json.loads((archived / ARCHIVE.parent / "latest.json").read_text(encoding="utf-8"))
    assert (latest["version"], latest["folder"], latest["sha256"]) == (3, "archive/v3", told[-1]["sha256"])


def test_rebuilding(workspace: Path) -> None:
    ran = verify(workspace, "--rebuild")
    assert (ran.exit_code, ran.out.count("重新生成的内容与冻结的一样")) == (0, 3)


def test_rebuilding_from_forged_data(workspace: Path) -> None:
    """Data changed behind a document that was not: no digest inside the version says so, building again does."""
    path = f"input/{REPORT.as_posix()}/narrative/预算管理.md"
    do(workspace / ARCHIVE, f"forge 3 {path} 多了一句。")
    ran = verify(workspace, "--rebuild")
    assert ran.exit_code == 1
    assert "第3版：重新生成的内容与冻结的不一样，有 " in ran.out
    assert "整体绩效评价报告.docx/word/document.xml" in ran.out
    assert "第2版：重新生成的内容与冻结的一样" in ran.out


def test_a_digest_from_paper(workspace: Path) -> None:
    told = json.loads(call(["versions", "--format", "json"], workspace).out)
    for each in told:
        for kind in ("sha256", "sm3"):
            typed = f" {each[kind][:8].upper()} {each[kind][8:]}"
            ran = verify(workspace, "--digest", typed)
            assert (ran.exit_code, f"给出的就是第{each['version']}版的" in ran.err) == (0, True)
    ran = verify(workspace, "--digest", "0" * 64)
    assert (ran.exit_code, "没有一版的摘要与给出的相同" in ran.err) == (1, True)
    assert "打了 12 位" in verify(workspace, "--digest", told[0]["sha256"][:12]).err
    right = told[0]["sha256"]
    groups = [right[start : start + 8] for start in range(0, 64, 8)]  # as the slip prints it, a word each
    assert "第1版的SHA-256" in verify(workspace, str(REPORT), "--digest", *groups).err
    slip = ("0" if right[5] != "0" else "1").join((right[:5], right[6:]))
    ran = verify(workspace, "--digest", slip)
    assert (ran.exit_code, "与第1版的 SHA-256 只差 1 位，是不是打错了" in ran.err) == (1, True)
    assert "第1版的内容摘要" in verify(workspace, "--digest", told[0]["build"]).err
    do(workspace / ARCHIVE, "forge 3 documents/整体绩效评价报告.html")
    assert verify(workspace, "--digest", told[2]["sha256"]).exit_code == 1


def test_restoring(workspace: Path) -> None:
    before = tree_bytes(workspace / "build")
    ran = call(["restore", f"{REPORT}@2", "取出"], workspace)
    assert ran.exit_code == 0, ran
    content = workspace / ARCHIVE / "v2" / "content"
    assert tree_bytes(workspace / "取出") == tree_bytes(content)
    assert tree_bytes(workspace / "build") == before
    again = call(["build"], workspace / "取出" / "input")
    assert again.exit_code == 0, again
    built = workspace / "取出" / "input" / "build" / "晴川区档案局" / "2024" / "draft"
    assert tree_bytes(built) == tree_bytes(content / "documents")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([f"{REPORT}@9", "取出"], "没有第9版，现有第1版、第2版、第3版。"),
        ([f"{REPORT}@2", "content"], "里已经有东西，没有写。"),
        ([f"{REPORT}@2", f"{ARCHIVE}/v2/取出"], "不能写到归档的文件夹里面"),
        (["content/晴川区档案局/2023@最新", "取出"], "里还没有归档的版本。"),
    ],
)
def test_restoring_what_cannot_be(arguments: list[str], said: str, workspace: Path) -> None:
    before = tree_bytes(workspace)
    ran = call(["restore", *arguments], workspace)
    assert (ran.exit_code, said in ran.err) == (1, True), ran
    assert tree_bytes(workspace) == before


def test_restoring_a_damaged_version(workspace: Path) -> None:
    do(workspace / ARCHIVE, "flip v2/content/metadata.xml")
    ran = call(["restore", f"{REPORT}@2", "取出"], workspace)
    assert (ran.exit_code, "“metadata.xml”与归档时不同，没有写" in ran.err) == (1, True)
    assert not list(workspace.glob("*取出*"))


def test_a_forged_inventory_leads_nowhere_else(workspace: Path) -> None:
    path = workspace / ARCHIVE / "v2" / "inventory.json"
    path.chmod(0o644)
    text = path.read_text(encoding="utf-8").replace("metadata.xml", "../../../../../../外面.xml")
    path.write_text(text, encoding="utf-8")
    sidecar = path.with_name("inventory.json.sha256")
    sidecar.chmod(0o644)
    sidecar.write_bytes(inventory.sidecar(path.read_bytes()))
    ran = call(["restore", f"{REPORT}@2", "取出"], workspace)
    assert (ran.exit_code, "清单或记录坏了" in ran.err) == (1, True)
    assert not (workspace.parent / "外面.xml").exists()


# Freezing --------------------------------------------------------------------------------


def _edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / REPORT / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_error_of_the_rules_is_refused_until_it_is_waived(tmp_path: Path) -> None:
    copy_clean(tmp_path)
    _edit(tmp_path, "data/budget.yaml", "全年执行数: ", "全年执行数: 1")
    ran = freeze(tmp_path, "初稿")
    assert ran.exit_code == 1
    assert "没有冻结，以前的各版没有改动" in ran.out and "chengwen check" in ran.out
    assert not (tmp_path / ARCHIVE).exists()
    found = json.loads(call(["check", str(REPORT), "--format", "json"], tmp_path).out)
    lines = [waived(each) for each in found if each["severity"] == "错误"]
    (tmp_path / REPORT / "waivers.yaml").write_text("放行:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    ran = freeze(tmp_path, "初稿")
    assert ran.exit_code == 0, ran
    content = tmp_path / ARCHIVE / "v1" / "content"
    kept = json.loads((content / "check" / "findings.json").read_text(encoding="utf-8"))
    assert sum(each["accepted"] is not None for each in kept) == len(lines)
    page = (content / "发布单.html").read_text(encoding="utf-8")
    assert f"放行 {len(lines)} 处" in page and "分管领导2025年3月1日放行" in page
    assert record.read((content / "record.json").read_bytes()).counts["放行"] == len(lines)
    writable_again(tmp_path)


def test_a_report_that_does_not_compile_is_not_frozen(workspace: Path) -> None:
    _edit(workspace, "narrative/预算管理.md", "。", "{{ 没有这个 }}。")
    before = tree_bytes(workspace / "build")
    ran = freeze(workspace, "四稿")
    assert (ran.exit_code, "预算管理.md:" in ran.err) == (1, True)
    assert tree_bytes(workspace / "build") == before


def test_what_is_frozen_is_what_was_compiled(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor saves while the report is being frozen: the version holds the words it was built from."""
    from compiler.archive import freeze as freezing

    real, path = freezing.pipeline.build, workspace / NARRATIVE
    text = path.read_text(encoding="utf-8")

    def build(*arguments: object, **named: object) -> object:
        result = real(*arguments, **named)  # type: ignore[arg-type]
        path.write_text("别人刚刚改的。\n", encoding="utf-8")
        return result

    monkeypatch.setattr(freezing.pipeline, "build", build)
    assert freeze(workspace, "四稿").exit_code == 0
    monkeypatch.undo()
    assert path.read_text(encoding="utf-8") != text
    frozen = workspace / ARCHIVE / "v4" / "content" / "input" / NARRATIVE
    assert frozen.read_text(encoding="utf-8") == text
    assert verify(workspace, "--rebuild").exit_code == 0


def test_a_file_added_while_it_is_frozen(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in the documents nor in the input; building again finds what was built."""
    from compiler.archive import freeze as freezing

    real, projects = freezing.pipeline.build, workspace / REPORT / "data" / "projects"

    def build(*arguments: object, **named: object) -> object:
        shutil.copyfile(projects / "01-馆藏档案数字化加工.yaml", projects / "99-新来的.yaml")
        return real(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(freezing.pipeline, "build", build)
    assert freeze(workspace, "四稿").exit_code == 0
    monkeypatch.undo()
    assert not list((workspace / ARCHIVE / "v4").rglob("99-*"))
    assert verify(workspace, "--rebuild").exit_code == 0


def test_what_no_report_is_made_from_is_named(workspace: Path) -> None:
    (workspace / REPORT / "佐证.txt").write_text("x", encoding="utf-8")
    ran = freeze(workspace, "四稿")
    assert f"没有一并冻结（报告没有用到）：{REPORT.as_posix()}/佐证.txt" in ran.out
    assert "写出的文件与第3版一样" in ran.out
    assert not list((workspace / ARCHIVE).rglob("佐证.txt"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["archive", str(REPORT)], "少了 -m 说明。"),
        (["archive", str(REPORT), "-m", " "], "-m 后面要写几个字"),
        (["archive", "-m", "x"], "少了“报告文件夹”。"),
        (["archive", "content", "-m", "x"], "里有 2 份报告，一次只做一份"),
        (["archive", "content/没有", "-m", "x"], "没有“content/没有”这个文件夹。"),
        (["archive", str(REPORT), "-m", "x", "--to", "odt"], "不能写成“odt”格式"),
        (["versions", "content/没有"], "这个文件夹不存在，build 里也没有它的归档"),
        (["verify", "templates"], "“templates”里没有归档的版本"),
        (["restore", str(REPORT), "取出"], "不是一个版本。写作 报告文件夹@版号"),
        (["restore", f"{REPORT}@0", "取出"], "不是一个版本。"),
        (["verify", "--digest", "x"], "不会出现在摘要里"),
    ],
)
def test_wrong_calls(arguments: list[str], said: str, workspace: Path) -> None:
    before = tree_bytes(workspace)
    ran = call(arguments, workspace)
    assert (ran.exit_code, ran.out) == (2, "")
    assert said in ran.err
    assert tree_bytes(workspace) == before


@pytest.mark.parametrize("taken", [("v3",), ("v2",), ("v3", "../latest.json")])
def test_a_number_is_not_given_twice(taken: tuple[str, ...], workspace: Path) -> None:
    """A version that was taken away leaves its number on a slip: the next must not have it."""
    for name in taken:
        do(workspace / ARCHIVE, f"delete {name}")
    before = tree_bytes(workspace)
    ran = freeze(workspace, "四稿")
    assert ran.exit_code == 1
    assert f"第{taken[0][1]}版整个文件夹不见了" in ran.err and "用备份把它换回来再归档" in ran.err
    assert tree_bytes(workspace) == before


def test_what_is_wrong_with_earlier_versions_is_told(workspace: Path) -> None:
    do(workspace / ARCHIVE, "flip v1/content/documents/trace.json")
    ran = freeze(workspace, "四稿")
    assert (ran.exit_code, "以前的版查出 1 处与归档时不同" in ran.err) == (0, True)
    page = (workspace / ARCHIVE / "v4" / "content" / "发布单.html").read_text(encoding="utf-8")
    assert "以前的版查出 1 处与归档时不同" in page


def test_versions_stand_with_the_others_wherever_the_command_runs(workspace: Path) -> None:
    for folder, argument in (
        ("content", "晴川区档案局/2024"),
        (str(REPORT), "."),
        ("..", f"workspace/{REPORT}"),
    ):
        before = tree_bytes(workspace / "content")
        ran = call(["archive", argument, "-m", "别处"], workspace / folder)
        assert ran.exit_code == 0, ran
        assert tree_bytes(workspace / "content") == before
        assert call(["verify", argument], workspace / folder).exit_code == 0
        assert call(["build", argument], workspace / folder).exit_code == 0
    assert len(json.loads(call(["versions", "--format", "json"], workspace).out)) == 6
    assert sorted(path.name for path in workspace.iterdir()) == ["build", "content", "templates"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["-m", "a\x01b"], "印不出来的字符"),
        (["-m", "x", "--by", "王\x07"], "印不出来的字符"),
        (["-m", "\udcb1\udca8"], "印不出来的字符"),
        (["-m", "。"], "-m 后面要写几个字"),
        (["-m", "x", "--by", " "], "--by 后面要写制作人"),
        (["-m", "x", "-o", ""], "-o 后面要写一个文件夹的名称"),
        (["-m", "报", "财政局"], "中间有空格的，两头加引号"),
    ],
)
def test_words_that_cannot_stand_on_a_slip(more: list[str], said: str, workspace: Path) -> None:
    before = tree_bytes(workspace)
    ran = call(["archive", str(REPORT), *more], workspace)
    assert (ran.exit_code, said in ran.err) == (2, True), ran
    assert tree_bytes(workspace) == before


def test_a_copy_that_was_renamed_is_verified_too(workspace: Path, tmp_path: Path) -> None:
    shutil.copytree(workspace / ARCHIVE, tmp_path / "盘" / "archive")
    shutil.copytree(workspace / ARCHIVE, tmp_path / "盘" / "金融办的档案")
    do(tmp_path / "盘" / "金融办的档案", "flip v2/content/metadata.xml")
    ran = verify(tmp_path, "盘")
    assert (ran.exit_code, ran.out.count("√"), ran.out.count("×")) == (1, 1, 1)
    assert "latest.json" not in ran.out, "a copy has none beside it"
    shutil.copytree(workspace / ARCHIVE / "v2", tmp_path / "v2")
    assert "单独拷出来的一版" in verify(tmp_path, "v2").err


@pytest.mark.parametrize("number", ["2", "02", "v2", "第2版", "２", " 2"])
def test_how_a_version_is_named(number: str, archived: Path) -> None:
    ran = call(["diff", f"{REPORT}@{number}", f"{REPORT}＠3"], archived)
    assert (ran.exit_code, ran.out.split("\n")[0]) == (0, "2024年度第2版 → 2024年度第3版")
    ran = call(["diff", f"{REPORT}@3", f"{REPORT}@{number}"], archived)
    assert "旧的写在前面，新的写在后面" in ran.err


def test_waivers_drafted_and_misnamed(tmp_path: Path) -> None:
    """From the refusal to the frozen version: the draft needs reasons only, and a file called otherwise is told of."""
    copy_clean(tmp_path)
    _edit(tmp_path, "data/budget.yaml", "全年执行数: ", "全年执行数: 1")
    ran = freeze(tmp_path, "初稿")
    assert f"chengwen check {REPORT} --to waivers" in ran.out
    call(["check", str(REPORT), "--to", "waivers"], tmp_path)
    draft = (tmp_path / "build/晴川区档案局/2024/draft/放行底稿.yaml").read_text(encoding="utf-8")
    filled = (
        draft.replace("原因:", "原因: 按审定的决算口径填报")
        .replace("放行人:", "放行人: 分管领导")
        .replace("日期:", "日期: 2025年3月1日")
    )
    wrong = tmp_path / REPORT / "waivers.yaml.txt"
    wrong.write_text(filled, encoding="utf-8")
    ran = freeze(tmp_path, "初稿")
    assert (ran.exit_code, "放行没有算上：waivers.yaml.txt:1 放行只读 waivers.yaml" in ran.out) == (
        1,
        True,
    ), ran
    wrong.write_text(draft, encoding="utf-8")
    assert "放行只读 waivers.yaml" in call(["check", str(REPORT)], tmp_path).out
    wrong.unlink()
    (tmp_path / REPORT / "waivers.yaml").write_text(draft, encoding="utf-8")
    assert "放行没有算上：waivers.yaml:" in freeze(tmp_path, "初稿").out, "nobody has given a reason yet"
    (tmp_path / REPORT / "waivers.yaml").write_text(filled, encoding="utf-8")
    ran = freeze(tmp_path, "初稿")
    assert ran.exit_code == 0, ran
    writable_again(tmp_path)


def test_two_reports_do_not_share_an_archive(workspace: Path) -> None:
    """content/市级/单位/年度 would be archived where content/单位/年度 is."""
    shutil.copytree(workspace / "content" / "晴川区档案局", workspace / "content" / "市级" / "晴川区档案局")
    before = tree_bytes(workspace / "build")
    ran = call(["archive", "content/市级/晴川区档案局/2024", "-m", "x"], workspace)
    assert (ran.exit_code, "不是同一份" in ran.err) == (1, True), ran
    assert tree_bytes(workspace / "build") == before
    ran = call(["archive", "content/市级/晴川区档案局/2024", "-m", "x", "-o", "另放"], workspace)
    assert ran.exit_code == 0, ran
    assert call(["verify", "另放", "--rebuild"], workspace).exit_code == 0
    diff = ["diff", "content/市级/晴川区档案局/2024@1", "content/市级/晴川区档案局/2024", "-o", "另放"]
    assert call(diff, workspace).out.endswith("两份没有不同。\n")


def test_nothing_may_be_linked_to_a_broken_version(workspace: Path) -> None:
    do(workspace / ARCHIVE, "flip v3/content/record.json")
    ran = freeze(workspace, "四稿")
    assert (ran.exit_code, "最新的第3版坏了" in ran.err) == (1, True)
    assert not (workspace / ARCHIVE / "v4").exists()


def test_the_pointers_are_mended_by_the_next(workspace: Path) -> None:
    do(workspace / ARCHIVE, "older")
    assert freeze(workspace, "四稿").exit_code == 0
    ran = verify(workspace)
    assert (ran.exit_code, "停在" in ran.out) == (0, False)


def test_an_archive_elsewhere(workspace: Path, tmp_path: Path) -> None:
    """Copied to a disc: the folder alone is enough."""
    shutil.copytree(workspace / ARCHIVE, tmp_path / "光盘" / "archive")
    for place in ("光盘/archive", "光盘"):
        ran = verify(tmp_path, place)
        assert (ran.exit_code, "3 版都与归档时一样" in ran.out) == (0, True), ran
    ran = call(["restore", "光盘/archive/v1", "取出"], tmp_path)
    assert ran.exit_code == 0, ran


def test_the_same_build_has_the_same_digest(tmp_path: Path) -> None:
    """Two machines, two clocks, two names: what was built is the same, by members."""
    builds = []
    for name in ("甲", "乙"):
        root = tmp_path / name
        copy_clean(root)
        assert freeze(root, name).exit_code == 0
        builds.append(json.loads(call(["versions", "--format", "json"], root).out)[0])
        writable_again(root)
    assert builds[0]["build"] == builds[1]["build"]
    assert builds[0]["sha256"] != builds[1]["sha256"]


def test_read_by_an_archivists_own_tool(workspace: Path) -> None:
    """ocfl-py finds a valid OCFL 1.1 object, and an invalid one after a change."""
    from ocfl.validator import Validator  # type: ignore[import-untyped]

    def validate() -> tuple[bool, str]:
        validator = Validator(log_warnings=True)
        valid = validator.validate_object(str(workspace / ARCHIVE))
        return valid, str(validator)

    valid, said = validate()
    assert valid, said
    assert {line.split("]")[0] for line in said.splitlines() if line.startswith("[")} <= {"[W004"}, said
    do(workspace / ARCHIVE, "flip v2/content/documents/整体绩效评价报告.docx")
    valid, said = validate()
    assert not valid and "E092" in said


# PDF -------------------------------------------------------------------------------------


@pytest.mark.libreoffice
@pytest.mark.skipif(not SOFFICE, reason="没有安装 LibreOffice")
def test_a_version_with_a_pdf(tmp_path: Path) -> None:
    """The PDF is frozen and verified like the rest, its pages and typefaces recorded; building again leaves it out."""
    copy_clean(tmp_path)
    ran = freeze(tmp_path, "版式", "--to", "docx,html,pdf")
    assert ran.exit_code == 0, ran
    content = tmp_path / ARCHIVE / "v1" / "content"
    assert (content / "documents" / "整体绩效评价报告.pdf").read_bytes().startswith(b"%PDF-")
    made = record.read((content / "record.json").read_bytes())
    assert made.pdf is not None and made.pdf["office"].startswith("LibreOffice") and made.pdf["pages"] > 5
    assert {each["asked"] for each in made.pdf["substitutes"]} <= set(made.pdf["asked"])
    text = (content / "metadata.xml").read_text(encoding="utf-8")
    assert f"<页数>{made.pdf['pages']}</页数>" in text and "<字体清单>" in text and "PDF/A-2b" in text
    assert not any(".pdf" in name for name in made.members)
    assert verify(tmp_path, "--rebuild").exit_code == 0
    do(tmp_path / ARCHIVE, "flip v1/content/documents/整体绩效评价报告.pdf")
    assert "整体绩效评价报告.pdf：内容与归档时不同" in verify(tmp_path).out
    writable_again(tmp_path)


def test_no_pdf_without_libreoffice(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compiler.pdf.find_office", lambda: None)
    before = tree_bytes(workspace)
    ran = freeze(workspace, "版式", "--to", "pdf")
    assert (ran.exit_code, "LibreOffice" in ran.err) == (1, True)
    assert tree_bytes(workspace) == before


# The slip --------------------------------------------------------------------------------


@pytest.mark.libreoffice
@pytest.mark.skipif(bool(docx_pages.MISSING), reason=docx_pages.MISSING)
def test_the_slip_is_one_page(tmp_path: Path) -> None:
    """Also with more waivers than it tells one by one, long names and a long message."""
    copy_clean(tmp_path)
    path = tmp_path / REPORT / "data" / "projects" / "01-馆藏档案数字化加工.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("全年执行数: ", "全年执行数: 1", 1), encoding="utf-8")
    found = json.loads(call(["check", str(REPORT), "--format", "json"], tmp_path).out)
    lines = [waived(each) for each in found if each["severity"] == "错误"]
    assert len(lines) > 4
    (tmp_path / REPORT / "waivers.yaml").write_text("放行:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    assert freeze(tmp_path, "报区财政局和区审计局的定稿，" * 14).exit_code == 0
    content = tmp_path / ARCHIVE / "v1" / "content"
    (page,) = docx_pages.print_documents([content / "发布单.docx"], tmp_path)["发布单"].pages
    digest = call(["versions", "--format", "json"], tmp_path).out.split('"sha256": "')[1][:64]
    for said in (digest, "第1版", "档案员", "真实性", "另有", "签字"):
        assert said in page.text, said
    writable_again(tmp_path)


@pytest.mark.htmlcheck
@pytest.mark.skipif(bool(programs.NO_HTML_VALIDATE), reason=programs.NO_HTML_VALIDATE)
def test_html_validate_accepts_the_slip(archived: Path) -> None:
    assert programs.html_validate([archived / ARCHIVE / "v2" / "content" / "发布单.html"]) == []


@pytest.mark.htmlcheck
@pytest.mark.skipif(bool(programs.NO_VNU), reason=programs.NO_VNU)
def test_the_nu_checker_accepts_the_slip(archived: Path) -> None:
    assert programs.vnu([archived / ARCHIVE / "v2" / "content" / "发布单.html"]) == []


@pytest.mark.htmlcheck
@pytest.mark.chromium
@pytest.mark.skipif(bool(programs.NO_AXE), reason=programs.NO_AXE)
def test_axe_accepts_the_slip(archived: Path, tmp_path: Path) -> None:
    page = archived / ARCHIVE / "v2" / "content" / "发布单.html"
    for width in (1280, 390):
        assert programs.axe(page, tmp_path, width) == []


@pytest.mark.validator
def test_the_validators_accept_the_slip(archived: Path) -> None:
    pytest.importorskip("openxml_audit", reason="没有安装 openxml-audit：pip install -e '.[dev]'")
    from tests.docx_audit import audit

    path = archived / ARCHIVE / "v2" / "content" / "发布单.docx"
    assert lint(path) == []
    assert audit(path) == []


# Forged and odd ---------------------------------------------------------------------------


def _relinked(archive: Path, number: int) -> None:
    """Let inventory, sidecar and what points to the newest agree with what is there."""
    folder = archive / f"v{number}"
    known = inventory.read((folder / "inventory.json").read_bytes())
    own = known.versions[number]
    files = {name: digest_of(data).sha256 for name, data in tree_bytes(folder / "content").items()}
    entry = inventory.version(own.created, own.message, own.user, files)
    listed = inventory.written(known._replace(versions={**known.versions, number: entry}))
    for place in (folder, archive):
        (place / "inventory.json").write_bytes(listed)
        (place / "inventory.json.sha256").write_bytes(inventory.sidecar(listed))
    made = digest_of((folder / "content" / "record.json").read_bytes())
    (archive.parent / "latest.json").write_bytes(latest(number, made))


def test_the_newest_forged_with_all_that_points_to_it(workspace: Path) -> None:
    """What only the digest on paper tells; the slip that prints another is not one of ours either way."""
    archive = workspace / ARCHIVE
    digest = json.loads(call(["versions", "--format", "json"], workspace).out)[2]["sha256"]
    do(archive, "forge 3 documents/整体绩效评价报告.html")
    writable_again(archive)
    _relinked(archive, 3)
    assert verify(workspace).exit_code == 0, "the manual says so"
    assert verify(workspace, "--digest", digest).exit_code == 1
    assert "有 1 处不同：整体绩效评价报告.html" in verify(workspace, "--rebuild").out


@pytest.mark.parametrize("name", ["发布单.docx", "发布单.html"])
def test_a_forged_slip(name: str, workspace: Path) -> None:
    archive = workspace / ARCHIVE
    writable_again(archive)
    shutil.copyfile(archive / "v2" / "content" / name, archive / "v3" / "content" / name)
    _relinked(archive, 3)
    assert f"第3版 伪造 v3/content/{name}：不是这一版的发布单" in verify(workspace).out


def test_a_document_of_another_version(workspace: Path) -> None:
    """The record is made to know the file; building again tells."""
    archive = workspace / ARCHIVE
    writable_again(archive)
    place, content = "documents/整体绩效评价报告.docx", archive / "v3" / "content"
    shutil.copyfile(archive / "v1" / "content" / place, content / place)
    made = record.read((content / "record.json").read_bytes())
    files = {**made.files, place: digest_of((content / place).read_bytes())}
    (content / "record.json").write_bytes(record.written(made._replace(files=files)))
    _relinked(archive, 3)
    ran = verify(workspace, "--rebuild")
    assert (ran.exit_code, "第3版：重新生成的内容与冻结的不一样" in ran.out) == (1, True)


def test_a_version_of_a_newer_program(workspace: Path) -> None:
    archive = workspace / ARCHIVE
    writable_again(archive)
    path = archive / "v3" / "content" / "record.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"format": 1', '"format": 2'), encoding="utf-8")
    _relinked(archive, 3)
    ran = verify(workspace)
    assert (ran.exit_code, "第3版 不认识 v3/content/record.json：是更新的程序写的" in ran.out) == (1, True)
    assert "升级以后再来" in call(["restore", f"{REPORT}@3", "取出"], workspace).err
    assert "升级以后再来" in freeze(workspace, "四稿").err


def test_pointers_that_are_changed_accuse_no_version(workspace: Path) -> None:
    path = workspace / ARCHIVE.parent / "latest.json"
    sound = path.read_bytes()
    for data in (
        sound.replace(b"archive/v3", b"archive/v2"),
        sound.replace(b'"sm3": "', b'"sm3": "0'),
        sound + b" ",
    ):
        path.write_bytes(data)
        assert "归档文件夹 改动 latest.json" in verify(workspace).out
    for data in (b"[]", b"0", b'""', b"false", b"{}", b'{"version": 1e400}', b"[" * 100_000, b"\xff"):
        path.write_bytes(data)
        assert (verify(workspace).exit_code, "没有 latest.json" in verify(workspace).out) == (0, True)
    path.write_bytes(b'{"version": 100000000000}')
    assert "第4版到第100000000000版 抽走" in verify(workspace).out


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_odd_things_in_an_archive(workspace: Path) -> None:
    archive = workspace / ARCHIVE
    os.mkfifo(archive / "v2" / "content" / "管道")
    (archive / "v2" / "content" / "空的").mkdir()
    (archive / "v1２").mkdir()
    (archive / "logs").mkdir()
    said = verify(workspace).out
    for words in (
        "管道：读不出来：不是普通的文件",
        "空的：读不出来：空文件夹",
        "归档文件夹 多出 v1２",
        "logs 文件夹是别的归档工具的",
    ):
        assert words in said, said


def test_whatever_stands_in_inventories_and_records(workspace: Path) -> None:
    """Values of other types, missing, twice, deep, huge: no command ends in a traceback, and none of it passes."""
    chance = random.Random(7)
    archive = workspace / ARCHIVE
    writable_again(archive)
    odd = (None, 0, -1, 1.5, 10**400, "", "x", [], {}, True, [[]], "v1", "\ud800", "\0", "../x")

    def changed(value: Any) -> Any:
        if isinstance(value, dict) and value and chance.random() < 0.8:
            key = chance.choice(list(value))
            if chance.random() < 0.2:
                del value[key]
            else:
                value[key] = changed(value[key])
        elif isinstance(value, list) and value and chance.random() < 0.7:
            index = chance.randrange(len(value))
            value[index] = changed(value[index])
        else:
            return chance.choice([each for each in odd if each != value])
        return value

    for _ in range(60):
        number = chance.choice((2, 3))
        path = archive / f"v{number}" / chance.choice(("inventory.json", "content/record.json"))
        sound = {each: each.read_bytes() for each in (path, *path.parent.glob("inventory.json.sha256"))}
        text = json.dumps(changed(json.loads(sound[path])), ensure_ascii=False)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        for sidecar in sound:
            if sidecar != path:
                sidecar.write_bytes(inventory.sidecar(path.read_bytes()))
        for command in (["verify", "--rebuild"], ["versions"], ["diff", f"{REPORT}@{number}", str(REPORT)]):
            ran = call(command, workspace)
            assert command[0] != "verify" or ran.exit_code == 1, (path, text[:200])
        for each, data in sound.items():
            each.write_bytes(data)
    assert verify(workspace).exit_code == 0
