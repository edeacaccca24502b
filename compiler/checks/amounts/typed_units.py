"""The unit that an amount was typed with, and amounts printed in it."""

from __future__ import annotations

from decimal import Decimal

from compiler.evaluation.project import Project
from compiler.figures import Amount, NumberRule, format_amount
from compiler.patterns import pattern
from compiler.record import Record

_TYPED = pattern(r"""["']?\s*\d[\d,.，．]*\s*(亿元|万元|元)?""")
_EXACT = NumberRule()


def typed_unit(record: Record, attribute: str, bare: str) -> str:
    """The unit that stands behind a typed amount, in the file; `bare` when there is none."""
    span = record.span_of(attribute)
    match = _TYPED.match(span.source.line(span.line), span.column - 1)
    return match[1] or bare if match else bare


def unit_of(project: Project, name: str, bare: str) -> str:
    """The unit that an amount of a project was typed with."""
    if f"typed_{name}" in project.places:
        return typed_unit(project, f"typed_{name}", bare)
    funds = project.funds
    for part in funds.rows if funds else ():
        if name in part.places:
            return typed_unit(part, name, bare)
    return bare


def difference(yuan: Decimal, unit: str) -> str:
    """A difference in a unit, in 元 when it is less than 100 of them: 2.21元, not 0.000221万元."""
    return in_unit(yuan, "元" if yuan < 100 else unit)


def in_unit(yuan: Decimal, unit: str) -> str:
    """An amount in a unit, exact to the 分: 5099.76元."""
    return f"{format_amount(Amount(yuan), unit, _EXACT)}{unit}"
