"""No budget is exceeded, and what is counted is what was granted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from msgspec.structs import replace

from sandbox.engine.budgets import counter_keys, effective_limits, limit_keys
from sandbox.engine.changes import CountBudget, CountCoupon, CounterKey, TakeGiveaway
from sandbox.engine.evaluation import Evaluation
from sandbox.engine.model import Coupon, Limit
from sandbox.engine.run import DISCOUNTS
from sandbox.numbers import ZERO
from tests.engine.strategies import examples
from tests.engine.strategies.applications import definitions
from tests.engine.strategies.situations import Situation, situations


def counted(evaluation: Evaluation) -> dict[CounterKey, Decimal]:
    amounts: dict[CounterKey, Decimal] = defaultdict(Decimal)
    for change in evaluation.changes:
        if isinstance(change, CountBudget):
            amounts[change.key] += change.amount
    return amounts


def coupons_of(situation: Situation, campaign_id: int) -> list[Coupon]:
    return [c for c in situation.facts.coupons.values() if c.campaign_id == campaign_id]


def limits_with_keys(situation: Situation) -> Iterator[tuple[Limit, CounterKey]]:
    """Yield every limit with each counter that it reads: for each code, and without one."""
    referral, zone = situation.facts.referral, ZoneInfo(situation.definition.application.timezone)
    for campaign in situation.definition.campaigns:
        own = referral.code if referral and referral.campaign_id == campaign.id else None
        for coupon in [None, *coupons_of(situation, campaign.id)]:
            limits = effective_limits(campaign.limits, coupon) if coupon else campaign.limits
            codes = [coupon.value] if coupon else []
            for limit in limits:
                keys = limit_keys(
                    limit, campaign.id, situation.session, codes, own, situation.now, zone
                )
                yield from ((limit, key) for key in keys)


@examples(2)
@given(situations(closing=True))
def test_no_budget_is_exceeded(situation: Situation):
    granted = counted(situation.evaluate())
    for limit, key in limits_with_keys(situation):
        left = limit.limit - situation.facts.counters.get(key, ZERO)
        assert granted[key] <= max(left, ZERO)


# Actions of which every effect, or every redemption, is one.
_EFFECTS = {
    "addFreeItem": "addFreeItemEffect",
    "customEffect": "customEffect",
    "triggerWebhook": "callApi",
    "couponCreated": "createCoupon",
    "referralCreated": "createReferral",
    "awardGiveaway": "awardGiveaway",
    "willAwardGiveaway": "awardGiveaway",
    **dict.fromkeys(DISCOUNTS, "setDiscountEffect"),
}


def granted_by(evaluation: Evaluation, campaign_id: int, coupon: Coupon | None) -> Counter[str]:
    """Return how much of each action a campaign granted, in the runs of a coupon, or in all."""
    amounts: Counter[str] = Counter()
    for effect in evaluation.effects:
        if effect.campaign_id != campaign_id or effect.effect_type not in _EFFECTS:
            continue
        if coupon is None or effect.triggered_by_coupon == coupon.id:
            amounts[_EFFECTS[effect.effect_type]] += 1
            if effect.effect_type in DISCOUNTS:
                amounts["setDiscount"] += effect.props["value"]
    return amounts


@examples(2)
@given(situations(closing=True))
def test_what_is_counted_is_what_was_granted(situation: Situation):
    evaluation = situation.evaluate()
    in_budgets = counted(evaluation)
    for _, key in limits_with_keys(situation):
        if any(coupon.limits for coupon in coupons_of(situation, key.campaign_id)):
            continue  # limits of a code count apart from those that they override
        if key.action in ("setDiscount", *_EFFECTS.values()) and not key.referral:
            coupon = situation.facts.coupons.get(key.coupon)
            granted = granted_by(evaluation, key.campaign_id, coupon)
            assert in_budgets[key] == granted[key.action]


@examples()
@given(situations(closing=True))
def test_every_redemption_is_counted(situation: Situation):
    evaluation = situation.evaluate()
    in_budgets = counted(evaluation)
    redeemed = [c.code for c in evaluation.changes if isinstance(c, CountCoupon)]
    for _, key in limits_with_keys(situation):
        coupons = coupons_of(situation, key.campaign_id)
        if key.action == "redeemCoupon" and not any(coupon.limits for coupon in coupons):
            codes = {key.coupon} if key.coupon else {coupon.value for coupon in coupons}
            assert in_budgets[key] == sum(code in codes for code in redeemed)


@examples(2)
@given(situations(closing=True))
def test_no_code_gives_more_than_it_is_worth(situation: Situation):
    evaluation = situation.evaluate()
    for change in evaluation.changes:
        if not isinstance(change, CountCoupon):
            continue
        coupon = situation.facts.coupons[change.code]
        if coupon.discount_limit is None:
            assert change.discount == ZERO
        else:
            left = coupon.discount_limit - (coupon.discount_counter or ZERO)
            assert ZERO <= change.discount <= max(left, ZERO)


@examples()
@given(situations(closing=True))
def test_no_giveaway_code_is_given_twice(situation: Situation):
    evaluation = situation.evaluate()
    taken = [c.code for c in evaluation.changes if isinstance(c, TakeGiveaway)]
    known = [giveaway.code for giveaway in situation.facts.giveaways[1]]
    assert taken == known[: len(taken)]


class _Asked(dict[CounterKey, Decimal]):
    """Counters that remember what was asked for."""

    def __init__(self, counters: Any) -> None:
        super().__init__(counters)
        self.keys_asked: set[CounterKey] = set()

    def get(self, key: CounterKey, default: Any = None) -> Any:
        self.keys_asked.add(key)
        return super().get(key, default)


@examples()
@given(situations(definitions()))
def test_evaluation_asks_for_no_counter_that_nobody_read(situation: Situation):
    asked = _Asked(situation.facts.counters)
    facts = replace(situation.facts, counters=asked)
    Situation(situation.definition, facts, situation.request, situation.now).evaluate()
    referral = situation.facts.referral
    assert asked.keys_asked <= counter_keys(
        situation.definition.campaigns,
        situation.session,
        situation.facts.coupons.values(),
        referral.code if referral else None,
        situation.now,
        ZoneInfo(situation.definition.application.timezone),
    )
