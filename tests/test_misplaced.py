"""A file where reports, their data or templates are to be in a folder: it is told once, by whatever command, and never left out."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests import overlay
from tests.command_line import call, tree_bytes

_COMMANDS = [["check"], ["build"], ["build", "--jobs", "1"], ["summary"]]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    overlay.copy_sample(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", _COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("name", "is_data"),
    [
        ("", True),
        ("data", True),
        ("data/projects", True),
        ("narrative", False),
        ("narrative/projects", False),
    ],
)
def test_a_file_where_a_folder_of_a_report_belongs(
    name: str, is_data: bool, command: list[str], workspace: Path
) -> None:
    place = workspace / overlay.REPORT / name
    shutil.rmtree(place)
    place.write_text("别的", encoding="utf-8")
    before = tree_bytes(workspace)
    ran = call(command, workspace)
    assert ran.exit_code == int(is_data or command != ["summary"])
    said = ran.out + ran.err
    assert said.count("这里应当是文件夹，却是一个文件") == 1
    assert (name or overlay.REPORT.as_posix()) in said
    assert "另有" not in said and "错误 2 处" not in said
    if command == ["summary"]:
        assert ("没有计入，数据读不出来。先看" if is_data else "数计入了，报告还生成不了。先看") in ran.err
    else:
        assert tree_bytes(workspace) == before


def test_a_file_that_is_named_instead_of_a_folder(workspace: Path) -> None:
    (workspace / "content/示例局/2023").touch()
    ran = call(["build", "content/示例局/2023"], workspace)
    assert ran.exit_code == 2
    assert ran.err.startswith("“content/示例局/2023”是一个文件，这里要写报告文件夹，如 ")


@pytest.mark.parametrize("command", _COMMANDS, ids=" ".join)
def test_a_file_where_the_templates_belong(command: list[str], workspace: Path) -> None:
    shutil.rmtree(workspace / "templates")
    (workspace / "templates").touch()
    ran = call(command, workspace)
    assert ran.exit_code == 1
    place = os.path.join(workspace, "templates")
    assert f"“{place}”是一个文件，这里要放文件夹：模板放在里面。" in ran.out + ran.err
    if command[0] == "build":
        assert "× content/示例局/2024：" in ran.out + ran.err, "a path as it is typed here"
        assert "chengwen check" not in ran.out, "which knows no more"
