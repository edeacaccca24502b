"""Weights are shared out as the declared scheme asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from compiler.checks.check import Check, Draft, Finding, Untold
from compiler.checks.scoring.rows import execution_row, points
from compiler.computed import computed
from compiler.diagnostics import Code, Severity
from compiler.evaluation.funds import Funds
from compiler.evaluation.project import Project
from compiler.evaluation.scheme import PROJECT, Scheme, Weights, WeightSet, bare, row_key
from compiler.evaluation.scorecard import Scorecard
from compiler.evaluation.scoring import plain

_Shares = dict[str, Decimal]
"""The weight of each first-level indicator, by its name without the word 指标, which forms write or leave out."""


class _Layout:
    """How a scheme shares out the weights."""

    def __init__(self, scheme: Scheme, weights: Weights) -> None:
        self.scheme, self.weights = scheme, weights
        self.sets = [
            (one, {bare(name): weight for name, weight in one.level_1.items() if weight})
            for one in weights.sets
        ]
        self.homes = scheme.homes

    def shares(self, project: Project) -> _Shares | None:
        """The weights of a form; None when they are not complete, do not make the whole, or a level is unknown."""
        shares: _Shares = {}
        rest = self.scheme.whole
        for indicator in project.indicators or ():
            home = self.homes.get(indicator.level_1)
            weight = indicator.weight
            if home is None or weight is None:
                return None
            rest -= weight
            shares[home] = shares[home] + weight if home in shares else weight
        funds = execution_row(project)
        return shares if funds is not None and funds.weight is not None and funds.weight == rest else None

    def fitting(self, execution: Decimal | None, shares: _Shares) -> WeightSet | None:
        """The combination that the weights are."""
        for one, wanted in self.sets:
            if wanted == shares and one.execution == execution:
                return one
        return None


class _Others:
    """How the other schemes share them out. They are read when a finding is told: a build only counts findings."""

    def __init__(self, read: Callable[[], tuple[Scheme, ...]]) -> None:
        self._read = read

    @computed
    def layouts(self) -> list[_Layout]:
        """Those of projects' schemes, in order."""
        return [found for other in self._read() if (found := _layout(other))]


def _find(draft: Draft) -> Iterator[Finding | Untold]:
    if draft.scorecard is not None and draft.department_scheme is not None:
        yield from _on_card(draft.scorecard, draft.department_scheme)
    layout = _layout(draft.project_scheme)
    others = _Others(draft.other_schemes)
    for project in draft.projects if layout else ():
        funds = execution_row(project)
        if layout is None or funds is None or not project.indicators:
            continue
        shares = layout.shares(project)
        if shares is None or layout.fitting(funds.weight, shares) is not None:
            continue
        yield Untold(_finding, (project, funds, layout, others))


def _layout(scheme: Scheme | None) -> _Layout | None:
    if scheme is None or scheme.weights is None or scheme.use != PROJECT:
        return None
    return _Layout(scheme, scheme.weights)


def _finding(project: Project, funds: Funds, layout: _Layout, others: _Others) -> Finding:
    shares, execution = layout.shares(project) or {}, funds.weight or Decimal(0)
    rows = project.indicators or ()
    off = min((_off(wanted, shares) for _, wanted in layout.sets), key=len, default=[])
    row = next((row for row in rows if layout.homes[row.level_1] in off), None)
    inside = "".join(
        f"，{name}算在{layout.homes[name]}里"
        for name in dict.fromkeys(row.level_1 for row in rows)
        if layout.homes[name] != bare(name)
    )
    asked = "；或".join(_told(one.execution, wanted) for one, wanted in layout.sets[:4])
    return Finding(
        funds.span_of("weight") if row is None else row.span_of("weight"),
        f"{project.title}的权重是{_told(execution, shares)}{inside}，不合“{layout.scheme.name}”：{asked}",
        _hint(project, execution, others),
        ((layout.weights.span_of("basis"), "方案的权重"),),
    )


def _hint(project: Project, execution: Decimal, others: _Others) -> str:
    for other in others.layouts:
        shares = other.shares(project)
        one = None if shares is None else other.fitting(execution, shares)
        if one is not None:
            return (
                f"这些权重合“{other.scheme.name}”的“{one.name}”：今年按它评分的，改 report.yaml 的评分方案；"
                "不是的，按方案调整分值"
            )
    return "按方案调整各级指标的分值；批复以后原则上不调整的，说明理由"


def _off(wanted: _Shares, shares: _Shares) -> list[str]:
    """The first-level indicators whose weight differs."""
    return [name for name in {**wanted, **shares} if wanted.get(name) != shares.get(name)]


def _told(execution: Decimal, shares: _Shares) -> str:
    return "、".join(f"{name}{plain(weight)}" for name, weight in {"执行率": execution, **shares}.items())


def _on_card(card: Scorecard, scheme: Scheme) -> Iterator[Finding]:
    """Of the parts that are called as in the scheme."""
    wanted = {row_key(part.name): part for part in scheme.parts or ()}
    for part in card.parts:
        asked = wanted.get(row_key(part.name))
        if asked is not None and asked.weight != part.weight:
            yield Finding(
                part.span_of("weight"),
                f"评分表“{part.name}”的分值是{points(part.weight)}，“{scheme.name}”是{points(asked.weight)}",
                "按方案改正；方案变了的，请模板管理员改方案",
                ((asked.span_of("weight"), "方案的分值"),),
            )


CHECK = Check(
    Code.WEIGHTS_SCHEME,
    Severity.WARNING,
    title="权重不合评分方案",
    rule="项目自评表执行率和各一级指标的分值，应当与评分方案的一种组合相同；评分表各部分的分值，应当与方案相同。"
    "一级指标里写了方案的二级指标的（如财预〔2020〕10号的成本指标），分值算到它所属的一级指标里。"
    "分值没有填全、合计不是总分（见 S007）、有方案里没有的一级指标（见 I002）的表，不比较。",
    source="财预〔2020〕10号第十三条；财预〔2021〕101号三（六）；评分方案“权重”一段的依据",
    mend="先核对今年按哪个方案评分，声明错了的改 report.yaml；没有错的，按方案调整分值，已经批复不能调整的说明理由。",
    find=_find,
)
