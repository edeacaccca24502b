"""What a scheme gives for a result: one score, a few, or a range where the person who scores decides.

The arithmetic only: values in, an `Expected` out. None wherever the scheme or the data does not settle it; nothing
is guessed, as a score that is computed wrongly would be printed, and one that is doubted wrongly would be a false alarm.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from typing import TypeAlias

from compiler.evaluation.measure import parse_measure
from compiler.evaluation.scheme import (
    BANDS,
    NOTHING,
    PASS_LINE,
    SHARE,
    TARGET_BY_ACTUAL,
    ExcessBand,
    ExecutionRule,
    GradeRule,
    PointsRule,
    QuantitativeRule,
    RateBand,
    RateDeduction,
    SatisfactionRule,
    Scheme,
)
from compiler.figures import EXACT, Amount, NumberRule, Rate, format_amount, rounded
from compiler.named import NamedTuple

_WRITTEN = NumberRule()
_ONE = Decimal(1)
_ZERO = Decimal(0)
FORWARD, REVERSE, EQUAL = "正向", "反向", "等于"
_DIRECTIONS = {"≥": FORWARD, ">": FORWARD, "≤": REVERSE, "<": REVERSE, "=": EQUAL}
_LESS_IS_BETTER = (
    *("成本", "费用", "支出", "单价", "耗", "时间", "用时", "时长", "时限", "周期", "天数", "响应"),
    *("投诉", "事故", "差错", "失误", "违规", "违法", "故障", "返工", "退货", "死亡", "伤亡", "损失"),
    *("超支", "超期", "逾期", "遗漏", "错误", "误差", "不满意", "失败", "不合格", "流失", "拥堵"),
)
"""Names of which nobody can say without a sign whether more of it is better."""
_MORE_IS_BETTER = ("满意度", "满意率", "满意程度")
"""How names end of which one can, whatever it is that people are content with (投诉处理满意度)."""


Told: TypeAlias = tuple[str | Decimal | Amount, ...]
"""What is told of a score: words, numbers, and amounts, which are printed in 万元."""


class Expected(NamedTuple):
    """The scores that a scheme allows, both ends rounded as scores are."""

    low: Decimal
    high: Decimal
    told: Told
    """How it comes about, in words and numbers; `formula` puts them together, which few are asked for."""
    below: bool = False
    """`high` itself is not allowed."""
    choices: tuple[Decimal, ...] = ()
    """When only these are allowed."""

    @property
    def formula(self) -> str:
        """How it comes about, with the numbers: 20×15529.32÷15548.09＝19.98."""
        return "".join(map(_piece, self.told))

    @property
    def score(self) -> Decimal | None:
        """The score, when there is only one."""
        return self.low if self.low == self.high else None

    def allows(self, score: Decimal) -> bool:
        """Whether a score is one that the scheme allows."""
        if self.choices:
            return score in self.choices
        return self.low <= score < self.high or (score == self.high and not self.below)


class Comparison(NamedTuple):
    """A target and what was reached, in the same unit."""

    direction: str
    """FORWARD, REVERSE or EQUAL; empty when there is no sign."""
    target: Decimal
    actual: Decimal
    target_words: str
    actual_words: str
    """The quantities as typed, without sign."""

    @property
    def excess(self) -> Decimal | None:
        """(actual - target) ÷ target; None when the target is not above 0."""
        return EXACT.divide(self.actual - self.target, self.target) if self.target > 0 else None


@lru_cache(maxsize=4096)
def compared(target: str | None, actual: str | None) -> Comparison | None:
    """Target and actual as numbers of one unit; None when they are words, or cannot be set side by side."""
    if not target or not actual:
        return None
    wanted, reached = parse_measure(target), parse_measure(actual)
    if wanted is None or reached is None or reached.sign:
        return None
    a, b = wanted.number, reached.number
    if wanted.unit != reached.unit:
        yuan = wanted.yuan, reached.yuan
        if yuan[0] is not None and yuan[1] is not None:
            a, b = yuan[0], yuan[1]
        elif (wanted.unit and reached.unit) or {wanted.unit, reached.unit} & {"%", "‰", "万元", "亿元"}:
            return None
    return Comparison(
        _DIRECTIONS.get(wanted.sign, ""),
        a,
        max(b, _ZERO),
        f"{wanted.number:f}{wanted.unit}",
        f"{reached.number:f}{reached.unit}",
    )


def plain(number: Decimal) -> str:
    """A number without needless zeros: 19.98, 20."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _share(rate: Rate) -> str:
    return f"{plain(EXACT.multiply(rate.ratio, Decimal(100)))}%"


