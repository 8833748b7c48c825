"""A small shop for clients that nobody here wrote: a code, points for what is bought, a reward."""

from __future__ import annotations

from typing import Any

PROGRAM = 5


def campaign(id: int, name: str, *blocks: dict[str, Any], **fields: Any) -> dict[str, Any]:
    rules = [{"title": name, "blocks": list(blocks)}]
    return {"id": id, "name": name, "ruleset": {"id": 10 + id, "promotionRules": rules}, **fields}


def discount(name: str, value: Any) -> dict[str, Any]:
    target = {"type": "cart"}
    return {"id": name, "type": "awardDiscount", "name": name, "value": value, "target": target}


def points(kind: str, value: Any) -> dict[str, Any]:
    return {"id": kind, "type": kind, "name": "points", "programId": PROGRAM, "value": value}


CODE = {"id": "code", "type": "checkCoupon", "redeem": True}

# What the examples of the SDKs name: an Application 7 and a code; also a discount without one.
EXAMPLES: dict[str, Any] = {
    "application": {"id": 7, "name": "Example shop", "currency": "EUR"},
    "campaigns": [
        campaign(1, "Welcome", discount("Welcome", 1)),
        campaign(2, "Summer", CODE, discount("Summer", "{{$Session.Total * 20%}}")),
    ],
    "coupons": [
        {"value": code, "campaignId": 2, "usageLimit": 0} for code in ("Cool_Stuff", "Cool-Summer!")
    ],
}
# A code for 20 %, one point for each unit of currency, and 50 points for a code.
FLOW: dict[str, Any] = {
    "clock": "2026-06-15T12:00:00Z",
    "attributes": [{"entity": "CustomerProfile", "name": "Language", "type": "string"}],
    "loyaltyPrograms": [{"id": PROGRAM, "name": "club", "returnPolicy": "within_balance"}],
    "campaigns": [
        campaign(1, "Twenty", CODE, discount("20 % off", "{{$Session.Total * 20%}}")),
        campaign(
            2,
            "Points",
            points("x-addLoyaltyPoints", "{{$Session.Total}}"),
            reevaluateOnReturn=True,
        ),
        campaign(3, "Reward", CODE, points("x-deductLoyaltyPoints", 50), discount("Reward", 5)),
    ],
    "coupons": [
        {"value": "xmas20", "campaignId": 1, "usageLimit": 1},
        {"value": "REWARD", "campaignId": 3, "usageLimit": 0},
    ],
}
