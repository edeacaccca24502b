"""The expressions in `{{ … }}`: Jinja2's syntax, a closed subset of it, evaluated over the data.

Jinja2 parses (`plain_expressions` what is plain, to the same nodes); what was parsed is then held against a list
of allowed nodes and turned into Python closures over our own values. Jinja2's compiler and sandbox are not used: an expression
can reach records, facts and lists by key and nothing else, so there is no attribute of a Python object to
escape through, no call, and no loop. It is also nearly twenty times as fast as `compile_expression`
(about 2 us instead of 36), and an error knows the name it is about, hence the column.
"""

from __future__ import annotations

import re
from typing import Any

from compiler.diagnostics import Code, Diagnostics
from compiler.evaluator import READS, Evaluate, EvaluationError, Read, Scope, build, missing_value, truth
from compiler.figures import NumberRule
from compiler.filters import FilterError, printed
from compiler.gaps import mark_for
from compiler.plain_expressions import parse_plain
from compiler.record import BrokenData, Missing, Unfilled, Value
from compiler.source import Span
from compiler.value_paths import ValuePath, ValueReader, value_path

__all__ = ["READS", "Expression", "Read", "Scope", "compile_expression", "reads_of", "truth"]

MAX_LENGTH = 2_000
"""Characters of an expression; a sentence in prose needs fewer than 100."""


class Expression:
    """A compiled expression; `text` is what was written between the braces."""

    __slots__ = ("_evaluate", "_reader", "path", "text")

    def __init__(self, text: str, evaluate: Evaluate, path: ValuePath | None) -> None:
        self.text = text
        self._evaluate = evaluate
        self.path = path
        """What it is, when it is nothing but names and a format."""
        self._reader = None if path is None else ValueReader(path)

    def value(self, scope: Scope, span: Span, sink: Diagnostics) -> Value | None:
        """The value in this scope; an error is reported at its place in `span`, and None returned.

        `span` is where the expression's text starts.
        """
        try:
            return self._evaluate(scope)  # type: ignore[no-any-return]
        except EvaluationError as error:
            self._report(error, span, sink)
        except BrokenData:
            pass
        return None

    def text_value(self, scope: Scope, rule: NumberRule, span: Span, sink: Diagnostics) -> str | None:
        """The printed value; an error is reported, and None returned, when it cannot be printed.

        What was read is then given by `reads_of`, when the scope keeps it.
        """
        reads = scope.get(READS)
        if reads is not None:
            reads.clear()
        if self.path is not None and self._reader is not None:
            found = self._reader.read(scope, rule)
            if found is not None:
                if reads is not None:
                    reads.append((found[1], self.path.keys[-1]))
                return found[0]
        try:
            value = self._evaluate(scope)
            if type(value) is str:
                return value
            if type(value) is Missing:
                raise missing_value(value)
            if type(value) is Unfilled:
                return mark_for(value.key)
            return printed(value, rule)
        except EvaluationError as error:
            self._report(error, span, sink)
        except FilterError as error:
            self._report(EvaluationError(error.code, str(error), error.hint), span, sink)
        except BrokenData:
            pass
        return None

    def _report(self, error: EvaluationError, span: Span, sink: Diagnostics) -> None:
        sink.error(
            error.code, _word_span(self.text, error.word, span), error.message, error.hint, error.related
        )


def reads_of(scope: Scope) -> tuple[Read, ...]:
    """What the last `text_value` in this scope read, each once; nothing when the scope keeps no list of it."""
    reads = scope.get(READS)
    return tuple(reads) if reads else ()


_compiled: dict[str, Expression] = {}


def forget_expressions(most: int) -> None:
    """Forget what was compiled when there is more than that of it: reports that follow one another have other names in theirs."""
    if len(_compiled) > most:
        _compiled.clear()


def compile_expression(text: str, span: Span, sink: Diagnostics) -> Expression | None:
    """Compile what stands between `{{` and `}}`; errors are reported, and None returned.

    `span` is where `text` starts. Each distinct text is compiled once.
    """
    found = _compiled.get(text)
    if found is not None:  # as of nearly all, which have no space around them here
        return found
    text = text.strip("\n")
    key = text.strip()
    found = _compiled.get(key)
    if found is None:
        lead = len(text) - len(text.lstrip())
        found = _compile(key, span.at(lead, max(1, len(key))), sink)
        if found is not None:
            _compiled[key] = found
    return found


def _compile(text: str, span: Span, sink: Diagnostics) -> Expression | None:
    if not text:
        sink.error(
            Code.EXPRESSION_SYNTAX,
            span,
            "双花括号里是空的",
            "写上数据的名称，例如 {{ 预算.项目支出.全年执行数|万元 }}",
        )
        return None
    if len(text) > MAX_LENGTH:
        sink.error(
            Code.EXPRESSION_TOO_LONG,
            span,
            f"表达式长达 {len(text)} 个字符，最多 {MAX_LENGTH} 个",
            "拆成几个短的",
        )
        return None
    if not _WIDE.isdisjoint(text) and (wide := re.search(f"[{''.join(_WIDE)}]", _unquoted(text))):
        sink.error(
            Code.EXPRESSION_SYNTAX,
            span.at(wide.start()),
            f"双花括号里有全角符号“{wide[0]}”",
            "双花括号里的符号（. | ( ) [ ] ' 等）都用半角",
        )
        return None
    if "\\" in text:  # Jinja2 would make control characters of escapes
        sink.error(Code.EXPRESSION_SYNTAX, span.at(text.index("\\")), "双花括号里不能用反斜杠", "删去反斜杠")
        return None
    try:
        parsed = parse_plain(text) or _parse(text)
        if parsed is not None:
            return Expression(text, build(parsed, 0), value_path(parsed))
    except EvaluationError as error:
        sink.error(error.code, _word_span(text, error.word, span), error.message, error.hint)
        return None
    except (RecursionError, ValueError):
        pass
    sink.error(
        Code.EXPRESSION_SYNTAX,
        span,
        f"看不懂这个表达式：{_short(' '.join(text.split()))}",
        "写成“名称.名称|单位”的样子，例如 {{ 本项目.全年预算数|万元 }}；名称之间用半角的点，单位前用半角的竖线",
    )
    return None


_WIDE = frozenset("｜．。、（）［］【】，：；‘’“”！＝＋－＊／×÷＜＞")


def _unquoted(text: str) -> str:
    """The expression with spaces for what is in quotes."""
    return re.sub(r"'[^']*'|\"[^\"]*\"", lambda match: " " * len(match[0]), text)


def _parse(text: str) -> Any:
    """Jinja2's node of an expression; None when it is none."""
    # Late: it takes longer to load than most reports' expressions to compile, and few have one that needs it.
    from jinja2.exceptions import TemplateSyntaxError
    from jinja2.parser import Parser

    try:
        parser = Parser(_environment(), text, state="variable")
        parsed = parser.parse_expression()
        return parsed if parser.stream.eos else None
    except TemplateSyntaxError:
        return None


_jinja: Any = None


def _environment() -> Any:
    global _jinja
    if _jinja is None:
        from jinja2 import Environment

        # Used for its grammar only. Folding constants would compute 'a' * 10**9 while parsing.
        _jinja = Environment(optimized=False)  # noqa: S701 - nothing is rendered by Jinja2
    return _jinja


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def _word_span(text: str, word: str, span: Span) -> Span:
    """The place of `word` in an expression that starts at `span`."""
    match = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) if word else None
    return span.at(match.start(), len(word)) if match else span.at(0, max(1, len(text)))
