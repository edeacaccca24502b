"""The data of a report: the schema of every data file.

Each class is one mapping in a file; the Chinese keys are the words on the official forms
(项目支出绩效自评表: 财预〔2020〕10号 附1; the scoring table: the Beijing department scheme). Amounts are in 元
inside, whatever unit the file uses.

A derived value (a sum, a rate) is computed when the file does not give it. When the file does
give it, the typed value is printed: comparing the two is the business of checks, not of the reader.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property

from compiler.figures import UNITS, Amount, Rate
from compiler.kinds import AMOUNT, DATE, FACTS, NUMBER, RATE, TEXT, YEAR, choice, list_of
from compiler.record import Facts, Record
from compiler.schema import derived_record, optional, record_of, required


class Report(Record):
    """report.yaml: what is reported, by whom, for which year."""

    NOUN = "report.yaml"
    kind: str = required("文种", TEXT)
    department: str = required("单位", TEXT)
    year: int = required("年度", YEAR)
    unit: str = required("金额单位", choice({unit: unit for unit in UNITS}))
    """The unit of amounts that are written without one."""
    report_title: str | None = optional("题名", TEXT)
    date: str | None = optional("日期", DATE)
    """成文日期, ISO 8601."""
    parameters: Facts | None = optional("参数", FACTS)
    remark: str | None = optional("说明", TEXT)


class Section(Record):
    """An inner section of the department (内设机构)."""

    NOUN = "内设机构"
    name: str = required("名称", TEXT)
    plate: str | None = optional("挂牌", TEXT)
    """A second name under which it also works."""
    facts: Facts | None = optional("补充数据", FACTS)
    remark: str | None = optional("说明", TEXT)


class Department(Record):
    """data/department.yaml."""

    NOUN = "单位"
    name: str = required("名称", TEXT)
    full_name: str | None = optional("全称", TEXT)
    sections: tuple[Section, ...] | None = optional("内设机构", list_of(record_of(Section)))
    facts: Facts | None = optional("补充数据", FACTS)
    remark: str | None = optional("说明", TEXT)


class Funds(Record):
    """Budget and expenditure of one thing: a source, a project, the department."""

    NOUN = "资金"
    DERIVED = {"执行率": "rate", "差额": "unspent"}
    NEEDS = {"执行率": ("全年预算数", "全年执行数"), "差额": ("全年预算数", "全年执行数")}
    initial_budget: Amount | None = optional("年初预算数", AMOUNT)
    annual_budget: Amount | None = optional("全年预算数", AMOUNT)
    expenditure: Amount | None = optional("全年执行数", AMOUNT)
    execution_rate: Rate | None = optional("执行率", RATE)
    weight: Decimal | None = optional("分值", NUMBER)
    score: Decimal | None = optional("得分", NUMBER)
    remark: str | None = optional("说明", TEXT)

    @cached_property
    def rate(self) -> Rate | None:
        """执行率 as typed, else 全年执行数 ÷ 全年预算数 (财预〔2020〕10号 附1); None without both."""
        return self.execution_rate or execution_rate(self.expenditure, self.annual_budget)

    @cached_property
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


def total(parts: Iterable[Funds | None], owner: Record) -> Funds:
    """The sum of several funds, standing where `owner` stands.

    An amount is absent when no part gives it.
    """
    present = [part for part in parts if part is not None]
    sums: dict[str, Amount] = {}
    for attribute in ("initial_budget", "annual_budget", "expenditure"):
        given = [amount.yuan for part in present if (amount := getattr(part, attribute)) is not None]
        if given:
            sums[attribute] = Amount(sum(given, Decimal(0)))
    return derived_record(Funds, owner, **sums)


class Budget(Record):
    """data/budget.yaml: the department's budget and what was spent of it."""

    NOUN = "预算"
    DERIVED = {"资金总体": "whole"}
    basic: Funds | None = optional("基本支出", record_of(Funds))
    projects: Funds | None = optional("项目支出", record_of(Funds))
    other: Funds | None = optional("其他支出", record_of(Funds))
    typed_whole: Funds | None = optional("资金总体", record_of(Funds))
    last_carryover_rate: Rate | None = optional("上年结转结余率", RATE)
    carryover_rate: Rate | None = optional("结转结余率", RATE)
    budget_variance_rate: Rate | None = optional("部门预决算差异率", RATE)
    facts: Facts | None = optional("补充数据", FACTS)
    remark: str | None = optional("说明", TEXT)

    @cached_property
    def whole(self) -> Funds:
        """资金总体 as typed, else 基本支出 + 项目支出 + 其他支出."""
        return self.typed_whole or total((self.basic, self.projects, self.other), self)


