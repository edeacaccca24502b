"""Whole documents, as the `dump` writer prints them: a change to any stage shows as a diff of a tree.

`pytest --accept` rewrites `tests/golden`, to be reviewed.
"""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from compiler.pipeline import build
from compiler.workspace import Workspace
from tests import overlay
from tests.test_outputs import REPORTS, ROOT

GOLDEN = Path(__file__).parent / "golden"
SAMPLE = overlay.HERE / "reports" / "示例局" / "2024"
FOLDERS = {f"{folder.parent.name}-{folder.name}": folder for folder in (*REPORTS, SAMPLE)}


def dump(folder: Path, scratch: Path) -> str:
    """A report, compiled into the text of its tree."""
    root = ROOT
    if folder == SAMPLE:
        root = scratch / "workspace"
        overlay.copy_sample(root)
        folder = root / overlay.REPORT
    result = build(Workspace(root), folder, scratch / "build", ("dump",))
    assert [str(item.message) for item in result.diagnostics] == []
    (output,) = (path for path in result.outputs if path.suffix == ".dump")
    return output.read_bytes().decode()


def changes(before: str, after: str) -> str:
    """The lines that differ, few lines around them; empty when none does."""
    return "\n".join(
        difflib.unified_diff(before.split("\n"), after.split("\n"), "golden", "now", n=2, lineterm="")
    )


@pytest.mark.parametrize("name", FOLDERS)
def test_the_tree_is_what_was_reviewed(name: str, tmp_path: Path, accept: bool) -> None:
    golden = GOLDEN / f"{name}.dump"
    actual = dump(FOLDERS[name], tmp_path)
    if accept:
        golden.parent.mkdir(exist_ok=True)
        golden.write_bytes(actual.encode())
    assert golden.exists(), f"no {golden.name} (pytest --accept writes it for review)"
    different = changes(golden.read_bytes().decode(), actual)
    if different:
        pytest.fail(f"{name} differs (pytest --accept rewrites it for review)\n{different}", pytrace=False)


def test_every_golden_is_of_a_report() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(FOLDERS)


def test_a_golden_has_nothing_of_the_machine_in_it() -> None:
    for path in GOLDEN.iterdir():
        text = path.read_bytes().decode()
        assert "\r" not in text
        assert str(ROOT) not in text and "/tmp/" not in text
        assert text.endswith("\n")


def test_a_change_is_shown() -> None:
    before = "document\n  paragraph '甲'\n  paragraph '乙'\n"
    assert changes(before, before) == ""
    assert changes(before, before.replace("乙", "丙")).splitlines()[-3:] == [
        "-  paragraph '乙'",
        "+  paragraph '丙'",
        " ",
    ]
    assert changes(before, before.replace("\n", "\r\n")) != ""
    assert changes(before, before[:-1]) != ""
