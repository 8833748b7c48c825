"""What an order changed, as rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.insight.tally import moved


def tally(**fields: Any) -> dict[str, Any]:
    empty = {"inventory": {}, "achievements": [], "campaigns": [], "coupons": [], "referrals": []}
    return empty | fields


def rows(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {row.what: (row.before, row.after) for row in moved(before, after, "EUR")}


def coupon(uses: int, **fields: Any) -> dict[str, Any]:
    return {"value": "TEN", "usageCounter": uses, "usageLimit": 3} | fields


def customer(orders: int, spent: str, points: int, tier: str = "Silver") -> dict[str, Any]:
    ledger = {"currentBalance": points, "currentTier": {"name": tier}}
    return {
        "profile": {"integrationId": "p", "closedSessions": orders, "totalSales": Decimal(spent)},
        "loyalty": {"programs": {"1": {"id": 1, "title": "Club", "ledger": ledger}}},
    }


def test_only_what_moved_is_told():
    assert rows(tally(coupons=[coupon(1)]), tally(coupons=[coupon(1)])) == {}


def test_uses_of_codes_and_what_is_left_on_them():
    before = coupon(0, discountRemainder=Decimal(50))
    after = coupon(1, discountRemainder=Decimal("30.5"))
    assert rows(tally(coupons=[before]), tally(coupons=[after])) == {
        "Uses of TEN": ("0 of 3", "1 of 3"),
        "Left on TEN": ("€50.00", "€30.50"),
    }


def test_budgets():
    def campaign(counter: int) -> dict[str, Any]:
        budget = {"action": "setDiscount", "limit": 100, "counter": counter}
        return {"name": "Gift", "budgets": [budget]}

    assert rows(tally(campaigns=[campaign(0)]), tally(campaigns=[campaign(30)])) == {
        "Budget of Gift, discount": ("€0.00 of €100.00", "€30.00 of €100.00")
    }


def test_a_customers_orders_spending_points_and_tier():
    before = tally(inventory=customer(1, "10", 5))
    after = tally(inventory=customer(2, "30", 25, "Gold"))
    assert rows(before, after) == {
        "Orders of p": ("1", "2"),
        "Spent by p": ("€10.00", "€30.00"),
        "Points in Club": ("5", "25"),
        "Tier in Club": ("Silver", "Gold"),
    }


def test_a_customer_who_came_to_be_had_nothing():
    found = rows(tally(), tally(inventory=customer(1, "10", 0)))
    assert found["Orders of p"] == ("none", "1")


def test_progress_audiences_giveaways_and_referral_codes():
    inventory = customer(1, "10", 0)
    joined = {**inventory["profile"], "audienceMemberships": [{"id": 1, "name": "VIP"}]}
    after = {
        **inventory,
        "profile": joined,
        "giveaways": [{"code": "CINEMA"}],
        "referrals": [{"code": "FRIEND"}],
    }

    def achievement(done: int) -> list[dict[str, Any]]:
        return [{"name": "three", "target": 3, "currentProgress": {"progress": done}}]

    found = rows(
        tally(inventory=inventory, achievements=achievement(1)),
        tally(inventory=after, achievements=achievement(2)),
    )
    assert found == {
        "Progress of three": ("1 of 3", "2 of 3"),
        "Audience VIP": ("none", "member"),
        "Giveaway CINEMA": ("none", "awarded"),
        "Referral code FRIEND": ("none", "created"),
    }


def test_uses_of_a_referral_code():
    before, after = ({"code": "FRIEND", "usageCounter": n, "usageLimit": 0} for n in range(2))
    found = rows(tally(referrals=[before]), tally(referrals=[after]))
    assert found == {"Uses of FRIEND": ("0, no limit", "1, no limit")}
