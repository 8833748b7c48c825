from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from msgspec.structs import replace

from sandbox.engine.changes import CountBudget
from sandbox.engine.model import Cost
from sandbox.numbers import decode_hook, encode_json
from tests.engine.builders import (
    block,
    campaign,
    cart,
    check,
    coupon,
    discount,
    item,
    kinds,
    limit,
    notify,
    rule,
    run,
    values,
)

CASCADING = {"enable_cascading_discounts": True}
ALL_ITEMS = {"type": "allItems"}
PRO_RATA = {"type": "allItems", "prorated": True}
CHEAPEST_FIRST = {
    "name": "cheapest",
    "type": "selector",
    "source": "$Session.CartItems",
    "steps": [
        {"type": "sort", "fields": [{"expression": "$Item.Price", "direction": "asc"}]},
        {
            "type": "select",
            "operator": "many",
            "from": "start",
            "count": "{{ROUND_DOWN($all.ItemCount / 3)}}",
        },
    ],
}
ALL = {"name": "all", "type": "selector", "source": "$Session.CartItems", "steps": []}


def test_ten_percent_of_99_99_is_not_rounded():
    evaluation = run(campaign(rule(discount("{{$Session.Total * 10%}}"))), items=cart("99.99"))
    assert values(evaluation) == [Decimal("9.999")]


@pytest.mark.parametrize("value", [0, -5, "{{$Session.Total - 100}}"])
def test_a_discount_of_zero_or_less_takes_its_rule_with_it(value):
    evaluation = run(campaign(rule(notify("hi"), discount(value)), rule(discount(7))))
    assert kinds(evaluation) == ["setDiscount"]
    assert evaluation.failures()[0].effect_index == 1


def test_each_unit_of_a_line_gets_its_own_effect():
    evaluation = run(
        campaign(rule(discount(2, "two off", target=ALL_ITEMS))), items=[item(quantity=2, price=10)]
    )
    assert [e.props for e in evaluation.effects] == [
        {"name": "two off#0", "value": Decimal(2), "position": 0, "subPosition": unit}
        for unit in (0, 1)
    ]


def test_a_line_is_one_unit_where_items_are_not_flattened():
    evaluation = run(
        campaign(rule(discount(2, target=ALL_ITEMS))),
        items=[item(quantity=3)],
        settings={"enable_flattened_cart_items": False},
    )
    assert len(evaluation.effects) == 1
    assert "subPosition" not in evaluation.effects[0].props


def test_buy_three_pay_two_gives_the_cheapest_away():
    award = discount("{{$Item.Price}}", target={"type": "selector", "name": "cheapest"})
    evaluation = run(campaign(rule(award), selectors=[CHEAPEST_FIRST, ALL]), items=cart(30, 10, 20))
    assert [(e.props["position"], e.props["value"]) for e in evaluation.effects] == [
        (1, Decimal(10))
    ]


def test_a_filter_may_stand_before_the_one_it_needs_only_through_its_formula():
    award = discount("{{$Item.Price}}", target={"type": "selector", "name": "cheapest"})
    evaluation = run(campaign(rule(award), selectors=[ALL, CHEAPEST_FIRST]), items=cart(30, 10, 20))
    assert values(evaluation) == [Decimal(10)]


def test_pro_rata_shares_are_truncated_and_the_missing_cent_goes_to_the_largest():
    evaluation = run(campaign(rule(discount(30, target=PRO_RATA))), items=cart(55, 60, 115))
    assert values(evaluation) == [Decimal("7.17"), Decimal("7.82"), Decimal("15.01")]


def test_pro_rata_shares_have_the_decimals_of_the_currency():
    evaluation = run(
        campaign(rule(discount(10, target=PRO_RATA))),
        items=cart(100, 100, 100),
        settings={"currency": "JPY"},
    )
    assert values(evaluation) == [Decimal(4), Decimal(3), Decimal(3)]


def test_items_that_are_worth_nothing_or_less_get_no_share():
    evaluation = run(campaign(rule(discount(30, target=PRO_RATA))), items=cart(60, -20, 0, 40))
    assert [(e.props["position"], e.props["value"]) for e in evaluation.effects] == [
        (0, 18),
        (3, 12),
    ]


@pytest.mark.parametrize(("allowed", "count"), [(3, 3), (2, 0)])
def test_each_share_of_a_pro_rata_discount_counts_as_an_effect(allowed, count):
    thirty = campaign(
        rule(discount(30, target=PRO_RATA)), limits=[limit("setDiscountEffect", allowed)]
    )
    assert len(run(thirty, items=cart(10, 20, 30)).effects) == count


