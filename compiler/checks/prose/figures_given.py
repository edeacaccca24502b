"""What figures the data has: for every one the expression that prints it.

Asked without `points`, 分值 and 得分 are left out: every row has them, and few figures in prose are any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from compiler.checks.prose.figure_index import Entry, Figure
from compiler.checks.prose.typed_tokens import Token, folded, tokens
from compiler.evaluation.funds import AMOUNTS, Budget, Funds, FundsBySource
from compiler.evaluation.project import Project
from compiler.evaluation.report import Department, Section
from compiler.evaluation.scorecard import Scorecard
from compiler.figures import EXACT, Amount, Count, Rate
from compiler.patterns import pattern
from compiler.record import Facts

_DIGIT = pattern(r"\d")


def of_project(project: Project, root: str, points: bool) -> Iterator[Entry]:
    """The figures of a project, by expressions from `root` (本项目)."""
    yield from _spending(project, root, "")
    if points and project.typed_total is not None:
        yield from _points(project.typed_total, f"{root}.总分", "总分")
    if project.funds is not None:
        yield from _sources(project.funds, f"{root}.资金", points)
    yield from _facts(project.facts, f"{root}.补充数据")
    for number, row in enumerate(project.indicators or ()):
        path, owner = f"{root}.绩效指标[{number}]", row.level_3 or row.level_2 or row.level_1
        if points:
            yield from _points(row, path, owner, rank=2)
        yield from _texts(
            path, owner, (("完成值", row.actual), ("指标值", row.target), ("三级", row.level_3))
        )


def of_section(section: Section, root: str, points: bool) -> Iterator[Entry]:
    """The figures of an inner section, which has no points."""
    yield from _facts(section.facts, f"{root}.补充数据")


def of_department(
    parameters: Facts | None,
    department: Department | None,
    budget: Budget | None,
    scorecard: Scorecard | None,
    projects: tuple[Project, ...],
    points: bool,
) -> Iterator[Entry]:
    """The figures of the department as a whole."""
    if budget is not None:
        yield from _budget(budget, points)
    yield from _facts(parameters, "参数")
    yield from _facts(department.facts if department is not None else None, "单位.补充数据")
    if scorecard is not None:
        yield from _scorecard(scorecard, points)
    for key, name in AMOUNTS.items():
        given = [amount.yuan for project in projects if (amount := getattr(project, name)) is not None]
        if given:
            yield Entry(f"项目|合计('{key}')", key, "各项目合计", Amount(sum(given, Decimal(0))), 1)


def _budget(budget: Budget, points: bool) -> Iterator[Entry]:
    whole = budget.whole
    yield from _funds(whole, "预算.资金总体", "资金总体", 0, points)
    for key, _, funds in budget.parts:
        yield from _funds(funds, f"预算.{key}", key, 1, points)
        for name, of in AMOUNTS.items():
            part, total = getattr(funds, of), getattr(whole, of)
            if part is not None and total is not None and total.yuan:
                share = Rate(EXACT.divide(part.yuan, total.yuan))
                yield Entry(f"(预算.{key}.{name} / 预算.资金总体.{name})", "占比", key, share, 2)
    for key, rate in (
        ("结转结余率", budget.carryover),
        ("上年结转结余率", budget.last_carryover_rate),
        ("部门预决算差异率", budget.budget_variance),
    ):
        if rate is not None:
            yield Entry(f"预算.{key}", key, "", rate)
    yield from _facts(budget.facts, "预算.补充数据")


def _spending(of: Project | Funds, root: str, owner: str, rank: int = 0) -> Iterator[Entry]:
    """Budgets, expenditure, what is left, the rate, and by how much the budget was changed."""
    for key, name in (*AMOUNTS.items(), ("差额", "unspent"), ("执行率", "rate")):
        value = getattr(of, name)
        if value is not None:
            yield Entry(f"{root}.{key}", key, owner, value, rank)
    first, last = of.initial_budget, of.annual_budget
    if first is not None and last is not None and first.yuan != last.yuan:
        more, less = ("全年预算数", "年初预算数") if last.yuan > first.yuan else ("年初预算数", "全年预算数")
        difference = f"({root}.{more} - {root}.{less})"
        change = Amount(abs(EXACT.subtract(last.yuan, first.yuan)))
        yield Entry(difference, "调整", owner, change, rank + 1)
        if first.yuan:
            rate = Rate(EXACT.divide(change.yuan, first.yuan))
            yield Entry(f"({difference} / {root}.年初预算数)", "调整", owner, rate, rank + 1)


def _funds(of: Funds, root: str, owner: str, rank: int, points: bool) -> Iterator[Entry]:
    yield from _spending(of, root, owner, rank)
    if points:
        yield from _points(of, root, owner, rank + 1)


def _sources(funds: FundsBySource, root: str, points: bool) -> Iterator[Entry]:
    if funds.typed_whole is not None:
        yield from _funds(funds.typed_whole, f"{root}.年度资金总额", "年度资金总额", 1, points)
    for key, _, part in funds.sources:
        yield from _funds(part, f"{root}.{key}", key, 1, points)


def _points(of: Any, root: str, owner: str, rank: int = 0) -> Iterator[Entry]:
    if of.weight is not None:
        yield Entry(f"{root}.分值", "分值", owner, of.weight, rank)
    if of.score is not None:
        yield Entry(f"{root}.得分", "得分", owner, of.score, rank)


def _scorecard(card: Scorecard, points: bool) -> Iterator[Entry]:
    if points:
        yield from _points(card, "评分表", "")
    for i, part in enumerate(card.parts):
        if points:
            yield from _points(part, f"评分表.部分[{i}]", part.name, 1)
        for j, group in enumerate(part.groups):
            path = f"评分表.部分[{i}].分组[{j}]"
            if points:
                yield from _points(group, path, group.name or part.name, 2)
            for k, row in enumerate(group.rows):
                own = f"{path}.指标[{k}]"
                if points:
                    yield from _points(row, own, row.name, 2)
                for key, value in (("预算数", row.budget), ("执行数", row.expenditure), ("执行率", row.rate)):
                    if value is not None:
                        known = {"预算数": "全年预算数", "执行数": "全年执行数"}.get(key, key)
                        yield Entry(f"{own}.{key}", known, row.name, value, 3)
                yield from _texts(
                    own,
                    row.name,
                    (
                        ("完成值", row.actual),
                        ("指标值", row.target),
                        ("上年值", row.last_year),
                        ("本年值", row.this_year),
                    ),
                )


def _texts(root: str, owner: str, texts: Iterable[tuple[str, str | None]]) -> Iterator[Entry]:
    """The figures in texts of a form; the expression prints the whole text, so it serves for that only."""
    for key, text in texts:
        if not text:
            continue
        for is_whole, figure in figures_in(text):
            path = f"{root}.{key}"
            if is_whole:
                yield Entry(path, key, owner, text, 2)
            if figure is not None:
                yield Entry(path, key, owner, figure, 3, partial=True)


def figures_in(text: str) -> tuple[tuple[bool, Figure | None], ...]:
    """The figures in a text of a form, each with whether it is the whole text; None is a date, or a part of a thing."""
    return _figures_kept(text) if len(text) <= _SHORT else _figures_in(text)


_SHORT = 40
"""Characters of a text up to which forms are likely to share it: 100%, ≥95%."""


@lru_cache(maxsize=2_000)
def _figures_kept(text: str) -> tuple[tuple[bool, Figure | None], ...]:
    return _figures_in(text)


def _figures_in(text: str) -> tuple[tuple[bool, Figure | None], ...]:
    if _DIGIT.search(text) is None:
        return ()
    plain = folded(text)
    return tuple([(token.end - token.start == len(plain), as_figure(token)) for token in tokens(plain)])


def as_figure(token: Token) -> Figure | None:
    """The figure that a token is; None of a date, and of a part of a thing."""
    if token.kind in ("year", "date", "day") or (token.kind == "count" and token.digits):
        return None
    if token.kind == "amount":
        return Amount(token.value)
    if token.kind == "rate":
        return Rate(token.value.scaleb(-2, EXACT))
    return token.value if token.kind == "score" else Count(int(token.value), token.unit)


def _facts(facts: Facts | None, root: str) -> Iterator[Entry]:
    for key, value in (facts or {}).items():
        if key.isidentifier():
            path = f"{root}.{key}"
        else:
            path = "" if set(key) & set("'\"\\{}|") else f"{root}['{key}']"
        yield from _fact(key, value, path)


def _fact(key: str, value: Any, path: str) -> Iterator[Entry]:
    if isinstance(value, (Amount, Rate, Count)):
        yield Entry(path, key, "", value)
    elif isinstance(value, str):
        if any(char.isdigit() for char in value):
            yield Entry(path, key, "", value)
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _fact(key, item, path and f"{path}[{number}]")
        if value and all(isinstance(item, Amount) for item in value):
            yield Entry("", f"{key}合计", "", Amount(sum((item.yuan for item in value), Decimal(0))), 1)
