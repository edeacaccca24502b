"""Outline and data -> the document, with its prose, placeholders and tables still to be filled in.

The outline decides what comes where. An entry with 逐项 is repeated for every item of a list, its
placeholders seeing the item as 本项 (a project also as 本项目) and its place in the list as 序号.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from compiler.diagnostics import Code
from compiler.expressions import Scope
from compiler.outline import Attachment, Entry, Outline
from compiler.passes.context import Context
from compiler.passes.substitute import fill
from compiler.record import Broken, Missing, Record
from compiler.source import Span
from compiler.table_program import TableProgram
from compiler.tree import (
    Block,
    ChartSlot,
    Contents,
    Document,
    Heading,
    Inline,
    Metadata,
    Paragraph,
    Part,
    Prose,
    Reference,
    Slot,
    TableSlot,
    Text,
    plain_text,
)

if TYPE_CHECKING:
    from compiler.charts.program import ChartProgram


class Assembly:
    """Builds one document."""

    def __init__(
        self,
        outline: Outline,
        scope: Scope,
        tables: Mapping[str, TableProgram],
        charts: Mapping[str, ChartProgram],
        context: Context,
    ) -> None:
        self.outline, self.scope, self.context = outline, scope, context
        self.tables, self.charts = tables, charts
        self._spans: dict[tuple[int, str], Span] = {}
        self.unlisted: set[str] = set()
        """Folders of prose whose items could not be listed, which is reported."""
        self.attachments = [
            (attachment, self._label(attachment, number))
            for number, attachment in enumerate(outline.attachments or (), 1)
        ]

    def document(self, title: tuple[Inline, ...], metadata: Metadata) -> Document:
        """The whole document; its title is also printed on top, unless the outline says 题名页: 否."""
        span = self.outline.span
        front: list[Block] = []
        if self.outline.title_page is not False:
            front.append(Paragraph(self.outline.span_of("document_title"), title, "title"))
        if self.outline.contents is not None:
            spec = self.outline.contents
            front.append(Contents(spec.span, spec.heading, spec.depth))
        parts = [Part(span, (*front, *self._entries(self.outline.entries, 1, self.scope)))]
        for attachment, label in self.attachments:
            parts.append(
                Part(
                    attachment.span,
                    tuple(self._attachment(attachment, label)),
                    attachment.orientation or "portrait",
                )
            )
        return Document(span, metadata, self.outline.heading_formats, tuple(parts))

    # Attachments -----------------------------------------------------------------------

    def _label(self, attachment: Attachment, number: int) -> str:
        """附件4-1 as the data says it, else 附件, else 附件1, 附件2 (GB/T 9704 7.3.7)."""
        given = self._words(attachment.label, self.scope) if attachment.label else ""
        if given:
            return given if given.startswith("附件") else f"附件{given}"
        return "附件" if len(self.outline.attachments or ()) == 1 else f"附件{number}"

    def _attachment(self, attachment: Attachment, label: str) -> Iterator[Block]:
        span = attachment.span
        yield Paragraph(span, (Text(span, label),), "attachment-label", id=attachment.id or label)
        yield Slot(span, (Paragraph(span, attachment.title_template, "attachment-title"),), self.scope)
        for scope, item_id in self._scopes(attachment, self.scope):
            yield from self._filling(attachment, 1, scope, item_id)

    def _attachment_list(self, span: Span) -> Iterator[Block]:
        """附件说明 (GB/T 9704 7.3.4): 附件：名称, or 附件：1. 名称 for several; no mark after the name."""
        several = len(self.attachments) > 1
        for number, (attachment, label) in enumerate(self.attachments, 1):
            lead = ("附件：" if number == 1 else "") + (f"{number}. " if several else "")
            title = fill(attachment.title_template, self.scope, self.context)
            children: list[Inline] = [Text(span, lead)] if lead else []
            yield Paragraph(
                span, (*children, Reference(span, title, attachment.id or label)), "attachment-list"
            )

    # Entries ---------------------------------------------------------------------------

    def _entries(self, entries: tuple[Entry, ...], depth: int, scope: Scope) -> Iterator[Block]:
        for entry in entries:
            level = entry.level or min(depth, 4)
            for inner, item_id in self._scopes(entry, scope):
                if entry.title_template is not None:
                    yield Slot(self._span(entry), tuple(self._heading(entry, level, inner, item_id)), inner)
                yield from self._filling(entry, level, inner, item_id)
                if entry.entries:
                    yield from self._entries(entry.entries, level + 1, inner)

    def _heading(self, entry: Entry, level: int, scope: Scope, item_id: str) -> Iterator[Block]:
        form = bool(entry.form)
        yield Heading(
            self._span(entry),
            level,
            entry.title_template or (),
            id=f"{entry.id}-{item_id}" if entry.id and item_id else entry.id or "",
            numbered=not form and entry.numbered is not False,
            role="form-title" if form else "heading",
            page_break=bool(entry.page_break),
            contents_text=self._words(entry.contents_text, scope) if entry.contents_text else "",
        )
        if entry.subtitle:
            yield Paragraph(entry.span, entry.subtitle, "subtitle")

    def _span(self, entry: Entry | Attachment, attribute: str = "") -> Span:
        """As `entry.span_of`: what is repeated for every project stands in one place."""
        span = self._spans.get((id(entry), attribute))
        if span is None:
            span = self._spans[id(entry), attribute] = entry.span_of(attribute)
        return span

    def _filling(self, entry: Entry | Attachment, level: int, scope: Scope, item_id: str) -> Iterator[Block]:
        """What stands under a title: prose, charts, tables, the list of attachments."""
        if entry.narrative:
            path, wanted = entry.narrative, self._span(entry, "narrative")
            if entry.each is not None:
                path = f"{path}/{item_id}"
                # A clerk who added a project is helped by its place, not by the outline's.
                wanted = scope["本项"].span if isinstance(scope["本项"], (Record, Broken)) else wanted
            # Headings of the prose stand one level below its own title, where it has one.
            own = level if isinstance(entry, Entry) and entry.title_template is not None else level - 1
            yield Slot(self._span(entry), (), scope, Prose(path, own, wanted))
        # An entry of nothing but a table or chart lends it its id; a title keeps the id for itself.
        lent = entry.id if isinstance(entry, Entry) and entry.title_template is None and not item_id else None
        for name in entry.charts or ():
            chart = self.charts.get(name)
            if chart is not None and not chart.is_empty(scope):  # else it takes no number
                yield ChartSlot(self._span(entry, "charts"), chart, scope, id=lent or "")
                lent = None
        for name in entry.tables or ():
            program = self.tables.get(name)
            if program is not None:
                numbered = entry.table_numbers is not False and bool(program.caption) and not entry.form
                yield TableSlot(
                    self._span(entry, "tables"),
                    program,
                    scope,
                    id=lent or "",
                    numbered=numbered,
                    form=bool(entry.form),
                )
                lent = None
        if isinstance(entry, Entry) and entry.attachment_list:
            yield from self._attachment_list(entry.span)
        if isinstance(entry, Attachment) and entry.entries:
            yield from self._entries(entry.entries, level, scope)

    def _scopes(self, entry: Entry | Attachment, scope: Scope) -> Iterator[tuple[Scope, str]]:
        """The scope of each repetition, with the item's id: once with no id when there is no 逐项."""
        if entry.each is None:
            yield scope, ""
            return
        span = entry.span_of("each")
        items = entry.each.value(scope, span, self.context.sink)
        if isinstance(items, Missing):
            return
        if type(items) is not tuple:
            self.unlisted.add(entry.narrative or "")
            if items is not None:
                self.context.sink.error(
                    Code.OUTLINE, span, f"“{entry.each.text}”不是列表", "例如 项目、单位.内设机构"
                )
            return
        for number, item in enumerate(items, 1):
            names = {**scope, "本项": item, "序号": number}
            if _is_project(item, entry.each.text):
                names["本项目"] = item
            yield names, _item_id(item, number)

    def _words(self, children: tuple[Inline, ...], scope: Scope) -> str:
        """A title as plain words, for where there are no inlines."""
        figures = self.context.figures
        words = plain_text(fill(children, scope, self.context))
        self.context.figures = figures  # these words are printed elsewhere, and counted there
        return words


def _is_project(item: object, listed: str) -> bool:
    """Whether an item of the list written as `listed` is a project, also one whose file could not be read."""
    return getattr(item, "NOUN", "") == "项目" or (isinstance(item, Broken) and listed.startswith("项目"))


def _item_id(item: object, number: int) -> str:
    """What an item's prose file is called: its own file's name, else its name, else its number."""
    own = getattr(item, "id", "") or getattr(item, "name", "")
    return own if isinstance(item, (Record, Broken)) and own else str(number)
