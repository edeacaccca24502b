"""From markdown-it's block tokens to the tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from compiler import tree
from compiler.diagnostics import Code, Diagnostics
from compiler.patterns import pattern
from compiler.readers.markdown import slips
from compiler.readers.markdown.inlines import read_inlines
from compiler.readers.markdown.marks import CAPTION, ID, NOTE, NUMBERED_CAPTION, TYPED_NUMBER
from compiler.readers.markdown.passage import Passage, extent
from compiler.readers.markdown.tables import read_table
from compiler.readers.markdown.tokens import PlainToken, Token, block_tokens, inline_pieces
from compiler.readers.pictures import read_picture_header
from compiler.source import Source, Span

ReadBytes: TypeAlias = Callable[[str, Span], "bytes | None"]
"""Gives the bytes of a file by its path beside the narrative, as written; reports and gives None when it
is missing, too large, or outside the report's folder."""

MAX_DEPTH = 8
"""How deep lists and quotes may stand in one another; Word's lists have nine levels."""
MAX_PARAGRAPH = 20_000
"""Characters of a paragraph: about thirty printed pages, and read in a fraction of a second even if
every one of them is a mark."""
DEEPEST_HEADING = 4

_REFUSED = {
    "refused_fence": ("不支持代码块", "写成普通段落"),
    "refused_rule": (
        "不支持分隔线",
        "删去这一行；如果上一行是标题，写成“# 标题”；如果是表格的第二行，写成 |---|---|",
    ),
    "refused_underline": ("不支持用等号画线的标题", "标题写成“# 标题”，删去这一行"),
}
_BELONGS_OUTSIDE = {"heading": "标题", "table": "表格", "picture": "图片"}
_MARKUP_ONLY = pattern(r"(?:[ \t>\u3000]|[-+*](?=[ \t]|$)|[0-9]+[.)](?=[ \t]|$))*$")


