"""Whole rules: headlines, nesting, the numbers of conditions and effects, explained names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sandbox.rules.parse import read_selector
from sandbox.rules.reading import Reader
from sandbox.rules.words.outline import outline
from sandbox.rules.words.rules import rule_in_words, ruleset_in_words
from tests.engine.builders import block, check, discount, notify
from tests.rules.words.shop import SELECTORS, SHOP, read, tell

COUPON = block("checkCoupon", redeem=True)
REFERRAL = block("checkReferral", redeem=True)
BIG = check("$Session.CartTotal", "greaterThanOrEqual", value=100)
VIP = check("$Profile.Attributes.vip", "isTrue")
BERLIN = check("$Profile.Attributes.city", "equals", value="Berlin")
OFF = discount("{{$Session.Total * 20%}}", "Christmas")
WEATHER = block("checkWeather")


def group(operator: str, *blocks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return block("group", operator=operator, blocks=list(blocks), **fields)


def lines(*blocks: dict[str, Any], **ruleset: Any) -> str:
    return "\n".join(outline(tell(*blocks, **ruleset)))


@pytest.mark.parametrize(
    ("blocks", "headline"),
    [
        ([OFF], "Always take 20 % off the session total."),
        (
            [COUPON, BIG, OFF],
            "When the coupon code is valid and the cart is worth at least €100, "
            "take 20 % off the session total.",
        ),
        (
            [COUPON, group("all", BIG, group("all", VIP)), OFF],
            "When the coupon code is valid, the cart is worth at least €100 and the customer's "
            "VIP is true, take 20 % off the session total.",
        ),
        (
            [group("atLeastOne", COUPON, REFERRAL), OFF],
            "When the coupon code is valid or the referral code is valid, "
            "take 20 % off the session total.",
        ),
        (
            [BIG, group("atLeastOne", COUPON, REFERRAL), OFF],
            "When the cart is worth at least €100, and either the coupon code is valid or the "
            "referral code is valid, take 20 % off the session total.",
        ),
        (
            [group("none", COUPON), OFF],
            "When it does not hold that the coupon code is valid, take 20 % off the session total.",
        ),
        (
            [group("none", COUPON, REFERRAL), OFF],
            "When its conditions hold, take 20 % off the session total.",
        ),
        (
            [group("atLeastOne", COUPON, group("all", BIG, VIP)), OFF],
            "When its conditions hold, take 20 % off the session total.",
        ),
        (
            [COUPON, BIG, VIP, BERLIN, OFF],
            "When all of its 4 conditions hold, take 20 % off the session total.",
        ),
        ([group("none"), OFF], "Always take 20 % off the session total."),
        ([COUPON], "When the coupon code is valid, nothing else happens."),
        ([], "This rule does nothing."),
        (
            [COUPON, OFF, notify("Hi")],
            "When the coupon code is valid, take 20 % off the session total and show the "
            "notification “Hi”.",
        ),
        (
            [OFF, *[notify(str(n)) for n in range(4)]],
            "Always take 20 % off the session total, show the notification “0” and do 3 more "
            "things.",
        ),
        (
            [discount("{{$Item.Price - 5}}", target={"type": "allItems"})],
            "Always, for every item, take its price minus €5 off.",
        ),
        (
            [WEATHER, OFF],
            "This rule never applies here: blocks of type checkWeather are not known.",
        ),
    ],
)
def test_the_headline_says_the_rule_in_one_sentence(blocks, headline):
    assert tell(*blocks).headline == headline


def test_conditions_are_numbered_in_document_order_without_their_groups():
    rule = tell(COUPON, group("atLeastOne", BIG, OFF, group("none", VIP)), BERLIN, OFF)
    told = {n: words.sentence for n in range(5) if (words := rule.condition(n)) is not None}
    assert told == {
        0: "The coupon code is valid.",
        1: "The cart is worth at least €100.",
        2: "The customer's VIP is true.",
        3: "The customer's city is Berlin.",
    }


def test_effects_are_numbered_apart_from_conditions():
    rule = tell(OFF, COUPON, group("all", notify("Hi")))
    assert [(effect.index, effect.clause) for effect in rule.effects] == [
        (0, "take 20 % off the session total"),
        (1, "show the notification “Hi”"),
    ]


def test_groups_become_a_nested_list():
    nested = group("atLeastOne", BIG, group("none", VIP, BERLIN), group("all", REFERRAL))
    assert lines(COUPON, nested, OFF) == (
        """\
When its conditions hold, take 20 % off the session total.
When all of these hold:
   1. The coupon code is valid.
   - At least one of these holds:
      2. The cart is worth at least €100.
      - None of these holds:
         3. The customer's VIP is true.
         4. The customer's city is Berlin.
      5. The referral code is valid.
