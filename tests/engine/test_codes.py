from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from sandbox.engine.changes import CountBudget, CountCoupon, CounterKey, CountOrder
from tests.engine.builders import (
    NOW,
    block,
    campaign,
    cart,
    check,
    coupon,
    discount,
    group,
    kinds,
    limit,
    profile,
    rejection,
    rule,
    run,
    values,
)

VALID = block("checkCoupon", redeem=True)
WITH_CODE = rule(VALID, discount(10))
HOUR = timedelta(hours=1)


def test_an_accepted_code_stands_before_the_effects_it_triggered():
    evaluation = run(campaign(WITH_CODE), coupons=[coupon()])
    assert kinds(evaluation) == ["acceptCoupon", "setDiscount"]
    assert {e.triggered_by_coupon for e in evaluation.effects} == {100}


def test_an_unknown_code_is_rejected_without_a_campaign():
    evaluation = run(campaign(WITH_CODE), coupon_codes=["NOPE"])
    assert rejection(evaluation) == "CouponNotFound"
    assert evaluation.effects[0].campaign_id == -1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"start_date": NOW + HOUR}, "CouponStartDateInFuture"),
        ({"expiry_date": NOW}, "CouponExpired"),
        ({"usage_limit": 2, "usage_counter": 2}, "CouponLimitReached"),
        ({"recipient_integration_id": "somebody"}, "CouponRecipientDoesNotMatch"),
        ({"is_reservation_mandatory": True}, "ProfileRequired"),
        ({"expiry_date": NOW, "usage_limit": 1, "usage_counter": 1}, "CouponExpired"),
    ],
)
def test_a_code_that_cannot_be_used_says_why(fields, reason):
    assert rejection(run(campaign(WITH_CODE), coupons=[coupon(**fields)])) == reason


def test_a_code_that_must_be_reserved_needs_a_reservation():
    mandatory = coupon(is_reservation_mandatory=True)
    evaluation = run(campaign(WITH_CODE), coupons=[mandatory], who=profile())
    assert rejection(evaluation) == "CouponReservationRequired"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"state": "disabled"}, "CouponPartOfNotRunningCampaign"),
        ({"start_time": NOW + HOUR}, "CouponPartOfNotRunningCampaign"),
        ({"end_time": NOW}, "CouponPartOfNotRunningCampaign"),
        ({"state": "archived"}, "CouponPartOfNotTriggeredCampaign"),
        ({"linked_store_ids": [9]}, "CouponPartOfNotTriggeredCampaign"),
    ],
)
def test_a_code_of_a_campaign_that_does_not_run_says_so(fields, reason):
    assert rejection(run(campaign(WITH_CODE, **fields), coupons=[coupon()])) == reason


def test_a_disabled_campaign_runs_when_it_is_asked_for():
    evaluation = run(campaign(WITH_CODE, state="disabled"), coupons=[coupon()], only=[1])
    assert kinds(evaluation) == ["acceptCoupon", "setDiscount"]


def test_only_the_campaigns_asked_for_run():
    evaluation = run(campaign(rule(discount(1))), campaign(rule(discount(2)), id=2), only=[2])
    assert values(evaluation) == [Decimal(2)]


def test_a_failed_condition_rejects_the_code_with_its_index():
    needs_more = rule(VALID, check("$Session.Total", "greaterThan", value=500), discount(10))
    evaluation = run(campaign(needs_more), coupons=[coupon()])
    assert evaluation.effects[0].props == {
        "value": "CODE",
        "rejectionReason": "CouponRejectedByCondition",
        "conditionIndex": 1,
    }


def test_a_campaign_that_never_checks_codes_rejects_its_own():
    evaluation = run(campaign(rule(discount(10))), coupons=[coupon()])
    assert rejection(evaluation) == "CouponRejectedByCondition"
    assert values(evaluation) == [Decimal(10)]


def test_a_failed_effect_rejects_the_code_with_its_index():
    evaluation = run(campaign(WITH_CODE, limits=[limit("setDiscount", 5)]), coupons=[coupon()])
    assert evaluation.effects[0].props["rejectionReason"] == "EffectCouldNotBeApplied"
    assert evaluation.effects[0].props["effectIndex"] == 0


@pytest.mark.parametrize(
    ("entities", "reason"),
    [
        ((), "CampaignLimitReached"),
        (("Coupon",), "CouponLimitReached"),
        (("Profile",), "ProfileLimitReached"),
        (("Session",), "CouponLimitReached"),
    ],
)
def test_a_used_up_budget_on_redemptions_says_whose_it_is(entities, reason):
    full = limit("redeemCoupon", 0, *entities)
    evaluation = run(campaign(WITH_CODE, limits=[full]), coupons=[coupon()], who=profile())
    assert rejection(evaluation) == reason


def test_the_second_code_finds_the_budget_that_the_first_one_used():
    evaluation = run(
        campaign(WITH_CODE, limits=[limit("redeemCoupon", 1)]),
        coupons=[coupon("ONE", id=1), coupon("TWO", id=2)],
    )
    assert kinds(evaluation) == ["acceptCoupon", "setDiscount", "rejectCoupon"]


