"""What is wrong, where, and what to do about it.

A `Diagnostic` states one fact at one place with one remedy. Stages report into a
`Diagnostics` and go on, so that a run tells everything at once; nothing is written once
it holds an error. Messages and hints are Chinese: clerks read them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from enum import Enum
from typing import NamedTuple

from compiler.source import Span


class Severity(Enum):
    """How much it matters; the value is the word printed."""

    ERROR = "错误"
    WARNING = "警告"
    INFO = "提示"


class Code(Enum):
    """The stable code of every kind of diagnostic. Codes are never reused.

    The letter says the stage: F files, Y YAML, D data against the schema, M Markdown,
    X expressions, T templates, O outline, R references, P pictures.
    """

    NOT_UTF8 = "F001"
    FORBIDDEN_CHARACTER = "F002"
    UNSAFE_PATH = "F003"
    MISSING_FILE = "F004"
    UNUSED_FILE = "F005"
    FILE_TOO_LARGE = "F006"
    SUSPICIOUS_CHARACTER = "F007"
    UNREADABLE_FILE = "F008"
    BYTE_ORDER_MARK = "F009"

    YAML_SYNTAX = "Y001"
    YAML_FORBIDDEN = "Y002"
    DUPLICATE_KEY = "Y003"
    TOO_DEEP = "Y004"
    NOTE_AFTER_VALUE = "Y005"

    UNKNOWN_KEY = "D001"
    MISSING_KEY = "D002"
    WRONG_TYPE = "D003"
    WRONG_UNIT = "D004"
    NEGATIVE_AMOUNT = "D005"
    OUT_OF_RANGE = "D006"
    DUPLICATE_ENTRY = "D007"
    NOT_A_CHOICE = "D008"
    FULL_WIDTH = "D009"
    MISMATCH = "D010"

    MARKDOWN_UNSUPPORTED = "M001"
    BROKEN_TABLE = "M002"
    EMPTY_NARRATIVE = "M003"
    UNSAFE_LINK = "M004"
    HEADING_TOO_DEEP = "M005"
    PLACEHOLDER_UNCLOSED = "M006"
    MARKDOWN_TOO_DEEP = "M007"
    UNMATCHED_MARK = "M008"

    EXPRESSION_SYNTAX = "X001"
    EXPRESSION_FORBIDDEN = "X002"
    UNDEFINED_NAME = "X003"
    UNKNOWN_FILTER = "X004"
    FILTER_MISUSE = "X005"
    NO_VALUE = "X006"
    NOT_PRINTABLE = "X007"
    EXPRESSION_TOO_LONG = "X008"

    TEMPLATE_SYNTAX = "T001"
    TEMPLATE_FORBIDDEN = "T002"
    TABLE_GRID = "T003"
    TABLE_TOO_LARGE = "T004"

    OUTLINE = "O001"
    MISSING_NARRATIVE = "O002"
    UNUSED_NARRATIVE = "O003"

    UNKNOWN_REFERENCE = "R001"
    DUPLICATE_ID = "R002"

    BAD_PICTURE = "P001"
    PICTURE_TOO_LARGE = "P002"


class Diagnostic(NamedTuple):
    """One fact at one place."""

    code: Code
    severity: Severity
    span: Span
    message: str
    hint: str
    related: tuple[tuple[Span, str], ...] = ()
    """Other places it speaks of, each with a word on what is there."""


class Diagnostics:
    """Collects what the stages report."""

    def __init__(self) -> None:
        self._items: list[Diagnostic] = []
        self._seen: set[tuple[Code, str, int, int, str]] = set()

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep it, unless the same fact was already told (a loop may meet it many times)."""
        span = diagnostic.span  # by path: prose that two chapters share is read twice
        key = (diagnostic.code, span.source.path, span.line, span.column, diagnostic.message)
        if key not in self._seen:
            self._seen.add(key)
            self._items.append(diagnostic)

    def error(
        self,
        code: Code,
        span: Span,
        message: str,
        hint: str,
        related: tuple[tuple[Span, str], ...] = (),
    ) -> None:
        """Report something that must be mended before a document can be written."""
        self.add(Diagnostic(code, Severity.ERROR, span, message, hint, related))

    def warning(self, code: Code, span: Span, message: str, hint: str) -> None:
        """Report something that is probably a mistake."""
        self.add(Diagnostic(code, Severity.WARNING, span, message, hint))

    @property
    def has_errors(self) -> bool:
        return any(item.severity is Severity.ERROR for item in self._items)

    def count(self, severity: Severity) -> int:
        return sum(item.severity is severity for item in self._items)

    def __iter__(self) -> Iterator[Diagnostic]:
        """By file, line and column."""
        return iter(
            sorted(
                self._items,
                key=lambda item: (item.span.source.path, item.span.line, item.span.column, item.code.value),
            )
        )

    def __len__(self) -> int:
        return len(self._items)


def nearest(word: str, candidates: Iterable[str]) -> str:
    """The candidate most like `word`, or nothing when none is alike."""
    found = get_close_matches(word, list(candidates), n=1, cutoff=0.5)
    return found[0] if found else ""


def display_width(text: str) -> int:
    """Columns that `text` takes in a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def render(diagnostic: Diagnostic) -> str:
    """The diagnostic as a terminal shows it: place, fact, source line with carets, hint."""
    span = diagnostic.span
    out = [f"{span}: {diagnostic.severity.value} {diagnostic.code.value} {diagnostic.message}"]
    out += _excerpt(span)
    for place, word in diagnostic.related:
        out.append(f"  {place}: {word}")
        out += _excerpt(place)
    out.append(f"  提示：{diagnostic.hint}")
    return "\n".join(out)


def _excerpt(span: Span) -> list[str]:
    line = span.source.line(span.line)
    if not line.strip():
        return []
    # A very long line (a paragraph) is shown around the place only.
    start = max(0, span.column - 31)
    shown = "".join(
        char
        if char.isprintable() or char == "\u3000"
        else " "
        if char.isspace()
        else "\N{REPLACEMENT CHARACTER}"
        for char in line[start : span.column + 29]
    )
    lead = "…" if start else ""
    tail = "…" if span.column + 29 < len(line) else ""
    gutter = f"  {span.line} | "
    pad = " " * (len(gutter) + display_width(lead + shown[: span.column - 1 - start]))
    marked = shown[span.column - 1 - start : span.end - 1 - start]
    return [gutter + lead + shown + tail, pad + "^" * max(1, display_width(marked))]
