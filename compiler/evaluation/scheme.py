"""templates/评分方案/*.yaml: how scores are given, as the documents that ask for them say it.

Every office works under other documents, and the documents differ in what they ask for; so weights, formulas, bands
and deductions are data. A scheme says of each part on what document it rests (依据).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from compiler.computed import computed
from compiler.figures import Rate
from compiler.kinds import NUMBER, RATE, TEXT, choice, integer, list_of, mapping_of, one_or_list
from compiler.patterns import pattern
from compiler.record import Record
from compiler.schema import optional, record_of, required

PROJECT, DEPARTMENT = "项目支出", "部门整体"
IN_PROPORTION, PASS_LINE, BANDS = "按比例", "及格线", "分档"
TARGET_BY_ACTUAL, LESS_EXCESS = "指标值除以完成值", "按超出比例扣"
NOTHING, SHARE, WHOLE_STEP = "不扣", "按比例扣", "按一档扣"
LAST_YEAR, PARAMETER = "上年", "参数"


_FRONT = pattern(
    r"(?:[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十\d]+[）)]|\d+(?:[、．）)]|\.(?!\d))|[①-⑳]|其中[：:]|[—－–-])+"
)
_BRACKET = pattern(r"[（(][^（）()]*[%％‰分元][^（）()]*[）)]$")


def _words(*words: str) -> dict[str, str]:
    return {word: word for word in words}


def bare(name: str) -> str:
    """The name of an indicator without the word 指标, which forms write or leave out."""
    return name.removesuffix("指标") or name


@lru_cache(maxsize=4096)
@lru_cache(maxsize=1024)  # tables of a kind have the same rows
def row_key(name: str) -> str:
    """What a part or a row of a scoring table is found by: its name without what tables put around it.

    一、当年预算执行情况（20分） is 当年预算执行情况, 结转结余率（%） is 结转结余率.
    """
    whole = "".join(name.split())
    start = _FRONT.match(whole)
    return _BRACKET.sub("", whole[start.end() :] if start else whole) or whole


class Level1(Record):
    """A first-level indicator and the second-level ones under it."""

    NOUN = "一级指标"
    name: str = required("名称", TEXT)
    level_2: tuple[str, ...] | None = optional("二级", one_or_list(TEXT))


class Taxonomy(Record):
    """The indicators that a form may have."""

    NOUN = "指标体系"
    basis: str = required("依据", TEXT)
    level_1: tuple[Level1, ...] = required("一级", list_of(record_of(Level1)))
    required: tuple[str, ...] | None = optional("必设", one_or_list(TEXT))
    """The second-level indicators that have to be set."""


class WeightSet(Record):
    """One allowed way to share out the whole."""

    NOUN = "权重的一种组合"
    name: str = required("名称", TEXT)
    execution: Decimal = required("预算执行率", NUMBER)
    level_1: dict[str, Decimal] = required("一级", mapping_of(NUMBER))
    """The weight of each first-level indicator; one that is not named has none."""


class Weights(Record):
    """The weights of first-level indicators."""

    NOUN = "权重"
    basis: str = required("依据", TEXT)
    sets: tuple[WeightSet, ...] = required("组合", list_of(record_of(WeightSet)))
    remark: str | None = optional("说明", TEXT)


class RateBand(Record):
    """A rate from here on, up to the next band, gets this share of the weight."""

    NOUN = "分档"
    lowest: Rate = required("下限", RATE)
    share: Rate = required("得分率", RATE)


class ExecutionRule(Record):
    """How the execution rate is scored."""

    NOUN = "预算执行率"
    basis: str = required("依据", TEXT)
    method: str = required("算法", choice(_words(IN_PROPORTION, BANDS)))
    bands: tuple[RateBand, ...] | None = optional("分档", list_of(record_of(RateBand)))
    """Of what is not finished; what is finished within the budget has full marks."""
    part: str | None = optional("部分", TEXT)
    """The part of a department's scoring table that is about it."""
    row: str | None = optional("指标", TEXT)
    """Its row with the department's whole budget."""


