"""What is wrong, where, and what to do about it.

A `Diagnostic` states one fact at one place with one remedy. Stages report into a
`Diagnostics` and go on, so that a run tells everything at once; nothing is written once
it holds an error. Messages and hints are Chinese: clerks read them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from enum import Enum

from compiler.named import NamedTuple
from compiler.source import Span


class Severity(Enum):
    """How much it matters; the value is the word printed."""

    ERROR = "错误"
    WARNING = "警告"
    INFO = "提示"


class Code(Enum):
    """The stable code of every kind of diagnostic. Codes are never reused.

    The letter says the stage: F files, Y YAML, D data against the schema, M Markdown,
    X expressions, T templates, O outline, R references, P pictures and charts. Findings of checks: A amounts,
    S scores, I indicators, N prose, G layout and marks, L against last year, W waivers, B blanks to be filled in.
    """

    NOT_UTF8 = "F001"
    FORBIDDEN_CHARACTER = "F002"
    UNSAFE_PATH = "F003"
    MISSING_FILE = "F004"
    UNUSED_FILE = "F005"
    FILE_TOO_LARGE = "F006"
    SUSPICIOUS_CHARACTER = "F007"
    UNREADABLE_FILE = "F008"
    # F009 was a byte order mark; it is read over now.

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
    CHART = "P003"
    CHART_NOT_DRAWN = "P004"

    PROJECT_BUDGETS_SUM = "A001"
    PROJECT_EXPENDITURES_SUM = "A002"
    MISSING_AMOUNTS_IMPOSSIBLE = "A003"
    UNSPENT_OVER_WHOLE = "A004"
    AMOUNT_MISSING = "A005"
    UNITS_MIXED = "A006"
    RATE_DIFFERS = "A007"
    RATE_ROUNDED_TO_WHOLE = "A008"
    RATE_DIGITS_MIXED = "A009"
    SOURCES_SUM = "A010"
    BUDGET_PARTS_SUM = "A011"
    OVERSPENT = "A012"
    CARRYOVER_DIFFERS = "A013"
    VARIANCE_DIFFERS = "A014"
    VARIANCE_BASE = "A015"
    LOW_RATE_UNEXPLAINED = "A016"
    ADJUSTMENT_UNEXPLAINED = "A017"
    RATE_HIDES_ADJUSTMENT = "A018"
    PREPAID = "A019"
    BUDGET_ZERO = "A020"
    SURPLUS_MIXED = "A021"
    BLANKS_MIXED = "A022"
    UNIT_SUSPECT = "A023"
    AMOUNT_TYPED_TWICE = "A024"

    SCHEME_UNDECLARED = "S001"
    EXECUTION_SCORE = "S002"
    QUANTITATIVE_SCORE = "S003"
    SCORE_OVER_WEIGHT = "S004"
    QUALITATIVE_SCORE = "S005"
    SCORES_SUM = "S006"
    WEIGHTS_SUM = "S007"
    WEIGHTS_SCHEME = "S008"
    GRADE = "S009"
    ALL_FULL = "S010"
    DEDUCTION_POINTS = "S011"
    CARRYOVER_SCORE = "S012"
    OVERFULFILLED = "S013"
    REVERSE_UNDECLARED = "S014"
    TARGET_ZERO = "S015"
    SCORES_UNVERIFIABLE = "S016"
    SCHEME_ROW_MISSING = "S017"

    SUPERVISOR_INNER_SECTION = "I001"
    UNKNOWN_INDICATOR_NAME = "I002"
    NOT_COMPARABLE = "I003"
    COST_DIFFERS = "I004"
    COST_DEVIATES = "I005"
    TARGET_WITHOUT_SIGN = "I006"
    INDICATOR_NAME_ODD = "I007"
    GOAL_BOILERPLATE = "I008"
    REASON_REPEATED = "I009"
    MISCLASSIFIED = "I010"
    EXPLANATION_WITHOUT_ROW = "I011"
    ROWS_WITHOUT_WEIGHT = "I012"
    REQUIRED_INDICATOR_MISSING = "I013"
    PROJECT_NAME_IRREGULAR = "I014"
    PROJECT_NAME_YEAR = "I015"
    VALUE_MISSING = "I016"

    FIGURE_TYPED = "N001"
    FIGURE_UNKNOWN = "N002"
    OTHER_YEAR = "N003"
    COUNT_DIFFERS = "N004"
    PROSE_SUM = "N005"
    BOILERPLATE = "N006"
    UNIT_DOUBLED = "N007"
    LAST_YEARS_FIGURE = "N008"
    NARRATIVE_SLIPS = "N009"
    UNIT_MISSING = "N010"

    ATTACHMENT_NUMBER = "G001"
    TITLE_INCOMPLETE = "G002"
    DATE_MISSING = "G003"
    LEVEL_SKIPPED = "G004"
    HALF_WIDTH_MARKS = "G005"
    MARKS_MISUSED = "G006"
    NUMBER_STYLE = "G007"
    ATTACHMENT_NAME = "G008"

    FIGURE_COPIED = "L001"
    TEXT_COPIED = "L002"
    UNUSUAL_CHANGE = "L003"
    LAST_VALUE_DIFFERS = "L004"
    NAME_CHANGED = "L005"
    TARGET_COPIED = "L006"
    RELATION_BROKEN = "L007"

    WAIVER_UNUSED = "W001"
    WAIVER_EXPIRED = "W002"

    UNFILLED = "B001"
    STALE = "B002"
    STAND_IN = "B003"


class Accepted(NamedTuple):
    """Who let a finding stand, when and why (waivers.yaml)."""

    reason: str
    by: str
    date: str
    """ISO 8601."""
    until: str | None = None
    """The last day of it, ISO 8601; None when it has none."""


class Diagnostic(NamedTuple):
    """One fact at one place."""

    code: Code
    severity: Severity
    span: Span
    message: str
    hint: str
    related: tuple[tuple[Span, str], ...] = ()
    """Other places it speaks of, each with a word on what is there."""
    fix: str = ""
    """What may stand at `span` instead; empty when a person must decide."""
    accepted: Accepted | None = None
    """Given for a finding that somebody has let stand."""


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

    def settle(self) -> None:
        """Nothing that was told so far will be told again: forget what it would be known by."""
        self._seen.clear()

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
        """Whether there is an error that nobody has let stand."""
        return any(item.severity is Severity.ERROR and item.accepted is None for item in self._items)

    def fails(self, strict: bool) -> bool:
        """Whether there is an error, or with `strict` a warning, that nobody has let stand."""
        return self.has_errors or (strict and bool(self.count(Severity.WARNING)))

    def count(self, severity: Severity) -> int:
        """How many there are that nobody has let stand."""
        return [item.severity for item in self._items if item.accepted is None].count(severity)

    def by_severity(self) -> tuple[int, ...]:
        """How many there are of each severity, in their order, that nobody has let stand."""
        found = [item.severity for item in self._items if item.accepted is None]
        return tuple([found.count(severity) for severity in Severity])

    @property
    def faulty(self) -> set[str]:
        """The files, as messages name them, in which there is an error."""
        return {item.span.source.path for item in self._items if item.severity is Severity.ERROR}

    @property
    def accepted(self) -> int:
        """How many somebody has let stand."""
        return sum(item.accepted is not None for item in self._items)

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


def counts(*sinks: Diagnostics) -> str:
    """How many of each severity: 错误 3 处，警告 1 处; empty when there are none."""
    numbers = [(severity.value, sum(sink.count(severity) for sink in sinks)) for severity in Severity]
    numbers.append(("已放行", sum(sink.accepted for sink in sinks)))
    return "，".join(f"{word} {number} 处" for word, number in numbers if number)


def nearest(word: str, candidates: Iterable[str]) -> str:
    """The candidate most like `word`, or nothing when none is alike."""
    characters = set(word)
    # No more than those characters can match that the word has, too.
    alike = [
        candidate
        for candidate in candidates
        if 4 * sum(map(characters.__contains__, candidate)) >= len(word) + len(candidate)
    ]
    if not alike:
        return ""
    from difflib import get_close_matches  # late: nothing is near what is right

    found = get_close_matches(word, alike, n=1, cutoff=0.5)
    return found[0] if found else ""


_LOOKS_LIKE = str.maketrans("OIL", "011")
"""Letters typed for digits."""


def nearest_code(word: str, candidates: Iterable[str]) -> str:
    """The code most likely meant: A1 and A0001 are A001, whatever else looks like them."""
    known = list(candidates)
    number = word[1:].translate(_LOOKS_LIKE).lstrip("0")
    padded = f"{word[:1]}{number:0>3}"
    return padded if number and padded in known else nearest(word, known)


def display_width(text: str) -> int:
    """Columns that `text` takes in a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def render(diagnostic: Diagnostic) -> str:
    """The diagnostic as a terminal shows it: place, fact, source line with carets, hint."""
    span = diagnostic.span
    out = [f"{span}: {diagnostic.severity.value} {diagnostic.code.value} {diagnostic.message}"]
    out += excerpt(span)
    for place, word in diagnostic.related:
        out.append(f"  {place}: {word}")
        out += excerpt(place)
    out.append(f"  提示：{diagnostic.hint}")
    return "\n".join(out)


def excerpt(span: Span, reach: int = 30) -> list[str]:
    """The source line and the carets under the place; nothing for a blank line.

    Of a very long line (a paragraph) `reach` characters on either side of where the place starts.
    """
    line = span.source.line(span.line)
    if not line.strip():
        return []
    start, stop = max(0, span.column - 1 - reach), span.column - 1 + reach
    shown = "".join(
        char
        if char.isprintable() or char == "\u3000"
        else " "
        if char.isspace()
        else "\N{REPLACEMENT CHARACTER}"
        for char in line[start:stop]
    )
    lead = "…" if start else ""
    tail = "…" if stop < len(line) else ""
    gutter = f"  {span.line} | "
    pad = " " * (len(gutter) + display_width(lead + shown[: span.column - 1 - start]))
    marked = shown[span.column - 1 - start : span.end - 1 - start]
    return [gutter + lead + shown + tail, pad + "^" * max(1, display_width(marked))]
