"""What a request must bring for a campaign to apply at all.

Most campaigns of a large Application wait for a code of their own. They are not run for requests
that have none: their rules could only fail, and how they fail is computed when somebody asks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from sandbox.engine.moving import Root, moves
from sandbox.rules.effects import EffectBlock
from sandbox.rules.model import (
    Block,
    CheckAttribute,
    CheckCoupon,
    CheckEvent,
    CheckReferral,
    Group,
    Rule,
)
from sandbox.talang.ast import Path


def needs_code(rules: Iterable[Rule], moving: Collection[Root]) -> bool:
    """Tell whether no rule can apply, nor fail with effects, without a code of the campaign.

    `moving` are the lists of `sandbox.engine.moving`.
    """
    return all(_waits_for_code(rule, moving) for rule in rules)


def _waits_for_code(rule: Rule, moving: Collection[Root]) -> bool:
    """Tell whether a rule checks a code before anything that an evaluation could change.

    What comes before may decide which condition is reported, so it must not depend on when the
    rule is run.
    """
    for block in _conjuncts(rule.blocks):
        if isinstance(block, CheckCoupon | CheckReferral):
            return not _has_failure_effects(rule.blocks)
        if not _is_steady(block, moving):
            return False
    return False


def _conjuncts(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the conditions that must all hold, those of nested `all` groups one by one."""
    for block in blocks:
        if isinstance(block, Group) and block.operator == "all":
            yield from _conjuncts(block.blocks)
        elif not isinstance(block, EffectBlock):
            yield block


def _is_steady(block: Block, moving: Collection[Root]) -> bool:
    match block:
        case CheckAttribute(attribute=Path()):
            return not moves(block, moving)
        case CheckEvent(matchers=matchers):
            return all(_is_steady(matcher, moving) for matcher in matchers)
    return False


def _has_failure_effects(blocks: Iterable[Block]) -> bool:
    return any(
        bool(getattr(block, "on_failure", ()))
        or (isinstance(block, Group) and _has_failure_effects(block.blocks))
        for block in blocks
    )
