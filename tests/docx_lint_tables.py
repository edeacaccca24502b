"""The tables' share of the structural lint (ECMA-376 part 1, 17.4)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SLACK = 2  # twips; widths are rounded


def w(name: str) -> str:
    """A WordprocessingML name as lxml writes it."""
    return f"{{{_MAIN}}}{name}"


def value(element: etree._Element | None) -> str:
    """The `w:val` of an element; empty when there is no element, or it has none."""
    return "" if element is None else element.get(w("val"), "")


def table_faults(root: etree._Element) -> Iterator[str]:
    """Every fault inside a table of this part; tables are counted from 1."""
    for number, table in enumerate(root.iter(w("tbl")), start=1):
        yield from (f"table {number}: {fault}" for fault in _table(table))


def adjacent_tables(root: etree._Element) -> Iterator[str]:
    """Word makes one table of two that have no paragraph between them."""
    for number, table in enumerate(root.iter(w("tbl")), start=1):
        following = table.getnext()
        while following is not None and following.tag in (w("bookmarkStart"), w("bookmarkEnd")):
            following = following.getnext()
        if following is not None and following.tag == w("tbl"):
            yield f"table {number}: the next table touches it"


def _table(table: etree._Element) -> Iterator[str]:
    grid = table.find(w("tblGrid"))
    widths = [] if grid is None else [int(each.get(w("w"), "0")) for each in grid]
    rows = table.findall(w("tr"))
    if not rows:
        yield "no rows"
    if not all(width > 0 for width in widths):
        yield "a column without width"
    stated = table.find(f"{w('tblPr')}/{w('tblW')}")
    if stated is not None and stated.get(w("type")) == "dxa":
        total = int(stated.get(w("w"), "0"))
        if abs(total - sum(widths)) > _SLACK:
            yield f"is {total} wide, its columns {sum(widths)}"
    yield from _heads(rows)
    above: dict[int, tuple[int, bool]] = {}  # merged cells of the row above: column -> span, in the head
    for number, row in enumerate(rows, start=1):
        merged: dict[int, tuple[int, bool]] = {}
        column = 0
        cells = row.findall(w("tc"))
        if not cells:
            yield f"row {number}: no cells"
        for cell in cells:
            span = int(value(_property(cell, "gridSpan")) or "1")
            place = f"row {number} column {column + 1}"
            merge = _property(cell, "vMerge")
            if merge is not None:
                if value(merge) != "restart":
                    yield from (f"{place}: {fault}" for fault in _continued(above.get(column), span, row))
                merged[column] = (span, _is_head(row))
            yield from (f"{place}: {fault}" for fault in _cell(cell, widths[column : column + span]))
            column += span
        if column != len(widths):
            yield f"row {number}: fills {column} of {len(widths)} columns"
        above = merged


def _heads(rows: list[etree._Element]) -> Iterator[str]:
    """Word repeats head rows only when they come first, and prints nothing but heads for a table of heads."""
    heads = [_is_head(row) for row in rows]
    if any(head and not all(heads[:index]) for index, head in enumerate(heads)):
        yield "a head row after others"
    if heads and all(heads):
        yield "nothing but head rows"


def _continued(above: tuple[int, bool] | None, span: int, row: etree._Element) -> Iterator[str]:
    if above is None:
        yield "goes on from above, where nothing starts"
    elif above[0] != span:
        yield f"goes on {span} columns wide, from {above[0]}"
    elif above[1] and not _is_head(row):
        yield "reaches from the head into the body"


def _cell(cell: etree._Element, widths: list[int]) -> Iterator[str]:
    if not len(cell) or cell[-1].tag != w("p"):
        yield "does not end with a paragraph"
    stated = _property(cell, "tcW")
    if stated is not None and stated.get(w("type")) == "dxa":
        width = int(stated.get(w("w"), "0"))
        if abs(width - sum(widths)) > _SLACK:
            yield f"is {width} wide, its columns {sum(widths)}"


def _property(cell: etree._Element, name: str) -> etree._Element | None:
    return cell.find(f"{w('tcPr')}/{w(name)}")


def _is_head(row: etree._Element) -> bool:
    return row.find(f"{w('trPr')}/{w('tblHeader')}") is not None
