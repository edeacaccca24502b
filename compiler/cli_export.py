"""The command that writes a report's data as a workbook: `export`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.cli_output import Bar, tell_written
from compiler.cli_words import ChineseCommand

if TYPE_CHECKING:
    from compiler.workbook.export import Exported


@click.command("export", cls=ChineseCommand, short_help="把报告的数据写成 Excel 表格，拿去填。")
@click.argument("folder", metavar="报告文件夹", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--out",
    metavar="文件",
    type=click.Path(path_type=Path),
    help="写成哪个文件，如 数据.xlsx；不写就是 单位-年度-数据.xlsx，放在现在的文件夹里。",
)
@click.option("--force", is_flag=True, help="已经有同名的文件，也盖掉；里面填了还没有收回的，就没有了。")
def export(folder: Path, out: Path | None, force: bool) -> int:
    """把一份报告的数据（data 里的全部文件）写成一个 Excel 表格：预算、项目、资金、绩效指标、评分表等，一类一张表。

    旁边有上一年的报告的，上年的数列在旁边。执行率、差额、合计是公式，填了数自己算。填好以后用 chengwen import 收回来。

    已经有同名的文件，不盖掉；要盖，加 --force。

    \b
    例：chengwen export content/丰台区金融办/2024 -o 数据.xlsx
    """
    from compiler.cli_reports import report_folder
    from compiler.diagnostics import counts, render
    from compiler.publishing import WorkspaceError
    from compiler.workbook.export import ExportError, export_report
    from compiler.workspace import Workspace

    folder = report_folder(folder)
    target = out or Path(f"{folder.parent.name}-{folder.name}-数据.xlsx")
    if target.suffix.lower() != ".xlsx":
        raise click.UsageError(f"文件名要以 .xlsx 结尾，写的是“{target.name}”。")
    bar = Bar(f"{folder.parent.name}/{folder.name}")
    try:
        workspace = Workspace.around(folder)
        exported = export_report(workspace, folder, target, force, bar.show)
    except (ExportError, WorkspaceError) as error:
        bar.clear()
        click.echo(str(error), err=True)
        return 1
    bar.clear()
    shown = workspace.shown(folder)
    if exported.path is None:
        for diagnostic in exported.diagnostics:
            click.echo(render(diagnostic) + "\n", err=True)
        click.echo(
            click.style("× ", fg="red") + f"{shown}：{counts(exported.diagnostics)}，没有写出。先改正再导出。"
        )
        return 1
    beside = "上年的数列在旁边" if exported.with_last else "没有找到上一年的报告，没有列上年的数"
    click.echo(click.style("√ ", fg="green") + f"{shown}：数据已写成表格，{beside}。")
    tell_written([exported.path])
    for line in _open(exported):
        click.echo(f"  {line}")
    click.echo(f"  填好、保存、关闭以后，运行 chengwen import {target} {shown} 收回来。")
    return 0


def _open(exported: Exported) -> Iterator[str]:
    """What is still open, in the workbook and beside it: together what a check counts."""
    here = [f"还没有填的 {exported.unfilled} 格，标成黄底"] if exported.unfilled else []
    if exported.stale:
        here.append(f"写着〔待更新〕的 {exported.stale} 格，照今年的情况改好，再删去这几个字")
    if here:
        yield f"{'；'.join(here)}。"
    beside = [
        where
        + "、".join(
            f" {count} 处{word}" for count, word in zip(counts, ("待填", "待更新"), strict=True) if count
        )
        for where, counts in exported.elsewhere.items()
    ]
    if beside:
        whole = sum(map(sum, exported.elsewhere.values()))
        yield f"不在表格里的还有 {whole} 处：{'，'.join(beside)}。直接改文件，在哪一行见 待办.md，或者 chengwen check。"
