"""The command line: `chengwen build`, `chengwen check`.

Exit codes: 0 done, 1 the content has errors, 2 the call was wrong.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from compiler.cli_words import ChineseGroup, never_fail_to_print, run

if TYPE_CHECKING:
    from compiler.diagnostics import Diagnostics
    from compiler.pipeline import Result
    from compiler.source import Span

FORMATS = ("docx", "html")


@click.group(cls=ChineseGroup, no_args_is_help=False, invoke_without_command=True)
@click.version_option(package_name="chengwen", message="成文 %(version)s", help="显示版本。")
@click.pass_context
def chengwen(context: click.Context) -> None:
    """成文：把数据和叙述合成一份完整的报告。

    数据在 content/单位/年度/data，叙述在 content/单位/年度/narrative，写好的报告在 build/单位/年度/draft。
    改了数据或叙述，重新运行 chengwen build 就得到新的报告。
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


_FOLDERS = click.argument("folders", metavar="[报告文件夹]...", nargs=-1, type=click.Path(path_type=Path))


@chengwen.command(short_help="生成报告（DOCX 和 HTML）。")
@_FOLDERS
@click.option(
    "-o",
    "--out",
    metavar="文件夹",
    default="build",
    type=click.Path(path_type=Path),
    help="写到哪个文件夹；不写就是 build。",
)
@click.option(
    "--to",
    "formats",
    metavar="格式",
    default="docx,html",
    help="要哪些格式：docx、html，用逗号隔开；不写就是两种都要。",
)
@click.option("--strict", is_flag=True, help="有警告也不写出。")
def build(folders: tuple[Path, ...], out: Path, formats: str, strict: bool) -> int:
    """生成报告，写出 DOCX 和 HTML。

    不写报告文件夹，就生成 content 下的每一份报告。内容有错误的报告不写出，上一次的文件原样保留；
    错误会一次全部列出，写明在哪个文件的第几行、怎样改。

    \b
    例：chengwen build
        chengwen build content/丰台区金融办/2023
        chengwen build content/丰台区金融办/2023 --to docx
    """
    wanted = tuple(dict.fromkeys(part.strip().lower() for part in formats.split(",") if part.strip()))
    unknown = [part for part in wanted if part not in FORMATS]
    if unknown or not wanted:
        raise click.UsageError(
            f"不能写成“{unknown[0] if unknown else formats}”格式，可用：{'、'.join(FORMATS)}。"
        )
    return _each(folders, out, wanted, strict)


@chengwen.command(short_help="只检查，不生成。")
@_FOLDERS
@click.option("--strict", is_flag=True, help="有警告也算不通过。")
@click.option(
    "--format",
    "listing",
    type=click.Choice(["text", "json"]),
    default="text",
    metavar="[text|json]",
    help="给人看（text），或给程序读（json）。",
)
def check(folders: tuple[Path, ...], strict: bool, listing: str) -> int:
    """检查报告的数据、叙述和模板，不写任何文件。

    不写报告文件夹，就检查 content 下的每一份报告。
    """
    return _each(folders, None, (), strict, as_json=listing == "json")


def _each(
    folders: Sequence[Path],
    out: Path | None,
    formats: tuple[str, ...],
    strict: bool,
    *,
    as_json: bool = False,
) -> int:
    """Build or check every report; the exit code."""
    # The pipeline is imported here so that --help answers at once.
    from compiler.pipeline import build as compile_report
    from compiler.workspace import Workspace, WorkspaceError

    reports = _reports(folders)
    gc.freeze()  # what is imported stays; only what a report leaves behind is looked at between reports
    failed = False
    found: list[tuple[str, Diagnostics]] = []
    for number, folder in enumerate(reports, 1):
        bar = _Bar(
            f"{folder.parent.name}/{folder.name}"
            + (f"（{number}/{len(reports)}）" if len(reports) > 1 else "")
        )
        if number > 1:
            gc.collect()
        try:
            result = compile_report(
                Workspace.around(folder), folder, out, formats, strict=strict, progress=bar.show
            )
        except WorkspaceError as error:
            bar.clear()
            click.echo(f"{folder}：{error}", err=True)
            failed = True
            continue
        bar.clear()
        bad = result.diagnostics.has_errors or (strict and bool(len(result.diagnostics)))
        failed = failed or bad
        if as_json:
            found.append((result.folder, result.diagnostics))
        else:
            _tell(result, bad, checking=out is None)
    if as_json:
        _print_json(found)
    return 1 if failed else 0