def _piece(piece: str | Decimal | Amount) -> str:
    if isinstance(piece, Amount):
        return format_amount(piece, "万元", _WRITTEN)
    return piece if isinstance(piece, str) else plain(piece)


def _exactly(score: Decimal, *told: str | Decimal | Amount) -> Expected:
    return Expected(score, score, told)


def _product(weight: Decimal, times: Decimal, by: Decimal, words: Told, digits: int) -> Expected:
    """weight × times ÷ by, rounded once."""
    score = rounded(EXACT.divide(EXACT.multiply(weight, times), by), digits)
    return _exactly(score, weight, "×", *words, "＝", score)


def _band(bands: Iterable[RateBand], rate: Decimal) -> RateBand | None:
    reached = [band for band in bands if rate >= band.lowest.ratio]
    return max(reached, key=lambda band: band.lowest.ratio, default=None)


# Execution rate --------------------------------------------------------------------------


def score_execution(
    rule: ExecutionRule, digits: int, weight: Decimal, spent: Decimal, budget: Decimal, words: Told
) -> Expected | None:
    """The score of spent ÷ budget, `words` being the two as written; None when the budget is 0."""
    if budget <= 0:
        return None
    if rule.method != BANDS:
        if spent > budget:
            return _exactly(rounded(weight, digits), weight, "×", *words, "，最高", weight, "分")
        return _product(weight, spent, budget, words, digits)
    if spent > budget:
        return None  # spending beyond the budget is in none of the bands
    full = rounded(weight, digits)
    if spent == budget:
        return _exactly(full, "预算执行完毕，得", full, "分")
    band = _band(rule.bands or (), EXACT.divide(spent, budget))
    if band is None:
        return None
    part = rounded(EXACT.multiply(weight, band.share.ratio), digits)
    # Whether the project is finished is nowhere in the data.
    told = "已完成且没有超预算的得", full, "分，没有完成的得", part, "分"
    return Expected(min(part, full), max(part, full), told, choices=(part, full))


# Indicators ------------------------------------------------------------------------------


def score_indicator(
    scheme: Scheme,
    weight: Decimal | None,
    pair: Comparison | None,
    target: str | None,
    actual: str | None,
    names: tuple[str | None, ...],
) -> Expected | None:
    """The score of a row; `pair` is what `compared` makes of target and actual, `names` are those it stands under
    and its own, the first level first.
    """
    if weight is None or not actual:
        return None
    if pair is not None:
        rule = scheme.quantitative
        if rule is None:
            return None
        if rule.satisfaction and rule.satisfaction.level_1 == names[0] and _more_is_better(pair, names):
            return _satisfaction(rule.satisfaction, weight, pair, scheme.digits)
        return score_quantity(rule, weight, pair, names, scheme.digits)
    if target and parse_measure(target):
        return None
    return score_words(scheme, weight, actual)


def _more_is_better(pair: Comparison, names: tuple[str | None, ...]) -> bool:
    """Whether a percentage is one of content people; of complaints few are good."""
    if not pair.actual_words.endswith("%") or pair.direction == REVERSE:
        return False
    return bool(pair.direction) or not unclear(names)


