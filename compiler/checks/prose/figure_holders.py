"""Which of the projects have a figure, found without an index of each: of a few dozen, one or two do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain
from operator import attrgetter
from typing import Any

from compiler.checks.prose.figure_index import CLASSES, form_of, forms_of
from compiler.checks.prose.figures_given import figures_in
from compiler.checks.prose.typed_tokens import Token, TokenKind
from compiler.checks.signs import any_in
from compiler.evaluation.funds import AMOUNTS, Funds
from compiler.evaluation.project import Project
from compiler.figures import EXACT, Amount, Count, NumberRule, Rate

_MARKS: dict[TokenKind, str] = {"amount": "元", "rate": "%％", "count": "0123456789０１２３４５６７８９"}
"""The kinds of figures that are looked up in projects; every text with such a figure has one of these."""


class Holders:
    """Says which indexes of projects (`of_project`) may have an amount, a rate or a count: too many do no harm, but take time."""

    def __init__(self, projects: tuple[Project, ...], texts: Iterable[str], rule: NumberRule) -> None:
        """`texts`: all that the projects' forms have, each once; others may be among them."""
        self._projects, self._texts, self._rule = projects, texts, rule
        self._found: dict[TokenKind, tuple[dict[Any, set[int]], dict[Any, set[str | None]]]] = {}

    def of(self, token: Token) -> list[int]:
        """The numbers of the projects in which the very value may be found, in order."""
        form, (given, typed) = form_of(token), self._by_form(token.kind)
        found, texts = given.get(form, set()), typed.get(form)
        if texts:
            found = found.union(
                number
                for number, project in enumerate(self._projects)
                for row in project.indicators or ()
                if row.actual in texts or row.target in texts or row.level_3 in texts
            )
        return sorted(found)

    def makes(self, token: Token) -> bool:
        """Whether a count may be one of theirs, counted in other words, or the sum or the difference of two."""
        value, numbers = token.value, {number for number, _ in chain(*self._by_form("count"))}
        return value in numbers or any(
            value - number in numbers or value + number in numbers for number in numbers
        )

    def _by_form(self, kind: TokenKind) -> tuple[dict[Any, set[int]], dict[Any, set[str | None]]]:
        """By what a figure of the kind is looked up by: the projects that are given it, and the texts that have it."""
        known = self._found.get(kind)
        if known is None:
            known = self._found[kind] = self._given(kind), self._typed(kind)
        return known

    def _given(self, kind: TokenKind) -> dict[Any, set[int]]:
        wanted = CLASSES[kind]
        found: dict[Any, set[int]] = defaultdict(set)
        for number, project in enumerate(self._projects):
            # Each once: a form has the same rate in several rows. By class first: an amount and a rate of the same number are equal.
            for value in {value for value in _values(project, kind) if type(value) is wanted}:
                for form in forms_of(value, self._rule):
                    found[form].add(number)
        return found

    def _typed(self, kind: TokenKind) -> dict[Any, set[str | None]]:
        found: dict[Any, set[str | None]] = {}
        marks, wanted = _MARKS[kind], CLASSES[kind]
        for text in self._texts:
            if any_in(text, marks):
                for _, figure in figures_in(text):
                    if type(figure) is wanted:
                        for form in forms_of(figure, self._rule):
                            found.setdefault(form, set()).add(text)
        return found


def _values(project: Project, kind: TokenKind) -> list[Any]:
    """The figures of a project's money that are of the kind, and all of its 补充数据; what is not given is None."""
    found: list[Any] = []
    for value in (project.facts or {}).values():
        if type(value) is tuple:
            found += _in_facts(value)
        else:
            found.append(value)
    if kind != "count":
        funds = project.funds
        # What a project does not type itself is its funds'.
        if funds is None or any(value is not None for value in _typed(project)):
            found += _money(project, kind)
        if funds is not None:
            found += _money(funds.whole, kind)
            for _, _, row in funds.sources:
                found += _money(row, kind)
    return found


def _money(of: Project | Funds, kind: TokenKind) -> list[Any]:
    change, first, last = None, of.initial_budget, of.annual_budget
    if first is not None and last is not None and first != last:
        change = abs(EXACT.subtract(last.yuan, first.yuan))
    if kind == "rate":
        rate = Rate(EXACT.divide(change, first.yuan)) if change and first is not None and first.yuan else None
        return [of.rate, rate]
    return [*_amounts(of), of.unspent, Amount(change) if change else None]


_amounts = attrgetter(*AMOUNTS.values())
_typed = attrgetter(*(f"typed_{name}" for name in AMOUNTS.values()), "execution_rate")


def _in_facts(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple) and not isinstance(value, (Amount, Rate, Count)):
        for inner in value:
            yield from _in_facts(inner)
        if value and all(isinstance(item, Amount) for item in value):
            yield Amount(sum((item.yuan for item in value), Decimal(0)))
    else:
        yield value
