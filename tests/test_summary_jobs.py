"""`chengwen summary --jobs`: read by several processes, a summary is the same, whatever becomes of some of them."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

import openpyxl
import pytest

from compiler import pipeline
from compiler.gate import cleaned
from compiler.summary import lines
from compiler.summary.lines import line_of
from compiler.summary.writing import FORMATS
from tests.batch_samples import begun, departments, read_or_die, workers_of
from tests.case_files import CASES, read_sections
from tests.command_line import call, tree_bytes
from tests.district import write_district
from tests.docx_lint import lint

_OUTS = [f"-o汇总.{suffix}" for suffix in FORMATS]


def summaries(root: Path) -> dict[str, bytes]:
    return {name: data for name, data in tree_bytes(root).items() if "汇总" in name}


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_same_bytes_as_without(jobs: str, tmp_path: Path) -> None:
    """With reports that cannot be read, doubles, reports of several kinds and years."""
    write_district(tmp_path, read_sections(CASES / "summary" / "district.case")["reports"])
    alone = call(["summary", "content", *_OUTS], tmp_path)
    before = summaries(tmp_path)
    assert len(before) == 3
    for name in before:
        (tmp_path / name).unlink()
    assert call(["summary", "content", *_OUTS, "--jobs", jobs], tmp_path) == alone
    assert summaries(tmp_path) == before


def test_a_report_that_ends_its_reader_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    departments(tmp_path, ["甲局", "害群局", "乙局"])
    monkeypatch.setattr(lines, "line_of", read_or_die)
    ran = call(["summary", "-o", "汇总.xlsx", "--jobs", "2"], tmp_path)
    assert ran.exit_code == 1
    assert ran.err == (
        "× content/害群局/2024：没有计入，数据读不出来。"
        "做它的进程中途没有了（退出码 3），单独又试了一次也一样。\n"
    )
    assert "共有报告3份，计入合计的2份；1份数据读不出来" in ran.out
    assert (tmp_path / "汇总.xlsx").exists()


@pytest.mark.parametrize("arguments", [[], ["--jobs", "1"]])
def test_no_process_can_be_started(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    departments(tmp_path, ["甲局"])

    def refuse(self: object) -> None:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", refuse)
    ran = call(["summary", "-o", "汇总.xlsx", *arguments], tmp_path)
    assert ran.exit_code == bool(arguments)
    assert ran.err.startswith("这台电脑不让启动别的进程") is bool(arguments)
    assert bool(summaries(tmp_path)) is not bool(arguments)


@pytest.mark.parametrize("jobs", ["0", "两个", "61", "-1"])
def test_a_wrong_number(jobs: str, tmp_path: Path) -> None:
    departments(tmp_path, ["甲局"])
    ran = call(["summary", f"--jobs={jobs}"], tmp_path)
    assert ran.exit_code == 2
    assert f"--jobs 后面写同时做几份，1 到 60，不能是“{jobs}”。" in ran.err


def test_a_fault_of_the_program_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    departments(tmp_path, ["甲局"])

    def fail(*arguments: object, **settings: object) -> None:
        raise KeyError("键\n第二行")

    monkeypatch.setattr(lines, "build", fail)
    line = line_of(tmp_path / "content" / "甲局" / "2024")
    assert line.folder == "content/甲局/2024"
    assert line.problem.startswith("程序自己出了错。")
    assert "KeyError" in line.problem
    assert "\n" not in line.problem


def test_a_report_that_goes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    departments(tmp_path, ["甲局", "乙局"])
    read = pipeline.compile_report

    def meanwhile(workspace: object, folder: Path, *arguments: object, **settings: object) -> object:
        shutil.rmtree(tmp_path / "content" / "甲局", ignore_errors=True)
        return read(workspace, folder, *arguments, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "compile_report", meanwhile)
    ran = call(["summary", "-o", "汇总.html"], tmp_path)
    assert ran.exit_code == 1
    assert "content/甲局/2024：没有计入" in ran.err
    assert "计入合计的1份" in ran.out


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names of files are text there")
@pytest.mark.parametrize("name", [b"\xb2\xc6\xd5\xfe\xbe\xd6", b"a\x01b", "甲\x1b[2J局".encode()])
def test_a_folder_whose_name_is_no_text(name: bytes, tmp_path: Path) -> None:
    """As of an archive that was packed on another system: told like any other, in every format."""
    departments(tmp_path, ["甲局"])
    shutil.copytree(tmp_path / "content" / "甲局", tmp_path / "content" / os.fsdecode(name))
    ran = call(["summary", "content", *_OUTS, "--jobs", "1"], tmp_path)
    assert ran.exit_code == 1, ran
    assert "计入合计的1份" in ran.out
    assert "\x01" not in ran.err and "\x1b" not in ran.err
    shown = cleaned(os.fsdecode(name))
    assert f"content/{shown}/2024：没有计入" in ran.err
    assert shown in (tmp_path / "汇总.html").read_text(encoding="utf-8")
    assert lint(tmp_path / "汇总.docx") == []
    assert openpyxl.load_workbook(tmp_path / "汇总.xlsx")["没有计入"]["B3"].value == shown


def test_a_report_behind_a_link_counts_once(tmp_path: Path) -> None:
    departments(tmp_path, ["甲局"])
    (tmp_path / "content" / "乙局").symlink_to("甲局")
    assert "共有报告1份" in call(["summary"], tmp_path).out


_SLOW = """
from compiler.summary import lines
from tests.batch_samples import read_slowly

if __name__ == "__main__":
    lines.line_of = read_slowly
    from compiler.cli import main
    main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupt_writes_nothing(tmp_path: Path) -> None:
    departments(tmp_path, [f"第{number:02}局" for number in range(12)])
    (tmp_path / "汇总.xlsx").write_bytes(b"old")

    def four_begun() -> bool:
        return len(list(tmp_path.glob("begun-*"))) >= 4

    process = begun(_SLOW, tmp_path, "summary", "-o", "汇总.xlsx", "--jobs", "2", ready=four_begun)
    workers = workers_of(process)
    assert len(workers) >= 2
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of us
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.lstrip()) == (1, "", "已中断，原来的文件没有改动。\n")
    assert (tmp_path / "汇总.xlsx").read_bytes() == b"old"
    assert len(list(tmp_path.glob("begun-*"))) < 12
    assert not [worker for worker in workers if Path("/proc", worker, "exe").exists()]
