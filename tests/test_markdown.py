"""The Markdown reader: cases as data, and the promise that nothing written is lost."""

from __future__ import annotations

import re
import struct
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from compiler import tree
from compiler.diagnostics import Code, Diagnostics, Severity, render
from compiler.readers.markdown import MAX_CHARACTERS, blocks, dialect, inline_rules, read_markdown, tokens
from compiler.readers.pictures import MAX_BYTES, read_picture_header
from compiler.source import Source, Span
from compiler.writers.dump import dump_blocks
from tests.case_files import case_files, run_case


def png(width: int, height: int) -> bytes:
    """A PNG whose header is right; its pixels are never looked at."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def jpeg(width: int, height: int) -> bytes:
    """A JPEG with an application segment, a frame header and an empty scan."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"
    return (
        b"\xff\xd8\xff\xe0\0\4ab\xff\xc0"
        + struct.pack(">H", len(frame) + 2)
        + frame
        + b"\xff\xda\0\4ab..\xff\xd9"
    )


PICTURES = {
    "图/执行率.png": png(800, 600),
    "图/照片.jpg": jpeg(1200, 900),
    "图/巨大.png": png(60_000, 60_000),
    "图/零.png": png(0, 10),
    "图/残.png": png(800, 600)[:-8],
    "图/残.jpg": jpeg(1200, 900)[:-2],
    "图/矢量.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "图/动画.gif": b"GIF89a\1\0\1\0",
}


def read(text: str, level: int = 1) -> tuple[tuple[tree.Block, ...], Diagnostics]:
    sink = Diagnostics()

    def read_bytes(path: str, span: Span) -> bytes | None:
        if path not in PICTURES:
            sink.error(Code.MISSING_FILE, span, f"没有图片“{path}”", "检查文件名")
        return PICTURES.get(path)

    return read_markdown(Source("叙述.md", text), level, sink, read_bytes), sink


def codes(sink: Diagnostics) -> list[Code]:
    return [item.code for item in sink]


@pytest.mark.parametrize("path", case_files("markdown"), ids=lambda path: path.stem)
def test_case(path: Path, accept: bool) -> None:
    def run(sections: dict[str, str]) -> str:
        made, sink = read(sections["input"], int(sections.get("level", "1")))
        return dump_blocks(made) + "".join(f"{render(item)}\n" for item in sink)

    run_case(path, run, accept)


# Nothing is lost ---------------------------------------------------------------------------------

# What may be markup, and the space around it. All else that is typed must arrive.
_MARKUP = re.compile(r"[\s#*>\-+\[\]()!\\|{}:：.§<]")


def printed(made: Sequence[tree.Block]) -> str:
    """Everything the tree holds, in the order of the source: words, expressions, addresses, ids, numbers."""
    return "".join(_of_block(block) for block in made)


def _of_block(block: tree.Block) -> str:
    match block:
        case tree.Paragraph():
            return _of_inlines(block.children)
        case tree.Heading():
            return _of_inlines(block.children) + block.id
        case tree.List():
            return "".join(_at(item.span) + printed(item.blocks) for item in block.items)
        case tree.Table():
            cells = "".join(
                _of_inlines(words)
                for row in block.head + block.body
                for cell in row.cells
                for words in cell.paragraphs
            )
            caption = f"表{_of_inlines(block.caption)}{block.id}" if block.numbered else ""
            return caption + cells + "".join(map(_of_inlines, block.notes))
    raise AssertionError(block)


def _of_inlines(children: Sequence[tree.Inline]) -> str:
    words = []
    for child in children:
        match child:
            case tree.Text():
                words.append(child.text)
            case tree.Placeholder():
                words.append(child.expression.text)
            case tree.Strong() | tree.Emphasis():
                words.append(_of_inlines(child.children))
            case tree.Link():
                words.append(_of_inlines(child.children) + child.address)
            case tree.Reference():
                words.append(_of_inlines(child.children) + child.target)
    return "".join(words)


def _at(span: Span) -> str:
    return span.source.line(span.line)[span.column - 1 : span.end - 1]


