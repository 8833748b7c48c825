"""What the recording form notes beyond the conditions, and the schema that it is published with."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sandbox.engine.changes import CounterKey
from sandbox.engine.trace import RunTrace, Trace, trace_schema
from sandbox.numbers import encode_json
from tests.engine.builders import (
    block,
    by_category,
    campaign,
    cart,
    check,
    coupon,
    discount,
    group,
    item,
    limit,
    notify,
    rule,
    run,
)

SCHEMA = Path(__file__).parents[2] / "docs" / "trace.schema.json"
SHIRTS = by_category(
    "shirts",
    "shirt",
    {"type": "sort", "fields": [{"expression": "$Item.Price", "direction": "desc"}]},
    {"type": "select", "operator": "many", "from": "start", "count": 1},
)
CART = [
    item("hat", 5, category="hat"),
    item("tee", 10, position=1, category="shirt"),
    item("polo", 20, position=2, category="shirt"),
]


def trace_of(*campaigns: Any, **fields: Any) -> Trace:
    trace = run(*campaigns, record=True, **fields).trace
    assert trace is not None
    return trace


def first_run(*campaigns: Any, **fields: Any) -> RunTrace:
    return trace_of(*campaigns, **fields).campaigns[0].runs[0]


def test_a_formula_shows_what_it_read_and_gave():
    (effect,) = first_run(campaign(rule(discount("{{$Session.Total * 10%}}")))).rules[0].effects
    (formula,) = effect.formulas
    assert formula.formula == "$Session.Total * 10%"
    assert (formula.inputs, formula.result) == ({"$Session.Total": 100}, 10)


def test_a_formula_that_fails_shows_its_error():
    (effect,) = (
        first_run(campaign(rule(discount("{{1 / ($Session.Total - 100)}}")))).rules[0].effects
    )
    assert effect.formulas[0].error == "Division by zero"
    assert effect.failure == "Division by zero"


def test_a_formula_of_an_item_names_the_unit():
    each = discount("{{$Item.Price * 10%}}", target={"type": "allItems"})
    (effect,) = first_run(campaign(rule(each)), items=cart(10, 20)).rules[0].effects
    units = [formula.unit for formula in effect.formulas]
    assert [unit.position for unit in units if unit] == [0, 1]


def test_a_filter_shows_what_each_step_left_over():
    (seen,) = first_run(campaign(rule(notify("x")), selectors=[SHIRTS]), items=CART).selectors
    assert [(step.type, [unit.sku for unit in step.units]) for step in seen.steps] == [
        ("source", ["hat", "tee", "polo"]),
        ("filter", ["tee", "polo"]),
        ("sort", ["polo", "tee"]),
        ("selectMany", ["polo"]),
    ]


def test_a_filter_that_fails_shows_where():
    one = by_category("one", "shirt", {"type": "select", "operator": "one", "index": 5})
    (seen,) = first_run(campaign(rule(notify("x")), selectors=[one]), items=CART).selectors
    assert [step.type for step in seen.steps] == ["source", "filter"]
    assert seen.error == "There are 2 items, none at 5"


def test_a_filter_that_fails_for_several_rules_is_shown_once():
    sixth = {
        "name": "sixth",
        "source": "$Session.CartItems",
        "steps": [{"type": "select", "operator": "one", "index": 5}],
    }
    on_sixth = rule(discount(1, target={"type": "selector", "name": "sixth"}))
    trace = first_run(campaign(on_sixth, on_sixth, selectors=[sixth]))
    assert [selector.name for selector in trace.selectors] == ["sixth"]


def test_a_bundle_shows_its_units():
    pair = {"name": "Pair", "lists": [{"selector": "shirts", "count": 2}]}
    shirts = by_category("shirts", "shirt")
    seen = first_run(campaign(rule(notify("x")), selectors=[shirts], bundles=[pair]), items=CART)
    assert [[unit.sku for unit in units] for units in seen.bundles[0].bundles] == [["tee", "polo"]]


def test_a_budget_shows_what_was_used_and_what_cut_the_discount():
    ruleset = campaign(rule(discount(50, partial=True)), limits=[limit("setDiscount", 100)])
    used = {CounterKey(1, "setDiscount"): Decimal(70)}
    (effect,) = first_run(ruleset, counters=used).rules[0].effects
    (grant,) = effect.grants
    assert [(b.limit, b.used, b.left) for b in effect.budgets][:1] == [(100, 70, 30)]
    assert (grant.wanted, grant.granted, grant.cut_by) == (50, 30, "the discount budget")


def test_a_cascading_discount_shows_the_base_before_and_after():
    ten = campaign(rule(discount("{{$Session.Total * 10%}}")), id=1)
    trace = trace_of(
        ten, campaign(rule(discount(9)), id=2), settings={"enable_cascading_discounts": True}
    )
    grants = [c.runs[0].rules[0].effects[0].grants[0] for c in trace.campaigns]
    assert [(grant.before, grant.after) for grant in grants] == [(100, 90), (90, 81)]


def test_a_group_shows_every_members_discount_and_who_stands():
    small, large = campaign(rule(discount(5)), id=1), campaign(rule(discount(8)), id=2)
    idle = campaign(rule(check("$Session.Total", "lessThan", value=1)), id=3)
    trace = trace_of(small, large, idle, tree=group("highestDiscount", 1, 2, 3))
    (decided,) = trace.groups
    assert [(m.campaign_ids, m.triggered, m.discount, m.stands) for m in decided.members] == [
        ([1], True, 5, False),
        ([2], True, 8, True),
        ([3], False, 0, False),
    ]


def test_a_tie_names_the_decision_that_settled_it():
    twins = [campaign(rule(discount(5)), id=number) for number in (1, 2)]
    (decided,) = trace_of(*twins, tree=group("highestDiscount", 1, 2)).groups
    assert decided.decisions == ["E9"]


def test_an_effect_that_does_not_fire_names_its_decision():
    (effect,) = first_run(campaign(rule(discount(0)))).rules[0].effects
    assert (effect.count, effect.decisions) == (0, ["F8"])


def test_failure_effects_are_shown_apart():
    failing = check("$Session.Total", "lessThan", value=1, onFailure=[notify("more!")])
    (seen,) = first_run(campaign(rule(failing, discount(1)))).rules
    assert [effect.props["title"] for effect in seen.failure_effects] == ["more!"]


def test_a_code_of_a_loser_shows_why_its_campaign_was_excluded():
    small = campaign(rule(block("checkCoupon", redeem=True), discount(5)), id=1)
    large = campaign(rule(discount(8)), id=2)
    trace = trace_of(small, large, coupons=[coupon()], tree=group("highestDiscount", 1, 2))
    (code,) = trace.codes
    assert code.exclusion_reason == "CampaignGaveLowerDiscount"


def test_lists_are_cut_and_counts_are_not():
    (effect,) = (
        first_run(
            campaign(rule(discount(1, target={"type": "allItems"}))), items=[item(quantity=500)]
        )
        .rules[0]
        .effects
    )
    assert (effect.count, len(effect.effects)) == (500, 200)


def test_a_long_value_is_cut_and_says_so():
    (condition,) = (
        first_run(
            campaign(rule(check("$Session.CartItems", "not(empty)"), discount(1))),
            items=[item(quantity=500)],
        )
        .rules[0]
        .conditions
    )
    assert isinstance(condition.actual, list)
    assert (len(condition.actual), condition.actual[-1]) == (51, "… 450 more")


@pytest.fixture(scope="module")
def published() -> Any:
    return json.loads(SCHEMA.read_text())


def test_the_published_schema_is_that_of_the_code(published):
    assert published == trace_schema()


def test_a_trace_fits_the_published_schema(published):
    ruleset = campaign(
        rule(
            check("$Session.Total", "between", min=1, max=100), discount("{{$shirts.TotalPrice}}")
        ),
        selectors=[SHIRTS],
        limits=[limit("setDiscount", 100, "Profile")],
    )
    trace = trace_of(ruleset, items=CART, tree=group("listOrder", 1), coupons=[coupon()])
    jsonschema.validate(json.loads(encode_json(trace)), published)


PRO_RATA = {"type": "allItems", "prorated": True}


@pytest.mark.parametrize(
    ("block_", "prices", "decision"),
    [
        (discount(10, target=PRO_RATA), (5, 5, 5), "E3"),
        (discount(30, target=PRO_RATA), (5, 10), "E5"),
        (discount(30), (5, 10), "E6"),
    ],
)
def test_a_discount_that_hung_on_a_decision_names_it(block_, prices, decision):
    (effect,) = first_run(campaign(rule(block_)), items=cart(*prices)).rules[0].effects
    assert effect.decisions == [decision]


def test_free_items_show_what_the_budget_took_off():
    free = block("awardItem", sku="X", name="x", quantity="3", partial=True)
    limits = [limit("addFreeItemEffect", 2)]
    (effect,) = first_run(campaign(rule(free), limits=limits)).rules[0].effects
    (grant,) = effect.grants
    assert (grant.wanted, grant.granted, grant.cut_by) == (3, 2, "the budget on free items")
