"""Money: the department's budget, a project's funds by source.

Amounts are in 元 inside, whatever unit the file uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from compiler.computed import computed
from compiler.evaluation.scheme import ExecutionRule
from compiler.evaluation.scored import SCORE, Scored
from compiler.evaluation.scoring import Expected, score_execution
from compiler.figures import Amount, NumberRule, Rate, format_rate
from compiler.kinds import AMOUNT, FACTS, NUMBER, RATE, TEXT
from compiler.record import Derived, Facts, Input, Record
from compiler.schema import derived_record, optional, record_of

if TYPE_CHECKING:
    from compiler.evaluation.project import Project

AMOUNTS = {"年初预算数": "initial_budget", "全年预算数": "annual_budget", "全年执行数": "expenditure"}
AMOUNT_KEYS = {attribute: key for key, attribute in AMOUNTS.items()}
BUDGET_PARTS = {"基本支出": "basic", "项目支出": "projects", "其他支出": "other"}
"""What makes up the department's 资金总体, by the attributes of `Budget`."""
SPENDING = ("全年预算数", "全年执行数")
SOURCES = {"当年财政拨款": "current", "上年结转资金": "carried_over", "其他资金": "other"}
_WRITTEN = NumberRule(rate_digits=6)
RATE_FORMULA, UNSPENT_FORMULA = "全年执行数÷全年预算数", "全年预算数-全年执行数"


class Funds(Scored):
    """Budget and expenditure of one thing: a source, a project, the department."""

    NOUN = "资金"
    DERIVED = {
        "执行率": Derived("rate", RATE_FORMULA, SPENDING, "execution_rate"),
        "差额": Derived("unspent", UNSPENT_FORMULA, SPENDING),
        "得分": SCORE,
    }
    initial_budget: Amount | None = optional("年初预算数", AMOUNT)
    annual_budget: Amount | None = optional("全年预算数", AMOUNT)
    expenditure: Amount | None = optional("全年执行数", AMOUNT)
    execution_rate: Rate | None = optional("执行率", RATE)
    weight: Decimal | None = optional("分值", NUMBER)
    typed_score: Decimal | None = optional("得分", NUMBER)
    remark: str | None = optional("说明", TEXT)

    parts: tuple[Funds, ...] = ()
    """What it is the sum of, when it, or an amount of it, was not typed."""
    form: Project | None = None
    """The project whose execution rate is scored here (年度资金总额 of a form)."""

    def origin(self, key: str) -> tuple[str, tuple[Input, ...]]:
        if key in AMOUNTS and self.parts:
            return "各项之和", tuple(
                (part, key) for part in self.parts if getattr(part, AMOUNTS[key]) is not None
            )
        return super().origin(key)

    @computed
    def expected(self) -> Expected | None:
        form = self.form
        rule = form.scheme.execution if form and form.scheme else None
        if form is None or form.scheme is None or rule is None or self.weight is None:
            return None
        return score_rate_of(
            rule, form.scheme.digits, self.weight, form.expenditure, form.annual_budget, form.rate
        )

    def score_inputs(self) -> tuple[Input, ...]:
        form = self.form
        if form is None:
            return ()
        known = form.expenditure is not None and form.annual_budget is not None
        return ((self, "分值"), *((form, key) for key in (SPENDING if known else ("执行率",))))

    @computed
    def rate(self) -> Rate | None:
        """执行率 as typed, else computed; None without either."""
        return self.execution_rate or (None if "execution_rate" in self.unfilled else self.computed_rate)

    @property
    def computed_rate(self) -> Rate | None:
        """全年执行数 ÷ 全年预算数 (财预〔2020〕10号 附1); None without both, or when the budget is 0."""
        return execution_rate(self.expenditure, self.annual_budget)

    @computed
    def unspent(self) -> Amount | None:
        """全年预算数 less 全年执行数; None without both."""
        if self.annual_budget is None or self.expenditure is None:
            return None
        return Amount(self.annual_budget.yuan - self.expenditure.yuan)


def execution_rate(expenditure: Amount | None, budget: Amount | None) -> Rate | None:
    """全年执行数 ÷ 全年预算数; None when either is absent or the budget is 0."""
    if expenditure is None or budget is None or not budget.yuan:
        return None
    return Rate(expenditure.yuan / budget.yuan)


def score_rate_of(
    rule: ExecutionRule,
    digits: int,
    weight: Decimal,
    expenditure: Amount | None,
    budget: Amount | None,
    rate: Rate | None,
) -> Expected | None:
    """The score of an execution rate: of the exact one when both amounts are given, else of the typed one."""
    if expenditure is not None and budget is not None:
        words = expenditure, "÷", budget
        return score_execution(rule, digits, weight, expenditure.yuan, budget.yuan, words)
    if rate is None:
        return None
    written = (f"{format_rate(rate, _WRITTEN)}%",)
    return score_execution(rule, digits, weight, rate.ratio, Decimal(1), written)


def total(parts: Iterable[Funds | None], owner: Record) -> Funds:
    """The sum of several funds, standing where `owner` stands.

    An amount is absent when no part gives it, and still to be filled in when a part's is.
    """
    present = [part for part in parts if part is not None]
    unfilled = {
        attribute: part.unfilled[attribute]
        for part in present
        if part.unfilled
        for attribute in AMOUNTS.values()
        if attribute in part.unfilled
    }
    sums: dict[str, Any] = {"unfilled": unfilled} if unfilled else {}
    for attribute in AMOUNTS.values():
        if attribute in unfilled:
            continue
        given = [amount.yuan for part in present if (amount := getattr(part, attribute)) is not None]
        if given:
            sums[attribute] = Amount(sum(given, Decimal(0)))
    return derived_record(Funds, owner, parts=tuple(present), **sums)


