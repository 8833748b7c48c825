"""Read effect blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from sandbox.rules.effects import (
    ROLES,
    AddLoyaltyPoints,
    AttributeOperator,
    AttributeTarget,
    AwardDiscount,
    AwardGiveaway,
    AwardItem,
    BundleTarget,
    CartTarget,
    CostTarget,
    CreateCoupon,
    CreateReferral,
    DeductLoyaltyPoints,
    ExtendPointsExpiry,
    ItemByAttribute,
    ItemByIndex,
    ItemsTarget,
    NewCode,
    ReserveCoupon,
    SetPointsExpiry,
    ShowNotification,
    TriggerCustomEffect,
    TriggerWebhook,
    UpdateAchievement,
    UpdateAttribute,
    UpdateAudience,
    notification_type,
)
from sandbox.rules.model import Block, Unsupported
from sandbox.rules.reading import Reader, program_of
from sandbox.talang.ast import Expression


def _target(reader: Reader) -> CartTarget | ItemsTarget | BundleTarget | None:
    """Read what an effect aims at; None for a type that is not known."""
    prorated = reader.flag("prorated", False)
    kind = reader.text("type")
    match kind:
        case "cart":
            return CartTarget()
        case "allItems":
            return ItemsTarget(None, prorated)
        case "selector" | "globalFilter":
            return ItemsTarget(reader.text("name"), prorated, kind == "globalFilter")
        case "bundle":
            return BundleTarget(reader.text("name"), _item_of_bundle(reader), prorated)
    return None


def _item_of_bundle(reader: Reader) -> ItemByIndex | ItemByAttribute | None:
    if not reader.has("item"):
        return None
    item = reader.inner("item")
    if item.choice("type", ("byIndex", "byAttribute")) == "byIndex":
        return ItemByIndex(item.integer("value"))
    highest = item.choice("direction", ("highest", "lowest")) == "highest"
    return ItemByAttribute(item.formula("attribute"), highest)


def _unknown_target(reader: Reader) -> Unsupported:
    kind = reader.inner("target").text("type")
    return Unsupported(
        reader.id, reader.text("type"), f"Effects on targets of type {kind} are not known"
    )


def _award_discount(reader: Reader) -> Block:
    target = reader.inner("target")
    where: CartTarget | ItemsTarget | BundleTarget | CostTarget | None
    where = _cost_target(target) if target.text("type") == "additionalCost" else _target(target)
    if where is None:
        return _unknown_target(reader)
    return AwardDiscount(
        reader.id,
        reader.expression("name"),
        reader.amount("value"),
        reader.optional_flag("partial"),
        where,
    )


def _cost_target(reader: Reader) -> CostTarget | None:
    cost = reader.inner("additionalCost")
    match _target(reader.inner("target")):
        case CartTarget():
            return CostTarget(cost.integer("id"), cost.text("name"), None)
        case ItemsTarget() as items:
            return CostTarget(cost.integer("id"), cost.text("name"), items)
    return None


def _award_item(reader: Reader) -> Block:
    return AwardItem(
        reader.id,
        reader.expression("sku"),
        reader.expression("name"),
        reader.amount("quantity"),
        reader.optional_flag("partial"),
    )


def _award_giveaway(reader: Reader) -> Block:
    pool = reader.inner("giveawayPool")
    role = reader.choice("profile", ROLES)
    return AwardGiveaway(reader.id, pool.integer("id"), pool.text("name", ""), role)


def _show_notification(reader: Reader) -> Block:
    return ShowNotification(
        reader.id,
        notification_type(reader.text("notificationType")),
        reader.expression("title"),
        reader.member(reader.raw.get("body") or "", "body"),
    )


def _named_expressions(reader: Reader, field: str) -> tuple[tuple[str, Expression], ...]:
    """Read attributes or parameters by name: constants, templates, or lists of them."""
    values = Reader(reader.raw.get(field) or {}, f"{reader.pointer}/{field}", reader.faults)
    return tuple((name, values.value(name)) for name in values.raw if values.has(name))


def _trigger_custom_effect(reader: Reader) -> Block:
    effect = reader.inner("customEffect")
    where = _target(reader.inner("target"))
    if where is None:
        return _unknown_target(reader)
    params = _named_expressions(reader, "params")
    return TriggerCustomEffect(reader.id, effect.integer("id"), effect.text("name"), params, where)


def _trigger_webhook(reader: Reader) -> Block:
    webhook = reader.inner("webhook")
    params = _named_expressions(reader, "params")
    return TriggerWebhook(reader.id, webhook.integer("id"), webhook.text("title", ""), params)


def _new_code(reader: Reader) -> NewCode:
    return NewCode(
        reader.amount("campaignId"),
        reader.flag("storeInSession", True),
        reader.optional_amount("usageLimit"),
        reader.optional_expression("startDate"),
        reader.optional_expression("expiryDate"),
        _named_expressions(reader, "attributes"),
        reader.text("validCharacters") if reader.has("validCharacters") else None,
        reader.text("pattern") if reader.has("pattern") else None,
    )


def _create_coupon(reader: Reader) -> Block:
    recipient = reader.member(reader.raw.get("recipientId") or "", "recipientId")
    limit = reader.optional_amount("discountLimit")
    return CreateCoupon(reader.id, _new_code(reader), recipient, limit)


def _create_referral(reader: Reader) -> Block:
    friend = reader.member(reader.raw.get("friendId") or "", "friendId")
    return CreateReferral(reader.id, _new_code(reader), friend)


def _reserve_coupon(reader: Reader) -> Block:
    return ReserveCoupon(reader.id)


# Entities of attributes by the names that rules have for them; blocks use either (the vendor's
# example says profile). Source: UpdateAttributeValueBlock; talang/entities.md, section 1.
_ENTITIES = {
    "session": "CustomerSession",
    "profile": "CustomerProfile",
    "item": "CartItem",
    "coupon": "Coupon",
    "referral": "Referral",
}


def _entity(written: str) -> str:
    return _ENTITIES.get(written.lower(), written)


def _update_attribute(reader: Reader) -> Block:
    attribute, target = reader.inner("attribute"), reader.inner("target")
    operators: tuple[AttributeOperator, ...] = get_args(AttributeOperator)
    targets: tuple[AttributeTarget, ...] = get_args(AttributeTarget)
    operator = reader.choice("operator", operators)
    kind = target.choice("type", targets)
    return UpdateAttribute(
        reader.id,
        operator,
        _entity(attribute.text("entity")),
        attribute.text("name"),
        attribute.text("type", "string"),
        None if operator == "toggle" else reader.value("value"),
        kind,
        target.text("name") if kind in ("selector", "globalFilter") else None,
    )


def _update_audience(reader: Reader) -> Block:
    audience = reader.inner("audience")
    return UpdateAudience(
        reader.id,
        reader.choice("operator", ("add", "remove")) == "add",
        reader.choice("profile", ROLES),
        audience.integer("id"),
        audience.text("name", ""),
    )


def _update_achievement(reader: Reader) -> Block:
    achievement = reader.inner("achievement")
    reader.choice("operator", ("increaseBy",))
    return UpdateAchievement(
        reader.id,
        achievement.integer("id"),
        achievement.text("name", ""),
        reader.amount("value"),
    )


def _add_points(reader: Reader) -> Block:
    where = _target(reader.inner("target")) if reader.has("target") else CartTarget()
    if where is None:
        return _unknown_target(reader)
    program_id, subledger = program_of(reader)
    return AddLoyaltyPoints(
        reader.id,
        reader.expression("name"),
        program_id,
        subledger,
        reader.amount("value"),
        reader.optional_flag("partial"),
        where,
        reader.choice("recipient", ("Current", "Advocate", "card"))
        if reader.has("recipient")
        else "Current",
        reader.optional_expression("startDate"),
        reader.optional_expression("expiryDate"),
        _duration_or(reader, "validityDuration", "unlimited"),
        _duration_or(reader, "pendingDuration", "immediate", "on_action"),
    )


def _duration_or(reader: Reader, field: str, *words: str) -> str | None:
    """Read a duration, or a word that programs have in its place (decision S70)."""
    value = reader.raw.get(field)
    if value is None or value in words:
        return value
    return reader.duration(field)


def _deduct_points(reader: Reader) -> Block:
    program_id, subledger = program_of(reader)
    return DeductLoyaltyPoints(
        reader.id,
        reader.expression("name"),
        program_id,
        subledger,
        reader.amount("value"),
        reader.flag("card", False),
    )


def _extend_expiry(reader: Reader) -> Block:
    program_id, subledger = program_of(reader)
    duration = reader.duration("extensionDuration")
    return ExtendPointsExpiry(reader.id, program_id, subledger, duration)


def _set_expiry(reader: Reader) -> Block:
    program_id, subledger = program_of(reader)
    date = reader.expression("newExpiryDate")
    return SetPointsExpiry(reader.id, program_id, subledger, date)


EFFECTS: dict[str, Callable[[Reader], Block]] = {
    "awardDiscount": _award_discount,
    "awardItem": _award_item,
    "awardGiveaway": _award_giveaway,
    "createCoupon": _create_coupon,
    "createReferral": _create_referral,
    "reserveCoupon": _reserve_coupon,
    "updateAttributeValue": _update_attribute,
    "updateAudienceMembership": _update_audience,
    "updateAchievementProgress": _update_achievement,
    "showNotification": _show_notification,
    "triggerWebhook": _trigger_webhook,
    "triggerCustomEffect": _trigger_custom_effect,
    "x-addLoyaltyPoints": _add_points,
    "x-deductLoyaltyPoints": _deduct_points,
    "redeemLoyaltyPoints": _deduct_points,
    "x-extendLoyaltyPointsExpiryDate": _extend_expiry,
    "x-setLoyaltyPointsExpiryDate": _set_expiry,
}
