"""What a request must bring for a campaign to apply at all.

Most campaigns of a large Application wait for a code of their own. They are not run for requests
that have none: their rules could only fail, and how they fail is computed when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sandbox.rules.effects import EffectBlock
from sandbox.rules.model import (
    Between,
    Block,
    CheckAttribute,
    CheckCoupon,
    CheckEvent,
    CheckReferral,
    CountedList,
    Group,
    NoOperand,
    OneOperand,
    Operand,
    Rule,
    ValueList,
    Within,
)
from sandbox.talang.ast import Call, Expression, Literal, Path


def needs_code(rules: Iterable[Rule]) -> bool:
    """Tell whether no rule can apply, nor fail with effects, without a code of the campaign."""
    return all(_waits_for_code(rule) for rule in rules)


def _waits_for_code(rule: Rule) -> bool:
    """Tell whether a rule checks a code before anything that an evaluation could change.

    What comes before may decide which condition is reported, so it must not depend on when the
    rule is run.
    """
    for block in _conjuncts(rule.blocks):
        if isinstance(block, CheckCoupon | CheckReferral):
            return not _has_failure_effects(rule.blocks)
        if not _is_steady(block):
            return False
    return False


def _conjuncts(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the conditions that must all hold, those of nested `all` groups one by one."""
    for block in blocks:
        if isinstance(block, Group) and block.operator == "all":
            yield from _conjuncts(block.blocks)
        elif not isinstance(block, EffectBlock):
            yield block


def _is_steady(block: Block) -> bool:
    match block:
        case CheckAttribute(attribute=Path() as attribute, operand=operand):
            return all(_is_steady_value(value) for value in (attribute, *_values(operand)))
        case CheckEvent(matchers=matchers):
            return all(_is_steady(matcher) for matcher in matchers)
    return False


def _is_steady_value(expression: Expression) -> bool:
    match expression:
        case Literal():
            return True
        case Path(names):
            return not any(name.startswith("Discounted") for name in names)
        case Call(arguments=arguments):
            return all(_is_steady_value(argument) for argument in arguments)
    return False


def _values(operand: Operand) -> tuple[Expression, ...]:
    match operand:
        case NoOperand():
            return ()
        case OneOperand(value):
            return (value,)
        case Between(minimum, maximum):
            return minimum, maximum
        case Within(start, end):
            return start, end
        case ValueList(values):
            return values
        case CountedList(values, count):
            return *values, count


def _has_failure_effects(blocks: Iterable[Block]) -> bool:
    return any(
        bool(getattr(block, "on_failure", ()))
        or (isinstance(block, Group) and _has_failure_effects(block.blocks))
        for block in blocks
    )
