"""Conditions and effects on points, through whole evaluations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.engine.changes import AddPoints, CounterKey, DeductPoints
from sandbox.engine.evaluation import Evaluation
from sandbox.engine.loyalty.transactions import AccountKey, LinkedProfile, LoyaltyFacts
from sandbox.engine.model import Referral
from tests.engine.builders import (
    NOW,
    block,
    campaign,
    check,
    coupon,
    discount,
    group,
    item,
    kinds,
    limit,
    notify,
    profile,
    rule,
    run,
)
from tests.engine.loyalty.builders import (
    TIERS,
    account,
    add,
    addition,
    card,
    debt,
    deduct,
    facts,
    in_tier,
    settings,
)

DAY = timedelta(days=1)


def earn(*blocks: Any, club: Any = None, **fields: Any) -> Evaluation:
    fields.setdefault("who", profile())
    return run(campaign(rule(*blocks)), programs=[club or settings()], **fields)


def props(evaluation: Evaluation) -> list[dict[str, Any]]:
    return [effect.props for effect in evaluation.effects]


def reason(evaluation: Evaluation) -> str | None:
    return evaluation.failures()[0].details


def test_points_for_the_cart_say_whose_they_are_and_have_an_id():
    (effect,) = props(earn(add(20)))
    uuid = effect.pop("transactionUUID")
    assert len(uuid) == 36
    assert effect == {
        "name": "p",
        "programId": 5,
        "subLedgerId": "",
        "value": 20,
        "recipientIntegrationId": "cust-1",
    }


def test_points_per_item_name_the_unit():
    effects = props(earn(add(3, target={"type": "allItems"}), items=[item(quantity=2)]))
    assert [(e["cartItemPosition"], e["cartItemSubPosition"]) for e in effects] == [(0, 0), (0, 1)]


def test_points_of_a_formula_are_asked_for_each_item():
    block_ = add("{{$Item.Price}}", target={"type": "allItems"})
    items = [item("A", 5), item("B", "7.5", position=1)]
    assert [e["value"] for e in props(earn(block_, items=items))] == [5, Decimal("7.5")]


def test_points_per_item_of_a_bundle_name_the_bundle():
    menu = {"name": "menu", "lists": [{"selector": "food", "count": 1}]}
    food = {"name": "food", "source": "$Session.CartItems", "steps": []}
    deal = campaign(rule(add(4, target={"type": "bundle", "name": "menu"})), selectors=[food])
    deal.ruleset["bundles"] = [menu]
    evaluation = run(deal, programs=[settings()], who=profile(), items=[item(quantity=2)])
    assert [(e["bundleIndex"], e["bundleName"]) for e in props(evaluation)] == [
        (0, "menu"),
        (1, "menu"),
    ]


def test_no_two_transactions_share_an_id():
    evaluation = earn(add(1, target={"type": "allItems"}), add(2), items=[item(quantity=5)])
    ids = [e["transactionUUID"] for e in props(evaluation)]
    assert len(set(ids)) == len(ids) == 6


@pytest.mark.parametrize("value", [0, -5, "{{$Session.Total - 100}}"])
def test_no_points_fail_their_rule(value):
    evaluation = earn(notify("x"), add(value))
    assert evaluation.effects == ()
    assert "do not fire" in reason(evaluation)


@pytest.mark.parametrize("value", ["{{$Session.Total * 1000000000000}}", "{{1 / 10000000000}}"])
def test_amounts_that_no_ledger_can_hold_do_not_raise(value):
    earn(add(value), closing=True)


def test_anonymous_customers_get_no_points():
    evaluation = earn(notify("x"), add(10), who=None)
    assert evaluation.effects == ()
    assert reason(evaluation) == "the session has no customer profile"


def test_only_a_closed_session_stores_points():
    open_, closed = earn(add(10)), earn(add(10), closing=True)
    assert open_.changes == ()
    assert isinstance(closed.changes[0], AddPoints)


@pytest.mark.parametrize(
    ("fields", "club", "start", "expiry"),
    [
        ({}, {}, None, None),
        ({"pendingDuration": "14D"}, {}, NOW + 14 * DAY, None),
        ({"validityDuration": "30D"}, {}, None, NOW + 30 * DAY),
        (
            {"pendingDuration": "14D", "validityDuration": "30D"},
            {},
            NOW + 14 * DAY,
            NOW + 44 * DAY,
        ),
        ({}, {"default_pending": "2h"}, NOW + timedelta(hours=2), None),
        ({}, {"default_validity": "1M"}, None, datetime(2026, 7, 15, 12, tzinfo=UTC)),
        ({"pendingDuration": "immediate"}, {"default_pending": "2h"}, None, None),
        ({"validityDuration": "unlimited"}, {"default_validity": "1M"}, None, None),
        ({"startDate": "2026-07-01T00:00:00Z"}, {"default_pending": "2h"}, "2026-07-01", None),
        ({"expiryDate": "2026-07-01T00:00:00Z"}, {"default_validity": "1M"}, None, "2026-07-01"),
    ],
)
def test_points_are_active_when_the_block_says_else_when_the_program_says(
    fields, club, start, expiry
):
    (effect,) = props(earn(add(10, **fields), club=settings(**club)))
    wanted = [
        datetime.fromisoformat(time).replace(tzinfo=UTC) if isinstance(time, str) else time
        for time in (start, expiry)
    ]
    assert [effect.get("startDate"), effect.get("expiryDate")] == wanted


def test_points_that_await_an_action_say_so_and_how_long_they_last():
    club = settings(default_pending="on_action", default_validity="30D")
    evaluation = earn(add(10), club=club, closing=True)
    (effect,) = props(evaluation)
    assert effect["awaitsActivation"] is True
    assert effect["validityDuration"] == "30D"
    assert "startDate" not in effect
    assert "expiryDate" not in effect


def test_durations_follow_the_programs_calendar():
    club = settings(timezone="Europe/Berlin")
    late = datetime(2026, 6, 15, 22, 30, tzinfo=UTC)  # the 16th in Berlin
    (effect,) = props(earn(add(10, validityDuration="1D_U"), club=club, now=late))
    assert effect["expiryDate"] == datetime(2026, 6, 17, 21, 59, 59, tzinfo=UTC)


def test_points_that_would_never_be_active_fail():
    evaluation = earn(add(10, startDate="2026-08-01T00:00:00Z", expiryDate="2026-07-01T00:00:00Z"))
    assert reason(evaluation) == "the points would expire before they become active"


@pytest.mark.parametrize(
    ("blocks", "club", "sentence"),
    [
        ([add(1, programId=7)], {}, "There is no loyalty program 7"),
        ([deduct(1, programId=7)], {}, "There is no loyalty program 7"),
        (
            [add(1, subLedgerId="bonus")],
            {"allow_subledger": False},
            "The loyalty program points_club has no subledgers, so not bonus",
        ),
        ([add(1, recipient="card")], {}, "The loyalty program points_club has no cards"),
        ([deduct(1, card=True)], {}, "The loyalty program points_club has no cards"),
        (
            [add(1, recipient="Advocate")],
            {"card_based": True},
            "Points of the loyalty program points_club go to cards only",
        ),
        ([add(1, validityDuration="1h_U")], {}, "cannot be rounded"),
        (
            [block("x-checkTier", operator="equals", programId=5, tier="Diamond")],
            {},
            "The loyalty program points_club has no tier Diamond",
        ),
        ([check("$Loyalty.other.Balance", "equals", value=1)], {}, "$Loyalty.other.Balance"),
        ([check("$Loyalty.points_club", "equals", value=1)], {}, "$Loyalty.points_club"),
        (
            [check("$Loyalty.points_club.bonus.Balance", "equals", value=1)],
            {"allow_subledger": False},
            "$Loyalty.points_club.bonus.Balance",
        ),
    ],
)
def test_what_cannot_be_meant_makes_a_rule_unsupported(blocks, club, sentence):
    evaluation = earn(notify("x"), *blocks, club=settings(**club))
    assert evaluation.effects == ()
    assert sentence in reason(evaluation)


class TestDeducting:
    def test_takes_active_points(self):
        (effect,) = props(earn(deduct(40, name="Pay"), loyalty=facts(addition(100))))
        assert effect.pop("transactionUUID")
        assert effect == {
            "ruleTitle": "rule",
            "programId": 5,
            "subLedgerId": "",
            "value": 40,
            "name": "Pay",
        }

    def test_has_a_newer_name_too(self):
        newer = block(
            "redeemLoyaltyPoints", program={"id": 5}, subledger="bonus", value=5, name="Pay"
        )
        (effect,) = props(earn(newer, loyalty=facts(addition(9, sub_ledger_id="bonus"))))
        assert (effect["value"], effect["subLedgerId"]) == (5, "bonus")

    def test_is_stored_at_close(self):
        closed = earn(deduct(40), loyalty=facts(addition(100)), closing=True)
        assert isinstance(closed.changes[0], DeductPoints)

    def test_fails_with_too_few_and_takes_its_rule_with_it(self):
        evaluation = earn(discount(10), deduct(10), loyalty=facts(addition(5)))
        assert evaluation.effects == ()
        assert reason(evaluation) == "5 active points are fewer than 10"

    def test_does_not_see_pending_points(self):
        pending = facts(addition(80, start_date=NOW + DAY))
        assert earn(deduct(50), loyalty=pending).effects == ()
        assert kinds(earn(deduct(50), loyalty=pending, now=NOW + DAY)) == ["deductLoyaltyPoints"]

    def test_sees_points_of_the_same_session(self):
        assert kinds(earn(add(30), deduct(20))) == ["addLoyaltyPoints", "deductLoyaltyPoints"]

    def test_sees_no_pending_points_of_the_same_session(self):
        assert earn(add(30, pendingDuration="1D"), deduct(20)).effects == ()

    def test_counts_negative_points_against_new_ones(self):
        owing = facts(debt(20))
        assert earn(add(30), deduct(11), loyalty=owing).effects == ()
        assert kinds(earn(add(30), deduct(10), loyalty=owing))[-1] == "deductLoyaltyPoints"

    def test_of_two_deductions_the_second_sees_what_the_first_left(self):
        rules = campaign(rule(deduct(60)), rule(deduct(60)))
        evaluation = run(rules, programs=[settings()], who=profile(), loyalty=facts(addition(100)))
        assert kinds(evaluation) == ["deductLoyaltyPoints"]

    def test_of_a_rule_that_fails_takes_nothing(self):
        rules = campaign(rule(deduct(60), deduct(60)), rule(deduct(100)))
        evaluation = run(rules, programs=[settings()], who=profile(), loyalty=facts(addition(100)))
        assert [e["value"] for e in props(evaluation)] == [100]

    def test_of_a_campaign_that_lost_takes_nothing(self):
        loser = campaign(rule(discount(1), deduct(100)), id=1)
        winner = campaign(rule(discount(2), deduct(100)), id=2)
        evaluation = run(
            loser,
            winner,
            tree=group("highestDiscount", 1, 2),
            programs=[settings()],
            who=profile(),
            loyalty=facts(addition(100)),
            closing=True,
        )
        deducted = [e.campaign_id for e in evaluation.effects if "deduct" in e.effect_type]
        assert deducted == [2]
        assert sum(isinstance(change, DeductPoints) for change in evaluation.changes) == 1


class TestBudgets:
    def test_a_budget_on_effects_counts_them(self):
        once = campaign(rule(add(60)), limits=[limit("createLoyaltyPointsEffect", 1)])
        counted = {CounterKey(1, "createLoyaltyPointsEffect"): Decimal(1)}
        fields: dict[str, Any] = {"programs": [settings()], "who": profile()}
        assert kinds(run(once, **fields)) == ["addLoyaltyPoints"]
        assert run(once, **fields, counters=counted).effects == ()

    def test_partial_rewards_cut_points_to_what_is_left(self):
        cut = campaign(rule(add(20)), limits=[limit("createLoyaltyPoints", 50)])
        counted = {CounterKey(1, "createLoyaltyPoints"): Decimal(40)}
        fields: dict[str, Any] = {"programs": [settings()], "who": profile(), "counters": counted}
        (effect,) = props(run(cut, settings={"enable_partial_discounts": True}, **fields))
        assert (effect["value"], effect["desiredValue"]) == (10, 20)
        assert run(cut, **fields).effects == ()

    def test_items_that_come_after_the_budget_ran_out_get_nothing(self):
        block_ = add(20, target={"type": "allItems"}, partial=True)
        cut = campaign(rule(block_), limits=[limit("createLoyaltyPoints", 30)])
        evaluation = run(cut, programs=[settings()], who=profile(), items=[item(quantity=4)])
        assert [e["value"] for e in props(evaluation)] == [20, 10]

    def test_a_budget_on_spending_is_never_partial(self):
        cut = campaign(rule(deduct(20)), limits=[limit("redeemLoyaltyPoints", 10)])
        evaluation = run(
            cut,
            programs=[settings()],
            who=profile(),
            loyalty=facts(addition(100)),
            settings={"enable_partial_discounts": True},
        )
        assert "10 left of 20" in reason(evaluation)

    def test_closing_counts_what_was_given_and_taken(self):
        limits = [limit("createLoyaltyPoints", 100), limit("redeemLoyaltyPointsEffect", 5)]
        counts = campaign(rule(add(60), deduct(10)), limits=limits)
        closed = run(counts, programs=[settings()], who=profile(), closing=True)
        amounts = {c.key.action: c.amount for c in closed.changes if hasattr(c, "key")}
        assert amounts == {"createLoyaltyPoints": 60, "redeemLoyaltyPointsEffect": 1}


class TestBalanceConditions:
    LOYALTY = facts(
        addition(60),
        addition(40, start_date=NOW + DAY),
        addition(5, sub_ledger_id="bonus"),
        debt(7, sub_ledger_id="owing"),
    )

    @pytest.mark.parametrize(
        ("operator", "balance", "subledger", "value", "holds"),
        [
            ("equals", "current", "", 60, True),
            ("not(equals)", "current", "", 60, False),
            ("greaterThanOrEqual", "current", "", 61, False),
            ("equals", "pending", "", 40, True),
            ("lessThan", "current", "bonus", 10, True),
            ("equals", "negative", "owing", 7, True),
            ("equals", "current", "owing", 0, True),
            ("equals", "tentativeCurrent", "", 60, True),
            ("equals", "current", "", "{{$Session.Total - 40}}", True),
        ],
    )
    def test_compare_one_balance(self, operator, balance, subledger, value, holds):
        condition = balance_check(operator, balance, value, subledger=subledger)
        evaluation = earn(condition, notify("x"), loyalty=self.LOYALTY)
        assert bool(evaluation.effects) is holds

    def test_tentative_balances_include_this_session(self):
        condition = balance_check("equals", "tentativeCurrent", 70)
        rules = campaign(rule(add(10)), rule(condition, notify("x")))
        evaluation = run(rules, programs=[settings()], who=profile(), loyalty=self.LOYALTY)
        assert kinds(evaluation) == ["addLoyaltyPoints", "showNotification"]

    def test_hold_for_nobody_without_a_profile(self):
        for operator in ("equals", "not(equals)"):
            condition = balance_check(operator, "current", 0)
            assert earn(condition, notify("x"), who=None).effects == ()

    def test_say_what_was_seen_and_needed(self):
        condition = balance_check("greaterThan", "pending", 100)
        trace = earn(condition, notify("x"), loyalty=self.LOYALTY, record=True).trace
        seen = trace.campaigns[0].runs[0].rules[0].conditions[0]
        assert (seen.actual, seen.needed, seen.passed) == (40, 100, False)
        assert seen.attribute == "Loyalty.points_club.pendingBalance"
        assert seen.reason == "the pending balance is 40 points"

    def test_a_needed_value_that_cannot_be_computed_is_said(self):
        condition = balance_check("greaterThan", "current", "{{1 / ($Session.Total - 100)}}")
        trace = earn(condition, notify("x"), record=True).trace
        seen = trace.campaigns[0].runs[0].rules[0].conditions[0]
        assert (seen.passed, seen.error) == (None, "Division by zero")

    def test_balances_and_tiers_have_names_in_formulas(self):
        club = settings(tiers=TIERS)
        rich = facts(addition(250), addition(30, sub_ledger_id="bonus"))
        title = (
            "{{$Loyalty.points_club.Balance + $Loyalty.points_club.bonus.Balance}} "
            "{{$Loyalty.points_club.Tier}}"
        )
        (effect,) = props(earn(notify(title), club=club, loyalty=rich))
        assert effect["title"] == "280 Silver"


class TestTierConditions:
    @pytest.mark.parametrize(
        ("operator", "tier", "holds"),
        [
            ("equals", "Silver", True),
            ("oneOf", ["Silver", "Gold"], True),
            ("not(equals)", "Gold", True),
            ("member", "Bronze", False),
            ("not(oneOf)", ["Silver", "Gold"], False),
        ],
    )
    def test_look_at_the_tier_now(self, operator, tier, holds):
        condition = block("x-checkTier", operator=operator, programId=5, tier=tier)
        evaluation = earn(
            condition,
            notify("x"),
            club=settings(tiers=TIERS),
            loyalty=facts(addition(210), tiers=in_tier("Silver"), settled=NOW),
        )
        assert bool(evaluation.effects) is holds

    def test_no_tier_is_not_a_tier(self):
        condition = block("x-checkTier", operator="not(equals)", programId=5, tier="Gold")
        assert earn(condition, notify("x"), club=settings(tiers=TIERS)).effects

    def test_a_tier_that_nobody_has_is_no_value(self):
        exists = check("$Loyalty.points_club.Tier", "exists")
        assert earn(exists, notify("x"), club=settings(tiers=TIERS)).effects == ()

    def test_say_that_there_is_nobody(self):
        condition = block("x-checkTier", operator="equals", programId=5, tier="Gold")
        fields = {"club": settings(tiers=TIERS), "who": None, "record": True}
        seen = earn(condition, notify("x"), **fields).trace.campaigns[0].runs[0].rules[0]
        assert seen.conditions[0].reason == "the session has no customer profile"

    def test_say_what_was_seen_and_needed(self):
        condition = block("x-checkTier", operator="equals", programId=5, tier="Gold")
        evaluation = earn(condition, notify("x"), club=settings(tiers=TIERS), record=True)
        seen = evaluation.trace.campaigns[0].runs[0].rules[0].conditions[0]
        assert (seen.actual, seen.needed) == (None, ["Gold"])
        assert seen.reason == "the customer has no tier"


class TestUpgrades:
    def test_crossing_a_threshold_is_reported(self):
        evaluation = earn(
            add(20),
            club=settings(tiers=TIERS),
            loyalty=facts(addition(190), tiers=in_tier("Bronze"), settled=NOW),
        )
        assert props(evaluation)[1] == {
            "ruleTitle": "rule",
            "programId": 5,
            "subLedgerId": "",
            "previousTierName": "Bronze",
            "newTierName": "Silver",
        }

    def test_a_first_tier_has_no_former_one(self):
        (_, effect) = props(earn(add(100), club=settings(tiers=TIERS)))
        assert "previousTierName" not in effect

    def test_the_new_tiers_expiry_is_reported(self):
        club = settings(
            tiers=TIERS, tiers_expiration_policy="tier_start_date", tiers_expire_in="1Y"
        )
        (_, effect) = props(earn(add(100), club=club))
        assert effect["expiryDate"] == NOW.replace(year=2027)

    def test_points_of_two_rules_are_seen_together(self):
        rules = campaign(rule(add(60)), rule(add(60)))
        evaluation = run(rules, programs=[settings(tiers=TIERS)], who=profile())
        assert kinds(evaluation) == [
            "addLoyaltyPoints",
            "addLoyaltyPoints",
            "changeLoyaltyTierLevel",
        ]

    @pytest.mark.parametrize("fields", [{"pendingDuration": "5D"}, {"value": 50}])
    def test_too_few_or_pending_points_lift_nobody(self, fields):
        evaluation = earn(add(**{"value": 150} | fields), club=settings(tiers=TIERS))
        assert kinds(evaluation) == ["addLoyaltyPoints"]


class TestCards:
    CLUB = settings(card_based=True)

    def test_points_of_a_card_based_program_go_to_the_sessions_card(self):
        fields = {"club": self.CLUB, "loyalty": facts(cards=(card(),)), "closing": True}
        for recipient in ("card", "Current"):
            evaluation = earn(add(10, recipient=recipient), **fields)
            (effect,) = props(evaluation)
            assert effect["cardIdentifier"] == "CARD-0001"
            assert effect["recipientIntegrationId"] == "cust-1"
            assert evaluation.changes[0].account.owner == "CARD-0001"

    def test_points_of_an_anonymous_session_can_go_to_a_card(self):
        (effect,) = props(earn(add(10), club=self.CLUB, who=None, loyalty=facts(cards=(card(),))))
        assert effect["recipientIntegrationId"] == ""

    @pytest.mark.parametrize(
        ("cards", "sentence"),
        [
            ((), "the session has no card of the loyalty program points_club"),
            ((card(status="inactive"),), "the card CARD-0001 is inactive"),
        ],
    )
    def test_without_a_usable_card_there_is_no_account(self, cards, sentence):
        loyalty = facts(cards=cards) if cards else facts()
        evaluation = earn(add(10), club=self.CLUB, loyalty=loyalty)
        assert reason(evaluation) == sentence

    def test_a_cards_points_can_be_spent(self):
        loyalty = facts(addition(50, card_identifier="CARD-0001"), cards=(card(),))
        (effect,) = props(earn(deduct(50), club=self.CLUB, loyalty=loyalty))
        assert effect["cardIdentifier"] == "CARD-0001"

    @pytest.mark.parametrize(
        ("operator", "cards", "holds", "sentence"),
        [
            ("valid", [card()], True, None),
            ("valid", [card(status="inactive")], False, "the card CARD-0001 is inactive"),
            ("valid", [], False, "the session has no loyalty card"),
            ("not(valid)", [], True, None),
            ("registered", [card()], False, "the card CARD-0001 is not linked to any profile"),
            (
                "registered",
                [card(profiles=[LinkedProfile(integration_id="cust-1", timestamp=NOW)])],
                True,
                None,
            ),
            ("not(linked)", [card()], True, None),
        ],
    )
    def test_a_card_can_be_valid_or_registered(self, operator, cards, holds, sentence):
        loyalty = facts(cards=tuple(cards)) if cards else facts()
        condition = block("x-checkLoyaltyCard", operator=operator)
        evaluation = earn(condition, notify("x"), club=self.CLUB, loyalty=loyalty, record=True)
        assert bool(evaluation.effects) is holds
        assert evaluation.trace.campaigns[0].runs[0].rules[0].conditions[0].reason == sentence


class TestAdvocates:
    CODE = {
        "id": 12,
        "created": NOW,
        "campaign_id": 1,
        "code": "REF",
        "advocate_profile_integration_id": "adv-77",
        "usage_limit": 0,
        "usage_counter": 0,
    }
    REWARD = add(25, recipient="Advocate")

    def reward(self, *stored: Any, club: Any = None, facts: Any = None) -> Evaluation:
        accounts = {AccountKey(5, "adv-77"): account(*stored)}
        return run(
            campaign(rule(block("checkReferral", redeem=True), self.REWARD)),
            programs=[club or settings()],
            who=profile("friend-9"),
            referral_code="REF",
            facts=facts or {"referral": Referral(**self.CODE), "advocate": profile("adv-77")},
            loyalty=LoyaltyFacts(accounts),
            closing=True,
        )

    def test_the_advocate_gets_the_points(self):
        evaluation = self.reward()
        added = evaluation.effects[1]
        assert (added.props["value"], added.props["recipientIntegrationId"]) == (25, "adv-77")
        owners = [c.account.owner for c in evaluation.changes if isinstance(c, AddPoints)]
        assert owners == ["adv-77"]

    def test_the_advocates_own_tier_is_lifted(self):
        points = addition(190, profile_integration_id="adv-77")
        evaluation = self.reward(points, club=settings(tiers=TIERS))
        lifted = evaluation.effects[-1].props
        assert (lifted["previousTierName"], lifted["newTierName"]) == ("Bronze", "Silver")

    def test_without_a_code_there_is_no_advocate(self):
        evaluation = earn(self.REWARD)
        assert reason(evaluation) == "the session has no referral code with an advocate"


class TestExpiryDates:
    DATED = addition(10, expiry_date=datetime(2026, 7, 1, tzinfo=UTC))
    UNLIMITED = addition(20)
    EXPIRED = addition(30, expiry_date=NOW - DAY, created=NOW - 2 * DAY)

    def test_extending_moves_dated_points_only(self):
        extend = block("x-extendLoyaltyPointsExpiryDate", programId=5, extensionDuration="30D")
        loyalty = facts(self.DATED, self.UNLIMITED, self.EXPIRED)
        (effect,) = props(earn(extend, loyalty=loyalty))
        assert effect["extensionDuration"] == "30D"
        assert effect["affectedTransactions"] == [
            {
                "transactionUUID": self.DATED.transaction_uuid,
                "newExpiryDate": datetime(2026, 7, 31, tzinfo=UTC),
                "previousExpiryDate": self.DATED.expiry_date,
            }
        ]

    def test_setting_covers_unlimited_points_too(self):
        set_ = block(
            "x-setLoyaltyPointsExpiryDate", programId=5, newExpiryDate="2026-12-31T00:00:00Z"
        )
        loyalty = facts(self.DATED, self.UNLIMITED, self.EXPIRED)
        (effect,) = props(earn(set_, loyalty=loyalty))
        moved = effect["affectedTransactions"]
        assert [m["transactionUUID"] for m in moved] == [
            self.DATED.transaction_uuid,
            self.UNLIMITED.transaction_uuid,
        ]
        assert {m["newExpiryDate"] for m in moved} == {datetime(2026, 12, 31, tzinfo=UTC)}

    def test_a_date_beyond_the_calendar_fails(self):
        extend = block("x-extendLoyaltyPointsExpiryDate", programId=5, extensionDuration="999999Y")
        assert "beyond the calendar" in reason(earn(extend, loyalty=facts(self.DATED)))

    def test_without_points_nothing_is_affected(self):
        extend = block("x-extendLoyaltyPointsExpiryDate", programId=5, extensionDuration="30D")
        (effect,) = props(earn(extend))
        assert effect["affectedTransactions"] == []


def test_points_are_added_once_for_each_code():
    rules = campaign(rule(block("checkCoupon", redeem=True), add(10)))
    evaluation = run(
        rules,
        programs=[settings()],
        who=profile(),
        coupons=[coupon("A"), coupon("B", id=101)],
    )
    assert kinds(evaluation).count("addLoyaltyPoints") == 2


def balance_check(operator: str, balance: str, value: Any, subledger: str = "") -> dict[str, Any]:
    program = {"id": 5, "name": "points_club", "title": ""}
    return block(
        "checkLoyaltyBalance",
        operator=operator,
        program=program,
        subledger=subledger,
        balance=balance,
        value=value,
    )
