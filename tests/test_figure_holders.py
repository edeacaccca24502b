"""No project that has a figure is passed over by what says which may have it."""

from __future__ import annotations

from decimal import Decimal, localcontext
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compiler.checks.prose.figure_holders import Holders
from compiler.checks.prose.figure_index import Entry, Index
from compiler.checks.prose.figures_given import of_project
from compiler.checks.prose.typed_tokens import Token, TokenKind
from compiler.checks.typed_texts import data_texts
from compiler.figures import EXACT, UNITS, Amount, Count, NumberRule, Rate, format_rate
from compiler.pipeline import build
from compiler.record import Facts
from compiler.workspace import Workspace
from tests.test_outputs import REPORTS, ROOT


def _token(kind: TokenKind, value: Decimal, unit: str) -> Token:
    return Token(kind, 0, 1, "", value, unit, 0)


@pytest.mark.parametrize("folder", REPORTS, ids=lambda folder: "/".join(folder.parts[-2:]))
def test_every_project_that_has_a_figure_holds_it(folder: Path) -> None:
    draft = build(Workspace(ROOT), folder, None).draft
    if draft is None:
        pytest.skip("no draft")
    asked = 0
    with localcontext(EXACT):
        holders = Holders(draft.projects, data_texts(draft), draft.rule)
        indexes = [Index(partial(of_project, project, ""), draft.rule) for project in draft.projects]

        def entries_of(index: Index) -> list[tuple[Token, Entry]]:
            found = []
            for entry in index.entries:
                match entry.value:
                    case Amount(yuan):
                        found += [(_token("amount", yuan, unit), entry) for unit in UNITS]
                    case Rate(ratio):
                        printed = Decimal(format_rate(entry.value, draft.rule).replace(",", ""))
                        found += [(_token("rate", value, "%"), entry) for value in (ratio * 100, printed)]
                    case Count(number, measure):
                        found.append((_token("count", Decimal(number), measure), entry))
            return found

        for number, index in enumerate(indexes):
            for token, entry in entries_of(index):
                asked += 1
                assert entry in index.find(token)
                assert number in holders.of(token)
                if token.kind == "count":
                    for other in (token.value, token.value * 2, Decimal(0), Decimal(3)):
                        made = token._replace(value=other)
                        assert holders.makes(made) or not index.makes(made)
    assert asked or not draft.projects


@pytest.mark.parametrize("keys", [("每度电价", "电费占比"), ("电费占比", "每度电价")])
def test_an_amount_and_a_rate_of_the_same_number_are_both_held(keys: tuple[str, str]) -> None:
    values = {"每度电价": Amount(Decimal("0.88")), "电费占比": Rate(Decimal("0.88"))}
    project: Any = SimpleNamespace(facts=Facts({key: values[key] for key in keys}), funds=None)
    for name in ("initial_budget", "annual_budget", "expenditure", "unspent", "rate", "indicators"):
        setattr(project, name, None)
    holders = Holders((project,), (), NumberRule())
    assert holders.of(_token("rate", Decimal(88), "%")) == [0]
    assert holders.of(_token("amount", Decimal("0.88"), "元")) == [0]
