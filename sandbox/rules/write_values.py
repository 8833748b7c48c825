"""Write the values of fields: literals as they are, formulas as templates, names with a ``$``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from sandbox.rules.printing import formula_text, template_text
from sandbox.talang.ast import Call, Expression, Literal, Path

Json: TypeAlias = Any


def value(expression: Expression) -> Json:
    """Return what a field holds that takes a literal, a template, or a list of them."""
    match expression:
        case Literal(literal):
            return literal
        case Call("LIST", members):
            return [value(member) for member in members]
    return template_text(expression)


# Fields that take a number read a text that is one as that number, so nothing special is needed.
amount = value


def formula(expression: Expression) -> Json:
    """Return what a field holds that takes a name or a formula, also one of a constant."""
    match expression:
        case Path():
            return f"${expression}"
        case Literal():
            return "{{" + formula_text(expression) + "}}"
    return template_text(expression)


def given(**fields: Expression | None) -> dict[str, Json]:
    """Return the optional fields that are there."""
    return {name: value(field) for name, field in fields.items() if field is not None}


def named(values: Iterable[tuple[str, Expression]]) -> dict[str, Json]:
    return {name: value(expression) for name, expression in values}
