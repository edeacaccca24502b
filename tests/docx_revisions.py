"""Tracked changes accepted and rejected: as Word does it to the XML, and by LibreOffice."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from lxml import etree

from tests.docx_lint_tables import value, w
from tests.texts import SOFFICE

Side = Literal["older", "newer"]
_GONE = {"newer": w("del"), "older": w("ins")}
_BOOKMARKS = (w("bookmarkStart"), w("bookmarkEnd"))


def settled(data: bytes, keep: Side) -> bytes:
    """The DOCX with all changes accepted (`newer`) or rejected (`older`)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            member = source.read(name)
            if name == "word/document.xml":
                root = etree.fromstring(member)
                _settle(root, _GONE[keep])
                member = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            target.writestr(name, member)
    return out.getvalue()


def _settle(root: etree._Element, gone: str) -> None:
    for row in list(root.iter(w("tr"))):
        if row.find(f"{w('trPr')}/{gone}") is not None:
            _remove(row)
    for table in list(root.iter(w("tbl"))):
        if table.find(w("tr")) is None:
            _remove(table)
    # What is inserted and then deleted is in both kinds of element; the inner one decides as the outer.
    for change in list(root.iter(w("ins"), w("del"))):
        if etree.QName(change.getparent()).localname in ("rPr", "trPr"):
            continue
        if change.tag == gone:
            _remove(change)
        else:
            _unwrap(change)
    for deleted, name in ((w("delText"), w("t")), (w("delInstrText"), w("instrText"))):
        for text in list(root.iter(deleted)):
            text.tag = name
    for link in list(root.iter(w("hyperlink"))):
        if not len(link):
            _remove(link)
    for paragraph in list(root.iter(w("p"))):
        if paragraph.find(f"{w('pPr')}/{w('rPr')}/{gone}") is not None:
            _join(paragraph)
    for mark in list(root.iter(w("ins"), w("del"))):
        _remove(mark)


def _join(paragraph: etree._Element) -> None:
    """Take the mark at a paragraph's end away: its words belong to the next one, which keeps its own properties."""
    words = [child for child in paragraph if child.tag != w("pPr")]
    following = paragraph.getnext()
    while following is not None and following.tag in _BOOKMARKS:
        following = following.getnext()
    if following is not None and following.tag == w("p"):
        for place, child in enumerate(words, start=1):
            following.insert(place, child)
    else:
        # Word takes away an empty paragraph before a table, but the last mark of a cell or of the body stays.
        assert following is not None, "a mark that cannot go"
        assert following.tag == w("tbl")
        assert all(child.tag in _BOOKMARKS for child in words), "words that would be lost"
    _remove(paragraph)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


def _unwrap(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    for child in list(element):
        element.addprevious(child)
    parent.remove(element)


# What a document says ------------------------------------------------------------------------


class Content(NamedTuple):
    """A block of the body: a paragraph with its style, or a table with its cells."""

    orientation: str
    kind: str
    words: object


def contents(data: bytes) -> list[Content]:
    """The blocks of a document, without the empty paragraphs that hold tables and sections apart."""
    found: list[Content] = []
    start = 0
    for child in _body(data):
        if child.tag == w("tbl"):
            found.append(Content("", "table", [_row(row) for row in child.iter(w("tr"))]))
        elif child.tag == w("p") and not is_separator(child):
            style = value(child.find(f"{w('pPr')}/{w('pStyle')}"))
            found.append(Content("", style, _words(child)))
        section = child if child.tag == w("sectPr") else child.find(f"{w('pPr')}/{w('sectPr')}")
        if section is not None:
            size = section.find(w("pgSz"))
            assert size is not None
            orientation = size.get(w("orient"), "portrait")
            found[start:] = [each._replace(orientation=orientation) for each in found[start:]]
            start = len(found)
    return found


def separators(data: bytes) -> int:
    """How many paragraphs there are that only hold others apart."""
    return sum(child.tag == w("p") and is_separator(child) for child in _body(data))


def is_separator(paragraph: etree._Element) -> bool:
    style = value(paragraph.find(f"{w('pPr')}/{w('pStyle')}"))
    return style == "Separator" and not str(_words(paragraph)).strip()


def _body(data: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))[0]


