"""What cancelling takes back and returns, by return policy."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from sandbox.engine.achievements.progress import NO_PROGRESS
from sandbox.engine.loyalty.accounts import balances_of, settle, still_open, subtract
from sandbox.engine.loyalty.balances import Balances
from sandbox.engine.loyalty.changes import apply_changes, changes_by_account
from sandbox.engine.loyalty.programs import make_programs
from sandbox.engine.loyalty.transactions import Account, LoyaltyFacts
from sandbox.engine.rollback import CustomerStanding, rollback
from tests.engine.builders import NOW, campaign, item, profile, rule, run
from tests.engine.loyalty.builders import KEY, add, addition, deduct, facts, settings, subtraction

DAY = timedelta(days=1)


class Store:
    """What a workspace does with one account: read it, store changes, find transactions."""

    def __init__(self, club, *transactions):
        (self.program,) = make_programs([club], []).values()
        self.club = club
        self.account = facts(*transactions).accounts[KEY]
        self.all = {t.transaction_uuid: t for t in transactions}

    def store(self, changes):
        for of_account in changes_by_account(c for c in changes if hasattr(c, "account")).values():
            self._keep(apply_changes(self.program, self.account, of_account))

    def spend(self, amount, now=NOW):
        self._keep(subtract(self.program, self.account, [subtraction(amount, created=now)], now))

    def _keep(self, account: Account):
        self.all |= {t.transaction_uuid: t for t in account.transactions}
        self.account = still_open(account)

    def balances(self, now=NOW):
        return balances_of(settle(self.program, self.account, now), "", now)

    def close(self, *blocks, now=NOW, items=None, seed="close"):
        evaluation = run(
            campaign(rule(*blocks)),
            programs=[self.club],
            who=profile(),
            loyalty=LoyaltyFacts({KEY: self.account}),
            closing=True,
            now=now,
            items=items,
            seed=seed,
        )
        self.store(evaluation.changes)
        return evaluation

    def cancel(self, closed, now=NOW):
        standing = CustomerStanding(
            now=now,
            seed="cancel",
            profile_id="cust-1",
            programs={5: self.program},
            loyalty=LoyaltyFacts({KEY: self.account}, transactions=self.all),
            achievements={},
            progress=NO_PROGRESS,
        )
        undone = rollback(closed.effects, closed.changes, standing)
        self.store(undone.changes)
        return undone


def transactions(undone):
    return [change.transaction for change in undone.changes if hasattr(change, "transaction")]


def amounts(undone):
    return [(effect.effect_type, effect.props["value"]) for effect in undone.effects]


@pytest.mark.parametrize(
    ("policy", "taken", "left"),
    [
        ("only_pending", [], Balances(active=Decimal(50))),
        ("within_balance", [("rollbackAddedLoyaltyPoints", 50)], Balances()),
        ("unlimited", [("rollbackAddedLoyaltyPoints", 70)], Balances(negative=Decimal(20))),
    ],
)
def test_seventy_points_of_which_twenty_are_spent(policy, taken, left):
    """The documented example of negative points, and the same under the other policies."""
    store = Store(settings(return_policy=policy))
    closed = store.close(add(70))
    store.spend(20)
    assert amounts(store.cancel(closed)) == taken
    assert store.balances() == left


def test_negative_points_are_a_transaction_of_their_own():
    store = Store(settings(return_policy="unlimited"))
    closed = store.close(add(70))
    store.spend(20)
    posted = transactions(store.cancel(closed))
    assert [(t.name, t.amount) for t in posted] == [
        ("rollbackAddedLoyaltyPoints", 50),
        ("addNegativeLoyaltyPoints", 20),
    ]
    assert store.all[posted[1].transaction_uuid].creates_negative_balance


@pytest.mark.parametrize("policy", ["only_pending", "within_balance", "unlimited"])
def test_pending_points_are_taken_back_by_every_policy(policy):
    store = Store(settings(return_policy=policy), addition(100))
    closed = store.close(add(70, pendingDuration="5D"))
    assert amounts(store.cancel(closed)) == [("rollbackAddedLoyaltyPoints", 70)]
    assert store.balances() == Balances(active=Decimal(100))


def test_points_that_became_active_are_no_longer_pending():
    store = Store(settings())
    closed = store.close(add(70, pendingDuration="5D"))
    assert store.cancel(closed, NOW + 6 * DAY).effects == []
    assert store.balances(NOW + 6 * DAY).active == 70


def test_an_effect_that_cannot_be_taken_back_stands():
    store = Store(settings())
    closed = store.close(add(70))
    assert store.cancel(closed).kept == list(closed.effects)


def test_what_is_left_of_the_points_goes_before_others_that_expire_earlier():
    other = addition(100, expiry_date=NOW + DAY)
    store = Store(settings(return_policy="within_balance"), other)
    closed = store.close(add(70))
    store.cancel(closed)
    assert store.all[other.transaction_uuid].remaining == 100


def test_points_that_expired_unspent_are_gone_already():
    store = Store(settings(return_policy="unlimited"))
    closed = store.close(add(70, validityDuration="5D"))
    store.spend(20)
    assert amounts(store.cancel(closed, NOW + 6 * DAY)) == [("rollbackAddedLoyaltyPoints", 20)]
    assert store.balances(NOW + 6 * DAY).negative == 20


def test_points_per_item_are_taken_back_unit_by_unit():
    store = Store(settings(return_policy="within_balance"))
    closed = store.close(add(10, target={"type": "allItems"}), items=[item(quantity=2)])
    undone = store.cancel(closed)
    places = [(e.props["cartItemPosition"], e.props["cartItemSubPosition"]) for e in undone.effects]
    assert places == [(0, 0), (0, 1)]


def test_deducted_points_come_back_with_the_expiry_that_they_had():
    soon, later = NOW + 5 * DAY, NOW + 9 * DAY
    store = Store(
        settings(), addition(30, expiry_date=soon), addition(30, expiry_date=later), addition(30)
    )
    closed = store.close(deduct(70))
    undone = store.cancel(closed)
    returned = [(e.props["value"], e.props.get("expiryDate")) for e in undone.effects]
    assert returned == [(30, soon), (30, later), (10, None)]
    assert [store.balances(now).active for now in (NOW, soon, later)] == [90, 60, 30]


def test_a_refund_goes_to_whom_it_was_taken_from():
    store = Store(settings(), addition(100))
    (effect,) = store.cancel(store.close(deduct(40))).effects
    assert effect.props["recipientIntegrationId"] == "cust-1"
    assert effect.effect_type == "rollbackDeductedLoyaltyPoints"


@pytest.mark.parametrize("policy", ["within_balance", "unlimited"])
def test_points_earned_and_spent_in_one_session_leave_no_trace(policy):
    store = Store(settings(return_policy=policy))
    closed = store.close(add(30), deduct(20))
    assert amounts(store.cancel(closed)) == [
        ("rollbackAddedLoyaltyPoints", 30),
        ("rollbackDeductedLoyaltyPoints", 20),
    ]
    assert store.balances() == Balances()


def test_new_points_repay_what_a_rollback_left_negative():
    store = Store(settings(return_policy="unlimited"))
    closed = store.close(add(70))
    store.spend(20)
    store.cancel(closed)
    store.close(add(70), seed="again")
    assert store.balances() == Balances(active=Decimal(50))


def test_every_transaction_of_a_rollback_says_what_it_undoes():
    store = Store(settings(return_policy="unlimited"), addition(5))
    closed = store.close(add(30), deduct(5))
    undone = {e.props["transactionUUID"] for e in closed.effects}
    posted = transactions(store.cancel(closed))
    assert {transaction.rolls_back for transaction in posted} == undone
    assert not {transaction.transaction_uuid for transaction in posted} & undone
