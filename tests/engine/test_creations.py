from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.engine.changes import (
    AddCoupon,
    AddReferral,
    CountBudget,
    CounterKey,
    Creation,
    ReserveCode,
)
from sandbox.engine.creations import draw_code
from sandbox.engine.definitions import Campaign, CodeSettings
from sandbox.engine.evaluation import Evaluation
from sandbox.engine.model import Coupon, Referral
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
    profile,
    referral,
    rule,
    run,
)

ME = profile("me")


def creates(kind: str = "createCoupon", **fields: Any) -> dict[str, Any]:
    target = {"recipientId": ""} if kind == "createCoupon" else {"friendId": ""}
    defaults = {"campaignId": 1, "storeInSession": True, "pattern": "NEW-####"}
    return block(kind, **defaults | target | fields)


def evaluate(*campaigns: Campaign, **fields: Any) -> Evaluation:
    return run(*campaigns, **{"who": ME} | fields)


def coupons(evaluation: Evaluation) -> list[Coupon]:
    return [change.coupon for change in evaluation.changes if isinstance(change, AddCoupon)]


def referrals(evaluation: Evaluation) -> list[Referral]:
    return [change.referral for change in evaluation.changes if isinstance(change, AddReferral)]


def details(evaluation: Evaluation) -> str | None:
    """Why the only rule that failed did."""
    (failure,) = evaluation.failures()
    return failure.details


def test_a_created_coupon_has_what_its_block_says():
    evaluation = evaluate(
        campaign(
            rule(
                creates(
                    recipientId="{{$Profile.IntegrationId}}",
                    usageLimit=3,
                    discountLimit="{{$Session.Total / 4}}",
                    startDate="2026-07-01T00:00:00",
                    expiryDate="2026-08-01T00:00:00Z",
                    attributes={"source": "cart of {{$Session.Total}}", "vip": True},
                )
            )
        ),
        settings={"timezone": "Europe/Berlin"},
    )
    (created,) = coupons(evaluation)
    assert created == Coupon(
        id=0,
        created=NOW,
        campaign_id=1,
        value=created.value,
        usage_limit=3,
        usage_counter=0,
        discount_limit=Decimal(25),
        start_date=datetime(2026, 6, 30, 22, tzinfo=UTC),
        expiry_date=datetime(2026, 8, 1, tzinfo=UTC),
        attributes={"source": "cart of 100", "vip": True},
        recipient_integration_id="me",
    )
    (effect,) = evaluation.effects
    assert effect.effect_type == "couponCreated"
    assert effect.props == {"value": created.value, "profileId": "me"}


def test_a_created_referral_belongs_to_the_customer_of_the_session():
    evaluation = evaluate(
        campaign(rule(creates("createReferral", friendId="pal", usageLimit=0, campaignId=2))),
        campaign(id=2),
    )
    (created,) = referrals(evaluation)
    assert created.advocate_profile_integration_id == "me"
    assert (created.campaign_id, created.usage_limit) == (2, 0)
    assert created.friend_profile_integration_id == "pal"
    (effect,) = evaluation.effects
    assert (effect.effect_type, effect.props) == ("referralCreated", {"value": created.code})


def test_what_the_block_leaves_open_is_for_everybody_and_for_one_use():
    (created,) = coupons(evaluate(campaign(rule(creates()))))
    assert (created.usage_limit, created.recipient_integration_id) == (1, None)
    assert (created.start_date, created.expiry_date, created.discount_limit) == (None, None, None)
    (invited,) = referrals(evaluate(campaign(rule(creates("createReferral")))))
    assert (invited.usage_limit, invited.friend_profile_integration_id) == (1, None)


