"""style.yaml -> `Style`: page, typefaces, and the look of every role."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from compiler.diagnostics import Code, Diagnostics
from compiler.kinds import FLAG, TEXT, Context, Kind, choice, integer, list_of, mapping_of, measure
from compiler.rawdata import Node, RawFile, Scalar
from compiler.record import Record
from compiler.schema import optional, read_file, record_of, required
from compiler.style import STYLE_ROLES, Font, Page, ParagraphStyle, Style

# 字号, GB/T 9704 5.2.2 names 3号; points by the usual table.
SIZES = {
    "初号": "42",
    "小初": "36",
    "一号": "26",
    "小一": "24",
    "二号": "22",
    "小二": "18",
    "三号": "16",
    "小三": "15",
    "四号": "14",
    "小四": "12",
    "五号": "10.5",
    "小五": "9",
    "六号": "7.5",
    "小六": "6.5",
    "七号": "5.5",
    "八号": "5",
}
_PAPERS = {
    "A4": (Decimal(210), Decimal(297)),
    "A3": (Decimal(297), Decimal(420)),
    "16开": (Decimal(184), Decimal(260)),
}
_MM = measure("毫米", 0, 200)
_POINTS = measure("磅", 0, 400)
_CHARACTERS = integer(0, 20, "字")
_LEAST_ROOM = 50
"""Millimetres that margins must leave."""


def _size(node: Node, context: Context, key: str) -> Decimal | None:
    if type(node) is Scalar and node.text in SIZES:
        return Decimal(SIZES[node.text])
    if type(node) is Scalar and node.text.endswith("磅"):
        return measure("磅", 4, 100).read(node, context, key)
    context.error(Code.NOT_A_CHOICE, node.place, f"“{key}”写的不是字号", f"用 {'、'.join(SIZES)}，或如 13磅")
    return None


class _PageRecord(Record):
    NOUN = "页面"
    paper: tuple[Decimal, Decimal] = required("纸张", choice(_PAPERS))
    top: Decimal = required("上", _MM)
    bottom: Decimal = required("下", _MM)
    left: Decimal = required("左", _MM)
    right: Decimal = required("右", _MM)
    footer: Decimal = required("页脚", _MM)
    lines: int = required("每页行数", integer(1, 100))
    characters: int = required("每行字数", integer(1, 100))
    page_numbers: bool | None = optional("页码", FLAG)


class _FontRecord(Record):
    NOUN = "字体"
    fallbacks: tuple[str, ...] | None = optional("替代", list_of(TEXT))
    latin: str | None = optional("西文", TEXT)


class _RoleRecord(Record):
    NOUN = "样式"
    font: str = required("字体", TEXT)
    size: Decimal = required("字号", Kind(_size))
    line: Decimal | None = optional("行距", _POINTS)
    align: Literal["left", "center", "right", "justify"] | None = optional(
        "对齐", choice({"左": "left", "居中": "center", "右": "right", "两端": "justify"})
    )
    first_indent: int | None = optional("首行缩进", _CHARACTERS)
    left_indent: int | None = optional("左缩进", _CHARACTERS)
    hanging: int | None = optional("悬挂缩进", _CHARACTERS)
    before: Decimal | None = optional("段前", _POINTS)
    after: Decimal | None = optional("段后", _POINTS)
    bold: bool | None = optional("加粗", FLAG)


class _StyleRecord(Record):
    NOUN = "style.yaml"
    page: _PageRecord = required("页面", record_of(_PageRecord))
    fonts: dict[str, _FontRecord] = required("字体", mapping_of(record_of(_FontRecord)))
    emphasis: str = required("强调字体", TEXT)
    roles: dict[str, _RoleRecord] = required("样式", mapping_of(record_of(_RoleRecord)))


def read_style(raw: RawFile, sink: Diagnostics) -> Style | None:
    """The style; errors are reported, and None returned."""
    record = read_file(_StyleRecord, raw, sink)
    if record is None:
        return None
    fonts = {
        name: Font(name, font.fallbacks or (), font.latin or "Times New Roman")
        for name, font in record.fonts.items()
    }
    sound = True
    roles: dict[str, ParagraphStyle] = {}
    for name, role in record.roles.items():
        if name not in STYLE_ROLES:
            sink.error(
                Code.UNKNOWN_KEY, role.span, f"没有叫“{name}”的样式", f"可用：{'、'.join(STYLE_ROLES)}"
            )
            sound = False
        elif role.font not in fonts:
            sink.error(
                Code.UNKNOWN_KEY,
                role.span_of("font"),
                f"“字体”一节里没有“{role.font}”",
                f"已有：{'、'.join(fonts)}",
            )
            sound = False
        else:
            roles[STYLE_ROLES[name]] = ParagraphStyle(
                fonts[role.font],
                role.size,
                role.line,
                role.align or "left",
                role.first_indent or 0,
                role.left_indent or 0,
                role.hanging or 0,
                role.before or Decimal(0),
                role.after or Decimal(0),
                bool(role.bold),
            )
    lacking = [name for name in STYLE_ROLES if name not in record.roles]
    if lacking:
        sink.error(
            Code.MISSING_KEY,
            record.span_of("roles"),
            f"“样式”里缺少：{'、'.join(lacking)}",
            "每一种都要写，可从别的模板抄来",
        )
        sound = False
    if record.emphasis not in fonts:
        sink.error(
            Code.UNKNOWN_KEY,
            record.span_of("emphasis"),
            f"“字体”一节里没有“{record.emphasis}”",
            f"已有：{'、'.join(fonts)}",
        )
        sound = False
    page = record.page
    for across, near, far, room in (
        ("左", page.left, page.right, page.paper[0]),
        ("上", page.top, page.bottom, page.paper[1]),
    ):
        if room - near - far < _LEAST_ROOM:
            place = page.span_of("left" if across == "左" else "top")
            sink.error(
                Code.OUT_OF_RANGE,
                place,
                f"纸{'宽' if across == '左' else '高'} {room}毫米，两边共留 {near + far}毫米，剩下的太少",
                f"至少要剩 {_LEAST_ROOM}毫米",
            )
            sound = False
    if not sound:
        return None
    return Style(
        Page(
            *page.paper,
            page.top,
            page.bottom,
            page.left,
            page.right,
            page.footer,
            page.lines,
            page.characters,
            page.page_numbers is not False,
        ),
        fonts,
        fonts[record.emphasis],
        roles,
    )
