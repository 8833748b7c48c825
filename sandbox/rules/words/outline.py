"""A rule in words as lines of text: conditions as a nested list, then effects."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.rules.words.english import lower_first, sentence
from sandbox.rules.words.groups import HOLDING
from sandbox.rules.words.model import ConditionWords, RuleWords

_INDENT = "   "


def outline(rule: RuleWords) -> list[str]:
    """Return a rule as lines; conditions and effects have the numbers that people count by."""
    lines = [rule.headline]
    if rule.conditions:
        lines.append("When all of this holds:" if len(rule.conditions) > 1 else "When:")
        for condition in rule.conditions:
            lines += _condition(condition, 1)
    if rule.effects:
        lines.append("Then:" if rule.conditions else "Always:")
        lines += [
            f"{_INDENT}{number}. {effect.sentence}" for number, effect in enumerate(rule.effects, 1)
        ]
    lines += [f"Never here: {reason}" for reason in rule.unknown]
    lines += [f"Where {explained.sentence}" for explained in rule.filters]
    return lines


def _condition(condition: ConditionWords, depth: int) -> Iterator[str]:
    indent = _INDENT * depth
    if condition.operator is None:
        number = "-" if condition.index is None else f"{condition.index + 1}."
        yield f"{indent}{number} {condition.sentence}"
    elif not condition.children:
        yield f"{indent}- {condition.sentence}"
    else:
        yield f"{indent}- {sentence(HOLDING[condition.operator])[:-1]}:"
        for child in condition.children:
            yield from _condition(child, depth + 1)
    for effect in condition.failures:
        yield f"{indent}{_INDENT}If not: {lower_first(effect.sentence)}"
