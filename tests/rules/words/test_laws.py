"""Laws of words: no block without a sentence, no literal lost, whatever a ruleset holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.numbers import plain_text
from sandbox.rules.effects import EffectBlock, ItemByIndex
from sandbox.rules.model import Block, CheckEvent, Condition, Group, Rule, Ruleset
from sandbox.rules.words.english import fraction, ordinal, shown
from sandbox.rules.words.model import RulesetWords
from sandbox.rules.words.outline import outline
from sandbox.rules.words.rules import ruleset_in_words
from sandbox.rules.words.values import duration, is_no_time, moment, money, number, percent
from sandbox.rules.words.vocabulary import Vocabulary
from sandbox.talang.ast import Literal, Path
from tests.rules.words import strategies

PLAIN = Vocabulary()
# Fields that sentences say in other words, or that stand for a thing whose name they say.
SAID_OTHERWISE = {
    *(
        "id",
        "function",
        "operator",
        "type",
        "entity",
        "profile",
        "recipient",
        "target",
        "action",
        "balance",
    ),
    *("audience_id", "achievement_id", "effect_id", "webhook_id", "pool_id", "cost_id", "index"),
    *("reason", "raw"),
}
# What Python writes of its own objects, and no sentence may.
REPR = re.compile(r"\b(Decimal|Literal|Path|Call|datetime)\(|<sandbox|object at 0x")


def told(ruleset: Ruleset) -> RulesetWords:
    return ruleset_in_words(ruleset, PLAIN)


def lines(words: RulesetWords) -> list[str]:
    own = [definition.sentence for definition in words.filters]
    return [line for rule in words.rules for line in outline(rule)] + own


def ruleset_of(*blocks: Block) -> Ruleset:
    return Ruleset(1, (Rule("rule", blocks),), (), (), ())


def literals(part: Any) -> Iterator[tuple[str, Any]]:
    """Yield every value that a block holds, with the name of its field."""
    if isinstance(part, Literal):
        yield "literal", part.value
    elif isinstance(part, Path):
        return
    elif isinstance(part, tuple):
        for member in part:
            yield from literals(member) if not isinstance(member, str) else [("text", member)]
    elif isinstance(part, ItemByIndex):
        yield "place", ordinal(part.index + 1)
    elif is_dataclass(part):
        for field in fields(part):
            value = getattr(part, field.name)
            if isinstance(value, str | int) and not isinstance(value, bool):
                if field.name not in SAID_OTHERWISE:
                    yield field.name, value
            else:
                yield from literals(value)


def ways_to_say(value: Any) -> Iterator[str]:
    """Yield each form that a value may have in a sentence."""
    match value:
        case bool():
            yield str(value).lower()
        case int() | Decimal():
            amount = Decimal(value)
            yield from (number(amount, PLAIN), money(amount, PLAIN), plain_text(amount))
            yield from (percent(amount, PLAIN), f"{number(amount, PLAIN)} %")
            if amount == 0:
                yield from ("at least one", "no ")
            if amount == 100:
                yield "%"
            if amount == int(amount) and (name := fraction(int(amount))):
                yield name
        case str():
            yield from (value, shown(value), moment(value, PLAIN))
            yield from (moment(value, PLAIN, wall_clock=True), duration(value))
            if not value:
                yield ""
            if is_no_time(value):
                yield "anniversary"


def assert_nothing_is_lost(block: Block) -> None:
    text = "\n".join(lines(told(ruleset_of(block))))
    for field, value in literals(block):
        assert any(way in text for way in ways_to_say(value)), (field, value, text)


@pytest.mark.parametrize("kind", get_args(Condition), ids=lambda kind: kind.__name__)
def test_every_type_of_condition_can_be_made_here(kind):
    assert kind is Group or kind in strategies.leaves


@pytest.mark.parametrize("kind", get_args(EffectBlock), ids=lambda kind: kind.__name__)
def test_every_type_of_effect_can_be_made_here(kind):
    assert kind in strategies.effects


@pytest.mark.parametrize("kind", strategies.leaves, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_a_condition_loses_no_value(kind, data):
    block = data.draw(strategies.leaves[kind])
    if isinstance(block, CheckEvent):
        assert_nothing_is_lost(CheckEvent("", block.event_type, block.matchers))
    else:
        assert_nothing_is_lost(block)


@pytest.mark.parametrize("kind", strategies.effects, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_an_effect_loses_no_value(kind, data):
    assert_nothing_is_lost(data.draw(strategies.effects[kind]))


@given(strategies.any_block)
def test_a_group_loses_no_value(block):
    assert_nothing_is_lost(block)


@given(strategies.rulesets)
def test_every_ruleset_can_be_told_in_clean_sentences(ruleset):
    words = told(ruleset)
    assert len(words.rules) == len(ruleset.rules)
    for line in lines(words):
        assert line.strip()
        assert "  " not in line.strip(), line
        assert not REPR.search(line), line
        assert " ," not in line, line


@given(strategies.rulesets)
def test_every_condition_of_a_rule_has_a_number_of_its_own(ruleset):
    for rule in told(ruleset).rules:
        numbers = [
            words.index
            for condition in rule.conditions
            for words in condition.walk()
            if words.index is not None
        ]
        assert numbers == list(range(len(numbers)))
        for index in numbers:
            found = rule.condition(index)
            assert found is not None
            assert found.index == index
