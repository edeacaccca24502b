"""How many projects or inner sections prose says there are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.checks.prose.passages import Typed
from compiler.checks.prose.typed_tokens import clause, sentence
from compiler.checks.prose.verdicts import Figures
from compiler.named import NamedTuple
from compiler.patterns import pattern


class Total(NamedTuple):
    """A stated number of projects or sections, and how many the data has."""

    typed: Typed
    stated: int
    listed: int
    path: str
    """The list in the data."""
    noun: str


_SECTION = r"(?:内设机构|内设科室|职能科室|业务科室|科室)"
_SECTIONS_BEFORE = pattern(
    rf"(?:下设|内设|设有|设置|现有|共有|共设|设){_SECTION}?(?:共|有|共有)?$|{_SECTION}(?:共|共有|有)?$"
)
_SECTIONS_AFTER = pattern(rf"\s?{_SECTION}")
_COMPOSITE = pattern(rf"\s?(?:{_SECTION})?[、和及与]\s?[\d一二两三四五六七八九十]")
_SELF = pattern(r"(?:自评项目|项目自评)(?:共|有|共有|共计|合计|数量|总数|为|是)*\s?$")
_SELF_AFTER = pattern(r"\s?(?:单位)?自评项目")
_WHOLE = pattern(r"(?:共|共有|共计|合计|总共|全部|所有)(?:安排|实施|开展|涉及|承担|申报)?了?\s?$")
_PROJECTS_AFTER = pattern(r"\s?(?:预算|财政|支出|部门预算)?项目(?![组部经])")
_PROJECTS_BEFORE = pattern(r"项目(?:共|共计|共有|合计|总计|总数为?|总数是)\s?$")
_ALL_AFTER = pattern(
    r"\s?项目(?:全部|均|都)(?:已|按要求|按规定)?(?:开展|进行|完成|组织|实施)?了?(?:绩效|单位)?自评"
)
_SPREAD = pattern(r"分解到[^，。；]{0,12}$")
_MOST = pattern(r"\s?项目[中里]最[高低多少大小]")
"""Words that speak of all projects, or all sections, without saying so."""
_PARTIAL = pattern(r"其中|部分|另有|另外|除|新增|上年|去年|\d{4}年以")
_EVALUATED = pattern(r"部门评价项目\D{0,3}(\d{1,4})个")


def totals(figures: Figures) -> Iterator[Total]:
    """The numbers of all projects and sections that the department's own prose states."""
    draft = figures.draft
    names = [section.name for section in draft.department.sections or ()]
    # 办公室 is an inner section, and hardly one of the 科室.
    sections, offices = len(names), sum(name.endswith("科") for name in names)
    for typed in figures.typed:
        token = typed.token
        if (
            token.kind != "count"
            or token.digits
            or token.unit not in ("个", "项")
            or "/" in typed.passage.narrative
        ):
            continue
        text = typed.passage.text
        first, last = clause(text, token.start, token.end)
        before = text[first : token.start]
        stated = int(token.value)
        if draft.projects and _projects(before, text[token.end : last]):
            yield Total(typed, stated, _listed(stated, len(draft.projects), typed), "项目", "项目")
        elif sections and not _PARTIAL.search(before):
            after = text[token.end :]
            if _COMPOSITE.match(after):
                continue
            called = _SECTIONS_BEFORE.search(before) or _SPREAD.search(before)
            noun = _SECTIONS_AFTER.match(after) or (called and re.search(_SECTION, called[0]))
            if called and noun:
                named = stated if "科室" in noun[0] and stated == offices else sections
                yield Total(typed, stated, named, "单位.内设机构", "内设机构")


def _projects(before: str, after: str) -> bool:
    if _SELF.search(before) or _SELF_AFTER.match(after):
        return not re.search(r"上年|去年", before)
    if _PARTIAL.search(before):
        return False
    if _ALL_AFTER.match(after) or _MOST.match(after):
        return True
    if _SPREAD.search(before) and _PROJECTS_AFTER.match(after):
        return True
    return bool(_PROJECTS_BEFORE.search(before) or (_WHOLE.search(before) and _PROJECTS_AFTER.match(after)))


def _listed(stated: int, listed: int, typed: Typed) -> int:
    """The number to hold against: 部门评价项目 may be among the files, and not among what is stated."""
    place = typed.place
    own = place.text[slice(*sentence(*place))]
    beside = _EVALUATED.search(own)
    return stated if beside and stated + int(beside[1]) == listed else listed
