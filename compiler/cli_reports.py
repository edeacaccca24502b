"""Which reports and formats a command is asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from compiler.patterns import pattern

FORMATS = ("docx", "html", "pdf")
"""What a report is written as."""


def _named_folder(_context: click.Context, _option: click.Parameter, out: Path | None) -> Path | None:
    """What -o gives; an empty name is a slip, not the folder the command runs in, as is a file, and a folder of what reports are made from."""
    if out is None:
        return None
    if not str(out).strip(" ."):
        raise click.UsageError("-o 后面要写一个文件夹的名称。")
    if out.is_file():
        raise click.UsageError(f"“{out}”是一个文件，-o 后面要写一个文件夹的名称。")
    place = out.resolve()
    for name in ("content", "templates"):
        if Path(name).is_dir() and place.is_relative_to(Path(name).resolve()):
            raise click.UsageError(f"{name} 里放的是做报告用的，不能把做出来的写进去。-o 后面换一个文件夹。")
    return out


LISTING = click.option(
    "--format",
    "listing",
    type=click.Choice(["text", "json"]),
    default="text",
    metavar="[text|json]",
    help="给人看（text），或给程序读（json）。",
)


OUT = click.option(
    "-o",
    "--out",
    metavar="文件夹",
    type=click.Path(path_type=Path),
    callback=_named_folder,
    help="写到哪个文件夹；不写，就是放着 content 的文件夹里的 build。",
)


def builds(out: Path | None, place: Path) -> Path:
    """Where what is made of the reports around `place` goes: `out`, else `build` in their workspace, wherever the command
    is run, so that versions of a report are found where the others are.
    """
    from compiler.publishing import WorkspaceError
    from compiler.workspace import Workspace

    if out is not None:
        return out
    try:
        return Workspace.around(place).root / "build"
    except WorkspaceError:
        return Path("build")


_YEAR = pattern(r"\d{4}")
_COMMA = pattern("[,，、;；]")
_MEANT = {"word": "docx", "wps": "docx", "doc": "docx", "htm": "html", "网页": "html"}
"""What people call formats."""


def output_formats(formats: str, known: Sequence[str] = FORMATS) -> tuple[str, ...]:
    """Formats separated by commas. Raises `UsageError` for none, or one that is not known."""
    parts = (part.strip(" .").lower() for part in _COMMA.split(formats))
    wanted = tuple(dict.fromkeys(_MEANT.get(part, part) for part in parts if part))
    unknown = [part for part in wanted if part not in known]
    if unknown or not wanted:
        raise click.UsageError(
            f"不能写成“{unknown[0] if unknown else formats}”格式，可用：{'、'.join(known)}。"
        )
    return wanted


def can_write(formats: Sequence[str]) -> bool:
    """Whether this machine has what the formats need; what is missing is told, before anything is compiled."""
    if "pdf" in formats:
        from compiler.pdf import NO_OFFICE, find_office

        if find_office() is None:
            click.echo(NO_OFFICE, err=True)
            return False
    return True


def report_folder(folder: Path) -> Path:
    """The one report that a folder is. Raises `UsageError` when it is none, or holds several."""
    found = reports([folder])
    if len(found) > 1:
        raise click.UsageError(
            f"“{folder}”里有 {len(found)} 份报告，一次只做一份，写到年度那一层，如 {shown_here(found[-1])}。"
        )
    return found[0]


def reports(folders: Sequence[Path]) -> list[Path]:
    """The folders asked for, links being followed, or every report under content/, each once. Raises `UsageError` when there is none."""
    return list(map(Path, report_places(folders)))


def report_places(folders: Sequence[Path]) -> list[str]:
    """As `reports`, in the fewest bytes: of many thousands, workers copied from this process would have all the paths, too."""
    if not folders:
        is_there = os.path.isdir("content")
        found = sorted(_below("content", os.path.realpath("content"), 3)) if is_there else []
        if not found:
            if Path("content").is_dir() and Path("templates").is_dir():
                raise click.UsageError(
                    "还没有报告。新建一份：chengwen new 2025 --dept 某某局 --kind 文种；细说见 chengwen new --help。"
                )
            raise click.UsageError(
                f"在“{Path.cwd()}”的 content 文件夹里没有找到报告（content/单位/年度/report.yaml）。请先进入放着 content 的文件夹。"
            )
        once: dict[str, str] = {}
        for path, there in found:
            once.setdefault(there, path)  # there may be links
        return list(once.values())
    out: list[str] = []
    for folder in folders:
        if folder.name == "report.yaml":
            folder = folder.parent
        if folder.is_file():
            raise click.UsageError(
                f"“{folder}”是一个文件，这里要写报告文件夹，如 content/丰台区金融办/2023。"
            )
        if not folder.is_dir():
            meant = meant_report(folder)
            near = f"是不是“{meant}”？" if meant else "" if Path("content").is_dir() else _ELSEWHERE
            raise click.UsageError(f"没有“{folder}”这个文件夹。{near}")
        place = folder.resolve()
        inner = [str(place)] if is_report(folder) else []
        if not (inner and place.name.isdigit()):  # a report.yaml that was put a folder too high hides nothing
            inner += [there for _, there in sorted(_below(str(folder), str(place), 3))]
        if not inner:
            raise click.UsageError(
                f"“{folder}”里没有 report.yaml，不是报告文件夹。报告文件夹如 content/丰台区金融办/2023。"
            )
        out += inner
    return list(dict.fromkeys(out))


_ELSEWHERE = "请先进入放着 content 和 templates 的文件夹，再运行。"


def was_built(out: Path, folder: Path) -> bool:
    """Whether there are documents of an earlier build of the report in `folder` below `out`."""
    from compiler.pipeline import draft_folder

    drafts = draft_folder(out, folder)
    return (drafts / "trace.json").exists() or any(drafts.glob("*.docx"))


def meant_report(folder: Path) -> str:
    """The report or department below content/ whose path ends like the one that is named, else what looks most like it there: `content`
    itself, too.
    """
    from compiler.diagnostics import nearest

    found = [path.parent for path in sorted(Path("content").glob("*/*/report.yaml"))]
    known = list(
        dict.fromkeys(path.as_posix() for each in found for path in (each, each.parent, Path("content")))
    )
    typed = folder.as_posix()
    same = [path for path in known if path.endswith(f"/{typed}")]
    meant = same[0] if len(same) == 1 else nearest(typed, known) or nearest(typed.lower(), known)
    return "" if meant == typed else meant


def shown_here(folder: Path) -> str:
    """A path as one would type it here."""
    return folder.relative_to(Path.cwd()).as_posix() if folder.is_relative_to(Path.cwd()) else str(folder)


def _below(folder: str, place: str, depth: int) -> Iterator[tuple[str, str]]:
    """The reports in a folder and so many folders deep in it, each as it is named from `folder` and where it is, links being followed;
    also a folder that cannot be looked into, which may be one or have some, and a file that is called like a year: they are to be told
    of, not left out. `place` is where `folder` is.
    """
    try:
        with os.scandir(folder) as listing:
            inner = [
                (entry.path, _where(entry, place))
                for entry in listing
                if entry.is_dir(follow_symlinks=False)
                or os.path.isdir(entry.path)  # a link may lead in a circle
                or _YEAR.fullmatch(entry.name)
            ]
    except OSError:
        yield folder, place
        return
    for path, there in inner:
        found = is_report(path) or os.path.isfile(path)
        if found and not _is_hidden(Path(path)):
            yield path, there
        if depth > 1 and not (found and os.path.basename(path).isdigit()):  # in a year there are no others
            yield from _below(path, there, depth - 1)


def _where(entry: os.DirEntry[str], folder: str) -> str:
    """Where an entry is of what is at `folder`. On Windows there are links that do not say so."""
    if os.name == "nt" or entry.is_symlink():
        return os.path.realpath(entry.path)
    return os.path.join(folder, entry.name)


def _is_hidden(folder: Path) -> bool:
    """Whether it is one that was being made when somebody broke off."""
    return folder.name.startswith(".") or folder.parent.name.startswith(".")


def is_report(folder: str | os.PathLike[str]) -> bool:
    """Whether a folder is meant as a report; one that has lost its report.yaml is to be told of, not left out."""
    if os.path.exists(os.path.join(folder, "report.yaml")):
        return True
    return os.path.basename(folder).isdigit() and any(
        os.path.isdir(os.path.join(folder, name)) for name in ("data", "narrative")
    )
