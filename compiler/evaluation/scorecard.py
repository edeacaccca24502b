"""data/scorecard.yaml: 整体绩效评价指标体系评分表 (the Beijing department scheme)."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property

from compiler.evaluation.funds import SPENDING, Budget, execution_rate, score_rate_of
from compiler.evaluation.measure import parse_measure
from compiler.evaluation.scheme import LAST_YEAR, ExecutionRule, RateDeduction, Scheme
from compiler.evaluation.scored import SCORE, Scored
from compiler.evaluation.scoring import (
    Comparison,
    Expected,
    compared,
    grade_of,
    score_indicator,
    score_points,
    score_rate,
    summed,
)
from compiler.figures import Amount, Rate
from compiler.kinds import AMOUNT, NUMBER, RATE, TEXT, list_of
from compiler.record import Derived, Facts, Input
from compiler.schema import optional, record_of, required


class ScoreRow(Scored):
    """A row of the scoring table."""

    NOUN = "评分表的行"
    DERIVED = {
        "执行率": Derived("rate", "执行数÷预算数", ("预算数", "执行数"), "computed_rate", "execution_rate"),
        "得分": SCORE,
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
    typed_score: Decimal | None = optional("得分", NUMBER)
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

    @cached_property
    def pair(self) -> Comparison | None:
        """指标值 and 完成值 as numbers of one unit; None when they are none."""
        return compared(self.target, self.actual)

    def score_inputs(self) -> tuple[Input, ...]:
        if self.inputs:
            return self.inputs
        given = (
            key for key, name in self.KEYS.items() if name in _RESULTS and getattr(self, name) is not None
        )
        return tuple((self, key) for key in given)


class ScoreGroup(Scored):
    """Rows of the scoring table that share a weight, an explanation or a standard."""

    NOUN = "评分表的分组"
    DERIVED = {"行数": Derived("row_count", "指标的行数", ("指标",), "row_count"), "得分": SCORE}
    name: str | None = optional("名称", TEXT)
    weight: Decimal | None = optional("分值", NUMBER)
    typed_score: Decimal | None = optional("得分", NUMBER)
    rows: tuple[ScoreRow, ...] = required("指标", list_of(record_of(ScoreRow)))
    explanation: str | None = optional("指标解释", TEXT)
    standard: str | None = optional("评分标准", TEXT)
    remark: str | None = optional("说明", TEXT)

    scheme: Scheme | None = None

    @cached_property
    def row_count(self) -> int:
        """How many rows it has."""
        return len(self.rows)

    @cached_property
    def scored_rows(self) -> tuple[ScoreRow, ...]:
        """The rows that have a weight or a score of their own."""
        return tuple(row for row in self.rows if row.weight is not None or row.typed_score is not None)

    @property
    def computed_score(self) -> Decimal | None:
        """What the scheme gives, else the sum of the rows."""
        if self.expected is not None:
            return self.expected.score
        return summed(row.score for row in self.scored_rows) if self.scheme else None

    def score_inputs(self) -> tuple[Input, ...]:
        if self.expected is not None:
            return self.inputs
        return tuple((row, "得分") for row in self.scored_rows)


class ScorePart(Scored):
    """A part of the scoring table: 当年预算执行情况, 整体绩效目标实现情况, 预算管理情况."""

    NOUN = "评分表的部分"
    DERIVED = {"行数": Derived("row_count", "各分组的行数之和", ("分组",), "row_count"), "得分": SCORE}
    name: str = required("名称", TEXT)
    weight: Decimal = required("分值", NUMBER)
    typed_score: Decimal | None = optional("得分", NUMBER)
    groups: tuple[ScoreGroup, ...] = required("分组", list_of(record_of(ScoreGroup)))
    remark: str | None = optional("说明", TEXT)

    scheme: Scheme | None = None

    @cached_property
    def row_count(self) -> int:
        """How many rows its groups have."""
        return sum(group.row_count for group in self.groups)

    @cached_property
    def scored_groups(self) -> tuple[ScoreGroup, ...]:
        """The groups that have a weight or a score, or rows that have."""
        return tuple(
            group
            for group in self.groups
            if group.weight is not None or group.typed_score is not None or group.scored_rows
        )

    @property
    def computed_score(self) -> Decimal | None:
        """What the scheme gives, else the sum of the groups."""
        if self.expected is not None:
            return self.expected.score
        return summed(group.score for group in self.scored_groups) if self.scheme else None

    def score_inputs(self) -> tuple[Input, ...]:
        if self.expected is not None:
            return self.inputs
        return tuple((group, "得分") for group in self.scored_groups)


class Scorecard(Scored):
    """data/scorecard.yaml: 整体绩效评价指标体系评分表."""

    NOUN = "评分表"
    DERIVED = {
        "得分": SCORE,
        "等级": Derived("grade", "得分按评分方案分等级", (), "computed_grade", "typed_grade"),
    }
    card_title: str = required("题名", TEXT)
    attachment_number: str | None = optional("附件编号", TEXT)
    weight: Decimal | None = optional("分值", NUMBER)
    typed_score: Decimal | None = optional("得分", NUMBER)
    typed_grade: str | None = optional("等级", TEXT)
    parts: tuple[ScorePart, ...] = required("部分", list_of(record_of(ScorePart)))
    remark: str | None = optional("说明", TEXT)

    scheme: Scheme | None = None
    """How it is scored."""

    @property
    def computed_score(self) -> Decimal | None:
        """The sum of the parts."""
        return summed(part.score for part in self.parts) if self.scheme else None

    def score_inputs(self) -> tuple[Input, ...]:
        return tuple((part, "得分") for part in self.parts)

    def origin(self, key: str) -> tuple[str, tuple[Input, ...]]:
        if key == "等级":
            return self.DERIVED[key].formula, ((self, "得分"),)
        return super().origin(key)

    @property
    def grade(self) -> str | None:
        """等级 as typed, else computed."""
        return self.typed_grade or self.computed_grade

    @property
    def computed_grade(self) -> str | None:
        """The grade of the score; None without a scheme that has grades."""
        rule, score = self.scheme.grades if self.scheme else None, self.score
        return None if rule is None or score is None else grade_of(rule, score)

    def score_by(self, scheme: Scheme, budget: Budget | None, parameters: Facts | None) -> None:
        """Have the scores that are not typed computed by a scheme."""
        self.scheme = scheme
        for part in self.parts:
            part.scheme = scheme
            for group in part.groups:
                group.scheme = scheme
                for row in group.scored_rows:
                    row.expected = _expected(scheme, part, group, row, budget, parameters)
            if scheme.execution is not None and scheme.execution.part == part.name:
                _score_execution(scheme, scheme.execution, part, budget)


_RESULTS = (
    *("weight", "budget", "expenditure", "execution_rate", "target", "actual"),
    *("last_year", "this_year"),
)


def _expected(
    scheme: Scheme,
    part: ScorePart,
    group: ScoreGroup,
    row: ScoreRow,
    budget: Budget | None,
    parameters: Facts | None,
) -> Expected | None:
    """What a scheme gives a row that is not about the execution rate."""
    if row.weight is None:
        return None
    for points in scheme.points or ():
        if points.row == row.name:
            return score_points(points, scheme.digits, row.weight, row.pair)
    if scheme.carryover is not None and scheme.carryover.row == row.name:
        given = (budget.carryover, budget.last_carryover_rate) if budget else (None, None)
        keys = "结转结余率", "上年结转结余率"
        return _rate(scheme.carryover, scheme.digits, row, budget, given, keys, parameters)
    if scheme.variance is not None and scheme.variance.row == row.name:
        given = (budget.budget_variance if budget else None, None)
        return _rate(scheme.variance, scheme.digits, row, budget, given, ("部门预决算差异率",), parameters)
    if scheme.execution is not None and scheme.execution.part == part.name:
        return None
    names = part.name, group.name, row.name
    return score_indicator(scheme, row.weight, row.pair, row.target, row.actual, names)


def _rate(
    rule: RateDeduction,
    digits: int,
    row: ScoreRow,
    budget: Budget | None,
    given: tuple[Rate | None, Rate | None],
    keys: tuple[str, ...],
    parameters: Facts | None,
) -> Expected | None:
    """The score of a rate: of the one that the row prints, else of the budget's."""
    rate = _percentage(row.this_year) or given[0]
    if rule.against == LAST_YEAR:
        against = _percentage(row.last_year) or given[1]
    else:
        found = parameters.get(rule.parameter or "") if parameters else None
        against = found if isinstance(found, Rate) else None
    if rate is None or against is None or row.weight is None:
        return None
    if budget is not None and row.this_year is None:
        limit: tuple[Input, ...] = ((parameters, rule.parameter),) if parameters and rule.parameter else ()
        row.inputs = ((row, "分值"), *((budget, key) for key in keys), *limit)
    return score_rate(rule, digits, row.weight, rate.ratio, against.ratio)


def _percentage(text: str | None) -> Rate | None:
    measure = parse_measure(text) if text else None
    return Rate(measure.number.scaleb(-2)) if measure and measure.unit == "%" and not measure.sign else None


def _score_execution(scheme: Scheme, rule: ExecutionRule, part: ScorePart, budget: Budget | None) -> None:
    """Give the execution rate's score to what has its weight: the row, its group, or the part."""
    found = next(((group, row) for group in part.groups for row in group.rows if row.name == rule.row), None)
    if found is None:
        return
    group, row = found
    owner = next(item for item in (row, group, part) if item.weight is not None)
    own = row.budget is not None or row.expenditure is not None or budget is None
    whole = row if own or budget is None else budget.whole
    spent, planned = whole.expenditure, whole.budget if isinstance(whole, ScoreRow) else whole.annual_budget
    rate = row.execution_rate or whole.rate
    weight = owner.weight if owner.weight is not None else part.weight
    owner.expected = score_rate_of(rule, scheme.digits, weight, spent, planned, rate)
    names = ("执行数", "预算数") if isinstance(whole, ScoreRow) else SPENDING[::-1]
    keys = ("执行率",) if spent is None or planned is None else names
    owner.inputs = ((owner, "分值"), *((whole, key) for key in keys))
