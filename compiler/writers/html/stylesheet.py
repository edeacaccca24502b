"""The declared look as CSS: the same `Style` that the DOCX writer makes its styles from.

Lengths in points are multiples of `--pt`, one point on paper and on a wide screen, less on a
telephone: one number scales the whole page there.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from compiler.style import Font, Page, ParagraphStyle, Style

_SELECTORS = {
    "body": "p, .body",
    "list": "li",
    "table-caption": "caption",
    "table-head": "th",
    "table-text": "td",
    "form-head": ".form th",
    "form-text": ".form td",
    "picture-caption": "figcaption",
    "contents-entry": ".contents li",
}
"""Roles that an element tells; every other role is a class of its own name."""

_CELLS = frozenset(("table-head", "table-text", "form-head", "form-text"))

# Without these, curly quotes, dashes and the middle dot would come from the Latin typeface,
# narrow and out of the line; Word keeps them in the Chinese one.
_LATIN_RANGE = "U+20-7E, U+C0-D6, U+D8-F6, U+F8-24F"

# Free typefaces of the same kind, for machines that have none of the declared ones.
_SONG = ("Songti SC", "SimSun", "Noto Serif CJK SC", "Source Han Serif SC", "serif")
_HEI = ("Heiti SC", "SimHei", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "sans-serif")
_GENERIC = frozenset(("serif", "sans-serif"))


def stylesheet(style: Style) -> str:
    """CSS rules for the page and every role. Sizes in points, paper in millimetres."""
    rules = [_variables(style), *_latin_faces(style)]
    spacing, body = _character_spacing(style), style.roles["body"].size
    for role, look in style.roles.items():
        if role != "page-number":
            own = spacing if look.size == body else Decimal(0)
            rules.append(
                f"{_SELECTORS.get(role, '.' + role)} {{ {_declarations(look, own, _align(role, look))} }}"
            )
    rules.append(f"em {{ font-style: normal; font-family: {_family(style.emphasis)} }}")
    rules.append(_list_indent(style.roles["list"]))
    rules.extend(_paper(style.page, style.roles["page-number"]))
    return "\n".join(rules) + "\n"


def _variables(style: Style) -> str:
    page = style.page
    return (
        f":root {{ --pt: 1pt; --width: {page.width:f}mm; --height: {page.height:f}mm; "
        f"--top: {page.top:f}mm; --right: {page.right:f}mm; --bottom: {page.bottom:f}mm; --left: {page.left:f}mm; "
        f"--room: {page.height - page.top - page.bottom:f}mm; "
        f"--room-across: {page.width - page.top - page.bottom:f}mm }}"
    )


def _latin_faces(style: Style) -> list[str]:
    rules = []
    for name in sorted({font.latin for font in style.fonts.values() if font.latin != font.name}):
        for weight, face in (("normal", name), ("bold", f"{name} Bold")):
            rules.append(
                f"@font-face {{ font-family: {_quoted(_latin(name))}; font-weight: {weight}; "
                f"src: local({_quoted(face)}); unicode-range: {_LATIN_RANGE} }}"
            )
    return rules


def _character_spacing(style: Style) -> Decimal:
    """What body-sized text gives up between characters for the declared number to fill a line; points, 0 or less.

    GB/T 9704-2012, 5.2.3: 28 characters of 16 points are 448 points, the line has 442.
    """
    page, size = style.page, style.roles["body"].size
    line = (page.width - page.left - page.right) * 72 / Decimal("25.4")
    # Rounded down: a hundredth too much would push the last character onto the next line.
    spacing = (line / page.characters - size).quantize(Decimal("0.01"), ROUND_FLOOR)
    return spacing if -size / 5 < spacing < 0 else Decimal(0)


def _align(role: str, look: ParagraphStyle) -> str:
    """The alignment of a role; empty for cells, each of which has its own."""
    if role in _CELLS:
        return ""
    # A browser has no room to shrink in the few words of a title; filling the line out drives them apart.
    return "left" if role.startswith("heading-") and look.align == "justify" else look.align


def _declarations(look: ParagraphStyle, spacing: Decimal, align: str) -> str:
    """A style as declarations; without `align` for a cell, whose space is the table's padding."""
    out = [
        f"font-family: {_family(look.font)}",
        f"font-size: {_points(look.size)}",
        f"font-weight: {'bold' if look.bold else 'normal'}",
        f"line-height: {_points(look.line) if look.line is not None else '1.3'}",
        f"letter-spacing: {_points(spacing)}",
    ]
    if align:
        character = look.size + spacing
        out += [
            f"text-align: {align}",
            f"text-indent: {_points(character * (look.first_indent - look.hanging))}",
            f"margin: {_points(look.before)} 0 {_points(look.after)}",
            f"padding-left: {_points(character * look.left_indent)}",
        ]
    return "; ".join(out)


def _list_indent(look: ParagraphStyle) -> str:
    """Where a list's own marks stand: in a declared indent, else in the line like a paragraph's number."""
    if look.left_indent or look.hanging:
        return (
            f"ol, ul {{ padding-left: {_points(look.size * max(look.left_indent, 2))} }} "
            "li { padding-left: 0; text-indent: 0 }"
        )
    return "ol, ul { list-style-position: inside; padding-left: 0 }"


def _paper(page: Page, number: ParagraphStyle) -> list[str]:
    margins = f"{page.top:f}mm {page.right:f}mm {page.bottom:f}mm {page.left:f}mm"
    rules = [
        f"@page {{ size: {page.width:f}mm {page.height:f}mm; margin: {margins} }}",
        f"@page landscape {{ size: {page.height:f}mm {page.width:f}mm }}",
    ]
    if page.page_numbers:
        # GB/T 9704-2012, 7.5: a dash on each side; odd pages right, even pages left, one character in.
        content = (
            f'content: "\u2014 " counter(page) " \u2014"; font: {number.size:f}pt/1 {_family(number.font)}; '
            f"vertical-align: bottom; padding-bottom: {page.footer:f}mm"
        )
        for side in ("right", "left"):
            rules.append(
                f"@page :{side} {{ @bottom-{side} {{ {content}; text-align: {side}; "
                f"padding-{side}: {number.size:f}pt }} }}"
            )
    return rules


def _family(font: Font) -> str:
    # 黑 is the only declared design without serifs; 仿宋, 楷 and 宋 fall back on a Song typeface.
    rest = _HEI if "黑" in font.name or "Hei" in font.name else _SONG
    latin = () if font.latin == font.name else (_latin(font.latin),)
    names = dict.fromkeys((*latin, font.name, *font.fallbacks, *rest))
    return ", ".join(name if name in _GENERIC else _quoted(name) for name in names)


def _latin(name: str) -> str:
    """The name of the Latin-only face made from an installed one."""
    return f"{name} latin"


def _quoted(name: str) -> str:
    r"""A CSS string. Names come from a template: `<` must not end the style element."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c ").replace("\n", " ")
    return f'"{escaped}"'


def _points(value: Decimal) -> str:
    return f"calc({value:f} * var(--pt))" if value else "0"
