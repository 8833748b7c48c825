"""Words pair with traces: the same tree of conditions, the same numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.engine.trace import ConditionTrace
from sandbox.rules.words.model import ConditionWords, RuleWords
from sandbox.rules.words.rules import ruleset_in_words
from sandbox.rules.words.vocabulary import Vocabulary
from tests.engine.builders import block, campaign, check, discount, notify, rule, run
from tests.rules.words.shop import read

leaves = st.one_of(
    st.integers(0, 200).map(lambda value: check("$Session.Total", "greaterThan", value=value)),
    st.just(block("checkCoupon", redeem=True)),
    st.just(
        block("checkEvent", eventType="sessionClosed", matchers=[check("$Event.Type", "exists")])
    ),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda operator, blocks, once: block(
            "group", operator=operator, blocks=blocks, **{"x-countsOnce": once}
        ),
        st.sampled_from(["all", "atLeastOne", "none"]),
        st.lists(inner | st.just(notify("inside")), max_size=3),
        st.booleans(),
    ),
    max_leaves=8,
)
rules = st.lists(conditions, max_size=3).map(lambda tests: rule(*tests, discount(5)))


def words_of(*rules: dict[str, Any]) -> list[RuleWords]:
    return list(ruleset_in_words(read({"promotionRules": list(rules)}), Vocabulary()).rules)


def shape(conditions: Iterable[ConditionTrace] | Iterable[ConditionWords]) -> list[Any]:
    return [(c.block_id, shape(c.children)) for c in conditions]


def numbers(conditions: Iterable[ConditionTrace] | Iterable[ConditionWords]) -> list[Any]:
    """Numbers of conditions in document order; what is inside an event has none.

    A group that counts as one condition has a number, and what is inside has none.
    """
    return [
        number
        for c in conditions
        for number in ([c.index] if c.block_id != "group" else [c.index, *numbers(c.children)])
    ]


@settings(deadline=None)
@given(st.lists(rules, min_size=1, max_size=2))
def test_words_have_the_tree_and_the_numbers_of_a_trace(ruleset):
    (evaluated,) = run(campaign(*ruleset), record=True).trace.campaigns
    told = words_of(*ruleset)
    for words, traced in zip(told, evaluated.runs[0].rules, strict=True):
        assert shape(words.conditions) == shape(traced.conditions)
        assert numbers(words.conditions) == numbers(traced.conditions)


def test_the_condition_that_a_rule_stopped_at_can_be_told():
    inner = block("group", operator="all", blocks=[check("$Session.Total", "lessThan", value=50)])
    stopping = rule(check("$Session.Total", "greaterThan", value=10), inner, discount(5))
    evaluation = run(campaign(stopping))
    (failure,) = evaluation.failures()
    (words,) = words_of(stopping)
    found = words.condition(failure.condition_index)
    assert found is not None
    assert found.sentence == "The session total is less than €50."


def test_a_number_that_no_condition_has_finds_nothing():
    (words,) = words_of(rule(discount(5)))
    assert words.condition(0) is None
