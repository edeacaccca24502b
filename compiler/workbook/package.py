"""An .xlsx file -> sheets, by the part of SpreadsheetML that values need.

Untrusted: the sizes are checked before anything is inflated, a document type is refused before anything is expanded,
and nothing but cells is looked at: macros, links to other files, pictures and formulas are never run or followed.
Rows are read as they are asked for, so that memory does not grow with the sheet.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat

from compiler.workbook.cells import Workbook, WorkbookError
from compiler.workbook.formats import BUILT_IN

MAX_MEMBERS = 2000
MAX_INFLATED = 200_000_000
"""Bytes of all parts together."""
MAX_RATIO = 200
"""Times a part may be larger than it is in the file; small parts may be more."""
_SMALL = 1_000_000
_PIECE = 1 << 16
_MAX_SHEETS = 255
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
DAMAGED = "“{}”坏了，或者没有存完：{}。在 Excel 或 WPS 里打开，另存一份再用。"


def check_sizes(package: zipfile.ZipFile, name: str) -> None:
    """Refuse what would inflate to more than a workbook has. Raises `WorkbookError`."""
    members = package.infolist()
    whole = sum(member.file_size for member in members)
    swollen = any(
        member.file_size > max(_SMALL, MAX_RATIO * max(1, member.compress_size)) for member in members
    )
    if len(members) > MAX_MEMBERS or whole > MAX_INFLATED or swollen:
        raise WorkbookError(
            f"“{name}”展开以后太大（{whole // 1_000_000} MB、{len(members)} 个部分），不像是填报的表，没有读。"
            "核对是不是拿错了文件；确实是的，把要用的几张表复制到新的工作簿里再试。"
        )
    if any(member.flag_bits & 1 for member in members):
        raise WorkbookError(f"“{name}”加了密码。去掉密码，另存一份再用。")


class Package:
    """The parts of an open .xlsx file."""

    def __init__(self, package: zipfile.ZipFile, name: str) -> None:
        self.zip, self.name = package, name
        check_sizes(package, name)
        self._members = {member.lstrip("/").casefold(): member for member in package.namelist()}
        self.strings: list[str] = []
        self.formats: list[str] = []
        """Of each cell style, the format of its numbers."""
        self.from_1904 = False

    def has(self, part: str) -> bool:
        return part.casefold() in self._members

    def pieces(self, part: str) -> Iterator[bytes]:
        """The bytes of a part. Raises `WorkbookError` when it is missing or damaged."""
        member = self._members.get(part.casefold())
        if member is None:
            raise WorkbookError(DAMAGED.format(self.name, f"缺少 {part}"))
        try:
            with self.zip.open(member) as file:
                while piece := file.read(_PIECE):
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise WorkbookError(DAMAGED.format(self.name, "压缩包读不出来")) from error

    def parser(self) -> expat.XMLParserType:
        """A parser that knows of no document type; elements are called by their local names."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True

        def refuse(*_: object) -> None:
            raise WorkbookError(f"“{self.name}”里有 DOCTYPE，正常的工作簿没有，没有读。核对文件是哪里来的。")

        parser.StartDoctypeDeclHandler = refuse
        parser.EntityDeclHandler = refuse
        return parser

    def parse(self, part: str, start: Callable[[str, dict[str, str]], None] | None, **handlers: Any) -> None:
        """Parse a whole part; handlers get local names."""
        parser = self.parser()
        if start is not None:
            parser.StartElementHandler = lambda name, attributes: start(name.rpartition(" ")[2], attributes)
        if "end" in handlers:
            end = handlers["end"]
            parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
        if "text" in handlers:
            parser.CharacterDataHandler = handlers["text"]
        try:
            for piece in self.pieces(part):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise WorkbookError(DAMAGED.format(self.name, f"{part} 读不懂")) from error


