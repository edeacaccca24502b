"""A structural lint of DOCX files: what schema validators do not look at and Word does not forgive.

`lint` gives one line a fault, `part: what is wrong`, and nothing for a sound file. It knows nothing of the
writer: it reads the file as any program would, and holds it against the rules of ECMA-376 (part 1, chapter 17;
part 2 for packages) and against what Word is known to ask about when it opens a file.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from tests.docx_lint_changes import change_faults
from tests.docx_lint_tables import adjacent_tables, table_faults, value, w

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_R = f"{{{_OFFICE}}}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_DCTERMS = "{http://purl.org/dc/terms/}"
_DOC_PR = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_BOOKMARK = re.compile(r"[^\W\d]\w{0,39}")
_TEXT = frozenset(map(w, ("t", "instrText", "delText", "delInstrText")))
_STYLED = {w("pStyle"): "paragraph", w("rStyle"): "character", w("tblStyle"): "table"}
_RANGES = (
    ("bookmarkStart", "bookmarkEnd"),
    ("permStart", "permEnd"),
    ("commentRangeStart", "commentRangeEnd"),
)
_MUST_HAVE_RESULT = frozenset(("PAGE", "PAGEREF", "REF", "SEQ", "TOC"))
_STORIES = re.compile(r"word/(document|header\w*|footer\w*|footnotes|endnotes)\.xml")


def lint(path: Path) -> list[str]:
    """Every structural fault of the file at `path`."""
    try:
        with zipfile.ZipFile(path) as archive:
            package = Package(archive)
    except (zipfile.BadZipFile, OSError) as error:
        return [f"package: not readable as ZIP: {error}"]
    return [*package.faults, *_faults(package)]


class Package:
    """The members of the ZIP, the XML ones parsed."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.faults: list[str] = []
        self.names = archive.namelist()
        self.trees: dict[str, etree._Element] = {}
        self.relations: dict[str, dict[str, etree._Element]] = {}
        """By part, the relationships by id."""
        self.faults += [f"{name}: twice in the package" for name, n in Counter(self.names).items() if n > 1]
        for name in dict.fromkeys(self.names):
            try:
                data = archive.read(name)
            except (zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
                self.faults.append(f"{name}: not readable: {error}")
                continue
            if name.endswith((".xml", ".rels")):
                self._parse(name, data)

    def _parse(self, name: str, data: bytes) -> None:
        if b"<!DOCTYPE" in data:
            self.faults.append(f"{name}: has a DOCTYPE")
        try:
            self.trees[name] = etree.fromstring(data, _PARSER)
        except etree.XMLSyntaxError as error:
            self.faults.append(f"{name}: not well-formed: {error}")
            return
        if name.endswith(".rels"):
            folder, file = posixpath.split(name)
            owner = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
            self.relations[owner] = {each.get("Id", ""): each for each in self.trees[name]}
            if len(self.relations[owner]) < len(self.trees[name]):
                self.faults.append(f"{name}: a relationship id twice")

    def part(self, name: str) -> etree._Element:
        """A part's root; of a part that is not there, an element that holds nothing."""
        return self.trees.get(name, etree.Element("nothing"))

    def stories(self) -> Iterator[tuple[str, etree._Element]]:
        """The parts that hold paragraphs."""
        return ((name, root) for name, root in self.trees.items() if _STORIES.fullmatch(name))


def _faults(package: Package) -> Iterator[str]:
    yield from _content_types(package)
    yield from _relationships(package)
    yield from _core_properties(package.part("docProps/core.xml"))
    yield from _definitions(package)
    names = {
        each.get(w("name"), "") for _, root in package.stories() for each in root.iter(w("bookmarkStart"))
    }
    for part, root in package.stories():
        for checked in (
            _bookmarks(root),
            _ranges(root),
            _fields(root),
            _references(root, names),
            _styles_used(root, package.part("word/styles.xml")),
            _numbering_used(root, package.part("word/numbering.xml")),
            table_faults(root),
            adjacent_tables(root),
            _controls(root),
            change_faults(root),
            _text(root),
        ):
            yield from (f"{part}: {fault}" for fault in checked)
    yield from (f"word/document.xml: {fault}" for fault in _sections(package))
    if package.part("word/settings.xml").find(w("updateFields")) is not None:
        yield "word/settings.xml: updateFields: Word asks before opening"
    for name, root in package.trees.items():
        if any(each.get(w("dirty")) is not None for each in root.iter(w("*"))):
            yield f"{name}: something is marked dirty: Word asks before opening"


# The package -----------------------------------------------------------------------------


def _content_types(package: Package) -> Iterator[str]:
    types = package.part("[Content_Types].xml")
    defaults = {each.get("Extension", "").lower() for each in types.iter(f"{_TYPES}Default")}
    overrides = [each.get("PartName", "")[1:] for each in types.iter(f"{_TYPES}Override")]
    for name in package.names:
        if name != "[Content_Types].xml" and name not in overrides:
            if name.rpartition(".")[2].lower() not in defaults:
                yield f"{name}: no content type"
            elif name.startswith("word/") and name.endswith(".xml"):
                yield f"{name}: no content type of its own"
    for name, count in Counter(overrides).items():
        if name not in package.names:
            yield f"[Content_Types].xml: a type for {name}, which is missing"
        if count > 1:
            yield f"[Content_Types].xml: two types for {name}"


def _relationships(package: Package) -> Iterator[str]:
    for owner, relations in package.relations.items():
        if owner and owner not in package.names:
            yield f"{owner}: has relationships but is missing"
        for each in relations.values():
            if each.get("TargetMode") != "External":
                target = posixpath.normpath(
                    posixpath.join("/", posixpath.dirname(owner), each.get("Target", ""))
                )[1:]
                if target not in package.names:
                    yield f"{owner or 'package'}: relationship {each.get('Id')} to {target}, which is missing"
    for name, root in package.trees.items():
        known = package.relations.get(name, {})
        for each in root.iter(etree.Element):
            for key, number in each.attrib.items():
                if str(key).startswith(_R) and number not in known:
                    yield f"{name}: relationship {number} is not declared"


def _core_properties(core: etree._Element) -> Iterator[str]:
    for name in ("title", "creator", "language"):
        if not (core.findtext(f"{_DC}{name}") or "").strip():
            yield f"docProps/core.xml: no {name}"
    for name in ("created", "modified"):
        text = core.findtext(f"{_DCTERMS}{name}")
        if text is not None and not _is_date(text):
            yield f"docProps/core.xml: {name} is not a date: {text}"


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        return datetime.fromisoformat(text).tzinfo == UTC
    except ValueError:
        return False


# Styles and numbering --------------------------------------------------------------------


def _definitions(package: Package) -> Iterator[str]:
    """What styles and lists say of each other."""
    styles, numbering = package.part("word/styles.xml"), package.part("word/numbering.xml")
    ids = Counter(each.get(w("styleId"), "") for each in styles.iter(w("style")))
    yield from (f"word/styles.xml: style {name} twice" for name, count in ids.items() if count > 1)
    for each in styles.iter(w("basedOn"), w("next"), w("link")):
        if value(each) not in ids:
            yield f"word/styles.xml: style {value(each)} is missing"
    yield from (f"word/styles.xml: {fault}" for fault in _numbering_used(styles, numbering))
    seen_num = False
    abstract: dict[str, etree._Element] = {}
    for each in numbering:
        if each.tag == w("num"):
            seen_num = True
            if (wanted := value(each.find(w("abstractNumId")))) not in abstract:
                yield f"word/numbering.xml: list {wanted} of number {each.get(w('numId'))} is missing"
        elif each.tag == w("abstractNum"):
            abstract[each.get(w("abstractNumId"), "")] = each
            if seen_num:
                yield "word/numbering.xml: a list after a number"
    for name, count in Counter(each.get(w("numId")) for each in numbering.iter(w("num"))).items():
        if count > 1:
            yield f"word/numbering.xml: number {name} twice"
    bound = {
        (each.get(w("styleId")), value(number.find(w("ilvl"))) or "0")
        for each in styles.iter(w("style"))
        for number in each.iter(w("numPr"))
    }
    for level in numbering.iter(w("lvl")):
        style = level.find(w("pStyle"))
        if style is None:
            continue
        if value(style) not in ids:
            yield f"word/numbering.xml: style {value(style)} is missing"
        elif (value(style), level.get(w("ilvl"))) not in bound:
            yield f"word/numbering.xml: style {value(style)} does not name the level that names it"


def _styles_used(root: etree._Element, styles: etree._Element) -> Iterator[str]:
    kinds = {each.get(w("styleId")): each.get(w("type")) for each in styles.iter(w("style"))}
    for each in root.iter(*_STYLED):
        if value(each) not in kinds:
            yield f"style {value(each)} is missing"
        elif kinds[value(each)] != _STYLED[each.tag]:
            yield f"style {value(each)} is not a {_STYLED[each.tag]} style"


def _numbering_used(root: etree._Element, numbering: etree._Element) -> Iterator[str]:
    levels = {
        each.get(w("abstractNumId")): {level.get(w("ilvl")) for level in each.iter(w("lvl"))}
        for each in numbering.iter(w("abstractNum"))
    }
    numbers = {
        each.get(w("numId")): levels.get(value(each.find(w("abstractNumId"))), set())
        for each in numbering.iter(w("num"))
    }
    for each in root.iter(w("numPr")):
        number, level = value(each.find(w("numId"))), value(each.find(w("ilvl"))) or "0"
        if number not in numbers:
            yield f"number {number} is missing"
        elif level not in numbers[number]:
            yield f"number {number} has no level {level}"


# Bookmarks, fields, references -----------------------------------------------------------


def _bookmarks(root: etree._Element) -> Iterator[str]:
    names = [each.get(w("name"), "") for each in root.iter(w("bookmarkStart"))]
    for name, count in Counter(map(str.lower, names)).items():  # Word does not tell case apart
        if count > 1:
            yield f"bookmark {name} {count} times"
    for name in names:
        if not _BOOKMARK.fullmatch(name):
            yield f"bookmark {name} is not a name of at most 40 letters and digits"


def _ranges(root: etree._Element) -> Iterator[str]:
    for start, end in _RANGES:
        starts = Counter(each.get(w("id")) for each in root.iter(w(start)))
        yield from (f"{start} {number} twice" for number, count in starts.items() if count > 1)
        started: set[str | None] = set()
        ended: Counter[str | None] = Counter()
        for each in root.iter(w(start), w(end)):
            number = each.get(w("id"))
            if each.tag == w(start):
                started.add(number)
            elif number not in started:
                yield f"{end} {number} without a start before it"
            else:
                ended[number] += 1
        yield from (f"{start} {number} without an end" for number in started if number not in ended)
        yield from (f"{end} {number} twice" for number, count in ended.items() if count > 1)


def _fields(root: etree._Element) -> Iterator[str]:
    """Fields begin, separate and end in this order; what shows a result has one stored."""
    open_fields: list[dict[str, str]] = []
    for each in root.iter(w("fldChar"), w("instrText"), w("t")):
        if each.tag == w("fldChar"):
            kind = each.get(w("fldCharType"))
            if kind == "begin":
                open_fields.append({"instruction": ""})
            elif not open_fields:
                yield f"field {kind} without begin"
            elif kind == "separate":
                if "result" in open_fields[-1]:
                    yield "field separate twice"
                open_fields[-1]["result"] = ""
            else:
                yield from _whole_field(open_fields.pop())
        elif each.tag == w("instrText"):
            if not open_fields or "result" in open_fields[-1]:
                yield f"field instruction outside a field: {(each.text or '').strip()}"
            else:
                open_fields[-1]["instruction"] += each.text or ""
        else:
            for field in open_fields:
                if "result" in field:
                    field["result"] += each.text or ""
    yield from (f"field without end: {field['instruction'].strip()}" for field in open_fields)


def _whole_field(field: dict[str, str]) -> Iterator[str]:
    instruction = field["instruction"].strip()
    if not instruction:
        yield "field without an instruction"
    elif instruction.split()[0] in _MUST_HAVE_RESULT and not field.get("result"):
        yield f"field without a result: {instruction}"


def _references(root: etree._Element, names: set[str]) -> Iterator[str]:
    for each in root.iter(w("hyperlink")):
        anchor = each.get(w("anchor"))
        if anchor is None and each.get(f"{_R}id") is None:
            yield "a link to nowhere"
        elif anchor is not None and anchor not in names:
            yield f"link to bookmark {anchor}, which is missing"
    for each in root.iter(w("instrText")):
        found = re.match(r"\s*(?:PAGE)?REF\s+(\S+)", each.text or "")
        if found and found[1] not in names:
            yield f"reference to bookmark {found[1]}, which is missing"


# Content controls, drawings, text, sections ----------------------------------------------


def _controls(root: etree._Element) -> Iterator[str]:
    controls = Counter(value(each.find(w("id"))) for each in root.iter(w("sdtPr")))
    controls.pop("", None)
    yield from (f"content control {number} twice" for number, count in controls.items() if count > 1)
    if any(not len(each) for each in root.iter(w("sdtContent"))):
        yield "a content control without content"
    drawings = Counter(each.get("id") for each in root.iter(_DOC_PR))
    yield from (f"drawing {number} twice" for number, count in drawings.items() if count > 1)
    if any(not each.get("descr") for each in root.iter(_DOC_PR)):
        yield "a drawing without a description"


def _text(root: etree._Element) -> Iterator[str]:
    for each in root.iter(w("*")):
        if each.tag not in _TEXT and (each.text or "").strip():
            yield f"text outside a run: {(each.text or '').strip()[:20]}"
        if (each.tail or "").strip():
            yield f"text outside a run: {(each.tail or '').strip()[:20]}"
        if each.tag == w("t") and each.text and each.text != each.text.strip():
            preserved = each.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
            if not preserved:
                yield f"a space at the edge that will be lost: {each.text[:20]!r}"


def _sections(package: Package) -> Iterator[str]:
    body = package.part("word/document.xml").find(w("body"))
    blocks = [] if body is None else list(body)
    if not blocks or blocks[-1].tag != w("sectPr"):
        yield "the body does not end with section properties"
        return
    if len(blocks) < 2 or blocks[-2].tag == w("tbl"):
        yield "no paragraph at the end of the body"
    inside = {each for row in body.iter(w("tbl")) for each in row.iter(w("sectPr"))}
    if inside:
        yield "a section ends inside a table"
    for number, section in enumerate(body.iter(w("sectPr")), start=1):
        yield from (f"section {number}: {fault}" for fault in _section(section, package))


def _section(section: etree._Element, package: Package) -> Iterator[str]:
    size, margins = section.find(w("pgSz")), section.find(w("pgMar"))
    if size is None or margins is None:
        yield "no page size or margins"
        return
    width, height = (int(size.get(w(name), "0")) for name in ("w", "h"))
    if (width > height) != (size.get(w("orient")) == "landscape"):
        yield f"{width} x {height} is {size.get(w('orient'), 'portrait')}"
    top, bottom, left, right = (int(margins.get(w(side), "0")) for side in ("top", "bottom", "left", "right"))
    if top + bottom >= height or left + right >= width:
        yield "no room between the margins"
    if int(margins.get(w("footer"), "0")) > bottom:
        yield "the footer stands above the lower margin"
    known = package.relations.get("word/document.xml", {})
    for kind in ("header", "footer"):
        given = section.findall(w(f"{kind}Reference"))
        if len({each.get(w("type")) for each in given}) < len(given):
            yield f"two {kind}s of one kind"
        for each in given:
            relation = known.get(each.get(f"{_R}id", ""))
            if relation is not None and not relation.get("Type", "").endswith(f"/{kind}"):
                yield f"relationship {each.get(f'{_R}id')} is not a {kind}"
