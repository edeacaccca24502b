"""The expressions that nearly all are, parsed without Jinja2: names, filters, comparisons, sums.

Loading Jinja2 takes longer than the rest of compiling a small report's expressions. What this parser knows it parses
as Jinja2 does, into nodes of the same names; of anything else it makes nothing, and Jinja2 is asked, so that there is
one grammar and one set of messages (`tests/test_plain_expressions.py` holds the two against each other).
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, TypeAlias

from compiler.patterns import pattern

_TOKEN = pattern(
    r"\s*(?:(?P<name>[^\W\d]\w*)|(?P<integer>0|[1-9][0-9]*)(?![\w.])|'(?P<single>[^'\n\r]*)'|\"(?P<double>[^\"\n\r]*)\""
    r"|(?P<sign>[<>=!]=|[.|()\[\],+*/<>-]))"
)
_KEYWORDS = frozenset(("if", "else", "and", "or", "not", "in", "is"))
_CONSTANTS = frozenset(("true", "false", "none", "True", "False", "None"))
_COMPARISONS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "lteq", ">": "gt", ">=": "gteq"}
_SUMS = {"+": "Add", "-": "Sub"}
_PRODUCTS = {"*": "Mul", "/": "Div"}


class Name(SimpleNamespace):
    """A name of the scope: `name`."""


class Const(SimpleNamespace):
    """A text or a whole number: `value`."""


class Getattr(SimpleNamespace):
    """`node.attr`."""


class Getitem(SimpleNamespace):
    """`node[arg]`."""


class Filter(SimpleNamespace):
    """`node|name(args)`."""

    kwargs: tuple[Any, ...] = ()
    dyn_args = dyn_kwargs = None


class CondExpr(SimpleNamespace):
    """`expr1 if test else expr2`; without the `else`, `expr2` is None."""


class Compare(SimpleNamespace):
    """`expr` and after it `ops`, each an `Operand`."""


class Operand(SimpleNamespace):
    """What stands on the right of a comparison: `op`, `expr`."""


class Not(SimpleNamespace):
    """`not node`."""


class Binary(SimpleNamespace):
    """`left`, `right`."""


class And(Binary):
    """Both."""


class Or(Binary):
    """Either."""


class Add(Binary):
    """A sum."""


class Sub(Binary):
    """A difference."""


class Mul(Binary):
    """A product."""


class Div(Binary):
    """A quotient."""


_BINARY = {cls.__name__: cls for cls in (Add, Sub, Mul, Div)}
_Lexeme: TypeAlias = "tuple[str | None, str]"
"""Which group of `_TOKEN` it is, and what it says."""
_END: _Lexeme = (None, "")


class _Beyond(Exception):
    """The text is not of the plain kind."""


def parse_plain(text: str) -> Any:
    """The node of an expression without backslashes; None when it is not plain, or no expression at all."""
    try:
        parser = _Parser(text)
        node = parser.condition()
    except (_Beyond, RecursionError):
        return None
    return node if parser.token is _END else None


class _Parser:
    """Jinja2's order of precedence, lowest first: if, or, and, not, comparison, sum, product, filter, name."""

    def __init__(self, text: str) -> None:
        self._tokens = self._split(text)
        self._next = 0
        self.token: _Lexeme = _END
        """The token that is looked at."""
        self._advance()

    @staticmethod
    def _split(text: str) -> list[_Lexeme]:
        tokens: list[_Lexeme] = []
        position, end = 0, len(text.rstrip())
        while position < end:
            match = _TOKEN.match(text, position)
            if match is None:
                raise _Beyond
            kind = match.lastgroup or ""
            tokens.append((kind, match[kind]))
            position = match.end()
        return tokens

    def _advance(self) -> _Lexeme:
        token = self.token
        self.token = self._tokens[self._next] if self._next < len(self._tokens) else _END
        self._next += 1
        return token

    def _took(self, kind: str, word: str) -> bool:
        """Whether the token is this one, which is then passed."""
        if self.token != (kind, word):
            return False
        self._advance()
        return True

    def _name(self) -> str:
        kind, word = self._advance()
        if kind != "name" or not word.isidentifier():
            raise _Beyond
        return word

    def _expect(self, sign: str) -> None:
        if not self._took("sign", sign):
            raise _Beyond

    # One method a level ------------------------------------------------------------------

    def condition(self) -> Any:
        node = self._either()
        while self._took("name", "if"):
            test = self._either()
            other = self.condition() if self._took("name", "else") else None
            node = CondExpr(test=test, expr1=node, expr2=other)
        return node

    def _either(self) -> Any:
        node = self._both()
        while self._took("name", "or"):
            node = Or(left=node, right=self._both())
        return node

    def _both(self) -> Any:
        node = self._negation()
        while self._took("name", "and"):
            node = And(left=node, right=self._negation())
        return node

    def _negation(self) -> Any:
        return Not(node=self._negation()) if self._took("name", "not") else self._comparison()

    def _comparison(self) -> Any:
        node = self._sum()
        operands = []
        while self.token[0] == "sign" and (operator := _COMPARISONS.get(self.token[1])):
            self._advance()
            operands.append(Operand(op=operator, expr=self._sum()))
        return Compare(expr=node, ops=operands) if operands else node

    def _sum(self) -> Any:
        node = self._product()
        while self.token[0] == "sign" and (name := _SUMS.get(self.token[1])):
            self._advance()
            node = _BINARY[name](left=node, right=self._product())
        return node

    def _product(self) -> Any:
        node = self._filtered()
        while self.token[0] == "sign" and (name := _PRODUCTS.get(self.token[1])):
            self._advance()
            node = _BINARY[name](left=node, right=self._filtered())
        return node

    def _filtered(self) -> Any:
        node = self._reached()
        while self._took("sign", "|"):
            name, arguments = self._name(), []
            if self._took("sign", "("):
                arguments = [self.condition()]
                while self._took("sign", ","):
                    arguments.append(self.condition())
                self._expect(")")
            node = Filter(node=node, name=name, args=arguments)
        return node

    def _reached(self) -> Any:
        """A value, and what is reached from it by dots and brackets."""
        node = self._value()
        while True:
            if self._took("sign", "."):
                node = Getattr(node=node, attr=self._name())
            elif self._took("sign", "["):
                node = Getitem(node=node, arg=self.condition())
                self._expect("]")
            else:
                return node

    def _value(self) -> Any:
        if self._took("sign", "("):
            node = self.condition()
            self._expect(")")
            return node
        kind, word = self.token
        if kind == "name":
            if word in _KEYWORDS or word in _CONSTANTS:
                raise _Beyond
            return Name(name=self._name())
        self._advance()
        if kind == "integer":
            return Const(value=int(word))
        if kind not in ("single", "double") or self.token[0] in ("single", "double"):
            raise _Beyond
        return Const(value=word)
