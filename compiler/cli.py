"""The command line: `chengwen build`, `check`, `explain`, and what other modules add to it.

Exit codes: 0 done, 1 the content has errors or it could not be done, 2 the call was wrong.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler import interrupts
from compiler.cli_batch import batch_options, build_batch, check_batch
from compiler.cli_executors import Batch
from compiler.cli_output import Bar, columns, print_json, tell_built, tell_checked, tell_end, tell_written
from compiler.cli_reports import (
    LISTING,
    OUT,
    builds,
    can_write,
    output_formats,
    reports,
    shown_here,
    was_built,
)
from compiler.cli_words import ChineseGroup, Commands, Interrupted, never_fail_to_print, run
from compiler.kept_patterns import KEPT

if TYPE_CHECKING:
    from compiler.pipeline import Result
    from compiler.workspace import Workspace


_COMMANDS = {
    "archive": "compiler.cli_archive:archive",
    "diff": "compiler.cli_diff:diff",
    "export": "compiler.cli_export:export",
    "import": "compiler.cli_import:import_",
    "new": "compiler.cli_new:new",
    "restore": "compiler.cli_archive:restore",
    "serve": "compiler.cli_serve:serve",
    "summary": "compiler.cli_summary:summary",
    "verify": "compiler.cli_verify:verify",
    "versions": "compiler.cli_archive:versions",
}
"""What stands in other modules."""


@click.group(
    cls=ChineseGroup, commands=Commands(_COMMANDS), no_args_is_help=False, invoke_without_command=True
)
@click.version_option(package_name="chengwen", message="成文 %(version)s", help="显示版本。")
@click.pass_context
def chengwen(context: click.Context) -> None:
    """成文：把数据和叙述合成一份完整的报告。

    数据在 content/单位/年度/data，叙述在 content/单位/年度/narrative，写好的报告在 build/单位/年度/draft。
    改了数据或叙述，重新运行 chengwen build 就得到新的报告。
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


_MANY = 20
"""Reports that it is worth while to make several of at once."""
_FEW = 5
"""Reports whose names one reads in a line, and whose output is seen without scrolling."""

_MADE_OF: list[object] = []
"""What the last report was made of, kept until the process ends (`main`)."""

_FOLDERS = click.argument("folders", metavar="[报告文件夹]...", nargs=-1, type=click.Path(path_type=Path))


@chengwen.command(short_help="生成报告（DOCX、HTML、PDF）。")
@_FOLDERS
@OUT
@click.option(
    "--to",
    "formats",
    metavar="格式",
    default="docx,html",
    help="要哪些格式：docx、html、pdf，用逗号隔开；不写就是 docx,html。pdf 要装有 LibreOffice。",
)
@click.option("--strict", is_flag=True, help="有没放行的错误、警告，也不写出。")
@batch_options
def build(
    folders: tuple[Path, ...],
    out: Path | None,
    formats: str,
    strict: bool,
    jobs: int | None,
    force: bool,
    scheduler: str | None,
    shared: str | None,
) -> int:
    """生成报告，写出 DOCX 和 HTML；要归档用的 PDF（PDF/A），加 --to docx,html,pdf。

    不写报告文件夹，就生成 content 下的每一份报告。

    写错了、编不成的报告不写出，上一次的文件原样保留；错会一次全部列出，写明在哪个文件的第几行、怎样改。

    编成了的，按规则检查一遍，只说查出几处；看明细用 chengwen check。

    报告多的，加 --jobs 成批生成：几份同时做，没有变化的跳过。

    \b
    例：chengwen build
        chengwen build content/丰台区金融办/2023
        chengwen build content/丰台区金融办/2023 --to docx,pdf
        chengwen build content --jobs 4
    """
    wanted = output_formats(formats)
    batch = Batch(jobs, force, scheduler, shared)
    check_batch(batch, wanted)
    if not can_write(wanted):
        return 1
    if batch.wanted:
        return build_batch(folders, out, wanted, strict, batch)
    written: list[str] = []
    failed: list[str] = []
    found = reports(folders)
    if len(found) > _MANY:
        click.echo(
            f"一共 {len(found)} 份报告，一份一份地生成。报告多，加 --jobs 4：四份同时做，下次没有变化的跳过。\n",
            err=True,
        )
    with _telling(written):
        compiling = _compiled(found, wanted, strict, lambda folder: builds(out, folder))
        for number, (folder, compiled) in enumerate(zip(found, compiling, strict=True)):
            if number:
                click.echo()
            if compiled is None:
                failed.append(shown_here(folder))
            elif tell_built(compiled[2], strict, was_built(builds(out, folder), folder)):
                failed.append(compiled[2].folder)
            else:
                written.append(compiled[2].folder)
    if len(found) > 1:
        click.echo(
            f"\n共 {len(found)} 份报告：" + (f"{len(failed)} 份没有写出。" if failed else "都已生成。")
        )
        for name in failed if len(found) > _FEW else ():
            click.echo(click.style("× ", fg="red") + name)
    return int(bool(failed))