class ExcessBand(Record):
    """From this deviation on, up to the next band, so much of the weight is taken off."""

    NOUN = "超额扣分的一档"
    lowest: Rate = required("下限", RATE)
    deducted: Rate = required("扣分率", RATE)


class ExcessRule(Record):
    """What follows when much more was done than the target asks for."""

    NOUN = "超额"
    basis: str = required("依据", TEXT)
    explained_from: Rate = required("说明线", RATE)
    """From this actual ÷ target on, the reason has to be given."""
    zero_explained_from: Decimal | None = optional("零值说明线", NUMBER)
    """The same where the target is 0, as a number."""
    bands: tuple[ExcessBand, ...] | None = optional("扣分", list_of(record_of(ExcessBand)))
    """By d = (actual - target) ÷ target."""
    remark: str | None = optional("说明", TEXT)


class SatisfactionRule(Record):
    """Satisfaction rates that are scored by bands."""

    NOUN = "满意度"
    basis: str = required("依据", TEXT)
    level_1: str = required("一级", TEXT)
    bands: tuple[RateBand, ...] = required("分档", list_of(record_of(RateBand)))


class QuantitativeRule(Record):
    """How targets that are numbers are scored."""

    NOUN = "定量指标"
    basis: str = required("依据", TEXT)
    forward: str = required("正向", choice(_words(IN_PROPORTION, PASS_LINE)))
    pass_line: Rate | None = optional("及格线", RATE)
    reverse: str | None = optional("反向", choice(_words(TARGET_BY_ACTUAL, LESS_EXCESS)))
    """The formulas differ; None when the documents do not say which."""
    excess: ExcessRule | None = optional("超额", record_of(ExcessRule))
    satisfaction: SatisfactionRule | None = optional("满意度", record_of(SatisfactionRule))
    remark: str | None = optional("说明", TEXT)


class QualitativeBand(Record):
    """A result in words, and the shares of the weight it may get: up to the band before, which is not included."""

    NOUN = "定性指标的一档"
    name: str = required("名称", TEXT)
    lowest: Rate = required("下限", RATE)
    words: tuple[str, ...] | None = optional("完成值", one_or_list(TEXT))
    """What is written for it on forms, beside its name."""


class QualitativeRule(Record):
    """How targets that are words are scored."""

    NOUN = "定性指标"
    basis: str = required("依据", TEXT)
    bands: tuple[QualitativeBand, ...] = required("分档", list_of(record_of(QualitativeBand)))
    direct: dict[str, Rate] | None = optional("直接赋分", mapping_of(RATE))
    """Results that get just this share of the weight: 是, 否."""
    remark: str | None = optional("说明", TEXT)

    @computed
    def by_words(self) -> Mapping[str, tuple[QualitativeBand, Rate]]:
        """The band of each result, and where the band above it starts; of the highest that is 100%."""
        found: dict[str, tuple[QualitativeBand, Rate]] = {}
        top = Rate(Decimal(1))
        for band in sorted(self.bands, key=lambda band: -band.lowest.ratio):
            for words in (band.name, *(band.words or ())):
                found.setdefault(words, (band, top))
            top = band.lowest
        return found


class GradeBand(Record):
    """A grade: from this total on, up to the grade before, which is not included."""

    NOUN = "等级的一档"
    name: str = required("名称", TEXT)
    lowest: Decimal = required("下限", NUMBER)
    aliases: tuple[str, ...] | None = optional("别称", one_or_list(TEXT))
    """Words that are written for it and are not its name."""


class GradeRule(Record):
    """Grades by the total score."""

    NOUN = "等级"
    basis: str = required("依据", TEXT)
    bands: tuple[GradeBand, ...] = required("分档", list_of(record_of(GradeBand)))


