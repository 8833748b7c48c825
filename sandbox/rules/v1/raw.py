"""Talang that stays Talang: which of it is an effect, how it is written, what is wrong with it."""

from __future__ import annotations

from typing import Any

from sandbox.numbers import encode_json
from sandbox.rules.model import Unsupported
from sandbox.talang.arrays import write_arrays
from sandbox.talang.ast import Call, Expression
from sandbox.talang.errors import TalangError

# The calls that are effects, in lower case; ``!`` calls webhooks and custom effects.
EFFECTS = frozenset(
    {
        "!",
        "addachievementprogress",
        "addfreeitem",
        "addloyaltypoints",
        "deductloyaltypoints",
        "notification",
        "redeemloyaltypoints",
        "setdiscount",
        "setdiscountperitem",
        "shownotification",
    }
)
# Says of a block `passthrough` whether it is an effect, where its expression looks otherwise.
IS_EFFECT = "x-isEffect"
MAX_SHOWN = 200


def is_effect(expression: Expression) -> bool:
    """Tell whether an expression is an effect, whatever ``catch`` stands around it."""
    match expression:
        case Call(function, (fallback, inner)) if function.lower() == "catch":
            return is_effect(inner) or is_effect(fallback)
        case Call(function):
            return function.lower() in EFFECTS or function.lower() == "noop"
    return False


def write_passthrough(expression: Expression, id: str, *, as_effect: bool) -> dict[str, Any]:
    """Return the block of V2 that holds an expression."""
    block = {"id": id, "type": "passthrough", "expression": write_arrays(expression)}
    return block if is_effect(expression) is as_effect else {**block, IS_EFFECT: as_effect}


def unsupported(
    expression: Expression, id: str, error: TalangError, *, as_effect: bool
) -> Unsupported:
    """Return a block that keeps its rule from firing, and says what is wrong with which part."""
    raw = write_passthrough(expression, id, as_effect=as_effect)
    return Unsupported(id, "passthrough", located(expression, id, error), raw)


def located(expression: Expression, id: str, error: TalangError) -> str:
    """Return what is wrong, with the place and the text of the expression that it is wrong in."""
    text = encode_json(write_arrays(expression)).decode()
    shown = text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
    return f"{id}, {shown}: {error}"
