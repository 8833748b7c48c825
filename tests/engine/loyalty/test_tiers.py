from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.engine.loyalty.accounts import add, settle, subtract
from sandbox.engine.loyalty.programs import LoyaltyTier
from sandbox.engine.loyalty.transactions import Account
from tests.engine.builders import NOW
from tests.engine.loyalty.builders import (
    TIERS,
    account,
    addition,
    debt,
    in_tier,
    program,
    subtraction,
)

DAY = timedelta(days=1)
YEAR = timedelta(days=365)
YEARLY = {
    "tiers": TIERS,
    "tiers_expiration_policy": "tier_start_date",
    "tiers_expire_in": "1Y",
}


def tier(club, held, now=NOW):
    place = settle(club, held, now).membership.tiers.get("")
    return place.name if place else None


def place(club, held, now=NOW):
    return settle(club, held, now).membership.tiers[""]


@pytest.mark.parametrize(
    ("points", "name"),
    [
        (99, None),
        (100, "Bronze"),
        (199, "Bronze"),
        (200, "Silver"),
        (299, "Silver"),
        (300, "Gold"),
        (5000, "Gold"),
    ],
)
def test_a_tier_covers_its_minimum_up_to_the_next(points, name):
    assert tier(program(tiers=TIERS), account(addition(points))) == name


def test_pending_points_lift_the_tier_when_they_become_active():
    club, held = program(tiers=TIERS), account(addition(150, start_date=NOW + 5 * DAY))
    assert [tier(club, held, NOW + n * DAY) for n in (0, 6)] == [None, "Bronze"]
    assert place(club, held, NOW + 6 * DAY).start_date == NOW + 5 * DAY


def test_negative_points_give_no_tier():
    club = program(tiers=[LoyaltyTier(id=1, name="Bronze", min_points=Decimal(1))])
    assert tier(club, account(debt(20))) is None


def test_cards_have_no_tiers():
    assert tier(program(tiers=TIERS, card_based=True), account(addition(500))) is None


def test_subledgers_have_tiers_of_their_own():
    held = account(addition(300), addition(100, sub_ledger_id="bonus"))
    tiers = settle(program(tiers=TIERS), held, NOW).membership.tiers
    assert {name: place.name for name, place in tiers.items()} == {"": "Gold", "bonus": "Bronze"}


def test_without_an_expiration_policy_the_tier_follows_the_balance_down():
    club = program(tiers=TIERS)
    gold = add(club, Account(), [addition(300)], NOW)
    poorer = subtract(club, gold, [subtraction(180, created=NOW + DAY)], NOW + DAY)
    assert [tier(club, gold), tier(club, poorer, NOW + DAY)] == ["Gold", "Bronze"]


