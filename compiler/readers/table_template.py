"""An HTML `<table>` with Jinja2 `{{ }}`, `{% for %}` and `{% if %}` -> a `TableProgram`.

The template is the keeper's: a few tags, a few attributes, everything else refused at its place. Loops and conditions
must enclose whole tags, as they enclose whole rows or cells in any sane table; so the template is
one well-nested structure and is parsed as one.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from compiler.diagnostics import Code, Diagnostics, nearest
from compiler.expressions import Expression, compile_expression
from compiler.gate import check_characters
from compiler.patterns import pattern
from compiler.readers.table_markup import (
    ALIGN,
    ATTRIBUTE,
    ATTRIBUTES,
    MAX_DEPTH,
    PARENTS,
    REPEATABLE,
    STRAY,
    TEXT_PARENTS,
    TOKEN,
    VOID,
    Open,
    ending,
    shown,
    trimmed,
)
from compiler.source import Source, Span
from compiler.table_program import TableProgram
from compiler.table_steps import Arm, Branch, Break, CellStep, Loop, Out, RowStep, Words
from compiler.tree import Align, Cell, Header, Text

_LOOP = pattern(r"([^\W\d]\w*)\s+in\s+(.+)", re.DOTALL)
_VALUE = pattern(r"\s*\{\{(.*)\}\}\s*", re.DOTALL)
_LINE_END = pattern(r"(?<=[^\x00-\x7f])[ \t]*\n[ \t\n]*(?=[^\x00-\x7f])")
"""Between Chinese characters it is no space."""
_SPACE = pattern(r"[ \t\n]+")


class _Stop(Exception):
    """Parsing cannot go on; what is wrong is reported."""


def read_table_template(source: Source, sink: Diagnostics) -> TableProgram | None:
    """Compile a template; errors are reported, and None returned."""
    parser = _Parser(source, sink)
    try:
        return parser.parse()
    except _Stop:
        return None


class _Parser:
    def __init__(self, source: Source, sink: Diagnostics) -> None:
        self.source, self.sink = source, sink
        self.root = Open("", source.span(0))
        self.stack = [self.root]
        self.tables: list[Open] = []
        self.notes: list[tuple[Any, ...]] = []
        self.columns: list[Decimal] = []
        self.failed = False

    def parse(self) -> TableProgram | None:
        for match in TOKEN.finditer(self.source.text):
            kind = match.lastgroup
            if match["comment"] is not None:
                continue
            if match["out"] is not None:
                self._out(match)
            elif match["block"] is not None:
                self._block(match)
            elif match["tag"] is not None:
                self._tag(match)
            elif match["stray"] is not None:
                raise self._stop(self._place(match), *STRAY[match["stray"]])
            elif kind == "text":
                self._text(match)
        if len(self.stack) > 1:
            left = self.stack[-1]
            raise self._stop(left.span, f"“{left.kind}”没有结束", f"补上 {ending(left.kind)}")
        if len(self.tables) != 1:
            raise self._stop(
                self.source.span(0),
                f"模板里有 {len(self.tables)} 张表，应当正好一张",
                "一个文件只写一个 <table>",
            )
        return None if self.failed else self._program(self.tables[0])

    # Tokens --------------------------------------------------------------------------

    def _place(self, match: re.Match[str], group: str | int = 0) -> Span:
        return self.source.span(match.start(group), match.end(group))

    def _out(self, match: re.Match[str]) -> None:
        span = self._place(match, "out")
        if self._tag_above().kind not in TEXT_PARENTS:
            self._error(Code.TEMPLATE_SYNTAX, span, "{{ }} 要写在格子里", "放进 <td>、<th>、<caption> 或 <p>")
            return
        expression = compile_expression(match["out"], span, self.sink)
        if expression is None:
            self.failed = True
        else:
            lead = len(match["out"]) - len(match["out"].lstrip())
            self.stack[-1].steps.append(Out(expression, span.at(lead, len(expression.text))))

    def _block(self, match: re.Match[str]) -> None:
        words = match["block"].split(None, 1)
        keyword, rest = (words[0] if words else ""), (words[1].strip() if len(words) > 1 else "")
        place = self._place(match)
        start = match.start("block") + match["block"].rfind(rest) if rest else match.start("block")
        span = self.source.span(start, start + max(1, len(rest)))
        top = self.stack[-1]
        if keyword == "for":
            parts = _LOOP.fullmatch(rest)
            if not parts:
                raise self._stop(span, "for 的写法不对", "写成 {% for 行 in 列表 %}")
            over_start = start + parts.start(2)
            over_span = self.source.span(over_start, over_start + len(parts[2]))
            opened = Open("for", place)
            opened.item = (parts[1], self._compiled(parts[2], over_span), over_span)
            self._push(opened)
        elif keyword == "if":
            opened = Open("if", place)
            opened.item = (self._compiled(rest, span), span)
            self._push(opened)
        elif keyword in ("elif", "else") and top.kind == "if" and top.item[0] is not None:
            condition, span = top.item
            top.arms.append(Arm(condition, span, tuple(top.steps)))
            top.steps = []
            top.item = (self._compiled(rest, span), span) if keyword == "elif" else (None, place)
        elif keyword == "endfor" and top.kind == "for":
            self.stack.pop()
            name, over, over_span = top.item
            self.stack[-1].steps.append(Loop(name, over, over_span, tuple(top.steps)))
        elif keyword == "endif" and top.kind == "if":
            self.stack.pop()
            condition, span = top.item
            self.stack[-1].steps.append(Branch((*top.arms, Arm(condition, span, tuple(top.steps)))))
        elif keyword in ("endfor", "endif", "elif", "else"):
            wanted = "for" if keyword == "endfor" else "if"
            inside = any(opened.kind == wanted for opened in self.stack)
            raise self._stop(
                place,
                f"{{% {keyword} %}} 没有对上：打开着的是{shown(top.kind)}"
                if inside
                else f"{{% {keyword} %}} 前面没有 {{% {wanted} … %}}",
                f"先写 {ending(top.kind)}" if inside else f"在前面补上 {{% {wanted} … %}}，或删去它",
            )
        else:
            raise self._stop(
                place,
                f"模板里不能用 {{% {keyword} %}}",
                "只能用 for、if、elif、else、endfor、endif",
                Code.TEMPLATE_FORBIDDEN,
            )

    def _compiled(self, text: str, span: Span) -> Expression:
        expression = compile_expression(text, span, self.sink)
        if expression is None:
            raise _Stop
        return expression

    def _tag(self, match: re.Match[str]) -> None:
        tag, span = match["tag"].lower(), self._place(match)
        if tag not in PARENTS:
            near = nearest(tag, PARENTS)
            raise self._stop(
                span,
                f"模板里不能用 <{tag}>",
                (f"是不是 <{near}>？" if near else "") + f"可用：{'、'.join(PARENTS)}",
                Code.TEMPLATE_FORBIDDEN,
            )
        if match["close"]:
            self._close(tag, span)
            return
        parent = self._tag_above().kind
        if parent not in PARENTS[tag]:
            raise self._stop(
                span,
                f"<{tag}> 不能放在{shown(parent)}里",
                f"放进{'、'.join(shown(name) for name in PARENTS[tag])}；多半是前面少了 {ending(parent)}"
                if parent
                else f"放进{'、'.join(shown(name) for name in PARENTS[tag])}",
            )
        block = self.stack[-1].kind
        if block in ("for", "if") and tag not in REPEATABLE:
            raise self._stop(
                span, f"<{tag}> 不能放在{shown(block)}里", "for 和 if 只能包住行、格，或格里的文字"
            )
        opened = Open(tag, span, self._attributes(tag, match))
        if tag == "col":
            self.columns.append(self._width(opened))
        elif tag == "br":
            self.stack[-1].steps.append(Break())
        else:
            self._push(opened)

    def _close(self, tag: str, span: Span) -> None:
        top = self.stack[-1]
        if tag in VOID:
            return
        if top.kind != tag:
            raise self._stop(
                span,
                f"</{tag}> 没有对上：打开着的是{shown(top.kind)}",
                f"先写 {ending(top.kind)}" if top.kind else "删去它",
            )
        self.stack.pop()
        parent = self.stack[-1]
        if tag == "table":
            self.tables.append(top)
        elif tag == "p":
            self.notes.append(trimmed(top.steps))
        elif tag == "tr":
            parent.steps.append(RowStep(top.span, tuple(top.steps)))
        elif tag in ("td", "th"):
            parent.steps.append(self._cell(top))
        elif tag != "colgroup":
            parent.attributes.setdefault(tag, []).append(top)

    def _text(self, match: re.Match[str]) -> None:
        text = match["text"]
        if self._tag_above().kind in TEXT_PARENTS:
            if "&" in self.source.text[match.start() : match.start() + len(text)]:
                from html import unescape  # late: few templates need it

                text = unescape(text)
                self.failed = not check_characters(text, self._place(match), self.sink) or self.failed
            words = _LINE_END.sub("", text)
            words = _SPACE.sub(" ", words)
            if words:
                self.stack[-1].steps.append(Words(Text(self._place(match), words)))
        elif text.strip():
            offset = match.start() + len(text) - len(text.lstrip())
            self._error(
                Code.TEMPLATE_SYNTAX,
                self.source.span(offset, offset + len(text.strip())),
                f"格子外面有文字“{text.strip()[:20]}”",
                "放进 <td>、<th>、<caption> 或 <p>",
            )

    # Pieces --------------------------------------------------------------------------

    def _push(self, opened: Open) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise self._stop(opened.span, f"嵌套超过 {MAX_DEPTH} 层", "检查有没有漏写结束标签")
        self.stack.append(opened)

    def _tag_above(self) -> Open:
        """The innermost open tag, looking through for and if."""
        return next(opened for opened in reversed(self.stack) if opened.kind not in ("for", "if"))

    def _attributes(self, tag: str, match: re.Match[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        allowed = ATTRIBUTES.get(tag, ())
        for part in ATTRIBUTE.finditer(match["attributes"]):
            offset = match.start("attributes") + part.start()
            span = self.source.span(offset, offset + len(part[0]))
            if part[1] not in allowed:
                self._error(
                    Code.TEMPLATE_FORBIDDEN,
                    span,
                    f"<{tag}> 不能带“{part[1]}”",
                    f"可用：{'、'.join(allowed)}" if allowed else "删去它；样子写在 style.yaml",
                )
                continue
            group = next((number for number in (2, 3, 4) if part[number] is not None), 0)
            value = part[group] if group else ""
            value_span = self.source.span(
                match.start("attributes") + (part.start(group) if group else part.start())
            )
            found[part[1]] = (value, value_span.at(0, max(1, len(value))))
        return found

    def _cell(self, opened: Open) -> CellStep:
        attributes = opened.attributes
        align: Align = "center" if opened.kind == "th" else "left"
        header: Header = ""
        if "class" in attributes:
            value, span = attributes["class"]
            if value not in ALIGN:
                self._error(
                    Code.TEMPLATE_FORBIDDEN, span, f"没有叫“{value}”的 class", f"可用：{'、'.join(ALIGN)}"
                )
            align = ALIGN.get(value, align)
        if opened.kind == "th":
            value, span = attributes.get("scope", ("col", opened.span))
            if value not in ("col", "row"):
                self._error(Code.TEMPLATE_FORBIDDEN, span, f"scope 不能是“{value}”", "用 col 或 row")
            header = value
        rowspan, colspan = self._number(attributes, "rowspan"), self._number(attributes, "colspan")
        content = trimmed(opened.steps)
        fixed = value = None
        constant = isinstance(rowspan, int) and isinstance(colspan, int)
        if constant and len(content) == 1 and type(content[0]) is Out:
            value = content[0]
        elif constant and all(type(step) in (Words, Break) for step in content):
            paragraphs: list[list[Any]] = [[]]
            for step in content:
                if type(step) is Break:
                    paragraphs.append([])
                else:
                    paragraphs[-1].append(step.text)
            fixed = Cell(
                opened.span,
                tuple(tuple(part) for part in paragraphs if part),
                cast(int, rowspan),
                cast(int, colspan),
                header,
                align,
            )
        return CellStep(opened.span, content, rowspan, colspan, header, align, fixed, value)

    def _number(self, attributes: dict[str, Any], name: str) -> Expression | int:
        """A span: a constant or one expression."""
        if name not in attributes:
            return 1
        value, span = attributes[name]
        inner = _VALUE.fullmatch(value)
        if inner:
            return self._compiled(inner[1], span.at(inner.start(1), len(inner[1])))
        if value.isascii() and value.isdigit() and 1 <= int(value) <= 1000:
            return int(value)
        self._error(
            Code.TEMPLATE_SYNTAX,
            span,
            f"{name} 应当是 1 到 1000 的整数，写的是“{value}”",
            f'例如 {name}="2" 或 {name}="{{{{ 组.行|个数 }}}}"',
        )
        return 1

    def _width(self, opened: Open) -> Decimal:
        value, span = opened.attributes.get("width", ("", opened.span))
        try:
            width = Decimal(value.removesuffix("%"))
        except InvalidOperation:
            width = Decimal(0)
        if not value.endswith("%") or not 0 < width <= 100:
            self._error(Code.TEMPLATE_SYNTAX, span, "列宽要写成百分比", '例如 <col width="12%">')
            return Decimal(1)
        return width

    def _program(self, table: Open) -> TableProgram | None:
        sections = {tag: table.attributes.get(tag, []) for tag in ("caption", "thead", "tbody")}
        for tag in ("caption", "thead"):
            if len(sections[tag]) > 1:
                raise self._stop(sections[tag][1].span, f"<{tag}> 写了两次", "留下一个")
        if not self.columns:
            raise self._stop(
                table.span, "表没有写列宽", '在 <table> 下写 <colgroup>，每列一个 <col width="…%">'
            )
        whole = sum(self.columns, Decimal(0))
        if abs(whole - 100) > 1:
            raise self._stop(table.span, f"列宽相加是 {whole}%", "应当是 100%")
        if not sections["tbody"]:
            raise self._stop(table.span, "表没有表体", "把各行放进 <tbody>")
        widths = [int(width * 10_000 / whole) for width in self.columns]
        widths[-1] += 10_000 - sum(widths)
        summary, place = table.attributes.get("aria-label", ("", table.span))
        if "{{" in summary or "{%" in summary:
            raise self._stop(place, "aria-label 里不能用双花括号", "写成固定的文字，说明这是什么表")
        caption = sections["caption"][0].steps if sections["caption"] else []
        return TableProgram(
            self.source,
            table.span,
            tuple(widths),
            trimmed(caption),
            tuple(step for part in sections["thead"] for step in part.steps),
            tuple(step for part in sections["tbody"] for step in part.steps),
            tuple(self.notes),
            summary,
        )

    def _error(self, code: Code, span: Span, message: str, hint: str) -> None:
        self.failed = True
        self.sink.error(code, span, message, hint)

    def _stop(self, span: Span, message: str, hint: str, code: Code = Code.TEMPLATE_SYNTAX) -> _Stop:
        """Report, and give the exception that ends the parsing."""
        self.sink.error(code, span, message, hint)
        return _Stop()
