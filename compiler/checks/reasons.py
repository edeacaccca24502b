"""What counts as a reason: for money left over, for a changed budget, for points taken off."""

from __future__ import annotations

from functools import lru_cache

from compiler.evaluation.funds import Funds
from compiler.evaluation.project import Indicator
from compiler.evaluation.scorecard import ScoreGroup, ScorePart, ScoreRow
from compiler.patterns import pattern

LONGEST = 30
"""A text that is longer says something."""
_SHORTEST_NOTE = 6

_DONE = (
    "已经|已|均|全部|全面|按时|按期|按质|按量|保质保量|如期|及时|顺利|圆满|基本|较好|良好|良|很好|好|优秀|按照|按|计划|要求|"
    "完成|实现|达成|达到|达标|完毕|情况|本|该|年度|年初|预期|预定|设定|既定|全年|当年|总体|绩效|各项|各|所有|相关|项目|工作|"
    "任务|目标|指标|内容|效果|成效|显著|明显|进展|正常|有序|推进|开展|实施|地|的|了|并|且|得到|予以|有|是|无|暂无|同上|略|"
)
_NO_REASON = (
    "偏差|差异|不适用|说明|原因|理由|另有|另行|另附|详见|参见|见|附件|附表|附后|如上|如下|上述|同前|没有|未|不存在|不详|不|没|"
    "待补充|待补|待定|暂缺|其他|其它|特殊|实际|客观|主观|因为|由于|因|[0-9A-Za-z]|"
)
_MARKS = r"[\s，、。；;,.！!：:“”\"'（）()/\\—–－_-]"
_WORDS = pattern(_DONE + _MARKS)
_STRANGE = pattern(f"[^{''.join(sorted(set(_DONE) - {'|'}))}{_MARKS[1:]}")
"""A character that is in none of them, as every text has that says something more; it is searched for fast."""
_EMPTY = pattern(_NO_REASON + _DONE + _MARKS)
_CAUSE = pattern(
    "因|由于|受.*影响|导致|致使|扣|减|未|没|不|迟|晚|延|缓|停|取消|变更|调整|追加|增加|例外|同意|批准|超|偏|缺|低于|高于|少于|"
    "多出|少了|返工|考虑|改在|改由|改为|跨年|结转|才|仅|只"
)


def says_nothing(text: str) -> bool:
    """Whether a text says only that all is done: 已完成, 按计划完成年度各项工作任务，效果良好."""
    return len(text) <= LONGEST and _STRANGE.search(text) is None and not _WORDS.sub("", text)


def gives_reason(text: str | None) -> bool:
    """Whether what stands in a column for reasons is one; 无, —, 同上, 无偏差, 已说明, 未完成 are none."""
    return text is not None and (len(text) > LONGEST or _is_reason(text))


@lru_cache(maxsize=4096)  # most projects have the same few
def _is_reason(text: str) -> bool:
    return bool(_EMPTY.sub("", text))


def notes_reason(text: str | None) -> bool:
    """Whether a note (说明) gives a reason, where the form has no column for it: 数据来自业务台账 gives none."""
    return (
        text is not None
        and len(text) >= _SHORTEST_NOTE
        and gives_reason(text)
        and _CAUSE.search(text) is not None
    )


def reason_of(*records: Indicator | Funds | ScoreRow | ScoreGroup | ScorePart) -> str | None:
    """The first reason that is given for a score: 偏差原因 of an indicator, 说明 of what has no such column."""
    for record in records:
        if isinstance(record, Indicator):
            if gives_reason(record.deviation_reason):
                return record.deviation_reason
        elif notes_reason(record.remark):
            return record.remark
    return None


def lacking(key: str, text: str | None) -> str:
    """How messages say that a column gives no reason."""
    return f"没有写{key}" if text is None else f"{key}只写了“{text.strip()}”"
