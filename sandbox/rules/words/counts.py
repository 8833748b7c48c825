"""How many: “the cart has at least 3 items whose category is Shoes”."""

from __future__ import annotations

from decimal import Decimal

from sandbox.rules.model import Between, NoOperand, OneOperand, Operand
from sandbox.rules.words.constants import number_of
from sandbox.rules.words.expressions import term
from sandbox.rules.words.glossary import Glossary
from sandbox.talang.ast import Expression, Literal

_ZERO = Literal(Decimal(0))
_AMOUNTS = {
    ("equals", False): "exactly {}",
    ("lessThan", False): "fewer than {}",
    ("lessThanOrEqual", False): "at most {}",
    ("greaterThan", False): "more than {}",
    ("greaterThanOrEqual", False): "at least {}",
    ("greaterThan", True): "not more than {}",
    ("lessThan", True): "not fewer than {}",
}


def how_many(
    operator: str,
    negated: bool,
    operand: Operand,
    nouns: tuple[str, str],
    glossary: Glossary,
    *,
    whole: bool = True,
) -> str | None:
    """Return how many of `nouns` (singular, plural): “at least 3 points”, “no items”.

    `whole` says that there are only whole numbers of it, so that more than 0 is at least one. None
    for operands that are no constants.
    """
    singular, plural = nouns
    match operand:
        case Between(minimum, maximum) if operator == "between" and not negated:
            if number_of(minimum) is None or number_of(maximum) is None:
                return None
            return f"{_number(minimum, glossary)} to {_number(maximum, glossary)} {plural}"
        case OneOperand(value) if (operator, negated) in _AMOUNTS:
            amount = number_of(value)
            if amount is None:
                return None
            if whole and value == _ZERO and not negated:
                if operator == "greaterThan":
                    return f"at least one {singular}"
                if operator == "equals":
                    return f"no {plural}"
            words = _AMOUNTS[operator, negated].replace("{}", _number(value, glossary))
            return f"{words} {singular if amount == 1 else plural}"
        case NoOperand() if operator == "empty":
            return f"at least one {singular}" if negated else f"no {plural}"
    return None


def _number(value: Expression, glossary: Glossary) -> str:
    return term(value, glossary, "number").text
