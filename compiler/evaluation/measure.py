"""What an indicator asks for and what was reached, as numbers: ≥6场, 不超过5.64万元, 90%以上."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from compiler.figures import MAX_DIGITS, UNITS
from compiler.named import NamedTuple
from compiler.patterns import pattern


class Measure(NamedTuple):
    """A quantity with the sign it is compared by."""

    sign: str
    """One of ≥ > ≤ < =, whatever was typed for it (不少于, 以上, ＞＝); empty when none is written."""
    number: Decimal
    unit: str
    """As typed: 场, 万元, %; empty when none is written."""

    @property
    def yuan(self) -> Decimal | None:
        """The amount in 元, its last digit as typed; None when the unit is not one of money."""
        power = UNITS.get(self.unit)
        return None if power is None else self.number.scaleb(power)


_SIGNS = {
    **dict.fromkeys(("≥", ">=", "不少于", "不低于", "不小于", "大于等于", "大于或等于", "至少", "达到"), "≥"),
    **dict.fromkeys(
        ("≤", "<=", "不超过", "不高于", "不大于", "不多于", "小于等于", "小于或等于", "至多"), "≤"
    ),
    **dict.fromkeys((">", "大于", "超过", "高于", "多于"), ">"),
    **dict.fromkeys(("<", "小于", "低于", "少于"), "<"),
    **dict.fromkeys(("=", "等于"), "="),
}
_ENDINGS = {
    **dict.fromkeys(("及以上", "（含）以上", "(含)以上", "以上（含）", "以上(含)", "以上"), "≥"),
    **dict.fromkeys(("及以下", "（含）以下", "(含)以下", "以下（含）", "以下(含)", "以下"), "≤"),
    **dict.fromkeys(("以内", "之内", "内"), "≤"),
}
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．，％＞＜＝≧≦⩾⩽－", "0123456789.,%><=≥≤≥≤-", " \t\n\u3000")


def _any(words: dict[str, str]) -> str:
    """The words as alternatives, longer ones first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_MEASURE = pattern(
    rf"(?:(?:已|实际|共|共计|累计|全年)*(?:完成)?)?({_any(_SIGNS)})?"
    r"(-?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d+)?)"
    # a unit has no digits (but m2), and no mark that a range or a sentence would have
    rf"((?:[^\d，,。；;：:、~～—\-+≥≤<>=]|(?<=m)[23]){{0,8}}?)({_any(_ENDINGS)})?(?:[（(]含[）)])?"
)


def parse_measure(text: str) -> Measure | None:
    """A target or an actual value as a quantity; None when it is words, a date, a range or several quantities.

    `12月底前` and `2024年` are dates, `12个月` and `≤1年` are not.
    """
    return _parse(text) if len(text) <= _LONGEST else None


_LONGEST = 64


@lru_cache(maxsize=32768)  # several rules ask for the same few texts
def _parse(text: str) -> Measure | None:
    found = _MEASURE.fullmatch(text.translate(_HALF_WIDTH))
    if found is None:
        return None
    sign, digits, unit, ending = found.groups()
    if len(digits) > MAX_DIGITS or unit.startswith("月"):
        return None
    number = Decimal(digits.replace(",", ""))
    if unit.startswith("年") and 1949 <= number <= 2100:
        return None
    return Measure(_SIGNS[sign] if sign else _ENDINGS[ending] if ending else "", number, unit)