Then:
   1. Take 20 % off the session total (“Christmas”)."""
    )


def test_a_group_alone_is_the_head_of_the_list():
    assert lines(group("none", COUPON, REFERRAL), OFF).splitlines()[1:4] == [
        "When none of these holds:",
        "   1. The coupon code is valid.",
        "   2. The referral code is valid.",
    ]
    assert lines(group("none", COUPON), OFF).splitlines()[1:3] == [
        "When this does not hold:",
        "   1. The coupon code is valid.",
    ]


def test_failure_effects_stand_with_the_condition_that_they_belong_to():
    sorry = [notify("Sorry")]
    rule = tell(COUPON | {"onFailure": sorry}, OFF)
    assert [effect.sentence for effect in rule.conditions[0].failures] == [
        "Show the notification “Sorry” (type Info)."
    ]
    assert lines(
        group("all", BIG | {"onFailure": sorry}, group("none", VIP, BERLIN, onFailure=sorry)),
        OFF,
    ).splitlines()[1:-2] == [
        "When all of these hold:",
        "   1. The cart is worth at least €100.",
        "      If not: show the notification “Sorry” (type Info).",
        "   - None of these holds:",
        "      2. The customer's VIP is true.",
        "      3. The customer's city is Berlin.",
        "      If one of these holds: show the notification “Sorry” (type Info).",
    ]


def test_conditions_among_failure_effects_are_told_too():
    (condition,) = tell(COUPON | {"onFailure": [BIG]}).conditions
    assert [effect.sentence for effect in condition.failures] == [
        "Check that the cart is worth at least €100."
    ]


def test_an_effect_in_a_group_that_may_fail_says_what_it_hangs_on():
    rule = tell(group("atLeastOne", COUPON, group("all", BIG, OFF), notify("Hi")))
    assert [effect.sentence for effect in rule.effects] == [
        "If the cart is worth at least €100, take 20 % off the session total (“Christmas”).",
        "Show the notification “Hi” (type Info).",
    ]


def test_an_effect_in_a_group_that_must_hold_hangs_on_nothing_more():
    (effect,) = tell(group("all", COUPON, group("all", BIG, OFF))).effects
    assert effect.guard == ""


def test_what_is_not_known_keeps_its_place_and_says_why():
    rule = tell(COUPON, group("atLeastOne", WEATHER, BIG), OFF)
    assert rule.unknown == ("Blocks of type checkWeather are not known.",)
    children = [child.sentence for child in rule.conditions[1].children]
    assert children == [
        "“checkWeather” holds (a block that has no meaning here).",
        "The cart is worth at least €100.",
    ]
    assert [words.index for words in rule.conditions[1].walk()] == [None, None, 1]


def test_names_that_stand_for_long_filters_are_explained_once():
    target = {"type": "selector", "name": "brands"}
    rule = tell(check("$brands.ItemCount", "greaterThan", value=1), discount(3, target=target))
    assert [words.sentence for words in rule.filters] == [
        "“brands” are the items whose product is “Alpha Outdoor”, “Beta Running”, “Gamma Hiking” "
        "or “Delta Climbing”."
    ]


def test_filters_that_are_written_out_are_not_explained():
    assert tell(check("$shoes.ItemCount", "greaterThan", value=1), OFF).filters == ()


def test_bundles_are_explained_with_the_filters_that_they_name():
    lists = [{"selector": "brands", "count": 2}, {"selector": "shirts", "count": "{{$rate}}"}]
    bundles = [{"name": "Set", "lists": lists, "matchers": ["$Item.Attributes.size"]}]
    off = discount(5, target={"type": "bundle", "name": "Set", "prorated": True})
    assert [words.sentence for words in tell(off, bundles=bundles).filters] == [
        "“brands” are the items whose product is “Alpha Outdoor”, “Beta Running”, “Gamma Hiking” "
        "or “Delta Climbing”.",
        "A bundle “Set” is 2 items of “brands” and 20 items whose category is Shirts (cheapest "
        "first), all with the same size.",
    ]


def test_a_filter_of_the_application_is_known_unless_the_ruleset_has_its_own():
    steps = [
        {
            "type": "filter",
            "predicate": check("$Item.Category", "equals", value="Hats"),
        }
    ]
    hats = {"name": "hats", "source": "$Session.CartItems", "steps": steps}
    off = discount(5, target={"type": "globalFilter", "name": "hats"})
    filters = tell(off, selectors=[hats]).filters
    assert filters == ()

    shop = replace(SHOP, filters=(read_selector(Reader(hats, "", [])),))
    (effect,) = tell(off, vocabulary=shop).effects
    assert effect.clause == "take €5 off every item whose category is Hats"
    mine = hats | {"steps": []}
    (effect,) = tell(off, vocabulary=shop, selectors=[mine]).effects
    assert effect.clause == "take €5 off every item"


def test_filters_may_stand_before_the_ones_that_they_select_from():
    first = {"name": "first", "source": "$shoes2", "steps": []}
    shoes = {"name": "shoes2", "source": "$Session.CartItems", "steps": []}
    off = discount(5, target={"type": "selector", "name": "first"})
    (effect,) = tell(off, selectors=[first, shoes]).effects
    assert effect.clause == "take €5 off every item"


CASCADING = replace(SHOP, cascading_discounts=True)


@pytest.mark.parametrize(
    ("settings", "value", "target", "clause"),
    [
        ({}, "{{$Session.Total * 10%}}", "cart", "take 10 % off the remaining session total"),
        ({}, "{{$Session.Total}}", "cart", "take the whole remaining session total off"),
        (
            {},
            "{{$Session.Total - 100}}",
            "cart",
            "take everything above €100 off the remaining session total",
        ),
        ({}, 10, "cart", "take €10 off the session total"),
        (
            {"discount_scope": "cartItems"},
            "{{$Session.CartTotal * 10%}}",
            "cart",
            "take 10 % of the remaining cart items total off the cart items",
        ),
        (
            {"discount_scope": "additionalCosts"},
            2,
            "cart",
            "take €2 off the session's additional costs",
        ),
        (
            {},
            "{{$Item.Price * 10%}}",
            "allItems",
            "take 10 % off the remaining price of every item",
        ),
        ({}, "{{$Item.Price}}", "allItems", "take the whole remaining price off the cart items"),
        (
            {"item_discount_scope": "itemTotal"},
            "{{$Item.Price * 10%}}",
            "allItems",
            "take 10 % of its remaining price off every item with its additional costs",
        ),
    ],
)
def test_amounts_are_what_earlier_discounts_left_where_they_cascade(
    settings, value, target, clause
):
    shop = replace(CASCADING, **settings)
    (effect,) = tell(discount(value, target={"type": target}), vocabulary=shop).effects
    assert effect.clause == clause


def test_conditions_see_amounts_as_they_were_where_discounts_cascade():
    rule = tell(check("$Session.Total", "greaterThan", value=5), vocabulary=CASCADING)
    assert rule.conditions[0].sentence == "The session total is more than €5."


@pytest.mark.parametrize(
    ("setting", "partial", "details"),
    [
        (False, True, ("“off”", "as far as the budget allows")),
        (True, False, ("“off”", "in full or not at all")),
        (True, True, ("“off”",)),
        (True, None, ("“off”",)),
    ],
)
def test_what_a_tight_budget_does_is_told_where_it_is_not_the_applications_setting(
    setting, partial, details
):
    shop = replace(SHOP, partial_rewards=setting)
    (effect,) = tell(discount(5, partial=partial), vocabulary=shop).effects
    assert effect.details == details


@pytest.mark.parametrize(
    ("currency", "locale", "amount"),
    [
        ("JPY", "en", "¥1,500"),
        ("CHF", "en", "CHF\N{NO-BREAK SPACE}1,500"),
        ("GBP", "en_GB", "£1,500"),
    ],
)
def test_money_is_written_for_its_currency(currency, locale, amount):
    shop = replace(SHOP, currency=currency, locale=locale)
    (effect,) = tell(discount(1500), vocabulary=shop).effects
    assert effect.clause == f"take {amount} off the session total"


def test_a_text_that_looks_like_a_placeholder_is_only_a_text():
    off = discount(5, "{} {owner} [x] “y”\nz", target={"type": "selector", "name": "{}"})
    (effect,) = tell(off).effects
    assert effect.sentence == (
        "Take €5 off every item of the filter “{}” (“{} {owner} [x] “y” z”)."
    )


def test_pro_rata_shares_are_cut_by_what_earlier_discounts_left_where_they_cascade():
    spread = discount(9, target={"type": "allItems", "prorated": True})
    (effect,) = tell(spread, vocabulary=CASCADING).effects
    assert (
        effect.clause == "take €9 in total off the cart items, spread over them by remaining price"
    )
    shop = replace(CASCADING, item_discount_scope="itemTotal")
    (effect,) = tell(spread, vocabulary=shop).effects
    assert effect.clause.endswith(", spread over them in proportion to what is left of each")
    total = discount("{{$Session.CartTotal * 10%}}", target={"type": "allItems", "prorated": True})
    (effect,) = tell(total).effects
    assert effect.clause == "take 10 % off the cart items total, spread over the items by price"


def test_one_rule_can_be_told_alone():
    ruleset = read(SELECTORS | {"promotionRules": [{"title": "R", "blocks": [COUPON, OFF]}]})
    assert (
        rule_in_words(ruleset.rules[0], ruleset, SHOP) == ruleset_in_words(ruleset, SHOP).rules[0]
    )


def test_long_results_of_filters_are_called_by_name():
    steps = [
        {
            "type": "filter",
            "predicate": check("$Item.Product", "oneOf", values=["A" * 40, "B" * 40]),
        }
    ]
    ends = {
        "sum": [
            {"type": "map", "expression": "$Item.Price"},
            {"type": "reduce", "operator": "sum"},
        ],
        "one": [{"type": "select", "operator": "one", "index": 1}],
    }
    selectors = [
        {"name": name, "source": "$Session.CartItems", "steps": [*steps, *more]}
        for name, more in ends.items()
    ]
    rule = tell(
        check("$sum", "greaterThan", value=5),
        discount(5, target={"type": "selector", "name": "one"}),
        selectors=selectors,
    )
    assert rule.conditions[0].sentence == "The result of the filter “sum” is more than €5."
    assert rule.effects[0].clause == "take €5 off the item of “one”"
    assert [words.name for words in rule.filters] == ["sum", "one"]
