"""What must hold for any Application and any request."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sandbox.engine.changes import KEPT_WHEN_CANCELLED, Change, CountBudget, CounterKey
from sandbox.engine.codes import normal_code
from sandbox.engine.compile import compile_application
from sandbox.engine.definitions import Campaign, Definition
from sandbox.engine.evaluate import evaluate
from sandbox.engine.ledger import Ledger
from sandbox.engine.model import RuleFailure
from sandbox.engine.rollback import rollback
from sandbox.engine.run import DISCOUNTS
from sandbox.numbers import decode_hook, decode_json, encode_json
from tests.engine.builders import block, campaign, discount, rule
from tests.engine.strategies import examples
from tests.engine.strategies.situations import Situation, situations


@examples(2)
@given(situations(typed=False))
def test_an_evaluation_never_raises_and_can_be_written_as_json(situation: Situation):
    evaluation = situation.evaluate()
    encode_json(evaluation.effects)
    encode_json(evaluation.failures())


CHANGES = msgspec.json.Decoder(list[Change], dec_hook=decode_hook, float_hook=Decimal)


@examples(2)
@given(situations(closing=True))
def test_what_is_to_be_stored_can_be_read_again(situation: Situation):
    changes = situation.evaluate().changes
    assert CHANGES.decode(encode_json(changes)) == list(changes)


@examples(0.5)
@given(situations(typed=False))
def test_the_same_inputs_give_the_same_answer(situation: Situation):
    application = compile_application(situation.definition)
    first, second = (
        evaluate(application, situation.facts, situation.request, situation.now) for _ in range(2)
    )
    anew = situation.evaluate()
    for other in (second, anew):
        assert other.effects == first.effects
        assert other.changes == first.changes
        assert other.eligibility() == first.eligibility()


def reversed_keys(value: Any) -> Any:
    """Return JSON with the keys of all objects in the opposite order."""
    if isinstance(value, dict):
        return {key: reversed_keys(value[key]) for key in reversed(value)}
    return [reversed_keys(member) for member in value] if isinstance(value, list) else value


def with_reversed_keys(situation: Situation) -> Situation:
    raw = reversed_keys(decode_json(encode_json(situation.definition)))
    facts, session = situation.facts, situation.session
    items = [
        replace(
            item,
            attributes=reversed_keys(item.attributes),
            additional_costs=reversed_keys(item.additional_costs),
        )
        for item in session.cart_items
    ]
    other = Situation(
        msgspec.convert(raw, Definition, dec_hook=decode_hook),
        replace(
            facts,
            coupons=reversed_keys(facts.coupons),
            counters=reversed_keys(facts.counters),
        ),
        situation.request,
        situation.now,
    )
    return other.with_session(
        replace(
            session,
            cart_items=items,
            attributes=reversed_keys(session.attributes),
            additional_costs=reversed_keys(session.additional_costs),
        )
    )


def without_details(failures: Iterable[RuleFailure]) -> list[RuleFailure]:
    """Leave out which of several parameters failed first."""
    return [replace(failure, details=None) for failure in failures]


def without(changes: Iterable[Change], others: Iterable[Change]) -> list[Change]:
    """Return what is left of changes when each of the others is taken away once."""
    left = list(changes)
    for change in others:
        if change in left:
            left.remove(change)
    return left


@examples()
@given(situations(typed=False))
def test_the_order_of_keys_does_not_matter(situation: Situation):
    before, after = situation.evaluate(), with_reversed_keys(situation).evaluate()
    assert after.effects == before.effects
    assert without(after.changes, before.changes) == []
    assert without(before.changes, after.changes) == []
    assert without_details(after.failures()) == without_details(before.failures())


IRRELEVANT: list[Campaign] = [
    campaign(rule(discount(1)), id=91, state="disabled"),
    campaign(rule(discount(1)), id=92, state="archived"),
    campaign(rule(discount(1)), id=93, linked_store_ids=[99]),
    campaign(rule(block("checkCoupon", redeem=True), discount(1)), id=94),
    campaign(rule(block("checkReferral", redeem=True), discount(1)), id=95),
]


@examples()
@given(situations(typed=False))
def test_campaigns_that_a_request_does_not_concern_change_nothing(situation: Situation):
    definition = situation.definition
    more = replace(definition, campaigns=[*definition.campaigns, *IRRELEVANT])
    before, after = situation.evaluate(), situation.with_definition(more).evaluate()
    assert after.effects == before.effects
    assert after.changes == before.changes
    known = {campaign.id for campaign in definition.campaigns}
    assert [f for f in after.failures() if f.campaign_id in known] == before.failures()


@examples()
@given(situations(typed=False))
def test_every_code_is_answered_once(situation: Situation):
    case = situation.definition.application.case_sensitivity
    codes = {normal_code(code, case) for code in situation.session.coupon_codes}
    answered = Counter(
        effect.props["value"]
        for effect in situation.evaluate().effects
        if effect.effect_type in ("acceptCoupon", "rejectCoupon")
    )
    assert answered == dict.fromkeys(codes, 1)


def budgets(changes: Iterable[Change]) -> dict[CounterKey, Decimal]:
    amounts: dict[CounterKey, Decimal] = defaultdict(Decimal)
    for change in changes:
        if isinstance(change, CountBudget):
            amounts[change.key] += change.amount
    return amounts


@examples()
@given(situations(closing=True))
def test_cancelling_gives_back_exactly_what_closing_gave(situation: Situation):
    closed = situation.evaluate()
    effects, changes, _ = rollback(closed.effects, closed.changes)
    given_back = [e.props["value"] for e in effects if e.effect_type == "rollbackDiscount"]
    assert given_back == [e.props["value"] for e in closed.effects if e.effect_type in DISCOUNTS]
    counted, uncounted = budgets(closed.changes), budgets(changes)
    for key, amount in counted.items():
        assert uncounted[key] == (0 if key.action in KEPT_WHEN_CANCELLED else -amount)


amounts = st.decimals(min_value="0.01", max_value=1000, places=2)


@given(st.lists(st.tuples(st.sampled_from("abc"), amounts), max_size=20), st.integers(0, 20))
def test_what_is_undone_and_redone_is_as_if_nothing_happened(written, cut):
    ledger = Ledger()

    def write(entries):
        for key, amount in entries:
            ledger.add(key, amount)
            ledger.put(key, amount)

    def seen():
        return ledger.amounts(), [ledger.value(key) for key in "abc"]

    write(written[:cut])
    mark, before = ledger.mark(), seen()
    write(written[cut:])
    after = seen()
    undone = ledger.undo(mark)
    assert seen() == before
    ledger.redo(undone)
    assert seen() == after
