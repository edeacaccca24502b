"""data/scorecard.yaml: 整体绩效评价指标体系评分表 (the Beijing department scheme)."""

from __future__ import annotations

from decimal import Decimal

from compiler.computed import computed
from compiler.evaluation.funds import SPENDING, Budget, execution_rate, score_rate_of
from compiler.evaluation.measure import parse_measure
from compiler.evaluation.scheme import LAST_YEAR, ExecutionRule, RateDeduction, Scheme, row_key
from compiler.evaluation.scored import SCORE, Paired, Scored
from compiler.evaluation.scoring import (
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


class ScoreRow(Paired):
    """A row of the scoring table."""

    NOUN = "评分表的行"
    DERIVED = {
        "执行率": Derived("rate", "执行数÷预算数", ("预算数", "执行数"), "execution_rate"),
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

    @property
    def has_own_amounts(self) -> bool:
        """Whether an amount is typed in it, or is to be, rather than taken from budget.yaml."""
        return bool(self.budget or self.expenditure or self.waits_for("预算数") or self.waits_for("执行数"))

    @property
    def has_amounts(self) -> bool:
        """Whether it is a row of money, or is to be one."""
        if self.unfilled and not self.unfilled.keys().isdisjoint(("budget", "expenditure", "execution_rate")):
            return True
        return bool(self.budget or self.expenditure or self.execution_rate)

    @computed
    def rate(self) -> Rate | None:
        """执行率 as typed, else computed."""
        return self.execution_rate or (None if "execution_rate" in self.unfilled else self.computed_rate)

    @property
    def computed_rate(self) -> Rate | None:
        """执行数 ÷ 预算数; None without both, or when the budget is 0."""
        return execution_rate(self.expenditure, self.budget)


class ScoreGroup(Scored):
    """Rows of the scoring table that share a weight, an explanation or a standard."""

    NOUN = "评分表的分组"
    DERIVED = {"行数": Derived("row_count", "指标的行数", ("指标",)), "得分": SCORE}
    name: str | None = optional("名称", TEXT)
    weight: Decimal | None = optional("分值", NUMBER)
    typed_score: Decimal | None = optional("得分", NUMBER)
    rows: tuple[ScoreRow, ...] = required("指标", list_of(record_of(ScoreRow)))
    explanation: str | None = optional("指标解释", TEXT)
    standard: str | None = optional("评分标准", TEXT)
    remark: str | None = optional("说明", TEXT)

    scheme: Scheme | None = None

    @computed
    def row_count(self) -> int:
        """How many rows it has."""
        return len(self.rows)

    @computed
    def scored_rows(self) -> tuple[ScoreRow, ...]:
        """The rows that have a weight or a score of their own."""
        return tuple(row for row in self.rows if row.is_scored)

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
    DERIVED = {"行数": Derived("row_count", "各分组的行数之和", ("分组",)), "得分": SCORE}
    name: str = required("名称", TEXT)
    weight: Decimal = required("分值", NUMBER)
    typed_score: Decimal | None = optional("得分", NUMBER)
    groups: tuple[ScoreGroup, ...] = required("分组", list_of(record_of(ScoreGroup)))
    remark: str | None = optional("说明", TEXT)

    scheme: Scheme | None = None

    @computed
    def row_count(self) -> int:
        """How many rows its groups have."""
        return sum(group.row_count for group in self.groups)

    @computed
    def scored_groups(self) -> tuple[ScoreGroup, ...]:
        """The groups that have a weight or a score, or rows that have."""
        return tuple(group for group in self.groups if group.is_scored or group.scored_rows)

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

    def whole_budget(self, rule: ExecutionRule) -> tuple[ScoreRow | ScoreGroup | ScorePart, ...]:
        """The row with the whole budget, its group and this part; without the row where the group is called so.

        Empty when neither is.
        """
        key = row_key(rule.row) if rule.row else None
        for group in self.groups:
            for row in group.rows:
                if row_key(row.name) == key:
                    return row, group, self
            if group.name and row_key(group.name) == key:
                return group, self
        return ()


class Scorecard(Scored):
    """data/scorecard.yaml: 整体绩效评价指标体系评分表."""

    NOUN = "评分表"
    DERIVED = {
        "得分": SCORE,
        "等级": Derived("grade", "得分按评分方案分等级", (), "typed_grade"),
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
        return self.typed_grade or (None if "typed_grade" in self.unfilled else self.computed_grade)

    @property
    def computed_grade(self) -> str | None:
        """The grade of the score; None without a scheme that has grades."""
        rule, score = self.scheme.grades if self.scheme else None, self.score
        return None if rule is None or score is None else grade_of(rule, score)

    @property
    def execution_part(self) -> ScorePart | None:
        """The part that is about the execution rate: called as the scheme calls it, else with its row in it.

        Without a scheme that says, the first with amounts.
        """
        rule = self.scheme.execution if self.scheme else None
        if rule is not None:
            for part in self.parts:
                if rule.part and row_key(part.name) == row_key(rule.part):
                    return part
            for part in self.parts:
                if part.whole_budget(rule):
                    return part
        for part in self.parts:
            for group in part.groups:
                if any(row.has_amounts for row in group.rows):
                    return part
        return None

    def score_by(self, scheme: Scheme, budget: Budget | None, parameters: Facts | None) -> None:
        """Have the scores that are not typed computed by a scheme."""
        self.scheme = scheme
        execution = self.execution_part if scheme.execution is not None else None
        for part in self.parts:
            part.scheme = scheme
            for group in part.groups:
                group.scheme = scheme
                for row in group.scored_rows:
                    names = part.name, group.name, row.name
                    _score_row(scheme, None if part is execution else names, row, budget, parameters)
        if scheme.execution is not None and execution is not None:
            _score_execution(scheme, scheme.execution, execution, budget)


def _score_row(
    scheme: Scheme,
    names: tuple[str | None, ...] | None,
    row: ScoreRow,
    budget: Budget | None,
    parameters: Facts | None,
) -> None:
    """Give a row its score; `names` are None among rows of amounts, whose score is that of the execution rate."""
    if row.weight is None:
        return
    points, deduction = scheme.points_for(row.name), scheme.deduction_for(row.name)
    if points is not None:
        row.expected = score_points(points, scheme.digits, row.weight, row.pair)
    elif deduction is not None:
        key = "结转结余率" if deduction is scheme.carryover else "部门预决算差异率"
        _score_rate(deduction, scheme.digits, row, budget, key, parameters)
    elif names is not None:
        row.expected = score_indicator(scheme, row.weight, row.pair, row.target, row.actual, names)


def _score_rate(
    rule: RateDeduction,
    digits: int,
    row: ScoreRow,
    budget: Budget | None,
    key: str,
    parameters: Facts | None,
) -> None:
    """The score of a rate: of the one that the row prints, else of the budget's under `key`."""
    row.awaited = ((row, "本年值"), (row, "上年值"))
    if budget is not None:
        row.awaited += ((budget, key), (budget, f"上年{key}"))
    if parameters is not None and rule.parameter is not None:
        row.awaited += ((parameters, rule.parameter),)
    this = _rate_of(row, "本年值", row.this_year, budget, key)
    other: tuple[Rate, Input] | None = None
    if rule.against == LAST_YEAR:
        other = _rate_of(row, "上年值", row.last_year, budget, f"上年{key}")
    elif parameters is not None and rule.parameter is not None:
        found = parameters.get(rule.parameter)
        other = (found, (parameters, rule.parameter)) if isinstance(found, Rate) else None
    if this is not None and other is not None and row.weight is not None:
        row.inputs = ((row, "分值"), this[1], other[1])
        row.expected = score_rate(rule, digits, row.weight, this[0].ratio, other[0].ratio)


def _rate_of(
    row: ScoreRow, own_key: str, text: str | None, budget: Budget | None, key: str
) -> tuple[Rate, Input] | None:
    """A rate, and where it is given."""
    rate = _percentage(text)
    if rate is not None:
        return rate, (row, own_key)
    if row.waits_for(own_key):
        return None
    given = budget.lookup(key) if budget is not None else None
    return (given, (budget, key)) if isinstance(given, Rate) and budget is not None else None


def _percentage(text: str | None) -> Rate | None:
    measure = parse_measure(text) if text else None
    return Rate(measure.number.scaleb(-2)) if measure and measure.unit == "%" and not measure.sign else None


def _score_execution(scheme: Scheme, rule: ExecutionRule, part: ScorePart, budget: Budget | None) -> None:
    """Give the execution rate's score to what has its weight: the row, its group, or the part."""
    chain = part.whole_budget(rule)
    if not chain:
        return
    row = chain[0] if isinstance(chain[0], ScoreRow) else None
    owner = next(item for item in chain if item.weight is not None)
    weight = owner.weight if owner.weight is not None else part.weight
    inputs: tuple[Input, ...]
    own: Input
    if row is not None and (budget is None or row.has_own_amounts):
        spent, planned, rate = row.expenditure, row.budget, row.rate
        inputs, own = ((row, "执行数"), (row, "预算数")), (row, "执行率")
    elif budget is not None:
        whole = budget.whole
        if row is not None and "execution_rate" in row.unfilled:
            return
        typed = row.execution_rate if row is not None else None
        spent, planned, rate = whole.expenditure, whole.annual_budget, typed or whole.rate
        inputs, own = (
            tuple((whole, key) for key in SPENDING[::-1]),
            (row if row and typed else whole, "执行率"),
        )
    else:
        return
    owner.awaited = (*inputs, own)
    owner.expected = score_rate_of(rule, scheme.digits, weight, spent, planned, rate)
    owner.inputs = ((owner, "分值"), *(inputs if spent is not None and planned is not None else (own,)))
