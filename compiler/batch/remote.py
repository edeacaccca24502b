"""Reports in a storage that is no folder, by an address that fsspec knows (s3://, sftp://, file://…): fetched, made, put back."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePath, PurePosixPath
from typing import Any, TypeVar

from compiler.batch.record import NAME, record_path
from compiler.batch.sources import Sources
from compiler.batch.task import Outcome, Status, Task, is_unchanged, make
from compiler.faults import said_by
from compiler.pipeline import draft_folder
from compiler.publishing import WorkspaceError
from compiler.workspace import MAX_PICTURE

PathT = TypeVar("PathT", bound=PurePath)
_ASIDE = re.compile(r"\..+\.\d+-\d+")
"""What is put aside: the name and the token of the run."""


def _opened(address: str) -> tuple[Any, str]:
    """The storage, and the path in it. Raises `WorkspaceError` when it cannot be had."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise WorkspaceError("用这样的地址要先装上 fsspec：pip install 'chengwen[cluster]'。") from None
    try:
        storage, path = url_to_fs(address)
    except (ImportError, ValueError, OSError) as error:
        raise WorkspaceError(f"不会用“{address}”这个地址：{error}。") from error
    storage.invalidate_cache()
    return storage, str(path).rstrip("/")


def what_is_missing(address: str) -> str:
    """Why the workspace at an address cannot be used; empty when it can."""
    try:
        storage, base = _opened(address)
        return "" if storage.isdir(f"{base}/templates") else f"“{address}”里没有 templates"
    except WorkspaceError as error:
        return str(error)
    except Exception as error:  # every storage has errors of its own
        return f"打不开“{address}”：{said_by(error)}"


def reports_at(address: str, folders: Sequence[str]) -> list[str]:
    """The reports in these folders of the workspace at an address, by their paths in it, in order.

    Raises `WorkspaceError` when it cannot be read, or when there is none.
    """
    storage, base = _opened(address)
    found: set[str] = set()
    try:
        for folder in folders:
            for path in storage.find(f"{base}/{folder}"):
                inside = PurePosixPath(path[len(base) :].lstrip("/"))
                if inside.name == "report.yaml" and not any(part.startswith(".") for part in inside.parts):
                    found.add(inside.parent.as_posix())
    except WorkspaceError:
        raise
    except Exception as error:
        raise WorkspaceError(f"打不开“{address}”：{said_by(error)}。") from error
    if not found:
        raise WorkspaceError(
            f"在“{address}”的 {'、'.join(folders)} 里没有找到报告（content/单位/年度/report.yaml）。"
        )
    return sorted(found)


_places: dict[tuple[str, str], tempfile.TemporaryDirectory[str]] = {}
"""Where this process keeps the templates of a run, by address and run; the reports come and go."""


def make_remotely(task: Task, force: bool, token: str) -> Outcome:
    """Fetch what the report is made from and what was made of it, make it unless it is unchanged, and put back what is new.

    `task.root` is the address, `task.out` a path in it; `token` is of the run. A file is put under another name and then
    moved, the record last, so that what breaks off is made again.
    """
    try:
        return _make_remotely(task, force, token)
    except WorkspaceError as error:
        return Outcome(task.folder, Status.FAILED, str(error))
    except MemoryError:
        raise
    except Exception as error:
        return Outcome(
            task.folder, Status.FAILED, f"读写“{task.root}”时出错：{said_by(error)}。再运行一次，接着做。"
        )


def _make_remotely(task: Task, force: bool, token: str) -> Outcome:
    storage, base = _opened(task.root)
    root = _place(storage, base, (task.root, token))
    made = root / "made"
    here = task._replace(root=str(root), out=str(made))
    report = PurePosixPath(task.folder)
    folders = [report]
    if report.name.isdecimal():
        folders.append(report.with_name(str(int(report.name) - 1)))
    there = f"{base}/{task.out}/{report.parent.name}/{report.name}"
    draft = draft_folder(made, here.path)
    record = record_path(made, here.path)
    try:
        for folder in folders:
            _fetch(storage, f"{base}/{folder}", root / folder, MAX_PICTURE)
        _fetch(storage, f"{there}/draft", draft)
        with suppress(FileNotFoundError):
            _fetch_file(storage, f"{there}/{NAME}", record)
        outcome = None if force else is_unchanged(here, Sources(root))
        if outcome is None:
            before = {path.name: path.read_bytes() for path in draft.glob("*")} if draft.is_dir() else {}
            outcome = make(here)
            if outcome.status is Status.BUILT:
                for path in sorted(draft.iterdir()):
                    if before.get(path.name) != path.read_bytes():
                        _put(storage, path, f"{there}/draft/{path.name}", token)
                _put(storage, record, f"{there}/{NAME}", token)
                _remove_leftovers(storage, there)
        return outcome
    finally:
        for passing in root.iterdir():
            if passing.name != "templates":
                shutil.rmtree(passing, ignore_errors=True)


def _place(storage: Any, base: str, key: tuple[str, str]) -> Path:
    if key not in _places:
        for old in _places.values():
            old.cleanup()
        _places.clear()
        place = tempfile.TemporaryDirectory(prefix="chengwen-", ignore_cleanup_errors=True)
        _fetch(storage, f"{base}/templates", Path(place.name).resolve() / "templates", MAX_PICTURE)
        _places[key] = place
    return Path(_places[key].name).resolve()


def _fetch(storage: Any, folder: str, target: Path, largest: int | None = None) -> None:
    """Bring the files of a folder, but for hidden ones; nothing when there is no such folder.

    Of one with more bytes than `largest`, which nobody reads, nothing is brought: a hole as long stands for it.
    """
    try:
        found = storage.find(folder, detail=True)
    except FileNotFoundError:
        return
    for path, told in found.items():
        place = place_inside(target, PurePosixPath(path).relative_to(folder))
        if place is None:
            continue
        size = told.get("size") or 0
        if largest is not None and size > largest:
            place.parent.mkdir(parents=True, exist_ok=True)
            with open(place, "wb") as file:
                file.truncate(size)
        else:
            _fetch_file(storage, path, place)


def place_inside(target: PathT, inside: PurePosixPath) -> PathT | None:
    """Where a file of a storage goes; None for a hidden one, and for a name that leads elsewhere on this system."""
    place = target.joinpath(*inside.parts)
    if any(part.startswith(".") or "\\" in part for part in inside.parts):
        return None
    return place if place.is_relative_to(target) and place != target else None


def _fetch_file(storage: Any, path: str, target: Path) -> None:
    data = storage.cat_file(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def _remove_leftovers(storage: Any, there: str) -> None:
    """Remove what runs that were killed had put aside for a report: its place is taken."""
    for path in storage.find(there, maxdepth=2):
        if _ASIDE.fullmatch(PurePosixPath(path).name):
            with suppress(OSError):
                storage.rm_file(path)


def _put(storage: Any, file: Path, place: str, token: str) -> None:
    """Put a file in its place, whole."""
    target = PurePosixPath(place)
    aside = str(target.with_name(f".{target.name}.{token}"))
    storage.makedirs(str(target.parent), exist_ok=True)
    storage.pipe_file(aside, file.read_bytes())
    try:
        storage.mv(aside, place)
    except (
        NotImplementedError
    ):  # it has no names to be changed: a file there is whole when it is there at all
        storage.pipe_file(place, file.read_bytes())
        storage.rm_file(aside)
