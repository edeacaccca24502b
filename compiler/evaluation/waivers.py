"""waivers.yaml: which findings of the rules are let stand, by whom and why."""

from __future__ import annotations

from compiler.diagnostics import Code, nearest_code
from compiler.figures import half_width
from compiler.kinds import DATE, TEXT, Context, Kind
from compiler.patterns import pattern
from compiler.rawdata import Node, Sequence
from compiler.record import Record
from compiler.schema import optional, read_record, required

RULES = "ASINGL"
"""First letters of the codes that may be waived: those of rules. A compile error leaves nothing to print."""
SAMPLE_REASON = "写明为什么可以不改"
"""What `chengwen explain` has in the place of a reason; copied, it says nothing."""

_SHORTEST_FACT = 4
_EMPTY = pattern(
    "没有|暂?无|不详|不知道?|不清楚|待[补定填查写核]充?|[同见]上[条面]?|同前|如上|其[他它]|原因|理由|放行[人原因]*|测试|先?放着|先放行"
    rf"|[没无]有?(?:理由|原因)|{SAMPLE_REASON}|n/?a|none|null|todo|tbd|x+"
)
"""Words that say nothing, after marks and blanks are gone."""
_MARK = pattern(r"[^\w/]+|_+")
_NUMBER = pattern(r"[\d\s.,，、%％:：\-—]+")


def may_stand(code: str) -> bool:
    """Whether what a code says may be let stand, once somebody has judged it."""
    return code[0] in RULES or code == Code.STAND_IN.value


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
    elif may_stand(wanted):
        return code
    elif wanted[0] == "B":
        message, hint = f"{wanted} 说的是没有填完，不能放行", "照它的提示填完，删去这一条"
    else:
        message, hint = f"{wanted} 说的是数据、叙述或模板写错了，不能放行", "照它的提示改正，删去这一条"
    context.error(Code.NOT_A_CHOICE, node.place, message, hint)
    return None


def _words(node: Node, context: Context, key: str) -> str | None:
    text = TEXT.read(node, context, key)
    if text is not None and not text.strip():  # nothing between quotes; a bare blank is the schema's to tell
        context.error(Code.MISSING_KEY, node.place, f"“{key}”后面没有填", "填上它的值")
        return None
    return text


def says_something(text: str) -> bool:
    """Whether words are more than the filling of a form: 无, 同上, —, 待补, a single character."""
    bare = _MARK.sub("", half_width(text)).lower()
    return len(bare) > 1 and not _EMPTY.fullmatch(bare) and not bare.isdigit()


def _meant(node: Node, context: Context, key: str) -> str | None:
    """Words somebody answers for."""
    text = _words(node, context, key)
    if text is None or says_something(text):
        return text
    hint = "写清为什么可以不改，查的人要看" if key == "原因" else "写上是谁定的：姓名或者职务"
    context.error(Code.MISSING_KEY, node.place, f"“{key}”写的是“{text.strip()}”，等于没有写", hint)
    return None


def _fact(node: Node, context: Context, key: str) -> str | None:
    """Words of a finding, enough of them to tell it from another."""
    text = _words(node, context, key)
    if text is None or (len("".join(text.split())) >= _SHORTEST_FACT and not _NUMBER.fullmatch(text)):
        return text
    context.error(
        Code.WRONG_TYPE,
        node.place,
        f"“{key}”只写了“{text.strip()}”，会把别的也放行",
        "照 chengwen check 列出的那句话写，连名称带数，如“多9万元”",
    )
    return None


_WORDS = Kind(_words)
_MEANT = Kind(_meant)


class Waiver(Record):
    """One entry: findings of a rule in a file that somebody lets stand."""

    NOUN = "这一条放行"
    code: Code = required("代码", Kind(_code))
    file: str = required("位置", _WORDS)
    """Its path from the report's folder, with forward slashes; a template's from the workspace: templates/…"""
    fact: str | None = optional("事实", Kind(_fact))
    """The message or a part of it; without it, every finding of the rule in the file is meant."""
    reason: str = required("原因", _MEANT)
    by: str = required("放行人", _MEANT)
    date: str = required("日期", DATE)
    """ISO 8601."""
    until: str | None = optional("有效期至", DATE)
    """The last day it is in force, ISO 8601."""
    remark: str | None = optional("说明", TEXT)


def _entries(node: Node, context: Context, key: str) -> tuple[Waiver, ...] | None:
    """The sound ones: a slip in one entry is no reason to leave out the others."""
    if type(node) is not Sequence:
        context.error(Code.WRONG_TYPE, node.place, f"“{key}”应当是一个列表", "每项一行，用“- ”开头")
        return None
    read = [read_record(Waiver, item, context, key) for item in node.items]
    return tuple(entry for entry in read if entry is not None)


ENTRIES: Kind[tuple[Waiver, ...]] = Kind(_entries)


class Waivers(Record):
    """waivers.yaml."""

    NOUN = "waivers.yaml"
    entries: tuple[Waiver, ...] | None = optional("放行", ENTRIES)
    remark: str | None = optional("说明", TEXT)
