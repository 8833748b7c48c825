from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbox.engine.bundles import build
from sandbox.engine.definitions import CustomEffect
from sandbox.engine.units import units_of
from tests.engine.builders import (
    block,
    by_category,
    campaign,
    check,
    discount,
    item,
    limit,
    rule,
    run,
    values,
)

KIT = {
    "name": "Kit",
    "lists": [{"selector": "bikes", "count": 1}, {"selector": "caps", "count": 2}],
}
LISTS = [by_category("bikes", "bike"), by_category("caps", "cap")]
CART = [
    item("bike", 1000, category="bike"),
    item("cap", 60, position=1, category="cap"),
    item("hat", 40, position=2, category="cap"),
]


def on_kits(**target: Any) -> dict[str, Any]:
    return {"type": "bundle", "name": "Kit", **target}


def props(*blocks: Any, items: Any = CART, **settings: Any) -> list[dict[str, Any]]:
    ruleset = campaign(rule(*blocks), selectors=LISTS, bundles=[KIT])
    evaluation = run(ruleset, items=items, settings=settings)
    return [effect.props for effect in evaluation.effects]


def test_a_discount_pro_rata_is_spread_over_each_bundle():
    spread = props(discount(50, target=on_kits(prorated=True)))
    assert [p["value"] for p in spread] == [Decimal("45.47"), Decimal("2.72"), Decimal("1.81")]
    assert {(p["bundleIndex"], p["bundleName"], p["totalDiscount"]) for p in spread} == {
        (0, "Kit", 50)
    }


def test_a_discount_that_is_not_pro_rata_is_given_for_each_item_of_each_bundle():
    assert [p["value"] for p in props(discount("{{$Item.Price * 10%}}", target=on_kits()))] == [
        100,
        6,
        4,
    ]


def test_one_item_of_a_bundle_can_be_discounted_alone():
    by_index = on_kits(item={"type": "byIndex", "value": 1})
    (only,) = props(discount("{{$Item.Price}}", target=by_index))
    assert (only["position"], only["value"]) == (1, 60)


def test_a_discount_from_the_dearest_item_is_spread_and_names_it():
    dearest = {"type": "byAttribute", "attribute": "$Item.Price", "direction": "highest"}
    spread = props(discount("{{$Item.Price * 11%}}", target=on_kits(item=dearest, prorated=True)))
    assert [p["value"] for p in spread] == [100, 6, 4]
    assert {p["targetedItemPosition"] for p in spread} == {0}


def test_an_index_beyond_the_bundle_fails_the_rule():
    beyond = on_kits(item={"type": "byIndex", "value": 3})
    assert props(discount(1, target=beyond)) == []


def test_an_incomplete_cart_gives_no_bundle():
    counted = check("$Bundle.Kit.Count", "equals", value=0)
    assert len(props(counted, discount(1), items=CART[:2])) == 1


def test_with_partial_rewards_bundles_after_the_budget_get_nothing():
    items = [item("bike", 100, 3, category="bike"), item("cap", 50, 6, 1, category="cap")]
    ruleset = campaign(
        rule(discount(30, partial=True, target=on_kits(prorated=True))),
        selectors=LISTS,
        bundles=[KIT],
        limits=[limit("setDiscount", 45)],
    )
    assert sum(values(run(ruleset, items=items))) == 45


def test_a_custom_effect_on_bundles_fires_for_each_of_their_items():
    fired = run(
        campaign(
            rule(
                block(
                    "triggerCustomEffect", customEffect={"id": 4, "name": "pack"}, target=on_kits()
                )
            ),
            selectors=LISTS,
            bundles=[KIT],
        ),
        items=CART,
        define={"custom_effects": [CustomEffect(id=4, name="pack")]},
    )
    assert [(e.props["bundleIndex"], e.props["cartItemPosition"]) for e in fired.effects] == [
        (0, 0),
        (0, 1),
        (0, 2),
    ]


def test_matchers_keep_items_together_that_have_the_same_value():
    pair = {
        "name": "Pair",
        "lists": [{"selector": "socks", "count": 2}],
        "matchers": ["$Item.Attributes.Colour"],
    }
    items = [
        item("sock", 3, position=place, category="sock", attributes={"Colour": colour})
        for place, colour in enumerate(["red", "blue", "red", "green"])
    ]
    evaluation = run(
        campaign(
            rule(discount(1, target={"type": "bundle", "name": "Pair"})),
            selectors=[by_category("socks", "sock")],
            bundles=[pair],
        ),
        items=items,
    )
    assert [effect.props["position"] for effect in evaluation.effects] == [0, 2]


def test_a_rule_that_names_a_bundle_nobody_defined_never_fires():
    evaluation = run(campaign(rule(discount(1, target=on_kits()))))
    assert "Bundle.Kit" in (evaluation.failures()[0].details or "")


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 3)), min_size=1, max_size=3))
def test_disjoint_lists_give_as_many_bundles_as_the_scarcest_allows(lists):
    units = [
        (units_of([item(quantity=size, position=place)] if size else [], True), count)
        for place, (size, count) in enumerate(lists)
    ]
    bundles = build(units)
    assert len(bundles) == min(size // count for size, count in lists)
    assert all(len(bundle) == sum(count for _, count in lists) for bundle in bundles)


@given(st.integers(0, 12), st.integers(1, 4), st.integers(1, 4))
def test_a_unit_belongs_to_one_bundle_also_where_lists_overlap(size, first, second):
    units = units_of([item(quantity=size)] if size else [], True)
    used = [unit.address for bundle in build([(units, first), (units, second)]) for unit in bundle]
    assert len(used) == len(set(used))


def test_a_discount_on_a_bundle_that_fails_leaves_no_item_behind():
    """The rule after it has no item to look at."""
    broken = discount(
        "{{$Item.Attributes.none}}",
        target=on_kits(prorated=True, item={"type": "byIndex", "value": 0}),
    )
    item_is_dear = rule(check("$Item.Price", "greaterThan", value=1), discount(1))
    ruleset = campaign(rule(broken), item_is_dear, selectors=LISTS, bundles=[KIT])
    assert values(run(ruleset, items=CART)) == []
