"""What the rules found, its words put together when somebody reads them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import localcontext
from typing import cast

from compiler.checks.check import Check, Finding, Untold
from compiler.diagnostics import Accepted, Diagnostic, Diagnostics, Severity
from compiler.figures import EXACT
from compiler.source import Span


class Findings(Diagnostics):
    """Findings of which a build only has to know how many there are: those that are `Untold` are told by iterating."""

    def found(self, check: Check, found: Finding | Untold) -> None:
        """Keep a finding of a rule."""
        if type(found) is Untold:
            # Counted as it is; nobody sees it before it is told.
            self._items.append(cast(Diagnostic, _Waiting(check, found)))
        else:
            self.add(diagnostic(check, cast(Finding, found)))

    def __iter__(self) -> Iterator[Diagnostic]:
        """By file, line and column."""
        with localcontext(EXACT):
            self._items = [_told(item) for item in self._items]
        return super().__iter__()


class _Waiting:
    """An untold finding, with what is asked of those that nobody reads."""

    __slots__ = ("check", "given", "severity", "tell")

    accepted: Accepted | None = None

    def __init__(self, check: Check, found: Untold) -> None:
        self.check = check
        self.tell, self.given = found.tell, found.given
        self.severity: Severity = found.severity or check.severity

    @property
    def span(self) -> Span:
        """Where it is."""
        with localcontext(EXACT):
            return self.tell(*self.given).span


def _told(item: Diagnostic | _Waiting) -> Diagnostic:
    if type(item) is not _Waiting:
        return cast(Diagnostic, item)
    return diagnostic(item.check, item.tell(*item.given))


def told(found: Finding | Untold) -> Finding:
    """A finding with its words."""
    return found.tell(*found.given) if type(found) is Untold else cast(Finding, found)


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