def open_package(package: zipfile.ZipFile, name: str) -> Workbook:
    """The workbook in an .xlsx file. Raises `WorkbookError`."""
    parts = Package(package, name)
    book = _target(parts, "", "officeDocument") or "xl/workbook.xml"
    if not parts.has(book):
        raise WorkbookError(f"“{name}”是压缩文件，却不是 .xlsx 工作簿。用 Excel 或 WPS 打开，另存为 .xlsx。")
    targets = _relations(parts, book)
    found: list[tuple[str, str, bool]] = []

    def start(element: str, attributes: dict[str, str]) -> None:
        if element == "sheet":
            key = next((value for at, value in attributes.items() if at.rpartition(" ")[2] == "id"), "")
            path, kind = targets.get(key, ("", ""))
            if kind == "worksheet":
                hidden = attributes.get("state", "visible") != "visible"
                found.append((attributes.get("name", ""), path, hidden))
        elif element == "workbookPr":
            parts.from_1904 = attributes.get("date1904") in ("1", "true")

    parts.parse(book, start)
    if not found or len(found) > _MAX_SHEETS:
        raise WorkbookError(f"“{name}”里没有工作表。核对是不是拿错了文件。")
    kinds = {kind: path for path, kind in targets.values()}
    if parts.has(kinds.get("sharedStrings", "")):
        parts.strings = _strings(parts, kinds["sharedStrings"])
    if parts.has(kinds.get("styles", "")):
        parts.formats = _formats(parts, kinds["styles"])
    from compiler.workbook.worksheet import PackageSheet  # late: it is made of the parts

    sheets = tuple(PackageSheet(parts, title, path, hidden) for title, path, hidden in found)
    return Workbook(name, "xlsx", sheets)


def _relations(parts: Package, part: str) -> dict[str, tuple[str, str]]:
    """Of the relations of a part: the part each leads to, and its kind; none that lead out of the file."""
    folder, _, file = part.rpartition("/")
    out: dict[str, tuple[str, str]] = {}

    def start(element: str, attributes: dict[str, str]) -> None:
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
            out[attributes.get("Id", "")] = (target[1:], attributes.get("Type", "").rpartition("/")[2])

    path = f"{folder}/_rels/{file}.rels".lstrip("/")
    if parts.has(path):
        parts.parse(path, start)
    return out


def _target(parts: Package, part: str, kind: str) -> str:
    return next((path for path, word in _relations(parts, part).values() if word == kind), "")


def _strings(parts: Package, part: str) -> list[str]:
    """The shared strings, without the readings that stand above characters."""
    strings: list[str] = []
    words: list[str] = []
    state = {"text": False, "reading": False}

    def start(element: str, attributes: dict[str, str]) -> None:
        if element == "si":
            words.clear()
        elif element == "rPh":
            state["reading"] = True
        elif element == "t":
            state["text"] = not state["reading"]

    def end(element: str) -> None:
        if element == "si":
            strings.append(unescaped("".join(words)))
        elif element == "rPh":
            state["reading"] = False
        elif element == "t":
            state["text"] = False

    def text(data: str) -> None:
        if state["text"]:
            words.append(data)

    parts.parse(part, start, end=end, text=text)
    return strings


def unescaped(text: str) -> str:
    """What Excel writes as _x000D_, and line ends as one character."""
    if "_x" in text:
        text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _formats(parts: Package, part: str) -> list[str]:
    own: dict[int, str] = {}
    formats: list[str] = []
    within: list[str] = []

    def start(element: str, attributes: dict[str, str]) -> None:
        within.append(element)
        if element == "numFmt":
            own[whole_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif element == "xf" and within[-2] == "cellXfs":
            number = whole_number(attributes.get("numFmtId"))
            formats.append(own.get(number, BUILT_IN.get(number, "")))

    parts.parse(part, start, end=lambda element: within.pop())
    return formats


def whole_number(text: str | None) -> int:
    """A number of a style, a row or a string; 0 for what is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else 0
