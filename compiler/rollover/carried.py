"""What becomes of every key of last year's data: the one table, and the edits that follow from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum, auto

from compiler.evaluation.funds import Budget, Funds, FundsBySource
from compiler.evaluation.measure import parse_measure
from compiler.evaluation.project import Basis, Goal, Indicator, Project, Total
from compiler.evaluation.report import Department, Filing, Report, Schemes, Section
from compiler.evaluation.scorecard import Scorecard, ScoreGroup, ScorePart, ScoreRow
from compiler.figures import UNITS
from compiler.gaps import STALE, UNFILLED, holds_mark, is_unfilled
from compiler.record import Record
from compiler.rollover.figures import holds_figure
from compiler.rollover.values import Edit, Value, first_word
from compiler.rollover.years import Years


class Fate(Enum):
    """What becomes of a value."""

    KEEP = auto()
    """It is standing: names, weights, standards."""
    FILL = auto()
    """It is of the year: it is left open."""
    BLANK = auto()
    """A remark among colleagues about the year: it goes, and nobody has to write another."""
    YEAR = auto()
    """The report's year."""
    NAME = auto()
    """A name: the report's own year in it moves on."""
    WORDS = auto()
    """Words that hold good until somebody says otherwise; marked when they name a year or hold a figure."""
    TERMS = auto()
    """Words of a rule, whose figures are standing; marked when they name a year or quote a figure of it."""
    TARGET = auto()
    """指标值: carried over, but for money and for what is held against last year; marked when it names a year."""
    FACTS = auto()
    """补充数据: what is a figure or a date is left open, names stay."""
    PARAMETERS = auto()
    """参数: all of it is of the year."""
    LAST_RATE = auto()
    """上年结转结余率: the old report's own 结转结余率."""
    LAST_VALUE = auto()
    """上年值: the old report's own 本年值."""


_F = Fate
FATES: Mapping[type[Record], Mapping[str, Fate | type[Record]]] = {
    Report: {
        **dict.fromkeys(("文种", "单位", "金额单位"), _F.KEEP),
        "年度": _F.YEAR,
        "题名": _F.NAME,
        "日期": _F.FILL,
        "评分方案": Schemes,
        "参数": _F.PARAMETERS,
        "档案": Filing,
        "说明": _F.BLANK,
    },
    Schemes: dict.fromkeys(("部门整体", "项目支出"), _F.KEEP),
    Filing: {
        **dict.fromkeys(("全宗名称", "全宗号", "保管期限", "机构或问题", "责任者", "密级", "说明"), _F.KEEP),
        **dict.fromkeys(("室编件号", "文件编号"), _F.FILL),
        "主题词": _F.NAME,
    },
    Department: {
        **dict.fromkeys(("名称", "全称", "说明"), _F.KEEP),
        "内设机构": Section,
        "补充数据": _F.FACTS,
    },
    Section: {**dict.fromkeys(("名称", "挂牌", "说明"), _F.KEEP), "补充数据": _F.FACTS},
    Budget: {
        **dict.fromkeys(("基本支出", "项目支出", "其他支出", "资金总体"), Funds),
        "上年结转结余率": _F.LAST_RATE,
        **dict.fromkeys(("结转结余率", "部门预决算差异率"), _F.FILL),
        "补充数据": _F.FACTS,
        "说明": _F.BLANK,
    },
    Funds: {
        **dict.fromkeys(("年初预算数", "全年预算数", "全年执行数", "执行率", "得分"), _F.FILL),
        "分值": _F.KEEP,
        "说明": _F.BLANK,
    },
    FundsBySource: {
        **dict.fromkeys(("年度资金总额", "当年财政拨款", "上年结转资金", "其他资金"), Funds),
        "说明": _F.BLANK,
    },
    Project: {
        "名称": _F.NAME,
        **dict.fromkeys(("主管部门", "实施单位"), _F.KEEP),
        **dict.fromkeys(("年初预算数", "全年预算数", "全年执行数", "执行率"), _F.FILL),
        **dict.fromkeys(("结余去向", "未支出原因", "改进措施", "调整原因"), _F.FILL),
        "资金": FundsBySource,
        "年度总体目标": Goal,
        "绩效指标": Indicator,
        "总分": Total,
        "依据": Basis,
        "补充数据": _F.FACTS,
        "说明": _F.BLANK,
    },
    Goal: {"预期目标": _F.WORDS, "实际完成情况": _F.FILL, "说明": _F.BLANK},
    Indicator: {
        **dict.fromkeys(("一级", "二级", "三级"), _F.NAME),
        "指标值": _F.TARGET,
        **dict.fromkeys(("完成值", "得分", "偏差原因"), _F.FILL),
        "分值": _F.KEEP,
        "说明": _F.BLANK,
    },
    Total: {"分值": _F.KEEP, "得分": _F.FILL},
    Basis: dict.fromkeys(("名称", "文号", "印发机关", "说明"), _F.KEEP),
    Scorecard: {
        "题名": _F.NAME,
        **dict.fromkeys(("附件编号", "分值"), _F.KEEP),
        **dict.fromkeys(("得分", "等级"), _F.FILL),
        "部分": ScorePart,
        "说明": _F.BLANK,
    },
    ScorePart: {"名称": _F.NAME, "分值": _F.KEEP, "得分": _F.FILL, "分组": ScoreGroup, "说明": _F.BLANK},
    ScoreGroup: {
        "名称": _F.NAME,
        "分值": _F.KEEP,
        "得分": _F.FILL,
        "指标": ScoreRow,
        **dict.fromkeys(("指标解释", "评分标准"), _F.TERMS),
        "说明": _F.BLANK,
    },
    ScoreRow: {
        "名称": _F.NAME,
        **dict.fromkeys(("预算数", "执行数", "执行率", "完成值", "本年值", "得分"), _F.FILL),
        "指标值": _F.TARGET,
        "上年值": _F.LAST_VALUE,
        "分值": _F.KEEP,
        **dict.fromkeys(("指标解释", "评分标准"), _F.TERMS),
        "说明": _F.BLANK,
    },
}
"""Every key of every record of the data (tests/test_new_year.py holds it complete): its fate, or the record it holds."""


