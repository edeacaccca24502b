"""Files that are written anew, made and removed together, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compiler import rewriting
from compiler.publishing import WorkspaceError
from compiler.rewriting import rewrite


def _files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "一.yaml").write_bytes(b"1\n")
    (tmp_path / "二.yaml").write_bytes(b"2\n")
    return tmp_path


def _changes(root: Path) -> list[tuple[Path, bytes | None, bytes | None]]:
    return [
        (root / "一.yaml", b"1\n", b"one\n"),
        (root / "projects" / "新.yaml", None, b"new\n"),
        (root / "projects" / ("同名的开头" * 9 + "甲.yaml"), None, b"a\n"),
        (root / "projects" / ("同名的开头" * 9 + "乙.yaml"), None, b"b\n"),
        (root / "二.yaml", b"2\n", None),
    ]


def test_written_made_and_removed(root: Path) -> None:
    rewrite(_changes(root))
    found = _files(root)
    assert found.pop("一.yaml") == b"one\n"
    assert found.pop("projects/新.yaml") == b"new\n"
    assert sorted(found.values()) == [b"a\n", b"b\n"]


@pytest.mark.parametrize("error", [PermissionError(13, "held"), OSError(28, "full"), KeyboardInterrupt()])
@pytest.mark.parametrize("failing", range(5))
def test_whatever_fails_nothing_changes(
    root: Path, error: BaseException, failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _files(root)
    held = _changes(root)[failing][0]
    replace, unlink = rewriting.replace_file, Path.unlink

    def replaced(source: Path, target: Path) -> None:
        if target == held and source.name.endswith(".new"):
            raise error
        replace(source, target)

    def unlinked(path: Path, missing_ok: bool = False) -> None:
        if path == held and not missing_ok:
            raise error
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(rewriting, "replace_file", replaced)
    monkeypatch.setattr(Path, "unlink", unlinked)
    with pytest.raises(KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else WorkspaceError):
        rewrite(_changes(root))
    assert _files(root) == before
    assert not (root / "projects").exists()


@pytest.mark.parametrize("change", ["changed", "removed", "appeared", "link"])
def test_a_file_changed_meanwhile_is_refused(root: Path, change: str) -> None:
    changes = _changes(root)
    if change == "changed":
        (root / "二.yaml").write_bytes(b"22\n")
    elif change == "removed":
        (root / "二.yaml").unlink()
    elif change == "appeared":
        (root / "projects").mkdir()
        (root / "projects" / "新.yaml").write_bytes(b"mine\n")
    else:
        (root / "一.yaml").rename(root / "别处")
        os.symlink(root / "别处", root / "一.yaml")
    before = _files(root)
    with pytest.raises(WorkspaceError, match="又改过"):
        rewrite(changes)
    assert _files(root) == before
