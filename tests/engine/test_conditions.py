from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.engine.definitions import Attribute, Collection
from tests.engine.builders import (
    block,
    campaign,
    cart,
    check,
    coupon,
    discount,
    kinds,
    notify,
    profile,
    rule,
    run,
)

TOTAL = "$Session.Total"
NOTE = "$Profile.Attributes.Note"
TAGS = "$Profile.Attributes.Tags"


def applies(condition, **given) -> bool:
    return "setDiscount" in kinds(run(campaign(rule(condition, discount(1))), **given))


@pytest.mark.parametrize(
    ("operator", "below", "equal", "above"),
    [
        ("greaterThan", False, False, True),
        ("greaterThanOrEqual", False, True, True),
        ("lessThan", True, False, False),
        ("lessThanOrEqual", True, True, False),
        ("equals", False, True, False),
        ("not(equals)", True, False, True),
    ],
)
def test_a_number_is_compared_below_at_and_above(operator, below, equal, above):
    condition = check(TOTAL, operator, value=100)
    outcomes = [applies(condition, items=cart(price)) for price in ("99.99", "100", "100.01")]
    assert outcomes == [below, equal, above]


@pytest.mark.parametrize(
    ("price", "inside"), [("49.99", False), (50, True), (100, True), (101, False)]
)
def test_between_includes_both_ends(price, inside):
    assert applies(check(TOTAL, "between", min=50, max=100), items=cart(price)) is inside


@pytest.mark.parametrize(
    ("operator", "operand", "expected"),
    [
        ("contains", "gold", True),
        ("contains", "", True),
        ("not(contains)", "gold", False),
        ("startsWith", "VIP", True),
        ("endsWith", "2026", True),
        ("endsWith", "VIP", False),
        ("matchesRegexp", "g.ld", True),
        ("matchesRegexp", "^gold", False),
        ("matchesRegexp", "(", False),
        ("equals", "vip gold 2026", False),
        ("oneOf", ["x", "VIP gold 2026"], True),
        ("not(oneOf)", ["x"], True),
    ],
)
def test_a_text_is_compared(operator, operand, expected):
    who = profile(attributes={"Note": "VIP gold 2026"})
    assert applies(check(NOTE, operator, value=operand), who=who) is expected


@pytest.mark.parametrize(
    ("operator", "operand", "expected"),
    [
        ("containsOneOf", {"values": ["a", "z"]}, True),
        ("containsNoneOf", {"values": ["y", "z"]}, True),
        ("containsAllOf", {"values": ["a", "z"]}, False),
        ("containsAtLeast", {"values": ["a", "b", "z"], "count": 2}, True),
        ("containsExactly", {"values": ["a", "b"], "count": 1}, False),
        ("empty", {}, False),
        ("not(empty)", {}, True),
    ],
)
def test_a_list_is_compared(operator, operand, expected):
    who = profile(attributes={"Tags": ["a", "b", "c"]})
    assert applies(check(TAGS, operator, **operand), who=who) is expected


def test_existence_of_an_attribute_nobody_set():
    assert not applies(check(NOTE, "exists"), who=profile())
    assert applies(check(NOTE, "not(exists)"), who=profile())


@pytest.mark.parametrize("operator", ["equals", "not(equals)", "contains", "not(contains)"])
def test_a_missing_value_makes_any_comparison_false(operator):
    assert not applies(check(NOTE, operator, value="x"), who=profile())


def test_a_value_of_another_type_makes_a_comparison_false():
    assert not applies(check(NOTE, "greaterThan", value=1), who=profile(attributes={"Note": "5"}))


