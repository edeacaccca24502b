"""What goes wrong at a place: the kinds of slip, each with every text it can leave behind.

- 数字: a digit changed or dropped, two swapped, the point moved, in every number of every value of report.yaml and data/:
  amounts, rates, weights, scores, targets, actual values, 补充数据, 参数, dates, and the numbers within 预期目标,
  实际完成情况, 未支出原因, 结余去向, 偏差原因, 文号.
- 单位: 万元 for 元 and the reverse, a unit put to a bare amount, a unit or % dropped, in the same values.
- 年份: every year in the same values (names, titles, dates, 文号): a year less, a year more, two digits swapped.
- 名称: a character changed, dropped, swapped with the next, in names of projects, departments, sections, of indicators
  at each level, of rows of the scoring table, and where 补充数据 repeats such a name.
- 叙述: a placeholder replaced by what it prints with one digit changed, or by what another placeholder of the same
  narrative prints with the same unit.

Not mutated: keys, comments, 说明, 指标解释 and 评分标准 (free prose about an indicator, printed as typed); words of
narratives; placeholders that print no figure; names of documents (依据), which stand nowhere else.

Left out, because nobody could hold them against anything (`is_harmless`):

- the file says what it said before: 98.00% as 98.0%, two equal digits swapped;
- the number of a 文号, or an earlier year in it: it stands once, and any may be right. A later year than the report's stays;
- a deadline (期限 in 参数) that is still a day within two years after the report was written: the office may set any;
- the day of a signing, an acceptance or a payment that is still a day of the report's year and in the same order with
  the project's other dates. Start and end stay: 用时 is counted from them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from compiler.workspace import Workspace
from tests.mutations.sites import Placeholder, Site, placeholders, values


class Slip(NamedTuple):
    """One thing to change in a report: `site.text` becomes `text`."""

    kind: str
    manner: str
    site: Site
    text: str

    def __str__(self) -> str:
        path = "/".join(self.site.path) or self.site.file.stem
        return f"{self.kind}·{self.manner} {self.site.file.name} {path}: {self.site.text} → {self.text}"


_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")

NAMES = (
    "名称",
    "全称",
    "主管部门",
    "实施单位",
    "挂牌",
    "一级",
    "二级",
    "三级",
    "责任科室",
    "牵头项目",
    "印发机关",
)
"""Keys whose values are names of projects, sections, departments, indicators, rows of the scoring table."""

LETTER = "务"
"""What is typed in place of a character of a name, and of itself `物`."""


# Numbers ------------------------------------------------------------------------------------


def _digits(text: str) -> Iterator[tuple[str, str]]:
    """A number with one slip: manner and text."""
    for at, char in enumerate(text):
        if char.isdigit():
            for other in "0123456789":
                if other != char and not (at == 0 and other == "0" and text[1:2].isdigit()):
                    yield "数字改一位", text[:at] + other + text[at + 1 :]
            if len(text) > 1 and text[:at] + text[at + 1 :][:1] != ".":
                yield "数字漏一位", text[:at] + text[at + 1 :]
            following = text[at + 1 : at + 2]
            if following.isdigit() and following != char:
                yield "两位颠倒", text[:at] + following + char + text[at + 2 :]
    whole, point, rest = text.partition(".")
    if point:
        yield "小数点错位", f"{whole}{rest[0]}{'.' if rest[1:] else ''}{rest[1:]}".lstrip("0") or "0"
        yield "小数点错位", f"{whole[:-1] or '0'}.{whole[-1]}{rest}"
        yield "小数点错位", whole + rest
    elif len(whole) > 1:
        yield "小数点错位", f"{whole[:-1]}.{whole[-1]}"


def _readable(text: str) -> bool:
    """Whether a slip left a number: 0123.4 and 5. are refused by every form."""
    return bool(re.fullmatch(r"(?:0|[1-9]\d*)(?:\.\d+)?", text))


def number_slips(site: Site) -> Iterator[Slip]:
    """Every number of a value that is no year."""
    for match in _NUMBER.finditer(site.text):
        if _YEAR.fullmatch(match[0]):
            continue
        for manner, text in _digits(match[0]):
            if _readable(text) and float(text) != float(match[0]):
                changed = site.text[: match.start()] + text + site.text[match.end() :]
                yield Slip("数字", manner, site, changed)


# Units --------------------------------------------------------------------------------------

_AMOUNT = re.compile(r"\d+(?:\.\d+)?(万?元)")
_PERCENT = re.compile(r"(?<=\d)%")
_BARE = re.compile(r"\d+(?:\.\d+)?")
_MEASURE = re.compile(r"(?<=\d)[^\d\s.%，。、；（）年月日万元]")
_AMOUNT_KEYS = ("年初预算数", "全年预算数", "全年执行数", "预算数", "执行数")


def unit_slips(site: Site) -> Iterator[Slip]:
    """万元 for 元 and 元 for 万元, a unit dropped, a unit put to a bare amount, % dropped."""
    text = site.text
    for match in _AMOUNT.finditer(text):
        other = "元" if match[1] == "万元" else "万元"
        yield Slip("单位", "万元与元", site, text[: match.start(1)] + other + text[match.end() :])
        yield Slip("单位", "漏单位", site, text[: match.start(1)] + text[match.end() :])
    for match in _PERCENT.finditer(text):
        yield Slip("单位", "漏百分号", site, text[: match.start()] + text[match.end() :])
    if site.key in _AMOUNT_KEYS and _BARE.fullmatch(text):
        yield Slip("单位", "加单位", site, f"{text}元")
    if site.key in ("指标值", "完成值"):
        for match in _MEASURE.finditer(text):
            yield Slip("单位", "漏单位", site, text[: match.start()] + text[match.end() :])


# Years --------------------------------------------------------------------------------------


def year_slips(site: Site) -> Iterator[Slip]:
    """Every year of a value: last year's, next year's, two digits swapped."""
    for match in _YEAR.finditer(site.text):
        year = match[0]
        for manner, text in (
            ("上一年", str(int(year) - 1)),
            ("下一年", str(int(year) + 1)),
            ("两位颠倒", year[:2] + year[3] + year[2]),
        ):
            yield Slip("年份", manner, site, site.text[: match.start()] + text + site.text[match.end() :])


# Names --------------------------------------------------------------------------------------


def name_slips(site: Site) -> Iterator[Slip]:
    """One character of a name dropped, changed, or swapped with the next; years are another kind."""
    text = site.text
    if site.key not in NAMES or ("依据" in site.path and site.key == "名称"):
        return
    years = {at for match in _YEAR.finditer(text) for at in range(*match.span())}
    for at, char in enumerate(text):
        if at in years:
            continue
        other = "物" if char == LETTER else LETTER
        yield Slip("名称", "错一字", site, text[:at] + other + text[at + 1 :])
        if len(text) > 1:
            yield Slip("名称", "漏一字", site, text[:at] + text[at + 1 :])
        following = text[at + 1 : at + 2]
        if following and following != char and at + 1 not in years:
            yield Slip("名称", "颠倒两字", site, text[:at] + following + char + text[at + 2 :])


# Harmless slips -----------------------------------------------------------------------------

_DAY = re.compile(r"(20\d\d)年(\d{1,2})月(\d{1,2})日")
_COUNTED = ("开工时间", "完工时间")


def _day(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def is_harmless(slip: Slip, written: date, order: Sequence[Site]) -> bool:
    """Whether a slip in a value leaves nothing to object to; `order` are the dates of the same file, in order."""
    key = slip.site.key
    if key == "文号":
        years = _YEAR.findall(slip.text)
        return not years or int(years[0]) < written.year
    day = _day(slip.text)
    if day is None or ("补充数据" not in slip.site.path and "参数" not in slip.site.path):
        return False
    if key.endswith("期限"):
        return written < day <= written.replace(year=written.year + 2)
    if key in _COUNTED or day.year != written.year - 1:
        return False
    days = [day if site == slip.site else _day(site.text) for site in order]
    return days == sorted(days)


# Narratives ---------------------------------------------------------------------------------


def prose_slips(all_of_them: list[Placeholder]) -> Iterator[Slip]:
    """A placeholder with a figure in it typed by hand: with one digit wrong, or another's figure of the same unit."""
    for one in all_of_them:
        for match in _NUMBER.finditer(one.printed):
            if _YEAR.fullmatch(match[0]) or "依据" in one.site.key or "原因" in one.site.key:
                continue
            for manner, text in _digits(match[0]):
                if manner == "数字改一位" and _readable(text):
                    changed = one.printed[: match.start()] + text + one.printed[match.end() :]
                    yield Slip("叙述", "重打错一位", one.site, changed)
        unit = _NUMBER.sub("0", one.printed)
        for other in all_of_them:
            if (
                other.site.file == one.site.file
                and other.printed != one.printed
                and _NUMBER.sub("0", other.printed) == unit != other.printed
            ):
                yield Slip("叙述", "填了别的数", one.site, other.printed)


OF_VALUES: tuple[Callable[[Site], Iterator[Slip]], ...] = (number_slips, unit_slips, year_slips, name_slips)


def all_slips(workspace: Workspace, folder: Path) -> dict[str, list[list[Slip]]]:
    """Every slip that a report can have, by kind and then by place."""
    found: dict[str, list[list[Slip]]] = {}
    sites = values(folder)
    written = next(_day(site.text) for site in sites if site.path == ("日期",))
    assert written is not None
    dates: dict[Path, list[Site]] = {}
    for site in sites:
        if "补充数据" in site.path and _day(site.text):
            dates.setdefault(site.file, []).append(site)
    for make in OF_VALUES:
        for site in sites:
            order = dates.get(site.file, [])
            if slips := [slip for slip in make(site) if not is_harmless(slip, written, order)]:
                found.setdefault(slips[0].kind, []).append(slips)
    by_place: dict[tuple[Path, int], list[Slip]] = {}
    for slip in prose_slips(placeholders(workspace, folder)):
        by_place.setdefault((slip.site.file, slip.site.start), []).append(slip)
    found["叙述"] = list(by_place.values())
    return found
