"""The functions that expressions in rules can call: Talang's, and two of the promotion engine."""

from __future__ import annotations

from collections.abc import Callable
from operator import and_
from typing import Any, TypeAlias

from sandbox.talang.ast import Call, Expression, Literal, Path, Value
from sandbox.talang.compile import Closure, Options, compile_expression
from sandbox.talang.errors import EvaluationError, TalangError
from sandbox.talang.kinds import NOTHING, TOKEN, VALUE, Kind, kind_of
from sandbox.talang.library import TALANG
from sandbox.talang.table import Table, host_function

# Tells, from what the engine evaluates expressions in, whether a code can be used.
CodeCheck: TypeAlias = Callable[[Any], Value]


def rule_functions(coupon_valid: CodeCheck, referral_valid: CodeCheck) -> Table:
    """Return every function that a rule can call, where it is not an effect."""
    return TALANG.extended(
        [
            host_function("couponValid()Boolean", coupon_valid),
            host_function("referralValid()Boolean", referral_valid),
        ]
    )


def _no_value(environment: object) -> Value:
    raise EvaluationError("Names and codes have no value outside an evaluation")


_OPTIONS = Options(rule_functions(_no_value, _no_value))


def fault_of(expression: Expression) -> TalangError | None:
    """Return why an expression can never be evaluated, whatever names there are.

    It calls a function that is not known, or one with a wrong number of arguments, anywhere, also
    where ``catch`` would hide it.
    """
    try:
        compile_expression(expression, _any_name, _OPTIONS)
    except TalangError as error:
        return error
    return None


def constant_of(expression: Expression) -> Value:
    """Return the value of an expression that reads no names; None for any other, and on errors."""
    names: list[Path] = []

    def note(path: Path) -> Closure:
        names.append(path)
        return _no_value

    try:
        evaluate = compile_expression(expression, note, _OPTIONS)
        return None if names else evaluate(None)
    except TalangError:
        return None


def kinds_of(expression: Expression) -> Kind:
    """Return what kinds of values an expression may give.

    NOTHING for a call that no arguments of such kinds fit; Talang then evaluates none of the calls
    around it either, up to the next ``catch``.
    """
    match expression:
        case Literal(value):
            return kind_of(value)
        case Call(name, arguments):
            found = _OPTIONS.table.find(name, len(arguments))
            if found is None:
                return NOTHING
            given = [
                TOKEN if handed_over and not isinstance(argument, Literal) else kinds_of(argument)
                for argument, handed_over in zip(arguments, found.handed_over, strict=True)
            ]
            fits = any(all(map(and_, takes, given)) for _, takes in found.alternatives)
            return found.returns if fits else NOTHING
    return VALUE


def is_function(name: str, count: int) -> bool:
    """Tell whether a function takes so many arguments."""
    return _OPTIONS.table.find(name, count) is not None


def _any_name(path: Path) -> Closure:
    return _no_value