def test_counters_of_earlier_sessions_count():
    evaluation = run(
        campaign(WITH_CODE, limits=[limit("redeemCoupon", 3, period="monthly")]),
        coupons=[coupon()],
        counters={CounterKey(1, "redeemCoupon", "monthly:2026-06"): Decimal(3)},
    )
    assert rejection(evaluation) == "CampaignLimitReached"


def test_a_code_is_matched_in_the_applications_case_and_only_once():
    evaluation = run(
        campaign(WITH_CODE),
        coupons=[coupon("XMAS")],
        coupon_codes=["xmas", "XMAS"],
        settings={"case_sensitivity": "insensitive-uppercase"},
    )
    assert kinds(evaluation) == ["acceptCoupon", "setDiscount"]


def test_an_open_session_counts_nothing():
    assert run(campaign(WITH_CODE), coupons=[coupon()]).changes == ()


def test_a_closed_session_counts_the_code_the_budget_and_the_order():
    evaluation = run(
        campaign(WITH_CODE, limits=[limit("setDiscount", 50)]),
        coupons=[coupon(discount_limit=Decimal(15))],
        who=profile(),
        closing=True,
    )
    assert set(evaluation.changes) == {
        CountCoupon(code="CODE", profile_id="cust-1", uses=1, discount=Decimal(10)),
        CountBudget(key=CounterKey(1, "setDiscount"), amount=Decimal(10)),
        CountOrder(profile_id="cust-1", orders=1, sales=Decimal(100)),
    }


def test_a_code_that_is_only_checked_is_accepted_but_not_redeemed():
    checked = rule(block("checkCoupon", redeem=False), discount(10))
    evaluation = run(campaign(checked), coupons=[coupon()], closing=True)
    assert kinds(evaluation) == ["acceptCoupon", "setDiscount"]
    assert evaluation.changes == ()


class TestGroups:
    """Two campaigns that give 10 and 20, in one evaluation group."""

    campaigns = (campaign(rule(discount(10))), campaign(rule(discount(20)), id=2))

    @pytest.mark.parametrize(
        ("mode", "expected"),
        [
            ("stackable", [10, 20]),
            ("listOrder", [10]),
            ("highestDiscount", [20]),
            ("lowestDiscount", [10]),
        ],
    )
    def test_each_mode_lets_its_campaigns_stand(self, mode, expected):
        evaluation = run(*self.campaigns, tree=group("stackable", group(mode, 1, 2)))
        assert values(evaluation) == [Decimal(v) for v in expected]
        assert evaluation.effects[0].evaluation_group_mode == mode

    def test_a_campaign_that_is_not_triggered_does_not_decide(self):
        never = campaign(rule(check("$Session.Total", "greaterThan", value=999), discount(50)))
        evaluation = run(never, self.campaigns[1], tree=group("listOrder", 1, 2))
        assert values(evaluation) == [Decimal(20)]

    def test_a_tie_goes_to_the_one_higher_up(self):
        twins = (campaign(rule(discount(5))), campaign(rule(discount(5)), id=2))
        evaluation = run(*twins, tree=group("highestDiscount", 1, 2))
        assert evaluation.triggered_campaign_ids == (1,)

    @pytest.mark.parametrize(
        ("mode", "exclusion"),
        [("listOrder", "CampaignIsNotFirst"), ("highestDiscount", "CampaignGaveLowerDiscount")],
    )
    def test_the_code_of_a_loser_says_why(self, mode, exclusion):
        winner = campaign(rule(discount(30)), id=2)
        evaluation = run(winner, campaign(WITH_CODE), coupons=[coupon()], tree=group(mode, 2, 1))
        assert evaluation.effects[0].props["campaignExclusionReason"] == exclusion

    def test_what_a_loser_took_is_given_back(self):
        shared = {"enable_cascading_discounts": True}
        evaluation = run(
            *self.campaigns,
            campaign(rule(discount("{{$Session.Total * 0.5}}")), id=3),
            tree=group("stackable", group("highestDiscount", 1, 2), 3),
            settings=shared,
        )
        assert values(evaluation) == [Decimal(20), Decimal(40)]

    def test_a_nested_group_competes_with_the_sum_of_what_stands_in_it(self):
        inner = group("stackable", 1, 2, id=8)
        rival = campaign(rule(discount(25)), id=3)
        evaluation = run(*self.campaigns, rival, tree=group("highestDiscount", 3, inner))
        assert values(evaluation) == [Decimal(10), Decimal(20)]


def test_campaigns_that_the_tree_does_not_name_join_the_base_group():
    evaluation = run(
        campaign(rule(discount(1))), campaign(rule(discount(2)), id=2), tree=group("stackable", 2)
    )
    assert values(evaluation) == [Decimal(2), Decimal(1)]


def test_an_empty_cart_is_evaluated():
    assert kinds(run(campaign(rule(discount(1))), items=cart())) == ["setDiscount"]


def test_a_campaign_that_the_tree_names_twice_runs_once():
    evaluation = run(campaign(rule(discount(1))), tree=group("stackable", 1, 1))
    assert values(evaluation) == [Decimal(1)]
