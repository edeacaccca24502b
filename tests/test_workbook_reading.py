"""Workbooks that others made: read exactly, or refused with what to do about it."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.workbook.cells import NEVER_CALCULATED, Cell, Fault, Row, WorkbookError, exact, letters
from compiler.workbook.reading import open_workbook


def read(path: Path) -> dict[str, list[Row]]:
    with open_workbook(path) as book:
        return {sheet.name: list(sheet.rows()) for sheet in book.sheets}


def made(path: Path, cells: dict[str, Any], formats: dict[str, str] | None = None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for place, value in cells.items():
        sheet[place] = value
    for place, code in (formats or {}).items():
        sheet[place].number_format = code
    book.save(path)
    return path


def cells(path: Path) -> dict[str, Cell]:
    return {cell.place: cell for row in next(iter(read(path).values())) for cell in row.cells}


# Values -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        (98.392499999999998, "98.3925"),
        (0.1 + 0.2, "0.3"),
        (15548.09, "15548.09"),
        (4501.07 * 10000, "45010700"),
        (1e21, "1000000000000000000000"),
        (1e-7, "0.0000001"),
        (100.0, "100"),
        (-5.0, "-5"),
        (0.0, "0"),
    ],
)
def test_a_binary_number_is_what_was_typed(stored: float, typed: str) -> None:
    assert f"{exact(stored):f}" == typed


@given(st.decimals(min_value=0, max_value=10**9, places=4))
def test_every_number_of_a_form_comes_back(number: Decimal) -> None:
    assert exact(float(number)) == number


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.9988, "0.00%", "99.88%"),
        (0.9, "0%", "90%"),
        (1234567.8, "#,##0.00", "1,234,567.80"),
        (6, '0"场"', "6场"),
        (6, 'General"场"', "6场"),
        (300, '"≥"0"平方米"', "≥300平方米"),
        (98.3925, "0.00", "98.39"),
        (98.5, "0.##", "98.5"),
        (98, "0.##", "98"),
        (0.5, "# ?/?", "0.5"),
        (5, "General", "5"),
        (5, "@", "5"),
        (12, "0_ ;[Red]\\-0 ", "12"),
        (date(2024, 9, 1), 'yyyy"年"m"月"', "2024年9月"),
        (date(2024, 9, 1), 'yyyy"年"m"月"d"日"', "2024年9月1日"),
        (date(2024, 9, 1), "yyyy/mm/dd", "2024/09/01"),
        (date(2024, 9, 1), "yyyy-mm-dd", "2024-09-01"),
        (datetime(2024, 9, 1, 8, 5), "yyyy-mm-dd hh:mm", "2024-09-01 08:05"),
        (date(2024, 9, 1), "mmm-yy", "2024年9月1日"),
        (date(2024, 9, 1), "[$-804]yyyy年m月", "2024年9月"),
    ],
)
def test_what_a_cell_shows(tmp_path: Path, value: Any, code: str, shown: str) -> None:
    assert cells(made(tmp_path / "a.xlsx", {"B2": value}, {"B2": code}))["B2"].shown == shown


def test_values_keep_their_kinds(tmp_path: Path) -> None:
    found = cells(
        made(
            tmp_path / "a.xlsx",
            {"A1": "文字", "B1": 98.3925, "C1": True, "D1": date(2024, 3, 1), "E1": "0012", "AB7": " 前后 "},
        )
    )
    assert {place: cell.value for place, cell in found.items()} == {
        "A1": "文字",
        "B1": Decimal("98.3925"),
        "C1": True,
        "D1": date(2024, 3, 1),
        "E1": "0012",
        "AB7": " 前后 ",
    }


def test_text_that_starts_like_a_formula_stays_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = '=HYPERLINK("http://example.com")'
    book.active["A1"].data_type = "s"
    book.save(tmp_path / "a.xlsx")
    assert cells(tmp_path / "a.xlsx")["A1"].value == '=HYPERLINK("http://example.com")'


def test_a_formula_that_was_never_calculated_is_a_fault(tmp_path: Path) -> None:
    found = cells(made(tmp_path / "a.xlsx", {"A1": 1, "A2": "=A1+1"}))
    assert found["A2"].value == NEVER_CALCULATED


def _with_parts(path: Path, changes: dict[str, bytes], source: Path) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name) or old.read(name))
    return path


def _sheet(path: Path, tmp_path: Path, body: str) -> Path:
    xml = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{body}</worksheet>'
    blank = made(tmp_path / "blank.xlsx", {"A1": "x"})
    return _with_parts(path, {"xl/worksheets/sheet1.xml": xml.encode()}, blank)


_SHARED = (
    b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>\xe7\x94\xb2</t></si>'
    b"<si><r><t>\xe4\xb8\x80</t></r><r><t>\xe4\xba\x8c</t></r><rPh sb='0' eb='1'><t>yi</t></rPh></si><si/></sst>"
)


def _blank(tmp_path: Path) -> Path:
    """A workbook as Excel writes it: its text in a part of its own."""
    sheet = _sheet(
        tmp_path / "plain.xlsx",
        tmp_path,
        "<sheetData><row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c><c r='C1' t='s'><v>2</v></c>"
        "<c r='D1' t='s'><v>3</v></c></row></sheetData>",
    )
    with zipfile.ZipFile(sheet) as package:
        relations = package.read("xl/_rels/workbook.xml.rels")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    more = f'<Relationship Type="{kind}" Target="sharedStrings.xml" Id="rId9"/></Relationships>'.encode()
    out = tmp_path / "blank.xlsx"
    _with_parts(out, {"xl/_rels/workbook.xml.rels": relations.replace(b"</Relationships>", more)}, sheet)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("xl/sharedStrings.xml", _SHARED)
    return out


def test_text_in_a_part_of_its_own(tmp_path: Path) -> None:
    found = cells(_blank(tmp_path))
    lost = found.pop("D1").value
    assert isinstance(lost, Fault) and "不见了" in lost.message
    assert {place: cell.value for place, cell in found.items()} == {"A1": "甲", "B1": "一二"}


def test_what_other_programs_write(tmp_path: Path) -> None:
    """Inline text with a reading above it, cells and rows without places, formulas with results, errors."""
    found = cells(
        _sheet(
            tmp_path / "a.xlsx",
            tmp_path,
            "<sheetData><row><c t='inlineStr'><is><r><t>财政</t></r><r><t>拨款</t></r><rPh><t>cai</t></rPh></is></c>"
            "<c><f>1+1</f><v>2</v></c><c t='str'><f>A1</f><v>甲_x000D_\n乙</v></c><c t='e'><f>1/0</f><v>#DIV/0!</v></c></row>"
            "<row><c t='b'><v>0</v></c><c t='str'><f>B9</f><v></v></c><c t='d'><v>2024-03-01</v></c></row></sheetData>",
        )
    )
    assert found["A1"].value == "财政拨款"
    assert found["B1"].value == Decimal(2)
    assert found["C1"].value == "甲\n乙"
    assert isinstance(found["D1"].value, Fault) and "#DIV/0!" in found["D1"].value.message
    assert found["A2"].value is False
    assert "B2" not in found
    assert found["C2"].value == "2024-03-01"


def test_merged_cells_have_the_value_of_the_first(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A2"], sheet["B2"], sheet["B3"], sheet["B4"] = "产出指标", 1, 2, 3
    sheet.merge_cells("A2:A4")
    sheet.merge_cells("C1:D1")
    sheet["C1"] = "表头"
    sheet["C3"] = "别处"
    book.save(tmp_path / "a.xlsx")
    found = cells(tmp_path / "a.xlsx")
    assert [found[place].value for place in ("A2", "A3", "A4")] == ["产出指标"] * 3
    assert [found[place].merged for place in ("A2", "A3", "A4")] == ["", "A2:A4", "A2:A4"]
    assert found["D1"].value == "表头"
    assert found["C3"].merged == ""


def test_hidden_rows_columns_and_sheets_are_said_to_be(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in range(1, 5):
        sheet.cell(row, 1, row)
        sheet.cell(row, 3, row)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    book.create_sheet("藏").sheet_state = "veryHidden"
    book.save(tmp_path / "a.xlsx")
    with open_workbook(tmp_path / "a.xlsx") as opened:
        first, second = opened.sheets
        rows = list(first.rows())
        assert [row.hidden for row in rows] == [False, False, True, False]
        assert first.hidden_columns() == {3}
        assert (first.hidden, second.hidden) == (False, True)


def test_days_of_the_1904_calendar(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active["A1"] = date(2024, 3, 1)
    book.save(tmp_path / "a.xlsx")
    assert cells(tmp_path / "a.xlsx")["A1"].value == date(2024, 3, 1)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date()
    return value


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(1, 40), st.integers(1, 60)),
        st.one_of(
            st.text("甲乙丙 a=<&\n\"'1，_x", min_size=1, max_size=12),
            st.integers(-(10**12), 10**12),
            st.decimals(min_value=0, max_value=10**6, places=4),
            st.dates(date(1901, 1, 1), date(2099, 1, 1)),
            st.booleans(),
        ),
        max_size=30,
    )
)
def test_the_same_as_openpyxl_reads(values: dict[tuple[int, int], Any]) -> None:
    book = openpyxl.Workbook()
    for (row, column), value in values.items():
        cell = book.active.cell(row, column, value)
        if isinstance(value, str):
            cell.data_type = "s"
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        book.save(path)
        ours = {
            (cell.row, cell.column): cell.value
            for row in next(iter(read(path).values()))
            for cell in row.cells
        }
        theirs = {
            (cell.row, cell.column): _plain(cell.value)
            for row in openpyxl.load_workbook(path, data_only=True).active.iter_rows()
            for cell in row
            if cell.value is not None
        }
    assert ours.keys() == theirs.keys()
    for place, value in theirs.items():
        got = ours[place]
        assert got == (exact(value) if isinstance(value, float) else value), place


def test_letters() -> None:
    assert [letters(number) for number in (1, 26, 27, 52, 703, 16384)] == ["A", "Z", "AA", "AZ", "AAA", "XFD"]


# CSV --------------------------------------------------------------------------------------

_TEXT = '项目名称,全年预算数（元）\r\n政策宣传,"1,234.56"\r\n"两行\n名称",\'=1+1\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "导出.csv").write_bytes(_TEXT.encode(encoding))
    found = read(tmp_path / "导出.csv")["导出"]
    assert [[cell.value for cell in row.cells] for row in found] == [
        ["项目名称", "全年预算数（元）"],
        ["政策宣传", "1,234.56"],
        ["两行\n名称", "=1+1"],
    ]


@pytest.mark.parametrize("mark", ["\t", ";"])
def test_csv_with_other_separators(tmp_path: Path, mark: str) -> None:
    (tmp_path / "a.csv").write_text(f"甲{mark}乙\n1,5{mark}2\n", encoding="utf-8")
    assert [cell.value for cell in read(tmp_path / "a.csv")["a"][1].cells] == ["1,5", "2"]


# Refused ----------------------------------------------------------------------------------


def _refusal(path: Path) -> str:
    with pytest.raises(WorkbookError) as caught:
        read(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "另存为“Excel 工作簿（*.xlsx）”"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "加了密码"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "其实是网页"),
        (b"PK\x03\x04 torn", "坏了"),
        (b"%PDF-1.4", "不是工作簿"),
        (b"", "是空的"),
        (b"\xff\xfe\xff\xff\x00", "读不了"),
        (b"\x80\xff\x00\x01\x02", "读不了"),
        ('甲,"乙\n丙'.encode(), "引号没有成对"),
    ],
)
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_what_is_no_workbook_is_refused_by_its_content(
    tmp_path: Path, content: bytes, says: str, suffix: str
) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    assert says in _refusal(path)


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    assert "没有" in _refusal(tmp_path / "无.xlsx")
    assert "不是文件" in _refusal(tmp_path)


def test_a_zip_bomb_is_refused_before_it_is_inflated(tmp_path: Path) -> None:
    blank = made(tmp_path / "blank.xlsx", {"A1": "x"})
    bomb = _with_parts(tmp_path / "a.xlsx", {"xl/worksheets/sheet1.xml": b" " * 30_000_000}, blank)
    assert bomb.stat().st_size < 100_000
    assert "太大" in _refusal(bomb)


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as package:
        for number in range(2001):
            package.writestr(str(number), b"")
    assert "太大" in _refusal(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"]
)
def test_a_document_type_is_refused_before_anything_is_expanded(tmp_path: Path, part: str) -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    blank = _blank(tmp_path)
    assert "DOCTYPE" in _refusal(_with_parts(tmp_path / "a.xlsx", {part: laughs}, blank))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
def test_a_damaged_part_is_refused(tmp_path: Path, part: str) -> None:
    blank = _blank(tmp_path)
    assert "坏了" in _refusal(_with_parts(tmp_path / "a.xlsx", {part: b"<x><y></x>"}, blank))


@pytest.mark.parametrize(
    "rows",
    [
        "<row r='2'><c r='A2'><v>1</v></c></row><row r='1'><c r='A1'><v>1</v></c></row>",
        "<row r='1'><c r='B1'><v>1</v></c><c r='A1'><v>1</v></c></row>",
        "<row r='1'><c r='A7'><v>1</v></c></row>",
        "<row r='1'><c r='XFE1'><v>1</v></c></row>",
        "<row r='1048577'><c><v>1</v></c></row>",
    ],
)
def test_cells_out_of_place_are_refused(tmp_path: Path, rows: str) -> None:
    assert "乱了" in _refusal(_sheet(tmp_path / "a.xlsx", tmp_path, f"<sheetData>{rows}</sheetData>"))


def test_another_zip_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as package:
        package.writestr("word/document.xml", b"<x/>")
    assert "不是 .xlsx" in _refusal(tmp_path / "a.xlsx")


def test_links_out_of_the_file_are_not_followed(tmp_path: Path) -> None:
    blank = made(tmp_path / "blank.xlsx", {"A1": "x"})
    with zipfile.ZipFile(blank) as package:
        relations = package.read("xl/_rels/workbook.xml.rels")
    outward = relations.replace(
        b'Target="/xl/worksheets/sheet1.xml"', b'Target="../../../secret" TargetMode="External"'
    )
    assert outward != relations
    path = _with_parts(tmp_path / "a.xlsx", {"xl/_rels/workbook.xml.rels": outward}, blank)
    assert "没有工作表" in _refusal(path)


def test_a_truncated_file_is_refused_whatever_is_lost(tmp_path: Path) -> None:
    whole = made(tmp_path / "blank.xlsx", {f"A{row}": f"值{row}" for row in range(1, 200)}).read_bytes()
    for size in range(0, len(whole) - 1, 97):
        (tmp_path / "a.xlsx").write_bytes(whole[:size])
        _refusal(tmp_path / "a.xlsx")


def test_a_member_that_says_less_than_it_holds_is_refused(tmp_path: Path) -> None:
    """The directory says how large a part is; a lie is found out, not believed."""
    blank = made(tmp_path / "blank.xlsx", {f"A{row}": f"值{row}" for row in range(1, 2000)})
    data = bytearray(blank.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as package:
        member = package.getinfo("xl/worksheets/sheet1.xml")
        size = member.file_size.to_bytes(4, "little")
    at = data.rindex(size)
    data[at : at + 4] = (100).to_bytes(4, "little")
    (tmp_path / "a.xlsx").write_bytes(bytes(data))
    assert "坏了" in _refusal(tmp_path / "a.xlsx")
