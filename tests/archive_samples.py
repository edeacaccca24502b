"""Archives to try things on: three versions of the clean department, and what people do to them."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import zipfile
from pathlib import Path
from typing import Any

from compiler.archive import inventory, record
from compiler.archive.digests import Digest, build_digest, digest_of, grouped, members
from compiler.archive.history import latest
from compiler.archive.layout import CONTENT, DOCUMENTS, RECORD, SLIPS
from tests.command_line import Ran, call
from tests.test_checks import REPORT, copy_clean

ARCHIVE = Path("build/晴川区档案局/2024/archive")
NARRATIVE = REPORT / "narrative" / "预算管理.md"


def freeze(root: Path, message: str, *more: str) -> Ran:
    """`chengwen archive` of the report in the workspace."""
    return call(["archive", str(REPORT), "-m", message, "--by", "档案员", *more], root)


def waived(found: dict[str, Any], report: str | Path = REPORT) -> str:
    """A line of waivers.yaml that lets a finding of `check --format json` stand."""
    file = Path(found["file"]).relative_to(report).as_posix()
    fact = json.dumps(found["message"], ensure_ascii=False)
    return (
        f"- {{代码: {found['code']}, 位置: {file}, 事实: {fact}, 原因: 按审定的决算口径填报, "
        "放行人: 分管领导, 日期: 2025年3月1日}"
    )


def three_versions(root: Path) -> None:
    """A workspace with three versions, each of other words."""
    copy_clean(root)
    for message, words in (("初稿", ""), ("送审", "按月核对支出。"), ("定稿", "年底再核对一次。")):
        path = root / NARRATIVE
        path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + words + "\n", encoding="utf-8")
        ran = freeze(root, message)
        assert ran.exit_code == 0, ran


def do(archive: Path, line: str) -> None:
    """What somebody does to an archive, as a case file says it; paths are from the archive on."""
    command, *names = line.split()
    first = archive.joinpath(*names[:1])
    match command:
        case "flip":  # one bit in the middle
            data = bytearray(_writable(first).read_bytes())
            data[len(data) // 2] ^= 1
            first.write_bytes(data)
        case "cut":
            data = _writable(first).read_bytes()
            first.write_bytes(data[: len(data) // 2])
        case "empty":
            _writable(first).write_bytes(b"")
        case "write":
            first.parent.mkdir(parents=True, exist_ok=True)
            first.write_text(" ".join(names[1:]), encoding="utf-8")
        case "delete":
            shutil.rmtree(first) if first.is_dir() else first.unlink()
        case "swap":
            second, aside = archive / names[1], archive / "aside"
            first.rename(aside)
            second.rename(first)
            aside.rename(second)
        case "copy":
            shutil.copytree(first, archive / names[1])
        case "link":
            first.unlink()
            first.symlink_to(names[1])
        case "forge":
            forge(archive, int(names[0]), *names[1:])
        case "older":  # the pointers as they were before the newest version
            _older(archive)
        case _:
            raise AssertionError(line)


def forge(archive: Path, number: int, path: str, text: str = "") -> None:
    """Change a file of a version and everything in the version that could give it away: what a forger with our program does."""
    folder = archive / f"v{number}"
    content = folder / CONTENT
    target = _writable(content / path)
    target.write_bytes(target.read_bytes() + f"{text}\n".encode())
    data = (content / RECORD).read_bytes()
    made = record.read(data)
    files = {**made.files, path: digest_of(target.read_bytes())} if path in made.files else dict(made.files)
    built: dict[str, str] = {}
    for name in files:
        if name.startswith(f"{DOCUMENTS}/"):
            built |= members(name.removeprefix(f"{DOCUMENTS}/"), (content / name).read_bytes())
    forged = record.written(made._replace(files=files, members=built, build=build_digest(built)))
    _writable(content / RECORD).write_bytes(forged)
    for name in SLIPS:
        _reprint(_writable(content / name), record.digest(data), record.digest(forged))
    known = inventory.read((folder / "inventory.json").read_bytes())
    own = known.versions[number]
    rewritten = inventory.version(own.created, own.message, own.user, _digests(content))
    listed = inventory.written(known._replace(versions={**known.versions, number: rewritten}))
    _writable(folder / "inventory.json").write_bytes(listed)
    _writable(folder / "inventory.json.sha256").write_bytes(inventory.sidecar(listed))


def _reprint(slip: Path, old: Digest, new: Digest) -> None:
    """Put another record's digest on a slip."""

    def changed(part: bytes) -> bytes:
        for before, after in ((old.sha256, new.sha256), (old.sm3, new.sm3)):
            part = part.replace(grouped(before).encode(), grouped(after).encode())
        return part

    if slip.suffix == ".html":
        slip.write_bytes(changed(slip.read_bytes()))
        return
    with zipfile.ZipFile(slip) as package:
        parts = [(info, changed(package.read(info))) for info in package.infolist()]
    with zipfile.ZipFile(slip, "w") as package:
        for info, part in parts:
            package.writestr(info, part)


def masked(text: str) -> str:
    """Output without what differs from day to day."""
    text = re.sub(r"\b[0-9a-f]{64}\b", "<摘要>", text)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "<时间>", text)
    return re.sub(r"\d+ 个文件，[\d.]+ MB", "<多少>", text)


def writable_again(folder: Path) -> None:
    """What a version holds is read-only; a test's folder is to be removed."""
    for base, _, names in os.walk(folder):
        for name in names:
            _writable(Path(base) / name)


def _writable(path: Path) -> Path:
    if path.exists() and not path.is_symlink():
        path.chmod(path.stat().st_mode | stat.S_IWUSR)
    return path


def _digests(content: Path) -> dict[str, str]:
    return {
        path.relative_to(content).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(content.rglob("*"))
        if path.is_file()
    }


def _older(archive: Path) -> None:
    newest = max(int(path.name[1:]) for path in archive.glob("v*"))
    before = archive / f"v{newest - 1}"
    for name in ("inventory.json", "inventory.json.sha256"):
        shutil.copyfile(before / name, archive / name)
    digest = record.digest((before / CONTENT / RECORD).read_bytes())
    (archive.parent / "latest.json").write_bytes(latest(newest - 1, digest))
