"""Prints the document as one HTML page.

The page is a column of sheets, like the paper it prints on: a sheet for each part, and for each
block that starts a new page. The contents list stands where the document has it; style puts it at the side
of a wide screen, so that it is in the page only once and is also the printed contents page.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from compiler import tree
from compiler.style import Style, made_of
from compiler.tree import plain_text
from compiler.writers.html.frame import CHANGES_STYLE, head
from compiler.writers.html.inlines import attribute, changed, escape, inlines
from compiler.writers.html.marks import Marks
from compiler.writers.html.stylesheet import stylesheet
from compiler.writers.html.tables import TablePrinter

BUFFER = 1 << 16
"""Characters held before they go to the stream."""


class HtmlWriter:
    """Prints each part and block as it comes; holds a buffer and, for the contents, the headings."""

    MAIN, MAIN_END, END = '<main id="page-main">\n', "</main>\n", "</body>\n</html>\n"
    SHEET_END = "</div>\n"

    def __init__(
        self, document: tree.Document, style: Style, out: BinaryIO, marks: Marks | None = None
    ) -> None:
        """`marks`: what says of each block and figure where it comes from; nothing does in a document."""
        self._out = out
        self._marks = marks
        self._buffer: list[str] = []
        self._buffered = 0
        self._metadata = document.metadata
        self._comparison = document.comparison is not None
        self._said = _newer_words if self._comparison else plain_text
        self._tables = TablePrinter(self._said, marks)
        self._landscape = False
        self._in_sheet = False
        self._begun = False
        self._has_title = False
        self._after_contents = False
        self._has_contents = False
        self._levels: list[int] = []
        self._heading = ""
        self._attachment = "", ""
        self._headings: list[tree.ContentsEntry] = []
        self._print(self._head(document.metadata, style))

    def _head(self, metadata: tree.Metadata, style: Style) -> str:
        """The page up to its body."""
        after = CHANGES_STYLE.read_text(encoding="utf-8") if self._comparison else ""
        return head_of(metadata, style, after)

    def begin(self, part: tree.Part) -> None:
        self._close_sheet()
        self._landscape = part.orientation == "landscape"

    def write(self, block: tree.Block) -> None:
        if not self._begun:
            self._begin_main(block)
        inner = block.block if isinstance(block, tree.ChangedBlock) else block
        if isinstance(inner, tree.Heading | tree.Paragraph) and inner.page_break and not self._after_contents:
            self._close_sheet()
        if not self._in_sheet:
            self._open_sheet(inner)
        self._print(self._block(block))
        # On paper a new page follows the contents anyway; on a screen they stand aside, and a sheet
        # with nothing but the title would be left.
        self._after_contents = isinstance(block, tree.Contents)

    def finish(self) -> None:
        if not self._begun:
            self._begin_main(None)
        self._close_sheet()
        self._print(self.MAIN_END)
        for piece in self._outline():  # of a large report it is long
            self._print(piece)
        self._print(self.END)
        self._flush()

    def _outline(self) -> Iterator[str]:
        if self._has_contents or len(self._headings) < 2:
            return iter(())
        # Nobody asked for a contents list on paper; on a screen several forms need a way about.
        return _contents("目录", self._headings, "outline")

    # Sheets and titles

    def _begin_main(self, first: tree.Block | None) -> None:
        """Open `main`. A page has one h1: the printed title, or above the sheets the name of the document."""
        self._begun = True
        if isinstance(first, tree.ChangedBlock):
            first = first.block
        if not (isinstance(first, tree.Paragraph) and first.role == "title"):
            self._has_title = True
            self._print(f'<header>\n<h1 class="name">{escape(self._metadata.title)}</h1>\n</header>\n')
        self._print(self.MAIN)

    def _open_sheet(self, first: tree.Block) -> None:
        self._print(f'<div class="{self._sheet(first)}">\n')
        self._in_sheet = True

    def _sheet(self, first: tree.Block) -> str:
        """The class of a sheet that starts with a block."""
        names = "sheet"
        if self._landscape:
            names += " landscape"
        if isinstance(first, tree.Heading) and first.role == "form-title":
            names += " whole"
        return names

    def _close_sheet(self) -> None:
        if self._in_sheet:
            self._print(self.SHEET_END)
            self._in_sheet = False

    def _rank(self, level: int) -> int:
        """The HTML rank, 2 to 6, of a heading: how deep it lies, as its level may skip one."""
        while self._levels and self._levels[-1] >= level:
            self._levels.pop()
        self._levels.append(level)
        return len(self._levels) + 1

    # Blocks

    def _block(self, block: tree.Block) -> str:
        match block:
            case tree.Paragraph():
                return self._paragraph(block)
            case tree.Table():
                return self._table(block)
            case tree.Heading():
                return self._print_heading(block)
            case tree.List():
                return self._list(block)
            case tree.Picture():
                return self._picture(block)
            case tree.Chart():
                return self._picture(block.picture, block)
            case tree.Contents():
                self._has_contents = True
                return "".join(_contents(block.title, block.entries, "contents"))
            case tree.ChangedBlock():
                return self._changed_block(block)
            case _:
                raise TypeError(
                    f"{type(block).__name__} at {block.span} cannot be printed: a pass was left out"
                )

    def _changed_block(self, block: tree.ChangedBlock) -> str:
        listed = len(self._headings)
        content = self._block(block.block)
        if block.change == "deleted":
            del self._headings[listed:]
        return changed(block.change, f"\n{content}", "block") + "\n"

    def _words(self, children: Sequence[tree.Inline]) -> str:
        return inlines(children, self._marks)

    def _table(self, block: tree.Table) -> str:
        if self._comparison:
            from compiler.comparison.sides import whole_table

            if whole := whole_table(block):
                return self._changed_block(whole)
        return self._tables.print(block, self._heading)

    def _paragraph(self, block: tree.Paragraph) -> str:
        content = self._words(block.children)
        anchor = f' id="{attribute(block.anchor)}"' if block.anchor else ""
        if self._marks is not None:
            anchor += self._marks.block(block)
        role = block.role
        if role == "body":
            return f"<p{anchor}>{content}</p>\n"
        name = "p"
        if role == "title" and not self._has_title:
            self._has_title = True
            name = "h1"
        elif role == "attachment-label":
            self._attachment = self._said(block.children), block.anchor
        elif role == "attachment-title":
            self._levels = [0]
            self._heading = self._said(block.children)
            label, target = self._attachment
            self._list_heading(1, f"{label}\u3000", self._heading, target)
            name = "h2"
        elif role == "quote":
            name = "blockquote"
        return f'<{name} class="{role}"{anchor}>{content}</{name}>\n'

    def _print_heading(self, block: tree.Heading) -> str:
        if block.role == "form-title":
            self._levels = []
            style = "form-title"
        else:
            style = f"heading-{block.level}"
        name = f"h{self._rank(block.level)}"
        self._heading = block.contents_text or self._said(block.children)
        anchor = ""
        if block.anchor:
            anchor = f' id="{attribute(block.anchor)}"'
        if self._marks is not None:
            anchor += self._marks.block(block)
        self._list_heading(block.level, block.number, self._heading, block.anchor)
        return (
            f'<{name} class="{style}"{anchor}>{escape(block.number)}{self._words(block.children)}</{name}>\n'
        )

    def _list_heading(self, level: int, number: str, text: str, anchor: str) -> None:
        """Keep it for the contents list of a document that has none of its own."""
        if anchor and not self._has_contents:
            self._headings.append(tree.ContentsEntry(level, number, text, anchor))

    def _list(self, block: tree.List) -> str:
        name = "ol" if block.ordered else "ul"
        start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
        marks = self._marks
        if marks is not None:
            start += marks.block(block)
        out = [f"<{name}{start}>\n"]
        for item in block.items:
            out.append("<li>" if marks is None else f"<li{marks.block(item)}>")
            for inner in item.blocks:
                alone = inner.block if isinstance(inner, tree.ChangedBlock) else inner
                if len(item.blocks) == 1 and isinstance(alone, tree.Paragraph) and not alone.anchor:
                    words = self._words(alone.children)
                    out.append(
                        changed(inner.change, words) if isinstance(inner, tree.ChangedBlock) else words
                    )
                else:
                    out.append(self._block(inner))
            out.append("</li>\n")
        out.append(f"</{name}>\n")
        return "".join(out)

    def _picture(self, block: tree.Picture, chart: tree.Chart | None = None) -> str:
        """A picture; that of a chart with the figures to unfold."""
        anchor = f' id="{attribute(block.anchor)}"' if block.anchor else ""
        if self._marks is not None:
            anchor += self._marks.block(block)
        data = b2a_base64(block.data, newline=False).decode("ascii")
        said = chart.summary if chart is not None else block.description
        image = (
            f'<img src="data:image/{block.format};base64,{data}" alt="{attribute(said)}"'
            f' width="{block.width}" height="{block.height}">'
        )
        lead = f"{block.number}\u3000" if block.number and block.caption else block.number
        caption = f"{escape(lead)}{self._words(block.caption)}"
        caption = f"<figcaption>{caption}</figcaption>\n" if caption else ""
        table = ""
        if chart is not None and chart.table is not None:
            printed = TablePrinter(self._said).print(chart.table, "")
            name = f"{escape(block.number)}的数据"
            table = f'<details class="figures">\n<summary>{name}</summary>\n{printed}</details>\n'
        return f"<figure{anchor}>\n{image}\n{caption}</figure>\n{table}"

    # The stream

    def _print(self, text: str) -> None:
        self._buffer.append(text)
        self._buffered += len(text)
        if self._buffered > BUFFER:
            self._flush()

    def _flush(self) -> None:
        self._out.write("".join(self._buffer).encode())
        self._buffer.clear()
        self._buffered = 0


def head_of(metadata: tree.Metadata, style: Style, after: str = "", script: str = "") -> str:
    """The head of a document's page; `after` and `script` as `head` has them."""
    meta = (
        ("author", metadata.creator),
        ("description", metadata.subject),
        ("dcterms.date", metadata.date),
    )
    return head(metadata.title, meta, made_of(style, stylesheet), after, metadata.language, script)


def _newer_words(children: Sequence[tree.Inline]) -> str:
    """Words as a label or a list of contents has them: of two documents compared, the newer one's."""
    from compiler.comparison.sides import words_of

    return plain_text(words_of(children, "newer"))


def _contents(title: str, entries: Iterable[tree.ContentsEntry], name: str) -> Iterator[str]:
    """The lists of a contents list, in pieces."""
    yield (
        f'<nav class="{name}" aria-labelledby="page-contents">\n'
        f'<p class="contents-title" id="page-contents">{escape(title)}</p>\n'
    )
    levels: list[int] = []
    for entry in entries:
        if levels and entry.level > levels[-1]:
            yield "\n<ol>\n"
            levels.append(entry.level)
        elif not levels:
            yield "<ol>\n"
            levels.append(entry.level)
        else:
            yield "</li>\n"
            while len(levels) > 1 and levels[-2] >= entry.level:
                levels.pop()
                yield "</ol>\n</li>\n"
            levels[-1] = entry.level
        yield f'<li><a href="#{attribute(entry.anchor)}">{escape(entry.number)}{escape(entry.text)}</a>'
    if levels:
        yield "</li>\n</ol>\n" * len(levels)
    yield "</nav>\n"
