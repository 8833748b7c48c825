"""Conditions in Talang as blocks of V2."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.v1.lowered import condition, conditions

TOTAL = [".", "Session", "Total"]
TIER = [".", "Profile", "Attributes", "Tier"]
TAGS = [".", "Profile", "Attributes", "Tags"]
JOINED = [".", "Profile", "Attributes", "Joined"]
FLAG = [".", "Profile", "Attributes", "Flag"]
NOON = "2026-06-15T12:00:00Z"
IS_GOLD = ["=", TIER, "gold"]
IS_LARGE = [">", TOTAL, 100]


def check(operator: str, attribute: str = "$Profile.Attributes.Tier", **fields: Any) -> Any:
    return {"type": "checkAttribute", "operator": operator, "attribute": attribute, **fields}


def group(operator: str, *blocks: Any, **flags: bool) -> Any:
    return {"type": "group", "operator": operator, "blocks": list(blocks), **flags}


def passthrough(expression: Any) -> Any:
    return {"type": "passthrough", "expression": expression}


GOLD = check("equals", value="gold")
LARGE = check("greaterThan", "$Session.Total", value=100)
COUPON = {"type": "checkCoupon", "redeem": True}
AS_ONE = {"x-countsOnce": True}
STRICT = {"x-countsOnce": True, "x-strict": True}


@pytest.mark.parametrize(
    ("expression", "block"),
    [
        (IS_GOLD, GOLD),
        (["=", "gold", TIER], GOLD),
        (["!=", TIER, "gold"], check("not(equals)", value="gold")),
        (["!=", TIER, "gold", "vip"], check("not(oneOf)", values=["gold", "vip"])),
        (["=", TIER, [".", "Session", "State"]], check("equals", value="{{$Session.State}}")),
        (["=", FLAG, True], check("equals", "$Profile.Attributes.Flag", value=True)),
        (IS_LARGE, LARGE),
        (["<", 100, TOTAL], LARGE),
        ([">=", 100, TOTAL], check("lessThanOrEqual", "$Session.Total", value=100)),
        (
            ["between", TOTAL, 50, 100],
            check("between", "$Session.Total", min=50, max=100, **{"x-endsIncluded": False}),
        ),
        (["contains", TIER, "go"], check("contains", value="go")),
        (["notContains", TIER, "go"], check("not(contains)", value="go")),
        (["startsWith", TIER, "go"], check("startsWith", value="go")),
        (["endsWith", TIER, "ld"], check("endsWith", value="ld")),
        (["~", "^g.ld$", TIER], check("matchesRegexp", value="^g.ld$")),
        (["isEmpty", TAGS], check("empty", "$Profile.Attributes.Tags")),
        (FLAG, check("isTrue", "$Profile.Attributes.Flag")),
        (["not", FLAG], check("isFalse", "$Profile.Attributes.Flag")),
        (
            ["exists", TAGS, [["t"], ["=", [".", "t"], "a"]]],
            check("containsOneOf", "$Profile.Attributes.Tags", values=["a"]),
        ),
        (
            ["exists", ["list", "gold", "vip"], "t", ["=", [".", "t"], TIER]],
            check("oneOf", values=["gold", "vip"]),
        ),
        (["or", IS_GOLD, ["=", TIER, "vip"]], check("oneOf", values=["gold", "vip"])),
    ],
)
def test_a_comparison_is_an_attribute_check(expression, block):
    assert condition(expression) == block


@pytest.mark.parametrize(
    ("expression", "block"),
    [
        (["after", JOINED, ["parseTime", NOON]], {"operator": "after", "value": NOON}),
        (["after", {"$time": NOON}, JOINED], {"operator": "before", "value": NOON}),
        (["<", JOINED, ["parseTime", NOON]], {"operator": "before", "value": NOON}),
        ([">=", JOINED, ["parseTime", NOON]], {"operator": "not(before)", "value": NOON}),
        (
            ["betweenTimes", JOINED, ["parseTime", "2026-06-01"], ["parseTime", NOON]],
            {
                "operator": "within",
                "start": "2026-06-01T00:00:00Z",
                "end": NOON,
                "startInclusive": False,
                "endInclusive": False,
                "timezoneInsensitive": False,
            },
        ),
    ],
)
def test_a_comparison_of_times_is_one_of_the_operators_on_times(expression, block):
    assert condition(expression) == {
        "type": "checkAttribute",
        "attribute": "$Profile.Attributes.Joined",
        **block,
    }


def test_times_are_compared_between_others_too():
    between = ["between", JOINED, ["parseTime", "2026-06-01"], ["parseTime", NOON]]
    assert condition(between) == condition(["betweenTimes", *between[1:]])


@pytest.mark.parametrize(
    "expression",
    [
        ["between", ["count", TAGS], 50, 100],
        ["between", TOTAL, 60, 50, 100],
        [">", TOTAL, 50, 40],
        [">=", ["count", TAGS], 2],
        [">", TOTAL, ["*", 2, [".", "Profile", "Attributes", "Limit"]]],
        ["exists", [".", "Session", "CartItems"], [["Item"], [">", [".", "Item", "Price"], 20]]],
        ["=", TIER, "{{$Session.Total}}"],
        ["=", [".", "a.b"], 1],
        ["=", [".", "Profile", "Attributes", "{{x}}"], 1],
        ["catch", True, IS_GOLD],
        ["contains", TIER, "go", "ld"],
    ],
)
def test_what_no_block_says_stays_talang(expression):
    assert condition(expression) == passthrough(expression)


@pytest.mark.parametrize(
    ("expression", "block"),
    [
        (["couponValid"], COUPON),
        (["COUPONVALID"], COUPON),
        (["referralValid"], {"type": "checkReferral", "redeem": True}),
        (["not", ["couponValid"]], group("none", COUPON)),
        (
            ["=", [".", "Event", "Type"], "talon_session_closed"],
            {"type": "checkEvent", "eventType": "sessionClosed", "matchers": []},
        ),
        (
            ["=", "review", [".", "Event", "Type"]],
            {"type": "checkEvent", "eventType": "review", "matchers": []},
        ),
    ],
)
def test_codes_and_events_have_blocks_of_their_own(expression, block):
    assert condition(expression) == block


@pytest.mark.parametrize(
    ("expression", "operator"),
    [
        (["catch", False, ["or", ["list", TIER], False]], "exists"),
        (["catch", False, ["and", ["list", TIER]]], "exists"),
        (["catch", False, [TIER, True]], "exists"),
        (["not", ["catch", False, ["or", ["list", TIER]]]], "not(exists)"),
        (["catch", True, ["not", ["or", ["list", TIER]]]], "not(exists)"),
    ],
)
def test_reading_a_name_to_see_whether_it_can_be_read_asks_whether_it_exists(expression, operator):
    assert condition(expression) == check(operator)


@pytest.mark.parametrize(
    ("expression", "block"),
    [
        (["not", IS_GOLD], check("not(equals)", value="gold")),
        (["not", ["not", IS_GOLD]], GOLD),
        (["not", [">", 1, 2, 3]], passthrough(["not", [">", 1, 2, 3]])),
        (["not", ["or", ["couponValid"], IS_LARGE]], group("none", COUPON, LARGE, **AS_ONE)),
        (
            ["not", ["and", ["couponValid"], IS_LARGE]],
            group("none", group("all", COUPON, LARGE, **AS_ONE), **AS_ONE),
        ),
        (
            ["not", ["not", ["or", ["couponValid"], IS_LARGE]]],
            group("atLeastOne", COUPON, LARGE, **AS_ONE),
        ),
    ],
)
def test_a_negation_turns_the_block_round(expression, block):
    assert condition(expression) == block


def test_the_arguments_of_and_are_the_conditions_of_the_rule():
    assert conditions(["and", IS_LARGE, ["couponValid"]]) == [LARGE, COUPON]


def test_the_arguments_of_or_are_the_members_of_the_only_group():
    assert conditions(["or", IS_LARGE, IS_GOLD]) == [group("atLeastOne", LARGE, GOLD)]


@pytest.mark.parametrize("always", [["and"], ["and", True], ["catch", False, ["and", True]]])
def test_a_rule_that_always_applies_has_no_conditions(always):
    assert conditions(always) == []


def test_a_condition_of_its_own_is_the_only_one():
    assert conditions(IS_LARGE) == [LARGE]


def test_a_condition_that_always_holds_keeps_its_place_among_others():
    assert conditions(["and", True, IS_LARGE]) == [passthrough(["and"]), LARGE]


def test_what_catch_says_is_false_needs_no_catch_where_an_error_is_false_anyway():
    assert conditions(["and", ["catch", False, IS_GOLD]]) == [GOLD]


class TestErrorsInsideGroups:
    """Talang's own: an error is no false, so that neither ``or`` nor ``not`` turns it round."""

    def test_a_member_that_may_fail_before_others_makes_or_strict(self):
        assert condition(["or", IS_GOLD, IS_LARGE]) == group("atLeastOne", GOLD, LARGE, **STRICT)

    def test_a_member_that_may_fail_after_all_others_does_not(self):
        assert condition(["or", IS_LARGE, IS_GOLD]) == group("atLeastOne", LARGE, GOLD, **AS_ONE)

    def test_a_member_that_is_caught_does_not(self):
        expression = ["or", ["catch", False, IS_GOLD], ["catch", False, ["=", JOINED, 1]], IS_LARGE]
        assert condition(expression) == group(
            "atLeastOne",
            GOLD,
            check("equals", "$Profile.Attributes.Joined", value=1),
            LARGE,
            **AS_ONE,
        )

    def test_a_member_of_and_does_not_where_an_error_is_false_anyway(self):
        assert condition(["and", IS_GOLD, IS_LARGE]) == group("all", GOLD, LARGE, **AS_ONE)

    def test_a_member_of_and_does_below_not(self):
        expression = ["not", ["and", IS_LARGE, IS_GOLD]]
        inside = group("all", LARGE, GOLD, **STRICT)
        assert condition(expression) == group("none", inside, **STRICT)

    def test_a_caught_member_among_others_that_fail_is_a_group_of_its_own(self):
        expression = ["or", ["catch", False, IS_GOLD], ["=", JOINED, 1], IS_LARGE]
        assert condition(expression) == group(
            "atLeastOne",
            group("all", GOLD, **AS_ONE),
            check("equals", "$Profile.Attributes.Joined", value=1),
            LARGE,
            **STRICT,
        )

    def test_what_is_caught_and_then_negated_is_no_error(self):
        expression = ["not", ["catch", False, IS_GOLD]]
        inside = group("all", GOLD, **AS_ONE)
        assert condition(expression) == group("none", inside, **AS_ONE)


def test_an_argument_that_is_no_condition_stays_with_its_and():
    assert conditions(["and", "couponValid"]) == [passthrough(["and", "couponValid"])]


@pytest.mark.parametrize(("levels", "kind"), [(6, "group"), (7, "passthrough")])
def test_very_deep_groups_stay_talang(levels, kind):
    deep: Any = IS_LARGE
    for _ in range(levels):
        deep = ["and", ["or", deep, ["couponValid"]], IS_LARGE]
    assert condition(deep)["type"] == kind
