"""Read the block `passthrough` of V2, whose Talang is a condition or an effect.

Its expression is a call, or an array with one member that is something else: a constant or a bare
name. A text there is the call that a function of that name makes of it, else a name. Source:
talang.md, section 8.
"""

from __future__ import annotations

from sandbox.rules.model import Block, Unsupported
from sandbox.rules.reading import Json, Reader
from sandbox.rules.templates import parse_path
from sandbox.rules.v1.conditions import RULE, lower_condition
from sandbox.rules.v1.effects import lower_effect
from sandbox.rules.v1.functions import is_function
from sandbox.rules.v1.raw import IS_EFFECT, is_effect
from sandbox.rules.v1.shapes import read_expression
from sandbox.talang.ast import Expression, Literal, Path
from sandbox.talang.errors import ExpressionSyntaxError


def read_passthrough(reader: Reader) -> Block:
    """Read one block."""
    only = _only_member(reader.raw.get("expression"))
    expression = only or read_expression(reader, "expression")
    if expression is None:
        return Unsupported(reader.id, "passthrough", "The expression cannot be read")
    if reader.flag(IS_EFFECT, is_effect(expression)):
        return lower_effect(expression, reader.id)
    return lower_condition(expression, reader.id, RULE)


def _only_member(raw: Json) -> Expression | None:
    """Return what an array of one member says when that is a constant or a name."""
    match raw:
        case [bool() as constant]:
            return Literal(constant)
        case [str() as text] if not is_function(text, 0):
            return _name(text)
    return None


def _name(text: str) -> Path | None:
    """Read ``$Session.FirstSession``, or the same without its sign."""
    try:
        path = parse_path(f"${text.removeprefix('$')}")
    except ExpressionSyntaxError:
        return None
    return path if len(path.names) > 1 or text.startswith("$") else None
