"""Which figures the data has, by value: for every one the expression that prints it.

An index is built for what a narrative is about (a project, an inner section) and one for the department, each when a
typed figure is first looked up in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeAlias

from compiler.checks.prose.typed_tokens import Token
from compiler.computed import computed
from compiler.figures import (
    EXACT,
    UNITS,
    Amount,
    Count,
    NumberRule,
    Rate,
    format_amount,
    format_number,
    format_rate,
    rounded,
)
from compiler.filters import NUMBER_DIGITS
from compiler.named import NamedTuple

Figure: TypeAlias = Amount | Rate | Decimal | Count | str


BARE = "数"
"""Ends the unit of a figure that is printed without it, as filters are called: 万元数."""


class Entry(NamedTuple):
    """A figure of the data."""

    path: str
    """The expression without its filter; empty when there is none."""
    key: str
    """What it is called: 全年预算数, or a name that the clerk gave it."""
    owner: str
    """Whose it is, when the figures beside it have others: 项目支出, 财政拨款, an indicator."""
    value: Figure
    rank: int = 0
    """The higher, the less likely meant: a figure of a row is meant less often than the total."""
    partial: bool = False
    """The expression prints more than the figure: ≥98.50%."""

    def expression(self, unit: str) -> str:
        """What stands between the braces to print it in `unit`; 万元数 is the number alone."""
        bare = unit.endswith(BARE)
        if isinstance(self.value, Amount):
            return f"{self.path}|{unit}"
        if isinstance(self.value, Rate):
            return f"{self.path}|{'百分数' if bare else '百分比'}"
        if isinstance(self.value, Count):
            return f"{self.path}|数值" if bare else self.path
        return f"{self.path}|数" if isinstance(self.value, Decimal) else self.path

    def placeholder(self, unit: str) -> str:
        """What to write in the narrative; empty when no expression gives the figure."""
        tail = "分" if isinstance(self.value, Decimal) and not unit.endswith(BARE) else ""
        return "" if self.partial or not self.path else f"{{{{ {self.expression(unit)} }}}}{tail}"

    def printed(self, unit: str, rule: NumberRule) -> str:
        """The words that the placeholder prints."""
        words = self._printed(unit.removesuffix(BARE), rule)
        return "".join(char for char in words if char in "0123456789,.") if unit.endswith(BARE) else words

    def _printed(self, unit: str, rule: NumberRule) -> str:
        value = self.value
        if isinstance(value, Amount):
            return f"{format_amount(value, unit, rule)}{unit}"
        if isinstance(value, Rate):
            return f"{format_rate(value, rule)}%"
        if isinstance(value, Count):
            return format_number(Decimal(value.number), 0, rule._replace(pad=False)) + value.measure
        if isinstance(value, Decimal):
            return f"{format_number(value, NUMBER_DIGITS, rule._replace(pad=False))}分"
        return value

    @property
    def name(self) -> str:
        """How messages call it; an expression stands between spaces."""
        if self.path and not self.partial:
            return f" {self.path} "
        return f"“{self.owner}”的{self.key}" if self.owner else self.key


class Index:
    """Figures by value, those of a kind when one is first looked up: most indexes are asked for a figure or two."""

    def __init__(self, figures: Callable[[bool], Iterable[Entry]], rule: NumberRule) -> None:
        """`figures`: gives them in order, told whether with 分值 and 得分, which all rows have and few of what is looked up is."""
        self._figures, self._rule = figures, rule
        self._by_kind: dict[str, list[Entry]] = {}
        self._by_form: dict[str, dict[Any, list[Entry]]] = {}

    def _of_kind(self, kind: str) -> list[Entry]:
        """The figures of a kind of tokens, in order."""
        known = self._by_kind.get(kind)
        if known is None:
            wanted = CLASSES.get(kind)
            entries = self.entries if wanted is Decimal else self._without_points
            known = self._by_kind[kind] = [entry for entry in entries if type(entry.value) is wanted]
        return known

    def _found(self, kind: str, form: Any) -> list[Entry]:
        """The figures of a kind that are looked up by a form."""
        known = self._by_form.get(kind)
        if known is None:
            known = self._by_form[kind] = {}
            for entry in self._of_kind(kind):
                for one in forms_of(entry.value, self._rule):
                    found = known.setdefault(one, [])
                    if entry not in found:
                        found.append(entry)
        return known.get(form, [])

    def find(self, token: Token) -> list[Entry]:
        """The figures with the very value."""
        found = list(self._found(token.kind, form_of(token)))
        if token.kind == "score":
            found += self._found("count", (token.value, "分"))
        return found

    @computed
    def entries(self) -> tuple[Entry, ...]:
        """All of them."""
        return tuple(self._figures(True))

    @computed
    def _without_points(self) -> tuple[Entry, ...]:
        return tuple(self._figures(False))

    @computed
    def _texts(self) -> list[Entry]:
        return [entry for entry in self._without_points if isinstance(entry.value, str)]

    @computed
    def _counts(self) -> dict[str, set[Decimal]]:
        """The numbers of the counts, by what they count."""
        found: dict[str, set[Decimal]] = defaultdict(set)
        for entry in self._of_kind("count"):
            if isinstance(entry.value, Count):
                found[entry.value.measure].add(Decimal(entry.value.number))
        return found

    def makes(self, token: Token) -> bool:
        """Whether a count is one of these, counted in other words, or the sum or the difference of two alike."""
        value, alike = token.value, self._counts.get(token.unit, set())
        return any(value in numbers for numbers in self._counts.values()) or any(
            value and (value - number in alike or value + number in alike) for number in alike
        )

    def texts(self, text: str, start: int, token: Token) -> list[Entry]:
        """The texts of the data that stand in `text` from `start`, where the token does, the longest first.

        One that is shorter than the token does not count: 2024年9月 is not 2024年9月15日.
        """
        length, typed = token.end - token.start, "".join(token.text.split())
        found = [
            entry
            for entry in self._texts
            if entry.value == typed
            or (len(str(entry.value)) >= length and text.startswith(str(entry.value), start))
        ]
        return sorted(found, key=lambda entry: -len(str(entry.value)))

    def about(self, token: Token) -> list[Entry]:
        """The figures that are the token's value once rounded to the digits it was typed with."""
        return [entry for entry in self._of_kind(token.kind) if rounds_to(entry.value, token)]

    def alike(self, token: Token) -> list[Entry]:
        """The figures of the same kind, in order."""
        return self._of_kind(token.kind)


