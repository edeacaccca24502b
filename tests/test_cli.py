"""The command line: words, exit codes, options. What it says of broken content is in `cases/bad_input`, what
`check` and `explain` list in `test_listing.py`.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from compiler.cli import chengwen
from compiler.cli_words import agreed
from tests import overlay
from tests.batch_samples import departments, spoil
from tests.command_line import call, tree_bytes

_ROOT = Path(__file__).parents[1]
_ENGLISH = re.compile(
    r"\b(?!chengwen|build|check|explain|diff|content|docx|html|text|json|data|narrative|draft|waivers|yaml|archive|versions|verify|new"
    r"|restore|export|import|summary|year|force|message|by|rebuild|digest|SHA|SM|pdf|out|help|strict|format|to|fix|yes|from|dept|kind|unit|templates|md"
    r"|Word|WPS|Excel|xlsx|xls|csv|map|remove|serve|port|browser|no|Ctrl|jobs|scheduler|shared|Dask|tcp)[A-Za-z]{2,}\b"
)
"""Any English word but names of commands, options, formats, folders and programs."""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    overlay.copy_sample(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--help"],
        *([name, "--help"] for name in sorted(chengwen.commands)),
    ],
)
def test_help_is_chinese(arguments: list[str], tmp_path: Path) -> None:
    ran = call(arguments, tmp_path)
    assert (ran.exit_code, ran.err) == (0, "")
    assert ran.out.startswith("用法：chengwen")
    words = _ENGLISH.findall(re.sub("DOCX|HTML|PDF(/A)?|LibreOffice|--version", "", ran.out))
    assert words == [], ran.out
    assert ":" not in ran.out, "a half-width colon of click's"
    assert ran.out.count("报告文件夹]") <= 1, "the usage line alone names the argument"
    assert not re.search(r"[，。；] \S", ran.out), "a line end of the source, printed as a blank"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bild"], "没有 bild 这个命令。是不是 build？"),
        (["build", "--tto", "html"], "没有 --tto 这个选项。是不是 --to？"),
        (["-x"], "没有 -x 这个选项。"),
        (["serve", "--port", "八千"], "--port 后面要写 1024 到 65535 之间的一个数，不能是“八千”。"),
        (["serve", "--port", "80"], "--port 后面要写 1024 到 65535 之间的一个数，不能是“80”。"),
        (["serve", "没有"], "没有“没有”这个文件夹。"),
        (["build", "--to"], "选项 --to 后面少了一个值，要写成 --to 格式。"),
        (["build", "-o"], "选项 -o 后面少了一个值，要写成 -o 文件夹。"),
        (["build", "-o", "--strict"], "选项 -o 后面少了一个值，要写成 -o 文件夹。"),
        (["build", "--jobs", "--force"], "选项 --jobs 后面少了一个值，要写成 --jobs 份数。"),
        (["build", "--strict=1"], "选项 --strict 后面多了一个值，只写 --strict。"),
        (["build", "content", "—jobs", "4"], "没有 —jobs 这个选项。是不是 --jobs？前面是两个半角的减号。"),
        (["build", "content", "——jobs", "4"], "没有 ——jobs 这个选项。是不是 --jobs？"),
        (["build", "content", "–jobs=4"], "没有 –jobs 这个选项。是不是 --jobs？"),
        (["build", "content", "－－jobs", "4"], "没有 －－jobs 这个选项。是不是 --jobs？"),
        (["build", "－o", "别处"], "没有 －o 这个选项。是不是 -o？前面是一个半角的减号。"),
        (["build", "—stict"], "没有 —stict 这个选项。是不是 --strict？"),
        (["build", "-jobs", "4"], "没有 -jobs 这个选项。是不是 --jobs？"),
        (["build", "-out", "别处"], "没有 -out 这个选项。是不是 --out？"),
        (["build", "-j", "4"], "没有 -j 这个选项。是不是 --jobs？"),
        (["build", "-j4"], "没有 -j 这个选项。是不是 --jobs？"),
        (["build", "-s"], "没有 -s 这个选项。"),
        (["—help"], "没有 —help 这个选项。是不是 --help？"),
        (["build", "—help"], "没有 —help 这个选项。是不是 --help？"),
        (["build", "contnt"], "没有“contnt”这个文件夹。是不是“content”？"),
        (["build", "CONTENT"], "没有“CONTENT”这个文件夹。是不是“content”？"),
        (["build", "示例局"], "没有“示例局”这个文件夹。是不是“content/示例局”？"),
        (["build", "content/示列局"], "没有“content/示列局”这个文件夹。是不是“content/示例局”？"),
        (["build", "--to", "rtf"], "不能写成“rtf”格式，可用：docx、html、pdf。"),
        (["build", "--to", ","], "不能写成“,”格式，可用：docx、html、pdf。"),
        (["check", "--format", "xml"], "--format 不能是“xml”，可用：text、json。"),
        (["check", "--to", "docx"], "--to 不能是“docx”，可用：html、waivers。"),
        (["check", "-o", "别处"], "-o 要和 --to 一起用"),
        (["check", "--yes"], "--yes 要和 --fix 一起用。"),
        (["check", "--fix", "--format", "json"], "--fix 不能和 --format json 一起用"),
        (["explain", "A01"], "没有“A01”这个代号。是不是 A001？"),
        (["explain", "A001", "什么"], "没有“什么”这个代号。"),
        (["build", "没有"], "没有“没有”这个文件夹。"),
        (["build", "templates"], "“templates”里没有 report.yaml，不是报告文件夹。"),
    ],
)
def test_a_wrong_call_is_told_in_chinese(arguments: list[str], said: str, workspace: Path) -> None:
    before = tree_bytes(workspace)
    ran = call(arguments, workspace)
    assert (ran.exit_code, ran.out) == (2, "")
    first, last = ran.err.splitlines()
    assert first.startswith(said)
    assert re.fullmatch(r"提示：运行 chengwen( build| check| explain| serve)? --help 看用法。", last)
    assert tree_bytes(workspace) == before


def test_a_folder_without_content_is_told(tmp_path: Path) -> None:
    ran = call(["build"], tmp_path)
    assert ran.exit_code == 2
    assert "没有找到报告" in ran.err


def test_a_report_without_templates_above_it_is_told(workspace: Path) -> None:
    (workspace / "templates").rename(workspace / "模板")
    ran = call(["build"], workspace)
    assert ran.exit_code == 1
    assert "没有 templates 文件夹" in ran.err


def test_build_writes_both_formats_and_says_where(workspace: Path) -> None:
    ran = call(["build"], workspace)
    assert (ran.exit_code, ran.err) == (0, "")
    first, *files = ran.out.splitlines()
    assert re.fullmatch(r"√ content/示例局/2024：已生成，填入数据 \d+ 处。", first)
    assert [line.split("（")[0].strip() for line in files] == [
        "build/示例局/2024/draft/绩效报告.docx",
        "build/示例局/2024/draft/绩效报告.html",
        "数据来源：build/示例局/2024/draft/trace.json",
    ]
    assert {path.name for path in (workspace / "build").rglob("*.*")} == {
        "绩效报告.docx",
        "绩效报告.html",
        "trace.json",
    }


@pytest.mark.parametrize(
    "named", ["content/示例局/2024", "content/示例局/2024/report.yaml", "content/示例局", "content"]
)
def test_a_report_may_be_named_in_several_ways(named: str, workspace: Path) -> None:
    ran = call(["build", named, "--to", "html"], workspace)
    assert ran.exit_code == 0
    assert documents(workspace / "build") == ["示例局/2024/draft/绩效报告.html"]


def documents(folder: Path) -> list[str]:
    """What was written but the trace of the figures."""
    return [path for path in tree_bytes(folder) if not path.endswith("/trace.json")]


def test_out_and_to(workspace: Path) -> None:
    ran = call(["build", "-o", "送审/稿", "--to", "HTML, html"], workspace)
    assert ran.exit_code == 0
    assert documents(workspace / "送审") == ["稿/示例局/2024/draft/绩效报告.html"]
    assert not (workspace / "build").exists()


def test_a_folder_that_cannot_be_made_is_told(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    ran = call(["build"], workspace)
    assert ran.exit_code == 1
    assert "不能在“" in ran.err and "磁盘是只读的。请检查权限和磁盘空间" in ran.err
    assert not _ENGLISH.search(ran.err.replace(str(workspace), "").split("里写文件：")[1].split("-o")[0])


def test_check_writes_nothing_and_finds_what_build_finds(workspace: Path) -> None:
    before = tree_bytes(workspace)
    ran = call(["check"], workspace)
    assert ran.exit_code == 0
    assert ran.out.startswith("√ content/示例局/2024：检查通过")
    assert tree_bytes(workspace) == before
    _break(workspace)
    checked, built = call(["check"], workspace), call(["build"], workspace)
    assert (checked.exit_code, built.exit_code) == (1, 1)
    said = built.err.split("\n", 1)[0].split(": ", 1)[1]
    assert said in checked.out and said.startswith("错误 D005")
    assert checked.err == "", "what check finds is its output"
    assert "这些错改好以前，没有按规则检查" in checked.out


def test_one_broken_report_does_not_keep_another_from_being_built(workspace: Path) -> None:
    other = workspace / "content" / "示例局" / "2023"
    (workspace / overlay.REPORT).rename(other)
    report = other / "report.yaml"
    report.write_text(report.read_text(encoding="utf-8").replace("2024", "2023"), encoding="utf-8")
    overlay.copy_sample(workspace / "又一份")
    (workspace / "又一份" / overlay.REPORT).rename(workspace / overlay.REPORT)
    _break(workspace)
    ran = call(["build", "--to", "html"], workspace)
    assert ran.exit_code == 1
    assert documents(workspace / "build") == ["示例局/2023/draft/绩效报告.html"]
    assert "\n\n× content/示例局/2024：错误 1 处，没有写出。\n\n共 2 份报告：1 份没有写出。\n" in ran.out
    assert not (workspace / "build" / "示例局" / "2024").exists(), "no empty folders"
    ran = call(["check"], workspace)
    assert ran.exit_code == 1
    assert "。\n\ncontent/示例局/2024\n" in ran.out, "a blank line between reports"
    *_, totals, explained = ran.out.splitlines()
    assert totals == "共 2 份报告，1 份通过，1 份没有通过；错误 1 处。"
    assert explained.endswith("chengwen explain D005")


def test_what_was_written_before_the_user_broke_off_is_said(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from compiler import pipeline

    shutil.copytree(workspace / overlay.REPORT, workspace / "content" / "示例局" / "2025")
    real, seen = pipeline.build, []

    def build(root: object, folder: Path, *more: object, **settings: object) -> object:
        seen.append(folder)
        if len(seen) % 2 == 0:
            raise KeyboardInterrupt
        return real(root, folder, *more, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "build", build)
    ran = call(["build", "--to", "html"], workspace)
    assert ran.exit_code == 1
    assert ran.err.strip() == "已中断。在这以前已经写好的：content/示例局/2024；其余的没有改动。"
    ran = call(["check"], workspace)
    assert ran.err.strip() == "已中断，原来的文件没有改动。"


def test_many_reports_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not written stands in the end, where one looks; one is told that there is a quicker way."""
    from compiler import pipeline

    departments(tmp_path, [f"第{number:02}局" for number in range(21)])
    for name in ("第03局", "第17局"):
        spoil(tmp_path, name)
    ran = call(["build", "--to", "html"], tmp_path)
    assert ran.exit_code == 1
    assert ran.err.startswith(
        "一共 21 份报告，一份一份地生成。报告多，加 --jobs 4：四份同时做，下次没有变化的跳过。\n"
    )
    assert ran.out.endswith("\n共 21 份报告：2 份没有写出。\n× content/第03局/2024\n× content/第17局/2024\n")
    shutil.rmtree(tmp_path / "content" / "第20局")
    assert "--jobs" not in call(["build", "--to", "html"], tmp_path).err

    real = pipeline.build

    def build(root: object, folder: Path, *more: object, **settings: object) -> object:
        if folder.parent.name == "第09局":
            raise KeyboardInterrupt
        return real(root, folder, *more, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "build", build)
    ran = call(["build", "--to", "html"], tmp_path)
    names = "、".join(f"content/第{number:02}局/2024" for number in (0, 1, 2, 4, 5))
    assert ran.err.endswith(f"已中断。在这以前已经写好的：8 份，{names} 等；其余的没有改动。\n")


