"""The s-expression notation: text to trees and back. Source: talang.md, section 1.2.

Deviations, where the reference cannot say what it means: a quoted word is a string also when it
stands alone; a ``)`` too many is an error; backslashes before a quote count in pairs, so that a
text may end with one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sandbox.numbers import to_number
from sandbox.talang.ast import Block, Call, Expression, Literal, Path, Value
from sandbox.talang.errors import ExpressionSyntaxError
from sandbox.talang.kinds import read_time, time_text
from sandbox.talang.limits import MAX_DEPTH, MAX_SOURCE, MAX_TERMS

_BLANKS = re.compile(r"[ \t\r\n]*")
_BARE = re.compile(r"[^ \t\r\n()\"']+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")


def read_text(text: str) -> Expression:
    """Read an expression; outer parentheses may be left out. Raises ExpressionSyntaxError."""
    return _Reader(text).read()


def write_text(expression: Expression, most: int = MAX_SOURCE) -> str:
    """Return an expression as text, cut after about `most` characters.

    It reads back as the same tree, except for what only JSON can say: maps become ``kv``, nulls
    ``noop``, and numbers lose their exponent.
    """
    pieces = []
    length = 0
    for piece in _written(expression):
        length += len(piece)
        if length > most:
            pieces.append("…")
            break
        pieces.append(piece)
    return "".join(pieces)


class _Word(NamedTuple):
    """A word or a parenthesis; `text` is None for the latter."""

    offset: int
    text: str | None
    expression: Expression


class _Reader:
    def __init__(self, text: str) -> None:
        if len(text) > MAX_SOURCE:
            message = f"An expression has at most {MAX_SOURCE} characters, it ends"
            raise ExpressionSyntaxError(message, text, MAX_SOURCE)
        self._text = text
        self._next = 0
        self._left = MAX_TERMS

    def read(self) -> Expression:
        words = self._words(1)
        if self._next < len(self._text):
            raise self._error("A “)” too many", self._next)
        if len(words) == 1:
            return words[0].expression
        return self._group(words)

    def _words(self, depth: int) -> list[_Word]:
        """Read up to a closing parenthesis or the end."""
        words: list[_Word] = []
        while True:
            match = _BLANKS.match(self._text, self._next)
            self._next = match.end() if match else self._next
            if self._next == len(self._text) or self._text[self._next] == ")":
                return words
            words.append(self._word(depth))
            self._left -= 1
            if self._left < 0:
                raise self._error(f"An expression has at most {MAX_TERMS} terms", self._next)

    def _word(self, depth: int) -> _Word:
        start = self._next
        match self._text[start]:
            case "(":
                return _Word(start, None, self._parenthesis(depth + 1))
            case '"' | "'" as quote:
                text = self._quoted(quote)
                return _Word(start, text, Literal(text))
        bare = _BARE.match(self._text, start)
        assert bare is not None
        self._next = bare.end()
        return _Word(start, bare[0], Literal(self._typed(bare[0], start)))

    def _parenthesis(self, depth: int) -> Expression:
        start = self._next
        if depth > MAX_DEPTH:
            raise self._error(f"An expression is nested at most {MAX_DEPTH} deep", start)
        self._next += 1
        words = self._words(depth)
        if self._next == len(self._text):
            raise self._error("A “)” is missing for the “(”", start)
        self._next += 1
        return self._group(words)

    def _group(self, words: list[_Word]) -> Expression:
        if not words or words[0].text is None:
            members = tuple(word.expression for word in words)
            return members[0] if len(members) == 1 else Block(members)
        name, arguments = words[0].text, words[1:]
        names = tuple(word.text for word in arguments if word.text is not None)
        if name == "." and names and len(names) == len(arguments):
            return Path(names)
        return Call(name, tuple(word.expression for word in arguments))

    def _quoted(self, quote: str) -> str:
        start = self._next
        parts = []
        begin = start + 1
        while True:
            end = self._text.find(quote, begin)
            if end < 0:
                raise self._error("A quotation mark is not closed", start)
            piece = self._text[begin:end]
            content = piece.rstrip("\\")
            backslashes = len(piece) - len(content)
            parts.append(content + "\\" * (backslashes // 2))
            begin = self._next = end + 1
            if backslashes % 2 == 0:
                return "".join(parts)
            parts.append(quote)

    def _typed(self, word: str, offset: int) -> Value:
        if word.lower() in ("true", "false"):
            return word.lower() == "true"
        if _DECIMAL.fullmatch(word):
            try:
                return to_number(Decimal(word))
            except ValueError as error:
                raise self._error(str(error), offset) from None
        return read_time(word) or word

    def _error(self, message: str, offset: int) -> ExpressionSyntaxError:
        return ExpressionSyntaxError(message, self._text, offset)


def _written(expression: Expression) -> Iterator[str]:
    match expression:
        case Literal(value):
            yield from _written_value(value)
        case Path(names):
            yield from _in_parentheses([".", *map(_word_for, names)])
        case Call(name, arguments):
            yield "("
            yield name if _BARE.fullmatch(name) else _quoted(name)
            for argument in arguments:
                yield " "
                yield from _written(argument)
            yield ")"
        case Block(members):
            yield "("
            for index, member in enumerate(members):
                yield " " if index else ""
                yield from _written(member)
            yield ")"


def _written_value(value: Value) -> Iterator[str]:
    match value:
        case str():
            yield _quoted(value)
        case bool():
            yield "true" if value else "false"
        case Decimal():
            yield format(value, "f")
        case None:
            yield "(noop)"
        case list():
            yield "(list"
            for member in value:
                yield " "
                yield from _written_value(member)
            yield ")"
        case dict():
            yield "(kv"
            for key, member in value.items():
                yield f" ({_word_for(key)} "
                yield from _written_value(member)
                yield ")"
            yield ")"
        case datetime():
            yield time_text(value)


def _in_parentheses(words: list[str]) -> Iterator[str]:
    yield f"({' '.join(words)})"


def _word_for(text: str) -> str:
    return text if _BARE.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    escaped = re.sub(r'(\\*)"', r'\1\1\\"', text)
    return '"' + re.sub(r"(\\+)\Z", r"\1\1", escaped) + '"'
