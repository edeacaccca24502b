"""What the rules found, its words put together when somebody reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import localcontext
from typing import Any

from compiler.checks.check import Check, Finding, Untold
from compiler.diagnostics import Accepted, Diagnostic, Diagnostics, Severity
from compiler.figures import EXACT
from compiler.source import Span


class Findings(Diagnostics):
    """Findings of which a build only has to know how many there are: those that are `Untold` are told by iterating."""

    _items: list[Any]  # those that wait are counted like the others; nobody sees one before it is told

    def found(self, check: Check, found: Finding | Untold) -> None:
        """Keep a finding of a rule."""
        if type(found) is Untold:
            self._items.append(_Waiting(check, *found))
        elif isinstance(found, Finding):
            self.add(diagnostic(check, found))

    def __iter__(self) -> Iterator[Diagnostic]:
        """By file, line and column."""
        with localcontext(EXACT):
            self._items = [_told(item) for item in self._items]
        return super().__iter__()


class _Waiting:
    """An untold finding, with what is asked of those that nobody reads."""

    __slots__ = ("check", "given", "severity", "tell")

    accepted: Accepted | None = None

    def __init__(
        self,
        check: Check,
        tell: Callable[..., Finding],
        given: tuple[Any, ...],
        severity: Severity | None,
    ) -> None:
        self.check, self.tell, self.given = check, tell, given
        self.severity: Severity = severity or check.severity

    @property
    def span(self) -> Span:
        """Where it is."""
        with localcontext(EXACT):
            return self.tell(*self.given).span


def _told(item: Diagnostic | _Waiting) -> Diagnostic:
    return diagnostic(item.check, item.tell(*item.given)) if isinstance(item, _Waiting) else item


def told(found: Finding | Untold) -> Finding:
    """A finding with its words."""
    return found.tell(*found.given) if isinstance(found, Untold) else found


def diagnostic(check: Check, finding: Finding) -> Diagnostic:
    """The finding as it is printed. Where a place has no width (`DataText.span`) nothing can be written."""
    return Diagnostic(
        check.code,
        finding.severity or check.severity,
        finding.span,
        finding.message,
        finding.hint,
        finding.related,
        finding.fix if finding.span.column < finding.span.end else "",
    )
