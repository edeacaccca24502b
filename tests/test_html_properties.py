"""Any words come back from the page as they went in, whatever marks they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html.parser import HTMLParser

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler import tree
from tests.html_checks import nodes, sample
from tests.html_checks.structure import problems

S = nodes.SPAN

# What breaks markup, what breaks encodings, and what the character gate lets through besides.
_WORDS = st.text(
    st.one_of(
        st.sampled_from("<>&\"'`=;#/\\{}　“”—·…％①〔〕《》𠮷䶮"),
        st.sampled_from("\u0301\u20dd\ufe0f\u200b\u00a0\u2028"),
        st.characters(exclude_categories=("Cc", "Cs", "Cn")),
    ),
    max_size=12,
) | st.sampled_from(
    [
        "&lt;",
        "&amp;amp;",
        "&#20;",
        "</p>",
        "<!--",
        '" onclick="x',
        "]]>",
        "</style><script>",
        "{{ 甲 }}",
        "</main>",
    ]
)

_TEXT = st.builds(tree.Text, st.just(S), _WORDS)
_FIGURE = st.builds(tree.Figure, st.just(S), _WORDS, _WORDS)
_LEAF = _TEXT | _FIGURE | st.just(tree.LineBreak(S))


def _inlines(leaf: st.SearchStrategy[tree.Inline]) -> st.SearchStrategy[tuple[tree.Inline, ...]]:
    return st.lists(leaf, max_size=4).map(tuple)


_INLINES = _inlines(
    st.recursive(
        _LEAF,
        lambda inner: st.one_of(
            st.builds(tree.Strong, st.just(S), _inlines(inner)),
            st.builds(tree.Emphasis, st.just(S), _inlines(inner)),
        ),
        max_leaves=6,
    )
    | st.builds(tree.Link, st.just(S), _inlines(_LEAF), _WORDS.map("https://example.org/".__add__))
)

_PARAGRAPH = st.builds(
    tree.Paragraph,
    st.just(S),
    _INLINES,
    st.sampled_from(["body", "note", "subtitle", "quote", "attachment-label", "attachment-title"]),
    st.booleans(),
)
_HEADING = st.builds(
    tree.Heading, st.just(S), st.integers(1, 4), _INLINES, number=_WORDS, page_break=st.booleans()
)


@st.composite
def _rows(draw: st.DrawFn, columns: int, most: int) -> tuple[tree.Row, ...]:
    """Rows on a complete grid, with cells merged at random."""
    height = draw(st.integers(0, most))
    taken: set[tuple[int, int]] = set()
    rows = []
    for y in range(height):
        cells = []
        for x in range(columns):
            if (y, x) in taken:
                continue
            free = next((to for to in range(x, columns) if (y, to) in taken), columns) - x
            high, wide = draw(st.integers(1, min(3, height - y))), draw(st.integers(1, free))
            taken |= {(y + down, x + right) for down in range(high) for right in range(wide)}
            paragraphs = draw(st.lists(_INLINES, max_size=2).map(tuple))
            header, align = (
                draw(st.sampled_from(["", "col", "row"])),
                draw(st.sampled_from(["left", "right"])),
            )
            cells.append(tree.Cell(S, paragraphs, high, wide, header, align))  # type: ignore[arg-type]
        rows.append(tree.Row(S, tuple(cells)))
    return tuple(rows)


@st.composite
def _table(draw: st.DrawFn) -> tree.Table:
    columns = draw(st.integers(1, 7))
    return tree.Table(
        S, nodes.even(columns), draw(_rows(columns, 2)), draw(_rows(columns, 4)), draw(_INLINES),
        draw(st.lists(_INLINES, max_size=2).map(tuple)), summary=draw(_WORDS), number=draw(_WORDS),
        form=draw(st.booleans()),
    )  # fmt: skip


def _list(inner: st.SearchStrategy[tree.Block]) -> st.SearchStrategy[tree.List]:
    item = st.builds(tree.ListItem, st.just(S), st.lists(inner, max_size=2).map(tuple))
    return st.builds(
        tree.List, st.just(S), st.booleans(), st.lists(item, max_size=3).map(tuple), st.integers(0, 12)
    )


_BODY = st.builds(tree.Paragraph, st.just(S), _INLINES)
_BLOCK = st.one_of(_PARAGRAPH, _HEADING, _table(), st.recursive(_BODY, _list, max_leaves=4))


class _Words(HTMLParser):
    """The words of `<main>`, and the label of each table."""

    def __init__(self) -> None:
        super().__init__()
        self.main = False
        self.words: list[str] = []
        self.labels: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.main = self.main or tag == "main"
        label = dict(attrs).get("aria-label")
        if tag == "table" and label is not None:
            self.labels.append(label)

    def handle_endtag(self, tag: str) -> None:
        self.main = self.main and tag != "main"

    def handle_data(self, data: str) -> None:
        if self.main:
            self.words.append(data)


def _said(children: Sequence[tree.Inline]) -> Iterator[str]:
    for child in children:
        if isinstance(child, tree.Text | tree.Figure):
            yield child.text
        elif isinstance(child, tree.Strong | tree.Emphasis | tree.Link):
            yield from _said(child.children)


def _printed(block: tree.Block) -> Iterator[str]:
    """What a block says, in order."""
    if isinstance(block, tree.Heading):
        yield block.number
    if isinstance(block, tree.Heading | tree.Paragraph):
        yield from _said(block.children)
    elif isinstance(block, tree.List):
        for item in block.items:
            for inner in item.blocks:
                yield from _printed(inner)
    elif isinstance(block, tree.Table):
        yield block.number + ("\u3000" if block.number and block.caption else "")
        yield from _said(block.caption)
        for row in (*block.head, *block.body):
            for cell in row.cells:
                for paragraph in cell.paragraphs:
                    yield from _said(paragraph)
        for note in block.notes:
            yield from _said(note)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_BLOCK, max_size=4).map(tuple), _WORDS)
def test_words_come_back(blocks: tuple[tree.Block, ...], title: str) -> None:
    document = tree.Document(
        S, tree.Metadata(title, title, title), ("一、",), (tree.Part(S, blocks, "landscape"),)
    )
    page = sample.print_html(document)
    parser = _Words()
    parser.feed(page)
    parser.close()
    # The writer's own line ends stand between elements; no text of a tree holds one.
    assert "".join(parser.words).replace("\n", "") == "".join(
        words for block in blocks for words in _printed(block)
    )
    for block in blocks:
        if isinstance(block, tree.Table) and block.summary and not block.caption and not block.number:
            assert block.summary in parser.labels
    assert problems(page) == []