def complaint(text: str) -> str:
    """What is wrong with how a text was read; empty when all is well."""
    made, sink = read(text)
    lines = text.split("\n")
    for item in sink:
        line, column = item.span.line, item.span.column
        if not (1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1):
            return f"{item} is not in the text"
    if any(item.severity is Severity.ERROR for item in sink):
        return ""
    expected, actual = _MARKUP.sub("", text), _MARKUP.sub("", printed(made))
    return "" if expected == actual else f"{expected!r} became {actual!r}"


def misplaced(made: Sequence[tree.Block]) -> Iterator[str]:
    """Every inline whose span does not hold what it says."""
    for child in _all_inlines(made):
        place = _at(child.span)
        match child:
            case tree.Text() if child.text != " " and place not in (child.text, child.text.removesuffix(" ")):
                yield f"{child.text!r} is said to be at {child.span}, where {place!r} is"
            case tree.Placeholder() if place.replace("\\|", " |") != child.expression.text:
                yield f"{child.expression.text!r} is said to be at {child.span}, where {place!r} is"
            case tree.Strong() if place[:2] != "**" or not (place.endswith("**") or _at_end(child.span)):
                yield f"bold is said to be at {child.span}, where {place!r} is"


def _at_end(span: Span) -> bool:
    return span.end == len(span.source.line(span.line)) + 1


def _all_inlines(made: Sequence[tree.Block]) -> Iterator[tree.Inline]:
    for block in made:
        match block:
            case tree.Paragraph() | tree.Heading():
                yield from _nested(block.children)
            case tree.List():
                for item in block.items:
                    yield from _all_inlines(item.blocks)
            case tree.Table():
                yield from _nested(block.caption)
                for words in block.notes:
                    yield from _nested(words)
                for row in block.head + block.body:
                    for cell in row.cells:
                        for words in cell.paragraphs:
                            yield from _nested(words)


def _nested(children: Sequence[tree.Inline]) -> Iterator[tree.Inline]:
    for child in children:
        yield child
        if isinstance(child, tree.Strong | tree.Emphasis | tree.Link | tree.Reference):
            yield from _nested(child.children)


PIECES = [
    *"甲乙丙预算款项，。：（）“”％abcXYZ789_~=&;%@^$`",
    *"*#>-+[]()!\\| \n\u3000\t{}.",
    "\n",
    "\n\n",
    "\n    ",
    "\n　　",
    "  \n",
    "\\\n",
    "**",
    "***",
    "\n- ",
    "\n1. ",
    "\n2. ",
    "  - ",
    "\n> ",
    "\n# ",
    "\n## ",
    "{{ 本项目.全年预算数|万元 }}",
    "{{ 甲 \\| 乙 }}",
    "{{",
    "}}",
    "[甲](#乙)",
    "[](#丙)",
    "[甲](http://a.b/)",
    " {#戊}",
    "](",
    "\n| 甲 | 乙 |\n|---|:-:|\n| a | b |\n",
    "\n\n表：丁 {#己}\n\n|甲|乙|\n|-|-|\n",
    "|7|8|\n",
    "\n\n注：",
    "<!-- § -->",
]
# Most texts of all pieces are refused for something; of these, most are read to the end.
CALM = [
    *"甲乙丙预算，。：（）“”％abcXYZ789_~=;%@$`",
    *"**>-+()!\\| \u3000\t.",
    "\n",
    "\n\n",
    "\n    ",
    "\n　　",
    "  \n",
    "\\\n",
    "**",
    "***",
    "\n- 甲",
    "\n1. 乙",
    "\n2. 丙",
    "\n  - 丁",
    "\n> 甲\n>\n> - 乙",
    "\n\n# 甲 {#乙}\n",
    "\\*",
    "[甲]",
    "[**甲**](#乙)",
    "[](#丙)",
    "[甲](http://a.b/)",
    "{{ 本项目.全年预算数|万元 }}",
    "{{ 甲 \\|万元 }}",
    "<!-- § -->",
    "\n\n<!--\n§\n\n-->\n",
    "\n\n表：丁 {#己}\n\n|甲|乙|\n|-|-|\n|{{ 甲|万元 }}|\\||\n注：戊\n\n",
    "\n\n甲|乙\n-|-\n7|8\n\n",
]
TEXTS = st.one_of(*(st.lists(st.sampled_from(pieces), max_size=40).map("".join) for pieces in (CALM, PIECES)))