@pytest.mark.parametrize(
    ("start_inclusive", "end_inclusive", "at_start", "at_end"),
    [(True, False, True, False), (False, True, False, True)],
)
def test_the_ends_of_a_time_span_count_as_it_says(start_inclusive, end_inclusive, at_start, at_end):
    day = Attribute(entity="CustomerProfile", name="Day", type="time")
    span = check(
        "$Profile.Attributes.Day",
        "within",
        start="2026-06-01T00:00:00Z",
        end="2026-07-01T00:00:00Z",
        startInclusive=start_inclusive,
        endInclusive=end_inclusive,
    )
    for time, expected in (
        ("2026-06-01T02:00:00+02:00", at_start),
        ("2026-07-01T00:00:00Z", at_end),
    ):
        who = profile(attributes={"Day": time})
        assert applies(span, who=who, attributes=[day]) is expected


def test_a_time_without_zone_is_in_the_applications_zone():
    day = Attribute(entity="CustomerProfile", name="Day", type="time")
    before = check("$Profile.Attributes.Day", "before", value="2026-06-15T00:00:00+02:00")
    who = profile(attributes={"Day": "2026-06-14T23:30:00"})
    assert applies(before, who=who, attributes=[day], settings={"timezone": "Europe/Berlin"})
    assert not applies(before, who=who, attributes=[day], settings={"timezone": "America/New_York"})


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("all", [False, False, False, True]),
        ("atLeastOne", [False, True, True, True]),
        ("none", [True, False, False, False]),
    ],
)
def test_groups_combine_their_conditions(operator, expected):
    group = block(
        "group",
        operator=operator,
        blocks=[check(TOTAL, "greaterThan", value=50), check("$Profile.Attributes.Vip", "isTrue")],
    )
    outcomes = [
        applies(group, items=cart(price), who=profile(attributes={"Vip": vip}))
        for price, vip in ((40, False), (60, False), (40, True), (60, True))
    ]
    assert outcomes == expected


def test_a_failed_condition_is_counted_over_conditions_only():
    evaluation = run(
        campaign(
            rule(
                discount(1),
                block("group", operator="all", blocks=[check(TOTAL, "greaterThan", value=1)]),
                check(TOTAL, "greaterThan", value=1000),
            )
        )
    )
    assert evaluation.failures()[0].condition_index == 1


def test_failure_effects_run_when_their_condition_fails():
    group = block(
        "group",
        operator="all",
        blocks=[check(TOTAL, "greaterThan", value=500), discount(5)],
        onFailure=[notify("spend more")],
    )
    assert kinds(run(campaign(rule(group)))) == ["showNotification"]
    assert kinds(run(campaign(rule(group)), items=cart(600))) == ["setDiscount"]


def test_failure_effects_do_not_trigger_a_campaign():
    condition = check(TOTAL, "greaterThan", value=500, onFailure=[notify("spend more")])
    assert run(campaign(rule(condition))).triggered_campaign_ids == ()


def test_effects_of_a_group_that_failed_do_not_run_though_its_rule_holds():
    branches = block(
        "group",
        operator="atLeastOne",
        blocks=[
            block(
                "group",
                operator="all",
                blocks=[check(TOTAL, "greaterThan", value=500), notify("big")],
            ),
            block(
                "group",
                operator="all",
                blocks=[check(TOTAL, "greaterThan", value=50), notify("small")],
            ),
        ],
    )
    evaluation = run(campaign(rule(branches, notify("always"))))
    assert [e.props["title"] for e in evaluation.effects] == ["small", "always"]


def test_a_block_that_is_not_supported_keeps_its_rule_from_firing():
    evaluation = run(
        campaign(rule(block("checkWeather"), discount(5)), rule(discount(6))), record=True
    )
    assert [e.props["value"] for e in evaluation.effects] == [Decimal(6)]
    assert evaluation.trace is not None
    assert "checkWeather" in evaluation.trace.campaigns[0].runs[0].rules[0].unsupported[0]


def test_a_filter_with_a_block_that_is_not_supported_is_not_half_applied():
    half = block(
        "group",
        operator="all",
        blocks=[check("$Item.Price", "greaterThan", value=0), block("checkWeather")],
    )
    steps = [{"type": "filter", "predicate": half}]
    selector = {"name": "x", "type": "selector", "source": "$Session.CartItems", "steps": steps}
    award = discount(1, target={"type": "selector", "name": "x"})
    evaluation = run(campaign(rule(award), selectors=[selector]))
    assert kinds(evaluation) == []
    assert "$x" in (evaluation.failures()[0].details or "")


