"""Which figures the data has, by value: for every one the expression that prints it.

An index is built for what a narrative is about (a project, an inner section) and one for the department, each when a
typed figure is first looked up in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, TypeAlias

from compiler.checks.prose.typed_tokens import Token, folded, tokens
from compiler.computed import computed
from compiler.evaluation.funds import AMOUNTS, Budget, Funds, FundsBySource
from compiler.evaluation.project import Project
from compiler.evaluation.report import Department, Section
from compiler.evaluation.scorecard import Scorecard
from compiler.figures import (
    EXACT,
    UNITS,
    Amount,
    Count,
    NumberRule,
    Rate,
    format_amount,
    format_number,
    format_rate,
    rounded,
)
from compiler.filters import NUMBER_DIGITS
from compiler.named import NamedTuple
from compiler.patterns import pattern
from compiler.record import Facts

Figure: TypeAlias = Amount | Rate | Decimal | Count | str


_DIGIT = pattern(r"\d")
BARE = "数"
"""Ends the unit of a figure that is printed without it, as filters are called: 万元数."""


class Entry(NamedTuple):
    """A figure of the data."""

    path: str
    """The expression without its filter; empty when there is none."""
    key: str
    """What it is called: 全年预算数, or a name that the clerk gave it."""
    owner: str
    """Whose it is, when the figures beside it have others: 项目支出, 财政拨款, an indicator."""
    value: Figure
    rank: int = 0
    """The higher, the less likely meant: a figure of a row is meant less often than the total."""
    partial: bool = False
    """The expression prints more than the figure: ≥98.50%."""

    def expression(self, unit: str) -> str:
        """What stands between the braces to print it in `unit`; 万元数 is the number alone."""
        bare = unit.endswith(BARE)
        if isinstance(self.value, Amount):
            return f"{self.path}|{unit}"
        if isinstance(self.value, Rate):
            return f"{self.path}|{'百分数' if bare else '百分比'}"
        if isinstance(self.value, Count):
            return f"{self.path}|数值" if bare else self.path
        return f"{self.path}|数" if isinstance(self.value, Decimal) else self.path

    def placeholder(self, unit: str) -> str:
        """What to write in the narrative; empty when no expression gives the figure."""
        tail = "分" if isinstance(self.value, Decimal) and not unit.endswith(BARE) else ""
        return "" if self.partial or not self.path else f"{{{{ {self.expression(unit)} }}}}{tail}"

    def printed(self, unit: str, rule: NumberRule) -> str:
        """The words that the placeholder prints."""
        words = self._printed(unit.removesuffix(BARE), rule)
        return "".join(char for char in words if char in "0123456789,.") if unit.endswith(BARE) else words

    def _printed(self, unit: str, rule: NumberRule) -> str:
        value = self.value
        if isinstance(value, Amount):
            return f"{format_amount(value, unit, rule)}{unit}"
        if isinstance(value, Rate):
            return f"{format_rate(value, rule)}%"
        if isinstance(value, Count):
            return format_number(Decimal(value.number), 0, rule._replace(pad=False)) + value.measure
        if isinstance(value, Decimal):
            return f"{format_number(value, NUMBER_DIGITS, rule._replace(pad=False))}分"
        return value

    @property
    def name(self) -> str:
        """How messages call it; an expression stands between spaces."""
        if self.path and not self.partial:
            return f" {self.path} "
        return f"“{self.owner}”的{self.key}" if self.owner else self.key


class Index:
    """Figures by value, those of a kind when one is first looked up: most indexes are asked for a figure or two."""

    def __init__(self, entries: Iterable[Entry], rule: NumberRule) -> None:
        self.entries, self._rule = tuple(entries), rule
        self._by_kind: dict[str, list[Entry]] = {}
        self._by_form: dict[str, dict[Any, list[Entry]]] = {}

    def _of_kind(self, kind: str) -> list[Entry]:
        """The figures of a kind of tokens, in order."""
        known = self._by_kind.get(kind)
        if known is None:
            wanted = CLASSES.get(kind)
            known = self._by_kind[kind] = [entry for entry in self.entries if type(entry.value) is wanted]
        return known

    def _found(self, kind: str, form: Any) -> list[Entry]:
        """The figures of a kind that are looked up by a form."""
        known = self._by_form.get(kind)
        if known is None:
            known = self._by_form[kind] = {}
            for entry in self._of_kind(kind):
                for one in forms_of(entry.value, self._rule):
                    found = known.setdefault(one, [])
                    if entry not in found:
                        found.append(entry)
        return known.get(form, [])

    def find(self, token: Token) -> list[Entry]:
        """The figures with the very value."""
        found = list(self._found(token.kind, form_of(token)))
        if token.kind == "score":
            found += self._found("count", ("count", token.value, "分"))
        return found

    @computed
    def _texts(self) -> list[Entry]:
        return [entry for entry in self.entries if isinstance(entry.value, str)]

    @computed
    def _counts(self) -> dict[str, set[Decimal]]:
        """The numbers of the counts, by what they count."""
        found: dict[str, set[Decimal]] = defaultdict(set)
        for entry in self._of_kind("count"):
            if isinstance(entry.value, Count):
                found[entry.value.measure].add(Decimal(entry.value.number))
        return found

    def makes(self, token: Token) -> bool:
        """Whether a count is one of these, counted in other words, or the sum or the difference of two alike."""
        value, alike = token.value, self._counts.get(token.unit, set())
        return any(value in numbers for numbers in self._counts.values()) or any(
            value and (value - number in alike or value + number in alike) for number in alike
        )

    def texts(self, text: str, start: int, token: Token) -> list[Entry]:
        """The texts of the data that stand in `text` from `start`, where the token does, the longest first.

        One that is shorter than the token does not count: 2024年9月 is not 2024年9月15日.
        """
        length, typed = token.end - token.start, "".join(token.text.split())
        found = [
            entry
            for entry in self._texts
            if entry.value == typed
            or (len(str(entry.value)) >= length and text.startswith(str(entry.value), start))
        ]
        return sorted(found, key=lambda entry: -len(str(entry.value)))

    def about(self, token: Token) -> list[Entry]:
        """The figures that are the token's value once rounded to the digits it was typed with."""
        return [entry for entry in self._of_kind(token.kind) if rounds_to(entry.value, token)]

    def alike(self, token: Token) -> list[Entry]:
        """The figures of the same kind, in order."""
        return self._of_kind(token.kind)


