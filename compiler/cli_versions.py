"""Which versions a command is asked for, and where they stand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from compiler.archive.history import Stored

OUT = click.option(
    "-o",
    "--out",
    metavar="文件夹",
    type=click.Path(path_type=Path),
    default=Path("build"),
    help="各版放在哪个文件夹下面；不写就是 build。",
)


def find_version(argument: str, build: Path) -> Stored:
    """The version a person named. Raises `UsageError` when it is no name of a version, `ArchiveError` when there is none."""
    from compiler.archive.history import chosen, read_history
    from compiler.archive.layout import archive_of, named_version

    named = named_version(argument)
    if named is None:
        raise click.UsageError(
            f"“{argument}”不是一个版本。写作 报告文件夹@版号，如 content/丰台区金融办/2024@2。"
        )
    return chosen(read_history(archive_of(named.report, build)), named.number)


def archives(folder: Path | None, build: Path) -> list[Path]:
    """The archives meant. Raises `UsageError` when there is none."""
    from compiler.archive.layout import archive_of, archives_below, is_archive

    if folder is None:
        found = archives_below(build.resolve())
        if not found:
            raise click.UsageError(f"“{build}”里还没有归档的版本。先用 chengwen archive 归档。")
        return found
    direct = archive_of(folder, build)
    if is_archive(direct):
        return [direct]
    found = archives_below(folder.resolve()) if folder.is_dir() else []
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