def _reports(folders: Sequence[Path]) -> list[Path]:
    """The folders asked for, or every report under content/. Raises `UsageError` when there is none."""
    if not folders:
        reports = sorted(path for path in Path("content").glob("*/*") if _is_report(path))
        if not reports:
            raise click.UsageError(
                f"在“{Path.cwd()}”的 content 文件夹里没有找到报告（content/单位/年度/report.yaml）。请先进入放着 content 的文件夹。"
            )
        return reports
    out: list[Path] = []
    for folder in folders:
        if folder.name == "report.yaml":
            folder = folder.parent
        if not folder.is_dir():
            raise click.UsageError(f"没有“{folder}”这个文件夹。")
        inner = (
            [folder]
            if _is_report(folder)
            else sorted(
                path for depth in ("*", "*/*", "*/*/*") for path in folder.glob(depth) if _is_report(path)
            )
        )
        if not inner:
            raise click.UsageError(
                f"“{folder}”里没有 report.yaml，不是报告文件夹。报告文件夹如 content/丰台区金融办/2023。"
            )
        out += inner
    return list(dict.fromkeys(path.resolve() for path in out))


def _is_report(folder: Path) -> bool:
    """Whether a folder is meant as a report; one that has lost its report.yaml is to be told of, not left out."""
    if (folder / "report.yaml").exists():
        return True
    return folder.name.isdigit() and any((folder / name).is_dir() for name in ("data", "narrative"))


def _tell(result: Result, bad: bool, *, checking: bool) -> None:
    """Say what came of a report: findings on stderr, what was written on stdout."""
    from compiler.diagnostics import Severity, render

    sink = result.diagnostics
    for diagnostic in sink:
        click.echo(render(diagnostic) + "\n", err=True)
    counts = "，".join(
        f"{severity.value} {sink.count(severity)} 处" for severity in Severity if sink.count(severity)
    )
    if bad:
        click.echo(
            click.style("× ", fg="red")
            + f"{result.folder}：{counts}，"
            + ("没有通过。" if checking else "没有写出，上一次的文件原样保留。")
        )
        return
    done = "检查通过" if checking else "已生成"
    click.echo(
        click.style("√ ", fg="green")
        + f"{result.folder}：{done}，填入数据 {result.figures} 处"
        + (f"，{counts}" if counts else "")
        + "。"
    )
    for path in result.outputs:
        try:
            shown = path.relative_to(Path.cwd())
        except ValueError:
            shown = path
        click.echo(f"  {shown}（{_size(path.stat().st_size)}）")


def _size(count: int) -> str:
    return f"{count / 1024:.0f} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"


def _print_json(found: list[tuple[str, Diagnostics]]) -> None:
    import json

    def place(span: Span) -> dict[str, object]:
        return {"file": span.source.path, "line": span.line, "column": span.column, "end": span.end}

    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")  # programs read it, whatever the console's code page
    click.echo(
        json.dumps(
            [
                {
                    "report": folder,
                    "code": item.code.value,
                    "severity": item.severity.value,
                    **place(item.span),
                    "message": item.message,
                    "hint": item.hint,
                    "related": [{**place(span), "message": word} for span, word in item.related],
                }
                for folder, sink in found
                for item in sink
            ],
            ensure_ascii=False,
            indent=1,
        )
    )


class _Bar:
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
                f"\r{self.label} {stage} [{'█' * filled}{' ' * (30 - filled)}] {done}/{whole} ",
                nl=False,
                err=True,
            )

    def clear(self) -> None:
        if self.shown:
            click.echo("\r\x1b[2K", nl=False, err=True)


def _tell_unraisable(unraisable: Any) -> None:
    """Say nothing of a half-written ZIP that complains when it is torn down: that the disk is full was told."""
    if "ZipFile" not in repr(unraisable.object):
        sys.__unraisablehook__(unraisable)


def main() -> None:
    """Entry point of the console script."""
    # A build makes millions of objects and next to no cycles: looking for some costs a quarter of a large
    # build, and tearing the objects down one by one at the end a seventh of a small one.
    gc.disable()
    sys.unraisablehook = _tell_unraisable
    never_fail_to_print()
    code = run(chengwen)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
