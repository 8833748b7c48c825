"""The reference cart and its promotions: as a bundle, and written by hand."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandbox.engine.model import CartItem, Coupon, CustomerSession

BUNDLE = Path(__file__).parent / "reference.json"

ITEMS = [
    ("toy-1", "toys", "12.50"),
    ("toy-2", "toys", "8.00"),
    ("toy-3", "toys", "20.00"),
    ("book-1", "books", "15.00"),
    ("book-2", "books", "22.90"),
    ("pan", "kitchen", "49.00"),
    ("pot", "kitchen", "39.00"),
    ("mug", "kitchen", "9.90"),
    ("lamp", "home", "35.00"),
    ("rug", "home", "89.00"),
]

SESSION: dict[str, Any] = {
    "profileId": "reader",
    "couponCodes": ["CODE15"],
    "cartItems": [
        {"sku": sku, "name": sku, "category": category, "quantity": 1, "price": float(price)}
        for sku, category, price in ITEMS
    ],
    "additionalCosts": {"shipping": {"price": 4.9}},
}


def bundle() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(BUNDLE.read_text())
    return content


def by_hand(session: CustomerSession, coupons: dict[str, Coupon]) -> list[dict[str, Any]]:
    """Return the effects that the five promotions give, in the vendor's shape.

    What someone writes who knows exactly these promotions: no rules to interpret, no budgets, no
    units, no reasons; but the same answer.
    """
    effects: list[dict[str, Any]] = []
    items = session.cart_items
    cart_total = sum((item.price * item.quantity for item in items), Decimal(0))
    shipping = session.additional_costs["shipping"].price
    coupon = coupons.get("CODE15")
    if coupon is not None and "CODE15" in session.coupon_codes and coupon.usage_limit == 0:
        total = cart_total + shipping
        effects.append(_effect(1, "15 % with code", "acceptCoupon", {"value": "CODE15"}))
        off = {"name": "15 % off", "value": (total * Decimal("0.15")).normalize()}
        effects.append(_effect(1, "15 % with code", "setDiscount", off))
    toys = sorted((item for item in items if item.category == "toys"), key=lambda item: item.price)
    if len(toys) >= 3:
        for item in toys[: len(toys) // 3]:
            effects.append(_on_item(2, "Every third toy is free", "third free", item, item.price))
    if cart_total >= 200:
        off = {"name": "5 off", "value": Decimal(5)}
        effects.append(_effect(3, "5 off 200", "setDiscount", off))
    for item in items:
        if item.category == "books":
            off_item = item.price * Decimal("0.1")
            effects.append(_on_item(4, "10 % off books", "books", item, off_item))
    if cart_total >= 100:
        cost = {"additionalCostId": 1, "additionalCost": "shipping", "value": shipping}
        props = {"name": "shipping", **cost}
        effects.append(_effect(5, "Free shipping from 100", "setDiscountPerAdditionalCost", props))
    return effects


def _on_item(campaign: int, rule: str, name: str, item: CartItem, value: Decimal) -> dict[str, Any]:
    props = {
        "name": f"{name}#{item.position}",
        "value": value.normalize(),
        "position": item.position,
        "subPosition": 0,
    }
    return _effect(campaign, rule, "setDiscountPerItem", props)


def _effect(campaign: int, rule: str, kind: str, props: dict[str, Any]) -> dict[str, Any]:
    effect = {
        "campaignId": campaign,
        "rulesetId": campaign * 10 + 1,
        "ruleIndex": 0,
        "ruleName": rule,
        "effectType": kind,
        "props": props,
    }
    if campaign == 1:
        effect["triggeredByCoupon"] = 1
    return effect
