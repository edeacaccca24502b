"""`chengwen new`: the folder of a new year."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.cli_reports import is_report, meant_report, report_folder
from compiler.cli_words import ChineseCommand, agreed

if TYPE_CHECKING:
    from compiler.rollover.create import Made
    from compiler.workspace import Workspace


@click.command("new", cls=ChineseCommand, short_help="新建一个年度的报告文件夹。")
@click.argument("year", metavar="年度")
@click.option(
    "--from", "source", metavar="上年的报告文件夹", type=click.Path(path_type=Path), help="从哪份报告带过来。"
)
@click.option("--dept", metavar="单位", help="单位还没有报告的：单位的名称。")
@click.option("--kind", metavar="文种", help="单位还没有报告的：文种，templates 里一个文件夹的名称。")
@click.option("--unit", metavar="金额单位", help="单位还没有报告的：元、万元 或 亿元；不写就是万元。")
@click.option("--yes", is_flag=True, help="和 --from 的报告隔了几年的、单位已经有上年报告的，不问，直接建。")
def new(
    year: str, source: Path | None, dept: str | None, kind: str | None, unit: str | None, yes: bool
) -> int:
    """新建一个年度的报告文件夹，写好结构，把要填的地方空出来，列成一张单子（待办.md）。

    写了 --from，就从那份报告带过来：结构、项目、指标、叙述照旧，今年的数都写成“待填”，写着年份或数的文字前面加〔待更新〕。那份报告不改动。

    不写 --from，就新建第一份报告：每个名称填什么，文件里都有说明。

    新的文件夹马上可以 chengwen build，没有填的印成〔待填：…〕；还剩几处，看 chengwen check。已经有的文件夹，不会改动。

    \b
    例：chengwen new 2025 --from content/丰台区金融办/2024
        chengwen new 2025 --dept 某某局 --kind 整体绩效评价报告
    """
    from compiler.publishing import WorkspaceError
    from compiler.rollover.create import Unreadable, YearsSkipped

    number = _year(year)
    if source is not None and (dept or kind or unit):
        raise click.UsageError(
            "写了 --from，单位、文种、金额单位都照那份报告，--dept、--kind、--unit 不用写。"
        )
    try:
        if source is None:
            if doubt := _doubt(number, dept, kind) if not yes else "":
                click.echo(doubt)
                if not agreed("真的要新建一份空的吗？[y/N]"):
                    click.echo("没有新建。")
                    return 0
            workspace, made = _first(number, dept, kind, unit)
        else:
            try:
                workspace, made = _from(source, number, yes)
            except YearsSkipped as gap:
                click.echo(str(gap))
                if not agreed(f"真的要新建{number}年的吗？[y/N]"):
                    click.echo("没有新建。")
                    return 0
                workspace, made = _from(source, number, skip=True)
    except Unreadable as error:
        from compiler.diagnostics import render

        for problem in error.problems:
            click.echo(render(problem) + "\n", err=True)
        click.echo(
            click.style("× ", fg="red")
            + "上年的报告有读不出来的文件，没有新建。照上面的提示改好，再运行一次。"
        )
        return 1
    except WorkspaceError as error:
        click.echo(str(error), err=True)
        return 1
    _tell(workspace, made)
    if source is not None:
        _tell_unfinished(workspace, source, number)
    return 0


def _year(text: str) -> int:
    from compiler.figures import half_width

    digits = half_width(text).strip().removesuffix("度").removesuffix("年").strip()
    if "/" in text or "\\" in text:
        raise click.UsageError(
            f"前面只写年度，如 2025；写的是“{text}”。新的文件夹由程序建，放在 --from 那份报告的旁边。"
        )
    if not (digits.isascii() and digits.isdigit() and len(digits) == 4 and 1949 <= int(digits) <= 2100):
        raise click.UsageError(f"年度写成四位数字，如 2025；写的是“{text}”。")
    return int(digits)


def _from(source: Path, year: int, skip: bool) -> tuple[Workspace, Made]:
    from compiler.publishing import WorkspaceError
    from compiler.rollover.create import roll_over
    from compiler.workspace import Workspace

    if source.is_symlink():
        raise WorkspaceError(f"“{source}”是快捷方式（链接），不能用。请写文件夹本身。")
    folder = _last(source, year)
    workspace = Workspace.around(folder)
    return workspace, roll_over(workspace, folder, year, skip=skip)


def _last(source: Path, year: int) -> Path:
    """The report that is named. Raises `UsageError` when it is none, with the one that may be meant."""
    inner = sorted(path.parent for path in source.glob("*/report.yaml"))
    if not is_report(source) and len(inner) > 1:
        last = [path for path in inner if path.name < str(year)] or inner
        raise click.UsageError(
            f"“{source}”里有 {len(inner)} 份报告，--from 要写到年度那一层，如 {last[-1].as_posix()}。"
        )
    try:
        return report_folder(source)
    except click.UsageError as error:
        meant = "" if "是不是" in error.message else meant_report(source)
        raise click.UsageError(error.message + (f"是不是“{meant}”？" if meant else "")) from error


_ALIKE = 0.8
"""How much of two names of offices is the same when one may be a slip for the other."""


def _doubt(year: int, dept: str | None, kind: str | None) -> str:
    """Why an empty report may not be what is meant: the office has reports of that kind, or a name much like the one given."""
    from difflib import get_close_matches

    from compiler.rollover.first import kind_of
    from compiler.workspace import Workspace

    offices = sorted({path.parent.parent.name for path in Path("content").glob("*/*/report.yaml")})
    if dept not in offices:
        near = "".join(get_close_matches(dept or "", offices, n=1, cutoff=_ALIKE))
        return (
            f"content 里没有“{dept}”这个单位，有“{near}”。"
            if near and not (dept or "").startswith(near)
            else ""
        )
    if Path("content", dept or "", str(year)).exists():
        return ""  # which is told when it is to be made
    workspace = Workspace.around(Path.cwd())
    for path in sorted(Path("content").glob(f"{dept}/*/report.yaml"), reverse=True):
        if path.parent.name < str(year) and kind_of(workspace, workspace.root / path.parent) == kind:
            last = path.parent.as_posix()
            return f"{last} 是这个单位以前的{kind}，从它带过来：chengwen new {year} --from {last}"
    return ""


def _tell_unfinished(workspace: Workspace, source: Path, year: int) -> None:
    """Say that the report it was made from is a draft itself: what was open there is not known here either."""
    from compiler.remaining import remaining

    old = report_folder(source)
    left = remaining(workspace, old)[1]
    if left.gaps or left.unread:
        click.echo(
            f"  注意：{workspace.shown(old)} 自己还没有填完：{left.words}。那里没有填的，{year}年的表里没有上年数可以对照。"
        )


def _first(year: int, dept: str | None, kind: str | None, unit: str | None) -> tuple[Workspace, Made]:
    from compiler.rollover.first import first_report, kinds
    from compiler.workspace import Workspace

    workspace = Workspace.around(Path.cwd())
    this_year = workspace.today().year
    if year > this_year + 1:
        raise click.UsageError(f"现在是{this_year}年，还不到做{year}年报告的时候。年度写错了吧？")
    known = kinds(workspace)
    if dept is None or kind is None:
        last = sorted(Path("content").glob(f"{dept or '*'}/{year - 1}"))
        hint = f"\n{last[0]} 是上年的报告，从它带过来：chengwen new {year} --from {last[0]}" if last else ""
        raise click.UsageError(
            f"新建第一份报告，要写 --dept 单位 和 --kind 文种。文种有：{'、'.join(known)}。{hint}"
        )
    if kind not in known:
        from compiler.diagnostics import nearest

        near = nearest(kind, known)
        raise click.UsageError(
            f"没有叫“{kind}”的文种。{f'是不是“{near}”？' if near else ''}可用：{'、'.join(known)}。"
        )
    if unit is not None and unit not in ("元", "万元", "亿元"):
        raise click.UsageError(f"金额单位不能是“{unit}”，可用：元、万元、亿元。")
    return workspace, first_report(workspace, dept, year, kind, unit or "万元")


def _tell(workspace: Workspace, made: Made) -> None:
    from compiler.pipeline import build
    from compiler.worklist import NAME

    folder = workspace.shown(made.folder)
    click.echo(click.style("√ ", fg="green") + f"新建了 {folder}，{len(made.gaps)} 处要填：")
    found = sorted(made.gaps, key=lambda gap: gap.span.source.path)
    for path, group in groupby(found, key=lambda gap: gap.span.source.path):
        gaps = list(group)
        stale = sum(gap.stale for gap in gaps)
        words = [
            f"{count} 处{word}" for count, word in ((len(gaps) - stale, "待填"), (stale, "待更新")) if count
        ]
        click.echo(f"  {path.removeprefix(f'{folder}/')}：{'、'.join(words)}")
    click.echo(f"  逐条的单子在 {folder}/{NAME}，可以打印。")
    for note in made.notes:
        click.echo(f"  {note}。")
    if build(workspace, made.folder, None).diagnostics.has_errors:
        click.echo(f"  上年的报告里有写错的，也带过来了：运行 chengwen check {folder}，照着改。")
    click.echo(f"现在就可以看草稿：chengwen build {folder}；填了一些以后看还剩多少：chengwen check {folder}")
