"""A contract is not paid in full while its service has long to go."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from compiler.checks.amounts.known_amounts import amount_of, place_of_rate, typed_rate
from compiler.checks.amounts.service_terms import Term, paid_at_once, price, terms_of
from compiler.checks.amounts.written_rates import share
from compiler.checks.check import Check, Draft, Finding
from compiler.checks.wording import percent
from compiler.diagnostics import Code, Severity
from compiler.evaluation.project import Project
from compiler.record import Facts

_ALL_BUT_DONE = Decimal("0.9")


def _find(draft: Draft) -> Iterator[Finding]:
    year = draft.report.year
    for project in draft.projects:
        facts = project.facts
        if facts is None:
            continue
        for term in terms_of(facts):
            if term.end.year <= year:
                continue
            (length, unit), gone = term.length, term.elapsed(year)
            if gone >= length * _ALL_BUT_DONE or not (words := _paid(project, facts, term)):
                continue
            passed = (
                f"只过了{gone}{unit}（{percent(share(Decimal(gone), Decimal(length)), 2)}）"
                if gone
                else "还没有开始"
            )
            yield Finding(
                facts.span_of(term.end_key) or project.span,
                f"{project.title}的{term.name or '服务'}从{facts[term.start_key]}到{facts[term.end_key]}，共{length}{unit}，"
                f"到{year}年末{passed}，{words}",
                "核对付款和服务是不是对得上；确是预付的，写明预付的约定，没有过完的服务期留到下年考核",
                (
                    (
                        place_of_rate(project),
                        "执行率写在这里" if typed_rate(project) else "全年执行数写在这里",
                    ),
                ),
            )
            break


def _paid(project: Project, facts: Facts, term: Term) -> str:
    """That it was paid in full, in words; nothing when that cannot be known."""
    annual, spent = amount_of(project, "annual_budget"), amount_of(project, "expenditure")
    typed = typed_rate(project)
    if annual is not None and spent is not None and annual.yuan:
        if spent.yuan > annual.yuan:
            return ""  # overspent: what was paid for is not known
        rate = share(spent.yuan, annual.yuan)
    elif typed is not None:
        rate = typed
    else:
        return ""
    at_once, whole = paid_at_once(facts), price(facts)
    if at_once is False or not rate.ratio:
        return ""
    if at_once is None and (whole is not None or not term.of_contract or (term.end - term.start).days > 366):
        # The budget of one year says little of a contract for several, or one that is dearer than it.
        if whole is None or spent is None or spent.yuan < whole.yuan:
            return ""
    elif at_once is None and rate.ratio < 1:
        return ""
    return f"款已{'一次' if at_once else ''}付清，执行率{percent(rate if typed is None else typed, 2)}"


CHECK = Check(
    Code.PREPAID,
    Severity.WARNING,
    title="款已付清，合同的服务期还没有过完",
    rule="项目的补充数据里写了起止日期（如“合同开始”“合同结束”）、结束在下一年以后、年末服务期过了不到九成的，款不应当已经付清。"
    "付清，是指补充数据写明一次性、全额支付，或者执行数不小于合同价，或者一年以内的合同执行率达到100%。写明分期付的，不看。"
    "起止都是整月的，按月算；别的按天算。",
    source="勾稽关系（付款进度与服务进度）",
    mend="核对合同的付款条款。确实预付的，在叙述里写明，并说明下年怎样考核余下的服务；日期写错的，改日期。",
    find=_find,
)
