from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.engine.loyalty.accounts import add, balances_of, move_expiry, settle, subtract
from sandbox.engine.loyalty.balances import Balances, Purse, balances
from sandbox.engine.loyalty.transactions import Account
from tests.engine.builders import NOW
from tests.engine.loyalty.builders import account, addition, debt, program, subtraction

DAY = timedelta(days=1)


def test_points_are_pending_then_active_then_gone():
    points = addition(10, start_date=NOW + DAY, expiry_date=NOW + 2 * DAY)
    seen = [balances([points], NOW + n * DAY)[:2] for n in range(3)]
    assert seen == [(0, 10), (10, 0), (0, 0)]


def test_points_that_await_their_activation_stay_pending():
    points = addition(10, awaits_activation=True)
    assert balances([points], NOW + 1000 * DAY) == Balances(pending=Decimal(10))


def test_points_are_never_active_before_they_were_awarded():
    points = addition(10, created=NOW, start_date=NOW - 10 * DAY)
    assert balances([points], NOW - DAY).active == 0


def test_the_earliest_expiry_is_spent_first_then_the_oldest_of_the_unlimited():
    u1 = addition(10, created=NOW - 4 * DAY)
    e2 = addition(10, created=NOW - 3 * DAY, expiry_date=NOW + 100 * DAY)
    e1 = addition(10, created=NOW - 2 * DAY, expiry_date=NOW + 10 * DAY)
    u2 = addition(10, created=NOW - DAY)
    purse = Purse([u1, e2, e1, u2], NOW)
    spent = purse.take("", Decimal(35))
    order = [one.transaction_uuid for one in spent]
    assert order == [points.transaction_uuid for points in (e1, e2, u1, u2)]
    assert [one.amount for one in spent] == [10, 10, 10, 5]


def test_spending_fifteen_leaves_what_expires_later():
    """The numbers of the conformance case `loyalty-deduct-earliest-expiry-first`."""
    july, december = NOW + 16 * DAY, NOW + 169 * DAY
    points = [
        addition(10),
        addition(10, expiry_date=december),
        addition(10, expiry_date=july),
        addition(10),
    ]
    spent = subtract(program(), account(*points), [subtraction(15)], NOW)
    active = [balances_of(spent, "", now).active for now in (NOW, july, december)]
    assert active == [25, 25, 20]


def test_pending_points_cannot_be_spent():
    purse = Purse([addition(80, start_date=NOW + DAY)], NOW)
    assert purse.take("", Decimal(50)) == []


def test_a_subledger_is_spent_on_its_own():
    purse = Purse([addition(100), addition(5, sub_ledger_id="bonus")], NOW)
    assert sum(one.amount for one in purse.take("bonus", Decimal(10))) == 5


def test_new_points_repay_negative_ones_first():
    after = add(program(), account(debt(20)), [addition(70)], NOW)
    assert balances_of(after, "", NOW) == Balances(active=Decimal(50))


def test_pending_points_repay_when_they_become_active():
    owing = account(debt(20))
    after = add(program(), owing, [addition(70, start_date=NOW + DAY)], NOW)
    assert balances_of(after, "", NOW) == Balances(pending=Decimal(70), negative=Decimal(20))
    assert balances_of(after, "", NOW + DAY) == Balances(active=Decimal(50))


def test_what_was_repaid_stays_repaid_when_the_points_would_have_expired():
    points = addition(70, expiry_date=NOW + DAY)
    after = add(program(), account(debt(20)), [points], NOW)
    assert balances_of(after, "", NOW + 2 * DAY) == Balances()


def test_a_subtraction_beyond_the_balance_creates_negative_points():
    after = subtract(program(), account(addition(50)), [subtraction(70)], NOW)
    assert balances_of(after, "", NOW) == Balances(negative=Decimal(20))
    assert after.transactions[-1].creates_negative_balance


def test_a_new_expiry_date_can_bring_points_back():
    points = addition(10, expiry_date=NOW - DAY, created=NOW - 2 * DAY)
    dates = {points.transaction_uuid: NOW + DAY}
    after = move_expiry(program(), account(points), dates, NOW)
    assert balances_of(after, "", NOW).active == 10


