"""Campaigns that wait for a code: not run without one, and reported as if they had been."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.engine.definitions import CampaignGroup, CampaignLeaf
from sandbox.engine.evaluation import Evaluation
from tests.engine.builders import block, campaign, check, discount, group, kinds, rule, run

CODE = block("checkCoupon", redeem=True)
CASCADING = {"enable_cascading_discounts": True}
CHEAP = {
    "name": "cheap",
    "source": "$Session.CartItems",
    "steps": [
        {
            "type": "filter",
            "predicate": check("$Item.DiscountedPrice", "lessThan", value=95),
        }
    ],
}


def both_forms(*campaigns: Any, **fields: Any) -> list[Evaluation]:
    return [run(*campaigns, record=record, **fields) for record in (False, True)]


@pytest.mark.parametrize(
    "before_the_code",
    [
        check("$Session.Total", "equals", value="{{$Session.DiscountedTotal}}"),
        check("{{$Session.DiscountedTotal + 0}}", "equals", value=100),
        check("$cheap.ItemCount", "equals", value=0),
        check("$Bundle.one.Count", "equals", value=0),
        block("checkBudget", operator="available", action="setDiscount"),
        block(
            "checkEvent",
            eventType="sessionCreated",
            matchers=[check("$Session.DiscountedTotal", "equals", value=100)],
        ),
    ],
)
def test_what_earlier_campaigns_changed_decides_which_condition_fails(before_the_code):
    waits = campaign(
        rule(before_the_code, CODE, discount(1)),
        id=2,
        selectors=[CHEAP],
        bundles=[{"name": "one", "lists": [{"selector": "cheap", "count": 1}]}],
    )
    ten = campaign(rule(discount(10, target={"type": "allItems"})), id=1)
    fast, recorded = both_forms(ten, waits, settings=CASCADING)
    assert fast.failures() == recorded.failures()


def test_a_sleeping_campaign_that_a_group_passed_over_is_reported_once():
    first = campaign(rule(discount(1)), id=1)
    waits = campaign(rule(CODE, discount(1)), id=2)
    inner = CampaignGroup(elements=[CampaignLeaf(campaign_id=2)], group_id=3)
    fast, recorded = both_forms(first, waits, tree=group("listOrder", 1, inner))
    assert [(c.campaign_id, c.skipped) for c in fast.eligibility()] == [(1, False), (2, True)]
    assert fast.eligibility() == recorded.eligibility()
    assert fast.failures() == []


def test_a_campaign_that_waits_for_a_code_tells_no_mistakes_without_one():
    mistaken = check("$Session.State", "matchesRegexp", value="(")
    for evaluation in both_forms(campaign(rule(mistaken, CODE, discount(1)))):
        assert kinds(evaluation) == []