@chengwen.command(short_help="检查：数、得分、文字对不对得上。")
@_FOLDERS
@click.option("--strict", is_flag=True, help="有没放行的警告，也算不通过。")
@LISTING
@click.option(
    "--to",
    type=click.Choice(["html", "waivers"]),
    metavar="[html|waivers]",
    help="另外写一份检查报告（html），或放行的底稿（waivers）。",
)
@OUT
@click.option("--fix", is_flag=True, help="能照着改的，先列出怎样改，答应了就写进文件，再检查一遍。")
@click.option("--yes", is_flag=True, help="和 --fix 一起用：不问，直接写。")
def check(
    folders: tuple[Path, ...],
    strict: bool,
    listing: str,
    to: str | None,
    out: Path | None,
    fix: bool,
    yes: bool,
) -> int:
    """按规则检查报告的数据和叙述，把查出的逐条列出，不生成报告。

    不写报告文件夹，就检查 content 下的每一份报告。

    加 --to html，把查出的写成一份检查报告，可以打印、送审。

    加 --fix，半角标点之类能照着改的，问过以后替你改好。

    有理由不改的，写在报告文件夹的 waivers.yaml 里放行；加 --to waivers 写出一份底稿，填上原因、放行人、日期就能用。
    写法和每条规则的依据，看 chengwen explain 加代号。

    \b
    例：chengwen check content/丰台区金融办/2023
        chengwen check content/丰台区金融办/2023 --to html
        chengwen check content/丰台区金融办/2023 --fix
    """
    if out is not None and to is None:
        raise click.UsageError("-o 要和 --to 一起用：检查本身不写文件。")
    if yes and not fix:
        raise click.UsageError("--yes 要和 --fix 一起用。")
    if fix and listing == "json":
        raise click.UsageError("--fix 不能和 --format json 一起用：要问写不写。")
    failed = False
    found: list[dict[str, object]] = []
    done: list[Result | None] = []
    written: list[str] = []
    with _telling(written):
        for compiled in _compiled(reports(folders), (), strict):
            if done and listing == "text":
                click.echo()
            if compiled is None:
                failed = True
                done.append(None)
                continue
            workspace, folder, result = compiled
            if fix:
                from compiler.cli_fix import mended

                result = mended(workspace, folder, result, strict, yes, written)
            failed |= result.fails(strict)
            done.append(result._replace(draft=None))  # it is large, and there may be many
            if listing == "json":
                from compiler.listing import as_json

                found += [as_json(item, result.folder) for sink in result.sinks for item in sink]
            else:
                tell_checked(result, strict, briefly=to is not None)
            if to is not None:
                name, text = _made_of(to, result, folder, workspace, strict)
                path = _write_beside(folder, builds(out, folder), name, text) if text else None
                failed |= bool(text) and path is None
                written += [f"{result.folder} 的{name}"] if path else []
                if path and listing == "text":
                    tell_written([path])
                elif not text and listing == "text":
                    click.echo("  没有要放行的，没有写底稿。")
    if listing == "json":
        print_json(found)
    else:
        tell_end(done, strict, explained=to is None)
    return int(failed)