@settings(max_examples=600, deadline=None)
@given(TEXTS)
@example("> " * 30 + "甲")
@example("\n".join("  " * depth + "- 甲" for depth in range(60)))
@example("|甲|乙|\n|-|-|\n|a|b|c|\n")
@example("甲\n===\n乙")
@example("[甲]: http://a.b/ (乙)")
@example("    甲\n\n\t乙")
def test_all_that_is_typed_arrives_or_is_refused(text: str) -> None:
    assert complaint(text) == ""


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_spans_point_at_what_they_name(text: str) -> None:
    made, _ = read(text)
    assert list(misplaced(made)) == []


PLAIN_PIECES = [
    "甲",
    "乙",
    "a",
    "7",
    " ",
    "，",
    "：",
    "（",
    "）",
    "%",
    "(",
    ")",
    "**",
    "**",
    "\n\n",
    "{{ 甲|万元 }}",
    "{{",
    "}",
    "*",
]
PLAIN_PIECES += ["\n", "\u3000", "- ", "1.", "#", "表：", "注：", "\\", "[", "<!--", "\t", "!", "{"]
PLAIN_TEXTS = st.lists(st.sampled_from(PLAIN_PIECES[:20]), max_size=14).map("".join)


@settings(max_examples=600, deadline=None)
@given(st.one_of(PLAIN_TEXTS, st.lists(st.sampled_from(PLAIN_PIECES), max_size=14).map("".join), TEXTS))
@example("甲**乙**丙{{ 甲|万元 }}\n\n**乙：**甲")
@example("**甲**乙**丙**")
@example("甲**{{ 甲 }}**、(1+2)**98%**5")
def test_plain_prose_is_read_as_markdown_it_reads_it(text: str) -> None:
    quickly, said = read(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "plain_blocks", lambda text: None)
        patch.setattr(tokens, "plain_inlines", lambda text: None)
        made, sink = read(text)
    assert dump_blocks(quickly) == dump_blocks(made)
    assert places(quickly) == places(made)
    assert list(map(render, said)) == list(map(render, sink))


def places(blocks: Iterable[Any]) -> list[Any]:
    """The spans of all there is, outermost first."""
    return [
        [
            node.span[1:],
            *(
                places(getattr(node, field))
                for field in ("children", "items", "blocks")
                if hasattr(node, field)
            ),
        ]
        for node in blocks
    ]


def test_what_most_prose_is_needs_no_markdown_it() -> None:
    text = "1.根据{{ 甲 }}，支出**{{ 乙|万元数 }}**万元。\n\n**注意：**按要求完成。\n"
    assert tokens.plain_blocks(text) is not None
    assert all(tokens.plain_inlines(line) is not None for line in text.split("\n"))


@pytest.fixture
def fresh_parser() -> Iterator[None]:
    """The parser is built anew for the test, and for the one after it."""
    dialect.parser.cache_clear()
    yield
    dialect.parser.cache_clear()


DEEP = "> 甲\n>\n> > 乙\n> >\n> > > 丙"


@pytest.mark.usefixtures("fresh_parser")
def test_the_promise_fails_when_the_parser_leaves_out_what_is_deep(monkeypatch: pytest.MonkeyPatch) -> None:
    assert complaint(DEEP) == ""
    monkeypatch.setattr(dialect, "MAX_NESTING", 2)
    dialect.parser.cache_clear()
    _, sink = read(DEEP)
    assert codes(sink) == [Code.MARKDOWN_TOO_DEEP]
    monkeypatch.setattr(blocks.BlockReader, "_check_all_lines", lambda self: None)
    assert "became" in complaint(DEEP)


