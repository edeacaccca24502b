"""The command `verify`: whether the versions are as they were made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.cli_output import Bar, print_json
from compiler.cli_reports import LISTING, OUT
from compiler.cli_versions import archives, shown
from compiler.cli_words import ChineseCommand
from compiler.diagnostics import Severity

if TYPE_CHECKING:
    from compiler.archive.problem import Problem
    from compiler.archive.rebuild import Rebuilt
    from compiler.archive.verify import Verified

_MOST = 12
"""Problems of one kind in one version told one by one."""


@click.command("verify", cls=ChineseCommand, short_help="校验已归档的各版有没有被改动。")
@click.argument("words", metavar="[文件夹]", nargs=-1)
@click.option("--rebuild", is_flag=True, help="另外用冻结的数据和模板重新生成每一版，比较写出的内容。")
@click.option("--digest", metavar="摘要", help="发布单上的 SHA-256 或 SM3，看它是哪一版。")
@LISTING
@OUT
def verify(words: tuple[str, ...], rebuild: bool, digest: str | None, listing: str, out: Path | None) -> int:
    """把各版的每个文件重读一遍，与归档时的摘要比较，说出哪一版的哪个文件被改动、缺少、多出、伪造，哪一版错位或被抽走。

    可以写报告文件夹、build 里的文件夹，或拷到别处的 archive 文件夹；不写，就校验 build 下的全部。

    \b
    例：chengwen verify content/丰台区金融办/2024
        chengwen verify 移交的光盘/archive --digest 3f2a91c0 77de……（照发布单打）
        chengwen verify --rebuild
    """
    from compiler.archive.layout import ArchiveError
    from compiler.archive.verify import verify as verify_archive

    folder, wanted = _asked(words, digest)
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
            matched |= _tell_match(verified, wanted, told[-1] if listing == "json" else None)
        if rebuild:
            failed |= not _rebuilt(verified, told[-1] if listing == "json" else None)
    if listing == "json":
        print_json(told)
    if wanted and not matched:
        said = "没有一版的摘要与给出的相同：先看是不是打错了；没有打错，就不是这里的版本，或者整版被换过。"
        click.echo(click.style("× ", fg="red") + said, err=True)
    return int(failed or (bool(wanted) and not matched))


def _tell_verified(verified: Verified) -> None:
    from compiler.archive.problem import KINDS

    archive_folder = verified.archive
    for problem in _most(verified.problems):
        kind = click.style(KINDS[problem.kind], fg="red", bold=True)
        click.echo(f"{problem.whose} {kind} {problem.path + '：' if problem.path else ''}{problem.message}")
    sound = [number for number in verified.versions if number not in verified.broken]
    size = f"{verified.files} 个文件，{verified.bytes / 1024 / 1024:.1f} MB"
    name = shown(archive_folder.parent if archive_folder.name == "archive" else archive_folder)
    if verified.problems:
        good = f"，完好的有{'、'.join(f'第{number}版' for number in sound)}" if sound else ""
        click.echo(
            click.style("× ", fg="red") + f"{name}：查出 {len(verified.problems)} 处{good}（共 {size}）。"
        )
        if any(verified.broken):
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


def _asked(words: tuple[str, ...], digest: str | None) -> tuple[Path | None, str]:
    """The folder and the digest meant: on the slip a digest is in groups, and each comes as a word of its own.

    Raises `UsageError` when it is no digest, or two folders are given.
    """
    from compiler.archive.typed import cleaned, complaint

    groups = [word for word in words if digest is not None and re.fullmatch("[0-9a-fA-F]{8}", word)]
    folders = [word for word in words if word not in groups]
    if len(folders) > 1:
        raise click.UsageError(f"一次校验一个文件夹，多写了：{' '.join(folders[1:])}。")
    typed = cleaned(" ".join([digest or "", *groups]))
    if digest is not None and (wrong := complaint(typed)):
        raise click.UsageError(f"--digest 后面的不是摘要：{wrong}。")
    return Path(folders[0]) if folders else None, typed


def _tell_match(verified: Verified, wanted: str, told: dict[str, object] | None) -> bool:
    """Say whose digest was given, on stderr, which leaves the listing to programs; whether it is one's."""
    from compiler.archive.typed import match

    found = match(wanted, verified.versions)
    if told is not None:
        told["match"] = found and found._asdict()
    if found is None:
        return False
    if found.wrong:
        click.echo(
            f"  给出的与第{found.version}版的 {found.what} 只差 {found.wrong} 位，是不是打错了？照发布单再打一遍。",
            err=True,
        )
        return False
    flaw = "但这一版有上面说的问题。" if found.version in verified.broken else ""
    click.echo(f"  给出的就是第{found.version}版的{found.what}。{flaw}", err=True)
    return True


def _verified_json(verified: Verified) -> dict[str, object]:
    return {
        "archive": str(verified.archive),
        "versions": {
            str(number): stored.digest and {"sha256": stored.digest.sha256, "sm3": stored.digest.sm3}
            for number, stored in verified.versions.items()
        },
        "files": verified.files,
        "bytes": verified.bytes,
        "problems": [problem._asdict() for problem in verified.problems],
        "notes": list(verified.notes),
    }


def _tell_rebuilt(number: int, again: Rebuilt) -> None:
    if not again.compared:
        click.echo(f"第{number}版只有 PDF，没有可比的：换一台机器，PDF 的字节就不同。")
        return
    if not again.differing:
        click.echo(click.style("√ ", fg="green") + f"第{number}版：重新生成的内容与冻结的一样。")
        return
    if again.digest is None:
        what = "没有编成"
        errors = [item for sink in again.result.sinks for item in sink if item.severity is Severity.ERROR]
        for item in errors[:4]:
            click.echo(f"  冻结的 {item.span}: {item.code.value} {item.message}")
    else:
        what = f"有 {len(again.differing)} 处不同：{'、'.join(again.differing[:4])}"
    click.echo(click.style("× ", fg="red") + f"第{number}版：重新生成的内容与冻结的不一样，{what}。")
    if again.programs:
        click.echo(f"  制作时的程序与现在不同，多半因此不同：{'；'.join(again.programs)}。")
    else:
        click.echo("  程序与制作时相同，应当一样：冻结的文件可能被改动过，也可能有这里没有记下的不同。")


def _rebuilt(verified: Verified, told: dict[str, object] | None) -> bool:
    """Build every version again that can be; whether all came out the same."""
    from compiler.archive.layout import ArchiveError
    from compiler.archive.rebuild import rebuild
    from compiler.publishing import WorkspaceError

    alike = True
    rows: list[dict[str, object]] = []
    for number, stored in verified.versions.items():
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
        same = again.compared and not again.differing
        alike &= same or not again.compared
        rows.append(
            {
                "version": number,
                "sha256": again.digest,
                "compared": again.compared,
                "differing": again.differing,
                "programs": again.programs,
            }
        )
        if told is None:
            _tell_rebuilt(number, again)
    if told is not None:
        told["rebuilt"] = rows
    return alike
