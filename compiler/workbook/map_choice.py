"""Which mapping a table is read by: the one that is named, and what to say when that is not clear."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from compiler.diagnostics import nearest
from compiler.schemes import COLUMN_MAPS
from compiler.workbook.cells import Sheet as CellSheet
from compiler.workbook.cells import Workbook
from compiler.workbook.grid import LOOKED_AT, Problem, folded, has_keys, header_of
from compiler.workbook.layout import ORIGIN_SHEET, Role
from compiler.workbook.sheets import SHEETS

WHERE = f"templates/{COLUMN_MAPS}"
_KEY = re.compile(r"(?:budget|scorecard|department|projects/[^#]+)\.yaml#")
"""What the key of a row starts with, also where the Chinese in it has been lost."""


def map_name(root: Path, named: str, names: Iterable[str]) -> str | Problem:
    """The name of a mapping, given as that or as the path of its file; why there is none of that name."""
    known = tuple(names)
    path = Path(named.replace("\\", "/"))
    stem = path.name.removesuffix(".yaml")
    if len(path.parts) > 1:
        folder = root / "templates" / COLUMN_MAPS
        if not any(place.resolve().parent == folder.resolve() for place in (path, root / path)):
            return Problem("", "", f"“{named}”不在 {WHERE} 里", f"把对照放到 {WHERE}，再写 --map {stem}")
    if named in known or stem in known:
        return named if named in known else stem
    near = nearest(stem, known)
    there = f"{WHERE} 里有：{'、'.join(known) or '（空的）'}"
    return Problem("", "", f"没有叫“{named}”的对照", (f"是不是“{near}”？" if near else "") + there)


def several(found: Iterable[tuple[str, str]]) -> Problem:
    """What to say when a table can be read in several ways: the mapping and the sheet of each."""
    ways = list(found)
    maps, sheets = (
        list(dict.fromkeys(name for name, _ in ways)),
        list(dict.fromkeys(sheet for _, sheet in ways)),
    )
    if len(maps) == 1:
        return Problem(
            "",
            "",
            f"照 {WHERE}/{maps[0]}.yaml，有几张表都对得上：{'、'.join(sheets)}",
            "只留要收的一张，或者在对照里写“工作表”",
        )
    words = "、".join(name if len(sheets) == 1 else f"{name}（{sheet}）" for name, sheet in ways)
    return Problem(
        "",
        "",
        f"有几个对照都对得上：{words}",
        f"用 --map 说明照哪一个，例如 --map {maps[0]}；用不着的那个，从 {WHERE} 移走",
    )


def exported(workbook: Workbook, named: bool) -> Problem | None:
    """What to say of a table that is one of our sheets; None when it is another's. `named`: a mapping was asked for."""
    ours = any(has_keys(sheet) or _has_rows(sheet) for sheet in workbook.sheets)
    if workbook.kind == "csv" and (ours or (not named and _has_our_headers(workbook))):
        return Problem(
            "",
            "",
            "这是从导出的表格另存的 .csv，行和数据对不上了",
            "请把 .xlsx 收回来：在 Excel、WPS 里打开原来的 .xlsx，填在那里，保存",
        )
    if ours and workbook.sheet(ORIGIN_SHEET) is not None:
        return Problem("", "", "这是 chengwen export 写出的表格，用不着对照", "去掉 --map，再收一次")
    if ours:
        return Problem(
            "",
            "",
            f"这是导出的表格，里面隐藏的表“{ORIGIN_SHEET}”却没有了，不知道是哪一份报告的",
            "重新导出一份，把填的数粘贴过去",
        )
    return None


def _has_rows(table: CellSheet) -> bool:
    """Whether a row says which record it is, as ours do, also where the headers are gone or garbled."""
    for row in table.rows():
        if row.number > LOOKED_AT:
            break
        if any(_KEY.match(cell.shown.strip()) for cell in row.cells):
            return True
    return False


def _has_our_headers(workbook: Workbook) -> bool:
    """Whether a row has every header of one of our sheets, the hidden one aside."""
    wanted = [
        {
            folded(column.header)
            for column in sheet.columns
            if column.role not in (Role.KEY, Role.LAST, Role.COMPUTED)
        }
        for sheet in SHEETS
    ]
    for table in workbook.sheets:
        for row in table.rows():
            if row.number > LOOKED_AT:
                break
            headers = {folded(header_of(cell.shown)[0]) for cell in row.cells}
            if any(names <= headers for names in wanted):
                return True
    return False