def score_quantity(
    rule: QuantitativeRule, weight: Decimal, pair: Comparison, names: tuple[str | None, ...], digits: int
) -> Expected | None:
    """The score of a target that is a number."""
    full = rounded(weight, digits)
    target, actual = pair.target, pair.actual
    if pair.direction == REVERSE:
        return _reverse(rule, weight, pair, digits)
    if actual == target:
        return _exactly(full, "完成值等于指标值，得满分", full, "分")
    if not pair.direction and unclear(names):
        return None
    if target <= 0:
        return None
    if actual > target:
        band = excess_band(rule, pair)
        if band is None:
            return _exactly(full, "完成值达到指标值，得满分", full, "分")
        left = _ONE - band.deducted.ratio
        return _product(weight, left, _ONE, ("（1－", _share(band.deducted), "）"), digits)
    if rule.forward == PASS_LINE and rule.pass_line is not None and rule.pass_line.ratio < 1:
        line = rule.pass_line.ratio
        done = EXACT.divide(actual, target)
        ratio, least = f"{pair.actual_words}÷{pair.target_words}", _share(rule.pass_line)
        if done < line:
            return _exactly(rounded(_ZERO, digits), f"{ratio}低于{least}，得0分")
        words = (f"（{ratio}－{least}）÷（1－{least}）",)
        above = EXACT.subtract(actual, EXACT.multiply(line, target))
        return _product(weight, above, EXACT.multiply(target, _ONE - line), words, digits)
    return _product(weight, actual, target, (pair.actual_words, "÷", pair.target_words), digits)


def unclear(names: tuple[str | None, ...]) -> bool:
    """Whether less may be better of what is called so."""
    return any(_is_unclear(name) for name in names if name)


@lru_cache(maxsize=32768)
def _is_unclear(name: str) -> bool:
    if name.endswith(_MORE_IS_BETTER) and "不满意" not in name:
        return False
    return any(word in name for word in _LESS_IS_BETTER)


def excess_band(rule: QuantitativeRule, pair: Comparison) -> ExcessBand | None:
    """The deduction for doing far more than the target; None when there is none."""
    if not rule.excess or not rule.excess.bands or pair.direction == REVERSE:
        return None
    excess = pair.excess
    if excess is None:
        return None
    reached = [band for band in rule.excess.bands if excess >= band.lowest.ratio]
    return max(reached, key=lambda band: band.lowest.ratio, default=None)


def _reverse(rule: QuantitativeRule, weight: Decimal, pair: Comparison, digits: int) -> Expected | None:
    full = rounded(weight, digits)
    target, actual = pair.target, pair.actual
    if actual <= target:
        return _exactly(full, "完成值没有超过指标值，得满分", full, "分")
    if target < 0:
        return None
    nothing = rounded(_ZERO, digits)
    if not target:
        return _exactly(nothing, "指标值是0，完成值超过0，得0分")
    by_actual = _product(weight, target, actual, (pair.target_words, "÷", pair.actual_words), digits)
    if rule.reverse == TARGET_BY_ACTUAL:
        return by_actual
    if rule.reverse is None:  # of the formulas that are in use this one gives the most
        return Expected(nothing, full, ("完成值超过指标值，不能得满分",), below=by_actual.low < full)
    if actual >= 2 * target:
        return _exactly(nothing, "完成值达到指标值的2倍，得0分")
    words = (f"〔1－（{pair.actual_words}－{pair.target_words}）÷{pair.target_words}〕",)
    return _product(weight, 2 * target - actual, target, words, digits)


def _satisfaction(rule: SatisfactionRule, weight: Decimal, pair: Comparison, digits: int) -> Expected | None:
    band = _band(rule.bands, pair.actual.scaleb(-2))
    if band is None:
        return None
    score = rounded(EXACT.multiply(weight, band.share.ratio), digits)
    where = f"{pair.actual_words}不低于{_share(band.lowest)}"
    return _exactly(score, f"{where}，", weight, f"×{_share(band.share)}＝", score)