@pytest.mark.usefixtures("fresh_parser")
def test_the_promise_fails_when_a_rule_drops_text(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "预算\\%执行\n支出"
    assert complaint(text) == ""

    def dropping(state: inline_rules.MappedInline, silent: bool) -> bool:
        if state.src[state.pos] != "\\":
            return False
        if state.pending:
            state.pushPending()
        state.pos += 2
        return True

    rules = [dropping if rule is inline_rules.escape else rule for rule in dialect._INLINE_RULES]
    monkeypatch.setattr(dialect, "_INLINE_RULES", tuple(rules))
    dialect.parser.cache_clear()
    assert "became" in complaint(text)


def test_misplaced_spans_are_noticed() -> None:
    source = Source("叙述.md", "甲乙")
    wrong = tree.Paragraph(Span(source, 1, 1, 3), (tree.Text(Span(source, 1, 2, 3), "甲"),))
    assert list(misplaced([wrong]))


# Limits ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        "**a *a" * 50_000,
        "![[]()" * 50_000,
        "![" * 50_000,
        "{{ a" * 50_000,
        "<!--" * 50_000,
        "[^" * 50_000,
        ">" * 50_000,
        "- " * 50_000 + "a",
        "# a" + " " * 50_000 + "b",
        "# 甲" + " {#a" * 50_000,
        "<!--\n" * 50_000,
        "|" * 3_500 + "\n" + "|-" * 3_500 + "|\n" + "|a" * 100,
        "a\n" * 50_000,
        "\n".join("[" * 9_000 for _ in range(10)),
        "\n\n".join("*甲 **乙 " * 2_000 for _ in range(5)),
        "\n\n".join("![[]()" * 3_000 for _ in range(4)),
        "|" + "{{" * 9_000 + "|\n|-|\n",
    ],
    ids=lambda text: text[:6].replace("\n", "/") + f"-{len(text)}",
)
def test_hostile_text_is_read_in_time(text: str) -> None:
    begin = time.process_time()
    read(text)
    assert time.process_time() - begin < 2


def test_a_file_over_the_limit_is_refused() -> None:
    assert codes(read("甲" * (MAX_CHARACTERS + 1))[1]) == [Code.FILE_TOO_LARGE]


def test_a_paragraph_over_the_limit_is_refused() -> None:
    limit = blocks.MAX_PARAGRAPH
    assert codes(read("甲" * limit)[1]) == []
    assert codes(read("甲" * (limit + 1))[1]) == [Code.FILE_TOO_LARGE]


def test_reading_leaves_nothing_behind_for_the_next_text() -> None:
    first = dump_blocks(read("[甲](#乙)\n\n[丙]: http://a.b/")[0])
    read("**没有 {{ 结束\n\n- 甲")
    assert dump_blocks(read("[甲](#乙)\n\n[丙]: http://a.b/")[0]) == first


# Pictures ----------------------------------------------------------------------------------------


def picture_codes(data: bytes) -> list[Code]:
    sink = Diagnostics()
    header = read_picture_header(data, Source("叙述.md", "![]()").span(0), sink)
    assert (header is None) == bool(len(sink))
    return codes(sink)


def test_pictures_have_the_size_their_header_says() -> None:
    span = Source("叙述.md", "![]()").span(0)
    assert read_picture_header(png(3, 4), span, Diagnostics()) == ("png", 3, 4)
    assert read_picture_header(jpeg(5, 6), span, Diagnostics()) == ("jpeg", 5, 6)


def test_the_picture_limits_are_where_they_are_said_to_be() -> None:
    assert picture_codes(png(10_000, 5_000)) == []
    assert picture_codes(png(10_000, 5_001)) == [Code.PICTURE_TOO_LARGE]
    assert picture_codes(png(1, 1) + bytes(MAX_BYTES)) == [Code.PICTURE_TOO_LARGE]


@pytest.mark.parametrize("whole", [png(8, 8), jpeg(8, 8)], ids=["png", "jpeg"])
def test_a_truncated_picture_is_refused_wherever_it_ends(whole: bytes) -> None:
    assert picture_codes(whole) == []
    assert all(picture_codes(whole[:end]) == [Code.BAD_PICTURE] for end in range(len(whole)))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b""]), st.binary(max_size=200))
def test_any_bytes_are_judged_without_a_crash(start: bytes, rest: bytes) -> None:
    picture_codes(start + rest)
