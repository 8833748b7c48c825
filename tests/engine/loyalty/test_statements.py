from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sandbox.engine.loyalty.accounts import activate, balances_of, join, settle, without_ledgers
from sandbox.engine.loyalty.statements import Totals, projection, totals_at, unused
from sandbox.engine.loyalty.transactions import Account, TierPlace
from tests.engine.builders import NOW
from tests.engine.loyalty.builders import TIERS, account, addition, debt, program, subtraction
from tests.engine.loyalty.test_balances import CLUBS, DAY, histories, replayed


def test_a_ledger_is_known_at_any_time():
    ledger = [
        addition(30, expiry_date=NOW + 5 * DAY),
        addition(20, created=NOW + 2 * DAY, start_date=NOW + 4 * DAY),
    ]
    totals = [totals_at(ledger, NOW + days * DAY) for days in (-1, 1, 3, 4, 5)]
    assert [(t.active, t.pending, t.expired) for t in totals] == [
        (0, 0, 0),
        (30, 0, 0),
        (30, 20, 0),
        (50, 0, 0),
        (20, 0, 30),
    ]


def test_spent_points_that_came_back_are_not_spent_and_those_taken_back_were_not():
    earned, spent = addition(50), subtraction(30)
    back = addition(30, rolls_back=spent.transaction_uuid)
    taken = subtraction(10, rolls_back=earned.transaction_uuid)
    assert totals_at([earned, spent], NOW).spent == 30
    assert totals_at([earned, spent, back, taken], NOW).spent == 0


@given(st.sampled_from(CLUBS), histories, st.integers(0, 80))
def test_a_statement_of_now_or_later_is_what_the_account_will_hold(club, posted, days):
    whole = replayed(club, posted).transactions
    time = max((t.created for t in posted), default=NOW) + days * DAY
    totals = totals_at(whole, time)
    held = Account(transactions=tuple(t for t in whole if t.remaining))
    expected = balances_of(settle(club, held, time), "", time)
    assert (totals.active, totals.pending, totals.negative) == expected


@given(histories, st.integers(-5, 80))
def test_every_point_is_somewhere(posted, days):
    whole = replayed(CLUBS[0], posted).transactions
    time = NOW + days * DAY
    made = [t for t in whole if t.created <= time]
    totals = totals_at(whole, time)
    added = sum(t.amount for t in made if t.type == "addition")
    assert totals.active + totals.pending + totals.expired + totals.spent == added + totals.negative


def test_unused_points_have_one_status():
    waiting = addition(1, awaits_activation=True)
    active, expired = addition(2), addition(4, expiry_date=NOW - DAY, created=NOW - 2 * DAY)
    held = account(waiting, active, expired, debt(8))
    assert unused(held, "pending", NOW) == [waiting]
    assert unused(held, "active", NOW) == [active]
    assert unused(held, "expired", NOW) == [expired]


def test_activated_points_begin_now_and_last_as_long_as_they_were_to():
    waiting = addition(10, awaits_activation=True, validity_duration="30D")
    other = addition(20, awaits_activation=True)
    later = NOW + DAY
    after = activate(program(), account(waiting, other), {waiting.transaction_uuid}, later)
    assert balances_of(after, "", later) == (10, 20, 0)
    assert after.transactions[0].expiry_date == later + timedelta(days=30)


def test_activated_points_lift_the_tier():
    club = program(tiers=TIERS)
    waiting = addition(250, awaits_activation=True)
    after = activate(club, account(waiting), {waiting.transaction_uuid}, NOW)
    assert after.membership.tiers[""].name == "Silver"


def test_joining_starts_the_membership_once():
    joined = join(program(), account(), NOW)
    assert joined.membership.joined == NOW
    assert join(program(), joined, NOW + DAY).membership.joined == NOW


def test_a_ledger_that_is_deleted_takes_its_tier_with_it():
    club = program(tiers=TIERS)
    held = settle(club, account(addition(300), addition(100, sub_ledger_id="bonus")), NOW)
    after = without_ledgers(club, held, {""}, NOW)
    assert [t.sub_ledger_id for t in after.transactions] == ["bonus"]
    assert set(after.membership.tiers) == {"bonus"}


EXPIRING = {
    "tiers": TIERS,
    "tiers_expiration_policy": "tier_start_date",
    "tiers_expire_in": "1Y",
    "tiers_downgrade_policy": "one_down",
}


def test_a_tier_that_will_be_lost_says_how_many_points_would_keep_it():
    place = TierPlace(name="Gold", start_date=NOW, expiry_date=NOW + 30 * DAY)
    points = addition(280), addition(100, expiry_date=NOW + 20 * DAY)
    held = settle(program(**EXPIRING), account(*points, tiers={"": place}, settled=NOW), NOW)
    projected = projection(program(**EXPIRING), held, "")
    assert projected is not None
    assert projected == (Decimal(280), "Silver", Decimal(20))


def test_a_tier_that_is_kept_needs_no_more_points():
    place = TierPlace(name="Gold", start_date=NOW, expiry_date=NOW + 30 * DAY)
    held = account(addition(300), tiers={"": place}, settled=NOW)
    assert projection(program(**EXPIRING), held, "") == (Decimal(300), "Gold", 0)


def test_a_tier_without_an_end_has_no_projection():
    held = settle(program(tiers=TIERS), account(addition(300)), NOW)
    assert projection(program(tiers=TIERS), held, "") is None


def test_nothing_was_ever_there():
    assert totals_at([], NOW) == Totals(*[Decimal(0)] * 5)
