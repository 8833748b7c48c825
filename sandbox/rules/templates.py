"""Templates: texts with ``{{ … }}`` formulas, and names such as ``$Session.Total``.

A formula holds numbers, quoted strings, ``true`` and ``false``, paths, ``+ - * /`` with
parentheses, ``N%`` for N/100, one comparison, and function calls. Names in a path may be of several
words, as those of filters are. Source: conformance README, section 2 (the vendor publishes examples
only).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from sandbox.talang.ast import Call, Expression, Literal, Path
from sandbox.talang.errors import ExpressionSyntaxError

MAX_LENGTH = 10_000
MAX_DEPTH = 50
# Terms of one sum or product; each makes the tree one deeper.
MAX_TERMS = 200

_TEMPLATE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>\d+(?:\.\d+)?)
      | (?P<string>"[^"]*"|'[^']*')
      | (?P<path>\$\w+(?:[ ]\w+)*(?:\.\w+(?:[ ]\w+)*)*)
      | (?P<word>[^\W\d]\w*)
      | (?P<symbol>==|!=|>=|<=|[-+*/()%,<>=])
    )""",
    re.VERBOSE,
)
_COMPARISONS = {
    "=": "=",
    "==": "=",
    "!=": "!=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}


class _Token(NamedTuple):
    kind: str
    text: str
    offset: int


def parse_path(text: str) -> Path:
    """Read ``$Root.Name.Name``; names after the first dot may hold any characters but dots.

    Raises ExpressionSyntaxError.
    """
    names = tuple(text[1:].split("."))
    if not text.startswith("$") or not all(names):
        raise ExpressionSyntaxError("A name such as $Session.Total was expected", text, 0)
    return Path(names)


def parse_template(text: str) -> Expression:
    """Read a text that may hold formulas.

    One formula alone keeps its type; formulas among other text are joined to a string; a text
    without formulas is itself. Raises ExpressionSyntaxError.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionSyntaxError(f"A template has at most {MAX_LENGTH} characters", text[:60], 0)
    parts: list[Expression] = []
    end = 0
    for match in _TEMPLATE.finditer(text):
        if match.start() > end:
            parts.append(Literal(text[end : match.start()]))
        parts.append(parse_formula(match[1]))
        end = match.end()
    if not parts:
        return Literal(text)
    if end < len(text):
        parts.append(Literal(text[end:]))
    return parts[0] if len(parts) == 1 else Call("CONCAT", tuple(parts))


def parse_formula(text: str) -> Expression:
    """Read what stands between ``{{`` and ``}}``. Raises ExpressionSyntaxError."""
    return _Parser(text).parse()


class _Parser:
    """Recursive descent over the grammar in the module's docstring."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = self._tokenize()
        self._next = 0
        self._depth = 0

    def parse(self) -> Expression:
        expression = self._comparison()
        if self._peek() is not None:
            raise self._error("This was not expected")
        return expression

    def _tokenize(self) -> list[_Token]:
        tokens = []
        offset = 0
        end = len(self._text.rstrip())
        while offset < end:
            match = _TOKEN.match(self._text, offset)
            if match is None or match.lastgroup is None:
                raise ExpressionSyntaxError("This cannot be read", self._text, offset)
            kind = match.lastgroup
            tokens.append(_Token(kind, match[kind], match.start(kind)))
            offset = match.end()
        return tokens

    def _comparison(self) -> Expression:
        left = self._sum()
        if operator := self._take(*_COMPARISONS):
            return Call(_COMPARISONS[operator], (left, self._sum()))
        return left

    def _sum(self) -> Expression:
        return self._chain(self._product, "+", "-")

    def _product(self) -> Expression:
        return self._chain(self._percent, "*", "/")

    def _chain(self, read: Callable[[], Expression], *operators: str) -> Expression:
        left = read()
        terms = 1
        while operator := self._take(*operators):
            terms += 1
            if terms > MAX_TERMS:
                raise self._error(f"A formula has at most {MAX_TERMS} terms in a row")
            left = Call(operator, (left, read()))
        return left

    def _percent(self) -> Expression:
        value = self._unary()
        return Call("/", (value, Literal(Decimal(100)))) if self._take("%") else value

    def _unary(self) -> Expression:
        if self._take("-"):
            return self._nested(lambda: Call("-", (Literal(Decimal(0)), self._unary())))
        return self._primary()

    def _primary(self) -> Expression:
        token = self._peek()
        if token is None:
            raise self._error("The formula ends too early")
        self._next += 1
        match token.kind:
            case "number":
                return Literal(Decimal(token.text))
            case "string":
                return Literal(token.text[1:-1])
            case "path":
                return parse_path(token.text)
            case "word" if token.text in ("true", "false"):
                return Literal(token.text == "true")
            case "word":
                return self._nested(lambda: self._call(token.text))
        if token.text == "(":
            inner = self._nested(self._comparison)
            self._expect(")")
            return inner
        self._next -= 1
        raise self._error("A value was expected")

    def _call(self, name: str) -> Expression:
        self._expect("(")
        arguments: list[Expression] = []
        while not self._take(")"):
            if arguments:
                self._expect(",")
            arguments.append(self._comparison())
        return Call(name.upper(), tuple(arguments))

    def _nested(self, read: Callable[[], Expression]) -> Expression:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f"A formula is nested at most {MAX_DEPTH} deep")
        expression = read()
        self._depth -= 1
        return expression

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self, *symbols: str) -> str | None:
        token = self._peek()
        if token is not None and token.kind == "symbol" and token.text in symbols:
            self._next += 1
            return token.text
        return None

    def _expect(self, symbol: str) -> None:
        if self._take(symbol) is None:
            raise self._error(f"“{symbol}” was expected")

    def _error(self, message: str) -> ExpressionSyntaxError:
        token = self._peek()
        return ExpressionSyntaxError(
            message, self._text, token.offset if token else len(self._text)
        )
