"""Same input, same bytes: whatever the run, the hash seed, the time zone, the working directory, the file order."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import overlay
from tests.command_line import tree_bytes

_ROOT = Path(__file__).parents[1]


def build(workspace: Path, out: Path, cwd: Path, **environment: str) -> dict[str, bytes]:
    """What a fresh interpreter makes of a workspace's reports."""
    ran = subprocess.run(
        [sys.executable, "-m", "compiler", "build", str(workspace / "content"), "-o", str(out)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(_ROOT), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert ran.returncode == 0, ran.stderr
    return tree_bytes(out)


@pytest.fixture(scope="module", params=["sample", "content"])
def workspace(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if request.param == "content":
        return _ROOT
    root = tmp_path_factory.mktemp("sample")
    overlay.copy_sample(root)
    return root


@pytest.fixture(scope="module")
def first(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    built = build(workspace, tmp_path_factory.mktemp("first"), workspace, PYTHONHASHSEED="0", TZ="UTC")
    assert {name.rpartition(".")[2] for name in built} == {"docx", "html", "json"}
    return built


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "4242", "TZ": "Asia/Shanghai"},
        {"TZ": "America/St_Johns", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1000000000"},
    ],
    ids=lambda environment: ",".join(environment) or "again",
)
def test_same_bytes_in_another_environment(
    environment: dict[str, str], workspace: Path, first: dict[str, bytes], tmp_path: Path
) -> None:
    assert build(workspace, tmp_path, workspace, **environment) == first


def test_same_bytes_from_another_folder(workspace: Path, first: dict[str, bytes], tmp_path: Path) -> None:
    elsewhere = tmp_path / "别处"
    elsewhere.mkdir()
    assert build(workspace, tmp_path / "out", elsewhere) == first


def test_same_bytes_over_an_older_build(workspace: Path, first: dict[str, bytes], tmp_path: Path) -> None:
    build(workspace, tmp_path, workspace)
    assert build(workspace, tmp_path, workspace) == first


def test_same_bytes_from_a_copy_in_another_place(
    workspace: Path, first: dict[str, bytes], tmp_path: Path
) -> None:
    """Neither the path of the workspace nor the times and the order of its files are in the outputs."""
    copy = tmp_path / "一份 拷贝"
    for name in ("templates", "content"):
        files = sorted((path for path in (workspace / name).rglob("*") if path.is_file()), reverse=True)
        for path in files:
            target = copy / path.relative_to(workspace)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            os.utime(target, (946_684_800, 946_684_800))
    assert build(copy, tmp_path / "out", copy) == first


def test_a_changed_figure_changes_the_bytes(tmp_path: Path) -> None:
    """The comparison would see a difference."""
    overlay.copy_sample(tmp_path)
    before = build(tmp_path, tmp_path / "a", tmp_path)
    budget = tmp_path / overlay.REPORT / "data" / "budget.yaml"
    budget.write_text(budget.read_text(encoding="utf-8").replace("349.99", "349.98"), encoding="utf-8")
    after = build(tmp_path, tmp_path / "b", tmp_path)
    assert before.keys() == after.keys()
    assert all(before[name] != after[name] for name in before)
