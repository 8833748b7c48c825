"""With cascading discounts, nothing is discounted by more than it has left."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sandbox.engine.evaluation import Evaluation
from sandbox.engine.model import Cost
from tests.engine.builders import campaign, cart, discount, item, rule, run, values

ALL = {"type": "allItems"}
SHIPPING = {"id": 1, "name": "shipping"}
WRAP = {"id": 2, "name": "wrap"}
CART = cart(60, 40)


def after(first: dict[str, Any], then: dict[str, Any], **fields: Any) -> Evaluation:
    """Two campaigns, one after the other; settings are cascading ones and those given."""
    settings = {"enable_cascading_discounts": True} | fields.pop("settings", {})
    campaigns = campaign(rule(first), id=1), campaign(rule(then), id=2)
    return run(*campaigns, settings=settings, **fields)


def test_an_item_discount_takes_no_more_than_the_session_has_left():
    free = discount("{{$Item.Price}}", target=ALL)
    assert values(after(discount(70), free, items=CART)) == [70, 30]


def test_units_for_which_nothing_is_left_get_no_effect_and_do_not_fail():
    free = discount("{{$Item.Price}}", target=ALL)
    assert values(after(discount(40), free, items=CART)) == [40, 60]


def test_a_rule_fails_when_nothing_is_left_for_its_first_unit():
    evaluation = after(discount(100), discount(5, target=ALL), items=CART)
    assert values(evaluation) == [100]
    assert evaluation.failures()[0].details == "a discount of 0 does not fire"


def test_an_item_discount_takes_no_more_than_discounts_on_all_items_left():
    free = discount("{{$Item.Price}}", target=ALL)
    on_items = {"default_discount_scope": "cartItems"}
    costs = {"shipping": 50}
    evaluation = after(discount(70), free, items=CART, settings=on_items, additional_costs=costs)
    assert values(evaluation) == [70, 30]


@pytest.mark.parametrize("scope", ["cartItems", "additionalCosts"])
def test_a_discount_on_a_part_takes_no_more_than_the_session_has_left(scope):
    everything = discount("{{$Session.Total}}", target=ALL | {"prorated": True})
    scopes = {
        "default_discount_scope": scope,
        "default_discount_additional_cost_per_item_scope": "itemTotal",
    }
    items = [item(price=60, additional_costs={"wrap": Cost(price=Decimal(40))})]
    evaluation = after(everything, discount(50), items=items, settings=scopes)
    assert values(evaluation) == [100]


def test_a_cost_takes_no_more_than_discounts_on_all_costs_left():
    free_shipping = discount(
        5, target={"type": "additionalCost", "additionalCost": SHIPPING, "target": {"type": "cart"}}
    )
    on_costs = {"default_discount_scope": "additionalCosts"}
    evaluation = after(
        discount(3), free_shipping, settings=on_costs, additional_costs={"shipping": 5}
    )
    assert values(evaluation) == [3, 2]


def test_a_cost_of_a_unit_takes_no_more_than_discounts_on_its_costs_left():
    free_wrap = discount(
        5, target={"type": "additionalCost", "additionalCost": WRAP, "target": ALL}
    )
    on_costs = {"default_discount_additional_cost_per_item_scope": "additionalCosts"}
    items = [item(additional_costs={"wrap": Cost(price=Decimal(5))})]
    evaluation = after(discount(3, target=ALL), free_wrap, items=items, settings=on_costs)
    assert values(evaluation) == [3, 2]


def test_bundles_for_which_nothing_is_left_get_no_effect():
    pairs = campaign(
        rule(discount(60, target={"type": "bundle", "name": "pair", "prorated": True})),
        id=2,
        selectors=[{"name": "all", "source": "$Session.CartItems", "steps": []}],
        bundles=[{"name": "pair", "lists": [{"selector": "all", "count": 2}]}],
    )
    evaluation = run(
        campaign(rule(discount(40)), id=1),
        pairs,
        items=cart(30, 30, 20, 20),
        settings={"enable_cascading_discounts": True},
    )
    assert values(evaluation) == [40, 30, 30]


def test_a_share_that_has_no_room_for_what_is_left_over_leaves_it_to_the_next():
    all_of_it = discount(100, target=ALL | {"prorated": True})
    evaluation = run(
        campaign(rule(all_of_it)),
        items=cart("10", "0.6", "0.7"),
        settings={"enable_cascading_discounts": True, "currency": "JPY"},
    )
    assert values(evaluation) == [Decimal("10"), Decimal("0.6"), Decimal("0.7")]
