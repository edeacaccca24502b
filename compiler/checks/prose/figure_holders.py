"""Which of the projects have a figure, found without an index of each: of a few dozen, one or two do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from compiler.checks.prose.figure_index import as_figure, form_of, forms_of
from compiler.checks.prose.typed_tokens import Token, TokenKind, folded, tokens
from compiler.evaluation.funds import AMOUNTS, Funds
from compiler.evaluation.project import Project
from compiler.figures import EXACT, Amount, Count, NumberRule, Rate

_MARKS: dict[TokenKind, frozenset[str]] = {
    "amount": frozenset("元"),
    "rate": frozenset("%％"),
    "count": frozenset("0123456789０１２３４５６７８９"),
}
"""The kinds of figures that are looked up in projects; every text with such a figure has one of these."""


class Holders:
    """Says which indexes of projects (`of_project`) may have an amount, a rate or a count: too many do no harm, but take time."""

    def __init__(self, projects: tuple[Project, ...], texts: Iterable[str], rule: NumberRule) -> None:
        """`texts`: all that the projects' forms have, each once; others may be among them."""
        self._projects, self._typed, self._rule = projects, texts, rule
        self._found: dict[TokenKind, dict[Any, set[int]]] = {}

    def of(self, token: Token) -> list[int]:
        """The numbers of the projects in which the very value may be found, in order."""
        return sorted(self._by_form(token.kind).get(form_of(token), ()))

    def makes(self, token: Token) -> bool:
        """Whether a count may be one of theirs, counted in other words, or the sum or the difference of two."""
        value, numbers = token.value, {number for _, number, _ in self._by_form("count")}
        return value in numbers or any(
            value - number in numbers or value + number in numbers for number in numbers
        )

    def _by_form(self, kind: TokenKind) -> dict[Any, set[int]]:
        """The projects by what a figure of the kind is looked up by."""
        found = self._found.get(kind)
        if found is None:
            found = self._found[kind] = defaultdict(set)
            texts = self._forms_of_texts(kind)
            for number, project in enumerate(self._projects):
                for value in _values(project, kind):
                    for form in forms_of(value, self._rule):
                        if form[0] == kind:
                            found[form].add(number)
                for row in (project.indicators or ()) if texts else ():
                    for text in (row.actual, row.target, row.level_3):
                        for form in texts.get(text, ()):
                            found[form].add(number)
        return found

    def _forms_of_texts(self, kind: TokenKind) -> dict[str | None, list[Any]]:
        """The texts that have figures of the kind, with what these are looked up by."""
        found: dict[str | None, list[Any]] = {}
        marks = _MARKS[kind]
        for text in self._typed:
            if not marks.isdisjoint(text):
                figures = [as_figure(token) for token in tokens(folded(text)) if token.kind == kind]
                forms = [form for each in figures if each is not None for form in forms_of(each, self._rule)]
                if forms:
                    found[text] = forms
        return found


def _values(project: Project, kind: TokenKind) -> Iterator[Any]:
    """The figures of a project's money that are of the kind, and all of its 补充数据."""
    for value in (project.facts or {}).values():
        yield from _in_facts(value)
    if kind == "count":
        return
    yield from _money(project, kind)
    if project.funds is not None:
        if project.funds.typed_whole is not None:
            yield from _money(project.funds.typed_whole, kind)
        for _, _, part in project.funds.sources:
            yield from _money(part, kind)


def _money(of: Project | Funds, kind: TokenKind) -> Iterator[Any]:
    change, first = None, of.initial_budget
    if first is not None and of.annual_budget is not None:
        change = abs(EXACT.subtract(of.annual_budget.yuan, first.yuan))
    if kind == "rate":
        yield of.rate
        if change and first is not None and first.yuan:
            yield Rate(EXACT.divide(change, first.yuan))
        return
    for name in AMOUNTS.values():
        yield getattr(of, name)
    yield of.unspent
    if change:
        yield Amount(change)


def _in_facts(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple) and not isinstance(value, (Amount, Rate, Count)):
        for inner in value:
            yield from _in_facts(inner)
        if value and all(isinstance(item, Amount) for item in value):
            yield Amount(sum((item.yuan for item in value), Decimal(0)))
    else:
        yield value
