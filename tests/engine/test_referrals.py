from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.engine.changes import (
    CountBudget,
    CounterKey,
    CountOrder,
    CountReferral,
    SetAttribute,
)
from sandbox.engine.definitions import Attribute, Campaign
from sandbox.engine.evaluation import Evaluation
from sandbox.engine.model import Referral
from sandbox.engine.rollback import rollback
from tests.engine.builders import (
    NOW,
    block,
    campaign,
    check,
    coupon,
    discount,
    group,
    kinds,
    limit,
    notify,
    profile,
    referral,
    rule,
    run,
)

VALID = block("checkReferral", redeem=True)
WITH_REFERRAL = rule(VALID, discount(5))
ADVOCATE = profile("advocate", attributes={"name": "Ada"})
HOUR = timedelta(hours=1)


def refer(
    *campaigns: Campaign, known: Referral | None = None, was_referred: bool = False, **fields: Any
) -> Evaluation:
    """Evaluate the session of the customer `friend` with a referral code."""
    known = known or referral()
    facts = {"referral": known, "advocate": ADVOCATE, "was_referred": was_referred}
    fields = {"who": profile("friend"), "referral_code": known.code, "facts": facts} | fields
    return run(*campaigns, **fields)


def outcome(evaluation: Evaluation) -> dict[str, Any]:
    """The props of the effect that accepted or rejected the referral."""
    effects = [
        e for e in evaluation.effects if e.effect_type in ("acceptReferral", "rejectReferral")
    ]
    assert len(effects) == 1
    return effects[0].props


def reason(evaluation: Evaluation) -> str | None:
    return outcome(evaluation).get("rejectionReason")


def test_an_accepted_referral_stands_before_the_effects_of_its_campaign():
    evaluation = refer(campaign(WITH_REFERRAL))
    assert kinds(evaluation) == ["acceptReferral", "setDiscount"]
    assert evaluation.effects[0].props == {"value": "REF"}
    assert evaluation.effects[0].triggered_by_coupon is None


def test_an_unknown_code_is_rejected_without_a_campaign():
    evaluation = run(campaign(WITH_REFERRAL), referral_code="NOPE")
    assert outcome(evaluation) == {"value": "NOPE", "rejectionReason": "ReferralNotFound"}
    assert evaluation.effects[0].campaign_id == -1


def test_without_a_code_there_is_nothing_to_say():
    assert kinds(run(campaign(WITH_REFERRAL))) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"start_date": NOW + HOUR}, "ReferralStartDateInFuture"),
        ({"expiry_date": NOW}, "ReferralExpired"),
        ({"usage_limit": 2, "usage_counter": 2}, "ReferralLimitReached"),
        ({"friend_profile_integration_id": "somebody"}, "ReferralRecipientDoesNotMatch"),
        ({"advocate_profile_integration_id": "friend"}, "ReferralRecipientIdSameAsAdvocate"),
        ({"expiry_date": NOW, "usage_limit": 1, "usage_counter": 1}, "ReferralExpired"),
        ({"friend_profile_integration_id": "friend"}, None),
    ],
)
def test_a_referral_that_cannot_be_used_says_why(fields, expected):
    assert reason(refer(campaign(WITH_REFERRAL), known=referral(**fields))) == expected


def test_a_customer_is_referred_once_per_campaign():
    evaluation = refer(campaign(WITH_REFERRAL), was_referred=True)
    assert reason(evaluation) == "ReferralCustomerAlreadyReferred"


def test_an_advocate_without_a_profile_is_not_found():
    evaluation = refer(campaign(WITH_REFERRAL), facts={"referral": referral()})
    assert reason(evaluation) == "AdvocateNotFound"


def test_an_anonymous_customer_may_use_a_referral_that_is_bound_to_nobody():
    assert reason(refer(campaign(WITH_REFERRAL), who=None)) is None
    bound = referral(friend_profile_integration_id="friend")
    evaluation = refer(campaign(WITH_REFERRAL), who=None, known=bound)
    assert reason(evaluation) == "ReferralRecipientDoesNotMatch"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"state": "disabled"}, "ReferralPartOfNotRunningCampaign"),
        ({"end_time": NOW}, "ReferralPartOfNotRunningCampaign"),
        ({"state": "archived"}, "ReferralPartOfNotTriggeredCampaign"),
        ({"linked_store_ids": [9]}, "ReferralPartOfNotTriggeredCampaign"),
    ],
)
def test_the_campaign_is_checked_before_the_referral(fields, expected):
    expired = referral(expiry_date=NOW) if fields.get("state") else referral()
    assert reason(refer(campaign(WITH_REFERRAL, **fields), known=expired)) == expected


