"""A workspace with one report that was made in a batch, and the ways in which tests change it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.batch import record, sources
from compiler.batch.record import NAME, read_record
from compiler.batch.sources import Sources
from compiler.batch.task import Status, is_unchanged, make
from tests import overlay
from tests.batch_samples import task

REPORT = Path("content/示例局/2024")
BEFORE = Path("content/示例局/2023")
MADE = Path("build/示例局/2024")
DOCX = MADE / "draft/绩效报告.docx"
WAIVER = (
    "放行:\n- {代码: A001, 位置: data/budget.yaml, 事实: 执行率对不上, 原因: 按审定的决算口径填报, "
    "放行人: 分管领导, 日期: 2025年3月1日, 有效期至: 2025年8月31日}\n"
)


def make_one(root: Path) -> Path:
    """A workspace with last year's report, waivers, a second kind, other departments; one report made."""
    overlay.copy_sample(root)
    shutil.copytree(root / REPORT, root / BEFORE)
    edit(root / BEFORE / "report.yaml", "2024", "2023")
    shutil.copytree(root / "content" / "示例局", root / "content" / "邻局")
    shutil.copytree(root / "templates" / "绩效报告", root / "templates" / "别的文种")
    shutil.copytree(overlay.HERE.parent / "templates" / "评分方案", root / "templates" / "评分方案")
    write(root / "templates" / "导入" / "对照.yaml", "a: b\n")
    write(root / REPORT / "waivers.yaml", WAIVER)
    write(root / REPORT / "待办.md", "# 待办\n")
    write(root / REPORT / "narrative" / "没有用到.png", "没有用到")
    assert make(task(root)).status is Status.BUILT
    return root


def copy_of(made: Path, root: Path) -> Path:
    """All of it in another folder, looked at so late that no file needs to be read again."""
    shutil.copytree(made, root, dirs_exist_ok=True)
    path = root / MADE / NAME
    assert unchanged(root), "a copy is the same: bytes count, not times"
    settle(root)
    assert unchanged(root)
    assert "content/示例局/2024/report.yaml" in (read_record(path) or pytest.fail()).inputs
    return root


def settle(root: Path) -> None:
    """As if all files were there for a minute, and were looked at since: none needs to be read."""
    later = sources.now() + 60_000_000_000
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(record, "now", lambda: later)
        assert unchanged(root)
    known = read_record(root / MADE / NAME)
    assert known is not None
    assert all(len(entry) == 5 for files in (known.inputs, known.outputs) for entry in files.values())


def unchanged(root: Path, **other: object) -> bool:
    return is_unchanged(task(root, **other), Sources(root)) is not None


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\n")


def keeping_times(path: Path, act: Callable[[Path], object]) -> None:
    """Do something to a file and give it its times again, as `cp -p` and sync programs do."""
    before = path.stat()
    act(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def as_link(path: Path) -> None:
    other = path.with_name(f"..{path.name}")
    path.rename(other)
    path.symlink_to(other)
