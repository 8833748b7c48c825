"""Campaigns and their coupons as rows: what runs, when, and how much of its budgets is used.

Shapes: Management API, schemas Campaign and Coupon.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

import pandas as pd

from sandbox.insight.money import exact, moment, money
from sandbox.numbers import ZERO

Json: TypeAlias = Mapping[str, Any]

STATES = {
    "running": "running",
    "scheduled": "scheduled",
    "expired": "over",
    "disabled": "switched off",
    "archived": "archived",
    "staged": "staged",
}
_ACTIONS = {
    "redeemCoupon": "redemptions",
    "redeemReferral": "referral redemptions",
    "setDiscount": "discount",
    "setDiscountEffect": "discounts given",
    "createCoupon": "coupons created",
    "createReferral": "referrals created",
    "createLoyaltyPoints": "points added",
    "createLoyaltyPointsEffect": "times points were added",
    "redeemLoyaltyPoints": "points deducted",
    "redeemLoyaltyPointsEffect": "times points were deducted",
    "addFreeItem": "free items",
    "addFreeItemEffect": "free items",
    "awardGiveaway": "giveaways",
    "customEffect": "custom effects",
    "callApi": "webhook calls",
    "reserveCoupon": "reservations",
}
_IN_MONEY = {"setDiscount"}
_ALWAYS = "always"
# What says nothing where every coupon has it.
_USUAL = {"For": "anybody", "Reserved": 0, "Expires": "never", "Left on it": ""}


def state_words(campaign: Json) -> str:
    """Return the state that the Campaign Manager shows, in words."""
    state = str(campaign.get("frontendState") or campaign.get("state") or "")
    return STATES.get(state, state)


def schedule_words(campaign: Json, timezone: str) -> str:
    """Return when a campaign runs: “from 1 June 2026, 00:00”, “always”."""
    start, end = campaign.get("startTime"), campaign.get("endTime")
    parts = []
    if start:
        parts.append(f"from {moment(datetime.fromisoformat(start), timezone)}")
    if end:
        parts.append(f"until {moment(datetime.fromisoformat(end), timezone)}")
    return " ".join(parts) or _ALWAYS


def budget_words(campaign: Json, currency: str) -> list[str]:
    """Return how much of each budget is used: “€88.00 of €100.00 discount”."""
    return [f"{amounts} {what}" for what, amounts in budgets_in_words(campaign, currency)]


def budgets_in_words(campaign: Json, currency: str) -> list[tuple[str, str]]:
    """Return what each budget limits, and how much of it is used: discount, “€88.00 of €100.00”."""
    return [_budget(budget, currency) for budget in campaign.get("budgets") or []]


def _budget(budget: Json, currency: str) -> tuple[str, str]:
    action = str(budget["action"])
    used = Decimal(budget.get("counter") or ZERO)
    limit = Decimal(budget["limit"])
    if action in _IN_MONEY:
        amounts = f"{money(used, currency)} of {money(limit, currency)}"
    else:
        amounts = f"{exact(used)} of {exact(limit)}"
    return _ACTIONS.get(action, action), amounts


def running_first(campaigns: Sequence[Json]) -> list[Json]:
    """Return campaigns by their states: what runs, what will, and then the rest."""
    order = list(STATES.values())
    known = {state: place for place, state in enumerate(order)}
    return sorted(campaigns, key=lambda campaign: known.get(state_words(campaign), len(order)))


def summary_words(campaign: Json, timezone: str, currency: str) -> str:
    """Return a campaign in a line: what it is for, when it runs, budgets, redeemed codes."""
    runs = schedule_words(campaign, timezone)
    redeemed = campaign.get("couponRedemptionCount")
    parts = [
        campaign.get("description"),
        runs if runs != _ALWAYS else None,
        *budget_words(campaign, currency),
        f"{redeemed} codes redeemed" if redeemed else None,
    ]
    return " · ".join(filter(None, parts))


def coupons_frame(
    coupons: Sequence[Json], now: datetime, timezone: str, currency: str
) -> pd.DataFrame:
    """Return one row a coupon: whether it works now, uses, who may use it, until when.

    Columns in which every coupon has the usual value are left out.
    """
    frame = pd.DataFrame(
        [
            (
                coupon["value"],
                coupon_state(coupon, now),
                uses_words(coupon),
                coupon.get("recipientIntegrationId") or "anybody",
                coupon.get("reservationCounter") or 0,
                _expiry(coupon, timezone),
                worth_words(coupon, currency),
            )
            for coupon in coupons
        ],
        columns=["Code", "State", "Used", *_USUAL],
    )
    silent = [name for name, usual in _USUAL.items() if (frame[name] == usual).all()]
    return frame.drop(columns=silent)


def coupon_state(coupon: Json, now: datetime) -> str:
    """Return whether a coupon can be used at a time, its campaign aside."""
    start, expiry = coupon.get("startDate"), coupon.get("expiryDate")
    if start and now < datetime.fromisoformat(start):
        return "not yet valid"
    if expiry and datetime.fromisoformat(expiry) <= now:
        return "expired"
    limit = coupon.get("usageLimit") or 0
    if limit and (coupon.get("usageCounter") or 0) >= limit:
        return "used up"
    return "usable"


def uses_words(coupon: Json) -> str:
    """Return how often a coupon was used, of how often it may be: “3 of 10”."""
    used, limit = coupon.get("usageCounter") or 0, coupon.get("usageLimit") or 0
    return f"{used} of {limit}" if limit else f"{used}, no limit"


def _expiry(coupon: Json, timezone: str) -> str:
    expiry = coupon.get("expiryDate")
    return moment(datetime.fromisoformat(expiry), timezone) if expiry else "never"


def worth_words(coupon: Json, currency: str) -> str:
    """Return what is left on a coupon that has so much to give in all; "" for any other."""
    left = coupon.get("discountRemainder")
    return "" if left is None else money(left, currency)
