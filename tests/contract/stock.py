"""A workspace with one of everything, for operations that no conformance case calls."""

from __future__ import annotations

from typing import Any

from tests.client import Client, item

WORKSPACE = "contract-stock"
DISCOUNT = {
    "id": "b",
    "type": "awardDiscount",
    "name": "Ten",
    "value": 10,
    "target": {"type": "cart"},
}
RULESET: dict[str, Any] = {"id": 1, "promotionRules": [{"title": "Ten", "blocks": [DISCOUNT]}]}
BUNDLE: dict[str, Any] = {
    "clock": "2026-06-15T12:00:00Z",
    "application": {"id": 1, "name": "Shop"},
    "attributes": [{"id": 1, "entity": "CartItem", "name": "color", "type": "string"}],
    "additionalCosts": [{"id": 1, "name": "shipping", "title": "Shipping", "type": "session"}],
    "stores": [{"id": 1, "name": "Berlin", "integrationId": "BER"}],
    "audiences": [{"id": 1, "name": "VIP", "members": ["p"]}],
    "collections": [
        {"id": 1, "name": "Shoes", "items": ["A"]},
        {"id": 2, "name": "Hats", "campaignId": 1, "items": ["B"]},
    ],
    "catalogs": [{"id": 1, "name": "Shoes", "items": [{"sku": "A", "price": 10}]}],
    "giveawayPools": [{"id": 1, "name": "Tickets", "codes": [{"id": 1, "code": "T1"}]}],
    "valueMaps": [{"id": 1, "campaignId": 1, "items": {"A": 5}}],
    "cartItemFilters": [
        {"id": 1, "name": "all", "expr": ["filter", [".", "Session", "CartItems"]]}
    ],
    "experiments": [
        {
            "id": 1,
            "campaignId": 1,
            "variants": [
                {"id": 1, "weight": 50, "isPrimary": True, "ruleset": RULESET},
                {"id": 2, "weight": 50, "ruleset": RULESET | {"id": 2}},
            ],
        }
    ],
    "webhooks": [{"id": 1, "title": "Mail"}],
    "eventTypes": [{"id": 1, "name": "visit", "title": "Visit"}],
    "loyaltyPrograms": [
        {"id": 1, "name": "Points", "title": "Points"},
        {"id": 2, "name": "Cards", "title": "Cards", "cardBased": True},
    ],
    "loyaltyCards": [{"programId": 2, "identifier": "CARD-1", "profiles": ["p"]}],
    "loyaltyTransactions": [
        {"programId": 1, "profileIntegrationId": "p", "type": "addition", "amount": 50},
        {"programId": 2, "cardIdentifier": "CARD-1", "type": "addition", "amount": 50},
    ],
    "achievements": [{"id": 1, "name": "Visits", "title": "Visits", "target": 3, "campaignId": 1}],
    "campaigns": [
        {
            "id": 1,
            "name": "Summer",
            "features": ["coupons", "referrals", "loyalty"],
            "limits": [{"action": "setDiscount", "limit": 1000, "entities": []}],
            "ruleset": RULESET,
        }
    ],
    "coupons": [{"id": 1, "campaignId": 1, "value": "SAVE"}],
    "referrals": [
        {"id": 1, "campaignId": 1, "code": "FRIEND", "advocateProfileIntegrationId": "p"}
    ],
    "customerProfiles": [{"integrationId": "p", "attributes": {}}],
}
IDS = {
    "applicationId": "1",
    "campaignId": "1",
    "rulesetId": "1",
    "couponId": "1",
    "couponValue": "SAVE",
    "referralId": "1",
    "customerId": "1",
    "integrationId": "p",
    "customerSessionId": "s",
    "sessionId": "1",
    "attributeId": "1",
    "additionalCostId": "1",
    "storeId": "1",
    "audienceId": "1",
    "catalogId": "1",
    "collectionId": "1",
    "valueMapId": "1",
    "webhookId": "1",
    "experimentId": "1",
    "cartItemFilterId": "1",
    "expressionId": "1",
    "poolId": "1",
    "achievementId": "1",
    "loyaltyProgramId": "1",
}


# What operations take here, by their ids.
BODIES: dict[str, Any] = {
    "bestPriorPrice": {
        "skus": ["A"],
        "timeframeEndDate": "2026-06-14T00:00:00Z",
        "timeframe": "30",
        "timeframeEndDateType": "strict",
    },
    "updateAttribute": {
        "entity": "CartItem",
        "name": "color",
        "title": "Color",
        "type": "string",
        "description": "Of the item",
        "suggestions": [],
        "editable": True,
    },
    "createAchievementV2": {
        "name": "Orders",
        "title": "Orders",
        "description": "Three orders",
        "target": 3,
        "timezone": "UTC",
        "sandbox": True,
        "subscribedApplications": [1],
    },
    "updateAchievementV2": {
        "name": "Visits",
        "title": "Visits",
        "description": "Four visits",
        "target": 4,
        "subscribedApplications": [1],
    },
    "updateAdditionalCost": {"name": "shipping", "title": "Shipping", "description": "By post"},
    "updateLoyaltyCard": {"status": "inactive"},
    "createBatchLoyaltyCards": {"numberOfCards": 2, "status": "active"},
    "updateStore": {"name": "Berlin", "description": "Mitte", "integrationId": "BER"},
    "createCouponsForMultipleRecipients": {
        "usageLimit": 1,
        "recipientsIntegrationIds": ["p"],
        "validCharacters": ["A", "B"],
        "couponPattern": "VIP-####",
    },
}


def ids_for(path: str) -> dict[str, str]:
    """Return ids for a path: cards are of another program, campaigns have other collections."""
    ids = dict(IDS)
    if "card" in path:
        ids |= {"loyaltyProgramId": "2", "loyaltyCardId": "CARD-1"}
    if "{campaignId}" in path:
        ids["collectionId"] = "2"
    return ids


def load_stock(client: Client) -> None:
    """Load the workspace; one session has been closed in it."""
    reply = client.load(WORKSPACE, **BUNDLE)
    assert reply.status == 201, reply.body
    session = {"profileId": "p", "cartItems": [item(sku="A")], "couponCodes": ["SAVE"]}
    reply = client.put_session("s", state="closed", **session)
    assert reply.status == 200, reply.body
