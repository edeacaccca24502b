"""Amounts of one kind are written in one unit throughout a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.checks.amounts.department_rows import rows_of_amounts
from compiler.checks.amounts.typed_units import in_unit, typed_unit
from compiler.checks.check import Check, Draft, Finding
from compiler.diagnostics import Code, Severity
from compiler.evaluation.funds import AMOUNTS
from compiler.evaluation.project import Project
from compiler.figures import Amount
from compiler.named import NamedTuple
from compiler.record import Record
from compiler.source import Span

_TYPED = tuple(f"typed_{name}" for name in AMOUNTS.values())
_NAMES = tuple(AMOUNTS.values())
_SHOWN = 9


class _Typed(NamedTuple):
    """An amount as typed."""

    owner: str
    record: Record
    attribute: str
    unit: str

    @property
    def span(self) -> Span:
        return self.record.span_of(self.attribute)


def _find(draft: Draft) -> Iterator[Finding]:
    unit = draft.report.unit
    foreign: list[tuple[Project, list[_Typed]]] = []
    for project in draft.projects:
        if _may_differ(project.source.text, unit):
            amounts = list(_of_project(project, unit))
            if any(amount.unit != unit for amount in amounts):
                foreign.append((project, amounts))
    if foreign:
        yield from _mixed_projects(draft, foreign, unit)
    rows: list[_Typed] = []
    if draft.budget is not None:
        whole = draft.budget
        for record in (whole.basic, whole.projects, whole.other, whole.typed_whole):
            if record is not None:
                rows += _of_record(record, _NAMES, "", unit)
    for row in rows_of_amounts(draft):
        rows += _of_record(row, ("budget", "expenditure"), "", unit)
    others = [amount for amount in rows if amount.unit != unit]
    if others and len({amount.unit for amount in rows}) > 1:
        yield _finding(
            f"单位预算和支出的{len(rows)}个金额，{len(others)}个写成{_words(others)}，其余写的是{unit}",
            others,
            unit,
        )


def _mixed_projects(
    draft: Draft, foreign: list[tuple[Project, list[_Typed]]], unit: str
) -> Iterator[Finding]:
    units = {amount.unit for _, amounts in foreign for amount in amounts}
    strange = {id(project) for project, _ in foreign}
    if len(units) == 1 and not any(
        next(_amounts(project), None) is not None for project in draft.projects if id(project) not in strange
    ):
        return  # all in one unit, though not the report's
    firsts = [next(amount for amount in amounts if amount.unit != unit) for _, amounts in foreign]
    yield _finding(
        f"{len(draft.projects)}个项目里，有{len(foreign)}个的金额写成{_words(firsts)}，其余的写{unit}",
        firsts,
        unit,
    )


def _finding(message: str, others: list[_Typed], unit: str) -> Finding:
    first = others[0]
    value: Amount = getattr(first.record, first.attribute)
    rest = others[1 : _SHOWN + 1]
    more = f"（另有{len(others) - 1 - len(rest)}处没有列出）" if len(others) - 1 > len(rest) else ""
    return Finding(
        first.span,
        message,
        f"统一写成{unit}，后面不写单位，如这里写 {in_unit(value.yuan, unit).removesuffix(unit)}{more}；叙述里也统一用 |{unit}",
        tuple((amount.span, f"{amount.owner}这里写的是{amount.unit}") for amount in rest),
    )


def _words(amounts: list[_Typed]) -> str:
    return "、".join(dict.fromkeys(amount.unit for amount in amounts))


def _may_differ(text: str, unit: str) -> bool:
    """Whether a file has a word that may be the unit of an amount and is not `unit`: most have none."""
    foreign = text.count("万元") + text.count("亿元") if unit == "元" else text.count("元") - text.count(unit)
    if not foreign:
        return False
    start = text.find("元")
    while start >= 0:
        before = text[start - 1 : start]
        word = f"{before}元" if before in ("万", "亿") else "元"
        # In prose too, but what stands there is looked at only after this.
        if word != unit and (word != "元" or before.isdigit() or before.isspace()):
            return True
        start = text.find("元", start + 1)
    return False


def _amounts(project: Project) -> Iterator[tuple[Record, str]]:
    """Where a project types amounts."""
    for attribute in _TYPED:
        if attribute in project.places:
            yield project, attribute
    funds = project.funds
    if funds is None:
        return
    for part in funds.rows:
        for attribute in _NAMES:
            if attribute in part.places:
                yield part, attribute


def _of_project(project: Project, unit: str) -> Iterator[_Typed]:
    for record, attribute in _amounts(project):
        yield _Typed(project.title, record, attribute, typed_unit(record, attribute, unit))


def _of_record(record: Record, attributes: Iterable[str], owner: str, unit: str) -> Iterator[_Typed]:
    for attribute in attributes:
        if attribute in record.places:
            yield _Typed(owner, record, attribute, typed_unit(record, attribute, unit))


CHECK = Check(
    Code.UNITS_MIXED,
    Severity.ERROR,
    title="同一类金额，有的写元，有的写万元",
    rule="一份报告里，各项目的年初预算数、全年预算数、全年执行数要用同一个单位；budget.yaml 和评分表里的金额也要用同一个单位。"
    "没写单位的，是 report.yaml 里的金额单位。全部项目都用另一个单位的，不报。补充数据和指标值里的金额不看。",
    source="勾稽关系；财预〔2020〕10号第二十五条（内容完整、数据真实）",
    mend="把带别的单位的金额换算成 report.yaml 里的金额单位，去掉后面的单位；叙述里的金额用同一个过滤器。",
    find=_find,
)
