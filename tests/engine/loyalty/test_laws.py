"""What must hold for any points, rules and policies."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.engine.loyalty.accounts import balances_of, settle
from sandbox.engine.loyalty.points import PointsKey, with_points
from sandbox.engine.loyalty.transactions import LoyaltyFacts
from sandbox.numbers import ZERO
from tests.engine.builders import NOW, block, campaign, discount, group, item, profile, rule, run
from tests.engine.loyalty import builders
from tests.engine.loyalty.builders import KEY, TIERS, addition, debt
from tests.engine.loyalty.test_rollback import Store
from tests.engine.loyalty.test_rules import balance_check

DAY = timedelta(days=1)
amounts = st.integers(1, 60)
blocks = st.one_of(
    st.builds(
        lambda amount, pending, validity: builders.add(
            amount, pendingDuration=pending, validityDuration=validity
        ),
        amounts,
        st.sampled_from([None, "1D", "on_action"]),
        st.sampled_from([None, "3D"]),
    ),
    st.builds(builders.deduct, amounts),
    st.just(discount(1)),
)
conditions = st.builds(
    balance_check,
    st.sampled_from(["equals", "lessThan", "greaterThanOrEqual", "not(equals)"]),
    st.sampled_from(["current", "pending", "negative", "tentativeCurrent"]),
    st.integers(0, 100),
) | st.builds(
    lambda operator, tier: block("x-checkTier", operator=operator, programId=5, tier=tier),
    st.sampled_from(["equals", "not(equals)"]),
    st.sampled_from(["Bronze", "Gold"]),
)
rules = st.builds(
    lambda tests, effects: rule(*tests, *effects),
    st.lists(conditions, max_size=1),
    st.lists(blocks, min_size=1, max_size=3),
)
campaigns = st.lists(rules, min_size=1, max_size=4)
lots = st.lists(
    st.builds(
        lambda amount, start, span: addition(
            amount,
            created=NOW - 9 * DAY,
            start_date=NOW + start * DAY,
            expiry_date=None if span is None else NOW + (start + span) * DAY,
        ),
        st.integers(1, 150),
        st.integers(-8, 3),
        st.none() | st.integers(1, 12),
    ),
    max_size=4,
)
debts = st.lists(st.builds(lambda amount: debt(amount, created=NOW - DAY), amounts), max_size=1)
policies = st.sampled_from(["only_pending", "within_balance", "unlimited"])


def evaluated(ruleset, club, held, **fields):
    return run(
        *[campaign(one, id=number) for number, one in enumerate(ruleset, 1)],
        programs=[club],
        who=profile(),
        loyalty=LoyaltyFacts({KEY: held}),
        **fields,
    )


@settings(deadline=None)
@given(campaigns, lots, debts, st.booleans())
def test_the_tentative_balance_is_what_closing_stores(ruleset, points, owed, decides):
    club = builders.settings(tiers=TIERS)
    store = Store(club, *points, *owed)
    before = settle(store.program, store.account, NOW)
    tree = group("highestDiscount", *range(1, len(ruleset) + 1)) if decides else None
    closed = evaluated(ruleset, club, store.account, closing=True, tree=tree)
    store.store(closed.changes)
    tentative = with_points(
        balances_of(before, "", NOW),
        closed.points.get(PointsKey(KEY, "", pending=False), ZERO),
        closed.points.get(PointsKey(KEY, "", pending=True), ZERO),
    )
    assert store.balances() == tentative


@settings(deadline=None)
@given(campaigns, lots)
def test_closing_after_open_updates_gives_what_closing_at_once_gives(ruleset, points):
    club = builders.settings()
    held = Store(club, *points).account
    open_, closed = (evaluated(ruleset, club, held, closing=state) for state in (False, True))
    assert open_.effects == closed.effects
    assert open_.points == closed.points


@settings(deadline=None)
@given(campaigns, lots, debts)
def test_the_recording_form_gives_the_same_answer_as_the_fast_form(ruleset, points, owed):
    club = builders.settings(tiers=TIERS)
    held = Store(club, *points, *owed).account
    fast, recorded = (evaluated(ruleset, club, held, record=record) for record in (False, True))
    assert recorded.effects == fast.effects
    assert recorded.failures() == fast.failures()


@settings(deadline=None)
@given(campaigns, lots, policies, st.integers(0, 80), st.integers(0, 6))
def test_cancelling_never_leaves_more_points_than_the_policy_allows(
    ruleset, points, policy, spent, days
):
    store = Store(builders.settings(return_policy=policy), *points)
    without = Store(builders.settings(return_policy=policy), *points)
    closed = evaluated(ruleset, store.club, store.account, closing=True)
    store.store(closed.changes)
    now = NOW + days * DAY
    affordable = min(Decimal(spent), store.balances(now).active)
    if affordable:
        store.spend(affordable, now)
    undone = store.cancel(closed, now)
    after = store.balances(now)
    if policy != "unlimited":
        assert after.negative == 0
    if (
        policy == "unlimited"
        and not affordable
        and not any(t.expiry_date and t.expiry_date <= now for t in store.all.values())
    ):
        assert after == without.balances(now)
    taken = sum(
        e.props["value"] for e in undone.effects if e.effect_type == "rollbackAddedLoyaltyPoints"
    )
    added = sum(e.props["value"] for e in closed.effects if e.effect_type == "addLoyaltyPoints")
    assert 0 <= taken <= added


extreme = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30),
    st.sampled_from([Decimal("1E-30"), Decimal("1E+30"), Decimal(0), Decimal("-0")]),
)
formulas = st.sampled_from(
    [
        "{{$Session.Total / 3}}",
        "{{$Session.Total * $Session.Total * $Session.Total}}",
        "{{$Loyalty.points_club.Balance - $Session.Total}}",
        "{{1 / ($Session.Total - $Session.Total)}}",
        "{{$Loyalty.points_club.Tier}}",
        "{{$Session.State}}",
        1,
    ]
)
durations = st.sampled_from([None, "999999Y", "-999999Y", "0s", "1D_D", "-3D", "9999W_U"])


@settings(deadline=None)
@given(
    st.lists(extreme, max_size=3),
    st.lists(st.tuples(formulas, durations, durations), max_size=4),
    lots,
    st.sampled_from(["1s", "999999Y", "1M_U", None]),
)
def test_no_amount_and_no_date_makes_an_evaluation_raise(prices, awards, points, expires_in):
    club = builders.settings(
        tiers=TIERS,
        tiers_expiration_policy="tier_start_date",
        tiers_expire_in=expires_in,
        program_join_policy="points_activated",
    )
    ruleset = [
        rule(
            balance_check("not(equals)", "tentativeCurrent", value),
            builders.add(
                value,
                pendingDuration=pending,
                validityDuration=validity,
                target={"type": "allItems"},
            ),
            builders.deduct(value),
            block(
                "x-extendLoyaltyPointsExpiryDate",
                programId=5,
                extensionDuration=pending or "1D",
            ),
        )
        for value, pending, validity in awards
    ]
    store = Store(club, *points)
    items = [item(price=price, position=n, quantity=2) for n, price in enumerate(prices)]
    closed = run(
        campaign(*ruleset),
        programs=[club],
        who=profile(),
        items=items,
        loyalty=LoyaltyFacts({KEY: store.account}),
        closing=True,
    )
    store.store(closed.changes)
    store.cancel(closed)
