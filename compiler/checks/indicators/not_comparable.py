"""What was reached answers what was asked: number for number, word for word of one scale."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding, Untold
from compiler.checks.indicators.rows import indicators
from compiler.diagnostics import Code, Severity
from compiler.evaluation.measure import Measure, parse_measure
from compiler.evaluation.project import Indicator
from compiler.evaluation.scorecard import ScoreRow
from compiler.figures import UNITS
from compiler.named import NamedTuple
from compiler.patterns import pattern

_GRADE = dict.fromkeys(
    ["优", "优秀", "优良", "良", "良好", "好", "较好", "很好", "非常好", "较差", "差", "合格", "不合格"],
    "好坏",
)
_CONTENT = dict.fromkeys(
    ["满意", "很满意", "非常满意", "较满意", "比较满意", "基本满意", "不满意"], "满不满意"
)
_TIMELY = dict.fromkeys(
    [
        "按时",
        "及时",
        "准时",
        "按期",
        "如期",
        "逾期",
        "按时完成",
        "及时完成",
        "按期完成",
        "如期完成",
        "提前完成",
    ],
    "按不按时",
)
_DONE = dict.fromkeys(
    ["完成", "已完成", "全部完成", "均完成", "均已完成", "基本完成", "部分完成", "未完成"], "做没做"
)
_SCALES = {**_GRADE, **_CONTENT, **_TIMELY, **_DONE}

# A bare 完成 says that a task is done. These targets are no tasks: they ask how good something is, or what came of it.
_STATE_AT_END = pattern(
    r".*(?:[好优]|优秀|良好|优良|满意|健全|完善|完备|合规|安全|规范|合理|有效|显著|明显|稳定|准确|真实|完整|科学|"
    r"节约|提升|提高|增强|改善|降低|减少|下降|增长)",
    re.DOTALL,
)
_EFFECT = pattern(
    r"(?:进一步|有效|不断|持续|切实|着力|全面|大力)*(?:促进|助力|带动|提升|提高|增强|改善|营造|"
    r"优化.*(?:环境|结构|布局|氛围|水平)|打造.*(?:名片|品牌|形象|高地|标杆)).*",
    re.DOTALL,
)
_COMPARED = pattern(r"相对于|相比|较上年|比上年|较去年|比去年|同比")
_TASK = pattern(
    r"制定|编制|印发|出台|建立|建成|开展|举办|组织|拨付|支付|采购|提交|发布|办理|落实|实施|验收|交付"
)

_NUMERAL = pattern(r"[0-9０-９零一二两三四五六七八九十百千万亿半]|全部|所有|均|无|没有|未")
_TIMES = frozenset(["年", "个月", "周", "天", "日", "个工作日", "工作日", "小时", "分钟"])
_FAMILIES = (
    frozenset({"%", "个百分点"}),
    frozenset(UNITS),
    _TIMES,
    frozenset(["人", "名", "位", "人次", "万人", "万人次"]),
    frozenset(["场", "次", "场次", "人次", "期", "轮", "批", "批次", "届", "万人次"]),
    frozenset(["家", "户"]),
    frozenset(["平方米", "万平方米", "㎡", "m2", "亩", "公顷", "平方公里"]),
    frozenset(["吨", "公斤", "千克", "万吨"]),
)
_MARKS = '。；;！!“”" '


def _find(draft: Draft) -> Iterator[Untold]:
    rows: list[Indicator | ScoreRow] = [indicator for _, indicator in indicators(draft)]
    for part in draft.scorecard.parts if draft.scorecard else ():
        for group in part.groups:
            rows += group.rows
    for row in rows:
        target, actual = row.target, row.actual
        if target is not None and actual is not None and target != actual:
            fault = _unlike(target, actual)
            if fault:
                yield Untold(_finding, (row, fault))


def _finding(row: Indicator | ScoreRow, fault: _Fault) -> Finding:
    name = f"评分表“{row.name}”" if isinstance(row, ScoreRow) else row.called
    return Finding(
        row.span_of("actual"),
        f"{name}的指标值是“{row.target}”，完成值是“{row.actual}”，{fault.fact}",
        fault.hint,
    )


class _Fault(NamedTuple):
    """Why one cannot be held against the other."""

    fact: str
    hint: str


_WORD_AND_NUMBER = _Fault(
    "一个是词，一个是数，比不出完成没有", "完成值用指标值的那套词；有实际数的，把指标值改成数"
)
_NO_NUMBER = _Fault("没有写出数", "填实际完成的数，单位同指标值一样")
_ONLY_DONE = _Fault(
    "只说做没做，没有说达到了什么程度",
    "写达到了什么程度：能用数的用数，用词的用指标值的词，或者写“达成”“部分达成”",
)


def _unlike(target: str, actual: str) -> _Fault | None:
    """Why one cannot be held against the other; None when it can, or when that cannot be told."""
    asked, reached = parse_measure(target), parse_measure(actual)
    if asked is not None and reached is not None:
        return _units_unlike(asked, reached)
    target, actual = target.strip(_MARKS), actual.strip(_MARKS)
    if asked is not None:
        return _NO_NUMBER if _says_no_number(asked, actual) else None
    scale = _SCALES.get(target)
    if reached is not None:
        return _WORD_AND_NUMBER if scale in ("好坏", "满不满意") else None
    answer = _SCALES.get(actual)
    if answer is None or answer == scale:
        return None
    if scale is None:
        return _ONLY_DONE if answer == "做没做" and _is_no_task(target) else None
    if {scale, answer} == {"按不按时", "做没做"}:
        return None  # what was to be done in time is done
    return _Fault(f"一个说的是{scale}，一个说的是{answer}，不是同一套词", "完成值用指标值的那套词")


def _units_unlike(asked: Measure, reached: Measure) -> _Fault | None:
    a, b = asked.unit, reached.unit
    if a == b:
        return None
    first = [family for family in _FAMILIES if a in family]
    second = [family for family in _FAMILIES if b in family]
    if not first or not second or any(family in second for family in first):
        return None
    return _Fault(f"单位一个是“{a}”，一个是“{b}”，不能相比", "两边用同一个单位")


def _says_no_number(asked: Measure, actual: str) -> bool:
    scale = _SCALES.get(actual)
    if scale is None:
        return _NUMERAL.search(actual) is None  # 三场, 全部
    return scale not in ("按不按时", "做没做") or asked.unit not in _TIMES  # ≤1年 is answered by 按时


def _is_no_task(target: str) -> bool:
    if _COMPARED.search(target):
        return True
    return not _TASK.search(target) and bool(_STATE_AT_END.fullmatch(target) or _EFFECT.fullmatch(target))


CHECK = Check(
    Code.NOT_COMPARABLE,
    Severity.WARNING,
    title="完成值和指标值不能相比",
    rule=(
        "完成值应当答得上指标值，看项目的绩效指标和评分表的行：指标值是数的，完成值也要有数，单位要同类；"
        "指标值是“好”“优”“满意”这样的词的，完成值用同一套词，不能指标值是“好”、完成值是“满意”或“98%”；"
        "指标值说的是状态（质量好、制度健全）、效果（促进发展、优化环境）或者同往年的比较的，完成值不能只写“完成”。"
        "两边一样的、指标值本身是一件要做完的事的（按时完成、拨付到位）、完成值写“达成”的，都算能比；"
        "看不出属于哪一种的，不判断。"
    ),
    source="财预〔2020〕10号第十六条（定量指标按完成值与指标值相比记分，定性指标按达成程度分档）",
    mend="把完成值改成能同指标值相比的写法；指标值本身太笼统的，下一年度申报时改成能衡量的。",
    find=_find,
)
