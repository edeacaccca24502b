"""A stated number of projects or sections is not that of the data, or parts do not make up their total."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.checks.check import Check, Draft, Finding
from compiler.checks.prose.counts import totals
from compiler.checks.prose.passages import Passage
from compiler.checks.prose.typed_tokens import sentence
from compiler.checks.prose.verdicts import figures_of
from compiler.diagnostics import Code, Severity
from compiler.patterns import pattern

_PART = pattern(r"(?<![\d.第])(\d{1,6})([个家项名件场份台卷张套户次])(?!百分点|月)([^\W\x00-\x7f]{0,6})")
_TOTAL = pattern(r"(?:共|共计|合计|总计|总共|共有)$")
_MADE_OF = pattern(r"其中|分别[是为]|包括")


def _find(draft: Draft) -> Iterator[Finding]:
    figures = figures_of(draft)
    for total in totals(figures):
        if total.stated != total.listed:
            files = "data/projects 里有" if total.path == "项目" else "data/department.yaml 里有"
            yield Finding(
                total.typed.span,
                f"写的是{total.noun}{total.typed.words}，{files}{total.listed}个",
                f"核对是多写、漏写，还是缺数据；数据是全的，改成 {{{{ {total.path}|个数 }}}}{total.typed.token.unit}",
            )
    seen: set[int] = set()
    for typed in figures.typed:
        if typed.token.kind == "count" and id(typed.passage) not in seen:
            seen.add(id(typed.passage))
            yield from _parts(typed.passage)


def _parts(passage: Passage) -> Iterator[Finding]:
    """Parts that do not add up: 8个…、8个…，共15个."""
    text, at = passage.text, 0
    while at < len(text):
        _, end = sentence(text, at, at)
        yield from _in_sentence(passage, at, end)
        at = end + 1


def _in_sentence(passage: Passage, first: int, end: int) -> Iterator[Finding]:
    found = list(_PART.finditer(passage.text, first, end))
    whole = [match for match in found if _TOTAL.search(passage.text, first, match.start())]
    if len(found) < 3 or len(whole) != 1:
        return
    total = whole[0]
    place = found.index(total)
    made_of = _MADE_OF.search(passage.text, total.end(2), end)
    parts = found[:place] if place == len(found) - 1 else found[1:] if place == 0 and made_of else []
    if len(parts) < 2 or any(not _alike(part, total) for part in parts):
        return
    sum_, stated = sum(int(part[1]) for part in parts), int(total[1])
    if sum_ == stated or (place == 0 and sum_ < stated and made_of and made_of[0] != "分别是"):
        return
    listed = "＋".join(part[1] for part in parts)
    more = "多" if sum_ > stated else "少"
    yield Finding(
        passage.words.span(total.start(), total.end(2)),
        f"列出的是{listed}＝{sum_}{total[2]}，写的合计是{stated}{total[2]}，{more}{abs(sum_ - stated)}{total[2]}",
        "核对合计和各分项",
        tuple((passage.words.span(part.start(), part.end(2)), "分项") for part in parts),
        severity=Severity.INFO,
    )


def _alike(part: re.Match[str], total: re.Match[str]) -> bool:
    """Whether a part counts the same things as the total: the same measure, and no other noun."""
    noun = part[3]
    return part[2] == total[2] and (not noun or not total[3] or noun[:2] == total[3][:2])


CHECK = Check(
    Code.COUNT_DIFFERS,
    Severity.WARNING,
    title="文中的个数与数据不合",
    rule="单位自己的叙述里写明的项目总数、自评项目数和内设机构数，应当等于数据里的个数；“其中”“部分”“新增”这样的部分数不比。"
    "一句话里列出的同类分项，应当加得出写明的合计（只作提示）。",
    source="勾稽关系；财预〔2020〕10号第二十五条（内容完整、数据真实）",
    mend="数错的，改叙述，写成 {{ 项目|个数 }}；数据缺了的，补上数据文件。",
    find=_find,
)
