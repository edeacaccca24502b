"""Click in Chinese: headings of the help, and every complaint about a wrong call."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any

import click

from compiler.diagnostics import display_width, nearest


class Interrupted(click.Abort):
    """The user broke off after something was written; the message says what."""


class ChineseCommand(click.Command):
    """A command whose help is Chinese throughout."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        settings.setdefault("options_metavar", "[选项]")
        super().__init__(*arguments, **settings)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这份说明。"
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), "用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [
            record
            for parameter in self.get_params(ctx)
            if isinstance(parameter, click.Option)  # arguments stand in the usage line
            and (record := parameter.get_help_record(ctx)) is not None
        ]
        rows = [(name, words.removesuffix("  [required]")) for name, words in rows]  # ours say it in Chinese
        if rows:
            _section("选项", rows, formatter)


class Commands(MutableMapping[str, click.Command]):
    """Commands by name, each module imported when its command is asked for: a build needs none of the others."""

    def __init__(self, places: Mapping[str, str]) -> None:
        """`places`: of each name the module and what it calls the command, `compiler.cli_new:new`."""
        self._found: dict[str, click.Command | str] = dict(places)

    def __getitem__(self, name: str) -> click.Command:
        found = self._found[name]
        if isinstance(found, str):
            module, _, attribute = found.partition(":")
            found = self._found[name] = getattr(import_module(module), attribute)
        return found

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._found[name] = command

    def __delitem__(self, name: str) -> None:
        del self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class ChineseGroup(ChineseCommand, click.Group):
    """A group of such commands."""

    command_class = ChineseCommand

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        settings.setdefault("subcommand_metavar", "命令 …")
        super().__init__(*arguments, **settings)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        ChineseCommand.format_options(self, ctx, formatter)
        rows = [(name, self.commands[name].get_short_help_str(60)) for name in self.list_commands(ctx)]
        _section("命令", rows, formatter)


def _section(heading: str, rows: list[tuple[str, str]], formatter: click.HelpFormatter) -> None:
    """Names and what they are for, in columns as a terminal shows them: a Chinese character takes two."""
    formatter.write_paragraph()
    formatter.write(f"{heading}：\n")
    width = max(display_width(name) for name, _ in rows)
    for name, words in rows:
        formatter.write(f"  {name}{' ' * (width - display_width(name))}  {words}\n")


_AGREED = frozenset(("y", "yes", "是", "是的", "好", "好的", "对", "行", "可以", "写"))


def agreed(question: str) -> bool:
    """Ask a question that is answered with y or n, and give whether the answer is yes; anything unclear is no.

    Also 是, 好 and the like, and what a Chinese keyboard makes of y: ｙ, Ｙ.
    """
    from compiler.figures import half_width

    answer: str = click.prompt(question, default="n", show_default=False, prompt_suffix=" ")
    return half_width(answer).strip(" \t\u3000。.!").lower() in _AGREED


def run(command: click.Command, arguments: list[str] | None = None) -> int:
    """Run a command and give its exit code: 2, with a Chinese message, when the call was wrong."""
    try:
        result: Any = command.main(arguments, prog_name="chengwen", standalone_mode=False)
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "chengwen"
        click.echo(f"{_complaint(error)}\n提示：运行 {path} --help 看用法。", err=True)
        return 2
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        return 2
    except Interrupted as stopped:
        click.echo(str(stopped), err=True)
        return 1
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断，原来的文件没有改动。", err=True)
        return 1
    return result if isinstance(result, int) else 0


def _complaint(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption():
            near = f"是不是 {error.possibilities[0]}？" if error.possibilities else ""
            return f"没有 {error.option_name} 这个选项。{near}"
        case click.MissingParameter() if error.param:
            option = isinstance(error.param, click.Option)
            name = (
                error.param.opts[0] if option else error.param.human_readable_name
            )  # -m, not the name in code
            return f"少了{f' {name} {error.param.metavar}' if option else f'“{name}”'}。"
        case click.BadParameter(param=click.Option(type=click.Choice() as kind) as option):
            given = error.message.split("'")[1]
            return f"{option.opts[-1]} 不能是“{given}”，可用：{'、'.join(kind.choices)}。"
        case click.BadParameter():
            return f"{error.param.human_readable_name if error.param else '参数'} 不对：{error.message}"
        case click.BadOptionUsage():
            return f"选项 {error.option_name} 后面少了一个值，或多了一个值。"
    if error.message.startswith("No such command"):
        given = error.message.split("'")[1]
        group = error.ctx.command if error.ctx else None
        near = nearest(given, group.commands) if isinstance(group, click.Group) else ""
        return f"没有 {given} 这个命令。" + (f"是不是 {near}？" if near else "")
    if error.message.startswith("Got unexpected extra argument"):
        return f"多写了：{error.message.split('(', 1)[1].rstrip(').')}。中间有空格的，两头加引号。"
    return error.message


def never_fail_to_print() -> None:
    """Print `?` for what a console's code page does not have, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
