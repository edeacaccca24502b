"""An amount that is out of all proportion was probably typed in another unit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.amounts.known_amounts import amount_of, place_of, place_of_whole, whole_amount
from compiler.checks.amounts.typed_units import in_unit
from compiler.checks.amounts.unit_slips import far_apart, suspect_adjustment, suspect_spending
from compiler.checks.check import Check, Draft, Finding
from compiler.diagnostics import Code, Severity
from compiler.evaluation.funds import AMOUNT_KEYS, Budget
from compiler.evaluation.project import Project
from compiler.figures import EXACT, Amount
from compiler.named import NamedTuple
from compiler.source import Span

_NAMES = ("annual_budget", "expenditure", "initial_budget")
_HINT = "核对单位：数字后面没写单位的，是 report.yaml 的金额单位；用元的，写成“56400元”"


def _find(draft: Draft) -> Iterator[Finding]:
    over: list[_Over] = []
    if draft.budget is not None:
        yield from _in_budget(draft.budget)
        over = list(_over_whole(draft.budget, draft.projects))
    if len(over) > 1 and len(over) * 2 > len(draft.projects):
        yield _whole_too_small(over, draft)
        over = []
    yield from map(_too_large, over)
    told = {id(item.project) for item in over}
    for project in draft.projects:
        if id(project) in told:
            continue
        annual = amount_of(project, "annual_budget")
        spent, initial = amount_of(project, "expenditure"), amount_of(project, "initial_budget")
        if annual is None:
            continue
        if spent is not None and suspect_spending(project, annual, spent):
            yield _apart(
                project.title,
                ("全年执行数", spent, place_of(project, "expenditure")),
                ("全年预算数", annual, place_of(project, "annual_budget")),
            )
        elif initial is not None and suspect_adjustment(project, initial, annual):
            yield _apart(
                project.title,
                ("全年预算数", annual, place_of(project, "annual_budget")),
                ("年初预算数", initial, place_of(project, "initial_budget")),
            )


def _in_budget(budget: Budget) -> Iterator[Finding]:
    """Amounts of 基本支出, 项目支出, 其他支出 and 资金总体 against one another."""
    for key, funds in (*((key, funds) for key, _, funds in budget.parts), ("资金总体", budget.typed_whole)):
        if funds is None or funds.annual_budget is None:
            continue
        for name in ("expenditure", "initial_budget"):
            amount: Amount | None = getattr(funds, name)
            if amount is None or not far_apart(amount, funds.annual_budget):
                continue
            if name == "expenditure" and amount.yuan > funds.annual_budget.yuan:
                continue  # overspent: a finding of its own
            yield _apart(
                key,
                (AMOUNT_KEYS[name], amount, funds.span_of(name)),
                ("全年预算数", funds.annual_budget, funds.span_of("annual_budget")),
            )
            break


class _Over(NamedTuple):
    """A project that is dearer than the whole department."""

    project: Project
    key: str
    place: Span
    yuan: Decimal
    whole: Decimal
    whole_place: Span | None


def _over_whole(budget: Budget, projects: tuple[Project, ...]) -> Iterator[_Over]:
    wholes = [(name, amount.yuan) for name in _NAMES if (amount := whole_amount(budget, name)) is not None]
    for project in projects:
        for name, whole in wholes:
            amount = amount_of(project, name)
            if amount is not None and amount.yuan > whole:
                place = place_of(project, name)
                yield _Over(
                    project, AMOUNT_KEYS[name], place, amount.yuan, whole, place_of_whole(budget, name)
                )
                break


def _whole_too_small(over: list[_Over], draft: Draft) -> Finding:
    first = over[0]
    return Finding(
        first.whole_place or (draft.budget or first.project).span,
        f"{len(draft.projects)}个项目里有{len(over)}个比部门资金总体还多：资金总体的{first.key}是{_shown(first.whole)}，"
        f"仅{first.project.title}就是{_shown(first.yuan)}",
        f"核对 budget.yaml 的单位：{_HINT.removeprefix('核对单位：')}",
        ((first.place, f"这个项目是{_shown(first.yuan)}"),),
    )


def _too_large(over: _Over) -> Finding:
    return Finding(
        over.place,
        f"{over.project.title}的{over.key}{_shown(over.yuan)}，比部门资金总体的{over.key}{_shown(over.whole)}还多"
        f"{_shown(over.yuan - over.whole)}",
        _HINT,
        ((over.whole_place, f"资金总体是{_shown(over.whole)}"),) if over.whole_place else (),
    )


def _shown(yuan: Decimal) -> str:
    return in_unit(yuan, "元" if yuan < 10000 else "万元")


def _apart(title: str, one: tuple[str, Amount, Span], other: tuple[str, Amount, Span]) -> Finding:
    (key, amount, place), (other_key, other_amount, other_place) = one, other
    low, high = sorted((amount.yuan, other_amount.yuan))
    times = EXACT.divide(high, low)
    about = f"{times:.0f}" if times < 10**12 else "一万亿以上"
    return Finding(
        place,
        f"{title}的{key}是{_shown(amount.yuan)}，{other_key}是{_shown(other_amount.yuan)}，相差{about}倍，可能写错了单位",
        _HINT,
        ((other_place, f"{other_key}{_shown(other_amount.yuan)}"),),
    )


CHECK = Check(
    Code.UNIT_SUSPECT,
    Severity.WARNING,
    title="金额的单位可能写错了",
    rule="一个项目（或者部门的一类支出）的全年执行数与全年预算数、年初预算数与全年预算数，不应当相差一千倍以上；"
    "一个项目的金额不应当比部门资金总体还多。0不看；支出比预算还多的，不由这条规则看；"
    "写了“未支出原因”“调整原因”，或者所填的执行率与两数相符的，是有意这样写的，也不看。",
    source="勾稽关系",
    mend="核对原始凭证，把单位写对：不写单位，就是 report.yaml 里的金额单位。",
    find=_find,
)
