"""What a page has of a report already: a report of a thousand projects is not sent again at every key."""

from __future__ import annotations

import itertools
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from compiler.named import NamedTuple

if TYPE_CHECKING:
    from compiler.editor.preview import Page

_KEPT = 12
"""Answers that a page may still go on from: of several windows, some steps each."""

Tree = list[dict[str, Any]]


class _State(NamedTuple):
    order: list[str]
    digests: Mapping[str, str]
    tree: Tree


class Sent:
    """The last answers about one report; any thread may ask."""

    def __init__(self) -> None:
        self._start, self._numbers = secrets.token_urlsafe(6), itertools.count()
        self._states: OrderedDict[str, _State] = OrderedDict()
        self._lock = threading.Lock()

    def whole(self, page: Page, tree: Tree) -> dict[str, Any]:
        """All of the page, and `mark`, by which the next request names this answer."""
        return {
            "mark": self._note(_state(page, tree)),
            "tree": tree,
            "sections": [section._asdict() for section in page.sections],
        }

    def news(self, page: Page, tree: Tree, since: str | None) -> dict[str, Any]:
        """What differs from the answer whose mark is `since`: `order` and `tree` are None where they are the same.

        All of it for one that is not known any more.
        """
        state = _state(page, tree)
        with self._lock:
            before = self._states.get(since or "")
        known: Mapping[str, str] = before.digests if before else {}
        return {
            "mark": self._note(state),
            "order": None if before and before.order == state.order else state.order,
            "tree": None if before and before.tree == tree else tree,
            "changed": {
                section.key: {"html": section.html, "digest": section.digest, "sheet": section.sheet}
                for section in page.sections
                if known.get(section.key) != section.digest
            },
        }

    def _note(self, state: _State) -> str:
        with self._lock:
            mark = f"{self._start}.{next(self._numbers)}"
            self._states[mark] = state
            if len(self._states) > _KEPT:
                self._states.popitem(last=False)
            return mark


def _state(page: Page, tree: Tree) -> _State:
    digests = {section.key: section.digest for section in page.sections}
    return _State(list(digests), digests, tree)
