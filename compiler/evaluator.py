"""Jinja2's syntax tree of an expression -> a Python closure over our own values.

The table at the end holds every kind of node there may be; all others are refused while compiling. Values are
records, facts, lists, text and exact numbers; nothing else can be reached, whatever the expression says.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import Any, TypeAlias

from compiler.arithmetic import add, divide, multiply, subtract
from compiler.diagnostics import Code, nearest
from compiler.figures import Amount, Count, Rate
from compiler.filters import FILTERS, FilterError, type_name
from compiler.record import Broken, BrokenData, Facts, Missing, Record, Unfilled
from compiler.source import Span

Scope: TypeAlias = Mapping[str, Any]
"""The names an expression may use, with their values; and under `READS`, where a trace is wanted, a list."""

READS = "§"
"""No expression can write this name. Under it stands the list in which evaluation leaves what it read: pairs of
an owner (None for a name of the scope itself) and a key."""

Read: TypeAlias = "tuple[Record | Facts | None, str]"


class EvaluationError(Exception):
    """An expression has no value; `word` is the part of its text to point at."""

    def __init__(
        self, code: Code, message: str, hint: str, word: str = "", related: tuple[tuple[Span, str], ...] = ()
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.hint, self.word, self.related = code, message, hint, word, related


Evaluate: TypeAlias = Callable[[Scope], Any]


_MAX_DEPTH = 40
_LARGEST = 10**15
_FORBIDDEN_HINT = "双花括号里只能写数据的名称、过滤器、比较和加减乘除"


def build(node: Any, depth: int) -> Evaluate:
    """The closure of a Jinja2 node at a depth of nesting.

    Raises `EvaluationError` for a node, filter or constant that is not allowed.
    """
    if depth > _MAX_DEPTH:
        raise EvaluationError(Code.EXPRESSION_FORBIDDEN, "表达式嵌套太深", "拆成几个短的")
    builder = _BUILDERS.get(type(node).__name__)
    if builder is None:
        raise EvaluationError(
            Code.EXPRESSION_FORBIDDEN,
            f"这里不能用{_WORDS.get(type(node).__name__, '这种写法')}",
            _FORBIDDEN_HINT,
        )
    return builder(node, depth + 1)


_WORDS = {
    "Call": "函数调用",
    "Dict": "字典",
    "List": "列表",
    "Tuple": "元组",
    "Slice": "切片",
    "Concat": "拼接符 ~",
    "Pow": "乘方",
    "Mod": "求余",
    "FloorDiv": "整除",
    "Test": "is 判断",
    "Neg": "负号",
    "Pos": "正号",
}


def _const(node: Any, depth: int) -> Evaluate:
    value = node.value
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, str) and len(value) > 200:
        raise EvaluationError(Code.EXPRESSION_TOO_LONG, "引号里的文字太长", "最多 200 字")
    if value is None or (isinstance(value, (int, Decimal)) and not -_LARGEST <= value <= _LARGEST):
        raise EvaluationError(Code.EXPRESSION_FORBIDDEN, "这里不能用这个常数", _FORBIDDEN_HINT)
    return lambda scope: value


def _name(node: Any, depth: int) -> Evaluate:
    name: str = node.name

    def evaluate(scope: Scope) -> Any:
        try:
            value = scope[name]
        except KeyError:
            raise _undefined(name, "", scope) from None
        if type(value) is Broken:
            raise BrokenData
        if READS in scope and not hasattr(value, "lookup"):
            scope[READS].append((None, name))
        return value

    return evaluate


def _getattr(node: Any, depth: int) -> Evaluate:
    """A chain of names, `a.b.c`, in one closure: it is what most expressions are."""
    keys: list[str] = []
    inner = node
    while type(inner).__name__ == "Getattr":
        keys.append(str(inner.attr))
        inner = inner.node
    base, chain = build(inner, depth), tuple(reversed(keys))
    last = chain[-1]

    def evaluate(scope: Scope) -> Any:
        owner = value = base(scope)
        for key in chain:
            owner = value
            # `Record.lookup` of what is given, written out: it is asked for twice a figure.
            name = value.NAMES.get(key) if isinstance(value, Record) else None
            found = getattr(value, name) if name is not None else None
            if found is None:
                lookup = getattr(value, "lookup", None)
                found = lookup(key) if lookup is not None else None
            value = _no_attribute(value, key) if found is None else found
        if READS in scope and not hasattr(value, "lookup"):
            scope[READS].append((owner, last))
        return value

    return evaluate


def _no_attribute(owner: Any, key: str) -> Any:
    if isinstance(owner, (Missing, Unfilled)):
        return owner
    if isinstance(owner, Record):
        # Not by its name: the same slip in a loop is one slip.
        raise _undefined(key, type(owner).NOUN, owner.keys())
    if isinstance(owner, Facts):
        raise _undefined(key, owner.noun, owner)
    raise EvaluationError(
        Code.UNDEFINED_NAME,
        f"{type_name(owner)}下面没有“{key}”",
        "列表要先用 [序号] 取出一项（从 0 数起）" if type(owner) is tuple else "去掉这个点和后面的名称",
        key,
    )


def _undefined(name: str, owner: str, candidates: Iterable[str]) -> EvaluationError:
    known = [word for word in candidates if word.isidentifier() and not word.startswith("_")]
    near = nearest(name, known)
    hint = f"是不是“{near}”？" if near else ""
    return EvaluationError(
        Code.UNDEFINED_NAME,
        f"{owner}里没有“{name}”" if owner else f"没有叫“{name}”的数据",
        hint + f"可用的名称：{'、'.join(known[:20])}" + ("…" if len(known) > 20 else ""),
        name,
    )


def missing_value(missing: Missing) -> EvaluationError:
    """The error of printing what the data does not give."""
    related = ((missing.span, f"{missing.owner}在这里"),) if missing.span else ()
    place = "在数据文件里补上" if missing.span else "在 data 文件夹里补上"
    if zero := missing.zero:
        said, hint = (
            f"{missing.owner}的{zero}是0，算不出{missing.key}",
            f"核对{zero}；确实是0的，写 …|默认('—')",
        )
        return EvaluationError(Code.NO_VALUE, said, hint, missing.key, related)
    wanted = "、".join(missing.needs) or missing.key
    return EvaluationError(
        Code.NO_VALUE,
        f"{missing.owner}没有填“{missing.key}”" + (f"，也算不出来：要有{wanted}" if missing.needs else ""),
        f"{place}“{wanted}”；确实没有的，写 …|默认('—')",
        missing.key,
        related,
    )


def _getitem(node: Any, depth: int) -> Evaluate:
    base, argument = build(node.node, depth), build(node.arg, depth)

    def evaluate(scope: Scope) -> Any:
        owner, index = base(scope), argument(scope)
        reads = scope.get(READS)
        if isinstance(owner, (Missing, Unfilled)):
            return owner
        if isinstance(owner, tuple) and not isinstance(owner, (Amount, Rate, Count)) and type(index) is int:
            if -len(owner) <= index < len(owner):
                if reads and hasattr(owner[index], "lookup"):
                    reads.pop()  # what is read of the item will be told, not the list
                return owner[index]
            raise EvaluationError(
                Code.UNDEFINED_NAME, f"列表只有 {len(owner)} 项，没有 [{index}]", "序号从 0 数起", str(index)
            )
        lookup = getattr(type(owner), "lookup", None)
        if lookup is not None and isinstance(index, str):
            value = lookup(owner, index)
            if reads is not None and not hasattr(value, "lookup"):
                reads.append((owner, index))
            return _no_attribute(owner, index) if value is None else value
        raise EvaluationError(
            Code.UNDEFINED_NAME, f"{type_name(owner)}不能用 [ ] 取", "只有列表可以用 [序号] 取出一项"
        )

    return evaluate


def _filter(node: Any, depth: int) -> Evaluate:
    name: str = node.name
    if name not in FILTERS:
        near = nearest(name, FILTERS)
        raise EvaluationError(
            Code.UNKNOWN_FILTER,
            f"没有叫“{name}”的过滤器",
            (f"是不是“{near}”？" if near else "") + f"可用的：{'、'.join(FILTERS)}",
            name,
        )
    if node.node is None or node.kwargs or node.dyn_args or node.dyn_kwargs:
        raise EvaluationError(
            Code.EXPRESSION_FORBIDDEN, f"过滤器“{name}”的参数写法不对", _FORBIDDEN_HINT, name
        )
    function, (least, most), takes_missing = FILTERS[name]
    base = build(node.node, depth)
    arguments = [build(argument, depth) for argument in node.args]
    if not least <= len(arguments) <= most:
        raise EvaluationError(
            Code.FILTER_MISUSE,
            f"过滤器“{name}”后面{'的括号里要写一项' if least else '不能有括号'}",
            f"写成 |{name}('{'—' if name == '默认' else '全年预算数'}')" if least else f"写成 |{name}",
            name,
        )

    def evaluate(scope: Scope) -> Any:
        value = base(scope)
        kind = type(value)
        if (kind is Missing and not takes_missing) or kind is Unfilled:
            return value
        try:
            if not arguments:  # as most have it
                return function(value)
            if name == "合计" and READS in scope:
                _read_items(value, arguments[0](scope), scope[READS])
            return function(value, *[argument(scope) for argument in arguments])
        except FilterError as error:
            raise EvaluationError(error.code, str(error), error.hint, name) from None

    return evaluate


def _read_items(items: Any, key: Any, reads: list[Read]) -> None:
    """A sum reads the same key of every item, not the list."""
    if reads:
        reads.pop()
    reads += [(item, key) for item in items if isinstance(item, Record)]


def _and(node: Any, depth: int) -> Evaluate:
    left, right = build(node.left, depth), build(node.right, depth)
    return lambda scope: _joined(left, right, scope, False)


def _or(node: Any, depth: int) -> Evaluate:
    left, right = build(node.left, depth), build(node.right, depth)
    return lambda scope: _joined(left, right, scope, True)


def _joined(left: Evaluate, right: Evaluate, scope: Scope, settled: bool) -> Any:
    """`and`, `or`: the second is asked only when the first does not settle it."""
    first = left(scope)
    open_first = type(first) is Unfilled and first.undecided
    if not open_first and truth(first) is settled:
        return settled
    second = right(scope)
    if truth(second) is settled and not (type(second) is Unfilled and second.undecided):
        return settled
    if open_first:
        return first
    return second if type(second) is Unfilled and second.undecided else not settled


def _not(node: Any, depth: int) -> Evaluate:
    inner = build(node.node, depth)

    def evaluate(scope: Scope) -> Any:
        value = inner(scope)
        return value if type(value) is Unfilled and value.undecided else not truth(value)

    return evaluate


def _condition(node: Any, depth: int) -> Evaluate:
    if node.expr2 is None:
        raise EvaluationError(Code.EXPRESSION_SYNTAX, "“… if …”后面少了“else …”", "写成 A if 条件 else B")
    test, then, other = (build(part, depth) for part in (node.test, node.expr1, node.expr2))

    def evaluate(scope: Scope) -> Any:
        value = test(scope)
        if type(value) is Unfilled and value.undecided:
            return value
        return then(scope) if truth(value) else other(scope)

    return evaluate


def truth(value: Any) -> bool:
    """Whether a value counts as true: given, not empty, not zero."""
    if isinstance(value, (Amount, Rate, Count)):
        return bool(value[0])
    return not isinstance(value, Missing) and bool(value)


_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
}


def _compare(node: Any, depth: int) -> Evaluate:
    if len(node.ops) != 1 or node.ops[0].op not in _COMPARISONS:
        raise EvaluationError(
            Code.EXPRESSION_FORBIDDEN, "这里只能用 == != < <= > >= 比较两个值", _FORBIDDEN_HINT
        )
    compare = _COMPARISONS[node.ops[0].op]
    ordered = node.ops[0].op not in ("eq", "ne")
    left, right = build(node.expr, depth), build(node.ops[0].expr, depth)

    def evaluate(scope: Scope) -> Any:
        a, b = left(scope), right(scope)
        if type(a) is Unfilled or type(b) is Unfilled:
            return Unfilled(a.key if type(a) is Unfilled else b.key, undecided=True)
        if type(a) is Missing or type(b) is Missing:
            return False
        if type(a) is not type(b) and not (isinstance(a, (int, Decimal)) and isinstance(b, (int, Decimal))):
            raise _mixed("比较", a, b)
        if ordered and not isinstance(a, (int, str, Decimal, Amount, Rate, Count)):
            raise _mixed("比较", a, b)
        return compare(a, b)

    return evaluate


def _mixed(word: str, a: Any, b: Any) -> EvaluationError:
    return EvaluationError(
        Code.FILTER_MISUSE, f"不能把{type_name(a)}和{type_name(b)}拿来{word}", "两边要是同一种数"
    )


def _arithmetic(word: str, apply: Callable[[Any, Any], Any]) -> Callable[[Any, int], Evaluate]:
    def build_operation(node: Any, depth: int) -> Evaluate:
        left, right = build(node.left, depth), build(node.right, depth)

        def evaluate(scope: Scope) -> Any:
            a, b = left(scope), right(scope)
            if type(a) is Missing:
                return a
            if type(b) is Missing:
                return b
            if type(a) is Unfilled or type(b) is Unfilled:
                return a if type(a) is Unfilled else b
            try:
                result = apply(a, b)
            except (DivisionByZero, InvalidOperation, ZeroDivisionError):
                raise EvaluationError(Code.FILTER_MISUSE, "除数是 0", "先用 if 判断除数不为 0") from None
            if result is None:
                raise _mixed(word, a, b)
            return result

        return evaluate

    return build_operation


_BUILDERS: dict[str, Callable[[Any, int], Evaluate]] = {
    "Const": _const,
    "Name": _name,
    "Getattr": _getattr,
    "Getitem": _getitem,
    "Filter": _filter,
    "And": _and,
    "Or": _or,
    "Not": _not,
    "CondExpr": _condition,
    "Compare": _compare,
    "Add": _arithmetic("相加", add),
    "Sub": _arithmetic("相减", subtract),
    "Mul": _arithmetic("相乘", multiply),
    "Div": _arithmetic("相除", divide),
}
"""The allowed nodes. Everything else of Jinja2's grammar is refused while compiling."""
