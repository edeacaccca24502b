"""The commands that make versions, list them and write them out: `archive`, `versions`, `restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.cli_output import Bar, print_json, tell_typefaces, tell_written
from compiler.cli_reports import LISTING, OUT
from compiler.cli_versions import archives, find_version, shown
from compiler.cli_words import ChineseCommand
from compiler.gate import is_clean

if TYPE_CHECKING:
    from compiler.archive.freeze import Frozen
    from compiler.archive.history import History, Stored


_MOST = 20
"""Errors in the way that are told one by one."""


@click.command("archive", cls=ChineseCommand, short_help="归档：把报告冻结成一版，以后可查可验。")
@click.argument("folder", metavar="报告文件夹", type=click.Path(path_type=Path))
@click.option(
    "-m", "--message", metavar="说明", required=True, help="必填：这一版是做什么的，如“报区财政局”。"
)
@click.option("--by", metavar="姓名", help="制作人；不写就是登录这台机器的用户名。")
@click.option("--to", "formats", metavar="格式", default="docx,html", help="要哪些格式，同 chengwen build。")
@OUT
def archive(folder: Path, message: str, by: str | None, formats: str, out: Path | None) -> int:
    """生成报告，连同数据、叙述、模板、检查结果一起冻结成一版，写出一张发布单。

    有错误没有改正、也没有放行的，不冻结。冻结了的各版不会再改动；改了数据再归档，就是下一版。

    \b
    例：chengwen archive content/丰台区金融办/2024 -m 报区财政局
        chengwen archive content/丰台区金融办/2024 -m 存档 --to docx,html,pdf --by 王某
    """
    from compiler.archive.freeze import freeze
    from compiler.archive.layout import ArchiveError
    from compiler.archive.making import LONGEST_MESSAGE, LONGEST_NAME, login_name, now
    from compiler.archive.record import Made
    from compiler.cli_reports import builds, can_write, output_formats, report_folder
    from compiler.pdf import PdfError
    from compiler.publishing import WorkspaceError
    from compiler.workspace import Workspace

    wanted = output_formats(formats)
    folder = report_folder(folder)
    words, maker = _told(message), login_name() if by is None else _told(by)
    if not any(map(str.isalnum, words)):
        raise click.UsageError("-m 后面要写几个字，说明这一版是做什么的。")
    if len(words) > LONGEST_MESSAGE or len(maker) > LONGEST_NAME:
        raise click.UsageError(
            f"说明最多 {LONGEST_MESSAGE} 个字，姓名最多 {LONGEST_NAME} 个字：要印在一页的发布单上。"
        )
    if not any(map(str.isalnum, maker)):
        raise click.UsageError("--by 后面要写制作人的姓名；不写 --by，就是登录这台机器的用户名。")
    if not can_write(wanted):
        return 1
    made = Made(maker, now(), words)
    bar = Bar(f"{folder.parent.name}/{folder.name}")
    try:
        frozen = freeze(
            Workspace.around(folder),
            folder,
            builds(out, folder),
            made,
            wanted,
            progress=bar.show,
            tell_waiting=lambda: click.echo("另一个程序正在归档这份报告，等它做完……", err=True),
        )
    except (ArchiveError, PdfError, WorkspaceError) as error:
        bar.clear()
        click.echo(str(error), err=True)
        return 1
    bar.clear()
    return _tell_frozen(frozen)


def _told(text: str) -> str:
    """What a person typed, on one line. Raises `UsageError` for characters that no document can hold."""
    line = " ".join(text.split())
    if not is_clean(line):
        raise click.UsageError("说明、姓名里有印不出来的字符，多半是从别处粘贴带来的。请重新打一遍。")
    return line


def _tell_frozen(frozen: Frozen) -> int:
    from compiler.archive.layout import CONTENT, SLIPS
    from compiler.diagnostics import Code, Severity, counts, render
    from compiler.listing import short

    result = frozen.result
    if frozen.folder is None or frozen.digest is None:
        for diagnostic in result.diagnostics:
            click.echo(render(diagnostic) + "\n", err=True)
        click.echo(click.style("× ", fg="red") + f"{result.folder}：没有冻结，以前的各版没有改动。")
        # What is wrong with the waivers comes first: with them errors may not count.
        own = [
            item
            for item in result.findings
            if short(item.span.source.path, result.folder).lower().startswith(("waiver", "放行"))
        ]
        for item in own:
            click.echo(
                f"  放行没有算上：{short(item.span.source.path, result.folder)}:{item.span.line} {item.message}"
            )
        standing = [
            item
            for item in result.findings
            if item.severity is Severity.ERROR and item.accepted is None and item not in own
        ]
        if result.is_open:  # told once, not file by file
            click.echo(f"  草稿没有填完：{result.unfinished}。填完、更新完才能归档，不能放行。")
            standing = [item for item in standing if item.code not in (Code.UNFILLED, Code.STALE)]
        if standing:
            click.echo(
                f"  检查查出{counts(result.findings)}。这些错误要先改正，或者在 waivers.yaml 里写明理由放行："
            )
        for item in standing[:_MOST]:
            place = f"{short(item.span.source.path, result.folder)}:{item.span.line}"
            click.echo(f"  {place} {item.code.value} {item.message}")
        if len(standing) > _MOST:
            click.echo(f"  另有 {len(standing) - _MOST} 处")
        if standing:
            code = standing[0].code.value
            click.echo(f"  怎样改：chengwen check {result.folder}，一条的依据用 chengwen explain {code}")
            click.echo(
                f"  要放行：chengwen check {result.folder} --to waivers 写出底稿，填上原因、放行人、日期"
            )
        return 1
    click.echo(click.style("√ ", fg="green") + f"{result.folder}：已冻结为第{frozen.version}版。")
    click.echo(f"  SHA-256 {frozen.digest.sha256}")
    tell_written([frozen.folder / CONTENT / SLIPS[0]], "发布单，打印出来签字留存：")
    click.echo(f"  文件夹：{shown(frozen.folder)}")
    if result.pdf:
        tell_typefaces(result.pdf)
    if frozen.same_as is not None:
        click.echo(f"  写出的文件与第{frozen.same_as}版一样，没有改动。")
    if frozen.earlier:
        click.echo(f"  以前的版查出 {frozen.earlier} 处与归档时不同，运行 chengwen verify 看明细。", err=True)
    if frozen.unfinished:
        click.echo(
            f"  这一版已经冻结，但最后一步（总清单）没有做完：{frozen.unfinished}。运行 chengwen verify 看看；下一次归档会补上。",
            err=True,
        )
    if frozen.left_out:
        names = "、".join(frozen.left_out[:4]) + (
            f" 等 {len(frozen.left_out)} 个" if len(frozen.left_out) > 4 else ""
        )
        click.echo(f"  没有一并冻结（报告没有用到）：{names}")
    return 0


@click.command("versions", cls=ChineseCommand, short_help="列出已归档的各版。")
@click.argument("folder", metavar="[报告文件夹]", required=False, type=click.Path(path_type=Path))
@LISTING
@OUT
def versions(folder: Path | None, listing: str, out: Path | None) -> int:
    """列出一份报告已归档的各版；不写报告文件夹，就列出 build 下的全部。

    \b
    例：chengwen versions content/丰台区金融办/2024
    """
    from compiler.archive.history import read_history
    from compiler.archive.layout import ArchiveError

    failed = False
    told: list[dict[str, object]] = []
    for number, archive_folder in enumerate(archives(folder, out)):
        try:
            history = read_history(archive_folder)
        except ArchiveError as error:
            click.echo(str(error), err=True)
            failed = True
            continue
        failed |= any(not stored.is_known for stored in history.versions.values())
        if listing == "json":
            told += [_as_json(history, stored) for stored in history.versions.values()]
            continue
        if number:
            click.echo()
        _tell_versions(history)
    if listing == "json":
        print_json(told)
    return int(failed)


def _tell_versions(history: History) -> None:
    click.echo(click.style(shown(history.archive.parent), bold=True))
    for stored in history.versions.values():
        made, digest = stored.record, stored.digest
        if made is None or digest is None or not stored.is_known:
            click.echo(
                click.style("× ", fg="red")
                + f"第{stored.number}版：清单或记录坏了，运行 chengwen verify 看坏在哪里"
            )
            continue
        waived = made.counts.get("放行", 0)
        click.echo(
            f"第{stored.number}版  {made.made.at[:16].replace('T', ' ')}  {_short(made.made.by, 20)}  {_short(made.made.message)}"
            + (f"  （放行 {waived} 处）" if waived else "")
        )
        click.echo(f"  SHA-256 {digest.sha256}")


def _short(text: str, longest: int = 60) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"


def _as_json(history: History, stored: Stored) -> dict[str, object]:
    made, digest = stored.record, stored.digest
    return {
        "archive": str(history.archive),
        "version": stored.number,
        "sound": stored.is_known,
        "made": made and made.made._asdict(),
        "title": made and made.title,
        "findings": made and dict(made.counts),
        "build": made and made.build,
        "sha256": digest and digest.sha256,
        "sm3": digest and digest.sm3,
    }


@click.command("restore", cls=ChineseCommand, short_help="把归档的一版原样写出来。")
@click.argument("version", metavar="版本")
@click.argument("target", metavar="文件夹", type=click.Path(path_type=Path))
@OUT
def restore(version: str, target: Path, out: Path | None) -> int:
    """把归档的一版原样写到一个新的文件夹：文件、冻结的数据和模板、检查结果、发布单。归档的版本不变。

    版本写作 报告文件夹@版号，如 content/丰台区金融办/2024@2；最新的一版写 @最新。

    \b
    例：chengwen restore content/丰台区金融办/2024@2 取出的第2版
    """
    from compiler.archive import restore as restoring
    from compiler.archive.layout import INPUT, ArchiveError

    try:
        stored = find_version(version, out)
        count = restoring.restore(stored, target)
    except ArchiveError as error:
        click.echo(str(error), err=True)
        return 1
    click.echo(
        click.style("√ ", fg="green") + f"第{stored.number}版的 {count} 个文件已写到“{shown(target)}”。"
    )
    click.echo(
        f"  当时的数据、叙述和模板在 {shown(target / INPUT)}，进入这个文件夹运行 chengwen build 就能重新生成。"
    )
    return 0
