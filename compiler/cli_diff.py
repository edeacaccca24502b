"""`chengwen diff`: compares two reports, or two versions of one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from compiler.cli_output import Bar, print_json, tell_written
from compiler.cli_reports import LISTING, OUT, builds, output_formats
from compiler.cli_versions import find_version
from compiler.cli_words import ChineseCommand

if TYPE_CHECKING:
    from compiler.comparison.results import Comparison
    from compiler.pipeline import Whole
    from compiler.workspace import Workspace

FORMATS = ("html", "docx")
_NAME = "比较"
_AUTHOR = "成文"


class Side(NamedTuple):
    """One of the two things to be compared."""

    name: str
    """What a reader calls it: 2024年度第1版, 2024年度现在的内容."""
    workspace: Workspace
    folder: Path
    """The report's, in the workspace."""
    made: str = ""
    """When a version was frozen, ISO 8601; empty for what is being worked on."""
    number: int = 0
    """Of a version."""


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
    from compiler.comparison.compare import Edition, compare
    from compiler.publishing import WorkspaceError

    try:
        sides = _told_apart([open_side(argument, out) for argument in (older, newer)])
        wholes = [_compiled(side) for side in sides]
        if not all(whole.document is not None for whole in wholes):
            _tell_broken(sides, wholes)
            return 1
        editions = [
            Edition(side.name, whole.kind, whole.year, whole.document, whole.figures)
            for side, whole in zip(sides, wholes, strict=True)
            if whole.document is not None
        ]
        comparison = compare(editions[0], editions[1], _AUTHOR, _date(sides[1], wholes[1]))
        if listing == "json":
            print_json(comparison.as_json())
        else:
            from compiler.comparison.listing import listed

            click.echo("\n\n".join(listed(comparison)))
        if wanted:
            paths = _written(comparison, wholes[1], sides[1], wanted, builds(out, Path.cwd()))
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
    folder = folder.resolve()
    return Side(f"{folder.name}年度现在的内容", workspace, folder)


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
    from datetime import UTC, datetime

    from compiler.archive.layout import ArchiveError
    from compiler.archive.rebuild import input_of, other_programs

    stored = find_version(argument, out)
    made = stored.record
    if made is None:
        raise ArchiveError(f"第{stored.number}版的记录坏了，运行 chengwen verify 看坏在哪里。")
    if told := other_programs(made):
        click.echo(
            f"{made.year}年度第{stored.number}版是用别的程序做的（{'；'.join(told)}），这里按现在的程序编了再比。",
            err=True,
        )
    when = datetime.fromisoformat(made.made.at).astimezone(UTC)
    return Side(
        f"{made.year}年度第{stored.number}版",
        *input_of(stored, made),
        when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        stored.number,
    )


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


def _date(side: Side, whole: Whole) -> str:
    """The date of the changes: when the newer was frozen, else its 成文日期, else the end of its year. Never today: the same input,
    the same file.
    """
    if side.made:
        return side.made
    given = whole.document.metadata.date if whole.document is not None else ""
    return f"{given or f'{whole.year:04}-12-31'}T00:00:00Z"


def _written(
    comparison: Comparison, newer: Whole, side: Side, formats: tuple[str, ...], out: Path
) -> list[Path]:
    """Publish the comparison under `out`/单位/年度/diff/ of the newer report."""
    from compiler.comparison.overview import with_overview
    from compiler.pipeline import draft_folder, write_whole
    from compiler.publishing import staging

    if newer.style is None:
        return []
    target = draft_folder(out, side.folder).with_name("diff")
    with staging(target) as place:
        for suffix in formats:
            document = with_overview(comparison) if suffix == "html" else comparison.document
            write_whole(
                document,
                newer.style,
                suffix,
                place.open(f"{_NAME}（{comparison.older}与{comparison.newer}）.{suffix}"),
            )
        return place.publish()