class BlockReader:
    """Reads one narrative."""

    def __init__(self, source: Source, level: int, sink: Diagnostics, read_bytes: ReadBytes) -> None:
        self._source = source
        self._level = level
        self._sink = sink
        self._read_bytes = read_bytes
        self._tokens: Sequence[Token] = ()
        self._index = 0
        self._depth = 0
        self._quotes = 0
        self._too_deep = False
        # The last mark found, by line and end: another one on its line stands to its right.
        self._mark = (0, 0)

    def read(self) -> tuple[tree.Block, ...]:
        """All blocks of the narrative."""
        self._tokens = block_tokens(self._source.text)
        blocks = self._read_until("")
        # What is plain is read line by line.
        if not self._too_deep and not (self._tokens and type(self._tokens[0]) is PlainToken):
            self._check_all_lines()
        return blocks

    # The sequence of blocks -------------------------------------------------------------------

    def _read_until(self, closing: str) -> tuple[tree.Block, ...]:
        blocks: list[tree.Block] = []
        while self._index < len(self._tokens):
            token = self._tokens[self._index]
            self._index += 1
            kind = token.type
            if kind == closing:
                break
            if kind == "paragraph":
                blocks += self._paragraph(token, blocks)
            elif kind == "heading":
                blocks += self._heading(token)
            elif kind == "table":
                blocks += self._table(token, None, "")
            elif kind == "blockquote_open":
                blocks += self._quote(token)
            elif kind in ("bullet_list_open", "ordered_list_open"):
                blocks += self._list(token)
            elif kind == "unclosed_comment":
                self._error(
                    Code.MARKDOWN_UNSUPPORTED,
                    self._passage(token).span(0, 4),
                    "备注“<!--”没有结束",
                    "在备注的末尾补上“-->”",
                )
            elif kind in _REFUSED:
                passage = self._passage(token)
                self._error(Code.MARKDOWN_UNSUPPORTED, passage.span(0, len(passage.text)), *_REFUSED[kind])
            elif kind != "comment":
                raise ValueError(kind)
        return tuple(blocks)

    def _error(self, code: Code, span: Span, message: str, hint: str) -> None:
        self._sink.error(code, span, message, hint)

    def _passage(self, token: Token) -> Passage:
        return Passage(self._source, token.content, token.meta["starts"])

    def _words(self, passage: Passage) -> tuple[tree.Inline, ...]:
        if len(passage.text) > MAX_PARAGRAPH:
            self._error(
                Code.FILE_TOO_LARGE,
                passage.span(0, 1),
                f"这一段有 {len(passage.text)} 个字符，最多 {MAX_PARAGRAPH} 个",
                "分成几段，段与段之间空一行",
            )
            return ()
        return read_inlines(passage, inline_pieces(passage.text), self._sink)

    def _next(self) -> str:
        """The kind of the next block; notes among colleagues do not count."""
        while self._index < len(self._tokens) and self._tokens[self._index].type == "comment":
            self._index += 1
        return self._tokens[self._index].type if self._index < len(self._tokens) else ""

    def _belongs_outside(self, kind: str, span: Span) -> bool:
        """Whether it stands in a list or quote though it must not; reported then."""
        if self._depth:
            self._error(
                Code.MARKDOWN_UNSUPPORTED,
                span,
                f"列表和引文里不能放{_BELONGS_OUTSIDE[kind]}",
                "顶格写，前后各空一行",
            )
        return self._depth > 0

    # Leaves -----------------------------------------------------------------------------------

    def _paragraph(self, token: Token, before: list[tree.Block]) -> tuple[tree.Block, ...]:
        passage = self._passage(token)
        text = passage.text
        span = passage.span(0, len(text))
        if text.startswith("表") and not self._depth:
            caption = CAPTION.match(text)
            if caption and self._next() == "table":
                return self._captioned_table(passage, caption.end())
            if caption:
                self._sink.warning(
                    Code.BROKEN_TABLE,
                    span,
                    "“表：”后面没有表格",
                    "表题后面紧接着写表格；如果不是表题，请换个写法",
                )
            elif NUMBERED_CAPTION.match(text) and self._next() == "table":
                self._error(Code.BROKEN_TABLE, span, "表题里自己写了表号", "写成“表：标题”，表号由程序编排")
        if text.startswith("![") and len(text) <= MAX_PARAGRAPH:
            picture = self._picture(passage)
            if picture is not None:
                return picture
        slips.report_lines(passage, self._sink)
        words = self._words(passage)
        if not words:  # nothing but notes among colleagues
            return ()
        role: tree.Role = "body"
        if self._quotes:
            role = "quote"
        elif before and NOTE.match(text) and _takes_notes(before[-1]):
            role = "note"
        return (tree.Paragraph(span, words, role),)

    def _heading(self, token: Token) -> tuple[tree.Block, ...]:
        passage, identifier = _without_id(self._passage(token))
        span = self._mark_span(extent(token)[0] + 1, len(token.markup))
        if self._belongs_outside("heading", span):
            return ()
        level = self._level + len(token.markup)
        if level > DEEPEST_HEADING:
            most = DEEPEST_HEADING - self._level
            self._error(
                Code.HEADING_TOO_DEEP,
                span,
                f"“{token.markup}”是第 {level} 级标题，报告最多 {DEEPEST_HEADING} 级",
                f"这个文件里最多用 {most} 个 #" if most > 0 else "这个文件里不能再分标题，请写成普通段落",
            )
            level = DEEPEST_HEADING
        if TYPED_NUMBER.match(passage.text):
            self._sink.warning(Code.MARKDOWN_UNSUPPORTED, span, "标题里自己写了编号", "删去编号，由程序编排")
        words = self._words(passage)
        if not words:
            self._error(Code.MARKDOWN_UNSUPPORTED, span, "标题是空的", "在 # 后面写上标题，或者删去这一行")
        return (tree.Heading(span, level, words, identifier),)

    def _captioned_table(self, passage: Passage, start: int) -> tuple[tree.Block, ...]:
        slips.report_lines(passage, self._sink)
        caption, identifier = _without_id(passage.part(start, len(passage.text)))
        words = self._words(caption)
        if not words:
            self._error(
                Code.BROKEN_TABLE,
                passage.span(0, len(passage.text)),
                "表题没有文字",
                "在“表：”后面写上表的标题",
            )
        token = self._tokens[self._index]
        self._index += 1
        return self._table(token, words, identifier)

    def _table(
        self, token: Token, caption: tuple[tree.Inline, ...] | None, identifier: str
    ) -> tuple[tree.Block, ...]:
        if self._belongs_outside("table", self._passage(token).span(0, 1)):
            return ()
        notes = []
        while self._next() == "paragraph":
            passage = self._passage(self._tokens[self._index])
            if not NOTE.match(passage.text):
                break
            self._index += 1
            slips.report_lines(passage, self._sink)
            notes.append(self._words(passage))
        first, end = extent(token)
        return (
            read_table(
                self._source, first + 1, end + 1, self._words, self._sink, caption, identifier, tuple(notes)
            ),
        )

    def _picture(self, passage: Passage) -> tuple[tree.Block, ...] | None:
        """The picture that the paragraph is; None when it is something else."""
        rest, identifier = _without_id(passage)
        pieces = inline_pieces(rest.text)
        image = pieces[0][3] if len(pieces) == 1 else None
        if image is None or image.type != "image":
            return None
        span = rest.span(0, len(rest.text))
        if self._belongs_outside("picture", span):
            return ()
        if image.attrs["title"]:
            self._error(
                Code.MARKDOWN_UNSUPPORTED,
                span,
                "图片的括号里只能有路径",
                "图题写在方括号里，删去路径后面引号里的文字",
            )
        words = self._words(rest.part(2, 2 + len(image.content)))
        if not words:
            self._error(
                Code.BAD_PICTURE,
                span,
                "图片没有图题",
                "在方括号里写上图题，例如 ![执行率对比](图/执行率.png)",
            )
        path = str(image.attrs["address"])
        if not path:
            self._error(
                Code.BAD_PICTURE,
                span,
                "图片没有写路径",
                "在圆括号里写上图片文件的路径，例如 ![执行率对比](图/执行率.png)",
            )
            return ()
        data = self._read_bytes(path, span)
        header = None if data is None else read_picture_header(data, span, self._sink)
        if data is None or header is None:
            return ()
        return (
            tree.Picture(
                span, data, header.format, header.width, header.height, _plain(words), words, identifier
            ),
        )

    # Containers -------------------------------------------------------------------------------

    def _enter(self, token: Token) -> None:
        """Go one level deeper, and report when that is too deep."""
        self._depth += 1
        if self._depth == MAX_DEPTH + 1:
            self._too_deep = True
            before = self._mark
            self._error(
                Code.MARKDOWN_TOO_DEEP,
                self._mark_span(extent(token)[0] + 1, 1),
                f"列表和引文套了超过 {MAX_DEPTH} 层",
                "减少层次，或者改用小标题",
            )
            self._mark = before

    def _quote(self, token: Token) -> tuple[tree.Block, ...]:
        self._enter(token)
        self._quotes += 1
        blocks = self._read_until("blockquote_close")
        self._quotes -= 1
        self._depth -= 1
        return blocks

    def _list(self, token: Token) -> tuple[tree.Block, ...]:
        self._enter(token)
        ordered = token.type == "ordered_list_open"
        start = int(token.attrs.get("start", 1))
        items: list[tree.ListItem] = []
        numbers: list[tuple[int, Span]] = []
        while self._tokens[self._index].type == "list_item_open":
            item = self._tokens[self._index]
            self._index += 1
            span = self._mark_span(extent(item)[0] + 1, len(item.info) + 1)
            reported = len(self._sink)
            blocks = self._read_until("list_item_close")
            if not blocks and len(self._sink) == reported:
                self._error(
                    Code.MARKDOWN_UNSUPPORTED, span, "列表的这一项没有内容", "写上内容，或者删去这一项"
                )
            if blocks and isinstance(blocks[0], tree.List):
                self._error(
                    Code.MARKDOWN_UNSUPPORTED,
                    span,
                    "列表的这一项没有文字，就套了另一个列表",
                    "在这一项先写上文字",
                )
            items.append(tree.ListItem(span, blocks))
            if ordered:
                numbers.append((int(item.info), span))
        self._index += 1
        self._depth -= 1
        self._check_numbers(numbers)
        return (tree.List(items[0].span, ordered, tuple(items), start),)

    def _mark_span(self, line: int, length: int) -> Span:
        """The place of the next mark (`-`, `1.`, `#`) on a line."""
        after = self._mark[1] if self._mark[0] == line else 0
        text = self._source.line(line)
        start = len(text) - len(text[after:].lstrip(" \t>"))
        self._mark = (line, start + length)
        return Span(self._source, line, start + 1, start + 1 + length)

    def _check_numbers(self, numbers: list[tuple[int, Span]]) -> None:
        """Numbers count up from the first, or are all alike; other numbers would not be printed."""
        first = numbers[0][0] if numbers else 0
        if all(number == first for number, _ in numbers):
            return
        for expected, (number, span) in enumerate(numbers, first):
            if number != expected:
                self._sink.warning(
                    Code.MARKDOWN_UNSUPPORTED,
                    span,
                    f"这一项写的是 {number}，会印成 {expected}",
                    "按顺序编号；如果数字不是编号，在它后面的点前加反斜杠，例如 2023\\.",
                )
                return

    # Nothing is lost --------------------------------------------------------------------------

    def _check_all_lines(self) -> None:
        """Report a line that reached no block: markdown-it silently leaves out what is nested too deep."""
        read: set[int] = set()
        for token in self._tokens:
            if token.nesting == 0:
                read.update(range(*extent(token)))
        for number, line in enumerate(self._source.lines):
            if line and number not in read and not _MARKUP_ONLY.match(line):
                self._error(
                    Code.MARKDOWN_TOO_DEEP,
                    Span(self._source, number + 1, 1, len(line) + 1),
                    "这一行套得太深，读不到",
                    "减少列表和引文的层次",
                )
                return


def _without_id(passage: Passage) -> tuple[Passage, str]:
    match = ID.search(passage.text)
    if match is None:
        return passage, ""
    return passage.part(0, len(passage.text[: match.start()].rstrip(" \t\u3000"))), match[1]


def _takes_notes(block: tree.Block) -> bool:
    return isinstance(block, tree.Picture) or (isinstance(block, tree.Paragraph) and block.role == "note")


def _plain(inlines: tuple[tree.Inline, ...]) -> str:
    """The words of a caption; a value, not yet known, is left open."""
    words = []
    for inline in inlines:
        if isinstance(inline, tree.Text):
            words.append(inline.text)
        elif isinstance(inline, tree.Strong | tree.Emphasis | tree.Marked | tree.Link | tree.Reference):
            words.append(_plain(inline.children))
        else:
            words.append("…")
    return "".join(words)
