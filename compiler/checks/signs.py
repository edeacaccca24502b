"""What rules look for first, so that only those texts are taken apart that have it.

A large report has thousands of texts, nearly all of them sound. A sign is looked for in many of them put together: in one
go over all, however many of them have it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence

from compiler.patterns import Pattern

END = "\0\n"
"""What stands between texts that are put together: no text holds the first, so that nothing reaches over it, and what starts
a text starts a line."""

_TOGETHER = 100
"""So many texts are put together: enough to save time, few enough to need no room."""


class Signs:
    """What makes a text worth a closer look: one of some words, or what one of some patterns finds.

    Too many signs do no harm, but take time.
    """

    def __init__(
        self,
        *words: str,
        patterns: Iterable[Pattern] = (),
        guarded: Iterable[tuple[str, Pattern]] = (),
        lines: Iterable[Pattern] = (),
        starts: tuple[str, ...] = (),
        ends: tuple[str, ...] = (),
    ) -> None:
        """`patterns`: none needs to see that its text ends. `guarded`: patterns that are searched for slowly, and find something
        only where one of the characters is. `lines`: patterns of a line feed and what follows it, also where a text
        starts. `starts`, `ends`: what a text starts and ends with.
        """
        self.words, self.patterns, self.guarded = words, tuple(patterns), tuple(guarded)
        self.lines, self.starts, self.ends = tuple(lines), starts, ends

    def __call__(self, text: str) -> bool:
        """Whether a text has one of them."""
        return (
            any_in(text, self.words)
            or any_of(text, self.patterns)
            or text.startswith(self.starts)
            or text.endswith(self.ends)
            or any_of(f"\n{text}", self.lines)
            or any(any_in(text, first) and pattern.search(text) for first, pattern in self.guarded)
        )

    def among(self, texts: Texts) -> set[str]:
        """Those of the texts that have one of them."""
        found: set[str] = set()
        for together in texts.together:
            self._among(together, found.add)
        return found

    def _among(self, together: _Together, add: Callable[[str], object]) -> None:
        for word in self.words:
            together.with_word(word, add)
        for pattern in self.patterns:
            together.with_pattern(pattern, add, "")
        for first, pattern in self.guarded:
            if any_in(together.text, first):
                together.with_pattern(pattern, add, "")
        for pattern in self.lines:
            together.with_pattern(pattern, add, "\n")
        for text in together.texts if self.starts or self.ends else ():
            if text.startswith(self.starts) or text.endswith(self.ends):
                add(text)


class Texts:
    """Texts to be looked through, each once, put together once for all who look."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = tuple(dict.fromkeys(texts))
        self.together = [
            _Together(self.texts[first : first + _TOGETHER]) for first in range(0, len(self.texts), _TOGETHER)
        ]


class _Together:
    """Texts put together, and which of them what is found there is in."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.text = "\n" + END.join(texts)
        self._feeds: list[int] = []
        """Where the line feed is before each."""
        at = 0
        for text in texts:
            self._feeds.append(at)
            at += len(text) + len(END)

    def with_word(self, word: str, add: Callable[[str], object]) -> None:
        """Add those that hold a word."""
        at = self.text.find(word)
        while at >= 0:
            number = bisect_right(self._feeds, at) - 1
            add(self.texts[number])
            at = self.text.find(word, self._end(number))

    def with_pattern(self, pattern: Pattern, add: Callable[[str], object], before: str) -> None:
        """Add those in which a pattern finds something, `before` being put before them."""
        match = pattern.search(self.text)
        while match is not None:
            number = bisect_right(self._feeds, match.start()) - 1
            # In the text by itself, and not in what is between texts.
            found = pattern.search(before + self.texts[number]) is not None
            if found:
                add(self.texts[number])
            match = pattern.search(self.text, self._end(number) if found else match.start() + 1)

    def _end(self, number: int) -> int:
        """Where the line feed is before the next."""
        return self._feeds[number] + len(self.texts[number]) + len(END)


def any_in(text: str, words: Iterable[str]) -> bool:
    """Whether a text holds any of a few words or characters; much faster than a pattern."""
    for word in words:  # noqa: SIM110 (a generator takes as long again)
        if word in text:
            return True
    return False


def any_of(text: str, patterns: Iterable[Pattern]) -> bool:
    """Whether any of a few patterns finds something in a text."""
    for pattern in patterns:  # noqa: SIM110
        if pattern.search(text) is not None:
            return True
    return False