class Carrier:
    """Last year's data on its way into the new year."""

    def __init__(
        self, years: Years, names: Mapping[str, str], last_rate: str, parameters: tuple[str, ...]
    ) -> None:
        """`names`: the projects' names, as they were and as they will be; `last_rate`: the old report's 结转结余率 as
        typed, empty when it is not known; `parameters`: its 参数 as typed.
        """
        self.years, self.names, self.last_rate = years, names, last_rate if years.follows else ""
        self.moved: dict[str, str] = {}
        """The names in which a year moved on so far, as they were and as they are now."""
        self.quoted = tuple(text for text in parameters if re.search(r"\d.*[.%]", text))

    def edits(self, cls: type[Record], value: Value, text: str) -> Iterator[Edit]:
        """The edits of a record in the text of its file, or of a list of such records."""
        for item in value.items:
            yield from self.edits(cls, item, text)
        for key, inner in value.entries.items():
            fate = FATES[cls].get(key, Fate.KEEP)
            if not isinstance(fate, Fate):
                yield from self.edits(fate, inner, text)
            elif fate in (Fate.FACTS, Fate.PARAMETERS):
                yield from self._facts(inner, text, whole=fate is Fate.PARAMETERS)
            elif inner.text:
                yield from self._scalar(fate, inner, value, text)

    def _scalar(self, fate: Fate, value: Value, owner: Value, text: str) -> Iterator[Edit]:
        years = self.years
        if is_unfilled(value.text) and fate not in (Fate.LAST_RATE, Fate.LAST_VALUE):
            return
        match fate:
            case Fate.FILL:
                yield _filled(value)
            case Fate.BLANK:
                # With the blank before it, which would be left at the line's end; between braces it has to stay.
                at_end = text[value.end : value.end + 1] in ("", "\n", "\r")
                yield Edit(value.start - (at_end and text[value.start - 1] == " "), value.end, "")
            case Fate.YEAR:
                yield Edit(value.start, value.end, value.text.replace(str(years.old), str(years.new)))
            case Fate.NAME:
                if (name := years.named(value.text)) != value.text:
                    self.moved[value.text] = name
                yield from _rewritten(value, text, years.named(text[value.start : value.end]))
            case Fate.WORDS | Fate.TERMS:
                yield from self._words(value, text, terms=fate is Fate.TERMS)
            case Fate.TARGET:
                yield from self._target(value, owner, text)
            case Fate.LAST_RATE:
                yield Edit(value.start, value.end, self.last_rate or UNFILLED)
            case Fate.LAST_VALUE:
                last = owner.entries.get("本年值")
                known = last is not None and last.text and years.follows
                yield Edit(
                    value.start, value.end, text[last.start : last.end] if last and known else UNFILLED
                )

    def _words(self, value: Value, text: str, *, terms: bool) -> Iterator[Edit]:
        words = text[value.start : value.end]
        moved = self.years.moved(words)
        quoted = any(figure in words for figure in self.quoted)
        stale = (
            self.years.names_year(value.text) or quoted if terms else self.years.is_of_the_year(value.text)
        )
        yield from _marked(value, text, moved, stale=stale)

    def _target(self, value: Value, owner: Value, text: str) -> Iterator[Edit]:
        measure = parse_measure(value.text)
        against = {"上年值", "本年值"} & owner.entries.keys()
        quoted = any(figure in value.text for figure in self.quoted)
        money = measure is not None and measure.unit in UNITS and measure.sign not in ("≥", ">")
        if against or quoted or money:
            yield _filled(value)
        else:
            shifted = self.years.shifted(text[value.start : value.end])
            yield from _marked(value, text, shifted, stale=self.years.names_year(value.text))

    def _facts(self, value: Value, text: str, *, whole: bool) -> Iterator[Edit]:
        for inner in (*value.entries.values(), *value.items):
            if inner.text in self.names:
                yield from _rewritten(inner, text, self.years.named(text[inner.start : inner.end]))
            elif inner.text and not is_unfilled(inner.text) and (whole or holds_figure(inner.text)):
                yield _filled(inner)
            else:
                yield from self._facts(inner, text, whole=whole)


def _filled(value: Value) -> Edit:
    return Edit(value.start, value.end, UNFILLED)


def _marked(value: Value, text: str, words: str, *, stale: bool) -> Iterator[Edit]:
    """The edit to `words`, with a mark before them when they are `stale` or not what was typed."""
    typed = text[value.start : value.end]
    if (stale or words != typed) and not holds_mark(typed):
        at = first_word(text, value) - value.start
        words = words[:at] + STALE + words[at:]
    yield from _rewritten(value, text, words)


def _rewritten(value: Value, text: str, words: str) -> Iterator[Edit]:
    if words != text[value.start : value.end]:
        yield Edit(value.start, value.end, words)