class FundsBySource(Record):
    """A project's money by source (项目资金 of the form)."""

    NOUN = "资金"
    DERIVED = {"年度资金总额": "whole"}
    typed_whole: Funds | None = optional("年度资金总额", record_of(Funds))
    current: Funds | None = optional("当年财政拨款", record_of(Funds))
    carried_over: Funds | None = optional("上年结转资金", record_of(Funds))
    other: Funds | None = optional("其他资金", record_of(Funds))
    remark: str | None = optional("说明", TEXT)

    @cached_property
    def whole(self) -> Funds:
        """年度资金总额 as typed, else the sum of the sources."""
        return self.typed_whole or total((self.current, self.carried_over, self.other), self)


class Goal(Record):
    """年度总体目标."""

    NOUN = "年度总体目标"
    expected: str | None = optional("预期目标", TEXT)
    achieved: str | None = optional("实际完成情况", TEXT)
    remark: str | None = optional("说明", TEXT)


class Indicator(Record):
    """A row of 绩效指标 on the form."""

    NOUN = "绩效指标"
    level_1: str = required("一级", TEXT)
    level_2: str | None = optional("二级", TEXT)
    level_3: str | None = optional("三级", TEXT)
    target: str | None = optional("指标值", TEXT)
    actual: str | None = optional("完成值", TEXT)
    weight: Decimal | None = optional("分值", NUMBER)
    score: Decimal | None = optional("得分", NUMBER)
    deviation_reason: str | None = optional("偏差原因", TEXT)
    remark: str | None = optional("说明", TEXT)


class Total(Record):
    """总分 of a form as typed."""

    NOUN = "总分"
    weight: Decimal | None = optional("分值", NUMBER)
    score: Decimal | None = optional("得分", NUMBER)


class Basis(Record):
    """A document that a project rests on."""

    NOUN = "依据"
    name: str = required("名称", TEXT)
    number: str | None = optional("文号", TEXT)
    issuer: str | None = optional("印发机关", TEXT)
    remark: str | None = optional("说明", TEXT)


class Project(Record):
    """data/projects/NN-….yaml."""

    NOUN = "项目"
    DERIVED = {
        "年初预算数": "initial_budget",
        "全年预算数": "annual_budget",
        "全年执行数": "expenditure",
        "执行率": "rate",
        "差额": "unspent",
    }
    NEEDS = Funds.NEEDS
    name: str = required("名称", TEXT)
    supervisor: str | None = optional("主管部门", TEXT)
    operator: str | None = optional("实施单位", TEXT)
    typed_initial_budget: Amount | None = optional("年初预算数", AMOUNT)
    typed_annual_budget: Amount | None = optional("全年预算数", AMOUNT)
    typed_expenditure: Amount | None = optional("全年执行数", AMOUNT)
    funds: FundsBySource | None = optional("资金", record_of(FundsBySource))
    execution_rate: Rate | None = optional("执行率", RATE)
    surplus_use: str | None = optional("结余去向", TEXT)
    unspent_reason: str | None = optional("未支出原因", TEXT)
    goal: Goal | None = optional("年度总体目标", record_of(Goal))
    indicators: tuple[Indicator, ...] | None = optional("绩效指标", list_of(record_of(Indicator)))
    typed_total: Total | None = optional("总分", record_of(Total))
    bases: tuple[Basis, ...] | None = optional("依据", list_of(record_of(Basis)))
    facts: Facts | None = optional("补充数据", FACTS)
    remark: str | None = optional("说明", TEXT)

    id: str = ""
    """The stem of its file; its narrative has the same."""

    def _amount(self, attribute: str) -> Amount | None:
        typed: Amount | None = getattr(self, f"typed_{attribute}")
        if typed is None and self.funds is not None:
            typed = getattr(self.funds.whole, attribute)
        return typed

    @cached_property
    def initial_budget(self) -> Amount | None:
        """年初预算数 as typed, else of all sources."""
        return self._amount("initial_budget")

    @cached_property
    def annual_budget(self) -> Amount | None:
        """全年预算数 as typed, else of all sources."""
        return self._amount("annual_budget")

    @cached_property
    def expenditure(self) -> Amount | None:
        """全年执行数 as typed, else of all sources."""
        return self._amount("expenditure")

    @cached_property
    def rate(self) -> Rate | None:
        """执行率 as typed (here, or for the whole of the funds), else computed."""
        typed = self.execution_rate or (self.funds.whole.execution_rate if self.funds else None)
        return typed or execution_rate(self.expenditure, self.annual_budget)

    @cached_property
    def unspent(self) -> Amount | None:
        """全年预算数 less 全年执行数; None without both."""
        budget, spent = self.annual_budget, self.expenditure
        return None if budget is None or spent is None else Amount(budget.yuan - spent.yuan)


