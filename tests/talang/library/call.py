"""Call a function of the table with values, as an expression would."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.talang.arrays import read_arrays
from sandbox.talang.ast import Call, Literal
from sandbox.talang.compile import Options, compile_expression
from sandbox.talang.library import TALANG
from sandbox.talang.scope import resolve_binding


def value_of(json: Any, **bindings: Any) -> Any:
    """Return the value of an expression in JSON."""
    return compile_expression(read_arrays(json), resolve_binding, Options(TALANG))(bindings)


def call(function: str, *arguments: Any) -> Any:
    """Return what a function gives; integers stand for decimals."""
    literals = [
        Literal(Decimal(argument) if type(argument) is int else argument) for argument in arguments
    ]
    expression = Call(function, tuple(literals))
    return compile_expression(expression, resolve_binding, Options(TALANG))({})