@pytest.mark.parametrize(
    ("fields", "settings", "expected"),
    [
        ({"pattern": "A#-#", "validCharacters": "xy"}, None, "A[xy]-[xy]"),
        (
            {"pattern": "A##"},
            CodeSettings(coupon_pattern="B#", valid_characters=["7", "8"]),
            "A[78]{2}",
        ),
        ({"pattern": None}, CodeSettings(coupon_pattern="B#", valid_characters=["7"]), "B7"),
        ({"pattern": None}, CodeSettings(valid_characters=["7"]), "7{8}"),
        ({"pattern": None}, None, "[A-Z0-9]{8}"),
        ({"pattern": None, "validCharacters": ""}, None, "[A-Z0-9]{8}"),
    ],
)
def test_the_form_of_a_code_is_that_of_the_block_else_of_its_campaign(fields, settings, expected):
    ruleset = campaign(
        rule(creates(**fields), creates("createReferral", **fields)),
        coupon_settings=settings,
        referral_settings=settings,
    )
    evaluation = evaluate(ruleset)
    assert re.fullmatch(expected, coupons(evaluation)[0].value)
    assert re.fullmatch(expected, referrals(evaluation)[0].code)


def test_the_settings_are_those_of_the_campaign_that_the_code_is_for():
    other = campaign(id=2, coupon_settings=CodeSettings(coupon_pattern="OTHER"))
    (created,) = coupons(evaluate(campaign(rule(creates(campaignId=2, pattern=None))), other))
    assert (created.campaign_id, created.value) == (2, "OTHER")


def test_a_code_is_made_in_the_case_in_which_codes_are_matched():
    evaluation = evaluate(
        campaign(rule(creates(pattern="New-#", validCharacters="a"))),
        settings={"case_sensitivity": "insensitive-uppercase"},
    )
    assert coupons(evaluation)[0].value == "NEW-A"


def test_the_same_seed_gives_the_same_code_and_another_one_another():
    ruleset = campaign(rule(creates(pattern="#" * 12)))
    first, again, other = (
        coupons(evaluate(ruleset, seed=seed))[0].value for seed in ("a", "a", "b")
    )
    assert first == again
    assert first != other


@given(
    st.text(alphabet="AB-#", min_size=3, max_size=100),
    st.text(alphabet="xyz7", min_size=1),
    st.integers(),
)
def test_a_code_is_its_pattern_with_characters_in_the_places_of_hashes(pattern, characters, seed):
    code = draw_code(pattern, characters, Random(seed))
    assert len(code) == len(pattern)
    assert all(
        drawn in characters if wanted == "#" else drawn == wanted
        for wanted, drawn in zip(pattern, code, strict=True)
    )


def test_codes_that_are_taken_are_not_made():
    ruleset = campaign(rule(creates(pattern="N-#", validCharacters="AB")))
    evaluation = evaluate(ruleset, facts={"taken_codes": frozenset({("coupon", "N-A")})})
    assert coupons(evaluation)[0].value == "N-B"


def test_one_evaluation_makes_a_code_once():
    both = [creates(id=name, pattern="N-#", validCharacters="AB") for name in "ab"]
    assert {c.value for c in coupons(evaluate(campaign(rule(*both))))} == {"N-A", "N-B"}


def test_a_pattern_that_is_used_up_fails_the_rule():
    fixed = [creates(id=name, pattern="FIXED") for name in "ab"]
    evaluation = evaluate(campaign(rule(*fixed)))
    assert kinds(evaluation) == []
    assert evaluation.changes == ()
    assert details(evaluation) == "hardly a code of the pattern FIXED is left"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"campaignId": 99}, "there is no campaign 99 to create a code for"),
        ({"campaignId": "{{$Campaign.Id / 2}}"}, "there is no campaign 0.5 to create a code for"),
        ({"usageLimit": "{{0 - 1}}"}, "-1 is no usage limit of a code"),
        ({"usageLimit": 1.5}, "1.5 is no usage limit of a code"),
        ({"usageLimit": 1_000_000}, "1000000 is no usage limit of a code"),
        ({"discountLimit": "{{0 - 5}}"}, "a coupon cannot be worth -5"),
        (
            {"discountLimit": "{{1000000000000000000000000000000 * 100}}"},
            "Number has an exponent beyond ±30",
        ),
        ({"expiryDate": "tomorrow"}, "“tomorrow” is not a time"),
        ({"pattern": "#" * 101}, "a code has at most 100 characters"),
    ],
)
def test_a_code_that_makes_no_sense_fails_its_rule(fields, expected):
    ruleset = campaign(rule(creates(**{"usageLimit": 1} | _plain(fields)), discount(5)))
    evaluation = evaluate(ruleset)
    assert kinds(evaluation) == []
    assert details(evaluation) == expected


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: Decimal(str(value)) if isinstance(value, float) else value
        for name, value in fields.items()
    }


