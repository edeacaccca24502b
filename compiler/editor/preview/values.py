"""What may be put into a text: the values that its place sees, by name or by how they are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from compiler.diagnostics import Diagnostics
from compiler.editor.preview.page import Value
from compiler.expressions import Scope, compile_expression
from compiler.figures import Amount, Count, NumberRule, Rate
from compiler.named import NamedTuple
from compiler.record import Broken, Facts, Missing, Record, Unfilled
from compiler.source import Source, line_and_column

_DEPTH = 6
_WORD = re.compile(r"[^\W\d]\w*")
_UNITS = ("万元", "元", "亿元")
_SUMMED = ("年初预算数", "全年预算数", "全年执行数")
"""Of all projects."""
_HERE = Source("", "").span(0)


class _Candidate(NamedTuple):
    expression: str
    name: str
    group: str
    source: str
    usual: bool
    """Whether it is offered also to who did not ask for its form."""


def find_values(scope: Scope, rule: NumberRule, query: str, most: int) -> list[Value]:
    """The values in a scope that every word of `query` is found in: name, group, expression or printed form.

    The place's own item comes first. Numbers are found with or without their thousands separators.
    """
    words = [_plain(word) for word in query.split()]
    exact: list[Value] = []
    others: list[Value] = []
    for candidate in _candidates(scope):
        if not words and not candidate.usual:
            continue
        text = _text(candidate.expression, scope, rule)
        if not text:
            continue
        value = Value(candidate.expression, text, candidate.name, candidate.group, candidate.source)
        printed = _plain(text)
        names = f"{_plain(candidate.name)}\n{_plain(candidate.group)}\n{_plain(candidate.expression)}"
        by_value = [word for word in words if word in printed]
        if not all(word in names or word in printed for word in words):
            continue
        if not candidate.usual and not by_value:
            continue
        (exact if printed in words else others).append(value)
        if not words and len(others) >= most:
            break
    return [*exact, *others][:most]


def _plain(text: str) -> str:
    return text.casefold().replace(",", "").replace("，", "")


def _text(expression: str, scope: Scope, rule: NumberRule) -> str:
    """What an expression prints; empty when it does not."""
    sink = Diagnostics()
    compiled = compile_expression(expression, _HERE, sink)
    text = compiled.text_value(scope, rule, _HERE, sink) if compiled is not None else None
    return (text or "").replace("\n", "")


def _candidates(scope: Scope) -> Iterator[_Candidate]:
    item = scope.get("本项")
    if isinstance(item, Record):
        yield from _of_record(item, "本项目" if "本项目" in scope else "本项", item.title, 0)
    for name in ("预算", "单位", "评分表"):
        value = scope.get(name)
        if isinstance(value, Record):
            yield from _of_record(value, name, name, 0)
    parameters = scope.get("参数")
    if isinstance(parameters, Facts):
        yield from _of_facts(parameters, "参数", "参数")
    projects = scope.get("项目")
    if type(projects) is tuple and projects:
        yield _Candidate("项目|个数", "项目个数", "全部项目", "各项目文件", True)
        for key in _SUMMED:
            for unit in _UNITS:
                total = f"项目|合计('{key}')|{unit}"
                yield _Candidate(total, f"{key}合计", "全部项目", "各项目之和", unit == _UNITS[0])
    for name in ("年度", "上年", "题名"):
        if name in scope:
            yield _Candidate(name, name, "报告", "report.yaml", True)


def _of_record(record: Record, path: str, group: str, depth: int) -> Iterator[_Candidate]:
    for key in record.NAMES:
        try:
            value = record.lookup(key)
        except ArithmeticError:  # what a figure of the data makes impossible is told where it is printed
            continue
        place = record.place_of(key)
        if place is not None:
            source = f"{record.source.path}:{':'.join(map(str, line_and_column(place)))}"
        else:
            source = record.origin(key)[0]
        yield from _of_value(value, _member(path, key), key, group, source, depth)


def _of_facts(facts: Facts, path: str, group: str) -> Iterator[_Candidate]:
    for key in (*facts, *(key for key in facts.unfilled if key not in facts)):
        span = facts.span_of(key)
        yield from _of_value(facts.lookup(key), _member(path, key), key, group, str(span or ""), 0)


def _of_value(value: Any, path: str, name: str, group: str, source: str, depth: int) -> Iterator[_Candidate]:
    if value is None or isinstance(value, (Missing, Broken, bool)) or depth > _DEPTH:
        return
    if isinstance(value, Record):
        yield from _of_record(value, path, f"{group} · {name}", depth + 1)
    elif isinstance(value, Facts):
        yield from _of_facts(value, path, f"{group} · {name}")
    elif isinstance(value, Amount):
        for unit in _UNITS:
            yield _Candidate(f"{path}|{unit}", name, group, source, unit == _UNITS[0])
        for unit in _UNITS:
            yield _Candidate(f"{path}|{unit}数", f"{name}（只要数字）", group, source, False)
    elif isinstance(value, Rate):
        yield _Candidate(f"{path}|百分比", name, group, source, True)
    elif type(value) is tuple and not isinstance(value, Count):
        yield from _of_list(value, path, name, group, source, depth)
    elif isinstance(value, Unfilled) or not isinstance(value, dict):
        yield _Candidate(path, name, group, source, True)


def _of_list(
    items: tuple[Any, ...], path: str, name: str, group: str, source: str, depth: int
) -> Iterator[_Candidate]:
    yield _Candidate(f"{path}|个数", f"{name}个数", group, source, True)
    for index, item in enumerate(items):
        called = getattr(item, "name", None) or getattr(item, "level_3", None) or f"第{index + 1}项"
        inner = f"{path}[{index}]"
        if isinstance(item, Record):
            yield from _of_record(item, inner, f"{group} · {name} · {called}", depth + 1)
        else:
            yield from _of_value(item, inner, f"{name}第{index + 1}项", group, source, depth + 1)


def _member(path: str, key: str) -> str:
    """A key of what a path leads to, in brackets where it is no name."""
    if _WORD.fullmatch(key):
        return f"{path}.{key}"
    quoted = key.replace("\\", "\\\\").replace("'", "\\'")
    return f"{path}['{quoted}']"