CLASSES: dict[str, type[Figure]] = {"amount": Amount, "rate": Rate, "score": Decimal, "count": Count}
"""What the figures of each kind of tokens are."""


def in_unit(value: Figure, token: Token) -> Decimal | None:
    """A figure as a number in the token's unit; None when it is of another kind."""
    if isinstance(value, Amount):
        power = UNITS.get(token.unit) if token.kind == "amount" else None
        return None if power is None else value.yuan.scaleb(-power, EXACT)
    if isinstance(value, Rate):
        return EXACT.multiply(value.ratio, Decimal(100)) if token.kind == "rate" else None
    if isinstance(value, Decimal):
        return value if token.kind == "score" else None
    if isinstance(value, Count):
        return Decimal(value.number) if (token.kind, token.unit) == ("count", value.measure) else None
    return None


def number_of(token: Token) -> Decimal:
    """The token's number as it was typed, in its unit."""
    power = UNITS.get(token.unit, 0) if token.kind == "amount" else 0
    return token.value.scaleb(-power, EXACT)


def rounds_to(value: Figure, token: Token) -> bool:
    """Whether a figure is the token's once rounded to its digits; 99.99% does not round to 100% here."""
    number = in_unit(value, token)
    if number is None or token.digits > 12 or number.adjusted() > 30:
        return False
    typed = number_of(token)
    return typed not in (0, 100) and rounded(number, token.digits) == typed


def form_of(token: Token) -> Any:
    """What a token is looked up by."""
    return (token.kind, token.value, token.unit) if token.kind == "count" else (token.kind, token.value)


