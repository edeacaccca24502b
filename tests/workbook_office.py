"""A report and a workbook of its data, as a clerk has them: export, fill in, import."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from compiler.cli import chengwen
from compiler.cli_words import run
from compiler.workbook.export import export_report
from compiler.workbook.layout import HEADER_ROW, KEY_HEADER
from compiler.workspace import Workspace
from tests.test_checks import REPORT, copy_clean
from tests.texts import SOFFICE

PROJECTS = ("01-馆藏档案数字化加工", "02-库房环境设备更新", "03-档案开放审核", "04-档案利用宣传")


class Office:
    """A report, a workbook of its data, and what the command says."""

    def __init__(self, root: Path, report: Path, capture: Any) -> None:
        self.root, self.folder = root, root / report
        self.table = root / "数据.xlsx"
        self.capture = capture

    def export(self) -> None:
        exported = export_report(Workspace(self.root), self.folder, self.table, True, lambda *_: None)
        assert exported.path == self.table, list(exported.diagnostics)

    def edit(self, change: Callable[[Any], None]) -> None:
        book = openpyxl.load_workbook(self.table)
        change(book)
        book.save(self.table)

    def import_(self, *options: str, code: int = 0) -> str:
        self.capture.readouterr()
        got = run(chengwen, ["import", str(self.table), str(self.folder), *options])
        said = self.capture.readouterr()
        assert got == code, said.out + said.err
        return str(said.out + said.err)

    def data(self) -> dict[str, str]:
        folder = self.folder / "data"
        return {
            path.relative_to(folder).as_posix(): path.read_bytes().decode()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def office(tmp_path: Path, capsys: Any) -> Office:
    copy_clean(tmp_path)
    made = Office(tmp_path, REPORT, capsys)
    made.export()
    return made


def at(book: Any, title: str, row: int, header: str) -> Any:
    """The cell of a column, `row` counted from the first with a record (from 0)."""
    sheet = book[title]
    for cell in sheet[HEADER_ROW]:
        if header in (cell.value, str(cell.value or "").partition("（")[0]):
            first = next(
                number for number in range(HEADER_ROW + 1, 20) if "#" in str(sheet.cell(number, 1).value)
            )
            return sheet.cell(first + row, cell.column)
    raise KeyError(header)


def set_(title: str, row: int, header: str, value: Any) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        at(book, title, row, header).value = value

    return change


def after_last(book: Any, title: str) -> int:
    """The row after the last with a key."""
    sheet = book[title]
    return 1 + max(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value)


def add(title: str, **values: Any) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        sheet = book[title]
        row = after_last(book, title)
        while any(sheet.cell(row, number).value for number in range(2, 5)):
            row += 1
        for header, value in values.items():
            sheet.cell(row, at(book, title, 0, header).column).value = value

    return change


def delete(title: str, row: int) -> Callable[[Any], None]:
    return lambda book: book[title].delete_rows(at(book, title, row, KEY_HEADER).row)


def replace_in(office: Office, name: str, old: str, new: str) -> None:
    """Change a data file, as somebody does who has it open."""
    path = office.folder / "data" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def calc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile of LibreOffice whose Calc was seen to work."""
    folder = tmp_path_factory.mktemp("calc")
    (folder / "try.csv").write_text("1\n", encoding="utf-8")
    if (
        SOFFICE is None
        or not saved_as(folder / "try.csv", "xlsx", folder / "profile", folder / "out").exists()
    ):
        pytest.skip("没有安装 LibreOffice Calc")
    return folder / "profile"


def saved_as(source: Path, suffix: str, profile: Path, out: Path) -> Path:
    """The workbook, opened and recalculated by LibreOffice and saved in another format, or the same."""
    assert SOFFICE is not None
    command = [SOFFICE, "--headless", f"-env:UserInstallation={profile.as_uri()}", "--convert-to", suffix]
    subprocess.run(
        [*command, "--outdir", str(out), str(source)], check=False, capture_output=True, timeout=180
    )
    return out / f"{source.stem}.{suffix}"
