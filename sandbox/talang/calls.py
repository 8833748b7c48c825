"""Closures that apply functions to evaluated arguments, the fastest that fits each call.

Kinds that are known when the expression is compiled are not asked for again when it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, Overflow
from functools import partial
from typing import Any

import msgspec

from sandbox.talang.ast import Value
from sandbox.talang.errors import EvaluationError, FunctionNotFoundError, LimitError
from sandbox.talang.kinds import KINDS_BY_TYPE, MAP, TOKEN, Kind, shown
from sandbox.talang.limits import MAX_EXPONENT, spend, weight_of
from sandbox.talang.scope import ENVIRONMENT, Closure, Frame
from sandbox.talang.table import Function, HostFunction, OnDecimals, Overload


class Compiled(msgspec.Struct, frozen=True, gc=False):
    """An expression as a closure, with what is known of its value beforehand.

    No closure refers to what refers to it, so the garbage collector need not look here.

    `weight` is the number of its terms. `constant` tells that `value` is its value.
    """

    run: Closure
    kind: Kind
    weight: int
    constant: bool = False
    value: Value = None


def _never_run(frame: Any) -> Value:
    raise AssertionError("who gets an argument unevaluated compiles it")


# Stands for an argument that is not evaluated before the call.
HANDED_OVER = Compiled(_never_run, TOKEN, 0)


def constant(value: Value) -> Compiled:
    return Compiled(lambda frame: value, KINDS_BY_TYPE.get(type(value), MAP), 1, True, value)


def not_found(
    name: str, overloads: Iterable[Overload], given: Iterable[str]
) -> FunctionNotFoundError:
    """Return the error of a call whose arguments, as messages show them, fit nowhere."""
    wanted = " or ".join(dict.fromkeys(overload.signature.text for overload in overloads))
    return FunctionNotFoundError(f"There is no {name}({', '.join(given)}), only {wanted}")


def failed_arithmetic(error: ArithmeticError) -> EvaluationError:
    if isinstance(error, Overflow):
        return LimitError(f"A number has an exponent of at most {MAX_EXPONENT}")
    if isinstance(error, ZeroDivisionError):
        return EvaluationError("Division by zero")
    return EvaluationError("The numbers cannot be computed with")


def function_call(
    name: str, overloads: Sequence[Function], arguments: Sequence[Compiled], cost: int
) -> Closure:
    """Return the call of the first of these functions that the arguments fit."""
    choose = partial(_choose, name, overloads)
    first = overloads[0]
    if first.on_decimals is not None and len(arguments) == 2:
        return _on_decimals(first.on_decimals, choose, arguments[0].run, arguments[1])
    runs = [argument.run for argument in arguments]
    if cost:
        return _paid(choose, runs, cost)
    is_arithmetic = first.on_decimals is not None
    if (
        len(overloads) == 1
        and not is_arithmetic
        and all(
            argument.kind & ~first.signature.kind_at(index) == 0
            for index, argument in enumerate(arguments)
        )
    ):
        return _direct(first.apply, runs)
    return lambda frame: choose([run(frame) for run in runs])


def host_call(
    name: str,
    overloads: Sequence[Overload],
    arguments: Sequence[Compiled],
) -> Closure:
    """Return a call that may be the caller's: its functions get the environment too."""
    runs = [argument.run for argument in arguments]

    def call(frame: Frame) -> Value:
        values = [run(frame) for run in runs]
        for overload in overloads:
            if overload.signature.accepts(values):
                if isinstance(overload, HostFunction):
                    return overload.apply(frame[ENVIRONMENT], *values)
                assert isinstance(overload, Function)
                return _applied(overload, values)
        raise not_found(name, overloads, map(shown, values))

    return call


def _applied(function: Function, values: Sequence[Value]) -> Value:
    try:
        return function.apply(*values)
    except ArithmeticError as error:
        raise failed_arithmetic(error) from None


def _choose(name: str, overloads: Sequence[Function], values: Sequence[Value]) -> Value:
    for overload in overloads:
        if overload.signature.accepts(values):
            return _applied(overload, values)
    raise not_found(name, overloads, map(shown, values))


def _paid(
    choose: Callable[[Sequence[Value]], Value], runs: Sequence[Closure], cost: int
) -> Closure:
    def call(frame: Frame) -> Value:
        values = [run(frame) for run in runs]
        spend(frame, cost * weight_of(values))
        return choose(values)

    return call


def _on_decimals(
    operate: OnDecimals,
    choose: Callable[[Sequence[Value]], Value],
    first: Closure,
    second: Compiled,
) -> Closure:
    """Return a call that looks for no overload when both are numbers, as they mostly are."""
    if second.constant and isinstance(second.value, Decimal):
        right_value = second.value

        def call_with_constant(frame: Any) -> Value:
            left = first(frame)
            if type(left) is Decimal:
                try:
                    return operate(left, right_value)
                except ArithmeticError as error:
                    raise failed_arithmetic(error) from None
            return choose((left, right_value))

        return call_with_constant

    run_second = second.run

    def call(frame: Any) -> Value:
        left, right = first(frame), run_second(frame)
        if type(left) is Decimal and type(right) is Decimal:
            try:
                return operate(left, right)
            except ArithmeticError as error:
                raise failed_arithmetic(error) from None
        return choose((left, right))

    return call


def _direct(apply: Callable[..., Value], runs: Sequence[Closure]) -> Closure:
    """Return a call whose arguments are known to fit; such functions do no arithmetic."""
    if len(runs) == 1:
        (only,) = runs
        return lambda frame: apply(only(frame))
    if len(runs) == 2:
        first, second = runs
        return lambda frame: apply(first(frame), second(frame))
    return lambda frame: apply(*[run(frame) for run in runs])
