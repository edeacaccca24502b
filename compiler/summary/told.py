"""What a summary says in sentences, the same in every format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from compiler.figures import EXACT
from compiler.patterns import pattern
from compiler.summary.lines import KEYS, OF_PROJECTS, WHOLE, Line, ratio
from compiler.summary.standouts import RULES, standouts
from compiler.summary.totals import Change, Summary, Sums, Year, change
from compiler.summary.words import names, percent, wan, yuan_of

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
            (len(summary.unread), f"{len(summary.unread)}份数据读不出来"),
            (twins, f"{twins}份是同一单位、同一年度重复的"),
        )
        if count
    ]
    if left:
        yield f"{whole}，计入合计的{read - twins}份；{'，'.join(left)}，没有计入合计，另外逐份列出。"
    elif without := sum(_has_no_amount(line) for year in summary.years for line in year.counted):
        yield f"{whole}，都读得出来；{without}份没有金额，合计里没有它们的数。"
    else:
        yield f"{whole}，都读得出来，都计入了合计。"
    failed = sum(year.whole.reports - year.whole.passed for year in summary.years)
    gaps = sum(line.gaps > 0 for year in summary.years for line in year.counted)
    if failed or gaps:
        notes = [f"{failed}份检查没有通过"] * bool(failed) + [f"{gaps}份还没有填完"] * bool(gaps)
        yield f"计入合计的，有{'，'.join(notes)}，数还可能要改。"


def look_at(why: str) -> str:
    """Why something did not work, as a sentence; with a place, as where to look: 先看 data/budget.yaml 第2行：…。"""
    said = f"先看 {why}" if _PLACE.match(why) else why
    return said if said.endswith("。") else f"{said}。"


_PLACE = pattern(r"[^：，。“]*(?:\.\w+|/\d{4}|\b(?:data|narrative|projects))(?: 第\d+行)?：")


def by_year(summary: Summary) -> Iterator[str]:
    """What a chief asks of each year, the newest first: how many reports are counted, the sums, what they are without, how many did
    not pass; of two years, how they compare.
    """
    years = {year.year: year for year in summary.years}
    for number in sorted({*years, *(line.year for line in summary.unread)}, reverse=True):
        year = years.get(number)
        yield _counted(number, year, summary.unread_of(number))
        if year is not None:
            yield from of_sums(year)
            yield from _of_checks(year)
    for newer, older in pairwise(summary.years):
        if newer.year == older.year + 1:
            found = change(newer, older)
            yield _compared(newer, older, found) if found else _not_compared(newer, older)


def _counted(number: int, year: Year | None, unread: Sequence[Line]) -> str:
    counted = year.counted if year else ()
    lines = year.lines if year else ()
    name = f"{number}年度" if number else "看不出年度的"
    said = f"{name}：报告{len(lines) + len(unread)}份，计入{len(counted)}份"
    if without := [line.department for line in counted if _has_no_amount(line)]:
        said += f"，其中{len(without)}份没有金额：{names(without)}"
    left = left_out(unread, year)
    return f"{said}；没有计入{len(left)}份：{names(left)}。" if left else f"{said}。"


def left_out(unread: Sequence[Line], year: Year | None) -> list[str]:
    """The departments whose reports of a year are in no sum."""
    twins = [f"{line.department}（重复）" for line in (year.twins if year else ())]
    return [*map(_told_apart, unread), *twins]


def _told_apart(line: Line) -> str:
    """The department; of a copied folder (2024 - 副本) with its name, as the report itself may be counted."""
    name = line.folder.rpartition("/")[2]
    return line.department if name == str(line.year) else f"{line.department}（{name}）"


def _has_no_amount(line: Line) -> bool:
    return line.annual_budget is None and line.expenditure is None


def _of_checks(year: Year) -> Iterator[str]:
    failed = [line.department for line in year.counted if not line.passed]
    if failed:
        unbuilt = [line.department for line in year.counted if line.unbuilt]
        of_them = f"；其中生成不了报告的{len(unbuilt)}份：{names(unbuilt)}" if unbuilt else ""
        if len(unbuilt) == len(failed):
            of_them = "，都还生成不了报告"
        yield f"{year.year}年度检查没有通过的{len(failed)}份：{names(failed)}{of_them}。"


def of_standouts(year: Year) -> Iterator[str]:
    """Which departments are to be looked at, whose own amounts do not add up, and of which several reports have unlike amounts."""
    found = tuple(dict.fromkeys(item.line.department for item in standouts(year.counted)))
    if found:
        yield f"{year.year}年度要看一看的{len(found)}个单位：{names(found)}，原因另外列出。"
    differing = [line.department for line in year.counted if line.differences]
    if differing:
        yield f"{year.year}年度自己的数对不上的{len(differing)}份：{names(differing)}，哪个数另外列出。"
    unlike = [
        line.department
        for index, other in sorted(year.twin_of.items())
        if (line := year.lines[index]).source == year.lines[other].source
        and any(getattr(line, name) != getattr(year.lines[other], name) for name in KEYS)
    ]
    if unlike:
        yield f"{year.year}年度重复的，{len(unlike)}份与计入的那一份金额不一样：{names(unlike)}，计入的是哪一份另外列出。"


def _compared(newer: Year, older: Year, found: Change) -> str:
    parts = []
    for name, key in list(KEYS.items())[1:]:
        now, before = found.newer.amounts[name], found.older.amounts[name]
        off = EXACT.subtract(now, before)
        side = "多" if off >= 0 else "少"
        share = ratio(abs(off), before)
        of = f"（{percent(share)}）" if share is not None else ""
        parts.append(f"{key}{side}{wan(abs(off))}万元{of}" if off else f"{key}一样")
    now_rate, before_rate = found.newer.rate, found.older.rate
    if now_rate is not None and before_rate is not None:
        parts.append(f"执行率{percent(now_rate)}，上年{percent(before_rate)}")
    among = "" if found.all_of_both else f"（只比两年都有这两个数、来源一样的{found.newer.reports}个单位）"
    return f"{newer.year}年度与{older.year}年度相比{among}：{'；'.join(parts)}。"


def _not_compared(newer: Year, older: Year) -> str:
    return (
        f"{newer.year}年度与{older.year}年度没有能比的单位："
        "要两年都有全年预算数、全年执行数，并且都是资金总体，或者都是各项目之和。"
    )


def of_sums(year: Year) -> Iterator[str]:
    """The sums of a year in 元, and what they are without."""
    sums = year.whole
    given = [
        f"{key}{yuan_of(sums.amounts[name])}元"
        for name, key in KEYS.items()
        if sums.lacking[name] < sums.reports
    ]
    if given:
        rate = "" if sums.rate is None else f"，执行率{percent(sums.rate)}"
        yield f"{year.year}年度合计：{'，'.join(given)}{rate}。"
    without = [f"{count}份没有{key}" for name, key in KEYS.items() if (count := sums.lacking[name])]
    if without:
        yield f"{year.year}年度有{'，'.join(without)}，合计只加写了的。{_of_pairs(sums)}"


def _of_pairs(sums: Sums) -> str:
    if sums.rate is None or sums.paired == sums.reports:
        return ""
    return f"合计的执行率（{percent(sums.rate)}）只按全年预算、全年执行两个数都有的{sums.paired}份算。"


def note_of(line: Line, twin: Line | None, *, stands_out: bool, whole: bool = False) -> str:
    """What is to be said beside a line; empty of most. With `whole`, also why no document can be made of it."""
    words = []
    if twin is not None:
        words.append("重复，未计入")
    if line.unbuilt:
        words.append(f"生成不了：{line.unbuilt}" if whole else "生成不了")
    words += line.lacking
    if line.source == OF_PROJECTS and not line.lacking:
        words.append("各项目之和")
    if line.differences:
        words.append("对不上")
    words += line.uncompared
    if stands_out:
        words.append("要看一看")
    return "；".join(words)


def twin_words(line: Line, other: Line) -> str:
    """Why a report is not added up."""
    if other.source == WHOLE != line.source:
        why = "它有资金总体"
    elif other.folder.count("/") < line.folder.count("/"):
        why = "它的文件夹在外面一层"
    else:
        why = "按文件夹的顺序它在前"
    return f"同一单位同一年度另有一份（{other.folder}），计入的是那一份：{why}"


def how() -> Iterator[str]:
    """How everything is worked out."""
    yield f"{_SOURCES[WHOLE]}（budget.yaml；没有写的，是基本支出、项目支出、其他支出之和，有一项没有写的，那一个数就空着）。{_SOURCES[OF_PROJECTS]}。"
    yield "执行率是全年执行数除以全年预算数；没有这两个数的，用报告里写的。合计的执行率是合计的执行数除以合计的预算数，不是各单位的平均。"
    yield "得分、等级是评分表的；没有评分表的不列。不通过，是有没有放行的错误，与 chengwen check 说的一样。待填，是还写着“待填”“待更新”的处数。"
    yield "生成不了的，是叙述、模板等有错，做不成文件的：数据读得出来，金额、得分照样计入；没有逐条检查，所以只有错误的处数，算不通过。"
    yield "同一单位同一年度有几份的，只计入一份：有资金总体的先算；都有的，文件夹在外面一层的先算；再一样，按文件夹的顺序取第一份。"
    yield "两年相比，只比两年都有全年预算数、全年执行数的单位，而且两年的金额都是资金总体，或者都是各项目之和。"
    yield "分布图每栏1、2或5个百分点（分），看多数报告散得多开，各年度一样，离得远的合在两头；含下限不含上限，100不算超过100。"
    yield "列入“要看一看”的：" + "".join(f"（{index}）{rule}" for index, rule in enumerate(RULES, 1))
    yield "列入“对不上”的：资金总体与各类支出之和、项目支出与各项目之和不相等，差的超过四舍五入能解释的。有项目没有写的那个数不比，写了的加起来已经多出的除外。"
