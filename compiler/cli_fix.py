"""`chengwen check --fix`: shows what would be written, asks, writes, and checks again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from compiler.cli_output import tell_changes
from compiler.cli_words import agreed

if TYPE_CHECKING:
    from compiler.pipeline import Result
    from compiler.workspace import Workspace

_ROUNDS = 3
"""One remedy may make room for another, as on the same words; each is shown before it is written."""


def mended(
    workspace: Workspace, folder: Path, result: Result, strict: bool, yes: bool, written: list[str]
) -> Result:
    """Put into the files what the findings offer, when that is wanted, and give what is found then.

    `written` is told of every change that was made, also when the user breaks off later.
    """
    from compiler.fixing import plan_fixes, write_fixes
    from compiler.pipeline import build as compile_report
    from compiler.publishing import WorkspaceError

    try:
        for number in range(_ROUNDS):
            plan = plan_fixes(
                workspace,
                folder,
                result.findings,
                lambda changed: compile_report(changed, folder, None).sinks,
            )
            if not plan.changes:
                if not number:
                    click.echo(f"{result.folder}：没有能照着改的。\n")
                break
            if number:
                click.echo(f"改了以后，又有 {len(plan.fixed)} 处能照着改的，一并改：\n")
            tell_changes(plan)
            if not number and not yes and not agreed(f"上面 {len(plan.fixed)} 处，写入吗？[y/N]"):
                click.echo("没有写入。\n")
                break
            write_fixes(plan)
            written.append(f"{result.folder}（改了 {len(plan.fixed)} 处）")
            click.echo(f"已写入 {len(plan.fixed)} 处。\n")
            result = compile_report(workspace, folder, None, (), strict=strict)
    except WorkspaceError as error:
        click.echo(f"{error}\n", err=True)
    return result
