"""The command that takes a filled-in workbook into a report's data: `import`."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.cli_output import Bar, columns
from compiler.cli_words import ChineseCommand, agreed

if TYPE_CHECKING:
    from compiler.workbook.importing import Plan
    from compiler.workspace import Workspace


@click.command("import", cls=ChineseCommand, short_help="把填好的 Excel 表格收进报告的数据。")
@click.argument("table", metavar="表格文件", type=click.Path(path_type=Path))
@click.argument("folder", metavar="报告文件夹", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="不问，直接写。")
@click.option("--remove", is_flag=True, help="表里没有了的项目，删去它的数据文件（叙述留着）。")
@click.option(
    "--map",
    "mapping",
    metavar="名称",
    default="",
    help="别的系统导出的表，照 templates/导入 里的哪一个文件对上；不写，按列名自己认。",
)
def import_(table: Path, folder: Path, yes: bool, remove: bool, mapping: str) -> int:
    """把 chengwen export 写出、填好的表格收进报告的数据（data 里的文件）。

    先列出哪里改成了什么，问过再写；要么全写，要么一个字不动。没有改的数，写法、备注、次序都不变。

    列名、行的先后、隐藏的行都认得；数可以带单位、千分位、全角的字。有一格不对，就说明在哪张表哪一格，什么都不写。

    一格一格地比：导出以后表里没有动过的格子，不管数据里现在是什么，都不改；表里动过、数据里也改过的，
    不盖掉，两边的数都列出来。几个科室各填一份，可以一份一份地收。

    \b
    例：chengwen import 数据.xlsx content/丰台区金融办/2024
        chengwen import 一体化导出.csv content/丰台区金融办/2024 --map 财政一体化项目
    """
    from compiler.cli_reports import report_folder
    from compiler.publishing import WorkspaceError
    from compiler.workbook.cells import WorkbookError
    from compiler.workspace import Workspace

    if table.is_dir() and not folder.is_dir() and folder.suffix:
        raise click.UsageError(f"次序反了，先写表格，再写报告：chengwen import {folder} {table}")
    folder = report_folder(folder)
    try:
        workspace = Workspace.around(folder)
        plan = _planned(workspace, table, folder, mapping)
        if plan is None:
            return 1
        return _carried_out(plan, workspace, folder, yes, remove)
    except (WorkbookError, WorkspaceError) as error:
        click.echo(str(error), err=True)
        return 1


def _planned(workspace: Workspace, table: Path, folder: Path, mapping: str) -> Plan | None:
    """What is to be done; None when the report's data are not sound, which is told."""
    from compiler.diagnostics import Diagnostics, counts, render
    from compiler.workbook.importing import plan_import, read_origin
    from compiler.workbook.reading import open_workbook
    from compiler.workbook.rows import read_book

    bar = Bar(f"{folder.parent.name}/{folder.name}")
    sink = Diagnostics()
    try:
        with open_workbook(table) as workbook:
            book = read_book(workspace, folder, sink, bar.show)
            if book is None:
                for diagnostic in sink:
                    click.echo(render(diagnostic) + "\n", err=True)
                click.echo(
                    click.style("× ", fg="red")
                    + f"{workspace.shown(folder)}：现在的数据有{counts(sink)}，没有收。先改正。",
                    err=True,
                )
                return None
            bar.show("读表格", 0, 1)
            if mapping or (read_origin(workbook) is None):
                from compiler.workbook.foreign import plan_foreign

                return plan_foreign(workspace, folder, book, workbook, mapping)
            return plan_import(workspace, folder, book, workbook)
    finally:
        bar.clear()


def _carried_out(plan: Plan, workspace: Workspace, folder: Path, yes: bool, remove: bool) -> int:
    from compiler.checks.stand_ins import told_of
    from compiler.import_listing import WIDTH, listed
    from compiler.remaining import remaining
    from compiler.rewriting import rewrite
    from compiler.workbook.magnitudes import told

    report = workspace.shown(folder)
    for notice in plan.notices:
        click.echo(f"说明：{notice}")
    if plan.notices:
        click.echo()
    if plan.problems:
        for hint, run in groupby(plan.problems, key=lambda problem: problem.hint):
            for problem in run:
                click.echo(str(problem), err=True)
            click.echo(f"  提示：{hint}", err=True)
        click.echo(
            click.style("× ", fg="red") + f"{report}：有 {len(plan.problems)} 处不对，什么都没有写。",
            err=True,
        )
        return 1
    if not plan.files:
        same = "表里没有新填的" if plan.apart else "表格和数据一样"
        click.echo(click.style("√ ", fg="green") + f"{report}：{same}，没有要改的。")
        return 0
    for block in listed(plan, min(columns() or WIDTH, WIDTH)):
        click.echo(block + "\n")
    if plan.opened:
        from compiler.worklist import NAME

        listed_too = any(path.name == NAME for path, _, _ in plan.files)
        click.echo(f"新的待填 {plan.opened} 处{f'，补进 {NAME}' if listed_too else ''}。\n")
    if plan.closed:
        click.echo(f"随行删去的待填 {plan.closed} 处，不算填了的。\n")
    if warning := told(workspace, folder, plan):
        click.echo(click.style("！ ", fg="yellow") + warning + "\n")
    if warning := told_of(
        [
            *((each.name, each.record or each.new) for each in plan.differences),
            *((each.name, each.content) for each, _ in plan.new),
        ]
    ):
        click.echo(click.style("！ ", fg="yellow") + warning + "\n")
    if plan.removed and yes and not remove:
        click.echo("表里少了上面列的项目，没有写。真要删去，加 --remove；不删，把那几行放回表里。", err=True)
        return 1
    parts = [f"{len(plan.differences)} 处"] if plan.differences else []
    parts += [f"新加的项目 {len(plan.new)} 个"] if plan.new else []
    question = "、".join(parts) + ("，" if parts else "") + f"写进 {len(plan.files)} 个文件"
    if plan.removed:
        question += f"，其中删去 {len(plan.removed)} 个项目的数据文件"
    if not yes and not agreed(f"{question}，写吗？[y/N]"):
        click.echo("没有写。")
        return 0
    rewrite(plan.files)
    click.echo(
        click.style("√ ", fg="green")
        + f"{report}：已写进 {len(plan.files)} 个文件。运行 chengwen check 核对。"
    )
    for prose in plan.prose:
        click.echo(
            f"  {prose.file} 原来就有，没有动：看看写的是不是这个项目。"
            if prose.there
            else f"  新建了叙述 {prose.file}，请编辑写。"
        )
    if left := remaining(workspace, folder)[1].words:
        click.echo(f"  {left}。")
    return 0
