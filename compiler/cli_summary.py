"""`chengwen summary`: many reports on one page, or in one table."""

from __future__ import annotations

import gc
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.cli_batch import jobs_option
from compiler.cli_output import Bar, tell_written
from compiler.cli_reports import builds, reports
from compiler.cli_words import ChineseCommand

if TYPE_CHECKING:
    from compiler.summary.lines import Line
    from compiler.summary.totals import Summary

_NAME = "汇总.xlsx"
_MOST_TOLD = 10
"""Reports of which no document can be made that the terminal names."""
_MEANT = {
    ".xls": "xlsx",
    ".et": "xlsx",
    ".csv": "xlsx",
    ".htm": "html",
    ".doc": "docx",
    ".wps": "docx",
    ".word": "docx",
    ".excel": "xlsx",
}
"""What people call formats, and which of ours it is."""


@click.command("summary", cls=ChineseCommand, short_help="汇总：许多报告的数、得分、问题列成一张表。")
@click.argument("folders", metavar="[报告文件夹]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--out",
    "outs",
    metavar="文件",
    multiple=True,
    type=click.Path(path_type=Path),
    help="写成哪个文件：.xlsx 是表格，.html 是网页，.docx 是 Word 文件；可以写几个 -o。不写，就是 build 里的 汇总.xlsx。",
)
@click.option(
    "--year", "years", metavar="年度", multiple=True, help="只汇总这一年的，如 2024；要两年，写两个 --year。"
)
@click.option("--to", hidden=True, expose_value=False, callback=lambda *given: _refuse_format(given[-1]))
@jobs_option("同时读几份，一般写这台电脑的处理器个数；不写，一份一份地读。")
def summary(
    folders: tuple[Path, ...], outs: tuple[Path, ...], years: tuple[str, ...], jobs: int | None
) -> int:
    """把许多份报告汇总：每份一行，有预算、执行、执行率、得分、等级、查出几处，按年度合计。

    另外有执行率、得分的分布图，要看一看的单位（执行率超过100%、比多数低得多、有得分没有等级等）和原因，自己的数加不起来的报告。

    不写报告文件夹，就汇总 content 下的每一份。只读报告，不改。同名的文件会盖掉。报告多的，加 --jobs，几份同时读。

    叙述、模板有错，报告还生成不了的，数据读得出来就计入。数据读不出来的列在里面，写明为什么，不计入合计，这时退出码是 1。

    \b
    例：chengwen summary
        chengwen summary content --year 2024 -o 汇总.xlsx -o 汇总.html
        chengwen summary content -o 汇总.docx --jobs 4
    """
    targets = _targets(outs)
    wanted = [_year(year) for year in years]
    for folder in folders:
        if _format_of(folder) and not folder.is_dir():
            raise click.UsageError(f"“{folder}”前面少了 -o：写成文件的，写 -o {folder}。")
        if re.fullmatch(r"\d{4}年?", folder.name) and folder.parent == Path() and not folder.exists():
            raise click.UsageError(f"没有“{folder}”这个文件夹。只汇总一年的，写 --year {folder.name[:4]}。")
    found = _of_years(reports(folders), wanted)
    from compiler.publishing import WorkspaceError
    from compiler.summary.totals import summarize
    from compiler.summary.writing import write_summary

    paths = targets or [(builds(None, found[0]) / _NAME).resolve()]
    try:
        made = summarize(_lines(found, jobs))
        told = write_summary(made, paths)
    except WorkspaceError as error:
        click.echo(str(error), err=True)
        return 1
    _tell(made, paths, told)
    return int(bool(made.unread))


def _lines(found: Sequence[Path], jobs: int | None) -> list[Line]:
    """The lines of reports in this order, read in `jobs` processes; None: in this one.

    Raises `WorkspaceError` when no process can be started.
    """
    from datetime import date

    from compiler.summary.lines import line_of, lines_of

    today = date.today()  # one for all, also around midnight
    bar = Bar("汇总")
    try:
        if jobs is None:
            gc.freeze()  # what is imported stays; only what a report leaves behind is looked at between reports
            return lines_of(found, bar.show, today)
        from compiler.batch.pool import Pool

        pool = Pool(min(jobs, len(found)), partial(line_of, today=today), _lost)
        lines: dict[int, Line] = {}
        try:
            for done in pool.run(enumerate(found), lambda: bar.show("读报告", len(lines), len(found))):
                lines[done.number] = done.outcome
                bar.show("读报告", len(lines), len(found))
        finally:
            pool.close()
        return [lines[number] for number in range(len(found))]
    finally:
        bar.clear()