@pytest.mark.parametrize(
    ("mode", "exclusion"),
    [("listOrder", "CampaignIsNotFirst"), ("highestDiscount", "CampaignGaveLowerDiscount")],
)
def test_the_referral_of_a_loser_says_why(mode, exclusion):
    winner = campaign(rule(discount(30)), id=2)
    evaluation = refer(winner, campaign(WITH_REFERRAL), tree=group(mode, 2, 1))
    assert outcome(evaluation) == {
        "value": "REF",
        "rejectionReason": "ReferralPartOfNotTriggeredCampaign",
        "campaignExclusionReason": exclusion,
    }


@pytest.mark.parametrize(
    ("entities", "expected"),
    [
        ((), "CampaignLimitReached"),
        (("Referral",), "ReferralLimitReached"),
        (("Profile",), "ProfileLimitReached"),
        (("Identifier",), "ReferralLimitReached"),
    ],
)
def test_a_used_up_budget_on_redemptions_says_whose_it_is(entities, expected):
    full = limit("redeemReferral", 0, *entities)
    assert reason(refer(campaign(WITH_REFERRAL, limits=[full]))) == expected


def test_a_budget_by_profile_is_that_of_the_friend():
    each = campaign(WITH_REFERRAL, limits=[limit("redeemReferral", 1, "Profile")])
    spent = {CounterKey(1, "redeemReferral", profile="friend"): Decimal(1)}
    assert reason(refer(each, counters=spent)) == "ProfileLimitReached"
    assert reason(refer(each, counters=spent, who=profile("another"))) is None
    assert reason(refer(each, counters=spent, who=None)) is None


def test_a_failed_condition_rejects_with_its_index():
    needs_more = rule(VALID, check("$Session.Total", "greaterThan", value=500), discount(5))
    assert outcome(refer(campaign(needs_more))) == {
        "value": "REF",
        "rejectionReason": "ReferralRejectedByCondition",
        "conditionIndex": 1,
    }


def test_a_failed_effect_rejects_with_its_index():
    evaluation = refer(campaign(WITH_REFERRAL, limits=[limit("setDiscount", 3)]))
    assert outcome(evaluation) == {
        "value": "REF",
        "rejectionReason": "EffectCouldNotBeApplied",
        "effectIndex": 0,
    }


def test_a_campaign_that_never_checks_referrals_rejects_its_own():
    evaluation = refer(campaign(rule(discount(5))))
    assert reason(evaluation) == "ReferralRejectedByCondition"
    assert kinds(evaluation) == ["rejectReferral", "setDiscount"]


def test_one_rule_that_accepts_is_enough():
    refused = rule(VALID, check("$Session.Total", "greaterThan", value=500))
    assert reason(refer(campaign(WITH_REFERRAL, refused))) is None


def test_rules_of_other_campaigns_see_no_referral():
    other = campaign(rule(VALID, discount(9)), id=2)
    assert kinds(refer(campaign(WITH_REFERRAL), other)) == ["acceptReferral", "setDiscount"]


def test_a_referral_is_matched_in_the_applications_case():
    evaluation = refer(
        campaign(WITH_REFERRAL),
        referral_code="ref",
        settings={"case_sensitivity": "insensitive-uppercase"},
    )
    assert outcome(evaluation) == {"value": "REF"}


class TestWithCoupons:
    """A campaign that has a referral and two coupons in the session runs once for each coupon."""

    codes = (coupon("ONE", id=1), coupon("TWO", id=2))

    def evaluate(self, *blocks: Any, limits: Iterable[Any] = (), **fields: Any) -> Evaluation:
        ruleset = campaign(rule(VALID, *blocks), limits=limits)
        return refer(ruleset, coupons=self.codes, **fields)

    def test_the_referral_is_decided_once_before_the_coupons(self):
        assert kinds(self.evaluate(block("checkCoupon", redeem=True), discount(1))) == [
            "acceptReferral",
            "acceptCoupon",
            "setDiscount",
            "acceptCoupon",
            "setDiscount",
        ]

    def test_it_is_accepted_when_one_run_accepts_it(self):
        only_one = check("$Coupon.Value", "equals", value="ONE")
        assert reason(self.evaluate(only_one, discount(1))) is None

    def test_it_is_redeemed_once(self):
        evaluation = self.evaluate(closing=True, limits=[limit("redeemReferral", 1)])
        assert set(evaluation.changes) == {
            CountReferral(code="REF", friend_id="friend", uses=1),
            CountBudget(key=CounterKey(1, "redeemReferral"), amount=Decimal(1)),
            CountOrder(profile_id="friend", orders=1, sales=Decimal(100)),
        }


