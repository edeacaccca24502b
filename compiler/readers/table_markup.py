"""The vocabulary of table templates: the tokens, the tags and attributes there may be, and what is open while parsing."""

from __future__ import annotations

import re
from typing import Any

from compiler.patterns import pattern
from compiler.source import Span
from compiler.table_steps import Arm, Words
from compiler.tree import Align, Text

TOKEN = pattern(
    r"(?P<comment><!--.*?-->|\{#.*?#\})"
    r"|\{\{(?P<out>(?:(?!\{\{|\}\}|\{%|%\})[^\n])*)\}\}"
    r"|\{%-?(?P<block>(?:(?!\{\{|\}\}|\{%|%\})[^\n])*?)-?%\}"
    r"|<(?P<close>/?)(?P<tag>[A-Za-z][\w-]*)(?P<attributes>(?:\"[^\"<]*\"|'[^'<]*'|[^'\"<>])*)>"
    r"|(?P<stray>\{\{|\{%|\{#|\}\}|%\}|<!--|<(?=[A-Za-z/!]))"
    r"|(?P<text>(?:(?!\}\}|%\})[^<{])+|[<{])",
    re.DOTALL,
)
ATTRIBUTE = pattern(r"([\w-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
PARENTS = {
    "table": ("",),
    "p": ("",),
    "caption": ("table",),
    "colgroup": ("table",),
    "col": ("colgroup",),
    "thead": ("table",),
    "tbody": ("table",),
    "tr": ("thead", "tbody"),
    "td": ("tr",),
    "th": ("tr",),
    "br": ("td", "th", "p", "caption"),
}
ATTRIBUTES = {
    "table": ("aria-label",),
    "col": ("width",),
    "td": ("rowspan", "colspan", "class"),
    "th": ("rowspan", "colspan", "class", "scope"),
    "p": ("class",),
}
ALIGN: dict[str, Align] = {"left": "left", "center": "center", "right": "right", "number": "right"}
BLANKS = " \t\n"
REPEATABLE = ("tr", "td", "th", "br")
"""Tags that `for` and `if` may enclose."""
VOID = ("col", "br")
TEXT_PARENTS = ("td", "th", "p", "caption")
MAX_DEPTH = 32
STRAY = {
    "{{": ("“{{”后面没有“}}”", "在同一行里补上“}}”"),
    "{%": ("“{%”后面没有“%}”", "在同一行里补上“%}”"),
    "{#": ("备注“{#”没有结束", "在备注的末尾补上“#}”"),
    "<!--": ("备注“<!--”没有结束", "在备注的末尾补上“-->”"),
    "}}": ("“}}”前面没有“{{”", "在前面补上“{{”，或删去它"),
    "%}": ("“%}”前面没有“{%”", "在前面补上“{%”，或删去它"),
    "<": ("标签没有写完，或引号没有成对", "标签用 > 结束，属性值两边都有引号；要印小于号写成 &lt;"),
}
"""What is said of half a mark."""


class Open:
    """A tag or block that is open while parsing."""

    __slots__ = ("arms", "attributes", "item", "kind", "span", "steps")

    def __init__(self, kind: str, span: Span, attributes: dict[str, Any] | None = None) -> None:
        self.kind, self.span = kind, span
        self.attributes = attributes or {}
        self.steps: list[Any] = []
        self.arms: list[Arm] = []
        self.item: Any = None
        """Of a `for`: (name, expression, its span); of an `if`: (condition, its span)."""


def trimmed(steps: list[Any]) -> tuple[Any, ...]:
    """Content without the blanks that only indent the template."""
    steps = list(steps)
    # Not U+3000 and its like: they are typed on purpose, to indent and to space words out.
    for index, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while steps and type(steps[index]) is Words:
            text = steps[index].text
            stripped = strip(text.text, BLANKS)
            if stripped:
                steps[index] = Words(Text(text.span, stripped))
                break
            del steps[index]
    return tuple(steps)


def shown(kind: str) -> str:
    """How messages name a tag or block; the outermost has no kind."""
    return "最外层" if not kind else f"{{% {kind} %}}" if kind in ("for", "if") else f"<{kind}>"


def ending(kind: str) -> str:
    """What closes a tag or block."""
    return f"{{% end{kind} %}}" if kind in ("for", "if") else f"</{kind}>"
