"""data/scorecard.yaml: 整体绩效评价指标体系评分表 (the Beijing department scheme)."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property

from compiler.evaluation.funds import execution_rate
from compiler.figures import Amount, Rate
from compiler.kinds import AMOUNT, NUMBER, RATE, TEXT, list_of
from compiler.record import Derived, Record
from compiler.schema import optional, record_of, required


class ScoreRow(Record):
    """A row of the scoring table."""

    NOUN = "评分表的行"
    DERIVED = {
        "执行率": Derived("rate", "执行数÷预算数", ("预算数", "执行数"), "computed_rate", "execution_rate")
    }
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
        """执行率 as typed, else computed."""
        return self.execution_rate or self.computed_rate

    @property
    def computed_rate(self) -> Rate | None:
        """执行数 ÷ 预算数; None without both, or when the budget is 0."""
        return execution_rate(self.expenditure, self.budget)


class ScoreGroup(Record):
    """Rows of the scoring table that share a weight, an explanation or a standard."""

    NOUN = "评分表的分组"
    DERIVED = {"行数": Derived("row_count", "指标的行数", ("指标",), "row_count")}
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
    DERIVED = {"行数": Derived("row_count", "各分组的行数之和", ("分组",), "row_count")}
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