def forms_of(value: Figure, rule: NumberRule) -> Iterator[Any]:
    """What a figure is looked up by: as it is, and as it is printed."""
    if isinstance(value, Amount):
        yield "amount", value.yuan
    elif isinstance(value, Rate):
        yield "rate", Decimal(format_rate(value, rule).replace(",", ""))
        yield "rate", EXACT.multiply(value.ratio, Decimal(100))
    elif isinstance(value, Count):
        yield "count", Decimal(value.number), value.measure
    elif isinstance(value, Decimal):
        yield "score", value


# What the data has -----------------------------------------------------------------------


def of_project(project: Project, root: str) -> Iterator[Entry]:
    """The figures of a project, by expressions from `root` (本项目)."""
    yield from _spending(project, root, "")
    if project.typed_total is not None:
        yield from _points(project.typed_total, f"{root}.总分", "总分")
    if project.funds is not None:
        yield from _sources(project.funds, f"{root}.资金")
    yield from _facts(project.facts, f"{root}.补充数据")
    for number, row in enumerate(project.indicators or ()):
        path, owner = f"{root}.绩效指标[{number}]", row.level_3 or row.level_2 or row.level_1
        yield from _points(row, path, owner, rank=2)
        yield from _texts(
            path, owner, (("完成值", row.actual), ("指标值", row.target), ("三级", row.level_3))
        )


def of_section(section: Section, root: str) -> Iterator[Entry]:
    """The figures of an inner section."""
    yield from _facts(section.facts, f"{root}.补充数据")


def of_department(
    parameters: Facts | None,
    department: Department | None,
    budget: Budget | None,
    scorecard: Scorecard | None,
    projects: tuple[Project, ...],
) -> Iterator[Entry]:
    """The figures of the department as a whole."""
    if budget is not None:
        yield from _budget(budget)
    yield from _facts(parameters, "参数")
    yield from _facts(department.facts if department is not None else None, "单位.补充数据")
    if scorecard is not None:
        yield from _scorecard(scorecard)
    for key, name in AMOUNTS.items():
        given = [amount.yuan for project in projects if (amount := getattr(project, name)) is not None]
        if given:
            yield Entry(f"项目|合计('{key}')", key, "各项目合计", Amount(sum(given, Decimal(0))), 1)


def _budget(budget: Budget) -> Iterator[Entry]:
    whole = budget.whole
    yield from _spending(whole, "预算.资金总体", "资金总体")
    for key, _, funds in budget.parts:
        yield from _spending(funds, f"预算.{key}", key, rank=1)
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
    if isinstance(of, Funds):
        yield from _points(of, root, owner, rank + 1)


def _sources(funds: FundsBySource, root: str) -> Iterator[Entry]:
    if funds.typed_whole is not None:
        yield from _spending(funds.typed_whole, f"{root}.年度资金总额", "年度资金总额", rank=1)
    for key, _, part in funds.sources:
        yield from _spending(part, f"{root}.{key}", key, rank=1)


def _points(of: Any, root: str, owner: str, rank: int = 0) -> Iterator[Entry]:
    if of.weight is not None:
        yield Entry(f"{root}.分值", "分值", owner, of.weight, rank)
    if of.score is not None:
        yield Entry(f"{root}.得分", "得分", owner, of.score, rank)


def _scorecard(card: Scorecard) -> Iterator[Entry]:
    yield from _points(card, "评分表", "")
    for i, part in enumerate(card.parts):
        yield from _points(part, f"评分表.部分[{i}]", part.name, 1)
        for j, group in enumerate(part.groups):
            path = f"评分表.部分[{i}].分组[{j}]"
            yield from _points(group, path, group.name or part.name, 2)
            for k, row in enumerate(group.rows):
                own = f"{path}.指标[{k}]"
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
        if not text or _DIGIT.search(text) is None:
            continue
        plain, path = folded(text), f"{root}.{key}"
        for token in tokens(plain):
            if token.end - token.start == len(plain):
                yield Entry(path, key, owner, text, 2)
            figure = as_figure(token)
            if figure is not None:
                yield Entry(path, key, owner, figure, 3, partial=True)


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