class PartWeight(Record):
    """A part of a department's scoring table."""

    NOUN = "评分表的部分"
    name: str = required("名称", TEXT)
    weight: Decimal = required("分值", NUMBER)


class PointsRule(Record):
    """A row with points to be met, each missed one costing the same."""

    NOUN = "扣分要点"
    row: str = required("指标", TEXT)
    count: int = required("要点数", integer(1, 100))
    each: Decimal = required("每点扣", NUMBER)
    basis: str = required("依据", TEXT)


class RateDeduction(Record):
    """A rate that costs so much for every step it is above what it is held against."""

    NOUN = "按率扣分"
    row: str = required("指标", TEXT)
    against: str = required("对比", choice(_words(LAST_YEAR, PARAMETER)))
    parameter: str | None = optional("参数", TEXT)
    """The 参数 of report.yaml that it is held against."""
    step: Rate = required("每高", RATE)
    """In percentage points."""
    deducted: Decimal = required("扣", NUMBER)
    remainder: str | None = optional("不足一档", choice(_words(NOTHING, SHARE, WHOLE_STEP)))
    """What less than a step costs; None when the documents do not say."""
    basis: str = required("依据", TEXT)


class Scheme(Record):
    """A whole scheme; `name` is that of its file."""

    NOUN = "评分方案"
    scheme_title: str = required("题名", TEXT)
    number: str | None = optional("文号", TEXT)
    use: str = required("用于", choice(_words(PROJECT, DEPARTMENT)))
    whole: Decimal = required("总分", NUMBER)
    digits: int = required("得分小数位", integer(0, 4))
    indicators: Taxonomy = required("指标体系", record_of(Taxonomy))
    weights: Weights | None = optional("权重", record_of(Weights))
    parts: tuple[PartWeight, ...] | None = optional("部分", list_of(record_of(PartWeight)))
    execution: ExecutionRule | None = optional("预算执行率", record_of(ExecutionRule))
    quantitative: QuantitativeRule | None = optional("定量指标", record_of(QuantitativeRule))
    qualitative: QualitativeRule | None = optional("定性指标", record_of(QualitativeRule))
    points: tuple[PointsRule, ...] | None = optional("扣分要点", list_of(record_of(PointsRule)))
    carryover: RateDeduction | None = optional("结转结余率", record_of(RateDeduction))
    variance: RateDeduction | None = optional("部门预决算差异率", record_of(RateDeduction))
    grades: GradeRule | None = optional("等级", record_of(GradeRule))
    remark: str | None = optional("说明", TEXT)

    name: str = ""
    """The stem of its file: what report.yaml calls it."""

    @computed
    def taxonomy(self) -> Mapping[str, tuple[str, ...]]:
        """First-level indicators and the second-level ones under each, by name."""
        return {level.name: level.level_2 or () for level in self.indicators.level_1}

    @computed
    def homes(self) -> Mapping[str, str]:
        """The first-level indicator that a name counts under, without the word 指标: itself, or that of a second level."""
        homes = {second: bare(first) for first, seconds in self.taxonomy.items() for second in seconds}
        homes |= {first: bare(first) for first in self.taxonomy}
        return homes | {bare(name): home for name, home in homes.items()}

    @computed
    def _points(self) -> Mapping[str, PointsRule]:
        return {row_key(rule.row): rule for rule in self.points or ()}

    def points_for(self, row: str) -> PointsRule | None:
        """The points of a row of the scoring table, if it is scored by points."""
        return self._points.get(row_key(row))

    @computed
    def _deductions(self) -> Mapping[str, RateDeduction]:
        return {row_key(rule.row): rule for rule in (self.variance, self.carryover) if rule is not None}

    def deduction_for(self, row: str) -> RateDeduction | None:
        """The deduction of a row of the scoring table that prints a rate, if it is scored by one."""
        return self._deductions.get(row_key(row))

    @computed
    def required(self) -> tuple[str, ...]:
        """The second-level indicators that have to be set."""
        return self.indicators.required or ()
