"""A rule in words as lines of text: conditions as a nested list, then effects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sandbox.rules.words.english import lower_first
from sandbox.rules.words.groups import HOLDING
from sandbox.rules.words.model import ConditionWords, RuleWords

_INDENT = "   "
_FAILED = {
    "all": "If not all of these hold",
    "atLeastOne": "If none of these holds",
    "none": "If one of these holds",
}


def outline(rule: RuleWords) -> list[str]:
    """Return a rule as lines; conditions and effects have the numbers that people count by.

    Conditions are read from top to bottom, until one decides; “If not” follows the condition that
    it belongs to, and happens when that was looked at and did not hold.
    """
    lines = [rule.headline, *_conditions(rule.conditions)]
    if rule.effects:
        lines.append("Then:" if rule.conditions else "Always:")
        lines += [
            f"{_INDENT}{number}. {effect.sentence}" for number, effect in enumerate(rule.effects, 1)
        ]
    lines += [f"Never here: {reason}" for reason in rule.unknown]
    lines += [f"Where {lower_first(explained.sentence)}" for explained in rule.filters]
    return lines


def _conditions(conditions: Sequence[ConditionWords]) -> Iterator[str]:
    """Yield the conditions of a rule; a group alone becomes the head of the list."""
    if not conditions:
        return
    if len(conditions) == 1 and _is_list(conditions[0]):
        (group,) = conditions
        yield f"When {_holding(group)}:"
        for child in group.children:
            yield from _condition(child, 1)
        yield from _failures(group, "")
        return
    yield f"When {HOLDING['all'] if len(conditions) > 1 else 'this holds'}:"
    for condition in conditions:
        yield from _condition(condition, 1)


def _condition(condition: ConditionWords, depth: int) -> Iterator[str]:
    indent = _INDENT * depth
    number = "-" if condition.index is None else f"{condition.index + 1}."
    if _is_list(condition):
        yield f"{indent}{number} {_holding(condition).capitalize()}:"
        for child in condition.children:
            yield from _condition(child, depth + 1)
    elif condition.operator is not None and condition.children:
        child = condition.children[0]
        if condition.index is not None:  # the group counts, not what is inside
            child = replace(child, index=condition.index)
        yield from _condition(child, depth)
    else:
        yield f"{indent}{number} {condition.sentence}"
    yield from _failures(condition, indent)


def _is_list(condition: ConditionWords) -> bool:
    """Tell whether a group says more than its only child does."""
    match condition.operator:
        case None:
            return False
        case "none":
            return bool(condition.children)
    return len(condition.children) > 1


def _holding(group: ConditionWords) -> str:
    if len(group.children) == 1:
        return "this does not hold"
    return HOLDING[group.operator or "all"]


def _failures(condition: ConditionWords, indent: str) -> Iterator[str]:
    failed = "If not"
    if condition.operator is not None and _is_list(condition):
        failed = _FAILED[condition.operator]
    for effect in condition.failures:
        yield f"{indent}{_INDENT}{failed}: {lower_first(effect.sentence)}"
