"""Whatever the words are, they are in the document, in order and unchanged; and the file stays sound."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler import tree
from tests.docx_lint import lint
from tests.docx_lint_tables import w
from tests.docx_parts import Parts, text
from tests.docx_samples import SPAN, document, items, part, table, write

# What XML can hold, with what it must escape and what Word might take for layout made likely.
WORDS = st.text(
    st.one_of(
        st.sampled_from("&<>\"'] \u3000\u00a0“”…—·，。{}%\\\u2028\u200b\U00020bb7"),
        st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"),
    ),
    max_size=12,
)


def _nested(children: st.SearchStrategy[tree.Inline]) -> st.SearchStrategy[tree.Inline]:
    several = st.lists(children, max_size=3).map(tuple)
    return st.one_of(
        several.map(lambda each: tree.Strong(SPAN, each)),
        several.map(lambda each: tree.Emphasis(SPAN, each)),
        st.tuples(several, WORDS).map(lambda each: tree.Link(SPAN, *each)),
    )


INLINES = st.lists(
    st.recursive(
        st.one_of(
            WORDS.map(lambda each: tree.Text(SPAN, each)),
            WORDS.map(lambda each: tree.Figure(SPAN, each, "预算")),
            st.just(tree.LineBreak(SPAN)),
        ),
        _nested,
        max_leaves=5,
    ),
    max_size=4,
).map(tuple)
PARAGRAPHS: st.SearchStrategy[tree.Block] = st.tuples(
    INLINES, st.sampled_from(["body", "note", "title", "quote", "attachment-label"]), st.booleans()
).map(lambda each: tree.Paragraph(SPAN, *each))  # type: ignore[arg-type]
HEADINGS: st.SearchStrategy[tree.Block] = st.tuples(st.integers(1, 4), INLINES).map(
    lambda each: tree.Heading(SPAN, *each, numbered=False)
)


@st.composite
def tables(draw: st.DrawFn) -> tree.Block:
    columns, rows = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    heads = draw(st.integers(0, rows - 1))
    cells = st.lists(INLINES, max_size=2).map(lambda each: tree.Cell(SPAN, tuple(each)))
    made = [
        tree.Row(SPAN, tuple(draw(st.lists(cells, min_size=columns, max_size=columns)))) for _ in range(rows)
    ]
    widths = (10000 // columns,) * (columns - 1)
    notes = tuple(draw(st.lists(INLINES, max_size=1)))
    form = draw(st.booleans())
    return table((*widths, 10000 - sum(widths)), made[:heads], made[heads:], notes=notes, form=form)


def _lists(children: st.SearchStrategy[tree.Block]) -> st.SearchStrategy[tree.Block]:
    entries = st.lists(st.lists(children, min_size=1, max_size=2).map(tuple), min_size=1, max_size=3)
    return st.tuples(st.booleans(), entries).map(lambda each: items(each[0], *each[1]))


BLOCKS = st.one_of(HEADINGS, tables(), st.recursive(st.one_of(PARAGRAPHS, tables()), _lists, max_leaves=6))
PARTS = st.builds(part, st.lists(BLOCKS, max_size=4), st.sampled_from(["portrait", "landscape"]))


def printed(node: object) -> Iterator[str]:
    """The words of a tree, in order."""
    match node:
        case tree.Text() | tree.Figure():
            yield node.text
        case tuple() | list():
            for each in node:
                yield from printed(each)
        case tree.Strong() | tree.Emphasis() | tree.Link() | tree.Paragraph() | tree.Heading():
            yield from printed(node.children)
        case tree.List():
            yield from printed(node.items)
        case tree.ListItem() | tree.Part():
            yield from printed(node.blocks)
        case tree.Table():
            yield from printed((node.head, node.body, node.notes))
        case tree.Row():
            yield from printed(node.cells)
        case tree.Cell():
            yield from printed(node.paragraphs)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PARTS, min_size=1, max_size=3))
def test_all_words_are_printed_and_the_file_is_sound(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tree.Part]
) -> None:
    data = write(document(*parts))
    body = Parts(data).body
    assert text(body) == "".join(printed(parts))
    assert len(list(body.iter(w("sectPr")))) == len(parts)
    path = tmp_path_factory.getbasetemp() / "文档.docx"
    path.write_bytes(data)
    assert lint(path) == []


def test_the_structure_of_merged_cells_adds_no_words() -> None:
    cell = tree.Cell(SPAN, ((tree.Text(SPAN, "合"),),), rowspan=2, colspan=2)
    alone = tree.Cell(SPAN, ((tree.Text(SPAN, "并"),),))
    made = table((2000, 3000, 5000), (), (tree.Row(SPAN, (cell, alone)), tree.Row(SPAN, (alone,))))
    assert text(Parts(write(document(made))).body) == "合并并"
