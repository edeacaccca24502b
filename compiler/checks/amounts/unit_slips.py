"""Amounts so far apart that the unit of one of them is probably wrong.

Such a slip also makes a rate low and an adjustment large; the rules about these leave it to A023.
"""

from __future__ import annotations

from decimal import Decimal

from compiler.checks.amounts.known_amounts import typed_rate
from compiler.checks.amounts.written_rates import is_written_as, share
from compiler.checks.reasons import gives_reason
from compiler.evaluation.project import Project
from compiler.figures import Amount

SLIP = Decimal(1000)
"""元 for 万元 is ten thousand times as much; less than a thousand may still be so."""


def far_apart(a: Amount | None, b: Amount | None) -> bool:
    """Whether one of two amounts is a thousand times the other or more; neither is 0."""
    if a is None or b is None or not a.yuan or not b.yuan:
        return False
    low, high = (a.yuan, b.yuan) if a.yuan < b.yuan else (b.yuan, a.yuan)
    return low * SLIP <= high


def suspect_spending(project: Project, annual: Amount | None, spent: Amount | None) -> bool:
    """Whether 全年执行数 is far below 全年预算数, and nothing typed says that it is meant so."""
    if not far_apart(annual, spent) or annual is None or spent is None or spent.yuan > annual.yuan:
        return False
    typed = typed_rate(project)
    return not gives_reason(project.unspent_reason) and (
        typed is None or not is_written_as(share(spent.yuan, annual.yuan), typed)
    )


def suspect_adjustment(project: Project, initial: Amount | None, annual: Amount | None) -> bool:
    """Whether 年初预算数 and 全年预算数 are far apart, and no reason is given for it."""
    return far_apart(initial, annual) and not gives_reason(project.adjustment_reason)
