"""Heading and list numbers as Word counts them.

The numbering pass decides the printed number of every heading. Word counts by itself, so the
headings are bound to one multilevel list, and `HeadingCounter` follows Word's counting: where
both agree the number is Word's own and stays right when the report is edited; where they do not,
the number is printed as text.
"""

from __future__ import annotations

from compiler.named import NamedTuple
from compiler.patterns import pattern
from compiler.style import ParagraphStyle
from compiler.tree import Document, Heading
from compiler.writers.docx.geometry import twips
from compiler.writers.docx.markup import DECLARATION, NAMESPACES, attribute

_DIGITS = "〇一二三四五六七八九"
_KINDS = {
    "一": "chineseCountingThousand",
    "1": "decimal",
    "１": "decimalFullWidth",
    "①": "decimalEnclosedCircle",
    "A": "upperLetter",
    "a": "lowerLetter",
}
_SYMBOL = pattern(f"[{''.join(_KINDS)}]")

HEADING_LEVELS = 4
_LIST_LEVELS = 9
HEADINGS, BULLETS, UNNUMBERED = 1, 2, 3
"""Numbering instances every document has; those of ordered lists follow.

`UNNUMBERED` takes a heading out of the list of its style: a list that prints nothing. Word's own
way, the instance 0 that does not exist, is an error to validators.
"""
_FIRST_ORDERED = 4


class NumberFormat(NamedTuple):
    """A number as it is printed: `（一）` is `（`, chineseCountingThousand, `）`."""

    before: str
    kind: str
    after: str

    @classmethod
    def parse(cls, sample: str) -> NumberFormat:
        """The format that the printed form of the first number shows; without one, plain text."""
        found = _SYMBOL.search(sample)
        if found is None:
            return cls(sample, "none", "")
        return cls(sample[: found.start()], _KINDS[found.group()], sample[found.end() :])

    def text(self, number: int) -> str:
        """The number as Word prints it; empty beyond what the format can count."""
        digits = _count(self.kind, number)
        return f"{self.before}{digits}{self.after}" if digits or self.kind == "none" else ""


