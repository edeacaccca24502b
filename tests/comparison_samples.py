"""Two documents in one, made by hand and at random, for the tests of what prints a comparison."""

from __future__ import annotations

from random import Random

from compiler import tree
from tests.docx_samples import (
    SPAN,
    cell,
    document,
    head,
    heading,
    items,
    para,
    part,
    picture,
    row,
    table,
    words,
)

COMPARISON = tree.Comparison('区金融办"<2024>"', "2025-03-01T00:00:00Z")


def added(*children: tree.Inline | str) -> tree.Changed:
    return tree.Changed(SPAN, "inserted", para(*children).children)


def gone(*children: tree.Inline | str) -> tree.Changed:
    return tree.Changed(SPAN, "deleted", para(*children).children)


def new(block: tree.Block) -> tree.ChangedBlock:
    return tree.ChangedBlock(SPAN, "inserted", block)


def old(block: tree.Block) -> tree.ChangedBlock:
    return tree.ChangedBlock(SPAN, "deleted", block)


def compared(*parts: tree.Part | tree.Block) -> tree.Document:
    return tree.replace(document(*parts), comparison=COMPARISON)


def _row(change: tree.Change, *cells: tree.Cell) -> tree.Row:
    return tree.Row(SPAN, cells, change)


def _bare(*texts: str) -> tree.Table:
    return table((5000, 5000), (), [row(cell(text), cell("")) for text in texts])


def _cells(*paragraphs: tuple[tree.Inline, ...]) -> tree.Cell:
    return tree.Cell(SPAN, paragraphs)


def _full(name: str) -> tree.Table:
    return table(
        (4000, 3000, 3000),
        [row(head(f"{name}头", 2), head("数", 1, 2)), row(head("预算"), head("执行"))],
        [
            row(cell("合并", 2), cell("1.5\n2.5"), cell("")),
            row(cell("3", columns=2)),
        ],
        caption=words(f"{name}（单位：万元）"),
        notes=(words(f"注：{name}的注。"), words("又注。")),
        summary=f"{name}的说明",
    )


def inline_changes() -> tree.Document:
    """Words of every kind changed, and changes inside every kind."""
    both = (added("新"), gone("旧"))
    link = tree.Link(SPAN, words("网站"), "https://example.gov.cn/?a=1&b=2")
    return compared(
        para("综合报告", gone("（初稿）"), role="title"),
        heading(1, "", "一、概况"),
        tree.Heading(SPAN, 2, (*words("（一）"), *both), numbered=False),
        para("执行率", gone("99.8% < 100%"), added(tree.Figure(SPAN, "99.9%", "预算.执行率")), "。"),
        para("甲", tree.Strong(SPAN, both), tree.Emphasis(SPAN, (*words("楷"), *both)), "乙"),
        para("见", tree.Link(SPAN, (*both, *words("站")), "https://example.gov.cn/"), gone(link), added(link)),
        para(added(tree.Strong(SPAN, words("粗")), tree.LineBreak(SPAN), "“另起”"), gone(tree.LineBreak(SPAN), " 空 ")),
        para(tree.Strong(SPAN, (gone("全删"),)), "，", tree.Reference(SPAN, (), "表", "", ("表1",))),
        para(gone(tree.Reference(SPAN, (), "表", "", ("表1",))), added("表2"), "。"),
        para(gone("全部的话"), added("换了的话")),
    )  # fmt: skip


def block_changes() -> tree.Document:
    """Every kind of block inserted and deleted, beside every other."""
    blocks: list[tree.Block] = [old(para("旧题名", role="title")), new(para("新题名", role="title"))]
    for make in (
        lambda: para("一段话。"),
        lambda: para("附件", role="attachment-label", page_break=True),
        lambda: para("附件题名", role="attachment-title"),
        lambda: heading(1, "", "一、标题"),
        lambda: tree.Heading(SPAN, 1, words("自评表"), role="form-title", numbered=False),
        lambda: items(True, "第一。", "第二。", (para("第三："), items(False, "里层。"))),
        lambda: _full("全表"),
        lambda: _bare("裸表"),
        lambda: tree.replace(_bare("表单"), form=True),
        lambda: picture(caption=words("图的题")),
        lambda: picture(30, 20),
    ):
        blocks += [old(make()), new(make()), make(), new(make()), old(make()), old(make())]
    return compared(part(blocks))


