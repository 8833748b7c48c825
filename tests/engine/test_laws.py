"""What must hold for any ruleset and any cart."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.engine.definitions import Audience, GiveawayPool
from sandbox.engine.evaluation import Memberships
from sandbox.engine.ledger import Ledger
from sandbox.engine.model import Giveaway
from sandbox.engine.prorate import prorate
from sandbox.engine.rollback import rollback
from tests.engine.builders import (
    NOW,
    block,
    campaign,
    check,
    coupon,
    discount,
    item,
    notify,
    profile,
    referral,
    rule,
    run,
)

AUDIENCE: dict[str, Any] = {"id": 9, "name": "VIP"}
POOL: dict[str, Any] = {"id": 2, "name": "Cinema"}

amounts = st.decimals(min_value="0.01", max_value=1000, places=2)
leaves = st.one_of(
    st.builds(
        lambda operator, value: check("$Session.Total", operator, value=value),
        st.sampled_from(["greaterThan", "lessThanOrEqual", "not(equals)"]),
        st.integers(0, 300),
    ),
    st.just(check("$Profile.Attributes.Nobody", "equals", value="x")),
    st.just(block("checkCoupon", redeem=True)),
    st.just(block("checkReferral", redeem=True)),
    st.builds(
        lambda operator, role: block(
            "checkAudience", operator=operator, profile=role, audience=AUDIENCE
        ),
        st.sampled_from(["member", "not(member)", "justJoined", "justLeft"]),
        st.sampled_from(["Current", "Advocate"]),
    ),
)
codes = st.sampled_from(
    [
        block("createCoupon", campaignId=1, recipientId="", storeInSession=True, pattern="#"),
        block("createReferral", campaignId=1, friendId="", storeInSession=False),
        block("reserveCoupon"),
        block("awardGiveaway", giveawayPool=POOL, profile="Advocate"),
        block("updateAudienceMembership", operator="add", profile="Current", audience=AUDIENCE),
    ]
)
failing = st.builds(lambda leaf: leaf | {"onFailure": [notify("sorry")]}, leaves)
conditions = st.recursive(
    leaves | failing,
    lambda inner: st.builds(
        lambda operator, blocks: block("group", operator=operator, blocks=blocks),
        st.sampled_from(["all", "atLeastOne", "none"]),
        st.lists(inner | st.just(notify("inside")), max_size=3),
    ),
    max_leaves=8,
)
rules = st.builds(
    lambda tests, more, value: rule(*tests, *more, discount(value)),
    st.lists(conditions, max_size=3),
    st.lists(codes, max_size=3),
    st.integers(-1, 50),
)
carts = st.lists(
    st.builds(lambda price, quantity: (price, quantity), amounts, st.integers(1, 3)), max_size=4
).map(lambda lines: [item(price=p, quantity=q, position=n) for n, (p, q) in enumerate(lines)])


@settings(max_examples=200, deadline=None)
@given(st.lists(rules, min_size=1, max_size=3), carts, st.booleans(), st.integers())
def test_the_recording_form_gives_the_same_answer_as_the_fast_form(ruleset, items, closing, seed):
    fast, recorded = (
        run(
            campaign(*ruleset),
            items=items,
            coupons=[coupon()],
            who=profile(),
            closing=closing,
            record=record,
            seed=str(seed),
            referral_code="REF",
            facts={
                "referral": referral(),
                "advocate": profile("advocate"),
                "audiences": Memberships(frozenset({9})),
                "giveaways": {2: [Giveaway(id=1, created=NOW, code="A", pool_id=2)]},
            },
            define={
                "audiences": [Audience(**AUDIENCE)],
                "giveaway_pools": [GiveawayPool(**POOL)],
            },
        )
        for record in (False, True)
    )
    assert recorded.effects == fast.effects
    assert recorded.changes == fast.changes
    assert recorded.failures() == fast.failures()
    assert fast.trace is None
    assert recorded.trace is not None


@given(amounts, st.lists(amounts, min_size=1, max_size=10), st.sampled_from([0, 2, 3]))
def test_the_parts_of_a_pro_rata_discount_sum_to_it(total, weights, decimals):
    parts = prorate(total, weights, decimals)
    assert sum(parts) == total
    assert all(part >= 0 for part in parts)


@given(st.lists(st.tuples(st.sampled_from("abc"), amounts), max_size=20), st.integers(0, 20))
def test_what_is_undone_and_redone_is_as_if_nothing_happened(additions, cut):
    ledger = Ledger()
    for key, amount in additions[:cut]:
        ledger.add(key, amount)
    mark, before = ledger.mark(), ledger.amounts()
    for key, amount in additions[cut:]:
        ledger.add(key, amount)
    after = ledger.amounts()
    undone = ledger.undo(mark)
    assert ledger.amounts() == before
    ledger.redo(undone)
    assert ledger.amounts() == after


@settings(deadline=None)
@given(carts)
def test_cancelling_gives_back_exactly_what_closing_counted(items):
    closed = run(
        campaign(rule(block("checkCoupon", redeem=True), discount("{{$Session.Total * 10%}}"))),
        items=items,
        coupons=[coupon(discount_limit=Decimal(10_000))],
        who=profile(),
        closing=True,
    )
    effects, changes = rollback(closed.effects, closed.changes)
    given_back = [e.props["value"] for e in effects if e.effect_type == "rollbackDiscount"]
    assert given_back == [
        e.props["value"] for e in closed.effects if e.effect_type == "setDiscount"
    ]
    assert [change.inverse() for change in changes] == list(closed.changes)


@given(carts)
def test_the_same_inputs_give_the_same_answer(items):
    rules_ = campaign(rule(discount(3, target={"type": "allItems"})))
    first, second = run(rules_, items=items), run(rules_, items=items)
    assert (first.effects, first.failures()) == (second.effects, second.failures())


extreme = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30),
    st.sampled_from([Decimal("1E-30"), Decimal("1E+30"), Decimal(0), Decimal("-0")]),
)
formulas = st.sampled_from(
    [
        "{{$Session.Total * 33%}}",
        "{{ROUND($Session.Total / 3, 2)}}",
        "{{ROUND_UP($Session.Total) * $Session.Total}}",
        "{{1 / ($Session.Total - $Session.Total)}}",
        "{{$Profile.Attributes.Nobody}}",
        "{{$Session.State}}",
        1,
    ]
)
targets = st.sampled_from(
    [{"type": "cart"}, {"type": "allItems"}, {"type": "allItems", "prorated": True}]
)


@settings(deadline=None)
@given(
    st.lists(extreme, max_size=4), st.lists(st.tuples(formulas, targets), max_size=4), st.booleans()
)
def test_no_amount_makes_an_evaluation_raise(prices, awards, cascading):
    ruleset = [rule(discount(value, target=target, partial=True)) for value, target in awards]
    gift = rule(block("awardItem", sku="x", name="x", quantity="{{$Session.Total}}"))
    items = [item(price=price, position=n, quantity=3) for n, price in enumerate(prices)]
    run(
        campaign(*ruleset, gift),
        items=items,
        settings={"enable_cascading_discounts": cascading},
        closing=True,
    )
