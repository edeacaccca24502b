"""Rules that judge a draft: one file each, all of them in `CHECKS`.

A rule looks at the typed data and the numbered document and yields what does not hold. It stops nothing: the draft
is written all the same; a version cannot be frozen while an error is neither mended nor accepted.
"""

from __future__ import annotations

from compiler.checks import amounts, indicators, layout, prose, scoring, stand_ins, unfinished, waivers
from compiler.checks.check import Check, Draft
from compiler.checks.findings import Findings, told
from compiler.diagnostics import Diagnostics

CHECKS: tuple[Check, ...]
"""Every rule, in the order of `Code`."""


def __getattr__(name: str) -> tuple[Check, ...]:
    if name == "CHECKS":
        return _rules(compared=True)
    raise AttributeError(name)


def _rules(*, compared: bool) -> tuple[Check, ...]:
    """The rules, those about the year before only when it is `compared`."""
    years: tuple[Check, ...] = ()
    if compared:
        from compiler.checks.years import (
            CHECKS as years,  # late: sixteen modules, for nothing in a first report
        )
    return (
        *amounts.CHECKS,
        *scoring.CHECKS,
        *indicators.CHECKS,
        *prose.CHECKS,
        *layout.CHECKS,
        *years,
        *waivers.CHECKS,
        *unfinished.CHECKS,
        stand_ins.CHECK,
    )


def judge(draft: Draft) -> Diagnostics:
    """What the rules find in a draft."""
    sink = Findings()
    waiting = unfinished.Unfinished(draft.gaps)
    for check in _rules(compared=draft.previous is not None):
        for found in check.find(draft):
            if draft.gaps:
                found = told(found)
                if waiting.passes_over(check.code, found):
                    continue
            sink.found(check, found)
        sink.settle()  # the next rule has another code
    return sink
