"""What the commands print of a report: summaries, the listing, changes to be made, files written, progress."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from compiler.fixing import Plan
    from compiler.pdf import PdfMade
    from compiler.pipeline import Result


def tell_built(result: Result, strict: bool, earlier: bool) -> bool:
    """Say what came of a build: what is wrong on stderr, what was written on stdout; whether nothing was.

    `earlier` says whether there are documents of an earlier build.
    """
    from compiler.diagnostics import counts, render

    problems, findings = result.diagnostics, result.findings
    for diagnostic in problems:
        click.echo(render(diagnostic) + "\n", err=True)
    told = f"检查查出{said}。运行 chengwen check 看明细。" if (said := counts(findings)) else ""
    if problems.fails(strict) or (strict and result.fails(strict)):
        click.echo(
            click.style("× ", fg="red")
            + f"{result.folder}：{said + '，' if (said := counts(problems)) else ''}没有写出{'，上一次的文件原样保留' if earlier else ''}。"
        )
        if told and strict:
            click.echo(f"  {told}")
        return True
    click.echo(
        click.style("√ ", fg="green")
        + f"{result.folder}：已生成，填入数据 {result.figures} 处"
        + (f"，{said}" if (said := counts(problems)) else "")
        + "。"
    )
    tell_written(path for path in result.outputs if path.suffix != ".json")
    tell_written((path for path in result.outputs if path.suffix == ".json"), "数据来源：")
    if result.pdf:
        tell_typefaces(result.pdf)
    if result.is_open:
        click.echo(f"  草稿没有填完：{result.unfinished}。")
    if told:
        click.echo(f"  {told}")
    return False


def tell_typefaces(pdf: PdfMade) -> None:
    """Say which typefaces of the PDF are not those that were asked for, and which are not in it."""
    from compiler.pdf import typefaces_told

    for said in typefaces_told(pdf):
        click.echo(f"  {said}。")


def tell_checked(result: Result, strict: bool, *, briefly: bool = False) -> None:
    """Print the listing of one report, and its summary; `briefly` the summary alone."""
    from compiler.diagnostics import counts
    from compiler.listing import listed

    for block in () if briefly else listed(result.folder, result.sinks, columns()):
        click.echo(block + "\n")
    said = counts(*result.sinks)
    if result.fails(strict):
        head = click.style("× ", fg="red") + f"{result.folder}：没有通过"
    else:
        head = click.style("√ ", fg="green") + f"{result.folder}：检查通过"
    if result.judged:
        click.echo(f"{head}，填入数据 {result.figures} 处{'，' + said if said else ''}。")
    else:
        click.echo(f"{head}，{said}。这些错改好以前，没有按规则检查。")
    if result.unfinished:
        click.echo(f"  {result.unfinished}。")
    if result.uncompared and result.last_year:
        click.echo(f"  没有与上年比较：{result.last_year} 的数据有错，读不出来，先检查那一份。")


def tell_end(results: Sequence[Result | None], strict: bool, *, explained: bool) -> None:
    """What stands below the listings: a line about several reports together, and where to read on.

    None is a report that could not be looked at.
    """
    from compiler.diagnostics import Severity, counts

    judged = [result for result in results if result is not None]
    if len(results) > 1:
        good = sum(not result.fails(strict) for result in judged)
        verdict = f"{good} 份通过，{len(results) - good} 份没有通过"
        if good in (0, len(results)):
            verdict = "都通过" if good else "都没有通过"
        said = counts(*(sink for result in judged for sink in result.sinks))
        click.echo(f"\n共 {len(results)} 份报告，{verdict}{'；' + said if said else ''}。")
    order = list(Severity)
    found = [item for result in judged for sink in reversed(result.sinks) for item in sink]
    if found and explained:
        worst = min(found, key=lambda item: (item.accepted is not None, order.index(item.severity)))
        click.echo(f"看一条的依据、改法，有理由不改的怎样放行：chengwen explain {worst.code.value}")


def tell_changes(plan: Plan) -> None:
    """Show what would be written: of each finding its place, and the words as they are and as they will be."""
    from compiler.listing import TITLES, difference

    for item in plan.fixed:
        span, line = item.span, item.span.source.line(item.span.line)
        before, after = difference(line, line[: span.column - 1] + item.fix + line[span.end - 1 :])
        click.echo(f"{span} {item.code.value} {TITLES.get(item.code, '')}")
        click.echo(click.style(f"  - {before}", fg="red"))
        click.echo(click.style(f"  + {after}", fg="green"))
    click.echo()


def columns() -> int | None:
    """The columns of the terminal; None where the listing goes into a file, whose lines are not broken."""
    if not sys.stdout.isatty():
        return None
    from shutil import get_terminal_size

    return get_terminal_size().columns - 1


def tell_written(paths: Iterable[Path], word: str = "") -> None:
    """Name the files, as seen from here, and their sizes."""
    for path in paths:
        try:
            shown = path.relative_to(Path.cwd())
        except ValueError:
            shown = path
        click.echo(f"  {word}{shown}（{_size(path.stat().st_size)}）")


def _size(count: int) -> str:
    return f"{count / 1024:.0f} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"


def print_json(found: object) -> None:
    """Print a listing for programs."""
    import json

    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")  # programs read it, whatever the console's code page
    click.echo(json.dumps(found, ensure_ascii=False, indent=1))


class Bar:
    """A progress bar on stderr, on a terminal only, once the work has lasted a second."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.start = time.monotonic()
        self.shown = False

    def show(self, stage: str, done: int, whole: int) -> None:
        if sys.stderr.isatty() and time.monotonic() - self.start > 1:
            self.shown = True
            filled = 30 * done // max(1, whole)
            click.echo(
                f"\r{f'{self.label} {stage}'.strip()} [{'█' * filled}{' ' * (30 - filled)}] {done}/{whole} ",
                nl=False,
                err=True,
            )

    def clear(self) -> None:
        if self.shown:
            click.echo("\r\x1b[2K", nl=False, err=True)
