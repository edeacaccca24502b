"""Click in Chinese: headings of the help, and every complaint about a wrong call."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from importlib import import_module
from typing import Any

import click

from compiler.diagnostics import display_width, nearest
from compiler.patterns import pattern


class Interrupted(click.Abort):
    """The user broke off after something was written; the message says what."""


class ChineseCommand(click.Command):
    """A command whose help is Chinese throughout."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        settings.setdefault("options_metavar", "[选项]")
        super().__init__(*arguments, **settings)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        refuse_slips(self, ctx, args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # click leaves it out where an option lacks its value
            raise

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


_DASHED = pattern(
    r"([-\u2010-\u2015\u2212\u2500\ufe58\ufe63\uff0d\u30fc]+)([A-Za-z][A-Za-z-]*)(?:[=＝].*)?", re.DOTALL
)
"""What begins like an option: Word makes a long dash of two hyphens, a Chinese keyboard gives others."""


def refuse_slips(command: click.Command, ctx: click.Context, args: Sequence[str]) -> None:
    """Raise `UsageError` for an option with the wrong dashes, which would be taken for a folder or for other options, and for one where
    another option stands in place of its value.

    Of a group what stands behind its command's name is the command's own.
    """
    options = {
        name: option
        for option in command.get_params(ctx)
        if isinstance(option, click.Option)
        for name in (*option.opts, *option.secondary_opts)
    }
    for number, word in enumerate(args):
        if word == "--" or (isinstance(command, click.Group) and not _DASHED.fullmatch(word)):
            return
        found = _DASHED.fullmatch(word)
        if found and found[1] != "--" and word not in options:
            meant = f"--{found[2]}" if len(found[2]) > 1 else f"-{found[2]}"
            if len(found[2]) > 1 and meant not in options and not found[1].startswith("-"):
                meant = nearest(meant, options)
            if meant in options:
                raise click.UsageError(
                    f"没有 {found[1]}{found[2]} 这个选项。是不是 {meant}？前面是{'两' if meant.startswith('--') else '一'}个半角的减号。",
                    ctx,
                )
        option = options.get(word)
        following = args[number + 1] if number + 1 < len(args) else None
        if option is not None and not option.is_flag and not option.count and following in options:
            raise click.BadOptionUsage(word, f"Option '{word}' requires an argument.", ctx)


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
            meant = error.possibilities[0] if error.possibilities else _begins_like(error)
            near = f"是不是 {meant}？" if meant else ""
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
        case click.BadParameter(param=click.Parameter(type=click.Path())) if "not readable" in error.message:
            given = error.message.split("'")[1]
            return f"打不开“{given}”：没有权限。请检查权限。"
        case click.BadParameter():
            return f"{error.param.human_readable_name if error.param else '参数'} 不对：{error.message}"
        case click.BadOptionUsage() if "requires an argument" in error.message:
            return (
                f"选项 {error.option_name} 后面少了一个值，要写成 {error.option_name} {_placeholder(error)}。"
            )
        case click.BadOptionUsage():
            return f"选项 {error.option_name} 后面多了一个值，只写 {error.option_name}。"
    if error.message.startswith("No such command"):
        given = error.message.split("'")[1]
        group = error.ctx.command if error.ctx else None
        near = nearest(given, group.commands) if isinstance(group, click.Group) else ""
        return f"没有 {given} 这个命令。" + (f"是不是 {near}？" if near else "")
    if error.message.startswith("Got unexpected extra argument"):
        return f"多写了：{error.message.split('(', 1)[1].rstrip(').')}。中间有空格的，两头加引号。"
    return error.message


def _options(error: click.UsageError) -> list[click.Option]:
    if error.ctx is None:
        return []
    return [option for option in error.ctx.command.get_params(error.ctx) if isinstance(option, click.Option)]


def _begins_like(error: click.NoSuchOption) -> str:
    """The one long option that begins with the letter of a short one that there is not; empty when there are several."""
    letter = error.option_name.lstrip("-")
    if len(letter) != 1:
        return ""
    found = [name for option in _options(error) for name in option.opts if name.startswith(f"--{letter}")]
    return found[0] if len(found) == 1 else ""


def _placeholder(error: click.BadOptionUsage) -> str:
    """What the help shows for the value of an option."""
    return next(
        (option.metavar for option in _options(error) if error.option_name in option.opts and option.metavar),
        "值",
    )


def never_fail_to_print() -> None:
    """Print `?` for what a console's code page does not have, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