@pytest.mark.parametrize(("price", "count"), [("1E+10", 1), ("1E+20", 0), ("1E-30", 0)])
def test_what_budgets_count_can_be_stored(price, count):
    cube = discount("{{$Session.Total * $Session.Total * $Session.Total}}", partial=True)
    evaluation = run(
        campaign(rule(cube), limits=[limit("setDiscount", 10**33)]), items=cart(price), closing=True
    )
    changes = [c for c in evaluation.changes if isinstance(c, CountBudget)]
    decoder = msgspec.json.Decoder(list[CountBudget], dec_hook=decode_hook, float_hook=Decimal)
    assert decoder.decode(encode_json(changes)) == changes
    assert len(changes) == count


def test_pro_rata_on_nothing_fails_its_rule():
    evaluation = run(campaign(rule(discount(30, target=PRO_RATA))), items=[])
    assert kinds(evaluation) == []
    assert evaluation.failures()[0].effect_index == 0


SHIPPING = {
    "type": "additionalCost",
    "additionalCost": {"id": 1, "name": "shipping"},
    "target": {"type": "cart"},
}


def test_an_additional_cost_is_discounted_by_name():
    evaluation = run(
        campaign(rule(discount("{{$Session.AdditionalCosts.shipping}}", target=SHIPPING))),
        additional_costs={"shipping": "4.99"},
    )
    assert evaluation.effects[0].props["value"] == Decimal("4.99")
    assert evaluation.effects[0].props["additionalCost"] == "shipping"


def test_a_cost_that_the_session_does_not_have_fails_the_rule():
    evaluation = run(campaign(rule(discount(5, target=SHIPPING))))
    assert "shipping" in (evaluation.failures()[0].details or "")


def test_without_cascading_every_campaign_discounts_the_full_total():
    tenth = "{{$Session.Total * 0.1}}"
    evaluation = run(campaign(rule(discount(tenth))), campaign(rule(discount(tenth)), id=2))
    assert values(evaluation) == [Decimal(10), Decimal(10)]
    assert "scope" not in evaluation.effects[0].props


def test_with_cascading_later_campaigns_discount_what_is_left():
    tenth = "{{$Session.Total * 0.1}}"
    evaluation = run(
        campaign(rule(discount(tenth))), campaign(rule(discount(tenth)), id=2), settings=CASCADING
    )
    assert values(evaluation) == [Decimal(10), Decimal(9)]
    assert evaluation.effects[0].props["scope"] == "sessionTotal"


def test_with_cascading_item_discounts_lower_the_session_total():
    evaluation = run(
        campaign(rule(discount(10, target=ALL_ITEMS))),
        campaign(rule(discount("{{$Session.Total * 0.2}}")), id=2),
        items=[item(price=50, quantity=2)],
        settings=CASCADING,
    )
    assert values(evaluation) == [Decimal(10), Decimal(10), Decimal(16)]


def test_with_cascading_conditions_still_see_the_full_total():
    big = check("$Session.Total", "greaterThanOrEqual", value=100)
    evaluation = run(
        campaign(rule(discount(60))), campaign(rule(big, discount(5)), id=2), settings=CASCADING
    )
    assert values(evaluation) == [Decimal(60), Decimal(5)]


def test_with_cascading_a_discount_is_cut_to_what_is_left():
    evaluation = run(
        campaign(rule(discount(60))), campaign(rule(discount(60)), id=2), settings=CASCADING
    )
    assert values(evaluation) == [Decimal(60), Decimal(40)]


def test_a_rule_that_fails_leaves_nothing_taken():
    evaluation = run(
        campaign(rule(discount(60), discount(-1)), rule(discount("{{$Session.Total * 0.1}}"))),
        settings=CASCADING,
    )
    assert values(evaluation) == [Decimal(10)]


class TestBudgets:
    """A budget of 20 on the sum of discounts."""

    limits = (limit("setDiscount", 20),)

    def test_a_discount_that_fits_is_given_whole(self):
        assert values(run(campaign(rule(discount(20)), limits=self.limits))) == [Decimal(20)]

    def test_a_discount_that_does_not_fit_fails_its_rule(self):
        evaluation = run(campaign(rule(discount(21)), limits=self.limits))
        assert kinds(evaluation) == []
        assert "20 left" in (evaluation.failures()[0].details or "")

    def test_with_partial_rewards_the_rest_of_the_budget_is_given(self):
        evaluation = run(campaign(rule(discount(30, partial=True)), limits=self.limits))
        assert evaluation.effects[0].props["value"] == Decimal(20)
        assert evaluation.effects[0].props["desiredValue"] == Decimal(30)

    def test_with_partial_rewards_units_after_the_budget_get_no_effect(self):
        award = discount(8, target=ALL_ITEMS, partial=True)
        evaluation = run(campaign(rule(award), limits=self.limits), items=[item(quantity=5)])
        assert values(evaluation) == [Decimal(8), Decimal(8), Decimal(4)]

    def test_the_second_rule_finds_what_the_first_one_left(self):
        evaluation = run(campaign(rule(discount(15)), rule(discount(6)), limits=self.limits))
        assert values(evaluation) == [Decimal(15)]

    def test_the_tightest_of_several_limits_wins(self):
        limits = (*self.limits, limit("setDiscount", 5, "Session"))
        assert values(run(campaign(rule(discount(9, partial=True)), limits=limits))) == [Decimal(5)]


