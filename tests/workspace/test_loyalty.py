"""Points and progress in the store: bundles in, changes, exports out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.engine.loyalty.accounts import balances_of, settle
from sandbox.engine.loyalty.balances import Balances
from sandbox.engine.loyalty.transactions import Account, AccountKey
from sandbox.errors import Refused
from sandbox.numbers import decode_json
from sandbox.workspace.service import Workspaces
from sandbox.workspace.updates import CartItemUpdate, SessionUpdate
from sandbox.workspace.updating.outcomes import Outcome
from tests.conftest import settings

TIERS = [
    {"id": number, "name": name, "minPoints": 100 * number, "programID": 5}
    for number, name in enumerate(("Bronze", "Silver", "Gold"), 1)
]
PROGRAM = {"id": 5, "name": "points_club", "title": "Points Club", "allowSubledger": True}
EARN = {"id": "e", "type": "x-addLoyaltyPoints", "name": "p", "programId": 5, "value": 70}
SPEND = {"id": "s", "type": "x-deductLoyaltyPoints", "name": "pay", "programId": 5, "value": 20}
STEP = {
    "id": "a",
    "type": "updateAchievementProgress",
    "operator": "increaseBy",
    "value": "1",
    "achievement": {"id": 8, "name": "Three", "title": "Three", "target": 3},
}
ACHIEVEMENT = {"id": 8, "name": "Three", "title": "Three", "description": "", "target": 3}
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def bundle(*blocks: dict[str, Any], program: dict[str, Any] | None = None, **parts: Any):
    rules = [{"title": "r", "blocks": list(blocks)}]
    return {
        "clock": "2026-06-15T12:00:00Z",
        "loyaltyPrograms": [PROGRAM | (program or {})],
        "achievements": [ACHIEVEMENT],
        "campaigns": [{"id": 1, "name": "c", "ruleset": {"id": 11, "promotionRules": rules}}],
        **parts,
    }


def addition(amount: int, **fields: Any) -> dict[str, Any]:
    return transaction("addition", amount, **fields)


def transaction(kind: str, amount: int, **fields: Any) -> dict[str, Any]:
    return {"programId": 5, "profileIntegrationId": "p", "type": kind, "amount": amount} | fields


@pytest.fixture
def workspaces(tmp_path: Path) -> Iterator[Workspaces]:
    opened = Workspaces(settings(tmp_path))
    yield opened
    opened.close()


def update(workspaces: Workspaces, session_id: str = "s", **fields: Any) -> Outcome:
    given = {
        "profile_id": "p",
        "state": "closed",
        "cart_items": [CartItemUpdate(sku="A", quantity=1, price=Decimal(100))],
    }
    order = SessionUpdate(**(given | fields))
    return workspaces.workspace("a").update_session(session_id, order, lambda outcome: None)


def cancel(workspaces: Workspaces, session_id: str = "s") -> Outcome:
    order = SessionUpdate(state="cancelled")
    return workspaces.workspace("a").update_session(session_id, order, lambda outcome: None)


def account(workspaces: Workspaces, owner: str = "p") -> Account:
    """The account as a dry update sees it now."""
    workspace = workspaces.workspace("a")
    outcome = workspace.preview_session(
        "look", SessionUpdate(profile_id=owner, loyalty_cards=[] if owner == "p" else [owner])
    )
    program = workspace.application.programs[5]
    stored = outcome.loyalty.accounts[AccountKey(5, owner)]
    return settle(program, stored, workspace.clock.now())


def balances(workspaces: Workspaces, subledger: str = "", owner: str = "p") -> Balances:
    now = workspaces.clock("a").now()
    return balances_of(account(workspaces, owner), subledger, now)


def test_a_bundles_transactions_are_replayed_in_the_order_of_their_dates(workspaces: Workspaces):
    posted = [
        transaction("subtraction", 15, created="2026-03-01T00:00:00Z"),
        addition(10, created="2026-01-01T00:00:00Z"),
        addition(10, created="2026-02-01T00:00:00Z", expiryDate="2026-05-01T00:00:00Z"),
        addition(20, created="2026-04-01T00:00:00Z", startDate="2026-07-01T00:00:00Z"),
    ]
    workspaces.load("a", bundle(loyaltyTransactions=posted))
    assert balances(workspaces) == Balances(active=Decimal(5), pending=Decimal(20))


def test_the_vendors_words_for_dates_are_read(workspaces: Workspaces):
    posted = [
        addition(10, startDate="immediate", expiryDate="unlimited"),
        addition(20, startDate="on_action"),
    ]
    workspaces.load("a", bundle(loyaltyTransactions=posted))
    assert balances(workspaces) == Balances(active=Decimal(10), pending=Decimal(20))


def test_a_subtraction_beyond_the_balance_makes_it_negative(workspaces: Workspaces):
    posted = [
        addition(10, created="2026-01-01T00:00:00Z"),
        transaction("subtraction", 30, created="2026-02-01T00:00:00Z"),
    ]
    workspaces.load("a", bundle(loyaltyTransactions=posted))
    assert balances(workspaces) == Balances(negative=Decimal(20))


def test_a_tier_of_the_bundle_holds_until_it_is_evaluated_again(workspaces: Workspaces):
    yearly = {
        "tiers": TIERS,
        "tiersExpirationPolicy": "tier_start_date",
        "tiersExpireIn": "1Y",
        "tiersDowngradePolicy": "one_down",
    }
    gold = {
        "programId": 5,
        "profileIntegrationId": "p",
        "tier": "Gold",
        "startDate": "2025-07-01T00:00:00Z",
        "expiryDate": "2026-07-01T00:00:00Z",
    }
    parts = {"loyaltyTransactions": [addition(120)], "loyaltyTiers": [gold]}
    workspaces.load("a", bundle(program=yearly, **parts))
    names = []
    for time in ("2026-06-15T12:00:00Z", "2026-07-01T00:00:01Z"):
        workspaces.set_clock("a", datetime.fromisoformat(time))
        names.append(account(workspaces).membership.tiers[""].name)
    assert names == ["Gold", "Silver"]


def test_closing_stores_points_and_progress_and_nothing_else_does(workspaces: Workspaces):
    workspaces.load("a", bundle(EARN, STEP))
    update(workspaces, state="open")
    assert balances(workspaces).active == 0
    outcome = update(workspaces)
    assert balances(workspaces).active == 70
    assert [tracker.progress for tracker in outcome.achievements.trackers] == [1]


def test_what_a_close_answers_is_what_it_stored(workspaces: Workspaces):
    workspaces.load("a", bundle(EARN))
    outcome = update(workspaces)
    stored = outcome.loyalty.accounts[AccountKey(5, "p")]
    assert balances_of(stored, "", NOW).active == 70
    assert outcome.points == {}


def test_a_dry_update_reads_points_and_stores_none(workspaces: Workspaces):
    workspaces.load("a", bundle(EARN, loyaltyTransactions=[addition(5)]))
    order = SessionUpdate(profile_id="p", state="closed", cart_items=[])
    outcome = workspaces.workspace("a").preview_session("s", order)
    assert sum(outcome.points.values()) == 70
    assert balances(workspaces).active == 5


@pytest.mark.parametrize(
    ("policy", "left"),
    [
        ("only_pending", Balances(active=Decimal(50))),
        ("within_balance", Balances()),
        ("unlimited", Balances(negative=Decimal(20))),
    ],
)
def test_cancelling_follows_the_return_policy(workspaces: Workspaces, policy: str, left: Balances):
    """The numbers of the conformance cases `loyalty-return-policy-…`."""
    earn = {"id": "c", "type": "checkAttribute", "attribute": "$Session.Total"}
    rules = [
        {"title": "e", "blocks": [earn | {"operator": "greaterThan", "value": 50}, EARN]},
        {"title": "s", "blocks": [earn | {"operator": "lessThan", "value": 50}, SPEND]},
    ]
    loaded = bundle(program={"returnPolicy": policy})
    loaded["campaigns"][0]["ruleset"]["promotionRules"] = rules
    workspaces.load("a", loaded)
    update(workspaces, "s1")
    cheap = CartItemUpdate(sku="B", quantity=1, price=Decimal(10))
    update(workspaces, "s2", cart_items=[cheap])
    assert balances(workspaces).active == 50
    cancel(workspaces, "s1")
    assert balances(workspaces) == left
    if policy == "unlimited":
        update(workspaces, "s3")
        assert balances(workspaces) == Balances(active=Decimal(50))


def test_cancelling_returns_points_and_takes_progress_back(workspaces: Workspaces):
    workspaces.load("a", bundle(SPEND, STEP, loyaltyTransactions=[addition(100)]))
    update(workspaces)
    assert balances(workspaces).active == 80
    outcome = cancel(workspaces)
    assert balances(workspaces).active == 100
    assert [tracker.progress for tracker in outcome.achievements.trackers] == [0]


def test_a_dry_cancellation_answers_the_same_and_changes_nothing(workspaces: Workspaces):
    workspaces.load("a", bundle(SPEND, STEP, loyaltyTransactions=[addition(100)]))
    update(workspaces)
    order = SessionUpdate(state="cancelled")
    dry = workspaces.workspace("a").preview_session("s", order)
    assert balances(workspaces).active == 80
    assert [e.effect_type for e in dry.effects] == [
        e.effect_type for e in cancel(workspaces).effects
    ]


def test_points_that_cannot_be_taken_back_stay_on_the_cancelled_session(workspaces: Workspaces):
    workspaces.load("a", bundle(EARN))
    update(workspaces)
    cancel(workspaces)
    _, effects = workspaces.workspace("a").session("s")
    assert [effect.effect_type for effect in effects] == ["addLoyaltyPoints"]


def test_a_moved_expiry_date_stays_when_the_session_is_cancelled(workspaces: Workspaces):
    extend = {
        "id": "x",
        "type": "x-extendLoyaltyPointsExpiryDate",
        "programId": 5,
        "extensionDuration": "30D",
    }
    dated = addition(10, expiryDate="2026-07-01T00:00:00Z")
    workspaces.load("a", bundle(extend, loyaltyTransactions=[dated, addition(20)]))
    update(workspaces)
    cancel(workspaces)
    left = []
    for time in ("2026-07-15T00:00:00Z", "2026-08-01T00:00:00Z"):
        workspaces.set_clock("a", datetime.fromisoformat(time))
        left.append(balances(workspaces).active)
    assert left == [30, 20]


def test_cards_hold_points_of_their_own(workspaces: Workspaces):
    card = {"programId": 5, "identifier": "CARD-1", "profiles": ["p"]}
    workspaces.load("a", bundle(EARN, program={"cardBased": True}, loyaltyCards=[card]))
    update(workspaces, loyalty_cards=["CARD-1"])
    assert balances(workspaces, owner="CARD-1").active == 70


def test_a_session_cannot_name_a_card_that_is_not_there(workspaces: Workspaces):
    workspaces.load("a", bundle(program={"cardBased": True}))
    with pytest.raises(Refused, match="/customerSession/loyaltyCards/0: There is no loyalty card"):
        update(workspaces, loyalty_cards=["CARD-9"])


FULL = bundle(
    EARN,
    SPEND,
    STEP,
    program={"tiers": TIERS, "programJoinPolicy": "points_earned", "returnPolicy": "unlimited"},
    loyaltyTransactions=[
        addition(150, created="2026-01-01T00:00:00Z", **{"x-note": "kept"}),
        addition(30, subLedgerId="bonus", expiryDate="2026-12-01T00:00:00Z"),
        addition(40, startDate="on_action", validityDuration="30D"),
        transaction("subtraction", 10, created="2026-02-01T00:00:00Z", name="Penalty"),
    ],
    loyaltyTiers=[
        {"programId": 5, "profileIntegrationId": "p", "tier": "Bronze", "x-note": "kept"}
    ],
    achievementProgress=[
        {"achievementId": 8, "profileIntegrationId": "p", "progress": 1, "x-note": "kept"}
    ],
)
CARDS = bundle(
    EARN,
    SPEND,
    program={"cardBased": True},
    loyaltyCards=[
        {"programId": 5, "identifier": "CARD-1", "profiles": ["p"], "x-note": "kept"},
        {"programId": 5, "identifier": "CARD-2", "status": "inactive"},
    ],
    loyaltyTransactions=[
        {"programId": 5, "cardIdentifier": "CARD-1", "type": "addition", "amount": 30}
    ],
)


@pytest.mark.parametrize(
    ("loaded", "order"),
    [(FULL, {}), (CARDS, {"loyalty_cards": ["CARD-1"]})],
    ids=["profile", "card"],
)
def test_an_export_restores_points_and_progress(
    workspaces: Workspaces, loaded: dict[str, Any], order: dict[str, Any]
):
    workspaces.load("a", loaded)
    update(workspaces, "s1", **order)
    update(workspaces, "s2", **order)
    cancel(workspaces, "s2")
    exported = workspaces.export("a")
    workspaces.load("b", exported)
    assert decode_json(workspaces.export("b")) == decode_json(exported)


def test_a_restored_workspace_goes_on_as_the_first_one(workspaces: Workspaces):
    workspaces.load("a", FULL)
    update(workspaces, "s1")
    workspaces.load("a", workspaces.export("a"))
    before = balances(workspaces)
    cancel(workspaces, "s1")
    assert before.active == 150 - 10 + 70 - 20
    assert balances(workspaces).active == 140


def test_an_export_keeps_what_only_the_bundle_knew(workspaces: Workspaces):
    workspaces.load("a", FULL)
    update(workspaces)
    exported = json.loads(workspaces.export("a"))
    for key in ("loyaltyTransactions", "loyaltyTiers", "achievementProgress"):
        assert exported[key][0]["x-note"] == "kept"
    assert exported["loyaltyTransactions"][2]["startDate"] == "on_action"
    assert exported["achievementProgress"][0]["progress"] == 2


def test_an_export_shows_what_a_rule_added(workspaces: Workspaces):
    workspaces.load("a", bundle(EARN))
    update(workspaces)
    (posted,) = json.loads(workspaces.export("a"))["loyaltyTransactions"]
    uuid = posted.pop("transactionUUID")
    assert len(uuid) == 36
    assert posted == {
        "programId": 5,
        "profileIntegrationId": "p",
        "type": "addition",
        "amount": 70,
        "created": "2026-06-15T12:00:00Z",
        "name": "p",
        "customerSessionId": "s",
        "campaignId": 1,
        "rulesetId": 11,
        "ruleName": "r",
    }


def test_without_x_runtime_an_exported_bundle_is_replayed(workspaces: Workspaces):
    workspaces.load("a", bundle(EARN, SPEND, loyaltyTransactions=[addition(100)]))
    update(workspaces)
    exported = json.loads(workspaces.export("a"))
    del exported["x-runtime"]
    workspaces.load("a", exported)
    assert balances(workspaces).active == 150


def test_a_transaction_added_to_an_export_counts_too(workspaces: Workspaces):
    workspaces.load("a", bundle(EARN))
    update(workspaces)
    exported = json.loads(workspaces.export("a"))
    exported["loyaltyTransactions"].append(transaction("subtraction", 30))
    workspaces.load("a", exported)
    assert balances(workspaces).active == 40


def test_reset_and_fork_take_points_along(workspaces: Workspaces):
    workspaces.load("a", bundle(EARN))
    update(workspaces)
    workspaces.fork("a", "b")
    workspaces.reset("a")
    assert balances(workspaces).active == 0
    assert json.loads(workspaces.export("b"))["loyaltyTransactions"]


def test_progress_without_a_status_is_completed_by_its_target(workspaces: Workspaces):
    stored = [
        {"achievementId": 8, "profileIntegrationId": "p", "progress": 3},
        {"achievementId": 8, "profileIntegrationId": "q", "progress": 1, "status": "completed"},
        {"achievementId": 8, "profileIntegrationId": "r", "progress": 1, "status": "expired"},
        {"achievementId": 8, "profileIntegrationId": "t", "status": "not_started"},
    ]
    workspaces.load("a", bundle(achievementProgress=stored))
    workspace = workspaces.workspace("a")
    found = {
        profile: [
            tracker.status(NOW)
            for tracker in workspace.preview_session(
                "look", SessionUpdate(profile_id=profile)
            ).achievements.trackers
        ]
        for profile in "pqrt"
    }
    assert found == {"p": ["completed"], "q": ["completed"], "r": ["expired"], "t": []}


@pytest.mark.parametrize(
    ("parts", "pointer"),
    [
        ({"loyaltyTransactions": [addition(1, programId=9)]}, "/loyaltyTransactions/0/programId"),
        ({"loyaltyTransactions": [addition(0)]}, "/loyaltyTransactions/0/amount"),
        (
            {"loyaltyTransactions": [addition(1, profileIntegrationId="")]},
            "/loyaltyTransactions/0/profileIntegrationId",
        ),
        (
            {"loyaltyTransactions": [addition(1, startDate="soon")]},
            "/loyaltyTransactions/0/startDate",
        ),
        (
            {"loyaltyTransactions": [addition(1, transactionUUID="x")] * 2},
            "/loyaltyTransactions/1/transactionUUID",
        ),
        (
            {"loyaltyTiers": [{"programId": 5, "profileIntegrationId": "p", "tier": "Gold"}]},
            "/loyaltyTiers/0/tier",
        ),
        ({"loyaltyCards": [{"programId": 5, "identifier": "C"}]}, "/loyaltyCards/0/programId"),
        (
            {"achievementProgress": [{"achievementId": 9, "profileIntegrationId": "p"}]},
            "/achievementProgress/0/achievementId",
        ),
        (
            {
                "achievementProgress": [
                    {"achievementId": 8, "profileIntegrationId": "p", "progressTrackerId": 1}
                ]
                * 2
            },
            "/achievementProgress/1/progressTrackerId",
        ),
        ({"loyaltyPrograms": [PROGRAM | {"timezone": "Mars"}]}, "/loyaltyPrograms/0/timezone"),
        ({"loyaltyPrograms": [PROGRAM] * 2}, "/loyaltyPrograms/1/id"),
        (
            {"loyaltyPrograms": [PROGRAM | {"defaultPending": "later"}]},
            "/loyaltyPrograms/0/defaultPending",
        ),
        (
            {"loyaltyPrograms": [PROGRAM | {"tiersExpireIn": "-1Y"}]},
            "/loyaltyPrograms/0/tiersExpireIn",
        ),
        (
            {"loyaltyPrograms": [PROGRAM | {"tiersExpirationPolicy": "absolute_expiration"}]},
            "/loyaltyPrograms/0/tierCycleStartDate",
        ),
        ({"achievements": [ACHIEVEMENT | {"period": "x"}]}, "/achievements/0/period"),
        ({"achievements": [ACHIEVEMENT | {"target": 0}]}, "/achievements/0/target"),
        ({"achievements": [ACHIEVEMENT] * 2}, "/achievements/1/id"),
        (
            {"achievements": [ACHIEVEMENT | {"activationPolicy": "fixed_schedule"}]},
            "/achievements/0/fixedStartDate",
        ),
    ],
)
def test_what_is_wrong_with_a_bundle_is_named(
    workspaces: Workspaces, parts: dict[str, Any], pointer: str
):
    with pytest.raises(Refused) as refused:
        workspaces.load("a", bundle(**parts))
    assert pointer in [fault.pointer for fault in refused.value.faults]


def test_points_of_a_card_need_a_card_that_is_there(workspaces: Workspaces):
    for owner in ({"cardIdentifier": "C"}, {"profileIntegrationId": "p"}):
        posted = {"programId": 5, "type": "addition", "amount": 1} | owner
        with pytest.raises(Refused, match="cardIdentifier"):
            workspaces.load("a", bundle(program={"cardBased": True}, loyaltyTransactions=[posted]))
