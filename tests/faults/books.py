"""Check a workspace against what its clients were told.

Three steps: the event history holds what clients were told, and nothing else but requests that were
not answered, whole; sessions are in the states that this leads to; counters, ledgers and codes are
the sums of the effects in the history, and within their limits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from tests.faults.orders import AFTER, Attempt
from tests.faults.shop import (
    DISCOUNT_BUDGET,
    FRIENDS,
    GIFTS,
    LAST_USES,
    POINTS_BUDGET,
    PROFILES,
)

Bundle = Mapping[str, Any]
Event = Mapping[str, Any]

# What counts when a session closes, and what takes it back at any time.
SIGNS = {
    "acceptCoupon": ("coupon", 1),
    "rollbackCoupon": ("coupon", -1),
    "acceptReferral": ("referral", 1),
    "rollbackReferral": ("referral", -1),
    "setDiscount": ("discount", 1),
    "rollbackDiscount": ("discount", -1),
    "addLoyaltyPoints": ("added", 1),
    "rollbackAddedLoyaltyPoints": ("added", -1),
    "deductLoyaltyPoints": ("deducted", 1),
    "rollbackDeductedLoyaltyPoints": ("deducted", -1),
}


def stored_attempts(bundle: Bundle, attempts: Iterable[Attempt]) -> set[str]:
    """Return the keys of unanswered attempts that were stored, once everything was found right."""
    attempts = list(attempts)
    stored = _check_history(bundle, attempts)
    _check_sessions(bundle, attempts, stored)
    _check_counters(bundle)
    _check_points(bundle)
    _check_giveaways(bundle)
    return stored


def _check_history(bundle: Bundle, attempts: Iterable[Attempt]) -> set[str]:
    """Each session's events are those of its attempts, in order, and say what was answered."""
    events = bundle["x-runtime"].get("events", [])
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    remaining: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        remaining[event["sessionId"]].append(event)
    stored = set()
    for attempt in attempts:
        if attempt.reply is not None and not attempt.is_done:
            assert attempt.reply.status == 409, attempt  # too many for one customer
            continue
        history, count = remaining[attempt.session_id], len(attempt.events)
        found, remaining[attempt.session_id] = history[:count], history[count:]
        if attempt.reply is None and not found:
            continue  # neither answered nor stored
        assert [event["type"] for event in found] == attempt.events, attempt
        if attempt.reply is None:
            stored.add(attempt.key)
        else:
            assert _said(found[-1]) == _said(attempt.reply.body), attempt
    assert not any(remaining.values()), "more was stored than was asked for"
    return stored


def _said(answer: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(effect["effectType"], effect["props"]) for effect in answer["effects"]]


def _check_sessions(bundle: Bundle, attempts: Iterable[Attempt], stored: set[str]) -> None:
    states = {
        attempt.session_id: AFTER[attempt.step]
        for attempt in attempts
        if attempt.is_done or attempt.key in stored
    }
    sessions = bundle.get("customerSessions", [])
    assert {session["integrationId"]: session["state"] for session in sessions} == states


def _check_counters(bundle: Bundle) -> None:
    """Codes, budgets and profiles count what the sessions gave, and no more than they may."""
    sums = _sums(bundle)
    for coupon in bundle["coupons"]:
        assert coupon["usageCounter"] == sums["coupon", coupon["value"]]
        assert coupon["usageCounter"] <= (coupon["usageLimit"] or coupon["usageCounter"])
    for referral in bundle["referrals"]:
        assert referral["usageCounter"] == sums["referral", referral["code"]] <= FRIENDS
    assert sums["coupon", "LAST"] <= LAST_USES
    counted = {
        counter["key"][1]: counter["amount"] for counter in bundle["x-runtime"].get("counters", [])
    }
    assert counted.get("setDiscount", 0) == sums["discount"] <= DISCOUNT_BUDGET
    assert counted.get("createLoyaltyPoints", 0) <= POINTS_BUDGET
    _check_what_stands(bundle, sums)
    orders: Counter[str] = Counter()
    sales: Counter[str] = Counter()
    for session in bundle.get("customerSessions", []):
        if session["state"] in ("closed", "partially_returned"):
            orders[session["profileId"]] += 1
            sales[session["profileId"]] += session["total"]
    for profile in bundle["customerProfiles"]:
        name = profile["integrationId"]
        assert profile["closedSessions"] == orders[name]
        assert profile["totalSales"] == sales[name]
    redeemed = {
        (one["code"], one["profileId"]): one["count"]
        for one in bundle["x-runtime"].get("redemptions", [])
    }
    for name in PROFILES:
        for coupon in bundle["coupons"]:
            code = coupon["value"]
            assert redeemed.get((code, name), 0) == sums["coupon", code, name]


def _check_what_stands(bundle: Bundle, sums: Mapping[Any, Any]) -> None:
    """The effects that `GET` shows of closed sessions add up to the same."""
    states = {s["integrationId"]: s["state"] for s in bundle.get("customerSessions", [])}
    standing = Counter(
        effect["props"]["value"]
        for history in bundle["x-runtime"].get("sessions", [])
        if states[history["sessionId"]] in ("closed", "partially_returned")
        for effect in history.get("effects", [])
        if effect["effectType"] == "acceptCoupon"
    )
    for coupon in bundle["coupons"]:
        assert standing[coupon["value"]] == coupon["usageCounter"]


def _check_points(bundle: Bundle) -> None:
    """Each customer's ledger has what closing and taking back have added and taken."""
    ledger: Counter[str] = Counter()
    for entry in bundle.get("loyaltyTransactions", []):
        sign = 1 if entry["type"] == "addition" else -1
        ledger[entry["profileIntegrationId"]] += sign * entry["amount"]
    sums = _sums(bundle)
    for name in PROFILES:
        assert ledger[name] == sums["added", name] - sums["deducted", name]
        assert ledger[name] >= 0


def _check_giveaways(bundle: Bundle) -> None:
    """A code is used when somebody got it, and nobody else did."""
    given = [
        effect["props"]["code"]
        for event in bundle["x-runtime"].get("events", [])
        for effect in event["effects"]
        if effect["effectType"] == "awardGiveaway"
    ]
    codes = bundle["giveawayPools"][0]["codes"]
    assert sorted(given) == [code["code"] for code in codes if code.get("used")]
    assert len(given) <= len(GIFTS)


def _sums(bundle: Bundle) -> Counter[Any]:
    """Return what the history adds up to: coupons and referrals by code, points by customer."""
    sums: Counter[Any] = Counter()
    for event in bundle["x-runtime"].get("events", []):
        for effect in event["effects"]:
            kind, sign = SIGNS.get(effect["effectType"], ("", 0))
            if not kind or (sign > 0 and event["type"] != "talon_session_closed"):
                continue
            value, profile = effect["props"]["value"], event["profileId"]
            if kind in ("coupon", "referral"):
                sums[kind, value] += sign
                sums[kind, value, profile] += sign
            elif kind == "discount":
                sums[kind] += sign * value
            else:
                sums[kind, profile] += sign * value
    return sums