def test_a_code_with_a_value_gives_no_more_than_its_value():
    award = discount("{{$Session.Total}}", partial=True)
    evaluation = run(
        campaign(rule(block("checkCoupon", redeem=True), award)),
        coupons=[coupon(discount_limit=Decimal(100), discount_counter=Decimal(30))],
    )
    assert values(evaluation) == [Decimal(70)]


def test_free_items_come_one_by_one():
    gift = block("awardItem", sku="MUG", name="Mug", quantity="2")
    assert kinds(run(campaign(rule(gift)))) == ["addFreeItem", "addFreeItem"]


def test_free_items_beyond_the_budget_are_cut_with_partial_rewards():
    gift = block("awardItem", sku="MUG", name="Mug", quantity=3, partial=True)
    evaluation = run(campaign(rule(gift), limits=[limit("addFreeItemEffect", 1)]))
    assert [e.props["desiredQuantity"] for e in evaluation.effects] == [3]


@pytest.mark.parametrize(
    ("operator", "positions"), [("equals", [0, 2]), ("not(equals)", [1])], ids=["is", "is not"]
)
def test_a_filter_on_a_text_leaves_out_items_without_it(operator, positions):
    categories = ["toys", "books", "toys", None]
    items = [item(category=name, position=n) for n, name in enumerate(categories)]
    predicate = check("$Item.Category", operator, value="toys")
    steps = [{"type": "filter", "predicate": predicate}]
    selector = {"name": "x", "type": "selector", "source": "$Session.CartItems", "steps": steps}
    award = discount(1, target={"type": "selector", "name": "x"})
    evaluation = run(campaign(rule(award), selectors=[selector]), items=items)
    assert [e.props["position"] for e in evaluation.effects] == positions


def test_with_partial_rewards_item_costs_after_the_budget_stay_as_they_are():
    shipping = {"type": "additionalCost", "additionalCost": {"id": 1, "name": "shipping"}}
    free = discount(3, partial=True, target=shipping | {"target": {"type": "allItems"}})
    parcels = [item(quantity=3, additional_costs={"shipping": Cost(price=Decimal(3))})]
    evaluation = run(campaign(rule(free), limits=[limit("setDiscount", 5)]), items=parcels)
    assert values(evaluation) == [3, 2]


def test_with_partial_rewards_units_after_the_budget_on_effects_get_none():
    each = discount(1, partial=True, target={"type": "allItems"})
    evaluation = run(
        campaign(rule(each), limits=[limit("setDiscountEffect", 2)]), items=cart(10, 10, 10)
    )
    assert values(evaluation) == [1, 1]


def test_the_name_of_an_item_discount_may_name_the_item():
    named = discount(1, name="{{$Item.SKU}} for less", target={"type": "allItems"})
    evaluation = run(campaign(rule(named)), items=cart(10, 20))
    names = [effect.props["name"] for effect in evaluation.effects]
    assert names == ["SKU-0 for less#0", "SKU-1 for less#1"]


def test_a_line_that_was_returned_whole_is_no_unit_where_items_are_not_flattened():
    kept, returned = item("A", 10, quantity=2), item("B", 5, position=1)
    returned = replace(returned, returned_quantity=1, remaining_quantity=0)
    evaluation = run(
        campaign(rule(discount(1, target={"type": "allItems"}))),
        items=[kept, returned],
        settings={"enable_flattened_cart_items": False},
    )
    assert [effect.props["position"] for effect in evaluation.effects] == [0]


def test_free_items_are_cut_to_whole_ones():
    free = block("awardItem", sku="X", name="x", quantity="3", partial=True)
    half = replace(limit("addFreeItemEffect", 0), limit=Decimal("1.5"))
    evaluation = run(campaign(rule(free), limits=[half]), closing=True)
    assert kinds(evaluation) == ["addFreeItem"]
    assert [change.amount for change in evaluation.changes if hasattr(change, "key")] == [1]
