"""A shop where everything is scarce: the last uses of codes, budgets, giveaways and points."""

from __future__ import annotations

from typing import Any

CLIENTS = 8
PROGRAM = 5
LAST_USES = 9
DISCOUNT_BUDGET = 150
POINTS_BUDGET = 2_500
FRIENDS = 4
GIFTS = [f"GIFT-{number}" for number in range(6)]


def _campaign(id: int, blocks: list[dict[str, Any]], **limits: int) -> dict[str, Any]:
    return {
        "id": id,
        "name": f"Campaign {id}",
        "limits": [{"action": action, "limit": limit} for action, limit in limits.items()],
        "ruleset": {"id": 10 + id, "promotionRules": [{"title": "r", "blocks": blocks}]},
    }


def _points(id: str, type: str, value: Any) -> dict[str, Any]:
    return {"id": id, "type": type, "name": "points", "programId": PROGRAM, "value": value}


def profile_of(client: int, shared: bool) -> str:
    """Return whose order it is. Four clients share a customer, and get in each other's way."""
    return f"shared-{client % 2}" if shared else f"own-{client}"


PROFILES = sorted({profile_of(n, shared) for n in range(CLIENTS) for shared in (True, False)})

BUNDLE: dict[str, Any] = {
    "loyaltyPrograms": [{"id": PROGRAM, "name": "club", "returnPolicy": "within_balance"}],
    "giveawayPools": [{"id": 2, "name": "Cinema", "codes": [{"code": code} for code in GIFTS]}],
    "campaigns": [
        _campaign(
            1,
            [
                {"id": "a", "type": "checkCoupon", "redeem": True},
                {
                    "id": "b",
                    "type": "awardDiscount",
                    "name": "off",
                    "value": "{{$Session.Total * 10%}}",
                    "target": {"type": "cart"},
                },
            ],
            setDiscount=DISCOUNT_BUDGET,
        ),
        _campaign(
            2,
            [_points("c", "x-addLoyaltyPoints", "{{$Session.Total}}")],
            createLoyaltyPoints=POINTS_BUDGET,
        ),
        _campaign(
            3,
            [
                {"id": "d", "type": "checkCoupon", "redeem": True},
                _points("e", "x-deductLoyaltyPoints", 30),
            ],
        ),
        _campaign(
            4,
            [
                {"id": "f", "type": "checkReferral", "redeem": True},
                {
                    "id": "g",
                    "type": "awardGiveaway",
                    "giveawayPool": {"id": 2, "name": "Cinema"},
                    "profile": "Current",
                },
            ],
        ),
    ],
    "coupons": [
        {"value": "LAST", "campaignId": 1, "usageLimit": LAST_USES},
        {"value": "PLENTY", "campaignId": 1, "usageLimit": 0},
        {"value": "SPEND", "campaignId": 3, "usageLimit": 0},
    ],
    "referrals": [
        {
            "code": f"FRIEND-{number}",
            "campaignId": 4,
            "usageLimit": FRIENDS,
            "advocateProfileIntegrationId": "advocate",
        }
        for number in range(2)
    ],
    "customerProfiles": [{"integrationId": name} for name in ("advocate", *PROFILES)],
}