def _count(kind: str, number: int) -> str:
    match kind:
        case "decimal":
            return str(number)
        case "decimalFullWidth":
            return "".join(chr(ord("０") + int(digit)) for digit in str(number))
        case "chineseCountingThousand":
            return _chinese(number)
        case "decimalEnclosedCircle":
            return chr(ord("①") + number - 1) if 0 < number <= 20 else ""
        case "upperLetter" | "lowerLetter":
            letter = chr(ord("A" if kind == "upperLetter" else "a") + (number - 1) % 26)
            return letter * ((number - 1) // 26 + 1)
        case _:
            return ""


def _chinese(number: int) -> str:
    """Up to 9999, as Word counts: 十一, 一百〇一, 一千〇一十."""
    if not 0 < number < 10000:
        return ""
    out, gap = "", False
    for value, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // value % 10
        if digit:
            out += ("〇" if gap and out else "") + _DIGITS[digit] + unit
        gap = not digit
    return out[1:] if 10 <= number < 20 else out


class HeadingCounter:
    """Counts headings as Word does.

    A heading restarts the levels below it. A level that was skipped counts as having been at
    its first number, so a level 2 heading after a level 3 heading that had none is the second.
    """

    def __init__(self, formats: tuple[str, ...]) -> None:
        self._formats = [NumberFormat.parse(sample) for sample in formats]
        self._counts: list[int] = []

    def agrees(self, level: int, number: str) -> bool:
        """Count one more heading of `level`: whether Word prints `number` for it.

        When it does not, the heading will not be in Word's list, and is not counted.
        """
        counts = self._counts[:level]
        counts += [1] * (level - 1 - len(counts))
        if len(counts) < level:
            counts.append(0)
        counts[-1] += 1
        if level > len(self._formats) or self._formats[level - 1].text(counts[-1]) != number:
            return False
        self._counts = counts
        return True


def written_numbers(document: Document) -> frozenset[str]:
    """The anchors of headings whose number is text, because Word would count another one."""
    counter = HeadingCounter(document.heading_formats)
    return frozenset(
        block.anchor
        for part in document.parts
        for block in part.blocks
        if isinstance(block, Heading)
        and block.number
        and block.role == "heading"
        and not counter.agrees(block.level, block.number)
    )


class ListNumbers:
    """Gives every ordered list a numbering instance of its own, so that it starts afresh."""

    def __init__(self) -> None:
        self._starts: list[tuple[int, int]] = []

    def ordered(self, depth: int, start: int) -> int:
        """The instance for a list `depth` levels down (0 for the outermost)."""
        self._starts.append((depth, start))
        return _FIRST_ORDERED + len(self._starts) - 1

    def xml(self, lists: str) -> str:
        """numbering.xml; `lists` as `abstract_lists` gives them. Word wants every one of them before the first instance."""
        nums = [_num(HEADINGS, 0), _num(BULLETS, 1), _num(UNNUMBERED, 3)]
        for index, (depth, start) in enumerate(self._starts):
            override = (
                f'<w:lvlOverride w:ilvl="{min(depth, _LIST_LEVELS - 1)}"><w:startOverride w:val="{start}"/>'
                "</w:lvlOverride>"
            )
            nums.append(_num(_FIRST_ORDERED + index, 2, override))
        return f"{DECLARATION}<w:numbering {NAMESPACES}>{lists}{''.join(nums)}</w:numbering>"


def abstract_lists(
    heading_formats: tuple[str, ...], styles: list[ParagraphStyle], item: ParagraphStyle
) -> str:
    """What the lists look like; `styles` are the heading levels', `item` is the list's."""
    return f"{_headings(heading_formats, styles)}{_bullets(item)}{_ordered(item)}{_nothing(styles)}"


def _num(number: int, abstract: int, override: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{override}</w:num>'


def _abstract(number: int, nsid: str, levels: str) -> str:
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:nsid w:val="{nsid}"/>'
        f'<w:multiLevelType w:val="multilevel"/><w:tmpl w:val="{nsid}"/>{levels}</w:abstractNum>'
    )


def _level(level: int, kind: str, text: str, properties: str, style_id: str = "", look: str = "") -> str:
    bound = f'<w:pStyle w:val="{style_id}"/>' if style_id else ""
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{bound}'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{attribute(text)}"/><w:lvlJc w:val="left"/>'
        f"<w:pPr>{properties}</w:pPr>{look}</w:lvl>"
    )


def indent(look: ParagraphStyle, deeper: int = 0) -> str:
    """`w:ind`; in characters for Word, in twips for readers that know no characters.

    `deeper` moves all lines that many characters to the right.
    """

    def side(name: str, chars: int) -> str:
        return f' w:{name}Chars="{chars * 100}" w:{name}="{twips(look.size * chars)}"'

    first = side("hanging", look.hanging) if look.hanging else side("firstLine", look.first_indent)
    return f"<w:ind{side('left', look.left_indent + deeper)}{first}/>"


def _headings(formats: tuple[str, ...], styles: list[ParagraphStyle]) -> str:
    levels = []
    for level in range(HEADING_LEVELS):
        number = NumberFormat.parse(formats[level] if level < len(formats) else "")
        text = f"{number.before}%{level + 1}{number.after}" if number.kind != "none" else number.before
        levels.append(_level(level, number.kind, text, indent(styles[level]), f"Heading{level + 1}"))
    return _abstract(0, "5C1E7A01", "".join(levels))


def _bullets(item: ParagraphStyle) -> str:
    hint = '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
    return _abstract(
        1,
        "5C1E7A02",
        "".join(
            _level(level, "bullet", "●○■"[level % 3], indent(item, 2 * level), look=hint)
            for level in range(_LIST_LEVELS)
        ),
    )


def _ordered(item: ParagraphStyle) -> str:
    number = NumberFormat.parse("1.")  # at every depth, as HTML numbers them
    return _abstract(
        2,
        "5C1E7A03",
        "".join(
            _level(level, number.kind, f"{number.before}%{level + 1}{number.after}", indent(item, 2 * level))
            for level in range(_LIST_LEVELS)
        ),
    )


def _nothing(styles: list[ParagraphStyle]) -> str:
    return _abstract(
        3, "5C1E7A04", "".join(_level(level, "none", "", indent(look)) for level, look in enumerate(styles))
    )