CLASSES: dict[str, type[Figure]] = {"amount": Amount, "rate": Rate, "score": Decimal, "count": Count}
"""What the figures of each kind of tokens are."""


def in_unit(value: Figure, token: Token) -> Decimal | None:
    """A figure as a number in the token's unit; None when it is of another kind."""
    if isinstance(value, Amount):
        power = UNITS.get(token.unit) if token.kind == "amount" else None
        return None if power is None else value.yuan.scaleb(-power, EXACT)
    if isinstance(value, Rate):
        return EXACT.multiply(value.ratio, Decimal(100)) if token.kind == "rate" else None
    if isinstance(value, Decimal):
        return value if token.kind == "score" else None
    if isinstance(value, Count):
        return Decimal(value.number) if (token.kind, token.unit) == ("count", value.measure) else None
    return None


def number_of(token: Token) -> Decimal:
    """The token's number as it was typed, in its unit."""
    power = UNITS.get(token.unit, 0) if token.kind == "amount" else 0
    return token.value.scaleb(-power, EXACT)


def rounds_to(value: Figure, token: Token) -> bool:
    """Whether a figure is the token's once rounded to its digits; 99.99% does not round to 100% here."""
    number = in_unit(value, token)
    if number is None or token.digits > 12 or number.adjusted() > 30:
        return False
    typed = number_of(token)
    return typed not in (0, 100) and rounded(number, token.digits) == typed


def form_of(token: Token) -> Any:
    """What a token is looked up by among the figures of its kind."""
    return (token.value, token.unit) if token.kind == "count" else token.value


def forms_of(value: Figure, rule: NumberRule) -> tuple[Any, ...]:
    """What a figure is looked up by among those of its kind: as it is, and as it is printed."""
    if isinstance(value, Amount):
        return (value.yuan,)
    if isinstance(value, Rate):
        printed = Decimal(format_rate(value, rule).replace(",", ""))
        return printed, EXACT.multiply(value.ratio, Decimal(100))
    if isinstance(value, Count):
        return ((Decimal(value.number), value.measure),)
    return (value,) if isinstance(value, Decimal) else ()
