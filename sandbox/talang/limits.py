"""Bounds of the language. Whatever the expression, work and memory stay small.

Straight-line work is bounded by the number of terms. Blocks that run once per member, functions
whose work grows with their arguments, and templates are paid for in *steps*, from one allowance per
evaluation. A step is about the work of one term, a tenth of a microsecond.
"""

from __future__ import annotations

from typing import Any

from sandbox.talang.ast import Block, Call, Expression, Value
from sandbox.talang.errors import LimitError

MAX_SOURCE = 100_000
MAX_TERMS = 10_000
MAX_VALUES = 100_000
MAX_DEPTH = 100
MAX_STEPS = 1_000_000
MAX_LIST = 10_000
MAX_TEXT = 10_000
MAX_PATTERN = 1_000
MAX_DIGITS = 34
MAX_EXPONENT = 99

# Where the allowance stands in a frame (see `sandbox.talang.scope`).
STEPS = 1


def spend(frame: list[Any], steps: int) -> None:
    """Take from the allowance; raises LimitError when it is used up."""
    left = frame[STEPS] - steps
    if left < 0:
        raise too_many_steps()
    frame[STEPS] = left


def too_many_steps() -> LimitError:
    return LimitError(f"An evaluation takes at most {MAX_STEPS} steps")


def weight_of(values: tuple[Value, ...] | list[Value]) -> int:
    """Return what it costs to go through values once."""
    weight = 1
    for value in values:
        if type(value) is list:
            weight += len(value)
        elif type(value) is str:
            weight += len(value) // 50
    return weight


def count_terms(expression: Expression) -> int:
    """Return the number of an expression's terms; raises LimitError when it is too large."""
    terms: list[Expression] = [expression]
    for term in terms:  # which grows meanwhile
        if type(term) is Call:
            terms += term.arguments
        elif type(term) is Block:
            terms += term.members
        if len(terms) > MAX_TERMS:
            raise too_many_terms()
    return len(terms)


def too_many_terms() -> LimitError:
    return LimitError(f"An expression has at most {MAX_TERMS} terms")


def checked_text(text: str) -> str:
    """Return a text that was made; raises LimitError when it is too long."""
    if len(text) > MAX_TEXT:
        raise LimitError(f"A text has at most {MAX_TEXT} characters")
    return text


def checked_list(members: list[Value]) -> list[Value]:
    """Return a list that was made; raises LimitError when it is too long."""
    if len(members) > MAX_LIST:
        raise LimitError(f"A list has at most {MAX_LIST} members")
    return members