def filled(typed: Funds | None, computed: Funds) -> Funds:
    """Funds as typed; an amount that is not typed is taken from the sum."""
    if typed is None:
        return computed
    lacking = {
        name: amount
        for name in AMOUNTS.values()
        if getattr(typed, name) is None and (amount := getattr(computed, name)) is not None
    }
    unfilled = computed.unfilled
    if typed.unfilled or unfilled:
        lacking = {name: amount for name, amount in lacking.items() if name not in typed.unfilled}
        wanted = {name: gap for name, gap in unfilled.items() if getattr(typed, name) is None}
        unfilled = {**wanted, **typed.unfilled}
    if not lacking and unfilled.keys() == typed.unfilled.keys():
        return typed
    whole = Funds.__new__(Funds)
    whole.__dict__ = {**typed.__dict__, **lacking, "parts": computed.parts, "unfilled": unfilled}
    return whole


class Budget(Record):
    """data/budget.yaml: the department's budget and what was spent of it."""

    NOUN = "预算"
    DERIVED = {
        "资金总体": Derived(
            "whole",
            "+".join(BUDGET_PARTS),
            tuple(BUDGET_PARTS),
            "typed_whole",
        ),
        "结转结余率": Derived(
            "carryover",
            "资金总体的差额÷全年预算数",
            ("资金总体.差额", "资金总体.全年预算数"),
            "carryover_rate",
        ),
        "部门预决算差异率": Derived(
            "budget_variance",
            "资金总体的全年执行数与年初预算数之差÷年初预算数",
            ("资金总体.年初预算数", "资金总体.全年执行数"),
            "budget_variance_rate",
        ),
    }
    basic: Funds | None = optional("基本支出", record_of(Funds))
    projects: Funds | None = optional("项目支出", record_of(Funds))
    other: Funds | None = optional("其他支出", record_of(Funds))
    typed_whole: Funds | None = optional("资金总体", record_of(Funds))
    last_carryover_rate: Rate | None = optional("上年结转结余率", RATE)
    carryover_rate: Rate | None = optional("结转结余率", RATE)
    budget_variance_rate: Rate | None = optional("部门预决算差异率", RATE)
    facts: Facts | None = optional("补充数据", FACTS)
    remark: str | None = optional("说明", TEXT)

    @computed
    def parts(self) -> tuple[tuple[str, str, Funds], ...]:
        """The parts that are given: what each is called, its attribute, and its money."""
        return tuple(
            (key, attribute, funds)
            for key, attribute in BUDGET_PARTS.items()
            if (funds := getattr(self, attribute)) is not None
        )

    @computed
    def whole(self) -> Funds:
        """资金总体 as typed, else the sum; an amount that the typed one lacks is summed too."""
        return filled(self.typed_whole, self.computed_whole)

    @computed
    def computed_whole(self) -> Funds:
        """基本支出 + 项目支出 + 其他支出."""
        return total((self.basic, self.projects, self.other), self)

    @computed
    def carryover(self) -> Rate | None:
        """结转结余率 as typed, else computed."""
        return self.carryover_rate or (None if "carryover_rate" in self.unfilled else self.computed_carryover)

    @property
    def computed_carryover(self) -> Rate | None:
        """结转结余总额 ÷ 支出预算数 (Beijing department scheme); None without both."""
        return execution_rate(self.whole.unspent, self.whole.annual_budget)

    @computed
    def budget_variance(self) -> Rate | None:
        """部门预决算差异率 as typed, else computed."""
        open_rate = "budget_variance_rate" in self.unfilled
        return self.budget_variance_rate or (None if open_rate else self.computed_budget_variance)

    @property
    def computed_budget_variance(self) -> Rate | None:
        """年度部门决算 against 年初部门预算 (Beijing department scheme), as a positive ratio; None without both."""
        spent, budget = self.whole.expenditure, self.whole.initial_budget
        if spent is None or budget is None or not budget.yuan:
            return None
        return Rate(abs(spent.yuan - budget.yuan) / budget.yuan)


class FundsBySource(Record):
    """A project's money by source (项目资金 of the form)."""

    NOUN = "资金"
    DERIVED = {
        "年度资金总额": Derived(
            "whole",
            "+".join(SOURCES),
            tuple(SOURCES),
            "typed_whole",
        )
    }
    typed_whole: Funds | None = optional("年度资金总额", record_of(Funds))
    current: Funds | None = optional("当年财政拨款", record_of(Funds))
    carried_over: Funds | None = optional("上年结转资金", record_of(Funds))
    other: Funds | None = optional("其他资金", record_of(Funds))
    remark: str | None = optional("说明", TEXT)

    @computed
    def sources(self) -> tuple[tuple[str, str, Funds], ...]:
        """The sources that are given: what each is called, its attribute, and its money."""
        return tuple(
            (key, attribute, funds)
            for key, attribute in SOURCES.items()
            if (funds := getattr(self, attribute)) is not None
        )

    @property
    def rows(self) -> Iterator[Funds]:
        """年度资金总额, when it is typed, and the sources."""
        if self.typed_whole is not None:
            yield self.typed_whole
        for _, _, funds in self.sources:
            yield funds

    @computed
    def whole(self) -> Funds:
        """年度资金总额 as typed, else the sum; an amount that the typed one lacks is summed too."""
        typed = self.typed_whole
        if typed is not None and not any(getattr(typed, name) is None for name in AMOUNTS.values()):
            return typed
        return filled(typed, self.computed_whole)

    @property
    def computed_whole(self) -> Funds:
        """当年财政拨款 + 上年结转资金 + 其他资金."""
        return total((funds for _, _, funds in self.sources), self)