@pytest.mark.parametrize(
    ("policy", "joined"),
    [("not_join", None), ("points_earned", NOW), ("points_activated", NOW + DAY)],
)
def test_the_join_policy_says_when_a_customer_joins(policy, joined):
    club = program(program_join_policy=policy)
    earned = add(club, Account(), [addition(10, start_date=NOW + DAY)], NOW)
    assert settle(club, earned, NOW + 5 * DAY).membership.joined == joined


def test_a_customer_joins_once():
    club = program(program_join_policy="points_earned")
    first = add(club, Account(), [addition(1)], NOW)
    second = add(club, first, [addition(1, created=NOW + DAY)], NOW + DAY)
    assert second.membership.joined == NOW


def test_a_clock_that_went_back_changes_nothing_that_was_settled():
    club = program(program_join_policy="points_earned")
    earned = add(club, Account(), [addition(10)], NOW)
    assert settle(club, earned, NOW - DAY) == earned
    assert balances_of(earned, "", NOW - DAY) == Balances(pending=Decimal(10))


amounts = st.integers(1, 100)
days = st.integers(0, 20).map(lambda count: NOW + count * DAY)
additions = st.builds(
    lambda amount, created, start, span: addition(
        amount,
        created=created,
        start_date=start,
        expiry_date=None if span is None else max(created, start or created) + span * DAY,
    ),
    amounts,
    days,
    st.none() | days,
    st.none() | st.integers(1, 20),
)
subtractions = st.builds(
    lambda amount, created: subtraction(amount, created=created), amounts, days
)
histories = st.lists(additions | subtractions, max_size=8).map(
    lambda posted: sorted(posted, key=lambda t: t.created)
)
CLUBS = [
    program(),
    program(program_join_policy="points_activated"),
    program(program_join_policy="points_earned"),
]


def replayed(club, posted):
    result = Account()
    for one in posted:
        post = add if one.type == "addition" else subtract
        result = post(club, result, [one], one.created)
    return result


@given(st.sampled_from(CLUBS), histories, st.integers(20, 60), st.integers(0, 40))
def test_time_may_pass_at_once_or_in_steps(club, posted, first, later):
    there, then = NOW + first * DAY, NOW + (first + later) * DAY
    start = replayed(club, posted)
    in_steps = settle(club, settle(club, start, there), then)
    assert in_steps == settle(club, start, then)


@given(histories, st.integers(20, 60))
def test_a_customer_has_active_or_negative_points_never_both(posted, day):
    active, _, negative = balances_of(replayed(CLUBS[0], posted), "", NOW + day * DAY)
    assert active >= 0
    assert negative >= 0
    assert active == 0 or negative == 0


@given(histories)
def test_no_point_is_lost_and_none_appears(posted):
    result = replayed(CLUBS[0], posted)
    added = sum(t.amount for t in posted if t.type == "addition")
    taken = sum(t.amount for t in posted if t.type == "subtraction")
    left = sum(t.remaining for t in result.transactions if t.type == "addition")
    owed = sum(t.remaining for t in result.transactions if t.type == "subtraction")
    assert left - owed == added - taken
    assert all(0 <= t.remaining <= t.amount for t in result.transactions)


@given(st.lists(additions, max_size=8), st.integers(0, 300))
def test_spending_takes_what_is_asked_or_all_that_is_active(posted, wanted):
    now = NOW + 10 * DAY
    purse = Purse(posted, now)
    active = balances(posted, now).active
    spent = sum(one.amount for one in purse.take("", Decimal(wanted)))
    assert spent == min(Decimal(wanted), active)
    assert balances(purse.transactions(), now).active == active - spent


@given(st.lists(additions, max_size=8), st.lists(amounts, max_size=4))
def test_spending_in_parts_takes_the_same_points_as_at_once(posted, parts):
    now = NOW + 10 * DAY
    at_once, in_parts = Purse(posted, now), Purse(posted, now)
    at_once.take("", Decimal(sum(parts)))
    for part in parts:
        in_parts.take("", Decimal(part))
    assert in_parts.transactions() == at_once.transactions()
