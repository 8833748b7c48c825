"""Write blocks as JSON: the counterpart of `sandbox.rules.blocks`."""

from __future__ import annotations

from typing import Any

from sandbox.rules.effects import EffectBlock
from sandbox.rules.model import (
    Between,
    Block,
    CheckAchievement,
    CheckAnniversary,
    CheckAttribute,
    CheckAudience,
    CheckBudget,
    CheckCoupon,
    CheckEvent,
    CheckLoyaltyBalance,
    CheckLoyaltyCard,
    CheckReferral,
    CheckTier,
    CountedList,
    Group,
    NoOperand,
    OneOperand,
    Operand,
    Passthrough,
    Unsupported,
    ValueList,
    Within,
)
from sandbox.rules.v1.raw import write_passthrough
from sandbox.rules.write_effects import write_effect
from sandbox.rules.write_values import Json, amount, formula, given, value


def write_block(block: Block) -> dict[str, Json]:
    """Return one block with its id, its failure effects and everything inside it."""
    if isinstance(block, Unsupported):
        raw: dict[str, Json] = block.raw
        return raw
    if isinstance(block, EffectBlock):
        return write_effect(block)
    written = {"id": block.id, **_condition(block)}
    if block.on_failure:
        written["onFailure"] = [write_block(inner) for inner in block.on_failure]
    return written


def _condition(block: Any) -> dict[str, Json]:
    match block:
        case Group():
            blocks = [write_block(inner) for inner in block.blocks]
            flags = {"x-countsOnce": block.counts_once, "x-strict": block.strict}
            return {
                "type": "group",
                "operator": block.operator,
                "blocks": blocks,
                **{name: flag for name, flag in flags.items() if flag},
            }
        case CheckAttribute():
            return {
                "type": "checkAttribute",
                "operator": _operator(block.operator, block.negated),
                "attribute": formula(block.attribute),
                **_operand(block.operand),
            }
        case CheckCoupon():
            return {"type": "checkCoupon", "redeem": block.redeem}
        case CheckReferral():
            return {"type": "checkReferral", "redeem": block.redeem}
        case CheckAudience():
            return {
                "type": "checkAudience",
                "operator": block.operator,
                "profile": block.profile,
                "audience": {"id": block.audience_id, "name": block.audience_name},
            }
        case CheckEvent():
            matchers = [write_block(matcher) for matcher in block.matchers]
            return {"type": "checkEvent", "eventType": block.event_type, "matchers": matchers}
        case CheckBudget():
            return {
                "type": "checkBudget",
                "operator": "available" if block.value is None else "enoughFor",
                "action": block.action,
                **given(value=block.value),
            }
        case CheckAchievement():
            return {
                "type": "checkAchievement",
                "operator": block.operator,
                "achievement": {"id": block.achievement_id, "title": block.achievement_title},
            }
        case Passthrough():
            return write_passthrough(block.expression, block.id, as_effect=False)
    return _loyalty(block)


def _loyalty(block: Any) -> dict[str, Json]:
    match block:
        case CheckLoyaltyBalance():
            return {
                "type": "checkLoyaltyBalance",
                "operator": _operator(block.operator, block.negated),
                "program": {"id": block.program_id},
                "subledger": block.subledger,
                "balance": block.balance,
                "value": amount(block.value),
            }
        case CheckTier():
            return {
                "type": "x-checkTier",
                "operator": _operator("oneOf", block.negated),
                "programId": block.program_id,
                "subLedgerId": block.subledger,
                "tier": list(block.tiers),
            }
        case CheckLoyaltyCard():
            operator = _operator(block.operator, block.negated)
            return {"type": "x-checkLoyaltyCard", "operator": operator}
        case CheckAnniversary():
            return {
                "type": "x-checkAnniversary",
                "attribute": formula(block.attribute),
                "before": block.before,
                "after": block.after,
            }
    raise AssertionError(block)


def _operator(operator: str, negated: bool) -> str:
    return f"not({operator})" if negated else operator


def _operand(operand: Operand) -> dict[str, Json]:
    match operand:
        case NoOperand():
            return {}
        case OneOperand(needed):
            return {"value": value(needed)}
        case Between(minimum, maximum, ends_included):
            ends = {} if ends_included else {"x-endsIncluded": False}
            return {"min": value(minimum), "max": value(maximum), **ends}
        case Within():
            return {
                "start": value(operand.start),
                "end": value(operand.end),
                "startInclusive": operand.start_inclusive,
                "endInclusive": operand.end_inclusive,
                "timezoneInsensitive": operand.wall_clock,
            }
        case ValueList(values):
            return {"values": [value(member) for member in values]}
        case CountedList(values, count):
            return {"values": [value(member) for member in values], "count": amount(count)}
