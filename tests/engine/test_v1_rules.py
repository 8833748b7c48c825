"""V1 rules beside V2 rules that say the same, and what only V1 can say."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from sandbox.engine.compile import compile_application
from sandbox.engine.definitions import (
    Application,
    Attribute,
    Campaign,
    CustomEffect,
    Definition,
    EffectParameter,
    Webhook,
)
from sandbox.engine.evaluation import Event
from tests.engine.builders import (
    block,
    bound,
    by_category,
    campaign,
    cart,
    check,
    coupon,
    discount,
    item,
    kinds,
    limit,
    profile,
    rejection,
    rule,
    run,
    v1_campaign,
    v1_rule,
    values,
)

TOTAL = [".", "Session", "Total"]
TIER = [".", "Profile", "Attributes", "Tier"]
CART = [".", "Session", "CartItems"]
PRICE = [".", "Item", "Price"]
CATEGORY = [".", "Item", "Category"]
NOOP = ["noop"]
DISCOUNT = ["setDiscount", "off", 1]
KITCHEN = bound(
    "kitchen", ["filter", CART, [["Item"], ["catch", False, ["=", CATEGORY, "Kitchen"]]]]
)
ITEMS = [
    item("PAN", 40, category="Kitchen", attributes={"weight": 3}),
    item("SOAP", 9, position=1, category="Bath"),
    item("POT", 60, 2, position=2, category="Kitchen", attributes={"weight": 5}),
    item("GIFT", 5, position=3),
]


def applies(condition: Any, **given: Any) -> bool:
    return "setDiscount" in kinds(run(v1_campaign(v1_rule(condition, DISCOUNT)), **given))


def is_gold(operator: str = "equals") -> dict[str, Any]:
    return check("$Profile.Attributes.Tier", operator, value="gold")


def is_large() -> dict[str, Any]:
    return check("$Session.Total", "greaterThan", value=100)


REDEEM = block("checkCoupon", redeem=True)


@pytest.mark.parametrize("total", [60, 160])
@pytest.mark.parametrize("tier", [{}, {"Tier": "gold"}, {"Tier": "none"}])
@pytest.mark.parametrize("codes", [[], [coupon()], [coupon(usage_limit=1, usage_counter=1)]])
@pytest.mark.parametrize(
    ("condition", "blocks"),
    [
        (["and", True], []),
        (["and", [">", TOTAL, 100], ["=", TIER, "gold"]], [is_large(), is_gold()]),
        (["and", ["couponValid"], [">", TOTAL, 100]], [REDEEM, is_large()]),
        (
            ["and", ["not", ["=", TIER, "gold"]], [">", TOTAL, 100]],
            [is_gold("not(equals)"), is_large()],
        ),
        (
            ["or", [">", TOTAL, 100], ["couponValid"]],
            [block("group", operator="atLeastOne", blocks=[is_large(), REDEEM])],
        ),
        (
            ["and", ["not", ["couponValid"]], [">", TOTAL, 100]],
            [block("group", operator="none", blocks=[REDEEM]), is_large()],
        ),
        (["and", ["catch", False, ["=", TIER, "gold"]]], [is_gold()]),
        (
            ["and", ["catch", False, ["or", ["list", TIER], False]], [">", TOTAL, 100]],
            [check("$Profile.Attributes.Tier", "exists"), is_large()],
        ),
    ],
)
def test_a_rule_in_either_form_has_the_same_effects_and_failures(
    condition, blocks, codes, tier, total
):
    in_v1 = v1_campaign(v1_rule(condition, ["setDiscount", "10%", ["*", TOTAL, ["/", 10, 100]]]))
    in_v2 = campaign(rule(*blocks, discount("{{$Session.Total * 10%}}", "10%")))
    given = {"items": cart(total), "who": profile(attributes=tier), "coupons": codes}
    for record in (False, True):
        first, second = (run(form, record=record, **given) for form in (in_v1, in_v2))
        assert first.effects == second.effects
        assert first.failures() == second.failures()


@pytest.mark.parametrize(
    ("binding", "selector"),
    [
        (KITCHEN, by_category("kitchen", "Kitchen")),
        (
            bound("kitchen", ["reverse", ["sortByNumber", CART, [["Item"], PRICE], True]]),
            {
                "name": "kitchen",
                "source": "$Session.CartItems",
                "steps": [
                    {
                        "type": "sort",
                        "fields": [{"expression": "$Item.Price", "direction": "desc"}],
                    },
                    {"type": "reverse"},
                ],
            },
        ),
    ],
)
def test_a_filter_in_either_form_finds_the_same_items(binding, selector):
    in_v1 = v1_campaign(
        v1_rule(
            ["and"], ["setDiscountPerItem", "off", [".", "kitchen"], [["Item"], ["/", PRICE, 2]]]
        ),
        bindings=[binding],
    )
    half = discount("{{$Item.Price / 2}}", target={"type": "selector", "name": "kitchen"})
    in_v2 = campaign(rule(half), selectors=[selector])
    first, second = (run(form, items=ITEMS) for form in (in_v1, in_v2))
    assert first.effects == second.effects
    assert first.effects


def indices(condition: Any, **given: Any) -> int | None:
    return run(v1_campaign(v1_rule(condition, DISCOUNT)), **given).failures()[0].condition_index


class TestTheFailedCondition:
    def test_is_counted_by_the_arguments_of_and(self):
        either = ["or", [">", TOTAL, 1], ["couponValid"]]
        assert indices(["and", either, ["not", either], [">", TOTAL, 500]]) == 1
        assert indices(["and", either, either, [">", TOTAL, 500]]) == 2

    def test_is_the_first_of_or(self):
        assert indices(["or", [">", TOTAL, 500], ["couponValid"]]) == 0

    def test_counts_a_group_once_wherever_it_fails(self):
        inner = ["and", [">", TOTAL, 1], ["couponValid"]]
        assert indices(["and", [">", TOTAL, 1], inner]) == 1

    def test_is_reported_with_the_rejected_code(self):
        evaluation = run(
            v1_campaign(
                v1_rule(["and", ["couponValid"], ["between", TOTAL, 1, 50]], DISCOUNT),
            ),
            coupons=[coupon()],
        )
        (effect,) = evaluation.effects
        assert effect.props["rejectionReason"] == "CouponRejectedByCondition"
        assert effect.props["conditionIndex"] == 1


@pytest.mark.parametrize(
    ("price", "inside"), [(50, False), ("50.01", True), ("99.99", True), (100, False)]
)
def test_between_excludes_both_ends(price, inside):
    assert applies(["and", ["between", TOTAL, 50, 100]], items=cart(price)) is inside


@pytest.mark.parametrize("wrapped", [lambda c: c, lambda c: ["not", c]])
def test_neither_an_error_nor_its_negation_holds(wrapped):
    who = profile(attributes={})
    assert not applies(["and", wrapped(["=", TIER, "gold"])], who=who)
    assert not applies(["and", wrapped(["or", ["=", TIER, "gold"], [">", TOTAL, 1]])], who=who)
    assert not applies(["and", wrapped(["/", 1, 0])], who=who)


@pytest.mark.parametrize(("fallback", "expected"), [(False, False), (True, True)])
def test_catch_says_what_an_error_means(fallback, expected):
    who = profile(attributes={})
    assert applies(["and", ["catch", fallback, ["=", TIER, "gold"]]], who=who) is expected


def test_numbers_have_sixteen_digits():
    thirds = ["*", ["/", 1, 3], 3]
    assert applies(["and", ["=", thirds, Decimal("0.9999999999999999")]])
    amount = ["+", 12345678901234567, 1]
    (effect,) = run(v1_campaign(v1_rule(["and"], ["setDiscount", "x", amount]))).effects
    assert effect.props["value"] == 12345678901234570


@pytest.mark.parametrize(
    ("event", "given"),
    [
        ("talon_session_closed", {"closing": True}),
        ("talon_session_created", {"closing": True}),
        ("sessionCreated", {}),
        ("review", {"events": (), "event": Event("review", {})}),
    ],
)
def test_the_type_of_the_event_is_compared(event, given):
    condition = ["and", ["=", [".", "Event", "Type"], event]]
    assert applies(condition, **given)
    assert not applies(condition, events=("sessionUpdated",))


class TestCodesInsideTalang:
    """Where a condition on a code is part of a larger expression."""

    caught = ["catch", True, ["=", ["couponValid"], True]]

    def test_a_code_counts_as_checked(self):
        evaluation = run(v1_campaign(v1_rule(["and", self.caught], DISCOUNT)), coupons=[coupon()])
        assert kinds(evaluation) == ["acceptCoupon", "setDiscount"]

    def test_a_code_that_cannot_be_used_is_no_valid_one(self):
        spent = coupon(usage_limit=1, usage_counter=1)
        evaluation = run(v1_campaign(v1_rule(["and", self.caught], DISCOUNT)), coupons=[spent])
        assert rejection(evaluation) == "CouponLimitReached"
        assert values(evaluation) == []


class TestCaughtEffects:
    def effects(self, *effects: Any, **given: Any) -> list[str]:
        evaluation = run(v1_campaign(v1_rule(["and"], *effects)), **given)
        return [e.props.get("name", e.props.get("title")) for e in evaluation.effects]

    def broken(self, name: str = "broken") -> Any:
        return ["setDiscount", name, ["*", [".", "Profile", "Attributes", "Unset"], 2]]

    def test_an_effect_that_fails_takes_its_rule_with_it(self):
        assert self.effects(self.broken(), DISCOUNT) == []

    def test_a_caught_effect_that_fails_does_nothing(self):
        assert self.effects(["catch", NOOP, self.broken()], DISCOUNT) == ["off"]

    def test_another_fallback_is_given_instead(self):
        fallback = ["showNotification", "Info", "instead", ""]
        assert self.effects(["catch", fallback, self.broken()], DISCOUNT) == ["instead", "off"]

    def test_a_fallback_that_fails_too_takes_the_rule_with_it(self):
        assert self.effects(["catch", self.broken("other"), self.broken()], DISCOUNT) == []

    def test_a_discount_of_zero_does_not_fire_and_is_caught(self):
        assert self.effects(["catch", NOOP, ["setDiscount", "zero", 0]], DISCOUNT) == ["off"]

    def test_what_a_failed_attempt_granted_is_taken_back(self):
        per_item = ["setDiscountPerItem", "each", CART, [["Item"], ["-", PRICE, 20]]]
        evaluation = run(
            v1_campaign(
                v1_rule(["and"], ["catch", NOOP, per_item], ["setDiscount", "all", 100]),
                limits=[limit("setDiscount", 100)],
            ),
            items=cart(100, 10),
        )
        assert [e.props["name"] for e in evaluation.effects] == ["all"]

    def test_the_trace_says_why_it_did_nothing(self):
        evaluation = run(
            v1_campaign(v1_rule(["and"], ["catch", NOOP, self.broken()])),
            who=profile(),
            record=True,
        )
        assert evaluation.trace is not None
        (effect,) = evaluation.trace.campaigns[0].runs[0].rules[0].effects
        assert (effect.type, effect.count, effect.failure) == ("awardDiscount", 0, None)
        assert effect.caught == ["$Profile.Attributes.Unset has no value"]


class TestEffects:
    def props(self, *effects: Any, **given: Any) -> list[dict[str, Any]]:
        return [e.props for e in run(v1_campaign(v1_rule(["and"], *effects)), **given).effects]

    def test_a_notification(self):
        expected = {"notificationType": "Offer", "title": "You pay 100", "body": "now"}
        title = ["+", "You pay ", ["toString", TOTAL]]
        assert self.props(["showNotification", "Offer", title, "now"]) == [expected]

    def test_free_items_one_by_one(self):
        assert (
            self.props(["addFreeItem", "MUG", "A mug", 2]) == [{"sku": "MUG", "name": "A mug"}] * 2
        )

    def test_a_webhook_by_its_id(self):
        define = {"webhooks": [Webhook(id=189, title="Hook")]}
        expected = {"webhookId": 189, "webhookName": "Hook"}
        assert self.props(["!", "callApi189", TOTAL], define=define) == [expected]

    def test_a_custom_effect_by_its_name_with_parameters_by_position(self):
        payload = '{"days": ${days_of_trial}, "why": "${param_1}"}'
        titles = [EffectParameter(title="Days of trial"), EffectParameter()]
        effect = CustomEffect(id=3, name="extend_trial", payload=payload, params=titles)
        (props,) = self.props(
            ["!", "Extend_Trial", ["+", 1, 2], "loyal"], define={"custom_effects": [effect]}
        )
        assert props["payload"] == {"days": 3, "why": "loyal"}
        assert (props["effectId"], props["name"]) == (3, "extend_trial")

    def test_a_custom_effect_that_is_not_there_is_an_unknown_function(self):
        evaluation = run(v1_campaign(v1_rule(["and"], ["catch", NOOP, ["!", "nothing"]], DISCOUNT)))
        assert evaluation.effects == ()
        assert "The function !nothing is not known" in (evaluation.failures()[0].details or "")

    def test_a_discount_on_every_item_of_the_cart(self):
        props = self.props(
            ["setDiscountPerItem", "half", CART, [["x"], ["/", [".", "x", "Price"], 2]]],
            items=ITEMS,
        )
        assert [p["value"] for p in props] == [20, Decimal("4.5"), 30, 30, Decimal("2.5")]


def amount(expression: Any, *bindings: Any, **given: Any) -> Decimal | None:
    """What a discount of this value gives."""
    evaluation = run(
        v1_campaign(v1_rule(["and"], ["setDiscount", "x", expression]), bindings=bindings),
        items=ITEMS,
        **given,
    )
    found = values(evaluation)
    return found[0] if found else None


class TestBindings:
    def test_a_filter_feeds_its_sum_into_a_formula(self):
        assert (
            amount(["*", ["sum", [".", "kitchen"], "Item", PRICE], Decimal("0.1")], KITCHEN) == 16
        )

    @pytest.mark.parametrize(
        ("expression", "value"),
        [
            (["count", [".", "kitchen"]], 3),
            ([".", "kitchen item count"], 3),
            ([".", "kitchen total price"], 160),
            (["max", ["map", [".", "kitchen"], [["Item"], PRICE]]], 60),
            (["sum", [".", "kitchen"], "i", [".", "i", "Attributes", "weight"]], 13),
            (["sum", ["tail", [".", "kitchen"]], "i", ["*", [".", "i", "Price"], 2]], 240),
        ],
    )
    def test_lists_of_items_are_read_by_their_fields(self, expression, value):
        assert amount(expression, KITCHEN) == value

    def test_a_filter_of_a_filter(self):
        dear = bound("dear", ["filter", [".", "kitchen"], [["x"], [">", [".", "x", "Price"], 50]]])
        assert amount(["count", [".", "dear"]], KITCHEN, dear) == 2

    def test_a_filter_that_is_no_chain_of_steps(self):
        rest = bound("rest", ["tail", [".", "kitchen"]])
        count = bound("rest size", ["count", [".", "rest"]])
        assert amount([".", "rest size"], KITCHEN, rest, count) == 2

    def test_a_predicate_that_fails_without_catch_fails_its_filter(self):
        bare = bound("bare", ["filter", CART, [["Item"], ["=", CATEGORY, "Kitchen"]]])
        assert amount(["count", [".", "bare"]], bare) is None

    def test_an_own_binding_wins_over_the_derived_number_of_that_name(self):
        own = bound("kitchen item count", ["identity", 7], "templateParameter")
        assert amount([".", "kitchen item count"], KITCHEN, own) == 7

    def test_a_template_parameter(self):
        ten = bound("percent", ["identity", 10], "templateParameter")
        assert amount(["*", TOTAL, ["/", [".", "percent"], 100]], ten) == Decimal("17.4")

    def test_a_list_as_a_parameter(self):
        skus = bound("skus", ["list", "PAN", "GIFT"], "templateParameter")
        chosen = bound(
            "chosen",
            [
                "filter",
                CART,
                [
                    ["Item"],
                    ["exists", [".", "skus"], [["s"], ["=", [".", "s"], [".", "Item", "SKU"]]]],
                ],
            ],
        )
        assert amount(["count", [".", "chosen"]], skus, chosen) == 2

    def test_a_bundle(self):
        bath = bound(
            "bath", ["filter", CART, [["Item"], ["catch", False, ["=", CATEGORY, "Bath"]]]]
        )
        pair = bound("pair", ["bundle", ["list", "kitchen", "bath"], ["list", 2, 1]], "bundle")
        assert amount(["count", [".", "pair"]], KITCHEN, bath, pair) == 1

    def test_a_rule_does_not_see_the_bindings_of_another(self):
        own = v1_rule(
            ["and"], ["setDiscount", "own", ["count", [".", "x"]]], bindings=[bound("x", CART)]
        )
        other = v1_rule(["and"], ["setDiscount", "other", ["count", [".", "x"]]])
        evaluation = run(v1_campaign(own, other))
        assert [e.props["name"] for e in evaluation.effects] == ["own"]
        assert "not bound here" in (evaluation.failures()[0].details or "")

    def test_a_filter_of_the_application_in_talang(self):
        stored = {"id": 1, "name": "kitchen", "expression": {"expr": KITCHEN["expression"]}}
        bare = {"id": 2, "name": "pans", "expr": ["head", [".", "kitchen"]]}
        ruleset = v1_campaign(v1_rule(["and"], ["setDiscount", "x", ["count", [".", "kitchen"]]]))
        define = {"cart_item_filters": [stored, bare]}
        assert values(run(ruleset, items=ITEMS, define=define)) == [3]


class TestPassthroughInV2:
    def test_a_condition_with_an_effect_of_v2(self):
        talang = block("passthrough", expression=["between", TOTAL, 50, 150])
        assert values(run(campaign(rule(talang, discount(5))))) == [5]
        assert values(run(campaign(rule(talang, discount(5))), items=cart(50))) == []

    def test_an_effect_with_a_condition_of_v2(self):
        talang = block(
            "passthrough", expression=["catch", NOOP, ["setDiscount", "x", ["*", TOTAL, 2]]]
        )
        assert values(
            run(campaign(rule(is_gold("exists"), talang)), who=profile(attributes={"Tier": "x"}))
        ) == [200]

    def test_a_predicate_of_a_filter(self):
        predicate = block(
            "passthrough", expression=["every", ["list", 10, 20], [["x"], [">", PRICE, [".", "x"]]]]
        )
        dear = {
            "name": "dear",
            "source": "$Session.CartItems",
            "steps": [{"type": "filter", "predicate": predicate}],
        }
        ruleset = campaign(rule(discount("{{$dear.ItemCount}}")), selectors=[dear])
        assert values(run(ruleset, items=ITEMS)) == [3]

    def test_an_effect_among_failure_effects(self):
        sorry = block(
            "passthrough", expression=["showNotification", "Info", ["concat", "so", "rry"], ""]
        )
        evaluation = run(
            campaign(rule(check("$Session.Total", "greaterThan", value=500, onFailure=[sorry])))
        )
        assert [e.props["title"] for e in evaluation.effects] == ["sorry"]

    def test_groups_around_talang(self):
        either = block(
            "group",
            operator="atLeastOne",
            blocks=[block("passthrough", expression=["between", TOTAL, 500, 600]), is_large()],
        )
        assert values(run(campaign(rule(either, discount(5))), items=cart(200))) == [5]


def warnings(*campaigns: Campaign) -> Iterable[str]:
    definition = Definition(application=Application(), campaigns=list(campaigns))
    return compile_application(definition).warnings


class TestUnknownFunctions:
    def test_loading_names_the_rule_the_place_and_the_expression(self):
        bad = v1_rule(["and", True, ["catch", False, ["?eventIs", "x"]]], DISCOUNT, title="Closing")
        (warning,) = warnings(v1_campaign(bad))
        assert "Rule “Closing” never fires: condition 1, " in warning
        assert '["?eventIs","x"]: The function ?eventIs is not known' in warning

    def test_loading_names_effects_too(self):
        (warning,) = warnings(
            v1_campaign(v1_rule(["and"], DISCOUNT, ["catch", NOOP, ["?give", 1]]))
        )
        assert "effect 1, " in warning
        assert "The function ?give is not known" in warning

    def test_loading_names_bindings_and_the_rules_that_read_them(self):
        ruleset = v1_campaign(
            v1_rule(["and", [">", ["count", [".", "few"]], 1]], DISCOUNT),
            v1_rule(["and"], DISCOUNT),
            bindings=[bound("few", ["?take", CART, 2])],
        )
        found = list(warnings(ruleset))
        assert "“few” cannot be computed: The function ?take is not known" in found[0]
        assert "The name $few is not known" in found[1]
        assert len(found) == 2

    def test_the_other_rules_run(self):
        ruleset = v1_campaign(v1_rule(["and", ["?x"]], DISCOUNT), v1_rule(["and"], DISCOUNT))
        assert values(run(ruleset)) == [1]


@pytest.mark.parametrize(
    "condition",
    [
        ["and", "couponValid"],
        ["and", 1],
        ["/", 1, 0],
        ["/", 1, 0, 2],
        [".", "Nobody", "Knows"],
        ["and", [".", "Session"]],
        ["and", [".", "Item", "Price"]],
        ["and", ["sum", CART, "x", [".", "x", "Nothing"]]],
        ["and", ["item", CART, 99]],
        ["and", ["set", "Session", "Total", 5]],
        ["and", ["!", "template"]],
        ["~", "(", [".", "Session", "State"]],
        ["join", ["map", CART, [["x"], [".", "x"]]], ","],
    ],
)
def test_what_cannot_be_evaluated_fails_its_rule_alone(condition):
    evaluation = run(
        v1_campaign(v1_rule(condition, notify_in_talang("x")), v1_rule(["and"], DISCOUNT))
    )
    assert values(evaluation) == [1]
    assert "showNotification" not in kinds(evaluation)


def notify_in_talang(title: str) -> Any:
    return ["showNotification", "Info", title, ""]


def test_work_is_bounded():
    many = ["map", CART, [["a"], ["map", CART, [["b"], ["map", CART, [["c"], ["+", 1, 1]]]]]]]
    ruleset = v1_campaign(v1_rule(["and", ["isEmpty", many]], DISCOUNT), v1_rule(["and"], DISCOUNT))
    evaluation = run(ruleset, items=[item(quantity=500)])
    assert values(evaluation) == [1]


def test_a_bound_that_is_passed_is_not_caught_by_an_effect():
    many = ["count", ["map", CART, [["a"], ["map", CART, [["b"], ["map", CART, [["c"], 1]]]]]]]
    ruleset = v1_campaign(v1_rule(["and"], ["catch", NOOP, ["setDiscount", "x", many]], DISCOUNT))
    evaluation = run(ruleset, items=[item(quantity=500)])
    assert values(evaluation) == []
    assert "at most 1000000 steps" in (evaluation.failures()[0].details or "")


def test_attributes_of_items_are_read_by_their_kind():
    day = Attribute(entity="CartItem", name="day", type="time")
    items = [item(attributes={"day": "2026-06-01T00:00:00Z", "sizes": [1, 2]})]
    condition = [
        "and",
        [
            "exists",
            CART,
            [["x"], ["before", [".", "x", "Attributes", "day"], ["parseTime", "2026-06-02"]]],
        ],
        ["exists", CART, [["x"], ["=", ["item", [".", "x", "Attributes", "sizes"], 1], 2]]],
        ["every", CART, [["x"], ["catch", True, ["=", [".", "x", "AdditionalCosts", "wrap"], 1]]]],
    ]
    assert applies(condition, items=items, attributes=[day])
