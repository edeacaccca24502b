"""The command `verify`: whether the versions are as they were made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.cli_output import Bar, print_json
from compiler.cli_reports import LISTING
from compiler.cli_versions import OUT, archives, shown
from compiler.cli_words import ChineseCommand

if TYPE_CHECKING:
    from compiler.archive.verify import Problem, Verified

_MOST = 12
"""Problems of one kind in one version told one by one."""


@click.command("verify", cls=ChineseCommand, short_help="校验已归档的各版有没有被改动。")
@click.argument("folder", metavar="[文件夹]", required=False, type=click.Path(path_type=Path))
@click.option("--rebuild", is_flag=True, help="另外用冻结的数据和模板重新生成每一版，比较写出的内容。")
@click.option("--digest", metavar="摘要", help="发布单上的 SHA-256 或 SM3，看它是哪一版。")
@LISTING
@OUT
def verify(folder: Path | None, rebuild: bool, digest: str | None, listing: str, out: Path) -> int:
    """把各版的每个文件重读一遍，与归档时的摘要比较，说出哪一版的哪个文件被改动、缺少、多出、伪造，哪一版错位或被抽走。

    可以写报告文件夹、build 里的文件夹，或拷到别处的 archive 文件夹；不写，就校验 build 下的全部。

    \b
    例：chengwen verify content/丰台区金融办/2024
        chengwen verify 移交的光盘/archive --digest 3f2a……（发布单上的 SHA-256）
        chengwen verify --rebuild
    """
    from compiler.archive.layout import ArchiveError
    from compiler.archive.verify import verify as verify_archive

    wanted = "".join((digest or "").split()).lower()
    if digest is not None and (len(wanted) != 64 or not set(wanted) <= set("0123456789abcdef")):
        raise click.UsageError("--digest 后面应当是 64 位的摘要，照发布单上的 SHA-256 或 SM3 一位不差地写。")
    failed = matched = False
    told: list[dict[str, object]] = []
    for number, archive_folder in enumerate(archives(folder, out)):
        bar = Bar(shown(archive_folder))
        try:
            verified = verify_archive(archive_folder, bar.show)
        except ArchiveError as error:
            bar.clear()
            click.echo(str(error), err=True)
            failed = True
            continue
        bar.clear()
        failed |= bool(verified.problems)
        if listing == "json":
            told.append(_verified_json(verified))
        else:
            if number:
                click.echo()
            _tell_verified(verified)
        if wanted:
            matched |= _tell_match(verified, wanted, quiet=listing == "json")
        if rebuild:
            failed |= not _rebuilt(verified, told[-1] if listing == "json" else None)
    if listing == "json":
        print_json(told)
    if wanted and not matched:
        click.echo(
            click.style("× ", fg="red") + "没有一版的摘要与给出的相同：不是这里的版本，或者整版被换过。",
            err=True,
        )
    return int(failed or (bool(wanted) and not matched))


def _tell_verified(verified: Verified) -> None:
    from compiler.archive.verify import KINDS

    archive_folder = verified.archive
    for problem in _most(verified.problems):
        whose = f"第{problem.version}版" if problem.version else "归档文件夹"
        kind = click.style(KINDS[problem.kind], fg="red", bold=True)
        click.echo(f"{whose} {kind} {problem.path + '：' if problem.path else ''}{problem.message}")
    sound = [number for number in verified.versions if number not in verified.broken]
    size = f"{verified.files} 个文件，{verified.bytes / 1024 / 1024:.1f} MB"
    name = shown(archive_folder.parent if archive_folder.name == "archive" else archive_folder)
    if verified.problems:
        good = f"，完好的有{'、'.join(f'第{number}版' for number in sound)}" if sound else ""
        click.echo(
            click.style("× ", fg="red") + f"{name}：查出 {len(verified.problems)} 处{good}（共 {size}）。"
        )
        click.echo(
            "  多出的移走；别的用备份里同一版的文件夹换回来，再校验一次。没有备份的，报告档案负责人，不要自己改。"
        )
    else:
        click.echo(
            click.style("√ ", fg="green") + f"{name}：{len(verified.versions)} 版都与归档时一样（{size}）。"
        )
    for note in verified.notes:
        click.echo(f"  {note}")


def _most(problems: Sequence[Problem]) -> Iterator[Problem]:
    """The problems to be told: of a version that lost a folder not every file."""
    for _, group in groupby(problems, key=lambda each: (each.version, each.kind)):
        same = list(group)
        yield from same[:_MOST]
        if len(same) > _MOST:
            yield same[_MOST]._replace(
                path="", message=f"另有 {len(same) - _MOST} 处，加 --format json 看全部"
            )


def _tell_match(verified: Verified, wanted: str, *, quiet: bool) -> bool:
    for number, digest in verified.versions.items():
        if digest is not None and wanted in (digest.sha256, digest.sm3):
            if not quiet:
                click.echo(
                    f"  给出的摘要就是第{number}版的。"
                    + ("" if number not in verified.broken else "但这一版有上面说的问题。")
                )
            return True
    return False


def _verified_json(verified: Verified) -> dict[str, object]:
    return {
        "archive": str(verified.archive),
        "versions": {
            str(number): digest and {"sha256": digest.sha256, "sm3": digest.sm3}
            for number, digest in verified.versions.items()
        },
        "files": verified.files,
        "bytes": verified.bytes,
        "problems": [problem._asdict() for problem in verified.problems],
        "notes": list(verified.notes),
    }


def _rebuilt(verified: Verified, told: dict[str, object] | None) -> bool:
    """Build every version again that can be; whether all came out the same."""
    from compiler.archive.history import read_history
    from compiler.archive.layout import ArchiveError
    from compiler.archive.rebuild import rebuild
    from compiler.publishing import WorkspaceError

    alike = True
    rows: list[dict[str, object]] = []
    for number, stored in read_history(verified.archive).versions.items():
        if stored.record is None:
            continue
        bar = Bar(f"第{number}版")
        try:
            again = rebuild(stored, stored.record, bar.show)
        except (ArchiveError, WorkspaceError) as error:
            bar.clear()
            alike = False
            rows.append({"version": number, "error": str(error)})
            if told is None:
                click.echo(str(error), err=True)
            continue
        bar.clear()
        same = not again.differing
        alike &= same
        rows.append(
            {
                "version": number,
                "sha256": again.digest,
                "differing": again.differing,
                "programs": again.programs,
            }
        )
        if told is not None:
            continue
        if same:
            click.echo(click.style("√ ", fg="green") + f"第{number}版：重新生成的内容与冻结的一样。")
            continue
        what = (
            "没有编成"
            if again.digest is None
            else f"有 {len(again.differing)} 处不同：{'、'.join(again.differing[:4])}"
        )
        click.echo(click.style("× ", fg="red") + f"第{number}版：重新生成的内容与冻结的不一样，{what}。")
        if again.programs:
            click.echo(f"  制作时的程序与现在不同，多半因此不同：{'；'.join(again.programs)}。")
        else:
            click.echo("  程序与制作时相同，应当一样：输入或文件被改动过。")
    if told is not None:
        told["rebuilt"] = rows
    return alike