@pytest.mark.parametrize(
    ("policy", "points", "after"),
    [
        ("one_down", 120, "Silver"),
        ("balance_based", 120, "Bronze"),
        ("balance_based", 350, "Gold"),
        ("one_down", 350, "Gold"),
        ("balance_based", 50, None),
    ],
)
def test_a_tier_is_evaluated_again_when_it_expires(policy, points, after):
    """The numbers of the conformance cases `loyalty-tier-downgrade-…` and `-kept-at-expiry`."""
    club = program(**YEARLY, tiers_downgrade_policy=policy)
    start, expiry = datetime(2025, 7, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
    held = account(
        addition(points, created=datetime(2025, 6, 20, tzinfo=UTC)),
        settled=NOW,
        tiers=in_tier("Gold", start, expiry),
    )
    assert tier(club, held, NOW) == "Gold"
    assert tier(club, held, expiry - timedelta(seconds=1)) == "Gold"
    assert tier(club, held, expiry + timedelta(seconds=1)) == after


def test_one_down_goes_down_again_a_period_later():
    club = program(**YEARLY, tiers_downgrade_policy="one_down")
    held = account(addition(120), settled=NOW, tiers=in_tier("Gold", NOW - YEAR, NOW + DAY))
    after_one, after_two = NOW + 2 * DAY, NOW + DAY + YEAR
    assert [tier(club, held, when) for when in (after_one, after_two)] == ["Silver", "Bronze"]


def test_a_tier_that_is_kept_keeps_its_start_and_gets_the_next_expiry():
    club = program(**YEARLY)
    held = add(club, Account(), [addition(300)], NOW)
    kept = place(club, held, NOW + 3 * YEAR + DAY)
    assert kept.start_date == NOW
    assert kept.expiry_date == NOW.replace(year=2030)


def test_an_upgrade_counts_its_expiry_from_the_upgrade():
    club = program(**YEARLY)
    silver = add(club, Account(), [addition(200)], NOW)
    gold = add(club, silver, [addition(100, created=NOW + DAY)], NOW + DAY)
    assert place(club, gold, NOW + DAY).expiry_date == (NOW + DAY).replace(year=2027)


def test_the_expiry_can_be_anchored_to_the_date_of_joining():
    club = program(
        tiers=TIERS,
        tiers_expiration_policy="program_join_date",
        tiers_expire_in="1Y",
        program_join_policy="points_earned",
    )
    joined = add(club, Account(), [addition(10)], NOW)
    later = NOW + 100 * DAY
    gold = add(club, joined, [addition(300, created=later)], later)
    assert place(club, gold, later).expiry_date == NOW.replace(year=2027)


def test_cycles_end_for_everybody_at_the_same_time():
    club = program(
        tiers=TIERS,
        tiers_expiration_policy="absolute_expiration",
        tiers_expire_in="6M",
        tier_cycle_start_date=datetime(2025, 1, 1, tzinfo=UTC),
    )
    held = add(club, Account(), [addition(300)], NOW)
    assert place(club, held).expiry_date == datetime(2026, 7, 1, tzinfo=UTC)


def test_points_that_expire_matter_at_the_next_evaluation_only():
    club = program(**YEARLY)
    points = addition(300, expiry_date=NOW + 30 * DAY)
    held = add(club, Account(), [points], NOW)
    assert [tier(club, held, NOW + n * DAY) for n in (31, 364, 366)] == ["Gold", "Gold", None]


def test_a_tier_from_zero_has_dates_once_there_are_points():
    base = LoyaltyTier(id=9, name="Member", min_points=Decimal(0))
    club = program(**YEARLY | {"tiers": [base, *TIERS]})
    nobody = place(club, Account())
    member = place(club, add(club, Account(), [addition(1)], NOW))
    assert (nobody.name, nobody.start_date, nobody.expiry_date) == ("Member", None, None)
    assert (member.name, member.start_date) == ("Member", NOW)


def test_an_expiry_that_was_missed_long_ago_is_caught_up_with():
    club = program(**YEARLY | {"tiers_expire_in": "1s"})
    held = account(addition(300), settled=NOW, tiers=in_tier("Gold", NOW, NOW + DAY))
    later = NOW + 300 * YEAR
    assert place(club, held, later).expiry_date == later + timedelta(seconds=1)


@pytest.mark.parametrize("expires_in", ["999999Y", None])
def test_a_tier_whose_expiry_cannot_be_known_does_not_expire(expires_in):
    club = program(**YEARLY | {"tiers_expire_in": expires_in})
    assert place(club, account(addition(300))).expiry_date is None


amounts = st.integers(1, 200)
lots = st.lists(
    st.builds(
        lambda amount, start, span: addition(
            amount,
            start_date=NOW + start * DAY,
            expiry_date=None if span is None else NOW + (start + span) * DAY,
        ),
        amounts,
        st.integers(0, 40),
        st.none() | st.integers(1, 40),
    ),
    max_size=6,
)
clubs = st.builds(
    lambda policy, downgrade, span: program(
        tiers=TIERS,
        tiers_expiration_policy=policy,
        tiers_expire_in=span,
        tiers_downgrade_policy=downgrade,
        tier_cycle_start_date=NOW - 3 * DAY,
        program_join_policy="points_activated",
    ),
    st.sampled_from([None, "tier_start_date", "program_join_date", "absolute_expiration"]),
    st.sampled_from([None, "one_down", "balance_based"]),
    st.sampled_from(["1D", "7D", "1M", "1W_U", "90m"]),
)


@given(clubs, lots, st.lists(st.integers(0, 60), max_size=5))
def test_tiers_do_not_depend_on_when_somebody_looks(club, points, looks):
    end = NOW + 60 * DAY
    held = add(club, Account(), points, NOW)
    looked_at = held
    for look in sorted(looks):
        looked_at = settle(club, looked_at, NOW + look * DAY)
    assert settle(club, looked_at, end) == settle(club, held, end)


@given(clubs, lots, st.integers(0, 60))
def test_nobody_is_below_the_tier_that_the_balance_gives(club, points, day):
    now = NOW + day * DAY
    held = settle(club, add(club, Account(), points, NOW), now)
    active = sum(t.remaining for t in held.transactions if t.is_active(now))
    place = held.membership.tiers.get("")
    rank = club.rank(place.name) if place else -1
    assert rank >= club.rank_for(Decimal(active))
    if club.downgrades_at_once:
        assert rank == club.rank_for(Decimal(active))
