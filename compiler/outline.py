"""The outline of a document kind, as outline.yaml declares it.

The outline says which chapters there are, in what order, and what fills each: prose, a table, one entry for
every project. It is the template keeper's; another office's order of chapters is another file.
"""

from __future__ import annotations

from typing import Literal

from compiler.diagnostics import Code, Diagnostics
from compiler.expressions import Expression, compile_expression
from compiler.figures import NumberRule
from compiler.kinds import FLAG, TEXT, Context, Kind, choice, integer, list_of, one_or_list
from compiler.patterns import pattern
from compiler.rawdata import Node, Scalar
from compiler.record import Record
from compiler.schema import optional, read_record, record_of, required
from compiler.source import Span
from compiler.tree import Inline, Placeholder, Text

_PIECE = pattern(r"\{\{(.*?)\}\}")
_BRACES = pattern(r"\{\{|\}\}")
_LONE_NUMBER = pattern(r"[-+−－]?\d[\d.,]*\S{0,3}")
_STRAY = pattern(r"\{\{|\}\}|\{%|%\}|[｛｝]")


def _template(node: Node, context: Context, key: str) -> tuple[Inline, ...] | None:
    """Text with `{{ }}` in it, as inlines."""
    if type(node) is not Scalar:
        context.error(
            Code.WRONG_TYPE, node.place, f"“{key}”应当是文字，这里却是一组值", "含双花括号的文字要加双引号"
        )
        return None
    span = _inside_quotes(node, context)
    for match in _STRAY.finditer(_PIECE.sub(lambda piece: " " * len(piece[0]), node.text)):
        context.sink.error(
            Code.EXPRESSION_SYNTAX,
            span.at(match.start(), len(match[0])),
            f"“{match[0]}”没有成对，会原样印出来",
            "写成 {{ 名称 }}，花括号都用半角；题里不能用 {% %}",
        )
        return None
    out: list[Inline] = []
    end = 0
    for match in _PIECE.finditer(node.text):
        if match.start() > end:
            out.append(Text(span.at(end), node.text[end : match.start()]))
        place = span.at(match.start(1), len(match[1]))
        expression = compile_expression(match[1], place, context.sink)
        if expression is None:
            return None
        out.append(Placeholder(place, expression))
        end = match.end()
    if end < len(node.text):
        out.append(Text(span.at(end), node.text[end:]))
    return tuple(out)


def _expression(node: Node, context: Context, key: str) -> Expression | None:
    if type(node) is not Scalar:
        context.error(Code.WRONG_TYPE, node.place, f"“{key}”应当是列表的名称", "例如 项目、单位.内设机构")
        return None
    span = _inside_quotes(node, context)
    if brace := _BRACES.search(node.text):
        inner = node.text.replace("{{", " ").replace("}}", " ").strip()
        context.sink.error(
            Code.EXPRESSION_SYNTAX,
            span.at(brace.start(), len(brace[0])),
            "这里不写双花括号",
            f"直接写 {inner or '本项.全年预算数|万元'}",
        )
        return None
    told = Diagnostics()
    expression = compile_expression(node.text, span, told)
    for item in told:
        if _LONE_NUMBER.fullmatch(node.text.strip()):
            message = f"这里要写表达式，不能写“{node.text.strip()}”"
            context.sink.error(item.code, item.span, message, "写数据的名称，如 本项.全年预算数|万元")
            continue
        # There are no braces here; the words for those of prose would send people looking for some.
        message = item.message.replace("双花括号里", "表达式里").replace(
            "看不懂这个表达式", "这里要写表达式，看不懂"
        )
        hint = (
            item.hint.replace("双花括号里", "表达式里")
            .replace("{{ ", "")
            .replace(" }}", "")
            .replace("本项目.", "本项.")
        )
        context.sink.add(item._replace(message=message, hint=hint))
    return expression


def _inside_quotes(node: Scalar, context: Context) -> Span:
    """The place of a scalar's text, which its quotes are no part of."""
    span = context.span(node.place)
    quoted = span.source.line(span.line)[span.column - 1 : span.column] in ("'", '"')
    return span.at(1 if quoted else 0, max(1, len(node.text)))


def _number_format(node: Node, context: Context, key: str) -> str | None:
    text = TEXT.read(node, context, key)
    if text is not None and not any(sample in text for sample in "一1①Aa"):
        context.error(
            Code.OUTLINE, node.place, f"编号“{text}”里没有会数数的字", "写一、1、①、A、a 之一，例如 （一）"
        )
        return None
    return text


