"""Filters see amounts as they were before the discounts of their campaign."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.engine.builders import campaign, check, discount, item, rule, run, values

CASCADING = {"enable_cascading_discounts": True}
ALL = {"type": "allItems"}
CHEAP = {"type": "selector", "name": "cheap"}


def cheap(attribute: str = "$Item.DiscountedPrice", **fields: Any) -> dict[str, Any]:
    predicate = check(attribute, "lessThan", value=95)
    step = {"type": "filter", "predicate": predicate}
    return {"name": "cheap", "source": "$Session.CartItems", "steps": [step]} | fields


def discounts(selectors: list[dict[str, Any]], target: dict[str, Any]) -> list[Decimal]:
    """What a campaign gives that discounts everything by 10 and then a list by 1."""
    ten, one = discount(10, target=ALL), discount(1, target=target)
    own = campaign(rule(ten), rule(one), selectors=selectors)
    return values(run(own, items=[item()], settings=CASCADING))


def test_discounts_of_its_own_campaign_do_not_change_what_a_filter_keeps():
    assert discounts([cheap()], CHEAP) == [10]


def test_nor_what_a_filter_of_a_filter_keeps():
    second = cheap("$Item.Position", name="second", source="$cheap")
    assert discounts([second, cheap()], {"type": "selector", "name": "second"}) == [10]


def test_discounts_of_earlier_campaigns_do():
    ten = campaign(rule(discount(10, target=ALL)), id=1)
    one = campaign(rule(discount(1, target=CHEAP)), id=2, selectors=[cheap()])
    assert values(run(ten, one, items=[item()], settings=CASCADING)) == [10, 1]
