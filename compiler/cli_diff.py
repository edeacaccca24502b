"""`chengwen diff`: compares two reports, or two versions of one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.cli_output import Bar, print_json, tell_written
from compiler.cli_reports import LISTING, OUT, builds, output_formats
from compiler.cli_versions import find_version
from compiler.cli_words import ChineseCommand

if TYPE_CHECKING:
    from compiler.editions import Side
    from compiler.pipeline import Whole

FORMATS = ("html", "docx")


@click.command("diff", cls=ChineseCommand, short_help="比较：两份报告有什么不同。")
@click.argument("older", metavar="旧")
@click.argument("newer", metavar="新")
@click.option(
    "--to",
    "formats",
    metavar="格式",
    default="",
    help="另外写成文件：html、docx，用逗号隔开；docx 带修订标记。",
)
@OUT
@LISTING
def diff(older: str, newer: str, formats: str, out: Path | None, listing: str) -> int:
    """比较两份报告：哪些数变了、变了多少，表格、文字、章节有什么改动。

    两份都先编一遍，再按章节、表格、段落一一对上；有不同不算出错。

    加 --to html，写成一页：前面是改动的清单，后面是全文对照。

    加 --to docx，写成带修订标记的文档，在 Word、WPS 里可以逐条接受、拒绝。

    旧、新是报告文件夹，或者归档的一版：报告文件夹@版号。

    \b
    例：chengwen diff content/丰台区金融办/2023 content/丰台区金融办/2024
        chengwen diff content/丰台区金融办/2024@1 content/丰台区金融办/2024@2
        chengwen diff content/丰台区金融办/2024@最新 content/丰台区金融办/2024 --to html,docx
    """
    wanted = output_formats(formats, FORMATS) if formats.strip() else ()
    from compiler.archive.layout import ArchiveError
    from compiler.editions import compared, write_comparison
    from compiler.publishing import WorkspaceError

    try:
        sides = _told_apart([open_side(argument, out) for argument in (older, newer)])
        wholes = [_compiled(side) for side in sides]
        if not all(whole.document is not None for whole in wholes):
            _tell_broken(sides, wholes)
            return 1
        older_side, newer_side = zip(sides, wholes, strict=True)
        comparison = compared(older_side, newer_side)
        if listing == "json":
            print_json(comparison.as_json())
        else:
            from compiler.comparison.listing import listed

            click.echo("\n\n".join(listed(comparison)))
        if wanted:
            paths = write_comparison(comparison, newer_side, wanted, builds(out, Path.cwd()))
            if listing == "text":
                click.echo()
                tell_written(paths)
    except (ArchiveError, WorkspaceError) as error:
        click.echo(str(error), err=True)
        return 1
    return 0


def open_side(argument: str, out: Path | None) -> Side:
    """What an argument means: a version, below `out` where that is given, or the folder of a report.

    Raises `UsageError` for what is none, `ArchiveError` for a version that is not there or is damaged.
    """
    from compiler.archive.layout import named_version

    if named_version(argument) is not None:
        return _version(argument, out)
    from compiler.editions import as_it_is
    from compiler.publishing import WorkspaceError
    from compiler.workspace import Workspace

    folder = Path(argument)
    if folder.name == "report.yaml":
        folder = folder.parent
    if not folder.is_dir():
        raise click.UsageError(
            f"没有“{argument}”这个文件夹。要比较的写报告文件夹，如 content/丰台区金融办/2023；归档的一版写 报告文件夹@版号。"
        )
    if not (folder / "report.yaml").exists():
        raise click.UsageError(
            f"“{argument}”里没有 report.yaml，不是报告文件夹。报告文件夹如 content/丰台区金融办/2023。"
        )
    try:
        workspace = Workspace.around(folder)
    except WorkspaceError as error:
        raise click.UsageError(str(error)) from None
    return as_it_is(workspace, folder)


def _told_apart(sides: list[Side]) -> list[Side]:
    """The sides with names that tell of which department they are, where there are two."""
    departments = [side.folder.parent.name for side in sides]
    if len(set(departments)) > 1:
        return [
            side._replace(name=f"{department}{side.name}")
            for side, department in zip(sides, departments, strict=True)
        ]
    if sides[0].folder == sides[1].folder:
        click.echo("两边写的是同一份。", err=True)
    elif sides[1].made and (sides[0].made, sides[0].number) > (sides[1].made, sides[1].number):
        click.echo(f"{sides[0].name}比{sides[1].name}新：旧的写在前面，新的写在后面。", err=True)
    return sides


def _version(argument: str, out: Path | None) -> Side:
    from compiler.archive.rebuild import other_programs
    from compiler.editions import as_frozen

    stored = find_version(argument, out)
    side = as_frozen(stored)
    if stored.record and (told := other_programs(stored.record)):
        click.echo(
            f"{side.name}是用别的程序做的（{'；'.join(told)}），这里按现在的程序编了再比。",
            err=True,
        )
    return side


def _compiled(side: Side) -> Whole:
    from compiler.pipeline import compile_whole

    bar = Bar(side.name)
    try:
        return compile_whole(side.workspace, side.folder, progress=bar.show)
    finally:
        bar.clear()


def _tell_broken(sides: list[Side], wholes: list[Whole]) -> None:
    """List what keeps a side from being compiled."""
    from compiler.diagnostics import counts, render

    for side, whole in zip(sides, wholes, strict=True):
        if whole.document is None:
            for diagnostic in whole.diagnostics:
                click.echo(f"{side.name}：{render(diagnostic)}\n", err=True)
            click.echo(
                click.style("× ", fg="red") + f"{side.name}：{counts(whole.diagnostics)}，编不成，没有比较。",
                err=True,
            )