class ScoreRow(Record):
    """A row of the scoring table."""

    NOUN = "评分表的行"
    DERIVED = {"执行率": "rate"}
    name: str = required("名称", TEXT)
    budget: Amount | None = optional("预算数", AMOUNT)
    expenditure: Amount | None = optional("执行数", AMOUNT)
    execution_rate: Rate | None = optional("执行率", RATE)
    target: str | None = optional("指标值", TEXT)
    actual: str | None = optional("完成值", TEXT)
    last_year: str | None = optional("上年值", TEXT)
    this_year: str | None = optional("本年值", TEXT)
    weight: Decimal | None = optional("分值", NUMBER)
    score: Decimal | None = optional("得分", NUMBER)
    explanation: str | None = optional("指标解释", TEXT)
    standard: str | None = optional("评分标准", TEXT)
    remark: str | None = optional("说明", TEXT)

    @cached_property
    def rate(self) -> Rate | None:
        """执行率 as typed, else 执行数 ÷ 预算数."""
        return self.execution_rate or execution_rate(self.expenditure, self.budget)


class ScoreGroup(Record):
    """Rows of the scoring table that share a weight, an explanation or a standard."""

    NOUN = "评分表的分组"
    DERIVED = {"行数": "row_count"}
    name: str | None = optional("名称", TEXT)
    weight: Decimal | None = optional("分值", NUMBER)
    score: Decimal | None = optional("得分", NUMBER)
    rows: tuple[ScoreRow, ...] = required("指标", list_of(record_of(ScoreRow)))
    explanation: str | None = optional("指标解释", TEXT)
    standard: str | None = optional("评分标准", TEXT)
    remark: str | None = optional("说明", TEXT)

    @cached_property
    def row_count(self) -> int:
        """How many rows it has."""
        return len(self.rows)


class ScorePart(Record):
    """A part of the scoring table: 当年预算执行情况, 整体绩效目标实现情况, 预算管理情况."""

    NOUN = "评分表的部分"
    DERIVED = {"行数": "row_count"}
    name: str = required("名称", TEXT)
    weight: Decimal = required("分值", NUMBER)
    score: Decimal | None = optional("得分", NUMBER)
    groups: tuple[ScoreGroup, ...] = required("分组", list_of(record_of(ScoreGroup)))
    remark: str | None = optional("说明", TEXT)

    @cached_property
    def row_count(self) -> int:
        """How many rows its groups have."""
        return sum(group.row_count for group in self.groups)


class Scorecard(Record):
    """data/scorecard.yaml: 整体绩效评价指标体系评分表."""

    NOUN = "评分表"
    card_title: str = required("题名", TEXT)
    attachment_number: str | None = optional("附件编号", TEXT)
    weight: Decimal | None = optional("分值", NUMBER)
    score: Decimal | None = optional("得分", NUMBER)
    parts: tuple[ScorePart, ...] = required("部分", list_of(record_of(ScorePart)))
    remark: str | None = optional("说明", TEXT)
