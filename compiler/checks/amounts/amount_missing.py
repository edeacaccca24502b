"""A project, and a source of its money, that gives one of 全年预算数 and 全年执行数 gives the other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from compiler.checks.amounts.known_amounts import amount_of, place_of, typed_rate
from compiler.checks.amounts.typed_units import in_unit, unit_of
from compiler.checks.amounts.written_rates import as_typed
from compiler.checks.check import Check, Draft, Finding
from compiler.diagnostics import Code, Severity
from compiler.evaluation.funds import AMOUNT_KEYS
from compiler.evaluation.project import Project
from compiler.figures import EXACT, Amount, Rate, half_unit

_KEYS = {"annual_budget": "全年预算数", "expenditure": "全年执行数"}


def _find(draft: Draft) -> Iterator[Finding]:
    nothing: list[Project] = []
    others = False
    for project in draft.projects:
        budget, spent = amount_of(project, "annual_budget"), amount_of(project, "expenditure")
        parts = list(_of_sources(project))
        yield from parts
        if budget is not None and spent is not None:
            others = True
        elif parts:
            continue
        elif budget is None and spent is None:
            nothing.append(project)
        elif budget is None or budget.yuan:  # of a budget of 0 nothing is spent
            given, lacking = (
                ("annual_budget", "expenditure") if spent is None else ("expenditure", "annual_budget")
            )
            yield Finding(
                place_of(project, given),
                f"{project.title}写了{_KEYS[given]}，没有写{_KEYS[lacking]}",
                _advice(project, budget, spent, draft.report.unit),
            )
    if others:
        for project in nothing:
            yield Finding(
                project.span_of("name"),
                f"{project.title}没有写全年预算数和全年执行数",
                "按批复和凭证补上两个数；确实没有用钱的项目，写 0",
            )


def _of_sources(project: Project) -> Iterator[Finding]:
    """The sources with money that leave out 全年预算数 or 全年执行数: their row is printed with an empty box."""
    funds = project.funds
    if funds is None:
        return
    needed = [name for name in _KEYS if getattr(project, name) is not None]
    for word, _, part in funds.sources:
        lacking = [name for name in needed if getattr(part, name) is None]
        given = [name for name, key in AMOUNT_KEYS.items() if (amount := getattr(part, name)) and amount.yuan]
        if "expenditure" in lacking and part.annual_budget is not None and not part.annual_budget.yuan:
            continue
        if lacking and given:
            written, left_out = (
                "和".join(keys[name] for name in names)
                for keys, names in ((AMOUNT_KEYS, given), (_KEYS, lacking))
            )
            yield Finding(
                part.span_of(given[0]),
                f"{project.title}{word}写了{written}，没有写{left_out}",
                f"按凭证补上{'、'.join(f'“{_KEYS[name]}: …”' for name in lacking)}；是0的写 0",
            )


def _advice(project: Project, budget: Amount | None, spent: Amount | None, bare: str) -> str:
    rate = typed_rate(project)
    if budget is not None:
        add = "补上“全年执行数: …”"
        if rate is None:
            return f"按凭证{add}；一分没花的写 0"
        unit = unit_of(project, "annual_budget", bare)
        product = EXACT.multiply(budget.yuan, rate.ratio)
        sum_ = f"{in_unit(budget.yuan, unit)}×{as_typed(rate)}＝{in_unit(product, unit)}"
    else:
        add = "补上“全年预算数: …”"
        if rate is None or not rate.ratio or spent is None:
            return f"按批复{add}"
        unit = unit_of(project, "expenditure", bare)
        product = EXACT.divide(spent.yuan, rate.ratio)
        sum_ = f"{in_unit(spent.yuan, unit)}÷{as_typed(rate)}≈{in_unit(product, unit)}"
    round_one = _round_amount(budget, rate, product)
    likely = f"，当是{in_unit(round_one, unit)}" if round_one is not None else ""
    return f"按所写的执行率推算：{sum_}{likely}；对着凭证核实后，{add}"


def _round_amount(budget: Amount | None, rate: Rate, product: Decimal) -> Decimal | None:
    """An amount that the rate allows too, and that is typed with no more digits than the budget: 5100 of 5400."""
    if budget is None or rate.ratio == 1:
        return None
    exponent = budget.yuan.as_tuple().exponent
    slack = EXACT.multiply(budget.yuan, half_unit(rate.ratio))
    if not isinstance(exponent, int) or not product or not slack:
        return None
    for digits in range(product.adjusted(), exponent - 1, -1):
        near = product.quantize(Decimal((0, (1,), digits)), ROUND_HALF_UP, EXACT)
        if abs(near - product) <= slack:
            return near if near != product else None
    return None


CHECK = Check(
    Code.AMOUNT_MISSING,
    Severity.ERROR,
    title="项目缺全年预算数或全年执行数",
    rule="写了全年预算数的项目要写全年执行数，写了全年执行数的要写全年预算数；别的项目写全了、这个项目两个数都没写的，也报。"
    "项目写了的数，有钱的资金来源也要写（写了年初预算数、全年预算数，没有写全年执行数的，表里空一格）。全年预算数是0的不必写执行数。所有项目都没写金额的报告，不查。",
    source="财预〔2020〕10号附1（全年预算数、全年执行数）、第二十五条（内容完整）",
    mend="对着批复和支付凭证补上缺的数；提示里按执行率推算的数只供核对，不能代替凭证。",
    find=_find,
)
