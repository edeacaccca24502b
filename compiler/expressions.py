"""The expressions in `{{ … }}`: Jinja2's syntax, a closed subset of it, evaluated over the data.

Jinja2 parses; what it parsed is then held against a list of allowed nodes and turned into
Python closures over our own values. Jinja2's compiler and sandbox are not used: an expression
can reach records, facts and lists by key and nothing else, so there is no attribute of a Python object to
escape through, no call, and no loop. It is also thirty times as fast as `compile_expression`
(about 1 us instead of 36), and an error knows the name it is about, hence the column.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import Any, TypeAlias

from compiler.diagnostics import Code, Diagnostics, nearest
from compiler.figures import Amount, Count, NumberRule, Rate
from compiler.filters import FILTERS, FilterError, printed, type_name
from compiler.record import Facts, Missing, Record, Value
from compiler.source import Span

Scope: TypeAlias = Mapping[str, Any]
"""The names an expression may use, with their values."""

MAX_LENGTH = 2_000
"""Characters of an expression; a sentence in prose needs fewer than 100."""


class EvaluationError(Exception):
    """An expression has no value; `word` is the part of its text to point at."""

    def __init__(self, code: Code, message: str, hint: str, word: str = "",
                 related: tuple[tuple[Span, str], ...] = ()) -> None:
        super().__init__(message)
        self.code, self.message, self.hint, self.word, self.related = code, message, hint, word, related


Evaluate: TypeAlias = Callable[[Scope], Any]


class Expression:
    """A compiled expression; `text` is what was written between the braces."""

    __slots__ = ("_evaluate", "text")

    def __init__(self, text: str, evaluate: Evaluate) -> None:
        self.text = text
        self._evaluate = evaluate

    def value(self, scope: Scope, span: Span, sink: Diagnostics) -> Value | None:
        """The value in this scope; an error is reported at its place in `span`, and None returned.

        `span` is where the expression's text starts.
        """
        try:
            return self._evaluate(scope)  # type: ignore[no-any-return]
        except EvaluationError as error:
            self._report(error, span, sink)
        return None

    def text_value(self, scope: Scope, rule: NumberRule, span: Span, sink: Diagnostics) -> str | None:
        """The printed value; an error is reported, and None returned, when it cannot be printed."""
        try:
            value = self._evaluate(scope)
            if type(value) is str:
                return value
            if type(value) is Missing:
                raise _missing(value)
            return printed(value, rule)
        except EvaluationError as error:
            self._report(error, span, sink)
        except FilterError as error:
            self._report(EvaluationError(error.code, str(error), error.hint), span, sink)
        return None

    def _report(self, error: EvaluationError, span: Span, sink: Diagnostics) -> None:
        sink.error(error.code, _word_span(self.text, error.word, span), error.message, error.hint, error.related)


_compiled: dict[str, Expression] = {}


def compile_expression(text: str, span: Span, sink: Diagnostics) -> Expression | None:
    """Compile what stands between `{{` and `}}`; errors are reported, and None returned.

    `span` is where `text` starts. Each distinct text is compiled once.
    """
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
        sink.error(Code.EXPRESSION_SYNTAX, span, "双花括号里是空的", "写上数据的名称，例如 {{ 预算.项目支出.全年执行数|万元 }}")
        return None
    if len(text) > MAX_LENGTH:
        sink.error(Code.EXPRESSION_TOO_LONG, span, f"表达式长达 {len(text)} 个字符，最多 {MAX_LENGTH} 个", "拆成几个短的")
        return None
    wide = re.search(r"[｜．（）［］，‘’“”！＝＋－＊／]", re.sub(r"'[^']*'|\"[^\"]*\"", lambda m: " " * len(m[0]), text))
    if wide:
        sink.error(Code.EXPRESSION_SYNTAX, span.at(wide.start()), f"双花括号里有全角符号“{wide[0]}”",
                   "双花括号里的符号（. | ( ) [ ] ' 等）都用半角")
        return None
    from jinja2.exceptions import TemplateSyntaxError
    from jinja2.parser import Parser

    try:
        parser = Parser(_environment(), text, state="variable")
        parsed = parser.parse_expression()
        if not parser.stream.eos:
            raise TemplateSyntaxError("", 1)
        return Expression(text, _build(parsed, 0))
    except EvaluationError as error:
        sink.error(error.code, _word_span(text, error.word, span), error.message, error.hint)
    except (TemplateSyntaxError, RecursionError, ValueError):
        sink.error(Code.EXPRESSION_SYNTAX, span, f"看不懂这个表达式：{_short(text)}",
                   "写成“名称.名称|单位”的样子，例如 {{ 本项目.全年预算数|万元 }}；名称之间用半角的点，单位前用半角的竖线")
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


# From Jinja2's nodes to closures ------------------------------------------------------------

_MAX_DEPTH = 40
_FORBIDDEN_HINT = "双花括号里只能写数据的名称、过滤器、比较和加减乘除"


def _build(node: Any, depth: int) -> Evaluate:
    if depth > _MAX_DEPTH:
        raise EvaluationError(Code.EXPRESSION_FORBIDDEN, "表达式嵌套太深", "拆成几个短的")
    builder = _BUILDERS.get(type(node).__name__)
    if builder is None:
        raise EvaluationError(Code.EXPRESSION_FORBIDDEN, f"这里不能用{_WORDS.get(type(node).__name__, '这种写法')}", _FORBIDDEN_HINT)
    return builder(node, depth + 1)


_WORDS = {
    "Call": "函数调用", "Dict": "字典", "List": "列表", "Tuple": "元组", "Slice": "切片", "Concat": "拼接符 ~",
    "Pow": "乘方", "Mod": "求余", "FloorDiv": "整除", "Test": "is 判断",
}


def _const(node: Any, depth: int) -> Evaluate:
    value = node.value
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, str) and len(value) > 200:
        raise EvaluationError(Code.EXPRESSION_TOO_LONG, "引号里的文字太长", "最多 200 字")
    if value is None or (isinstance(value, int) and abs(value) > 10**15):
        raise EvaluationError(Code.EXPRESSION_FORBIDDEN, "这里不能用这个常数", _FORBIDDEN_HINT)
    return lambda scope: value


def _name(node: Any, depth: int) -> Evaluate:
    name: str = node.name

    def evaluate(scope: Scope) -> Any:
        try:
            return scope[name]
        except KeyError:
            raise _undefined(name, "", scope) from None

    return evaluate


def _getattr(node: Any, depth: int) -> Evaluate:
    base, key = _build(node.node, depth), str(node.attr)

    def evaluate(scope: Scope) -> Any:
        owner = base(scope)
        lookup = getattr(type(owner), "lookup", None)
        if lookup is not None:
            value = lookup(owner, key)
            if value is not None:
                return value
        return _no_attribute(owner, key)

    return evaluate


def _no_attribute(owner: Any, key: str) -> Any:
    if isinstance(owner, Missing):
        return owner
    if isinstance(owner, Record):
        raise _undefined(key, owner.title, owner.keys())
    if isinstance(owner, Facts):
        raise _undefined(key, owner.noun, owner)
    raise EvaluationError(
        Code.UNDEFINED_NAME, f"{type_name(owner)}下面没有“{key}”",
        "列表要先用 [序号] 取出一项（从 0 数起）" if isinstance(owner, tuple) else "去掉这个点和后面的名称", key)


def _undefined(name: str, owner: str, candidates: Iterable[str]) -> EvaluationError:
    known = [word for word in candidates if not word.startswith("_")]
    near = nearest(name, known)
    hint = f"是不是“{near}”？" if near else ""
    return EvaluationError(
        Code.UNDEFINED_NAME, f"{owner}里没有“{name}”" if owner else f"没有叫“{name}”的数据",
        hint + f"可用的名称：{'、'.join(known[:20])}" + ("…" if len(known) > 20 else ""), name)


def _missing(missing: Missing) -> EvaluationError:
    related = ((missing.span, f"{missing.owner}在这里"),) if missing.span else ()
    return EvaluationError(
        Code.NO_VALUE, f"{missing.owner}没有填“{missing.key}”",
        f"在数据文件里补上“{missing.key}”；确实没有的，写 …|默认('—')", missing.key, related)


def _getitem(node: Any, depth: int) -> Evaluate:
    base, argument = _build(node.node, depth), _build(node.arg, depth)

    def evaluate(scope: Scope) -> Any:
        owner, index = base(scope), argument(scope)
        if isinstance(owner, Missing):
            return owner
        if isinstance(owner, tuple) and not isinstance(owner, (Amount, Rate, Count)) and type(index) is int:
            if -len(owner) <= index < len(owner):
                return owner[index]
            raise EvaluationError(Code.UNDEFINED_NAME, f"列表只有 {len(owner)} 项，没有 [{index}]", "序号从 0 数起", str(index))
        lookup = getattr(type(owner), "lookup", None)
        if lookup is not None and isinstance(index, str):
            value = lookup(owner, index)
            return _no_attribute(owner, index) if value is None else value
        raise EvaluationError(Code.UNDEFINED_NAME, f"{type_name(owner)}不能用 [ ] 取", "只有列表可以用 [序号] 取出一项")

    return evaluate


def _filter(node: Any, depth: int) -> Evaluate:
    name: str = node.name
    if name not in FILTERS:
        near = nearest(name, FILTERS)
        raise EvaluationError(Code.UNKNOWN_FILTER, f"没有叫“{name}”的过滤器",
                              (f"是不是“{near}”？" if near else "") + f"可用的：{'、'.join(FILTERS)}", name)
    if node.node is None or node.kwargs or node.dyn_args or node.dyn_kwargs:
        raise EvaluationError(Code.EXPRESSION_FORBIDDEN, f"过滤器“{name}”的参数写法不对", _FORBIDDEN_HINT, name)
    function, (least, most), takes_missing = FILTERS[name]
    base = _build(node.node, depth)
    arguments = [_build(argument, depth) for argument in node.args]
    if not least <= len(arguments) <= most:
        raise EvaluationError(Code.FILTER_MISUSE, f"过滤器“{name}”要 {least} 个参数，写了 {len(arguments)} 个", "看手册里过滤器一节", name)

    def evaluate(scope: Scope) -> Any:
        value = base(scope)
        if type(value) is Missing and not takes_missing:
            return value
        try:
            return function(value, *[argument(scope) for argument in arguments])
        except FilterError as error:
            raise EvaluationError(error.code, str(error), error.hint, name) from None

    return evaluate


def _and(node: Any, depth: int) -> Evaluate:
    left, right = _build(node.left, depth), _build(node.right, depth)
    return lambda scope: truth(left(scope)) and truth(right(scope))


def _or(node: Any, depth: int) -> Evaluate:
    left, right = _build(node.left, depth), _build(node.right, depth)
    return lambda scope: truth(left(scope)) or truth(right(scope))


def _not(node: Any, depth: int) -> Evaluate:
    inner = _build(node.node, depth)
    return lambda scope: not truth(inner(scope))


def _condition(node: Any, depth: int) -> Evaluate:
    if node.expr2 is None:
        raise EvaluationError(Code.EXPRESSION_SYNTAX, "“… if …”后面少了“else …”", "写成 A if 条件 else B")
    test, then, other = (_build(part, depth) for part in (node.test, node.expr1, node.expr2))
    return lambda scope: then(scope) if truth(test(scope)) else other(scope)


def truth(value: Any) -> bool:
    """Whether a value counts as true: given, not empty, not zero."""
    if isinstance(value, (Amount, Rate, Count)):
        return bool(value[0])
    return not isinstance(value, Missing) and bool(value)


_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "lteq": operator.le, "gt": operator.gt, "gteq": operator.ge,
}


def _compare(node: Any, depth: int) -> Evaluate:
    if len(node.ops) != 1 or node.ops[0].op not in _COMPARISONS:
        raise EvaluationError(Code.EXPRESSION_FORBIDDEN, "这里只能用 == != < <= > >= 比较两个值", _FORBIDDEN_HINT)
    compare = _COMPARISONS[node.ops[0].op]
    ordered = node.ops[0].op not in ("eq", "ne")
    left, right = _build(node.expr, depth), _build(node.ops[0].expr, depth)

    def evaluate(scope: Scope) -> Any:
        a, b = left(scope), right(scope)
        if type(a) is Missing or type(b) is Missing:
            return False
        if type(a) is not type(b) and not (isinstance(a, (int, Decimal)) and isinstance(b, (int, Decimal))):
            raise _mixed("比较", a, b)
        if ordered and isinstance(a, (Record, Facts)):
            raise _mixed("比较", a, b)
        return compare(a, b)

    return evaluate


def _mixed(word: str, a: Any, b: Any) -> EvaluationError:
    return EvaluationError(Code.FILTER_MISUSE, f"不能把{type_name(a)}和{type_name(b)}拿来{word}", "两边要是同一种数")


def _arithmetic(word: str, apply: Callable[[Any, Any], Any]) -> Callable[[Any, int], Evaluate]:
    def build(node: Any, depth: int) -> Evaluate:
        left, right = _build(node.left, depth), _build(node.right, depth)

        def evaluate(scope: Scope) -> Any:
            a, b = left(scope), right(scope)
            if type(a) is Missing:
                return a
            if type(b) is Missing:
                return b
            try:
                result = apply(a, b)
            except (DivisionByZero, InvalidOperation, ZeroDivisionError):
                raise EvaluationError(Code.FILTER_MISUSE, "除数是 0", "先用 if 判断除数不为 0") from None
            if result is None:
                raise _mixed(word, a, b)
            return result

        return evaluate

    return build


def _number(value: Any) -> bool:
    return type(value) in (int, Decimal)


def _add(a: Any, b: Any) -> Any:
    if _number(a) and _number(b):
        return a + b
    if type(a) is type(b) and isinstance(a, (Amount, Rate)):
        return type(a)(a[0] + b[0])
    return None


def _subtract(a: Any, b: Any) -> Any:
    if _number(a) and _number(b):
        return a - b
    if type(a) is type(b) and isinstance(a, (Amount, Rate)):
        return type(a)(a[0] - b[0])
    return None


def _multiply(a: Any, b: Any) -> Any:
    if _number(a) and _number(b):
        return Decimal(a) * b
    if isinstance(a, (Amount, Rate)) and (_number(b) or isinstance(b, Rate)):
        return type(a)(a[0] * (b[0] if isinstance(b, Rate) else b))
    return None


def _divide(a: Any, b: Any) -> Any:
    if _number(a) and _number(b):
        return Decimal(a) / b
    if isinstance(a, Amount) and isinstance(b, Amount):
        return Rate(a[0] / b[0])
    if isinstance(a, (Amount, Rate)) and _number(b):
        return type(a)(a[0] / b)
    return None


_BUILDERS: dict[str, Callable[[Any, int], Evaluate]] = {
    "Const": _const, "Name": _name, "Getattr": _getattr, "Getitem": _getitem, "Filter": _filter,
    "And": _and, "Or": _or, "Not": _not, "CondExpr": _condition, "Compare": _compare,
    "Add": _arithmetic("相加", _add), "Sub": _arithmetic("相减", _subtract),
    "Mul": _arithmetic("相乘", _multiply), "Div": _arithmetic("相除", _divide),
}
"""The allowed nodes. Everything else of Jinja2's grammar is refused while compiling."""