def test_an_open_session_redeems_nothing():
    assert refer(campaign(WITH_REFERRAL)).changes == ()


def test_an_anonymous_redemption_names_no_friend():
    evaluation = refer(campaign(WITH_REFERRAL), who=None, closing=True)
    assert evaluation.changes == (CountReferral(code="REF", friend_id="", uses=1),)


def test_a_referral_that_is_only_checked_is_neither_counted_nor_rolled_back():
    checked = rule(block("checkReferral", redeem=False))
    closed = refer(campaign(checked), who=None, closing=True)
    assert kinds(closed) == ["acceptReferral"]
    assert closed.changes == ()
    assert rollback(closed.effects, closed.changes) == ([], [])


def test_cancelling_takes_a_redemption_back():
    closed = refer(campaign(WITH_REFERRAL), who=None, closing=True)
    effects, changes = rollback(closed.effects, closed.changes)
    assert [(e.effect_type, e.props["value"]) for e in effects] == [
        ("rollbackReferral", "REF"),
        ("rollbackDiscount", 5),
    ]
    assert changes == [CountReferral(code="REF", friend_id="", uses=-1)]


def test_rules_can_read_the_referral_and_its_advocate():
    title = (
        "{{$Referral.Code}} by {{$AdvocateProfile.Attributes.name}} ({{$Advocate.IntegrationId}})"
    )
    evaluation = refer(campaign(rule(notify(title))))
    assert evaluation.effects[1].props["title"] == "REF by Ada (advocate)"


def test_without_a_referral_its_names_have_no_value():
    evaluation = run(campaign(rule(check("$Referral.Code", "exists")), rule(notify("always"))))
    assert kinds(evaluation) == ["showNotification"]


@pytest.mark.parametrize(
    ("target", "entity", "id_", "path"),
    [
        ("referral", "Referral", "REF", "Referral.Attributes.a"),
        ("advocateProfile", "CustomerProfile", "advocate", "AdvocateProfile.Attributes.a"),
    ],
)
def test_rules_can_change_attributes_of_the_referral_and_its_advocate(target, entity, id_, path):
    update = block(
        "updateAttributeValue",
        operator="setTo",
        value="x",
        attribute={"id": 1, "entity": entity, "name": "a", "type": "string"},
        target={"type": target},
    )
    attributes = [Attribute(entity=entity, name="a", type="string")]
    evaluation = refer(campaign(rule(update)), attributes=attributes)
    assert evaluation.effects[1].props == {"path": path, "value": "x"}
    assert evaluation.changes == (SetAttribute(entity=entity, id=id_, name="a", value="x"),)
    other = run(campaign(rule(update)), attributes=attributes)
    assert [f.details for f in other.failures()] == [
        f"there is no {target} whose attribute could be changed"
    ]


def test_rule_failures_name_the_referral():
    evaluation = refer(campaign(rule(VALID, check("$Session.Total", "lessThan", value=1))))
    (failure,) = evaluation.failures()
    assert (failure.referral_id, failure.referral_value) == (12, "REF")
    assert (failure.coupon_id, failure.coupon_value) == (None, None)


@pytest.mark.parametrize("first", ["checkReferral", "checkCoupon"])
def test_a_campaign_that_waits_for_a_code_is_woken_by_a_referral(first):
    waiting = campaign(rule(block(first, redeem=True), discount(5)))
    assert len(run(waiting).campaigns) == 0
    assert len(refer(waiting).campaigns) == 1
    assert reason(refer(waiting)) == (
        None if first == "checkReferral" else "ReferralRejectedByCondition"
    )


def test_a_trace_says_what_the_condition_saw_and_how_the_code_ended():
    trace = refer(campaign(WITH_REFERRAL), was_referred=True, record=True).trace
    assert trace is not None
    (condition,) = trace.campaigns[0].runs[0].rules[0].conditions
    assert (condition.operator, condition.actual) == ("redeem", "REF")
    assert condition.needed == "a referral code of this campaign that can be used"
    assert condition.reason == "ReferralCustomerAlreadyReferred"
    assert condition.decisions == ["A69"]
    assert trace.campaigns[0].runs[0].referral_code == "REF"
    assert [(code.kind, code.code, code.accepted) for code in trace.codes] == [
        ("referral", "REF", False)
    ]


def test_a_trace_says_that_there_was_no_code():
    trace = run(campaign(WITH_REFERRAL), record=True).trace
    assert trace is not None
    (condition,) = trace.campaigns[0].runs[0].rules[0].conditions
    assert (condition.actual, condition.reason) == (None, "no referral code of this campaign")
