"""What evaluation groups decide, and that nothing is left of what they decide against."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from msgspec.structs import replace

from sandbox.engine.changes import AddCoupon, AddReferral, Change
from sandbox.engine.definitions import (
    CampaignGroup,
    CampaignLeaf,
    Definition,
    EvaluationMode,
)
from sandbox.engine.evaluation import Evaluation
from sandbox.engine.model import Effect
from sandbox.engine.run import DISCOUNTS, ITEM_DISCOUNTS
from sandbox.numbers import ZERO
from tests.engine.strategies import examples
from tests.engine.strategies.applications import definitions, settings
from tests.engine.strategies.situations import Situation, situations

MODES: tuple[EvaluationMode, ...] = get_args(EvaluationMode)


def in_tree(situation: Situation, tree: CampaignGroup | None) -> Situation:
    return situation.with_definition(replace(situation.definition, evaluation_tree=tree))


def ids_of(situation: Situation) -> list[int]:
    return [campaign.id for campaign in situation.definition.campaigns]


def without(definition: Definition, ids: Collection[int]) -> Definition:
    """Return the Application with these campaigns archived: they are there, and never run."""
    campaigns = [
        replace(campaign, state="archived") if campaign.id in ids else campaign
        for campaign in definition.campaigns
    ]
    return replace(definition, campaigns=campaigns)


def ungrouped(effects: Iterable[Effect]) -> list[Effect]:
    """Return effects as if no group held their campaigns."""
    return [
        replace(effect, evaluation_group_id=None, evaluation_group_mode=None) for effect in effects
    ]


def but_random(effects: Iterable[Effect], changes: Iterable[Change]) -> tuple[list[Any], list[Any]]:
    """Return effects and changes without the codes that were drawn by chance."""
    created = {"couponCreated", "referralCreated"}
    return (
        [
            replace(effect, props=effect.props | {"value": ""})
            if effect.effect_type in created
            else effect
            for effect in effects
        ],
        [_but_random(change) for change in changes],
    )


def _but_random(change: Change) -> Change:
    match change:
        case AddCoupon(coupon=coupon):
            return replace(change, coupon=replace(coupon, value=""))
        case AddReferral(referral=referral):
            return replace(change, referral=replace(referral, code=""))
    return change


def rejected(effect: Effect) -> str | None:
    """Return the code that an effect rejects."""
    is_rejection = effect.effect_type in ("rejectCoupon", "rejectReferral")
    return effect.props["value"] if is_rejection else None


def losers(evaluation: Evaluation) -> set[int]:
    return {
        result.campaign.definition.id
        for result in evaluation.all_campaigns()
        if result.standing in ("skippedByGroup", "lostComparison")
    }


@examples(2)
@given(situations())
def test_losers_leave_no_trace(situation: Situation):
    """All that is left of them is that their codes are rejected."""
    evaluation = situation.evaluate()
    lost = losers(evaluation)
    alone = situation.with_definition(without(situation.definition, lost)).evaluate()
    theirs = {code.value for code in situation.facts.coupons.values() if code.campaign_id in lost}
    if situation.facts.referral and situation.facts.referral.campaign_id in lost:
        theirs.add(situation.facts.referral.code)
    kept, kept_alone = (
        but_random((e for e in given.effects if rejected(e) not in theirs), given.changes)
        for given in (evaluation, alone)
    )
    assert kept == kept_alone
    assert not any(effect.campaign_id in lost for effect in kept[0])


def discount(evaluation: Evaluation) -> Decimal:
    """Return what highest and lowest discount groups compare (decision E8)."""
    values = [e.props["value"] for e in evaluation.effects if e.effect_type in DISCOUNTS]
    return sum(values, ZERO)


@examples(0.5)
@given(situations(closing=False))
@pytest.mark.parametrize(
    ("mode", "extreme"), [("highestDiscount", max), ("lowestDiscount", min), ("listOrder", None)]
)
def test_a_group_keeps_the_extreme_or_the_first(mode: Any, extreme: Any, situation: Situation):
    ids = ids_of(situation)
    leaves = [CampaignLeaf(campaign_id=id) for id in ids]
    group = CampaignGroup(elements=leaves, group_id=5, evaluation_mode=mode)
    decided = in_tree(situation, CampaignGroup(elements=[group])).evaluate()
    stacked = in_tree(situation, None)
    alone = {
        id: stacked.with_definition(without(stacked.definition, set(ids) - {id})).evaluate()
        for id in ids
    }
    triggered = {id: discount(alone[id]) for id in ids if alone[id].triggered_campaign_ids}
    if not triggered:
        assert decided.triggered_campaign_ids == ()
        return
    (winner,) = decided.triggered_campaign_ids
    best = [id for id in ids if id in triggered]
    if extreme is not None:
        best = [id for id in best if triggered[id] == extreme(triggered.values())]
    assert winner == best[0]  # decision E9
    assert losers(decided) >= set(triggered) - {winner}


@examples(0.5)
@given(situations(definitions(most=2), closing=True))
@pytest.mark.parametrize("mode", MODES)
def test_a_campaign_alone_in_a_group_is_as_outside_of_it(
    mode: EvaluationMode, situation: Situation
):
    groups: list[CampaignGroup | CampaignLeaf] = [
        CampaignGroup(elements=[CampaignLeaf(campaign_id=id)], group_id=id, evaluation_mode=mode)
        for id in ids_of(situation)
    ]
    inside = in_tree(situation, CampaignGroup(elements=groups)).evaluate()
    outside = in_tree(situation, None).evaluate()
    assert ungrouped(inside.effects) == ungrouped(outside.effects)
    assert inside.changes == outside.changes
    assert inside.triggered_campaign_ids == outside.triggered_campaign_ids


@examples(0.5)
@given(situations(definitions(most=1, settings=settings(enable_cascading_discounts=False))))
@pytest.mark.parametrize("mode", ["listOrder", "highestDiscount", "lowestDiscount"])
def test_a_campaign_alone_in_a_group_per_item_keeps_its_item_discounts(
    mode: EvaluationMode, situation: Situation
):
    """With cascading discounts, its formulas would see that units it lost were not discounted."""
    group = CampaignGroup(
        elements=[CampaignLeaf(campaign_id=1)], evaluation_mode=mode, evaluation_scope="cartItem"
    )
    inside, outside = (
        [e for e in ungrouped(given.evaluate().effects) if e.effect_type in ITEM_DISCOUNTS]
        for given in (
            in_tree(situation, CampaignGroup(elements=[group])),
            in_tree(situation, None),
        )
    )
    assert inside == outside


def flat(group: CampaignGroup) -> CampaignGroup:
    """Return a tree in which the members of stackable groups stand in a stackable group around."""
    elements: list[CampaignGroup | CampaignLeaf] = []
    for element in group.elements:
        if not isinstance(element, CampaignGroup):
            elements.append(element)
            continue
        inner = flat(element)
        stack = {group.evaluation_mode, inner.evaluation_mode} == {"stackable"}
        elements += inner.elements if stack else [inner]
    return replace(group, elements=elements)


@examples()
@given(situations(definitions(most=4)))
def test_stackable_groups_are_flat(situation: Situation):
    tree = situation.definition.evaluation_tree
    nested, flattened = situation, in_tree(situation, tree and flat(tree))
    first, second = nested.evaluate(), flattened.evaluate()
    assert ungrouped(first.effects) == ungrouped(second.effects)
    assert first.changes == second.changes
