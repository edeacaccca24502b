"""Where versions stand, and how a person names one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from compiler.figures import half_width
from compiler.named import NamedTuple

ARCHIVE = "archive"
"""The folder of a report's versions, beside its drafts."""
LATEST = "latest.json"
"""A small file beside it that names the newest version: no link, which a copy or a network drive would lose."""
LOCK = ".archive.lock"
"""What the program holds that archives."""
NAMASTE = "0=ocfl_object_1.1"
"""The file that says what the folder is (OCFL 1.1, 3.3)."""
NAMASTE_TEXT = b"ocfl_object_1.1\n"
INVENTORY = "inventory.json"
SIDECAR = "inventory.json.sha256"
CONTENT = "content"
DOCUMENTS, INPUT, CHECK = "documents", "input", "check"
RECORD, METADATA = "record.json", "metadata.xml"
SLIPS = ("发布单.docx", "发布单.html")

_VERSION = re.compile(r"v([1-9][0-9]{0,8})")
_LEADS_OUT = (
    "\\",
    ":",
    "\0",
    "//",
    "/./",
    "/../",
    "\n/",
    "/\n",
    "\n./",
    "\n../",
    "/.\n",
    "/..\n",
    "\n.\n",
    "\n..\n",
    "\n\n",
)
"""In a list of paths, a line each: what is no plain path below the folder it starts from."""
_NAMED = re.compile(r"(?P<folder>.+)@(?:v|V|第)?0*(?P<number>[1-9][0-9]{0,8}|latest|最新)版?")


class ArchiveError(Exception):
    """What cannot be done with versions, and why; the message is for the user."""


class Named(NamedTuple):
    """A version as a person named it."""

    report: Path
    """The report's folder, or the folder of its builds."""
    number: int | None
    """None for the newest."""


def version_number(name: str) -> int | None:
    """3 of `v3`; None for any other name, `v03` among them."""
    found = _VERSION.fullmatch(name)
    return int(found[1]) if found else None


def version_folder(archive: Path, number: int) -> Path:
    """The folder of a version."""
    return archive / f"v{number}"


def content_folder(archive: Path, number: int) -> Path:
    """What a version holds."""
    return version_folder(archive, number) / CONTENT


def report_builds(build: Path, report: Path) -> Path:
    """Where drafts and versions of the report in `report` (单位/年度) stand, below `build`."""
    report = report.resolve()
    return build.resolve() / report.parent.name / report.name


def is_archive(folder: Path) -> bool:
    """Whether versions stand in it, or stood: what is broken or gone is to be told of, not left out."""
    if folder.name == ARCHIVE and (folder.parent / LATEST).exists():
        return True
    try:
        return (folder / NAMASTE).exists() or any(
            version_number(path.name) and (path / CONTENT).is_dir()
            for path in (folder.iterdir() if folder.is_dir() else ())
        )
    except PermissionError:  # whoever reads it will be told
        return folder.name == ARCHIVE


def archive_of(folder: Path, build: Path) -> Path:
    """The archive meant by a folder: an archive, the folder of a report's builds, a version's, or a report's own."""
    folder = folder.resolve()
    if folder.name == ARCHIVE and not (folder / "report.yaml").exists():
        return folder
    if version_number(folder.name) and folder.parent.name == ARCHIVE:
        return folder.parent
    if (folder / ARCHIVE).is_dir() and not (folder / "report.yaml").exists():
        return folder / ARCHIVE
    return report_builds(build, folder) / ARCHIVE


def archives_below(folder: Path) -> list[Path]:
    """Every archive in a folder and three levels of its folders, whatever it is called by now, in order of path."""
    found: list[Path] = []
    level = [folder]
    for _ in range(4):
        archives = [path for path in level if is_archive(path)]
        found += archives
        level = [
            inner
            for path in level
            if path not in archives and path.is_dir() and not path.is_symlink()
            for inner in _folders(path)
        ]
    return sorted(path.resolve() for path in found)


def _folders(folder: Path) -> list[Path]:
    try:
        inner = [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
    except OSError:
        return []
    # Where all versions are gone, the pointer to the newest is what is left of them.
    return [
        *inner,
        *([folder / ARCHIVE] if (folder / LATEST).exists() and folder / ARCHIVE not in inner else []),
    ]


def is_inside(paths: Iterable[str]) -> bool:
    """Whether all are plain paths below the folder they start from: inventories and records may be forged, too."""
    lines = "\n".join(("", *paths, ""))
    return not any(each in lines for each in _LEADS_OUT)


def named_version(argument: str) -> Named | None:
    """A version in a person's words, `报告文件夹@2`, `报告文件夹@latest` or its folder `…/archive/v2`; None for anything else."""
    folder, at, number = argument.replace("＠", "@").rpartition("@")
    found = _NAMED.fullmatch(f"{folder.rstrip()}{at}{half_width(number).strip()}")
    if found is not None:
        number = found["number"]
        return Named(Path(found["folder"]), int(number) if number.isdigit() else None)
    path = Path(argument)
    number_there = version_number(path.resolve().name)
    if number_there and path.resolve().parent.name == ARCHIVE:
        return Named(path.resolve().parent, number_there)
    return None
