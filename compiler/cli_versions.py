"""Which versions a command is asked for, and where they stand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.cli_reports import builds

if TYPE_CHECKING:
    from compiler.archive.history import Stored


def find_version(argument: str, out: Path | None = None) -> Stored:
    """The version a person named. Raises `UsageError` when it is no name of a version, `ArchiveError` when there is none."""
    from compiler.archive.history import chosen, read_history
    from compiler.archive.layout import archive_of, named_version

    named = named_version(argument)
    if named is None:
        raise click.UsageError(
            f"“{argument}”不是一个版本。写作 报告文件夹@版号，如 content/丰台区金融办/2024@2。"
        )
    return chosen(read_history(archive_of(named.report, builds(out, named.report))), named.number)


def archives(folder: Path | None, out: Path | None) -> list[Path]:
    """The archives meant. Raises `UsageError` when there is none."""
    from compiler.archive.layout import ARCHIVE, archive_of, archives_below, is_archive, version_number

    build = builds(out, folder or Path.cwd())
    if folder is None:
        found = archives_below(build.resolve())
        if not found:
            raise click.UsageError(f"“{shown(build)}”里还没有归档的版本。先用 chengwen archive 归档。")
        return found
    if version_number(folder.resolve().name) and folder.resolve().parent.name != ARCHIVE:
        raise click.UsageError(
            f"“{folder}”是单独拷出来的一版，没有上一版、总清单可对。把整个 archive 文件夹拷来再查。"
        )
    place = folder.resolve()
    if version_number(place.name) or (place / "report.yaml").exists() or not place.is_dir():
        found = [each for each in [archive_of(folder, build)] if is_archive(each)]
    else:
        found = archives_below(place)
    if not found:
        what = "里没有归档的版本" if folder.is_dir() else "这个文件夹不存在，build 里也没有它的归档"
        raise click.UsageError(f"“{folder}”{what}。先用 chengwen archive 归档，或者写对文件夹。")
    return found


def shown(path: Path) -> str:
    """A path as seen from here."""
    try:
        return path.resolve().relative_to(Path.cwd().resolve()).as_posix() or "."
    except ValueError:
        return str(path)