def tables_and_lists() -> tree.Document:
    """Rows, cells, captions, notes and list items; tables between which something comes or goes."""
    rows = table(
        (5000, 5000),
        [row(head("甲"), head("乙")), _row("inserted", head("新头"), head(""))],
        [
            row(cell("留"), _cells((*words("99"), gone("."), added("点5")))),
            _row("deleted", cell("删行", 2), cell("删一\n删二")),
            _row("deleted", cell("删三")),
            _row("inserted", cell("增行", 1, 2)),
            row(_cells(words("一"), (gone("二"),), words("三")), _cells((gone("一"),), words("二"), (added("三"),))),
            row(_cells((gone("旧"),), (added("新"),)), _cells((gone("甲"),), (gone("乙"),), (added("丙"),))),
            row(_cells((gone("只有旧"),)), _cells((added("一"),), (gone("二"),), (added("三"),))),
        ],
        caption=(gone("旧题"), added("新题")),
        notes=(words("注：留。"), (gone("删去的注。"),), (added("增加的注。"),)),
    )  # fmt: skip
    replaced = table(
        (5000, 5000), (), [_row("deleted", cell("旧"), cell("")), _row("inserted", cell("新"), cell(""))]
    )
    lost = table((10000,), (), [_row("deleted", cell("全删的行"))], caption=words("题"), notes=(words("注"),))
    listed = tree.List(
        SPAN,
        True,
        tuple(
            tree.ListItem(SPAN, blocks)
            for blocks in (
                (para("第一项，", gone("旧"), added("新")),),
                (old(para("删去的项")),),
                (new(para("增加的项")), new(items(False, "里层"))),
                (old(para("旧的话")), new(para("新的话")), para("接着")),
                (para("带表"), _bare("一"), old(_bare("删")), _bare("二")),
                (para("又带"), old(_full("项里的表")), new(picture())),
                (items(True, "深一层"), old(items(True, "删去的深一层"))),
            )
        ),
    )
    captioned = tree.replace(_bare("有题"), caption=(added("增加的题"),))
    return compared(
        part(
            [
                *(rows, replaced, lost, replaced, _bare("一"), old(para("隔开")), _bare("二")),
                *(new(para("隔开")), _bare("三"), old(_bare("旧")), new(_bare("新")), _bare("四")),
                *(new(_bare("新")), _bare("五"), captioned, old(_bare("旧")), listed),
                *(para("列表之后"), new(_bare("末尾")), picture(caption=(gone("旧图题"),))),
            ]
        )
    )


def parts() -> tree.Document:
    """Parts of which the first or last blocks, or all, changed."""
    across: tree.Orientation = "landscape"
    return compared(
        part([new(para("新增的首部分"))]),
        part([old(para("删去的首段")), para("正文"), old(para("删去的末段"))]),
        part([old(_bare("删去的首表")), para("横页"), new(_bare("新增的末表"))], across),
        part([old(para("删去的部分")), old(_bare("表"))], across),
        part([para("附件", role="attachment-label", page_break=True), new(para("新增的末段"))]),
        part([new(para("新增的横页")), new(_bare("表"))], across),
        part([_bare("表"), old(para("删去的末段"))]),
        part([old(para("删去的尾部分"))]),
        part([new(para("新增的尾部分"))]),
    )


DOCUMENTS = {each.__name__: each for each in (inline_changes, block_changes, tables_and_lists, parts)}
"""Every comparison made by hand, by name."""


# At random -------------------------------------------------------------------------------------


def at_random(plain: tree.Document, random: Random) -> tree.Document:
    """A comparison with the words and blocks of a document, any of them changed."""
    made = tuple(
        tree.replace(each, blocks=tuple(_block(block, random) for block in each.blocks))
        for each in plain.parts
    )
    return tree.replace(plain, parts=made, comparison=COMPARISON)


def _change(random: Random) -> tree.Change:
    return random.choice(("inserted", "deleted"))


def _inlines(children: tuple[tree.Inline, ...], random: Random) -> tuple[tree.Inline, ...]:
    return tuple(_inline(child, random) for child in children)


def _inline(child: tree.Inline, random: Random) -> tree.Inline:
    if random.random() < 0.4:
        return tree.Changed(SPAN, _change(random), (child,))
    if isinstance(child, tree.Strong | tree.Emphasis | tree.Link):
        return tree.replace(child, children=_inlines(child.children, random))
    return child


def _block(block: tree.Block, random: Random) -> tree.Block:
    if random.random() < 0.4:
        return tree.ChangedBlock(SPAN, _change(random), block)
    match block:
        case tree.Paragraph() | tree.Heading():
            return tree.replace(block, children=_inlines(block.children, random))
        case tree.List():
            entries = tuple(
                tree.replace(item, blocks=tuple(_block(each, random) for each in item.blocks))
                for item in block.items
            )
            return tree.replace(block, items=entries)
        case tree.Table():
            return tree.replace(
                block,
                head=tuple(_random_row(each, random) for each in block.head),
                body=tuple(_random_row(each, random) for each in block.body),
                notes=tuple(_inlines(note, random) for note in block.notes),
            )
    return block


def _random_row(each: tree.Row, random: Random) -> tree.Row:
    if random.random() < 0.4:
        return tree.replace(each, change=_change(random))
    cells = tuple(
        tree.replace(one, paragraphs=tuple(_inlines(words, random) for words in one.paragraphs))
        for one in each.cells
    )
    return tree.replace(each, cells=cells)