def _row(row: etree._Element) -> list[object]:
    head = row.find(f"{w('trPr')}/{w('tblHeader')}") is not None
    return [head, *(_cell(cell) for cell in row.iter(w("tc")))]


def _cell(cell: etree._Element) -> list[str]:
    merges = [f"{etree.QName(each).localname}={value(each)}" for each in cell[0] if each.tag != w("tcW")]
    return [*merges, *(_words(paragraph) for paragraph in cell.iter(w("p")))]


def _words(paragraph: etree._Element) -> str:
    return "".join(_said(paragraph))


def _said(paragraph: etree._Element) -> Iterator[str]:
    for each in paragraph.iter(w("t"), w("br"), w("drawing"), w("instrText")):
        if each.tag == w("t"):
            yield each.text or ""
        elif not (each.text or "").startswith(
            " TC "
        ):  # a comparison has no contents list, and no marks for it
            yield f"<{etree.QName(each).localname}>"


# LibreOffice ----------------------------------------------------------------------------------

_MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Settle(folder As String)
  Dim given As String, order As String, made As String
  Dim document As Object, dispatcher As Object
  Dim opening(0) As New com.sun.star.beans.PropertyValue
  Dim storing(0) As New com.sun.star.beans.PropertyValue
  opening(0).Name = "Hidden"
  opening(0).Value = True
  storing(0).Name = "FilterName"
  dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
  Open ConvertFromURL(folder &amp; "/jobs") For Input As #1
  Do While Not EOF(1)
    Line Input #1, given
    Line Input #1, order
    Line Input #1, made
    document = StarDesktop.loadComponentFromURL(folder &amp; "/" &amp; given, "_blank", 0, opening())
    If order &lt;&gt; "" Then
      dispatcher.executeDispatch(document.CurrentController.Frame, ".uno:" &amp; order, "", 0, Array())
    End If
    storing(0).Value = "Text (encoded)"
    If Right(made, 4) = ".pdf" Then storing(0).Value = "writer_pdf_Export"
    document.storeToURL(folder &amp; "/" &amp; made, storing())
    document.close(True)
  Loop
  Close #1
End Sub
</script:module>
"""
_ORDERS = {"newer": "AcceptAllTrackedChanges", "older": "RejectAllTrackedChanges", "": ""}


class Job(NamedTuple):
    """What LibreOffice is to make: `made`, a text or PDF file, of `given`, with its changes settled or left."""

    given: str
    keep: Side | Literal[""]
    made: str


def run_office(folder: Path, jobs: Iterable[Job]) -> None:
    """Let LibreOffice do them, one after the other; file names are relative to `folder`."""
    assert SOFFICE
    profile = folder / "profile"
    command = [SOFFICE, "--headless", f"-env:UserInstallation={profile.as_uri()}"]
    # The profile is laid out by a first start, which would put an empty macro in the place of ours.
    subprocess.run([*command, "--terminate_after_init"], check=True, capture_output=True, timeout=120)
    (profile / "user" / "basic" / "Standard" / "Module1.xba").write_text(_MACRO, encoding="utf-8")
    lines = [line for job in jobs for line in (job.given, _ORDERS[job.keep], job.made)]
    (folder / "jobs").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    macro = f'macro:///Standard.Module1.Settle("{folder.as_uri()}")'
    subprocess.run([*command, macro], check=True, capture_output=True, timeout=240)


def lines_of(path: Path) -> list[str]:
    """The lines of a text file of LibreOffice that say something.

    It cannot join a paragraph with a table that follows, and leaves it behind empty; Word takes it away.
    """
    return [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
