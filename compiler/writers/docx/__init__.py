"""The DOCX writer: the tree as a Word document.

Blocks arrive one at a time and leave deflated, from a contents list on as they are, as that needs page numbers known only at the end,
when the package is put together.
`markup`, `inlines`, `tables`, `pictures`, `contents` make the body, `styles`, `numbering`,
`geometry` what it refers to, `paging` the page numbers, `package` and `members` the file, `revisions` the tracked changes
of a comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, BinaryIO

from compiler import tree
from compiler.patterns import pattern
from compiler.style import Style, made_of
from compiler.writers.docx import looks
from compiler.writers.docx.contents import contents_xml
from compiler.writers.docx.geometry import section_properties
from compiler.writers.docx.inlines import InlineWriter, plain_text, relationship_target
from compiler.writers.docx.markup import DECLARATION, NAMESPACES, contents_mark, field, paragraph, run
from compiler.writers.docx.members import LongMember, Member, PackageWriter, member
from compiler.writers.docx.numbering import BULLETS, UNNUMBERED, HeadingCounter, ListNumbers, written_numbers
from compiler.writers.docx.package import core_properties, document_relationships, reference_members
from compiler.writers.docx.paging import KEEP_NEXT, Pager
from compiler.writers.docx.pictures import PictureWriter
from compiler.writers.docx.spool import Spool
from compiler.writers.docx.styles import STYLE_IDS
from compiler.writers.docx.tables import TableWriter

if TYPE_CHECKING:
    from compiler.writers.docx.revisions import Revisions

_LABEL = pattern(r"(\D+)(\d+)")
_SEPARATOR = paragraph("Separator", "")
_BREAK = "<w:pageBreakBefore/>"
_MAY_TURN = tree.Paragraph, tree.Heading
_TABLES = tree.Table, tree.TableSlot
_START = f"{DECLARATION}<w:document {NAMESPACES}><w:body>".encode()
_PICTURE_SPACE = 6.0  # points above a picture, as its style in the reference document has it


class DocxWriter:
    """Prints one document into one stream as DOCX."""

    def __init__(self, document: tree.Document, style: Style, out: BinaryIO) -> None:
        self._document = document
        self._style = style
        self._out = out
        self._revisions = _revisions(document)
        self._inlines = InlineWriter(written_numbers(document), self._revisions)
        self._tables = TableWriter(style, self._inlines, self._revisions)
        self._pictures = PictureWriter()
        self._headings = HeadingCounter(document.heading_formats)
        self._lists = ListNumbers()
        self._captions: dict[str, int] = {}
        self._attachment = ""
        self._metrics = made_of(style, looks.metrics)
        self._pager = Pager()
        self._has_contents = any(
            type(block) is tree.Contents for part in document.parts for block in part.blocks
        )
        self._placed = True
        """Whether somebody asks what stands where in this part: a contents list, or a form that fills its page."""
        self._area = made_of(style, looks.area, "portrait")
        self._part: tree.Part | None = None
        self._ended = 0
        self._body = LongMember("word/document.xml")
        self._body.write(_START)
        self._waiting: Spool | None = None
        """What comes after a contents list."""
        self._contents: list[tuple[int, tree.Contents]] = []
        """Contents lists, with their places in that."""
        # The last block waits: the end of a part belongs into its last paragraph.
        self._held: str | bytes = ""
        self._first = True
        self._break_next = False

    # The three calls of a writer ---------------------------------------------------------

    def begin(self, part: tree.Part) -> None:
        """Start a part: a section of its own."""
        if self._part is not None:
            self._end_part(self._part)
        self._part = part
        self._area = made_of(self._style, looks.area, part.orientation)
        self._pager.begin(self._area.text_height / 20)
        self._placed = self._has_contents or any(map(_fills_page, part.blocks))
        self._first, self._break_next = True, False

    def write(self, block: tree.Block) -> None:
        """Print a block."""
        if isinstance(block, tree.Contents):
            self._write_contents(block)
            return
        inner = block.block if isinstance(block, tree.ChangedBlock) else block
        breaks = self._break_next or (isinstance(inner, _MAY_TURN) and inner.page_break and not self._first)
        if breaks:
            self._pager.turn()
        properties = _BREAK if breaks else ""
        if type(block) is tree.Table and not self._revisions:
            pieces: Sequence[str | bytes] = [piece for piece in self._table(block, properties) if piece]
        else:
            xml = self._block(block, properties)
            pieces = (self._revisions.spaced(xml) if self._revisions else xml,)
        self._first = self._break_next = False
        for piece in pieces:
            self._hold(piece)

    def finish(self) -> None:
        """Put the package together and write it. Raises `TooLarge`."""
        if self._revisions and self._part is not None:
            self._hold_end(self._revisions)
        elif not self._ends("</w:p>"):
            self._hold(_SEPARATOR)
        self._hold("")
        package = PackageWriter(self._out)
        footers = self._style.page.page_numbers
        media = list(self._pictures.media.values())
        formats = sorted({name.rsplit(".", 1)[1] for _, name, _ in media})
        package.add(made_of(self._style, looks.content_types, *formats))
        for part in reference_members():
            package.add(part)
        package.add(member("docProps/core.xml", core_properties(self._document.metadata)))
        package.add(self._document_part())
        relationships = document_relationships(
            [(number, name) for number, name, _ in media],
            [(number, relationship_target(address)) for address, number in self._inlines.links.items()],
            footers,
        )
        package.add(member("word/_rels/document.xml.rels", relationships))
        package.add(made_of(self._style, looks.styles))
        package.add(made_of(self._style, looks.font_table))
        lists = made_of(self._style, looks.lists, self._document.heading_formats)
        package.add(member("word/numbering.xml", self._lists.xml(lists)))
        if footers:
            package.add(made_of(self._style, looks.footer, True))
            package.add(made_of(self._style, looks.footer, False))
        for _, name, data in media:
            package.add(member(f"word/{name}", data))
        package.close()
        self._body.close()

    # The body ----------------------------------------------------------------------------

    def _hold(self, xml: str | bytes) -> None:
        held = self._held
        if held:
            if isinstance(held, str):
                held = (self._revisions.numbered(held) if self._revisions else held).encode()
            (self._waiting or self._body).write(held)
        self._held = xml

    def _ends(self, tag: str) -> bool:
        held = self._held
        return held.endswith(tag) if isinstance(held, str) else held.endswith(tag.encode())

    def _end_part(self, part: tree.Part) -> None:
        """Put the section's properties into the last paragraph, or into one made for it."""
        # Nothing written yet: what is held belongs to the part before.
        if self._revisions:
            self._hold_end(self._revisions)
        elif self._first or not self._ends("</w:p>"):
            self._hold(_SEPARATOR)
        held = str(self._held)  # a paragraph
        end = held.index("</w:pPr>", held.rindex("<w:p><w:pPr>"))
        properties = section_properties(self._style.page, part.orientation)
        self._held = held[:end] + properties + held[end:]

    def _hold_end(self, revisions: Revisions) -> None:
        """See that the last paragraph of a part stays as long as the part's end must."""
        if own := revisions.end_of_part(self._ended, "" if self._first else str(self._held)):
            self._hold(own)
        self._ended += 1

    def _document_part(self) -> Member:
        """word/document.xml, with what waited."""
        place = 0
        if self._waiting is not None:
            for number, (offset, node) in enumerate(self._contents):
                self._take(self._waiting.pieces(place, offset))
                place = offset
                self._take(piece.encode() for piece in contents_xml(node, self._pager.pages, number))
            self._take(self._waiting.pieces(place))
            self._waiting.close()
        orientation = self._part.orientation if self._part else "portrait"
        self._body.write(
            f"{section_properties(self._style.page, orientation)}</w:body></w:document>".encode()
        )
        return self._body.finish()

    def _take(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            self._body.write(piece)

    # Blocks ------------------------------------------------------------------------------

    def _block(self, block: tree.Block, properties: str, depth: int = 0) -> str:
        match block:
            case tree.Paragraph():
                return self._paragraph(
                    block.role, block.children, properties, block.anchor, lead=self._attachment_mark(block)
                )
            case tree.Heading():
                return self._heading(block, properties)
            case tree.Table():
                return self._whole_table(block, properties)
            case tree.List():
                return self._list(block, properties, depth)
            case tree.Picture():
                return self._picture(block, properties)
            case tree.Chart():
                return self._picture(block.picture, properties)
            case tree.ChangedBlock() if self._revisions:
                return self._revisions.block(self._block(block.block, properties, depth), block.change)
            case _:
                raise TypeError(f"{type(block).__name__} is not printable here: a pass was left out")

    def _paragraph(
        self,
        role: str,
        children: Sequence[tree.Inline],
        properties: str = "",
        anchor: str = "",
        lead: str = "",
        text: str = "",
    ) -> str:
        """A paragraph of a role. `lead` is XML before its words, `text` the words it stands for."""
        if self._placed:
            self._place(role, text + plain_text(children), anchor)
        content = self._inlines.bookmark(anchor, self._inlines.runs(children))
        return paragraph(STYLE_IDS[role], lead + content, properties)

    def _place(self, role: str, text: str, anchor: str) -> None:
        look = self._metrics[role]
        lines = look.lines(text, self._area.text_width / 20)
        self._pager.paragraph(look, lines, anchor, role in KEEP_NEXT)

    def _attachment_mark(self, node: tree.Paragraph) -> str:
        """On an attachment's title, what the contents list says of it: its label and its title."""
        if node.role == "attachment-label":
            self._attachment = plain_text(node.children)
        if node.role != "attachment-title" or self._revisions:
            return ""
        return contents_mark(f"{self._attachment}　{plain_text(node.children)}", 1)

    def _heading(self, node: tree.Heading, properties: str) -> str:
        if node.role == "form-title":
            said = node.contents_text or plain_text(node.children)
            lead = "" if self._revisions else contents_mark(said, 1)
            return self._paragraph("form-title", node.children, properties, node.anchor, lead)
        lead = ""
        native = node.numbered and bool(node.number) and self._headings.agrees(node.level, node.number)
        if not native:
            properties += (
                f'<w:numPr><w:ilvl w:val="{node.level - 1}"/><w:numId w:val="{UNNUMBERED}"/></w:numPr>'
            )
            lead = run(node.number) if node.number else ""
        return self._paragraph(
            f"heading-{node.level}", node.children, properties, node.anchor, lead, node.number
        )

    def _list(self, node: tree.List, properties: str, depth: int) -> str:
        number = self._lists.ordered(depth, node.start) if node.ordered else BULLETS
        out: list[str] = []
        for item in node.items:
            numbered = f'<w:numPr><w:ilvl w:val="{min(depth, 8)}"/><w:numId w:val="{number}"/></w:numPr>'
            for index, given in enumerate(item.blocks):
                block = given.block if isinstance(given, tree.ChangedBlock) else given
                if isinstance(block, tree.Paragraph):
                    first = not index or (
                        self._revisions and self._revisions.starts_item(item.blocks[:index], given)
                    )
                    own = properties + (numbered if first else "")
                    xml = self._paragraph("list", block.children, own, block.anchor, text="1." if own else "")
                elif isinstance(block, tree.List):
                    xml = self._block(block, properties, depth + 1)
                else:
                    xml = self._block(block, properties)
                if self._revisions and isinstance(given, tree.ChangedBlock):
                    xml = self._revisions.block(xml, given.change)
                out.append(xml)
                properties = ""
        # Tables may touch at any depth here, and Word would join them.
        whole = "".join(out).replace("</w:tbl><w:tbl>", f"</w:tbl>{_SEPARATOR}<w:tbl>")
        return whole or paragraph(STYLE_IDS["list"], "", properties)

    def _whole_table(self, node: tree.Table, properties: str) -> str:
        if self._revisions and (whole := self._revisions.whole(node)):
            return self._block(whole, properties)
        before, table, after = self._table(node, properties)
        return f"{before}{table.decode()}{after}"

    def _table(self, node: tree.Table, properties: str) -> tuple[str, bytes, str]:
        """What stands before the table, the table in UTF-8, its notes."""
        parts: list[str] = []
        anchor = node.anchor
        if node.caption or node.number:
            parts.append(self._caption("table-caption", node.number, node.caption, node.anchor, properties))
            anchor = ""
        elif properties:
            parts.append(paragraph("Separator", "", properties))
        elif self._ends("</w:tbl>"):
            parts.append(_SEPARATOR)  # Word would join two tables that touch
        if anchor:
            parts.append(self._inlines.bookmark(anchor, ""))
        width = self._area.text_width
        room = self._pager.room - self._height_of_notes(node) if node.form else 0
        xml, heights = self._tables.table(node, width, room)
        if self._placed:
            self._pager.rows(heights[: len(node.head)], heights[len(node.head) :], anchor)
        notes = [self._ending(self._paragraph("note", note), note) for note in node.notes]
        return "".join(parts), xml, "".join(notes)

    def _height_of_notes(self, node: tree.Table) -> float:
        look, width = self._metrics["note"], self._area.text_width / 20
        return sum(look.lines(plain_text(note), width) * look.line for note in node.notes)

    def _picture(self, node: tree.Picture, properties: str) -> str:
        caption = self._metrics["picture-caption"]
        room = self._area.text_height - 20 * (
            caption.before + 2 * caption.line + caption.after + _PICTURE_SPACE
        )
        xml, height = self._pictures.picture(node, self._area.text_width, int(room))
        if properties:
            xml = paragraph("Separator", "", properties) + xml
        self._pager.box(height + _PICTURE_SPACE, node.anchor)
        if node.caption or node.number:
            return xml + self._caption("picture-caption", node.number, node.caption, node.anchor, "")
        return self._inlines.bookmark(node.anchor, "") + xml

    def _caption(
        self,
        role: str,
        number: str,
        children: Sequence[tree.Inline],
        anchor: str,
        properties: str,
    ) -> str:
        """A caption: its number as a SEQ field that Word counts to the same result, its words."""
        label = self._label(number)
        if self._placed:
            words = plain_text(children)
            self._place(role, f"{number}　{words}" if number and words else number or words, anchor)
        runs = self._inlines.runs(children)
        if not label:
            whole = paragraph(STYLE_IDS[role], self._inlines.bookmark(anchor, runs), properties)
            return self._ending(whole, children)
        space = run("　") if runs else ""
        return paragraph(STYLE_IDS[role], self._inlines.bookmark(anchor, label) + space + runs, properties)

    def _ending(self, xml: str, children: Sequence[tree.Inline]) -> str:
        """A caption or note; one that is in one of two documents only goes with its words."""
        return self._revisions.with_words(xml, children) if self._revisions else xml

    def _label(self, number: str) -> str:
        """表1 as `表` and a field, as long as Word counts the same; otherwise as text."""
        found = _LABEL.fullmatch(number)
        if found is None:
            return run(number) if number else ""
        word, digits = found.groups()
        count = self._captions.get(word, 0) + 1
        if str(count) != digits:
            return run(number)
        self._captions[word] = count
        return run(word) + field(rf"SEQ {word} \* ARABIC", run(digits))

    def _write_contents(self, node: tree.Contents) -> None:
        self._hold("")
        if self._waiting is None:
            self._waiting = Spool()
        self._contents.append((self._waiting.tell(), node))
        if node.title:
            look = self._metrics["contents-title"]
            self._pager.paragraph(look, 1, keep_next=True)
        look = self._metrics["contents-entry"]
        for entry in node.entries:
            deeper = look._replace(left=look.left + entry.level - 1)
            text = f"{entry.number}{entry.text}…000"
            self._pager.paragraph(look, deeper.lines(text, self._area.text_width / 20))
        self._first, self._break_next = False, True


def _fills_page(block: tree.Block) -> bool:
    """Whether it is a form, which takes what room is left of its page."""
    inner = block.block if isinstance(block, tree.ChangedBlock) else block
    return isinstance(inner, _TABLES) and inner.form


def _revisions(document: tree.Document) -> Revisions | None:
    if document.comparison is None:
        return None
    from compiler.writers.docx.revisions import Revisions

    return Revisions(document.comparison, document.parts)