def _entry(node: Node, context: Context, key: str) -> Entry | None:
    entry = read_record(Entry, node, context, key)
    if entry is not None and not entry.places.keys() & {
        "title_template",
        "narrative",
        "tables",
        "charts",
        "attachment_list",
        "entries",
    }:
        context.error(
            Code.OUTLINE,
            node.place,
            "大纲的这一项什么也不印",
            "写上 题、叙述、表、图、附件清单、章节 之一，或删去这一项",
        )
        return None
    if entry is not None and entry.contents_text is not None and not entry.form:
        # Word makes the list anew from headings: only a form's title can say something else there.
        context.sink.error(
            Code.OUTLINE,
            entry.span_of("contents_text"),
            "只有“表单: 是”的一项可以另写目录名",
            "删去“目录名”，目录里就是“题”",
        )
        return None
    return entry


TEMPLATE: Kind[tuple[Inline, ...]] = Kind(_template)
EXPRESSION: Kind[Expression] = Kind(_expression)
ORIENTATION: Kind[Literal["portrait", "landscape"]] = choice({"纵": "portrait", "横": "landscape"})


class Entry(Record):
    """A chapter, section or attachment: a title and what stands under it."""

    NOUN = "大纲的一项"
    title_template: tuple[Inline, ...] | None = optional("题", TEMPLATE)
    contents_text: tuple[Inline, ...] | None = optional("目录名", TEMPLATE)
    """What the contents list says instead of the title."""
    subtitle: tuple[Inline, ...] | None = optional("副题", TEMPLATE)
    id: str | None = optional("id", TEXT)
    level: int | None = optional("级", integer(1, 4))
    """The level of its number, when it is not the depth of nesting."""
    numbered: bool | None = optional("编号", FLAG)
    page_break: bool | None = optional("另页", FLAG)
    form: bool | None = optional("表单", FLAG)
    narrative: str | None = optional("叙述", TEXT)
    """A file, or under 逐项 a folder, in narrative/."""
    tables: tuple[str, ...] | None = optional("表", one_or_list(TEXT))
    charts: tuple[str, ...] | None = optional("图", one_or_list(TEXT))
    table_numbers: bool | None = optional("表编号", FLAG)
    each: Expression | None = optional("逐项", EXPRESSION)
    """The list whose items each get this entry."""
    attachment_list: bool | None = optional("附件清单", FLAG)
    entries: tuple[Entry, ...] | None = optional("章节", list_of(Kind(_entry)))


class Attachment(Record):
    """An attachment: starts on a new page, after the body."""

    NOUN = "附件"
    title_template: tuple[Inline, ...] = required("题", TEMPLATE)
    label: tuple[Inline, ...] | None = optional("编号", TEMPLATE)
    """Its number, when it is not counted: 4-1."""
    id: str | None = optional("id", TEXT)
    orientation: Literal["portrait", "landscape"] | None = optional("纸张", ORIENTATION)
    narrative: str | None = optional("叙述", TEXT)
    tables: tuple[str, ...] | None = optional("表", one_or_list(TEXT))
    charts: tuple[str, ...] | None = optional("图", one_or_list(TEXT))
    table_numbers: bool | None = optional("表编号", FLAG)
    each: Expression | None = optional("逐项", EXPRESSION)
    form: bool | None = optional("表单", FLAG)
    entries: tuple[Entry, ...] | None = optional("章节", list_of(Kind(_entry)))


class ContentsSpec(Record):
    """目录: whether and how there is a contents list."""

    NOUN = "目录"
    heading: str = required("题名", TEXT)
    depth: int = required("级数", integer(1, 4))


class NumberSpec(Record):
    """数字: the one rule by which figures are printed."""

    NOUN = "数字"
    rate_digits: int | None = optional("率小数位", integer(0, 6))
    yuan_digits: int | None = optional("元小数位", integer(0, 2))
    wan_digits: int | None = optional("万元小数位", integer(0, 6))
    yi_digits: int | None = optional("亿元小数位", integer(0, 10))
    pad: bool | None = optional("补零", FLAG)
    grouped: bool | None = optional("千分位", FLAG)

    @property
    def rule(self) -> NumberRule:
        """The rule, with the defaults for what is not declared."""
        standard = NumberRule()
        digits = tuple(
            given if given is not None else usual
            for given, usual in zip(
                (self.yuan_digits, self.wan_digits, self.yi_digits), standard.digits, strict=True
            )
        )
        rate = standard.rate_digits if self.rate_digits is None else self.rate_digits
        return NumberRule(rate, digits, bool(self.pad), bool(self.grouped))  # type: ignore[arg-type]


class Outline(Record):
    """A whole outline.yaml."""

    NOUN = "outline.yaml"
    document_title: tuple[Inline, ...] = required("题名", TEMPLATE)
    title_page: bool | None = optional("题名页", FLAG)
    """Whether the title is printed on top of the first page."""
    contents: ContentsSpec | None = optional("目录", record_of(ContentsSpec))
    heading_formats: tuple[str, ...] = required("编号", list_of(Kind(_number_format)))
    numbers: NumberSpec | None = optional("数字", record_of(NumberSpec))
    entries: tuple[Entry, ...] = required("章节", list_of(Kind(_entry)))
    attachments: tuple[Attachment, ...] | None = optional("附件", list_of(record_of(Attachment)))
