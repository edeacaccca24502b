"""The marks of our dialect that more than one module looks for."""

from __future__ import annotations

import re

from compiler.patterns import pattern

PLACEHOLDER = pattern(r"\{\{([^{}\n]*(?:(?:\{(?!\{)|\}(?!\}))[^{}\n]*)*)\}\}")
"""`{{ … }}` on one line, with what is between the braces. Fails at once where another `{{` starts."""

ID = pattern(r"\{#([\w.-]+)\}[ \t\u3000]*$")
"""`{#id}` at the end of a heading, caption or picture."""

REFERENCE = pattern(r"#([\w.-]+)")
"""The address of a reference."""

ADDRESS = pattern(r"https?://[^\s/{}\\][^\s{}\\]*|mailto:[^\s@{}\\]+@[^\s@{}\\]+", re.IGNORECASE)
"""An address that a report may link to: everything else is refused, known to be harmful or not."""

CAPTION = pattern(r"表[ \t]*[：:][ \t\u3000]*")
"""What starts the caption of a table."""

NUMBERED_CAPTION = pattern(
    r"表[ \t]*[0-9０-９一二三四五六七八九十]+(?:[-－.．][0-9０-９]+)*(?:[ \t\u3000：:]|$)"
)
"""A caption whose number somebody typed."""

TYPED_NUMBER = pattern(
    r"[（(][一二三四五六七八九十0-9]{1,3}[）)]|[一二三四五六七八九十]{1,3}、|[0-9]{1,2}[.．、](?![0-9])"
)
"""A number that somebody typed before the words of a heading."""

NOTE = pattern(r"注[ \t]*[0-9]*[ \t]*[：:]")
"""What starts a note under a table or picture."""


# A star between these is a multiplication sign or hides digits: 5*3, (2+4)*98%, 138****1234.
_ARITHMETIC_BEFORE = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz)%")
_ARITHMETIC_AFTER = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz(")
_OPENING = frozenset("（《〈“‘【〔［｛「『([{<")
_CLOSING = frozenset("）》〉”’】〕］｝」』，。、；：！？…)]}>,.;:!?")


def flanks(before: str, after: str) -> tuple[bool, bool] | None:
    """Whether stars between two characters (empty at the ends of a passage) may open and may close; None when they are no mark.

    CommonMark asks for a space or punctuation outside a mark that has punctuation inside
    (`**注意：**后面` is not bold there, commonmark-spec#650). Chinese has no such spaces: a mark opens
    before anything but a space or closing punctuation, and closes after anything but a space or
    opening punctuation.
    """
    if before in _ARITHMETIC_BEFORE and after in _ARITHMETIC_AFTER:
        return None
    opens = bool(after) and not after.isspace() and (after not in _CLOSING or after == "{")
    closes = bool(before) and not before.isspace() and before not in _OPENING
    return opens, closes


def bars(text: str) -> list[int]:
    r"""Where the bars that divide cells are: not `\|`, not those inside `{{ }}`."""
    return [match.start() for match in _BAR.finditer(text) if match[0] == "|"]


_BAR = pattern(rf"{PLACEHOLDER.text}|\\.|\|")
