"""The tracked changes' share of the structural lint (ECMA-376 part 1, 17.13.5)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from tests.docx_lint_tables import w

_CHANGES = (w("ins"), w("del"))
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DELETED = {w("delText"): True, w("delInstrText"): True, w("t"): False, w("instrText"): False}


def change_faults(root: etree._Element) -> Iterator[str]:
    """What is wrong with insertions and deletions."""
    numbers = Counter(each.get(w("id")) for each in root.iter(*_CHANGES, w("bookmarkStart")))
    for number, count in numbers.items():
        if count > 1:
            yield f"annotation {number} {count} times"
    changes = [int(each.get(w("id"), "0")) for each in root.iter(*_CHANGES)]
    if changes != sorted(changes):
        yield "changes are not numbered in the order of the text"
    for each in root.iter(*_CHANGES):
        if not each.get(w("author")) or not _DATE.fullmatch(each.get(w("date"), "")):
            yield f"change {each.get(w('id'))} has no author or date"
        if next(each.iterancestors(each.tag), None) is not None:
            yield f"change {each.get(w('id'))} inside another of its kind"
        mark = etree.QName(each.getparent()).localname in ("rPr", "trPr")  # type: ignore[arg-type]
        if mark != (len(each) == 0):
            yield f"change {each.get(w('id'))} of nothing"
    for each in root.iter(*_DELETED):
        if _DELETED[each.tag] != (next(each.iterancestors(w("del")), None) is not None):
            yield f"text in the wrong element: {(each.text or '')[:20]}"
