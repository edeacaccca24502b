"""Numbers and anchors for headings, tables, pictures and attachments: one numbering for every output.

Writers print these numbers; a writer with native numbering (DOCX) restarts its counters by the same rule: a
heading restarts the numbers of every level below it.
"""

from __future__ import annotations

from functools import partial

from compiler.passes.context import Context
from compiler.patterns import pattern
from compiler.tree import (
    Block,
    ChartSlot,
    Document,
    Heading,
    Paragraph,
    Picture,
    Table,
    TableSlot,
    replace,
)

LEVELS = 4
_KIND = pattern("[一1①Aa]")
"""What tells how a number is written."""


def numbering(document: Document, context: Context) -> Document:
    """The document with `number` and `anchor` of everything that is numbered or referred to."""
    counter = _Counter(document.heading_formats, context)
    return replace(
        document,
        parts=tuple(
            replace(part, blocks=tuple(counter.number(block) for block in part.blocks))
            for part in document.parts
        ),
    )


class _Counter:
    def __init__(self, formats: tuple[str, ...], context: Context) -> None:
        self.formats = formats
        self.context = context
        self.levels = [0] * LEVELS
        self.headings = self.tables = self.numbered_tables = self.pictures = self.attachments = 0

    def number(self, block: Block) -> Block:
        match block:
            case Heading():
                self.headings += 1
                number = self.heading_number(block.level) if block.numbered else ""
                return self.numbered(block, number, f"sec{self.headings}")
            case Table() | TableSlot():
                self.tables += 1
                self.numbered_tables += block.numbered
                number = f"表{self.numbered_tables}" if block.numbered else ""
                return self.numbered(block, number, f"tbl{self.tables}")
            case Picture() | ChartSlot():
                self.pictures += 1
                return self.numbered(block, f"图{self.pictures}", f"pic{self.pictures}")
            case Paragraph(role="attachment-label"):
                self.attachments += 1
                self.levels = [0] * LEVELS  # an attachment is a document of its own
                anchor = f"att{self.attachments}"
                return self.context.made(
                    ("number", id(block), anchor), block, partial(replace, block, anchor=anchor)
                )
        return block

    def numbered(
        self, block: Heading | Table | TableSlot | Picture | ChartSlot, number: str, anchor: str
    ) -> Block:
        if self.context.memo is None:
            return replace(block, number=number, anchor=anchor)
        work: partial[Block] = partial(replace, block, number=number, anchor=anchor)
        return self.context.made(("number", id(block), number, anchor), block, work)

    def heading_number(self, level: int) -> str:
        """The next number of a level, printed by its format."""
        self.levels[level - 1] += 1
        self.levels[level:] = [0] * (LEVELS - level)
        form = self.formats[level - 1] if level <= len(self.formats) else "1."
        return format_number(form, self.levels[level - 1])


def format_number(form: str, number: int) -> str:
    """`number` as `form` has it: 一、 （一） 1. （1） ① A. a."""
    match = _KIND.search(form)
    if not match:
        return form
    kind = match[0]
    if kind == "一":
        shown = chinese_number(number)
    elif kind == "①" and number <= 20:
        shown = chr(ord("①") + number - 1)
    elif kind in "Aa" and number <= 26:
        shown = chr(ord(kind) + number - 1)
    else:
        shown = str(number)
    return form[: match.start()] + shown + form[match.end() :]


def chinese_number(number: int) -> str:
    """1 to 9999 as 一 … 九千九百九十九, as Word's chineseCountingThousand prints it: 十, 十一, 一百〇一."""
    digits = "〇一二三四五六七八九"
    out = ""
    zero = False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            out += ("〇" if zero else "") + digits[digit] + unit
            zero = False
        else:
            zero = bool(out)
    return out[1:] if out.startswith("一十") else out