def _lost(folder: Path, why: str) -> Line:
    """The line of a report that ends whoever reads it."""
    from compiler.summary.lines import unread

    return unread(folder, f"{why}。")


def _tell(made: Summary, paths: Sequence[Path], notes: Sequence[str]) -> None:
    """Say what is in the summary, what is not, and where it is."""
    from compiler.summary.told import by_year, look_at, of_standouts, overview

    for line in made.unread:
        click.echo(
            click.style("× ", fg="red") + f"{line.folder}：没有计入，数据读不出来。{look_at(line.problem)}",
            err=True,
        )
    unbuilt = [line for year in made.years for line in year.counted if line.unbuilt]
    mark = click.style("! ", fg="yellow")
    for line in unbuilt[:_MOST_TOLD]:
        click.echo(f"{mark}{line.folder}：数计入了，报告还生成不了。{look_at(line.unbuilt)}", err=True)
    if len(unbuilt) > _MOST_TOLD:
        click.echo(
            f"{mark}另有{len(unbuilt) - _MOST_TOLD}份也是数计入了、报告还生成不了，汇总里逐份写明。", err=True
        )
    head = click.style("√ ", fg="green") if not made.unread else click.style("× ", fg="red")
    for index, sentence in enumerate((*overview(made), *by_year(made))):
        click.echo(f"{'  ' if index else head}{sentence}")
    for year in made.years:
        for sentence in of_standouts(year):
            click.echo(f"  {sentence}")
    tell_written(paths)
    for note in notes:
        click.echo(f"  {note}")
    if made.unread or any(not line.passed for year in made.years for line in year.lines):
        click.echo("  看一份的明细，运行 chengwen check 加它的文件夹。")


def _targets(outs: Sequence[Path]) -> list[Path]:
    """The files to be written. Raises `UsageError` for what is no name of one."""
    from compiler.summary.writing import FORMATS

    known = "、".join(f".{suffix}" for suffix in FORMATS)
    targets = []
    for out in outs:
        if not str(out).strip(" ."):
            raise click.UsageError("-o 后面要写一个文件名，如 汇总.xlsx。")
        if out.is_dir():
            raise click.UsageError(f"“{out}”是文件夹，-o 后面要写文件名，如 {out / _NAME}。")
        if out.suffix[1:].lower() not in FORMATS:
            better = _format_of(out)
            hint = f"是不是 {out.stem}.{better}？" if better else ""
            raise click.UsageError(f"“{out.name}”看不出要写成什么：文件名要以 {known} 结尾。{hint}")
        target = out.resolve()
        if not target.parent.is_dir():
            raise click.UsageError(f"没有“{out.parent}”这个文件夹，先建好它，或者写到别处。")
        targets.append(target)
    return list(dict.fromkeys(targets))


def _format_of(path: Path) -> str:
    """Which of ours somebody means who calls a file so; empty when nobody can tell."""
    if not path.suffix:
        return ""
    from difflib import get_close_matches

    from compiler.summary.writing import FORMATS

    suffix = path.suffix.lower()
    return _MEANT.get(suffix) or next(iter(get_close_matches(suffix[1:], FORMATS, 1, 0.7)), "")


def _refuse_format(given: str | None) -> None:
    """Raise `UsageError` for --to, which other commands have."""
    if given is not None:
        from compiler.summary.writing import FORMATS

        suffix = _MEANT.get(f".{given.lower()}", given.lower())
        like = f"-o 汇总.{suffix if suffix in FORMATS else FORMATS[0]}"
        raise click.UsageError(f"汇总没有 --to：写成什么，看 -o 后面文件名的结尾，如 {like}。")


def _year(text: str) -> str:
    """A year as folders are called. Raises `UsageError` for what is none."""
    from compiler.figures import half_width

    found = re.fullmatch(r"(\d{4})年?度?", half_width(text).strip())
    if found is None:
        raise click.UsageError(f"--year 后面要写年度，如 2024，写的是“{text}”。")
    return found[1]


def _of_years(found: Sequence[Path], years: Sequence[str]) -> list[Path]:
    """The reports of these years, all without. Raises `UsageError` when there is none of one of them."""
    have = {folder.name for folder in found}
    for year in years:
        if year not in have:
            raise click.UsageError(f"没有 {year} 年度的报告，有的是：{'、'.join(sorted(have))}。")
    return [folder for folder in found if not years or folder.name in years]
