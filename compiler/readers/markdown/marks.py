"""The marks of our dialect that more than one module looks for."""

from __future__ import annotations

import re

PLACEHOLDER = re.compile(r"\{\{((?:[^{}\n]|\{(?!\{)|\}(?!\}))*)\}\}")
"""`{{ … }}` on one line, with what is between the braces. Fails at once where another `{{` starts."""

ID = re.compile(r"\{#([\w.-]+)\}[ \t\u3000]*$")
"""`{#id}` at the end of a heading, caption or picture."""

REFERENCE = re.compile(r"#([\w.-]+)")
"""The address of a reference."""

ADDRESS = re.compile(r"https?://[^\s/{}\\][^\s{}\\]*|mailto:[^\s@{}\\]+@[^\s@{}\\]+", re.IGNORECASE)
"""An address that a report may link to: everything else is refused, known to be harmful or not."""

CAPTION = re.compile(r"表[ \t]*[：:][ \t\u3000]*")
"""What starts the caption of a table."""

NUMBERED_CAPTION = re.compile(
    r"表[ \t]*[0-9０-９一二三四五六七八九十]+(?:[-－.．][0-9０-９]+)*(?:[ \t\u3000：:]|$)"
)
"""A caption whose number somebody typed."""

TYPED_NUMBER = re.compile(
    r"[（(][一二三四五六七八九十0-9]{1,3}[）)]|[一二三四五六七八九十]{1,3}、|[0-9]{1,2}[.．、](?![0-9])"
)
"""A number that somebody typed before the words of a heading."""

NOTE = re.compile(r"注[ \t]*[0-9]*[ \t]*[：:]")
"""What starts a note under a table or picture."""


def bars(text: str) -> list[int]:
    r"""Where the bars that divide cells are: not `\|`, not those inside `{{ }}`."""
    return [match.start() for match in _BAR.finditer(text) if match[0] == "|"]


_BAR = re.compile(rf"{PLACEHOLDER.pattern}|\\.|\|")
