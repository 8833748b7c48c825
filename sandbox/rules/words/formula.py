"""Expressions as the Rule Builder writes them, for whatever has no words.

Source: reference/engine/02, section 2.5: ``[Session.Total] * 10%``, ``ROUND_UP(…)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal

from sandbox.numbers import plain_text
from sandbox.rules.words.english import quoted
from sandbox.talang.ast import Block, Call, Expression, Literal, Path

_PRECEDENCE = {
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), 1),
    **dict.fromkeys(("+", "-"), 2),
    **dict.fromkeys(("*", "/"), 3),
}


def formula(expression: Expression) -> str:
    """Return an expression as the Rule Builder would show it."""
    match expression:
        case Literal(value):
            return _constant(value)
        case Path():
            return f"[{expression}]"
        case Call("/", (Literal(Decimal() as share), Literal(Decimal() as hundred))) if (
            hundred == 100
        ):
            return f"{plain_text(share)}%"
        case Call(name, (left, right)) if name in _PRECEDENCE:
            level = _PRECEDENCE[name]
            return f"{_operand(left, level)} {name} {_operand(right, level + 1)}"
        case Call(name, arguments):
            return f"{name}({', '.join(formula(argument) for argument in arguments)})"
        case Block((Call(parameter, ()), body)):
            return f"{parameter} → {formula(body)}"
        case Block(members):
            return f"({'; '.join(map(formula, members))})"


def _operand(expression: Expression, level: int) -> str:
    text = formula(expression)
    if isinstance(expression, Call) and len(expression.arguments) == 2:
        is_percent = text.endswith("%")
        if not is_percent and _PRECEDENCE.get(expression.function, level) < level:
            return f"({text})"
    return text


def as_written(value: object) -> str:
    """Return any part of a rule by the names of its fields: ``checkWeather (city “Oslo”)``."""
    match value:
        case Literal() | Path() | Call() | Block():
            return formula(value)
        case tuple() | list():
            return f"[{', '.join(as_written(member) for member in value)}]"
    parts = list(parts_of(value))
    if not parts and not is_dataclass(value):
        return _constant(value)
    written = ", ".join(
        f"{name.replace('_', ' ')} {as_written(part)}"
        for name, part in parts
        if name != "id" and part not in (None, ())
    )
    name = type(value).__name__
    return f"{name[0].lower()}{name[1:]}{f' ({written})' if written else ''}"


def parts_of(value: object) -> Iterator[tuple[str, object]]:
    """Yield the fields of a block, a step or an expression, by name."""
    names = getattr(value, "__struct_fields__", None)
    if names is None and is_dataclass(value):
        names = [field.name for field in fields(value)]
    for name in names or ():
        yield name, getattr(value, name)


def _constant(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return plain_text(value)
        case datetime():
            return value.isoformat()
        case None:
            return "nothing"
    return quoted(str(value))
