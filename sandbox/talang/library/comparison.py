"""Comparison and logic. Source: talang.md, section 5.2; deviations by section 9.

Numbers are equal as numbers, times as instants, everything else by its text: 1 equals 1.0 and "1".
``and`` and ``or`` stop at what decides.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sandbox.talang.ast import Call, Literal, Path, Value
from sandbox.talang.calls import Compiled, not_found
from sandbox.talang.compile import Compiler
from sandbox.talang.errors import EvaluationError
from sandbox.talang.kinds import ATOM, BOOLEAN, COLLECTION, kind_of, shown, text_of
from sandbox.talang.scope import Closure, Scope
from sandbox.talang.site import Site
from sandbox.talang.table import Library

library = Library()


def equal(left: Value, right: Value) -> bool:
    """Compare two atoms."""
    if type(left) is type(right) or (isinstance(left, datetime) and isinstance(right, datetime)):
        return left == right
    return text_of(left) == text_of(right)


@library.form("=(Atom, Atom, Atom...)Boolean")
def _equal(site: Site) -> Closure:
    if len(site.arguments) == 2:
        return _equal_to_one(site)
    return _against_others(site, lambda first, others: all(equal(first, each) for each in others))


@library.form("!=(Atom, Atom, Atom...)Boolean")
def _unequal(site: Site) -> Closure:
    return _against_others(
        site, lambda first, others: not any(equal(first, each) for each in others)
    )


def _equal_to_one(site: Site) -> Closure:
    """Compare with one value; texts and numbers, the common cases, without detours."""
    left, right = site.run(0), site.run(1)

    def compare(first: Value, second: Value) -> bool:
        if not (kind_of(first) & ATOM and kind_of(second) & ATOM):
            raise site.mismatch(first, second)
        return equal(first, second)

    argument = site.arguments[1]
    if argument.constant:
        constant, kind = argument.value, type(argument.value)

        def equals_constant(frame: Any) -> Value:
            value = left(frame)
            return value == constant if type(value) is kind else compare(value, constant)

        return equals_constant

    def equals(frame: Any) -> Value:
        first, second = left(frame), right(frame)
        if type(first) is str is type(second):
            return first == second
        return compare(first, second)

    return equals


def _against_others(site: Site, test: Callable[[Value, list[Value]], bool]) -> Closure:
    runs = site.runs()

    def compare(frame: Any) -> Value:
        values = [run(frame) for run in runs]
        if not all(kind_of(value) & ATOM for value in values):
            raise site.mismatch(*values)
        first, *others = values
        return test(first, others)

    return compare


def _order(name: str, compare: Callable[[Any, Any], bool]) -> None:
    """Register an order operator: the first against each of the others."""

    @library.function(f"{name}(Decimal, Decimal, Decimal...)Boolean", compare)
    @library.function(f"{name}(Time, Time, Time...)Boolean")
    def ordered(first: Value, *others: Value) -> Value:
        return all(compare(first, other) for other in others)


_order(">", operator.gt)
_order(">=", operator.ge)
_order("<", operator.lt)
_order("<=", operator.le)


@library.function("between(Decimal, Decimal, Decimal, Decimal...)Boolean")
@library.function("between(Time, Time, Time, Time...)Boolean")
def _between(*values: Any) -> Value:
    *inside, least, most = values
    return all(least < value < most for value in inside)


@library.form("and(Collection|Atom...)Boolean")
def _and(site: Site) -> Closure:
    return _until(site, False)


def _until(site: Site, decisive: bool) -> Closure:
    """Return what looks from the left for the value that decides; collections count as true."""
    runs = site.runs()
    other = not decisive

    def decide(frame: Any) -> Value:
        for run in runs:
            value = run(frame)
            if value is decisive:
                return decisive
            if value is not other:
                if not kind_of(value) & COLLECTION:
                    raise EvaluationError(f"{site.name} takes true or false, not {shown(value)}")
                if decisive:
                    return True
        return other

    return decide


def _one_of(compiler: Compiler, call: Call, scope: Scope) -> Compiled | None:
    """Return ``or`` of a name compared with several texts as one look into a set of them.

    It is how rules say “is one of”. The name is read once instead of up to once for each text.
    """
    texts = set()
    subject: Path | None = None
    for argument in call.arguments:
        if type(argument) is not Call or argument.function != "=" or len(argument.arguments) != 2:
            return None
        path, literal = argument.arguments
        if type(path) is not Path or type(literal) is not Literal or type(literal.value) is not str:
            return None
        if subject is not None and path != subject:
            return None
        subject = path
        texts.add(literal.value)
    if subject is None:
        return None
    read = compiler.reader(subject, scope)

    def is_one_of(frame: Any) -> Value:
        value = read(frame)
        if type(value) is str:
            return value in texts
        if not kind_of(value) & ATOM:
            raise not_found("=", library.overloads[:1], [shown(value), "String"])
        return text_of(value) in texts

    return Compiled(is_one_of, BOOLEAN, 1 + 3 * len(call.arguments))


@library.form("or(Collection|Atom...)Boolean", shortcut=_one_of)
def _or(site: Site) -> Closure:
    return _until(site, True)


@library.function("not(Boolean)Boolean")
def _not(value: bool) -> Value:
    return not value
