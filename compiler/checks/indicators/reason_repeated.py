"""The words of one project are not those of another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from compiler.checks.check import Check, Draft, Finding, Untold
from compiler.checks.reasons import says_nothing
from compiler.diagnostics import Code, Severity
from compiler.evaluation.project import Project
from compiler.record import Record

_SHORTEST = 10
"""Shorter texts are alike by chance: 受疫情影响."""
_EDGE = 8
_SHOWN = 4
_ALIKE = {"未支出原因": 0.7, "偏差原因": 0.7, "改进措施": 0.7, "预期目标": 0.8, "实际完成情况": 0.8}
"""From which likeness on (Dice of character pairs, 1 is the same) two texts of a kind are one text."""

_Place = tuple[Project, Record, str]


class _Texts:
    """The texts of a kind.

    A new one is held against the last one with its start and the last one with its end, so that the work grows with
    the number of texts only; and of a text that is like no other nothing is kept but itself and its place.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.copies: dict[str, list[_Place]] = {}
        """The places of each text that was met again, by the text as first met."""
        self.varied: set[str] = set()
        """Those that were not met again word for word."""
        self._places: dict[str, _Place] = {}
        self._first: dict[str, str] = {}
        self._starts: dict[str, str] = {}
        self._ends: dict[str, str] = {}

    def add(self, text: str, place: _Place) -> None:
        """Take in a text."""
        if text not in self._places:
            start, end = text[:_EDGE], text.rstrip("。；")[-_EDGE:]
            like = self._like(text, self._starts.get(start), self._ends.get(end))
            self._places[text] = place
            self._starts[start] = self._ends[end] = text
            if like is None:
                return
            self._first[text] = like = self._first.get(like, like)
            self.varied.add(like)
        first = self._first.get(text, text)
        places = self.copies.setdefault(first, [self._places[first]])
        if places[-1][0] is not place[0]:  # a project may repeat itself
            places.append(place)

    def _like(self, text: str, *others: str | None) -> str | None:
        bound = _ALIKE[self.kind]
        for other in others:
            if other is None or not bound < 2 * len(text) / (len(text) + len(other)) < 2 - bound:
                continue
            pairs, theirs = _pairs(text), _pairs(other)
            if 2 * len(pairs & theirs) >= bound * (len(pairs) + len(theirs)):
                return other
        return None


@lru_cache(maxsize=32)  # a text is held against those before it and the next
def _pairs(text: str) -> frozenset[tuple[str, str]]:
    """Which characters stand next to each other."""
    return frozenset(pairwise(text))


def _texts(project: Project) -> Iterator[tuple[str, str, _Place]]:
    if project.unspent_reason is not None:
        yield "未支出原因", project.unspent_reason, (project, project, "unspent_reason")
    if project.improvement is not None:
        yield "改进措施", project.improvement, (project, project, "improvement")
    goal = project.goal
    if goal is not None:
        if goal.expected is not None:
            yield "预期目标", goal.expected, (project, goal, "expected")
        if goal.achieved is not None:
            yield "实际完成情况", goal.achieved, (project, goal, "achieved")
    for indicator in project.indicators or ():
        if indicator.deviation_reason is not None:
            yield "偏差原因", indicator.deviation_reason, (project, indicator, "deviation_reason")


def _find(draft: Draft) -> Iterator[Untold]:
    if len(draft.projects) < 2:
        return
    kinds = {kind: _Texts(kind) for kind in _ALIKE}
    for project in draft.projects:
        for kind, text, place in _texts(project):
            if len(text) >= _SHORTEST:
                kinds[kind].add(text, place)
    for texts in kinds.values():
        for text, places in texts.copies.items():
            if len(places) > 1 and not says_nothing(text):
                yield Untold(
                    _finding, (texts.kind, places, "几乎一样" if text in texts.varied else "一字不差")
                )


def _finding(kind: str, places: list[_Place], like: str) -> Finding:
    (first, *_), (second, record, attribute), *others = places
    who = f"{second.title}和{first.title}" if not others else f"{first.title}等{len(places)}个项目"
    return Finding(
        record.span_of(attribute),
        f"{who}的{kind}{like}",
        "各项目按自己的情况写；确实是同一个原因的，写明各项目具体差在哪里",
        tuple(
            (other.span_of(name), f"{project.title}的{kind}")
            for project, other, name in (places[0], *others)[:_SHOWN]
        ),
    )


CHECK = Check(
    Code.REASON_REPEATED,
    Severity.WARNING,
    title="不同项目用了同一段文字",
    rule=(
        "不同项目的未支出原因、偏差原因、改进措施、预期目标、实际完成情况，不应当一字不差或者几乎一样。"
        "几乎一样：与前面最近一个开头或结尾八个字相同的项目比，相邻两字的重合程度，原因达到70%、目标和完成情况达到80%。"
        f"不满{_SHORTEST}个字的、同一个项目里重复的，不看。"
    ),
    source="财预〔2020〕10号第二十五条（数据真实、结果客观）、第二十六条（执行率偏低、结果较差的项目单独说明原因）",
    mend="把照抄的那一段改成这个项目自己的情况，写到具体的事和数。",
    find=_find,
)