def score_words(scheme: Scheme, weight: Decimal, actual: str) -> Expected | None:
    """The scores that a result in words may get; None for words that the scheme does not know."""
    rule, digits = scheme.qualitative, scheme.digits
    if rule is None:
        return None
    words = actual.strip(" 　。")
    if rule.direct and words in rule.direct:
        share = rule.direct[words]
        return _product(weight, share.ratio, _ONE, (_share(share),), digits)
    if words not in rule.by_words:
        return None
    band, top = rule.by_words[words]
    low = rounded(EXACT.multiply(weight, band.lowest.ratio), digits)
    high = rounded(EXACT.multiply(weight, top.ratio), digits)
    below = top.ratio < 1 and low < high  # of a weight of 0 there is only 0 to give
    told: Told = f"“{band.name}”得分值的{_share(band.lowest)}到{_share(top)}：", low, "到", high, "分"
    if below:
        told += "，不含", high, "分"
    return Expected(low, high, told, below)


# A department's rows ---------------------------------------------------------------------


def score_points(rule: PointsRule, digits: int, weight: Decimal, pair: Comparison | None = None) -> Expected:
    """The scores that are left when any number of points is missed.

    The score, where target and result count the points: 3 of 3.
    """
    scores = [rounded(max(_ZERO, weight - missed * rule.each), digits) for missed in range(rule.count + 1)]
    each = f"每点扣{plain(rule.each)}分，扣完为止"
    met = pair.actual if pair is not None and counts_points(rule, pair) else None
    if met is not None and met <= rule.count and met == met.to_integral_value():
        missed = rule.count - int(met)
        how = f"有{missed}个不合格，{each}" if missed else "都合格"
        return _exactly(scores[missed], f"{rule.count}个要点{how}，得", scores[missed], "分")
    choices = tuple(dict.fromkeys(scores))
    told = (f"{rule.count}个要点，不合格的{each}",)
    return Expected(min(choices), max(choices), told, choices=choices)


def counts_points(rule: PointsRule, pair: Comparison) -> bool:
    """Whether target and result of a row count its points."""
    return pair.target == rule.count and pair.direction != REVERSE


def score_rate(
    rule: RateDeduction, digits: int, weight: Decimal, rate: Decimal, against: Decimal
) -> Expected | None:
    """The score of a rate that is held against another."""
    full = rounded(weight, digits)
    if rate <= against:
        return _exactly(full, f"没有高于{_share(Rate(against))}，得满分", full, "分")
    if rule.step.ratio <= 0:
        return None
    steps = EXACT.divide(rate - against, rule.step.ratio)
    fewest = steps if rule.remainder == SHARE else steps.to_integral_value(ROUND_FLOOR)
    most = fewest if rule.remainder in (SHARE, NOTHING) else steps.to_integral_value(ROUND_CEILING)
    if rule.remainder not in (None, SHARE, NOTHING):
        fewest = most
    low, high = (rounded(max(_ZERO, weight - count * rule.deducted), digits) for count in (most, fewest))
    each = plain(EXACT.multiply(rule.step.ratio, Decimal(100)))
    formula = f"高于{_share(Rate(against))}，每高{each}个百分点扣{plain(rule.deducted)}分"
    return Expected(low, high, (formula, *(("，得", low, "分") if low == high else ())))


# Grades ----------------------------------------------------------------------------------


def grade_of(rule: GradeRule, score: Decimal) -> str | None:
    """The grade of a total; None when it is below all of them."""
    reached = [band for band in rule.bands if score >= band.lowest]
    return max(reached, key=lambda band: band.lowest).name if reached else None


def summed(scores: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of scores; None when one is lacking, or there are none."""
    whole, some = _ZERO, False
    for score in scores:
        if score is None:
            return None
        whole, some = EXACT.add(whole, score), True
    return whole if some else None
