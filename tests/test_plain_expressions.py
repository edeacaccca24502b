"""What is parsed without Jinja2 is parsed as Jinja2 parses it, and what is not plain is left to it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from jinja2.exceptions import TemplateSyntaxError
from jinja2.parser import Parser

from compiler.plain_expressions import parse_plain

_FIELDS = {
    "Name": ("name",),
    "Const": ("value",),
    "Getattr": ("node", "attr"),
    "Getitem": ("node", "arg"),
    "Filter": ("node", "name", "args", "kwargs", "dyn_args", "dyn_kwargs"),
    "CondExpr": ("test", "expr1", "expr2"),
    "Compare": ("expr", "ops"),
    "Operand": ("op", "expr"),
    "Not": ("node",),
    **dict.fromkeys(("And", "Or", "Add", "Sub", "Mul", "Div"), ("left", "right")),
}


def shape(node: Any) -> Any:
    """A node, Jinja2's or ours, as plain data; of one that we have not, only what it is."""
    if isinstance(node, list | tuple):
        return [shape(item) for item in node]
    name = type(node).__name__
    if name in ("str", "int", "float", "bool", "NoneType"):
        return name, node
    return name, [shape(getattr(node, field)) for field in _FIELDS.get(name, ())]


def by_jinja(text: str) -> Any:
    parser = Parser(Environment(optimized=False), text, state="variable")
    try:
        node = parser.parse_expression()
    except (TemplateSyntaxError, ValueError):
        return None
    return node if parser.stream.eos else None


PLAIN = (
    "年度",
    "本项目.全年预算数|万元数",
    " 评分表.部分[0].指标 | 个数 ",
    "项目|合计('全年预算数')|万元",
    '行.偏差原因|默认("")',
    "(本项目.绩效指标|个数) + 1",
    "a + b * c - d / e",
    "'是' if a == b and not c or d else '否'",
    "a if b else c if d else e",
    "a if b",
    "a < b <= c",
    "not not a",
    "本项目.if",
    "a['全年 预算数'].b",
    "loop.first and 组 == 部.分组[0]",
)
OTHER = (
    "",
    "a b",
    "a.",
    "a.0",
    "a(1)",
    "a|b.c",
    "a|b(c=1)",
    "a|b()",
    "a|b(c,)",
    "a is defined",
    "a in b",
    "-1",
    "1.5",
    "1_000",
    "01",
    "2万",
    "'a' 'b'",
    "'a",
    "a ~ b",
    "a ** b",
    "a // b",
    "a % b",
    "[a]",
    "{}",
    "()",
    "(a, b)",
    "a[1:2]",
    "a[1, 2]",
    "true",
    "None",
    "if",
    "a\u00b7b",
    "１",
    "a|1",
    "a = b",
    "(" * 900 + "a" + ")" * 900,
)


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_plain_is_parsed_as_jinja_does(text: str) -> None:
    assert shape(parse_plain(text)) == shape(by_jinja(text)) != shape(None)


@pytest.mark.parametrize("text", OTHER, ids=lambda text: text[:20])
def test_what_is_not_is_left_to_jinja(text: str) -> None:
    assert parse_plain(text) is None


_MARKS = ("==", "<=", "!=", "**", "//", " if ", " else ", " and ", " or ", "not ", " in ", " is ")
_WORDS = ("12", "0", "1.5", "'文'", '"b"', "|个数", "|默认('—')", ".年度", "[0]", "true", "é", "\uff12")
_PIECES = st.sampled_from((*"ab项.|()[],+-*/<>~:%={}! '\"\n\t", *_MARKS, *_WORDS))


@given(st.lists(_PIECES, max_size=14).map("".join))
def test_any_text_is_parsed_as_jinja_does_or_not_at_all(text: str) -> None:
    node = parse_plain(text)
    if node is not None:
        assert shape(node) == shape(by_jinja(text))
