"""Broken content: what is said, and that nothing is written.

Each case of `cases/bad_input` breaks the sample report in one way (or several) and gives the words of the real
command line. Beside them, for every case: the last good output is byte for byte what it was, nothing else lies
about, and every message has file, line, column and a hint.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests import overlay
from tests.case_files import CASES, case_files, run_case
from tests.command_line import call, tree_bytes

_PLACED = re.compile(r"\S[^:\n]*:[1-9]\d*:[1-9]\d*: (错误|警告) [A-Z]\d{3} \S")


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample workspace, built once."""
    root = tmp_path_factory.mktemp("healthy")
    overlay.copy_sample(root)
    ran = call(["build"], root)
    assert (ran.exit_code, ran.err) == (0, "")
    assert len(tree_bytes(root / "build")) == 3  # DOCX, HTML, trace
    return root


@pytest.mark.parametrize(
    "path", case_files("bad_input"), ids=lambda path: path.relative_to(CASES / "bad_input").as_posix()
)
def test_bad_input(path: Path, healthy: Path, tmp_path: Path, accept: bool) -> None:
    def run(sections: dict[str, str]) -> str:
        root = tmp_path / "workspace"
        shutil.copytree(healthy, root)
        overlay.apply(root, [item for item in sections.items() if overlay.is_overlay(item[0])])
        before = tree_bytes(root)
        ran = call(sections.get("command", "build").split(), root)
        out, err = (
            text.replace(f"{root.resolve()}/", "").replace(str(root.resolve()), "…") for text in ran[1:]
        )
        out = re.sub(r"（[\d.]+ [KM]B）", "", out)
        if ran.exit_code:
            assert tree_bytes(root) == before, "a failed build changed files"
        assert not list(root.rglob(".staging*"))
        check_messages(err)
        if ran.exit_code == 1 and "command" not in sections:
            assert "没有写出，上一次的文件原样保留" in out
        return f"exit {ran.exit_code}\n{err}{out}"

    run_case(path, run, accept)


def check_messages(err: str) -> None:
    """Every message names a place, and says what to do."""
    for message in err.split("\n\n"):
        if message.strip():
            lines = message.splitlines()
            assert _PLACED.match(lines[0]), f"without a place: {lines[0]}"
            assert lines[-1].startswith("  提示：") and len(lines[-1]) > 6, f"without a hint: {message}"
            assert not re.search(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}", lines[0]), f"English: {lines[0]}"
