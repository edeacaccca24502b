"""Random documents and changes to them, and one side of a merged document, for the tests of comparisons."""

from __future__ import annotations

import random
from collections.abc import Sequence

from compiler import tree
from compiler.comparison.folding import folded
from compiler.comparison.words import inlines, tokens
from compiler.tree import replace
from compiler.writers.dump import dump_blocks
from tests.docx_samples import FORMATS, SPAN, cell, heading, para, words

SENTENCES = (
    "预算15,548.09万元，执行率99.88%。",
    "全年举办活动6场。",
    "工作完成得好。",
    "2024年12月底前拨付完毕；",
    "质量有保障，群众满意",
    "与 Word 2016 兼容。",
)
TITLES = ("概况", "预算执行情况", "2023年服务费", "2024年服务费", "12家企业补贴", "问题", "措施")


class Maker:
    """Makes documents from a seed."""

    def __init__(self, seed: random.Random) -> None:
        self.random = seed

    def document(self) -> tree.Document:
        parts = [tree.Part(SPAN, self.blocks())]
        for number in range(self.random.randint(0, 2)):
            label = para(f"附件{number + 1}", role="attachment-label", id=f"附件{number + 1}")
            title = para(self.random.choice(TITLES), role="attachment-title")
            parts.append(tree.Part(SPAN, (label, title, *self.blocks()), "landscape"))
        return document(parts)

    def blocks(self) -> tuple[tree.Block, ...]:
        return tuple(self.block() for _ in range(self.random.randint(0, 9)))

    def block(self) -> tree.Block:
        kind = self.random.randrange(12)
        if kind < 4:
            level = self.random.randint(1, 3)
            number = self.random.choice(("一、", "二、", "", "（一）", "3."))
            return heading(level, number, self.random.choice(TITLES))
        if kind < 8:
            return tree.Paragraph(SPAN, self.inlines())
        if kind < 9:
            items = tuple(tree.ListItem(SPAN, (para(self.text()),)) for _ in range(self.random.randint(1, 4)))
            return tree.List(SPAN, self.random.random() < 0.5, items)
        if kind < 10:
            data = self.random.choice((b"a", b"b"))
            return tree.Picture(
                SPAN, data, "png", 10, 10, "图", words(self.random.choice(TITLES)), number="图1"
            )
        return self.table()

    def table(self) -> tree.Table:
        columns = self.random.randint(2, 4)
        width = (10_000 // columns,) * columns
        rows: list[tree.Row] = []
        for _ in range(self.random.randint(1, 4)):
            height = self.random.choice((1, 1, 2, 3))
            first = cell(self.random.choice(TITLES), height, header="row")
            for index in range(height):
                lead = (first,) if not index else ()
                others = (cell(self.text(), align="center") for _ in range(columns - 1))
                rows.append(tree.Row(SPAN, (*lead, *others)))
        head = (tree.Row(SPAN, tuple(cell(f"栏{n}", header="col") for n in range(columns))),)
        notes = tuple(words(self.text()) for _ in range(self.random.randint(0, 2)))
        number = self.random.choice(("", "表1", "表2"))
        caption = words(self.random.choice(("", *TITLES)))
        return tree.Table(
            SPAN, width, head, tuple(rows), caption, notes, number=number, numbered=bool(number)
        )

    def text(self) -> str:
        return "".join(self.random.choices(SENTENCES, k=self.random.randint(0, 3)))

    def inlines(self) -> tuple[tree.Inline, ...]:
        return tuple(self.inline() for _ in range(self.random.randint(0, 5)))

    def inline(self) -> tree.Inline:
        text = tree.Text(SPAN, self.random.choice(SENTENCES))
        match self.random.randrange(8):
            case 0:
                return tree.Strong(SPAN, (text, tree.Emphasis(SPAN, (tree.Text(SPAN, "强调"),))))
            case 1:
                return tree.Link(SPAN, (text,), self.random.choice(("https://a.cn", "https://b.cn")))
            case 2:
                return tree.Figure(
                    SPAN, self.random.choice(("100万元", "99.88%", "2024", text.text)), "项.数"
                )
            case 3:
                return tree.LineBreak(SPAN)
            case 4:
                return tree.Reference(SPAN, (), "甲", "sec1", ("“", self.random.choice(FORMATS), "概况", "”"))
            case 5:
                return tree.Reference(SPAN, (text,), "甲", "sec1", ("表1",))
        return text

    # Changes

    def changed(self, older: tree.Document) -> tree.Document:
        """The document with some changes of every kind."""
        parts = []
        for part in older.parts:
            blocks = list(part.blocks)
            for _ in range(self.random.randint(0, 4)):
                self.change(blocks)
            parts.append(replace(part, blocks=tuple(blocks)))
        if self.random.random() < 0.1:
            self.random.shuffle(parts)
        return replace(older, parts=tuple(parts))

    def change(self, blocks: list[tree.Block]) -> None:
        place = self.random.randrange(len(blocks) + 1)
        if place == len(blocks) or self.random.random() < 0.2:
            blocks.insert(place, self.block())
            return
        match self.random.randrange(6):
            case 0:
                del blocks[place]
            case 1:
                blocks.insert(self.random.randrange(len(blocks)), blocks.pop(place))
            case _:
                blocks[place] = self.edited(blocks[place])

    def edited(self, block: tree.Block) -> tree.Block:
        match block:
            case tree.Paragraph():
                return replace(block, children=self.run(block.children))
            case tree.Heading():
                return replace(block, number=self.random.choice(("一、", "四、")), numbered=True)
            case tree.Table():
                rows = list(block.body)
                row = self.random.randrange(len(rows))
                if (
                    all(inner.rowspan == 1 for line in rows for inner in line.cells)
                    and self.random.random() < 0.4
                ):
                    rows.insert(row, rows[row])
                cells = [self.cell(inner) for inner in rows[row].cells]
                rows[row] = replace(rows[row], cells=tuple(cells))
                return replace(block, body=tuple(rows), caption=self.run(block.caption))
            case tree.List():
                items = [*block.items, tree.ListItem(SPAN, (para(self.text()),))]
                self.random.shuffle(items)
                return replace(block, items=tuple(items))
            case tree.Picture():
                return replace(block, caption=self.run(block.caption), number="图2")
        return block

    def cell(self, inner: tree.Cell) -> tree.Cell:
        if self.random.random() < 0.5:
            return inner
        lines = [self.run(line) for line in inner.paragraphs]
        if self.random.random() < 0.3:
            lines.append(words("新的一段。"))
        return replace(inner, paragraphs=tuple(lines))

    def run(self, children: Sequence[tree.Inline]) -> tuple[tree.Inline, ...]:
        out = list(children)
        place = self.random.randrange(len(out) + 1)
        if out and place < len(out) and self.random.random() < 0.5:
            del out[place]
        if self.random.random() < 0.7:
            out.insert(place, self.inline())
        return tuple(out)


def document(parts: Sequence[tree.Part]) -> tree.Document:
    return tree.Document(SPAN, tree.Metadata("题名", "单位", "文种"), FORMATS, tuple(parts))


def seen(shown: tree.Document, *, layout: bool) -> str:
    """A dump of what a reader sees, with pieces of words joined; without `layout` also of figures as words."""
    return "".join(
        f"part {part.orientation if layout else ''}\n{dump_blocks(tuple(_plain(block, layout) for block in part.blocks))}"
        for part in folded(shown).parts
        if part.blocks
    )


def _plain(block: tree.Block, layout: bool) -> tree.Block:
    def run(children: Sequence[tree.Inline]) -> tuple[tree.Inline, ...]:
        units = tokens(children)
        if not layout:
            units = [
                unit if unit.text == "\n" else unit._replace(node=tree.Text(SPAN, unit.text))
                for unit in units
            ]
        return tuple(inlines(units))

    def rows(lines: Sequence[tree.Row]) -> tuple[tree.Row, ...]:
        return tuple(tree.Row(SPAN, tuple(one(inner) for inner in row.cells)) for row in lines)

    def one(inner: tree.Cell) -> tree.Cell:
        inner = replace(inner, span=SPAN, paragraphs=tuple(map(run, inner.paragraphs)))
        return inner if layout else replace(inner, header="", align="left")

    match block:
        case tree.Paragraph():
            block = replace(block, children=run(block.children))
        case tree.Heading():
            block = replace(block, children=run(block.children), contents_text="")
        case tree.List():
            items = (
                tree.ListItem(SPAN, tuple(_plain(b, layout) for b in item.blocks)) for item in block.items
            )
            return replace(block, span=SPAN, items=tuple(items))
        case tree.Table():
            notes = tuple(map(run, block.notes))
            block = replace(
                block, head=rows(block.head), body=rows(block.body), caption=run(block.caption), notes=notes
            )
            if not layout:
                block = replace(block, columns=(0,) * len(block.columns), form=False)
        case tree.Picture():
            block = replace(block, caption=run(block.caption))
    if isinstance(block, tree.Paragraph | tree.Heading) and not layout:
        block = replace(block, page_break=False)
    return replace(block, span=SPAN)


def shuffled(document_: tree.Document, seed: random.Random) -> tree.Document:
    """The document with words of its paragraphs and cells taken out, doubled and put elsewhere, and blocks too."""
    return Maker(seed).changed(Maker(seed).changed(document_))
