"""Patterns that an earlier run compiled are those that would be compiled now."""

from __future__ import annotations

import importlib
import marshal
import os
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import compiler.checks
import compiler.readers
from compiler.kept_patterns import KeptPatterns
from compiler.patterns import Pattern


def patterns() -> Iterator[Pattern]:
    """Those that rules and readers name."""
    for package in (compiler.checks, compiler.readers):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield from (
                value
                for value in vars(importlib.import_module(found.name)).values()
                if isinstance(value, Pattern)
            )


@pytest.fixture(autouse=True)
def writing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def test_every_pattern_is_found_as_it_would_be_compiled(tmp_path: Path) -> None:
    path = str(tmp_path / "kept")
    named = list(patterns())
    assert len(named) > 100
    first = KeptPatterns(path)
    for pattern in named:
        assert first.compiled(pattern.text, pattern.flags) == re.compile(pattern.text, pattern.flags)
    first.keep()
    assert [file.name for file in tmp_path.iterdir()] == ["kept"]
    second = KeptPatterns(path)
    for pattern in named:
        found, wanted = (
            second.compiled(pattern.text, pattern.flags),
            re.compile(pattern.text, pattern.flags),
        )
        assert found == wanted
        assert (found.groups, found.groupindex) == (wanted.groups, wanted.groupindex)
    assert second._new == 0


def test_a_group_is_named_in_a_pattern_that_was_kept(tmp_path: Path) -> None:
    path = str(tmp_path / "kept")
    KeptPatterns(path).compiled("unused", 0)
    for _ in range(2):
        kept = KeptPatterns(path)
        match = kept.compiled("(?P<number>[0-9]+)(?P<unit>元|万元)?", re.IGNORECASE).search("共12万元")
        assert match is not None
        assert (match["number"], match["unit"], match.lastgroup) == ("12", "万元", "unit")
        kept.keep()


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-7],
        lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
        lambda data: data.replace(sys.version.encode()[:6], b"9.99.9", 1),
    ],
    ids=["empty", "cut off", "a bit", "another interpreter"],
)
def test_a_file_that_is_not_ours_is_not_used(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "kept"
    kept = KeptPatterns(str(path))
    kept.compiled("[甲乙]+", 0)
    kept.keep()
    path.write_bytes(damage(path.read_bytes()))
    again = KeptPatterns(str(path))
    assert again.compiled("[甲乙]+", 0) == re.compile("[甲乙]+")
    assert again._new == 1


@pytest.mark.parametrize(
    "parts",
    [(32, [2**70], 0, {}, ()), (32, [1], 0, {}), "text", (32, [1] * 9, 2**80, {}, ()), None],
    ids=["too large", "too few", "a text", "a group too large", "nothing"],
)
def test_whatever_is_wrong_with_a_file_patterns_are_compiled(tmp_path: Path, parts: object) -> None:
    path = tmp_path / "kept"
    kept = KeptPatterns(str(path))
    kept.compiled("甲+", 0)
    assert kept._found is not None
    kept._found["甲+", 0] = marshal.dumps(parts)
    kept.keep()
    assert KeptPatterns(str(path)).compiled("甲+", 0) == re.compile("甲+")


def test_patterns_of_another_version_are_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file does not grow with each version."""
    path = str(tmp_path / "kept")
    old = KeptPatterns(path)
    old.compiled("旧版的", 0)
    old.keep()
    installed = tmp_path / "kept_patterns.py"
    installed.touch()
    os.utime(installed, (1, 1))
    monkeypatch.setattr("compiler.kept_patterns.__file__", str(installed))
    new = KeptPatterns(path)
    new.compiled("新版的", 0)
    new.keep()
    assert "旧版的".encode() not in (tmp_path / "kept").read_bytes()


def test_a_file_of_another_interpreter_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "kept")
    kept = KeptPatterns(path)
    kept.compiled("甲", 0)
    kept.keep()
    monkeypatch.setattr(sys, "version", "3.99")
    again = KeptPatterns(path)
    again.compiled("甲", 0)
    assert again._new == 1


def test_nothing_is_written_where_python_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (None, str(tmp_path / "kept"), str(tmp_path / "none" / "kept")):
        monkeypatch.setattr(sys, "dont_write_bytecode", path == str(tmp_path / "kept"))
        kept = KeptPatterns(path)
        assert kept.compiled("甲", 0).match("甲")
        kept.keep()
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_pattern_is_told_as_ever(tmp_path: Path) -> None:
    with pytest.raises(re.error):
        KeptPatterns(None).compiled("(", 0)


def test_nothing_is_left_where_the_file_cannot_be_put_in_place(tmp_path: Path) -> None:
    """As on Windows, while another process reads it."""
    (tmp_path / "kept").mkdir()
    kept = KeptPatterns(str(tmp_path / "kept"))
    kept.compiled("一个", 0)
    kept.keep()
    assert [file.name for file in tmp_path.iterdir()] == ["kept"]
