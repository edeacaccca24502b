"""A DOCX file taken apart, for assertions about what is in it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from lxml import etree

from tests.docx_lint_tables import value, w


class Parts:
    """A document's parts, parsed."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.names = archive.namelist()
            self.trees = {
                name: etree.fromstring(archive.read(name))
                for name in self.names
                if name.endswith((".xml", ".rels"))
            }
        self.body = self.trees["word/document.xml"][0]

    def style(self, style_id: str) -> etree._Element:
        found = [each for each in self.part("styles").iter(w("style")) if each.get(w("styleId")) == style_id]
        assert len(found) == 1, style_id
        return found[0]

    def part(self, name: str) -> etree._Element:
        return self.trees[f"word/{name}.xml"]

    def styled(self, style_id: str) -> list[etree._Element]:
        """The paragraphs of a style."""
        return [p for p in self.body.iter(w("p")) if value(p.find(f"{w('pPr')}/{w('pStyle')}")) == style_id]


def attributes(element: etree._Element | None) -> dict[str, str]:
    """The attributes of the main namespace, by local name."""
    assert element is not None
    return {str(key).removeprefix(w("")): str(each) for key, each in element.attrib.items()}


def text(element: etree._Element) -> str:
    return "".join(each.text or "" for each in element.iter(w("t")))


def fields(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Instruction and stored result of every field, inner ones first."""
    pending: list[list[str]] = []
    for each in root.iter(w("fldChar"), w("instrText"), w("t")):
        kind = each.get(w("fldCharType"))
        if kind == "begin":
            pending.append(["", ""])
        elif kind == "end":
            instruction, result = pending.pop()
            yield instruction.strip(), result
        elif each.tag == w("instrText"):
            pending[-1][0] += each.text or ""
        elif each.tag == w("t"):
            for field in pending:
                field[1] += each.text or ""


def bookmarked(root: etree._Element, name: str) -> str:
    """The words between the two ends of a bookmark."""
    number, inside, words = None, False, ""
    for each in root.iter(w("bookmarkStart"), w("bookmarkEnd"), w("t")):
        if each.get(w("name")) == name:
            number, inside = each.get(w("id")), True
        elif each.tag == w("bookmarkEnd") and each.get(w("id")) == number:
            return words
        elif inside and each.tag == w("t"):
            words += each.text or ""
    raise AssertionError(f"no bookmark {name}")
