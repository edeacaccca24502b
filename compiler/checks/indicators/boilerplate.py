"""Texts that say nothing but that all is done."""

from __future__ import annotations

from compiler.patterns import pattern

LONGEST = 30
"""A text that is longer says something."""

_WORDS = pattern(
    "已经|已|均|全部|全面|按时|按期|按质|按量|保质保量|如期|及时|顺利|圆满|基本|较好|良好|良|很好|好|优秀|按照|按|计划|要求|"
    "完成|实现|达成|达到|达标|完毕|情况|本|该|年度|年初|预期|预定|设定|既定|全年|当年|总体|绩效|各项|各|所有|相关|项目|工作|"
    "任务|目标|指标|内容|效果|成效|显著|明显|进展|正常|有序|推进|开展|实施|地|的|了|并|且|得到|予以|有|是|无|暂无|同上|略|"
    r"[\s，、。；;,.！!：:“”/—-]"
)


def says_nothing(text: str) -> bool:
    """Whether a text is made of such words only: 已完成, 按计划完成年度各项工作任务，效果良好。"""
    return len(text) <= LONGEST and not _WORDS.sub("", text)