@chengwen.command(short_help="说明一条规则、一种错。")
@click.argument("codes", metavar="[代号]...", nargs=-1)
def explain(codes: tuple[str, ...]) -> int:
    """说明代号：规则要求什么，依据是什么，怎样改，怎样放行。

    不写代号，就列出全部规则。代号不分大小写，可以写几个。

    \b
    例：chengwen explain A001
        chengwen explain a001 d003
    """
    from datetime import date

    from compiler.explain import explanation, rules

    try:
        told = [explanation(code, date.today(), columns()) for code in codes] or [rules(columns())]
    except KeyError as error:
        raise click.UsageError(error.args[0]) from None
    click.echo("\n".join(told).rstrip("\n"))
    return 0


def _compiled(
    found: Sequence[Path],
    formats: tuple[str, ...],
    strict: bool,
    target: Callable[[Path], Path] | None = None,
) -> Iterator[tuple[Workspace, Path, Result] | None]:
    """Compile every report, and write it below the `target` of its folder when there is one; None when it could not be done, which is told: no reason to leave the others."""
    # The pipeline is imported here so that --help answers at once.
    from compiler.caches import forget
    from compiler.faults import told
    from compiler.pipeline import build as compile_report
    from compiler.publishing import WorkspaceError
    from compiler.workspace import Workspace

    gc.freeze()  # what is imported stays; only what a report leaves behind is looked at between reports
    for number, folder in enumerate(found, 1):
        bar = Bar(
            f"{folder.parent.name}/{folder.name}" + (f"（{number}/{len(found)}）" if len(found) > 1 else "")
        )
        if number > 1:
            forget()
        try:
            workspace = Workspace.around(folder)
            out = target(folder) if target else None
            keep = _MADE_OF if number == len(found) else None
            result = compile_report(
                workspace, folder, out, formats, strict=strict, progress=bar.show, keep=keep
            )
        except Exception as error:
            bar.clear()
            says_it = not target or isinstance(error, WorkspaceError)
            kept = "" if says_it else "这一份没有写出，原来的文件没有改动。"
            click.echo(f"{click.style('×', fg='red')} {shown_here(folder)}：{told(error)}{kept}", err=True)
            yield None
        else:
            bar.clear()
            yield workspace, folder, result


def _made_of(to: str, result: Result, folder: Path, workspace: Workspace, strict: bool) -> tuple[str, str]:
    """What a check is written as: the name of the file and its text, which is empty when there is nothing to write."""
    if to == "waivers":
        from compiler.diagnostics import Severity
        from compiler.waiver_draft import NAME as DRAFT
        from compiler.waiver_draft import waiver_draft

        severities = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
        return DRAFT, waiver_draft(result.findings, result.folder, severities)
    from compiler.check_report import NAME, check_report

    return NAME, check_report(result, folder, workspace.today())


def _write_beside(folder: Path, out: Path, name: str, text: str) -> Path | None:
    """Write a file beside the drafts; None when the disk refused, which is told."""
    from compiler.pipeline import draft_folder
    from compiler.publishing import WorkspaceError, staging

    try:
        with staging(draft_folder(out, folder)) as place:
            place.open(name).write(text.encode())
            return place.publish()[0]
    except WorkspaceError as error:
        click.echo(f"{shown_here(folder)}：{error}", err=True)
        return None


@contextmanager
def _telling(written: list[str]) -> Iterator[None]:
    """When the user breaks off, say what was written until then; nothing is the general case."""
    try:
        yield
    except (click.Abort, KeyboardInterrupt) as stopped:
        if written:
            some = "、".join(written[:_FEW])
            told = f"{some}；" if len(written) <= _FEW else f"{len(written)} 份，{some} 等；"
            raise Interrupted(f"已中断。在这以前已经写好的：{told}其余的没有改动。") from stopped
        raise


def main() -> None:
    """Run the command that the process was started with, and end the process with its exit code."""
    interrupts.take_over()
    # A build makes millions of objects and next to no cycles: looking for some costs a quarter of a large
    # build, and tearing the objects down one by one at the end a seventh of a small one.
    gc.disable()
    sys.unraisablehook = interrupts.but_interrupts(sys.__unraisablehook__)
    never_fail_to_print()
    try:
        code = run(chengwen)
    except Exception as error:
        from compiler.faults import told

        click.echo(told(error), err=True)
        code = 1
    interrupts.end()
    KEPT.keep()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # closed by who started the process
            stream.flush()
    os._exit(code)
