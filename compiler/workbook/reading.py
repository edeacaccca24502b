"""A file that somebody gives -> a workbook; what kind of file it is, its content says and not its name.

`.xlsx` and `.csv` (UTF-8, UTF-16, GBK) are read. Anything else is refused with what to do about it.
"""

from __future__ import annotations

import csv
import io
import os
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from compiler.publishing import reason
from compiler.workbook.cells import LONGEST, Cell, Row, Workbook, WorkbookError

MAX_BYTES = 50_000_000
"""Bytes of a workbook's file."""
_MOST_COLUMNS = 16384
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS = "用 Excel 或 WPS 打开它，另存为“Excel 工作簿（*.xlsx）”再用。"


@contextmanager
def open_workbook(path: Path) -> Iterator[Workbook]:
    """The workbook in a file, open while the context lasts. Raises `WorkbookError` for what cannot be read."""
    try:
        with open(path, "rb", opener=_open) as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_BYTES:
                raise WorkbookError(
                    f"“{path.name}”有 {size // 1_000_000} MB，最多 {MAX_BYTES // 1_000_000} MB。核对是不是拿错了文件。"
                )
            yield from _opened(file, path.name)
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise WorkbookError(f"没有“{path}”这个文件。") from error
        if isinstance(error, PermissionError):
            raise WorkbookError(f"打不开“{path}”：没有权限，或者别的程序正占着它。关闭它再试。") from error
        raise WorkbookError(f"打不开“{path}”：{reason(error)}。") from error


def _open(name: str, flags: int) -> int:
    handle = os.open(name, flags | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise WorkbookError(f"“{name}”不是文件。")
    return handle


def _opened(file: BinaryIO, name: str) -> Iterator[Workbook]:
    head = file.read(4096)
    file.seek(0)
    if head.startswith(b"PK"):
        from compiler.workbook.package import open_package

        try:
            package = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise WorkbookError(
                f"“{name}”坏了，或者没有存完。在 Excel 或 WPS 里打开，另存一份再用。"
            ) from error
        with package:
            yield open_package(package, name)
        return
    yield _csv(_text(file, head, name), name)


def _text(file: BinaryIO, head: bytes, name: str) -> str:
    """The text of a .csv file, whatever its encoding. Raises `WorkbookError` for what is no table in text."""
    if head.startswith(_COMPOUND):
        whole = file.read()
        if "EncryptedPackage".encode("utf-16-le") in whole:
            raise WorkbookError(f"“{name}”加了密码，读不了。打开它，去掉密码，另存一份再用。")
        raise WorkbookError(f"“{name}”是旧格式的 Excel 文件（.xls），读不了。{_SAVE_AS}")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<table", b"<!doctype", b"<?xml", b"<meta", b"<head")):
        raise WorkbookError(f"“{name}”其实是网页或 XML，不是工作簿，只是名字像。{_SAVE_AS}")
    if start.startswith((b"%pdf", b"{\\rtf", b"\x89png", b"\xff\xd8\xff", b"gif8", b"7z\xbc\xaf", b"rar!")):
        raise WorkbookError(f"“{name}”不是工作簿，也不是 .csv。核对是不是拿错了文件。")
    data = file.read()
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise WorkbookError(f"“{name}”不是工作簿，也不是 UTF-8 或 GBK 编码的 .csv，读不了。{_SAVE_AS}")


def _csv(text: str, name: str) -> Workbook:
    if not text.strip():
        raise WorkbookError(f"“{name}”是空的。")
    return Workbook(name, "csv", (TextSheet(text, name),))


class TextSheet:
    """The one sheet of a .csv file; its name is the file's."""

    def __init__(self, text: str, name: str) -> None:
        self.name = Path(name).stem
        self.hidden = False
        self._text, self._file = text, name

    def hidden_columns(self) -> frozenset[int]:
        return frozenset()

    def rows(self) -> Iterator[Row]:
        """The rows from the top. Raises `WorkbookError` for quotes that are not closed."""
        csv.field_size_limit(LONGEST)
        reader = csv.reader(
            io.StringIO(self._text, newline=""), delimiter=_delimiter(self._text), strict=True
        )
        number = 0
        try:
            for number, fields in enumerate(reader, 1):
                if len(fields) > _MOST_COLUMNS:
                    raise WorkbookError(f"“{self._file}”第 {number} 行有 {len(fields)} 列，太多了。")
                cells = tuple(
                    Cell(number, column, value, value)
                    for column, field in enumerate(fields, 1)
                    if (value := _unprotected(field))
                )
                if cells:
                    yield Row(number, False, cells)
        except csv.Error as error:
            raise WorkbookError(
                f"“{self._file}”第 {number + 1} 行读不懂：引号没有成对，或者一格里的字太多。{_SAVE_AS}"
            ) from error


def _delimiter(text: str) -> str:
    """What parts the columns: the commonest in the first lines of the three that programs write."""
    head = "\n".join(text.split("\n", 20)[:20])
    return max(",\t;", key=head.count)


def _unprotected(field: str) -> str:
    """A field without the apostrophe by which programs keep Excel from taking text for a formula."""
    text = field.replace("\r\n", "\n").replace("\r", "\n")
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@", "\t") else text
