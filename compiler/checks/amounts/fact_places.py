"""Where a value of 补充数据 stands: the clerk's own keys have no place of their own."""

from __future__ import annotations

from compiler.record import Facts, Record
from compiler.source import Span


def place_of_fact(owner: Record, facts: Facts, key: str) -> Span:
    """The value behind `key`, as it is typed; the key's own place, or that of all of them, when it is not found."""
    start = facts.span or owner.span
    source = start.source
    for number in range(start.line, len(source.lines) + 1):
        line = source.line(number)
        at = line.find(key)
        while at >= 0:
            behind = line[at + len(key) :].lstrip("\"'")
            alone = not at or line[at - 1] in " {,\"'"
            if alone and behind.startswith(":"):
                value = behind[1:].strip()
                text = str(facts[key])
                shown = text if text in value else key
                column = line.find(shown, at)
                return Span(source, number, column + 1, column + 1 + len(shown))
            at = line.find(key, at + 1)
    return start
