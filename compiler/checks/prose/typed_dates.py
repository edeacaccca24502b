"""Which typed dates should be in the data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.checks.check import Draft
from compiler.checks.dates import impossible_dates
from compiler.checks.prose.passages import Typed
from compiler.checks.prose.typed_tokens import sentence
from compiler.evaluation.project import Project
from compiler.patterns import pattern
from compiler.record import Record

_YEARS = pattern(r"(?<!\d)((?:19|20)\d\d)年")
_PERIOD = pattern(r"(?<!\d)(?:1月\s?1日|12月\s?31日)$|年\s?12月$")
_AS_OF = pattern(r"截[至止]到?\s?$")
"""What begins or ends a year, and the day to which figures go, need not be in the data."""
_FEW = 40
"""Of more projects than so many, any date may be one's."""


def is_strange_date(typed: Typed, draft: Draft, project: Project | None) -> bool:
    """Whether a date of the report's year is not in the data; other years are another rule's (N003)."""
    token, place, year = typed.token, typed.place, draft.report.year
    if (token.kind == "date" and token.value != year) or any(impossible_dates(token.text)):
        return False
    if _PERIOD.search(token.text) or _AS_OF.search(place.text, max(0, place.start - 4), place.start):
        return False
    first, _ = sentence(place.text, place.start, place.end)
    years = _YEARS.findall(place.text, first, place.start)
    if token.kind == "day" and years and int(years[-1]) != year:
        return False
    if project is None and len(draft.projects) > _FEW:
        return False
    words = r"\s?".join(map(re.escape, "".join(token.text.split())))
    date = re.compile(rf"(?<!\d){words}" + ("" if words.endswith("月") else r"(?!\d)"))
    return not any(date.search(record.source.text) for record in _records(draft, project))


def _records(draft: Draft, project: Project | None) -> Iterator[Record]:
    for record in (draft.report, draft.department, draft.budget, draft.scorecard):
        if record is not None:
            yield record
    yield from draft.projects if project is None else (project,)
