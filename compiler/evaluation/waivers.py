"""waivers.yaml: which findings of the rules are let stand, by whom and why."""

from __future__ import annotations

from compiler.diagnostics import Code, nearest_code
from compiler.figures import half_width
from compiler.kinds import DATE, TEXT, Context, Kind, list_of
from compiler.rawdata import Node
from compiler.record import Record
from compiler.schema import optional, record_of, required

RULES = "ASINGL"
"""First letters of the codes that may be waived: those of rules. A compile error leaves nothing to print."""


def _code(node: Node, context: Context, key: str) -> Code | None:
    text = TEXT.read(node, context, key)
    if text is None:
        return None
    known = {code.value: code for code in Code}
    wanted = half_width(text.strip()).upper()
    code = known.get(wanted)
    if code is None:
        near = nearest_code(wanted, (name for name in known if name[0] in RULES))
        message = f"没有“{text}”这个代号"
        hint = (f"是不是 {near}？" if near else "") + "照 chengwen check 列出的写，如 A001"
    elif wanted[0] == "W":
        message, hint = f"{wanted} 说的是放行本身，不能放行", "照它的提示改这个文件"
    elif wanted[0] not in RULES:
        message, hint = f"{wanted} 说的是数据、叙述或模板写错了，不能放行", "照它的提示改正，删去这一条"
    else:
        return code
    context.error(Code.NOT_A_CHOICE, node.place, message, hint)
    return None


def _words(node: Node, context: Context, key: str) -> str | None:
    text = TEXT.read(node, context, key)
    if text is not None and not text.strip():  # nothing between quotes; a bare blank is the schema's to tell
        context.error(Code.MISSING_KEY, node.place, f"“{key}”后面没有填", "填上它的值")
        return None
    return text


_WORDS = Kind(_words)


class Waiver(Record):
    """One entry: findings of a rule in a file that somebody lets stand."""

    NOUN = "这一条放行"
    code: Code = required("代码", Kind(_code))
    file: str = required("位置", _WORDS)
    """Its path from the report's folder, with forward slashes; a template's from the workspace: templates/…"""
    fact: str | None = optional("事实", _WORDS)
    """The message or a part of it; without it, every finding of the rule in the file is meant."""
    reason: str = required("原因", _WORDS)
    by: str = required("放行人", _WORDS)
    date: str = required("日期", DATE)
    """ISO 8601."""
    until: str | None = optional("有效期至", DATE)
    """The last day it is in force, ISO 8601."""
    remark: str | None = optional("说明", TEXT)


class Waivers(Record):
    """waivers.yaml."""

    NOUN = "waivers.yaml"
    entries: tuple[Waiver, ...] | None = optional("放行", list_of(record_of(Waiver)))
    remark: str | None = optional("说明", TEXT)
