"""What was warned of in the reports of a batch, added up: two hundred may have the same to say."""

from __future__ import annotations

from compiler.batch.record import Warned
from compiler.named import NamedTuple


class _Sum(NamedTuple):
    reports: int
    places: int
    first: tuple[int, str]
    """The number of the first report that has it, and what it is there."""


class Warnings:
    """The warnings of many reports, by code; those about typefaces of PDFs by what they say."""

    def __init__(self) -> None:
        self._sums: dict[str, _Sum] = {}

    def take(self, number: int, warned: tuple[Warned, ...]) -> None:
        """Add those of a report; which it is says its number."""
        for code, places, message in warned:
            known = self._sums.get(code or message, _Sum(0, 0, (number, message)))
            first = min(known.first, (number, message))
            self._sums[code or message] = _Sum(known.reports + 1, known.places + places, first)

    def lines(self) -> list[str]:
        """A line for each, in order of codes, with how many reports have it and what it is in the first."""
        return [
            f"{found.reports} 份：{found.first[1]}{f'（{key}，共 {found.places} 处）' if key != found.first[1] else ''}。"
            for key, found in sorted(self._sums.items())
        ]