def test_the_recording_form_notes_what_the_fast_form_skips():
    conditions = rule(
        check(TOTAL, "greaterThan", value=500), check(TOTAL, "lessThan", value=200), discount(1)
    )
    trace = run(campaign(conditions), record=True).trace
    assert trace is not None
    noted = trace.campaigns[0].runs[0].rules[0].conditions
    assert [(c.actual, c.needed, c.passed) for c in noted] == [
        (Decimal(100), Decimal(500), False),
        (Decimal(100), Decimal(200), True),
    ]


def test_the_recording_form_does_not_run_failure_effects_that_the_fast_form_skips():
    conditions = rule(
        check(TOTAL, "greaterThan", value=500, onFailure=[notify("first")]),
        check(TOTAL, "greaterThan", value=900, onFailure=[notify("second")]),
    )
    for record in (False, True):
        evaluation = run(campaign(conditions), record=record)
        assert [e.props["title"] for e in evaluation.effects] == ["first"]


def test_the_trace_says_why_a_code_does_not_hold():
    trace = run(
        campaign(rule(block("checkCoupon", redeem=True), discount(1))),
        coupons=[coupon(usage_limit=1, usage_counter=1)],
        record=True,
    ).trace
    assert trace is not None
    assert trace.campaigns[0].runs[0].rules[0].conditions[0].reason == "CouponLimitReached"


def test_a_mistake_in_the_rule_itself_is_told_by_an_error_effect():
    evaluation = run(
        campaign(rule(check("$Session.IntegrationId", "matchesRegexp", value="("), discount(1)))
    )
    (effect,) = evaluation.effects
    assert effect.effect_type == "error"
    assert "is not a regular expression" in effect.props["message"]
    assert evaluation.triggered_campaign_ids == ()


def test_an_error_in_the_data_is_told_by_no_effect():
    assert run(campaign(rule(check("$Session.Total", "contains", value="x")))).effects == ()


@pytest.mark.parametrize(
    ("operator", "operand", "expected"),
    [
        ("oneOf", {"value": "b"}, True),
        ("oneOf", {"value": f"{{{{{TAGS}}}}}"}, True),
        ("not(oneOf)", {"values": ["a", f"{{{{{TAGS}}}}}"]}, False),
        ("oneOf", {"values": ["x"]}, False),
    ],
)
def test_a_formula_that_gives_a_list_stands_for_its_members(operator, operand, expected):
    who = profile(attributes={"Note": "b", "Tags": ["a", "b"]})
    assert applies(check(NOTE, operator, **operand), who=who) is expected


@pytest.mark.parametrize(("count", "expected"), [(1, False), ("2", True), ("{{1 + 1}}", True)])
def test_the_count_of_values_that_must_be_there_may_be_a_formula(count, expected):
    who = profile(attributes={"Tags": ["a", "b"]})
    condition = check(TAGS, "containsExactly", values=["a", "b", "c"], count=count)
    assert applies(condition, who=who) is expected


def test_a_name_of_a_collection_means_the_campaigns_own_before_anothers():
    theirs = Collection(id=1, name="vip", items=["x"], campaign_id=2)
    own = Collection(id=2, name="vip", items=["b"], campaign_id=1)
    assert applies(
        check(NOTE, "inCollection", value="vip"),
        who=profile(attributes={"Note": "b"}),
        define={"collections": [theirs, own]},
    )


@pytest.mark.parametrize("path", ["$Profile.City", "$Profile.Attributes.City"])
def test_an_attribute_of_a_profile_is_read_with_and_without_its_level(path):
    city = Attribute(entity="CustomerProfile", name="City", type="string")
    who = profile(attributes={"City": "Rome"})
    assert applies(check(path, "equals", value="Rome"), who=who, attributes=[city])
