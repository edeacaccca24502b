"""data/projects/NN-….yaml: a project, and its 项目支出绩效自评表 (财预〔2020〕10号 附1)."""

from __future__ import annotations

from decimal import Decimal

from compiler.computed import computed
from compiler.evaluation.funds import (
    AMOUNTS,
    RATE_FORMULA,
    SPENDING,
    UNSPENT_FORMULA,
    Funds,
    FundsBySource,
    execution_rate,
)
from compiler.evaluation.scheme import Scheme
from compiler.evaluation.scored import SCORE, Paired, Scored
from compiler.evaluation.scoring import Expected, score_indicator, summed
from compiler.figures import Amount, Rate
from compiler.kinds import AMOUNT, FACTS, NUMBER, RATE, TEXT, list_of
from compiler.record import Derived, Facts, Input, Record
from compiler.schema import derived_record, optional, record_of, required


class Goal(Record):
    """年度总体目标."""

    NOUN = "年度总体目标"
    expected: str | None = optional("预期目标", TEXT)
    achieved: str | None = optional("实际完成情况", TEXT)
    remark: str | None = optional("说明", TEXT)


class Indicator(Paired):
    """A row of 绩效指标 on the form."""

    NOUN = "绩效指标"
    DERIVED = {"得分": SCORE}
    level_1: str = required("一级", TEXT)
    level_2: str | None = optional("二级", TEXT)
    level_3: str | None = optional("三级", TEXT)
    target: str | None = optional("指标值", TEXT)
    actual: str | None = optional("完成值", TEXT)
    weight: Decimal | None = optional("分值", NUMBER)
    typed_score: Decimal | None = optional("得分", NUMBER)
    deviation_reason: str | None = optional("偏差原因", TEXT)
    remark: str | None = optional("说明", TEXT)

    scheme: Scheme | None = None
    """How it is scored."""

    @property
    def called(self) -> str:
        """How messages call it: by the innermost name it has."""
        if self.level_3 is not None:
            return f"三级指标“{self.level_3}”"
        if self.level_2 is not None:
            return f"二级指标“{self.level_2}”"
        return f"一级指标“{self.level_1}”"

    @property
    def names(self) -> tuple[str | None, ...]:
        """What it is called, the first level first."""
        return self.level_1, self.level_2, self.level_3

    @computed
    def expected(self) -> Expected | None:
        if self.scheme is None:
            return None
        names = self.names
        return score_indicator(self.scheme, self.weight, self.pair, self.target, self.actual, names)


class Total(Scored):
    """总分 of a form."""

    NOUN = "总分"
    DERIVED = {"得分": SCORE}
    weight: Decimal | None = optional("分值", NUMBER)
    typed_score: Decimal | None = optional("得分", NUMBER)

    form: Project | None = None
    """The project it is the total of, where a scheme is declared."""

    @computed
    def computed_score(self) -> Decimal | None:
        """The sum of the scores of all rows; None while one is lacking."""
        return summed(row.score for row in self.form.scored_rows) if self.form else None

    def score_inputs(self) -> tuple[Input, ...]:
        return tuple((row, "得分") for row in self.form.scored_rows) if self.form else ()


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
        **{
            key: Derived(
                name,
                f"资金.年度资金总额的{key}",
                (f"资金.年度资金总额.{key}",),
                f"typed_{name}",
            )
            for key, name in AMOUNTS.items()
        },
        "总分": Derived("total", "年度资金总额和各绩效指标之和", (), "typed_total"),
        "执行率": Derived("rate", RATE_FORMULA, SPENDING, "execution_rate"),
        "差额": Derived("unspent", UNSPENT_FORMULA, SPENDING),
    }
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
    improvement: str | None = optional("改进措施", TEXT)
    adjustment_reason: str | None = optional("调整原因", TEXT)
    goal: Goal | None = optional("年度总体目标", record_of(Goal))
    indicators: tuple[Indicator, ...] | None = optional("绩效指标", list_of(record_of(Indicator)))
    typed_total: Total | None = optional("总分", record_of(Total))
    bases: tuple[Basis, ...] | None = optional("依据", list_of(record_of(Basis)))
    facts: Facts | None = optional("补充数据", FACTS)
    remark: str | None = optional("说明", TEXT)

    id: str = ""
    """The stem of its file; its narrative has the same."""
    scheme: Scheme | None = None
    """How its form is scored."""

    def origin(self, key: str) -> tuple[str, tuple[Input, ...]]:
        if key == "执行率":
            whole = self.funds.whole if self.funds else None
            if whole is not None and (whole.execution_rate is not None or "execution_rate" in whole.unfilled):
                return "资金.年度资金总额的执行率", ((whole, key),)
        return super().origin(key)

    def score_by(self, scheme: Scheme) -> None:
        """Have the scores that are not typed computed by a scheme."""
        self.scheme = scheme
        for indicator in self.indicators or ():
            indicator.scheme = scheme
        if self.funds is not None and self.funds.typed_whole is not None:
            self.funds.typed_whole.form = self
        if self.typed_total is not None:
            self.typed_total.form = self

    @computed
    def scored_rows(self) -> tuple[Funds | Indicator, ...]:
        """The rows of the form that have a weight or a score."""
        rows: list[Funds | Indicator] = list(self.indicators or ())
        if self.funds is not None and self.funds.typed_whole is not None:
            rows.insert(0, self.funds.whole)
        return tuple([row for row in rows if row.is_scored])

    @computed
    def total(self) -> Total | None:
        """总分 as typed, else of the scores of all rows."""
        return self.typed_total or self.computed_total

    @property
    def computed_total(self) -> Total | None:
        """分值 and 得分 of all rows together; None without a scheme or without rows that are scored."""
        if self.scheme is None or not self.scored_rows:
            return None
        weight = summed(row.weight for row in self.scored_rows)
        return derived_record(Total, self, weight=weight, form=self)

    def _of_funds(self, attribute: str) -> Amount | None:
        if self.funds is None or f"typed_{attribute}" in self.unfilled:
            return None
        amount: Amount | None = getattr(self.funds.whole, attribute)
        return amount

    @computed
    def initial_budget(self) -> Amount | None:
        """年初预算数 as typed, else of all sources."""
        return self.typed_initial_budget or self._of_funds("initial_budget")

    @computed
    def annual_budget(self) -> Amount | None:
        """全年预算数 as typed, else of all sources."""
        return self.typed_annual_budget or self._of_funds("annual_budget")

    @computed
    def expenditure(self) -> Amount | None:
        """全年执行数 as typed, else of all sources."""
        return self.typed_expenditure or self._of_funds("expenditure")

    @computed
    def rate(self) -> Rate | None:
        """执行率 as typed (here, or for the whole of the funds), else computed."""
        if "execution_rate" in self.unfilled:
            return None
        whole = self.funds.whole if self.funds else None
        if whole is not None and "execution_rate" in whole.unfilled:
            return self.execution_rate
        return self.execution_rate or (whole.execution_rate if whole else None) or self.computed_rate

    @property
    def computed_rate(self) -> Rate | None:
        """全年执行数 ÷ 全年预算数 (财预〔2020〕10号 附1); None without both, or when the budget is 0."""
        return execution_rate(self.expenditure, self.annual_budget)

    @computed
    def unspent(self) -> Amount | None:
        """全年预算数 less 全年执行数; None without both."""
        budget, spent = self.annual_budget, self.expenditure
        return None if budget is None or spent is None else Amount(budget.yuan - spent.yuan)