@pytest.mark.parametrize(
    "blocks",
    [[creates(recipientId="{{$Profile.IntegrationId}}")], [creates("createReferral")]],
    ids=["a coupon for nobody", "a referral without an advocate"],
)
def test_an_anonymous_session_has_nobody_to_create_a_code_for(blocks):
    assert kinds(evaluate(campaign(rule(*blocks)), who=None)) == []


class TestBudgets:
    limits = (limit("createCoupon", 1), limit("createReferral", 1, "Profile"))
    ruleset = campaign(rule(creates(), creates("createReferral")), limits=limits)
    counted = (
        CountBudget(key=CounterKey(1, "createCoupon"), amount=Decimal(1)),
        CountBudget(key=CounterKey(1, "createReferral", profile="me"), amount=Decimal(1)),
    )

    @pytest.mark.parametrize("closing", [False, True])
    def test_a_created_code_is_stored_and_counted_once_and_at_once(self, closing):
        evaluation = evaluate(self.ruleset, closing=closing)
        assert [c for c in evaluation.changes if isinstance(c, CountBudget)] == list(self.counted)
        assert len(coupons(evaluation)) == len(referrals(evaluation)) == 1

    def test_cancelling_takes_nothing_of_it_back(self):
        closed = run(self.ruleset, who=ME, closing=True)
        effects, changes = rollback(closed.effects, closed.changes)
        assert effects == []
        assert [change for change in changes if isinstance(change, CountBudget | AddCoupon)] == []

    @pytest.mark.parametrize("key", [c.key for c in counted], ids=lambda key: key.action)
    def test_a_used_up_budget_fails_the_rule(self, key):
        evaluation = evaluate(self.ruleset, counters={key: Decimal(1)})
        assert evaluation.changes == ()
        assert details(evaluation) in (
            "the budget on created coupons is used up",
            "the budget on created referrals is used up",
        )

    def test_the_budget_is_that_of_the_campaign_whose_rule_it_is(self):
        elsewhere = campaign(id=2, limits=[limit("createCoupon", 0)])
        evaluation = evaluate(campaign(rule(creates(campaignId=2))), elsewhere)
        assert kinds(evaluation) == ["couponCreated"]


def test_a_rule_that_fails_stores_nothing():
    fails = discount("{{0 - 1}}")
    evaluation = evaluate(campaign(rule(creates(), creates("createReferral"), fails)))
    assert evaluation.changes == ()


def test_a_campaign_that_loses_stores_nothing():
    loser = campaign(rule(creates(), discount(1)), limits=[limit("createCoupon", 5)])
    winner = campaign(rule(discount(2)), id=2)
    assert evaluate(loser, winner, tree=group("highestDiscount", 1, 2)).changes == ()


class TestKeptCodes:
    """With storeInSession a session reports a code again instead of making another one."""

    def test_the_session_is_told_what_to_know_the_code_by(self):
        evaluation = evaluate(campaign(rule(creates(id="b7"))))
        (change,) = evaluation.changes
        assert isinstance(change, AddCoupon)
        assert change.kept_as == Creation("coupon", 1, 10, 0, "b7", "")

    def test_a_kept_code_is_reported_without_spending_anything(self):
        kept = {
            Creation("coupon", 1, 10, 0, "createCoupon", ""): coupon(
                "KEPT", recipient_integration_id="guest"
            ),
            Creation("referral", 1, 10, 0, "createReferral", ""): referral("PAL"),
        }
        evaluation = evaluate(
            campaign(
                rule(creates(), creates("createReferral")),
                limits=[limit("createCoupon", 0), limit("createReferral", 0)],
            ),
            facts={"kept_codes": kept},
        )
        assert [effect.props for effect in evaluation.effects] == [
            {"value": "KEPT", "profileId": "guest"},
            {"value": "PAL"},
        ]
        assert evaluation.changes == ()

    def test_blocks_that_share_an_id_are_told_apart(self):
        evaluation = evaluate(campaign(rule(creates(id=""), creates(id=""))))
        keys = [change.kept_as for change in evaluation.changes if isinstance(change, AddCoupon)]
        assert [key.number for key in keys if key] == [0, 1]

    def test_each_run_keeps_its_own(self):
        codes = [coupon("ONE", id=1), coupon("TWO", id=2)]
        ruleset = campaign(rule(block("checkCoupon", redeem=True), creates()))
        evaluation = evaluate(ruleset, coupons=codes)
        keys = [change.kept_as for change in evaluation.changes if isinstance(change, AddCoupon)]
        assert [key.coupon for key in keys if key] == ["ONE", "TWO"]

    def test_without_it_there_is_a_new_code_each_time(self):
        kept = {Creation("coupon", 1, 10, 0, "createCoupon", ""): coupon("KEPT")}
        ruleset = campaign(rule(creates(storeInSession=False)))
        evaluation = evaluate(ruleset, facts={"kept_codes": kept})
        (change,) = evaluation.changes
        assert isinstance(change, AddCoupon)
        assert change.kept_as is None
        assert change.coupon.value != "KEPT"


