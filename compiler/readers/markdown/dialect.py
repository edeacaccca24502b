"""Our Markdown: which of markdown-it's rules are on, and which are ours.

Off, because text would vanish or turn into something its writer did not mean: indented code (clerks
indent paragraphs), `===` and `---` headings, HTML, entities, `<…>` links, reference definitions,
code, `_` emphasis. What is off stays plain text, or is refused where it is found.
"""

from __future__ import annotations

from functools import cache
from typing import cast

from markdown_it import MarkdownIt
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.parser_inline import RuleFuncInlineType
from markdown_it.ruler import Ruler
from markdown_it.rules_block import blockquote, list_block
from markdown_it.rules_inline import text
from markdown_it.token import Token

from compiler.readers.markdown import block_rules, inline_rules

MAX_NESTING = 100
"""markdown-it leaves out what is nested deeper; the reader refuses long before that."""

# Each with the blocks whose lines it interrupts. A rule earlier in the list goes first.
_BLOCK_RULES: tuple[tuple[str, RuleFuncBlockType, tuple[str, ...]], ...] = (
    ("comment", block_rules.comment, ()),
    ("indented", block_rules.indented, ("blockquote",)),
    ("refused", block_rules.refused, ("paragraph", "blockquote", "list")),
    ("table", block_rules.table, ("paragraph",)),
    ("blockquote", blockquote, ("paragraph", "blockquote", "list")),
    ("list", list_block, ("paragraph", "blockquote")),
    ("heading", block_rules.heading, ("paragraph", "blockquote")),
    ("paragraph", block_rules.paragraph, ()),
)
_INLINE_RULES = (
    text,
    inline_rules.placeholder,
    inline_rules.comment,
    inline_rules.newline,
    inline_rules.escape,
    inline_rules.star,
    inline_rules.bracket,
)


@cache
def parser() -> MarkdownIt:
    """The parser; built once, it keeps nothing from one text to the next."""
    made = MarkdownIt("zero", {"maxNesting": MAX_NESTING, "html": False})
    made.block.ruler = block = Ruler[RuleFuncBlockType]()
    for name, rule, interrupted in _BLOCK_RULES:
        block.push(name, rule, {"alt": list(interrupted)})
    made.inline.ruler = inline = Ruler[RuleFuncInlineType]()
    for inline_rule in _INLINE_RULES:
        inline.push(inline_rule.__name__, cast(RuleFuncInlineType, inline_rule))
    made.inline.terminator_re = inline_rules.STOPS
    return made


def parse_blocks(text: str) -> list[Token]:
    """The block tokens of a text."""
    return parser().block.parse(text, parser(), {}, []) or []


def parse_inline(text: str) -> list[Token]:
    """The inline tokens of a passage; every one has its `map`."""
    return inline_rules.parse_inline(parser(), text)
