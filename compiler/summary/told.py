"""What a summary says in sentences, the same in every format."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.summary.lines import KEYS, OF_PROJECTS, WHOLE, Line
from compiler.summary.spread import STEP
from compiler.summary.standouts import RULES
from compiler.summary.totals import Summary, Sums, Year
from compiler.summary.words import percent, yuan_of

_SOURCES = {
    WHOLE: "金额是部门整体的资金总体",
    OF_PROJECTS: "没有部门预算（budget.yaml）的，如项目支出绩效自评表，金额是它的各项目之和；有项目没有写的，那一个数就不合计",
}


def title_of(summary: Summary) -> str:
    """2024年度绩效报告汇总; of several years 2022—2024年度."""
    years = [year.year for year in summary.years]
    if not years:
        return "绩效报告汇总"
    span = f"{years[0]}" if len(years) == 1 else f"{years[-1]}—{years[0]}"
    return f"{span}年度绩效报告汇总"


def overview(summary: Summary) -> Iterator[str]:
    """How many reports there are, and which are in the sums."""
    read = sum(len(year.lines) for year in summary.years)
    twins = sum(len(year.twin_of) for year in summary.years)
    whole = f"共有报告{read + len(summary.unread)}份"
    left = [
        words
        for count, words in (
            (len(summary.unread), f"{len(summary.unread)}份读不出来"),
            (twins, f"{twins}份是同一单位、同一年度重复的"),
        )
        if count
    ]
    if left:
        yield f"{whole}，计入合计的{read - twins}份；{'，'.join(left)}，没有计入合计，后面逐份列出。"
    else:
        yield f"{whole}，都读得出来，都计入了合计。"
    failed = sum(year.whole.reports - year.whole.passed for year in summary.years)
    gaps = sum(line.gaps > 0 for year in summary.years for line in year.counted)
    if failed or gaps:
        notes = [f"{failed}份检查没有通过"] * bool(failed) + [f"{gaps}份还没有填完"] * bool(gaps)
        yield f"计入合计的，有{'，'.join(notes)}，数还可能要改。"


def of_sums(year: Year) -> Iterator[str]:
    """The sums of a year in 元, and what they are without."""
    sums = year.whole
    given = [
        f"{key}{yuan_of(sums.amounts[name])}元"
        for name, key in KEYS.items()
        if sums.lacking[name] < sums.reports
    ]
    if given:
        yield f"{year.year}年度合计：{'，'.join(given)}。"
    without = [
        f"{count}份没有{key}"
        for name, key in KEYS.items()
        if 0 < (count := sums.lacking[name]) < sums.reports
    ]
    if without:
        yield f"{year.year}年度有{'，'.join(without)}，合计里没有它们的这个数。{_of_pairs(sums)}"


def _of_pairs(sums: Sums) -> str:
    if sums.rate is None or sums.paired == sums.reports:
        return ""
    return f"合计的执行率（{percent(sums.rate)}）只按全年预算、全年执行两个数都有的{sums.paired}份算。"


def note_of(line: Line, twin: Line | None, *, stands_out: bool) -> str:
    """What is to be said beside a line; empty of most."""
    words = []
    if twin is not None:
        words.append("重复，未计入")
    words += line.lacking
    if line.source == OF_PROJECTS and not line.lacking:
        words.append("各项目之和")
    if line.differences:
        words.append("对不上")
    if stands_out:
        words.append("要看一看")
    return "；".join(words)


def twin_words(line: Line, other: Line) -> str:
    """Why a report is not added up."""
    why = "它有资金总体" if other.source == WHOLE != line.source else "按文件夹的顺序它在前"
    return f"同一单位同一年度另有一份（{other.folder}），计入的是那一份：{why}"


def how() -> Iterator[str]:
    """How everything is worked out."""
    yield f"{_SOURCES[WHOLE]}（budget.yaml；没有写的，是基本支出、项目支出、其他支出之和）。{_SOURCES[OF_PROJECTS]}。"
    yield "执行率是全年执行数除以全年预算数；没有这两个数的，用报告里写的。合计的执行率是合计的执行数除以合计的预算数，不是各单位的平均。"
    yield "得分、等级是评分表的；没有评分表的不列。不通过，是有没有放行的错误，与 chengwen check 说的一样。待填，是还写着“待填”“待更新”的处数。"
    yield "同一单位同一年度有几份的，只计入一份：有资金总体的先算，都有的，按文件夹的顺序取第一份。"
    yield f"分布图每{STEP:f}个百分点（分）一栏，含下限不含上限，100在最后一栏。"
    yield "列入“要看一看”的：" + "".join(f"（{index}）{rule}" for index, rule in enumerate(RULES, 1))
    yield "列入“对不上”的：资金总体与各类支出之和、项目支出与各项目之和不相等，差的超过四舍五入能解释的。"