def test_warnings_count_only_with_strict(workspace: Path) -> None:
    budget = workspace / overlay.REPORT / "data" / "budget.yaml"
    budget.write_text(budget.read_text(encoding="utf-8").replace("350", "３５０"), encoding="utf-8")
    assert call(["check"], workspace).exit_code == 0
    assert call(["check", "--strict"], workspace).exit_code == 1
    assert call(["build", "--strict"], workspace).exit_code == 1
    assert not list((workspace).rglob("*.docx"))
    assert call(["build"], workspace).exit_code == 0


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "gbk"])
def test_the_module_does_what_the_script_does_on_any_console(encoding: str, workspace: Path) -> None:
    """Also where the console cannot show every character: nothing is worth a traceback."""
    _break(workspace)
    for arguments, code in ((["--help"], 0), (["bild"], 2), (["check"], 1)):
        ran = subprocess.run(
            [sys.executable, "-m", "compiler", *arguments],
            cwd=workspace,
            env={**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": encoding},
            capture_output=True,
        )
        assert ran.returncode == code
        # Click takes a console that says it is ASCII for one that was set up wrongly, and gives it UTF-8.
        shown = "utf-8" if encoding == "ascii" else encoding
        here = call(arguments, workspace)
        assert (ran.stdout.decode(shown), ran.stderr.decode(shown)) == (here.out, here.err)


@pytest.mark.skipif(os.name != "posix", reason="this shell closes no streams")
def test_nobody_who_listens_is_no_fault(workspace: Path) -> None:
    ran = subprocess.run(
        ["sh", "-c", 'exec "$0" -m compiler build >&-', sys.executable],
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


_FAULTY = """
import sys
from compiler import explain, pipeline
from compiler.cli import main
def fail(*arguments, **settings): raise {error}
pipeline.build = explain.rules = fail
sys.argv = ["chengwen", *{arguments!r}]
main()
"""


@pytest.mark.parametrize("error", ["ZeroDivisionError('除\\n以零')", "OSError(5, 'broken')", "MemoryError()"])
@pytest.mark.parametrize("arguments", [["build"], ["check"], ["explain"]])
def test_a_fault_of_the_program_is_a_line_for_each_report(
    arguments: list[str], error: str, workspace: Path
) -> None:
    shutil.copytree(workspace / overlay.REPORT, workspace / "content" / "示例局" / "2025")
    ran = subprocess.run(
        [sys.executable, "-c", _FAULTY.format(arguments=arguments, error=error)],
        cwd=workspace,
        env={**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
    )
    assert ran.returncode == 1
    said = {"Z": "程序自己出了错。", "O": "读写文件时出错：磁盘读写出错。", "M": "内存不够"}[error[0]]
    lines = [line for line in ran.stderr.splitlines() if line]
    named = ["content/示例局/2024：", "content/示例局/2025："] if arguments != ["explain"] else [""]
    assert len(lines) == len(named), ran.stderr
    for line, name in zip(lines, named, strict=True):
        assert f"{name}{said}" in line
        assert ("这一份没有写出" in line) == (arguments == ["build"])
        assert ("ZeroDivisionError 除 以零，<string> 第5行" in line) == (error[0] == "Z")


def _break(workspace: Path) -> None:
    budget = workspace / overlay.REPORT / "data" / "budget.yaml"
    budget.write_text(budget.read_text(encoding="utf-8").replace(" 350", " -350"), encoding="utf-8")


@pytest.mark.parametrize(
    "answer", ["y", "Y", " yes ", "ｙ", "Ｙ", "ＹＥＳ", "是", "好", "好的。", "是的", "可以"]
)
def test_a_question_is_agreed_to_in_many_words(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.prompt", lambda *words, **settings: answer)
    assert agreed("写吗？[y/N]")


@pytest.mark.parametrize("answer", ["n", "", "Ｎ", "不", "不是", "不好", "否", "yn", "看看"])
def test_anything_else_is_no(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.prompt", lambda *words, **settings: answer)
    assert not agreed("写吗？[y/N]")