class TestReservations:
    ruleset = campaign(
        rule(block("checkCoupon", redeem=False), block("reserveCoupon")),
        limits=[limit("reserveCoupon", 1)],
    )
    wallet = coupon("WALLET")

    def evaluate(self, known: Coupon = wallet, **fields: Any) -> Evaluation:
        return evaluate(self.ruleset, coupons=[known], **fields)

    def test_a_reservation_is_stored_and_counted_at_once(self):
        evaluation = self.evaluate()
        assert evaluation.effects[1].props == {
            "couponValue": "WALLET",
            "profileIntegrationId": "me",
            "isNewReservation": True,
        }
        assert set(evaluation.changes) == {
            ReserveCode(code="WALLET", profile_id="me"),
            CountBudget(key=CounterKey(1, "reserveCoupon"), amount=Decimal(1)),
        }
        assert {change.inverse() for change in evaluation.changes} == {None}

    def test_a_reservation_that_is_there_is_reported_and_changes_nothing(self):
        evaluation = self.evaluate(
            facts={"reserved_codes": frozenset({"WALLET"})},
            counters={CounterKey(1, "reserveCoupon"): Decimal(1)},
        )
        assert evaluation.effects[1].props["isNewReservation"] is False
        assert evaluation.changes == ()

    def test_two_rules_reserve_once(self):
        twice = campaign(rule(block("reserveCoupon")), rule(block("reserveCoupon")))
        evaluation = evaluate(twice, coupons=[self.wallet])
        reported = [
            e.props["isNewReservation"]
            for e in evaluation.effects
            if e.effect_type == "reserveCoupon"
        ]
        assert reported == [True, False]
        assert evaluation.changes == (ReserveCode(code="WALLET", profile_id="me"),)

    def test_a_code_that_must_be_reserved_can_be(self):
        ruleset = campaign(rule(block("reserveCoupon")))
        mandatory = coupon("WALLET", is_reservation_mandatory=True)
        evaluation = evaluate(ruleset, coupons=[mandatory])
        assert kinds(evaluation) == ["rejectCoupon", "reserveCoupon"]

    @pytest.mark.parametrize(
        ("fields", "who", "expected"),
        [
            ({"reservation_limit": 1, "reservation_counter": 1}, ME, "may not be reserved more"),
            ({"recipient_integration_id": "me"}, ME, "is a personal one"),
            ({"reservation": False}, ME, "is a personal one"),
            ({}, None, "the session is anonymous"),
        ],
    )
    def test_what_cannot_be_reserved_fails_the_rule(self, fields, who, expected):
        evaluation = self.evaluate(coupon("WALLET", **fields), who=who)
        assert expected in (details(evaluation) or "")
        assert evaluation.changes == ()

    def test_there_must_be_a_coupon(self):
        evaluation = evaluate(campaign(rule(block("reserveCoupon"))))
        assert details(evaluation) == "there is no coupon of this campaign to reserve"


def test_a_trace_says_why_a_code_was_not_created():
    ruleset = campaign(rule(check("$Session.Total", "exists"), creates(campaignId=99)))
    trace = evaluate(ruleset, record=True).trace
    assert trace is not None
    (effect,) = trace.campaigns[0].runs[0].rules[0].effects
    assert effect.failure == "there is no campaign 99 to create a code for"
