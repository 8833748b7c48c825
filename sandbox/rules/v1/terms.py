"""Look into expressions: the names they read, the blocks they run, what a field of V2 can say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sandbox.rules.printing import template_text
from sandbox.rules.templates import parse_path, parse_template
from sandbox.rules.v1.functions import constant_of
from sandbox.talang.ast import Block, Call, Expression, Literal, Path
from sandbox.talang.errors import ExpressionSyntaxError
from sandbox.talang.kinds import time_text

ITEM = "Item"
CART_ITEMS = Path(("Session", "CartItems"))

# Endings of the two numbers that every cart item filter offers in V1 (entities.md, section 5).
ITEM_COUNT, TOTAL_PRICE = " item count", " total price"

# Functions that run a block once per member, or once for a value.
_WITH_BLOCKS = frozenset(
    {"map", "filter", "exists", "every", "do", "sum", "sortbynumber", "sortbystring"}
)


class Lambda(NamedTuple):
    """A block with a parameter: ``[["Item"], body]``, or ``"Item", body``.

    `place` is the argument of the call that holds the body.
    """

    parameter: str
    body: Expression
    place: int


def lambda_of(call: Call, place: int = 1) -> Lambda | None:
    """Return the block that a call has at an argument, if it is one with a parameter."""
    match call.arguments[place:]:
        case (Block((Call(parameter), body)), *_):
            return Lambda(parameter, body, place)
        case (Literal(str() as parameter), body, *_):
            return Lambda(parameter, body, place + 1)
    return None


def _block_inside(call: Call) -> Lambda | None:
    return lambda_of(call) if call.function.lower() in _WITH_BLOCKS else None


def names_read(expression: Expression) -> set[str]:
    """Return the first parts of all names that an expression reads and no block in it binds."""
    match expression:
        case Path((root, *_)):
            return {root}
        case Call(_, arguments):
            block = _block_inside(expression)
            found: set[str] = set()
            for place, argument in enumerate(arguments):
                inside = names_read(argument)
                if block is not None and place == block.place:
                    inside.discard(block.parameter)
                found |= inside
            return found
        case Block(members):
            return set().union(*map(names_read, members))
    return set()


def renamed(expression: Expression, names: Mapping[str, str]) -> Expression:
    """Return the expression with first parts of names replaced, where no block binds them."""
    if not names:
        return expression
    match expression:
        case Path((root, *below)) if root in names:
            return Path((names[root], *below))
        case Call(function, arguments):
            block = _block_inside(expression)
            inside = dict(names)
            if block is not None:
                inside.pop(block.parameter, None)
            return Call(
                function,
                tuple(
                    renamed(argument, inside if block and place == block.place else names)
                    for place, argument in enumerate(arguments)
                ),
            )
        case Block(members):
            return Block(tuple(renamed(member, names) for member in members))
    return expression


def of_item(block: Lambda) -> Expression | None:
    """Return a block's body with its parameter called Item, as steps of filters call it.

    None where it reads the parameter as a whole, or where a block inside is in the way.
    """
    parameter, body, _ = block
    if _reads_whole(body, parameter):
        return None
    if parameter == ITEM:
        return body
    return None if _binds(body, ITEM) else renamed(body, {parameter: ITEM})


def _reads_whole(expression: Expression, parameter: str) -> bool:
    match expression:
        case Path((name,)):
            return name == parameter
        case Call(_, arguments):
            block = _block_inside(expression)
            return any(
                _reads_whole(argument, parameter)
                for place, argument in enumerate(arguments)
                if not (block and place == block.place and block.parameter == parameter)
            )
        case Block(members):
            return any(_reads_whole(member, parameter) for member in members)
    return False


def _binds(expression: Expression, name: str) -> bool:
    """Tell whether a block inside binds a name."""
    match expression:
        case Call(_, arguments):
            block = _block_inside(expression)
            return (block is not None and block.parameter == name) or any(
                _binds(argument, name) for argument in arguments
            )
        case Block(members):
            return any(_binds(member, name) for member in members)
    return False


def is_name(expression: Expression) -> bool:
    """Tell whether an expression is a name that V2 can write: ``$Session.Total``."""
    if not isinstance(expression, Path) or "{{" in str(expression):
        return False
    try:
        return parse_path(f"${expression}") == expression
    except ExpressionSyntaxError:
        return False


def is_value(expression: Expression) -> bool:
    """Tell whether a field of V2 can hold an expression: a constant, or a name in a template."""
    match expression:
        case Literal(bool() | Decimal()):
            return True
        case Literal(str()) | Path():
            try:
                return parse_template(template_text(expression)) == expression
            except ExpressionSyntaxError:
                return False
    return False


def constant_time(expression: Expression) -> Expression | None:
    """Return a constant time as fields of V2 hold it, in RFC 3339; None for anything else."""
    match expression:
        case Literal(datetime() as time):
            return Literal(time_text(time))
        case Call(name) if name.lower() == "parsetime":
            value = constant_of(expression)
            return Literal(time_text(value)) if isinstance(value, datetime) else None
    return None


def functions_called(expression: Expression) -> set[str]:
    """Return the names of all functions that an expression calls, in lower case.

    The names of parameters, which look like calls, are among them.
    """
    match expression:
        case Call(function, arguments):
            return {function.lower()}.union(*map(functions_called, arguments))
        case Block(members):
            return set().union(*map(functions_called, members))
    return set()
