"""A workspace with campaigns and codes, for tests about them."""

from __future__ import annotations

from typing import Any

from tests.client import Client, Reply, coupon_campaign

NOW = "2026-06-15T12:00:00Z"
CAMPAIGN = "/v1/applications/7/campaigns/1"
ATTRIBUTES = [
    {"entity": "Coupon", "name": "channel", "type": "string"},
    {"entity": "Coupon", "name": "rank", "type": "number"},
    {"entity": "Referral", "name": "channel", "type": "string"},
    {"entity": "Giveaway", "name": "provider", "type": "string"},
]


def loaded(client: Client, **parts: Any) -> Client:
    """Load two campaigns: the first gives 10 % off with a code."""
    campaigns = [
        coupon_campaign(),
        {"id": 2, "name": "Other", "ruleset": {"id": 22, "promotionRules": []}},
    ]
    bundle = {
        "clock": NOW,
        "application": {"id": 7, "name": "Shop", "currency": "USD", "timezone": "UTC"},
        "campaigns": campaigns,
        "attributes": ATTRIBUTES,
        **parts,
    }
    reply = client.load("codes", **bundle)
    assert reply.status in (200, 201), reply.body
    return client


def coupon(id: int, value: str, **fields: Any) -> dict[str, Any]:
    """A coupon of the first campaign, for a bundle."""
    given = {"campaignId": 1, "created": NOW, "usageLimit": 1, "usageCounter": 0}
    return {"id": id, "value": value, **given, **fields}


def create(client: Client, query: str = "?silent=no", **fields: Any) -> list[dict[str, Any]]:
    """Create coupons of the first campaign, one unless it is said otherwise."""
    sent = {"numberOfCoupons": 1, "usageLimit": 1, **fields}
    reply = client.manage("POST", f"{CAMPAIGN}/coupons{query}", sent)
    assert reply.status == 200, reply.body
    return reply.body["data"]


def values(client: Client, query: str = "") -> list[str]:
    """Return the codes of the first campaign, as they are listed."""
    reply = client.manage("GET", f"{CAMPAIGN}/coupons/no_total{query}")
    assert reply.status == 200, reply.body
    return [coupon["value"] for coupon in reply.body["data"]]


def upload(client: Client, method: str, path: str, text: str | bytes) -> Reply:
    """Send a file as the vendor's imports want it."""
    content = text.encode() if isinstance(text, str) else text
    head = 'Content-Disposition: form-data; name="upFile"; filename="codes.csv"'
    body = b"--X\r\n" + head.encode() + b"\r\nContent-Type: text/csv\r\n\r\n" + content
    sent = {"Content-Type": "multipart/form-data; boundary=X"}
    return client.manage(method, path, body + b"\r\n--X--\r\n", **sent)
