"""How the rates and the scores of the years lie: what is drawn of them, and what is said."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from compiler.figures import EXACT
from compiler.named import NamedTuple
from compiler.summary.spread import Column, bins, columns, median
from compiler.summary.totals import Summary, Year
from compiler.summary.words import alike, by_rank, mixed, percent, points


class Histogram(NamedTuple):
    """A distribution to be drawn."""

    title: str
    """2024年度执行率的分布."""
    across: str
    """What the columns are: 执行率（%）."""
    columns: tuple[Column, ...]

    @property
    def words(self) -> str:
        """What it shows, for who cannot see it: all of its data."""
        counts = "，".join(f"{column.words}：{column.reports}份" for column in self.columns)
        return f"{self.title}。{self.across}：{counts}。"


FEWEST = 5
"""Of fewer reports a distribution is not drawn."""
_KINDS_OF_VALUES = ("执行率", "得分"), ("执行率（%）", "得分（分）")


def histograms(summary: Summary) -> dict[int, tuple[Histogram, ...]]:
    """The distributions of rates and scores by year; those of too few values are left out. Of all years the stretches are the same."""
    values: dict[int, tuple[list[Decimal], list[Decimal]]] = {
        year.year: (
            [EXACT.multiply(rate, Decimal(100)) for line in year.counted if (rate := line.rate) is not None],
            [score for line in year.counted if (score := line.score_of_100) is not None],
        )
        for year in summary.years
    }
    stretches = [bins([value for each in values.values() for value in each[kind]]) for kind in range(2)]
    return {
        year: tuple(
            Histogram(f"{year}年度{name}的分布", across, columns(given, of))
            for name, across, given, of in zip(*_KINDS_OF_VALUES, each, stretches, strict=True)
            if of is not None and len(given) >= FEWEST
        )
        for year, each in values.items()
    }


def middles(year: Year) -> str:
    """How rates and scores lie, in a sentence; empty when there are none."""
    rates = [rate for line in year.counted if (rate := line.rate) is not None]
    scores = [score for line in year.counted if (score := line.score_of_100) is not None]
    words = []
    if (middle := median(rates)) is not None:
        ends = f"最低{percent(min(rates))}，最高{percent(max(rates))}"
        words.append(f"有执行率的{len(rates)}份，中位数{percent(middle)}，{ends}")
    if (middle := median(scores)) is not None:
        of_all, least, most = alike([points(value) for value in (middle, min(scores), max(scores))])
        words.append(f"有得分的{len(scores)}份，中位数{of_all}分，最低{least}分，最高{most}分")
    if grades := Counter(line.grade for line in year.counted if line.grade):
        words.append(
            "等级：" + "，".join(f"{grade}{grades[grade]}份" for grade in sorted(grades, key=by_rank))
        )
    said = "；".join(words) + "。" if words else ""
    for same in mixed(grades):
        said += f"{'、'.join(f'“{word}”' for word in same)}是同一等级，说法不一样。"
    return said
