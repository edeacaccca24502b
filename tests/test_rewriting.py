"""Files that are written anew, made and removed together, or not at all."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Iterator
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


# What fails while files are put back ------------------------------------------------------

_FAILURES: dict[str, BaseException] = {
    "full": OSError(28, "full"),
    "held": PermissionError(13, "held"),
    "interrupt": KeyboardInterrupt(),
    "late": KeyboardInterrupt(),  # comes when the file is in its place
}


def _four(root: Path) -> list[tuple[Path, bytes | None, bytes | None]]:
    for name in "abcd":
        (root / name).write_bytes(b"old " + name.encode())
    return [(root / name, b"old " + name.encode(), b"new " + name.encode()) for name in "abcd"]


@pytest.mark.parametrize("first", _FAILURES)
@pytest.mark.parametrize("then", _FAILURES)
@pytest.mark.parametrize("failing", range(1, 5))
def test_each_file_is_whole_or_named_with_its_copy(
    tmp_path: Path, first: str, then: str, failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call fails, and any of those that put the files back."""
    replace = rewriting.replace_file
    stayed = 0
    for number, worse in enumerate(itertools.product([False, True], repeat=4)):
        root = tmp_path / str(number)
        root.mkdir()
        changes = _four(root)
        calls = itertools.count(1)
        plan = {failing: first} | {failing + 1 + n: then for n, fails in enumerate(worse) if fails}

        def replaced(
            source: Path, target: Path, calls: Iterator[int] = calls, plan: dict[int, str] = plan
        ) -> None:
            failure = plan.get(next(calls))
            if failure in (None, "late"):
                replace(source, target)
            if failure is not None:
                raise _FAILURES[failure]

        monkeypatch.setattr(rewriting, "replace_file", replaced)
        with pytest.raises((WorkspaceError, KeyboardInterrupt)) as told:
            rewrite(changes)
        found = _files(root)
        for path, before, after in changes:
            held = found.pop(path.name)
            copies = [name for name in found if name.startswith(f".{path.name}.")]
            if held == before:
                assert not copies
                assert f"“{path}”" not in str(told.value)
            else:
                stayed += 1
                assert held == after
                assert [found.pop(name) for name in copies] == [before]
                assert f"“{path}”" in str(told.value)
                assert f"“{copies[0]}”" in str(told.value)
        assert not found
    if then in ("full", "held"):
        assert stayed or (failing == 1 and first != "late")


def test_interrupts_while_files_are_put_back_are_held_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = _four(tmp_path)
    before = _files(tmp_path)
    replace, handler = rewriting.replace_file, signal.getsignal(signal.SIGINT)
    calls = []

    def replaced(source: Path, target: Path) -> None:
        calls.append(target.name)
        if len(calls) >= 3:
            signal.raise_signal(signal.SIGINT)
        replace(source, target)

    monkeypatch.setattr(rewriting, "replace_file", replaced)
    with pytest.raises(KeyboardInterrupt):
        rewrite(changes)
    assert calls == ["a", "b", "c", "a", "b", "c"]
    assert _files(tmp_path) == before
    assert signal.getsignal(signal.SIGINT) is handler
