"""Write effect blocks as JSON: the counterpart of `sandbox.rules.parse_effects`."""

from __future__ import annotations

from typing import Any

from sandbox.rules.effects import (
    AddLoyaltyPoints,
    AwardDiscount,
    AwardGiveaway,
    AwardItem,
    BundleTarget,
    CartTarget,
    CostTarget,
    CreateCoupon,
    CreateReferral,
    DeductLoyaltyPoints,
    EffectBlock,
    ExtendPointsExpiry,
    ItemByAttribute,
    ItemByIndex,
    ItemsTarget,
    NewCode,
    PassthroughEffect,
    ReserveCoupon,
    SetPointsExpiry,
    ShowNotification,
    TriggerCustomEffect,
    TriggerWebhook,
    UpdateAchievement,
    UpdateAttribute,
    UpdateAudience,
)
from sandbox.rules.v1.raw import write_passthrough
from sandbox.rules.write_values import Json, amount, formula, given, named, value


def write_effect(block: EffectBlock) -> dict[str, Json]:
    return {"id": block.id, **_effect(block)}


def _effect(block: Any) -> dict[str, Json]:
    match block:
        case AwardDiscount():
            return {
                "type": "awardDiscount",
                "name": value(block.name),
                "value": amount(block.value),
                "partial": block.partial,
                "target": _target(block.target),
            }
        case AwardItem():
            return {
                "type": "awardItem",
                "sku": value(block.sku),
                "name": value(block.name),
                "quantity": amount(block.quantity),
                "partial": block.partial,
            }
        case AwardGiveaway():
            pool = {"id": block.pool_id, "name": block.pool_name}
            return {"type": "awardGiveaway", "giveawayPool": pool, "profile": block.profile}
        case ShowNotification():
            return {
                "type": "showNotification",
                "notificationType": block.notification_type,
                "title": value(block.title),
                "body": value(block.body),
            }
        case TriggerCustomEffect():
            return {
                "type": "triggerCustomEffect",
                "customEffect": {"id": block.effect_id, "name": block.effect_name},
                "params": named(block.params),
                "target": _target(block.target),
            }
        case TriggerWebhook():
            return {
                "type": "triggerWebhook",
                "webhook": {"id": block.webhook_id, "title": block.webhook_title},
                "params": named(block.params),
            }
        case PassthroughEffect():
            return write_passthrough(block.expression, block.id, as_effect=True)
    return _update(block)


def _update(block: Any) -> dict[str, Json]:
    match block:
        case CreateCoupon():
            return {
                "type": "createCoupon",
                "recipientId": value(block.recipient_id),
                **_new_code(block.code),
                **given(discountLimit=block.discount_limit),
            }
        case CreateReferral():
            friend = {"friendId": value(block.friend_id)}
            return {"type": "createReferral", **friend, **_new_code(block.code)}
        case ReserveCoupon():
            return {"type": "reserveCoupon"}
        case UpdateAttribute():
            name = {} if block.target_name is None else {"name": block.target_name}
            return {
                "type": "updateAttributeValue",
                "operator": block.operator,
                "attribute": {"entity": block.entity, "name": block.name, "type": block.type},
                "target": {"type": block.target, **name},
                **given(value=block.value),
            }
        case UpdateAudience():
            return {
                "type": "updateAudienceMembership",
                "operator": "add" if block.add else "remove",
                "profile": block.profile,
                "audience": {"id": block.audience_id, "name": block.audience_name},
            }
        case UpdateAchievement():
            return {
                "type": "updateAchievementProgress",
                "operator": "increaseBy",
                "achievement": {"id": block.achievement_id, "name": block.achievement_name},
                "value": amount(block.value),
            }
    return _loyalty(block)


def _loyalty(block: Any) -> dict[str, Json]:
    program = {"programId": block.program_id, "subLedgerId": block.subledger}
    match block:
        case AddLoyaltyPoints():
            durations = {
                "validityDuration": block.validity_duration,
                "pendingDuration": block.pending_duration,
            }
            return {
                "type": "x-addLoyaltyPoints",
                **program,
                "name": value(block.name),
                "value": amount(block.value),
                "partial": block.partial,
                "target": _target(block.target),
                "recipient": block.recipient,
                **given(startDate=block.start_date, expiryDate=block.expiry_date),
                **{name: text for name, text in durations.items() if text is not None},
            }
        case DeductLoyaltyPoints():
            return {
                "type": "x-deductLoyaltyPoints",
                **program,
                "name": value(block.name),
                "value": amount(block.value),
                "card": block.card,
            }
        case ExtendPointsExpiry():
            duration = {"extensionDuration": block.duration}
            return {"type": "x-extendLoyaltyPointsExpiryDate", **program, **duration}
        case SetPointsExpiry():
            date = {"newExpiryDate": value(block.expiry_date)}
            return {"type": "x-setLoyaltyPointsExpiryDate", **program, **date}
    raise AssertionError(block)


def _new_code(code: NewCode) -> dict[str, Json]:
    texts = {"validCharacters": code.valid_characters, "pattern": code.pattern}
    return {
        "campaignId": amount(code.campaign_id),
        "storeInSession": code.store_in_session,
        "attributes": named(code.attributes),
        **given(
            usageLimit=code.usage_limit, startDate=code.start_date, expiryDate=code.expiry_date
        ),
        **{name: text for name, text in texts.items() if text is not None},
    }


def _target(target: CartTarget | ItemsTarget | BundleTarget | CostTarget) -> dict[str, Json]:
    match target:
        case CartTarget():
            return {"type": "cart"}
        case ItemsTarget(None, prorated):
            return {"type": "allItems", "prorated": prorated}
        case ItemsTarget(name, prorated, is_global):
            kind = "globalFilter" if is_global else "selector"
            return {"type": kind, "name": name, "prorated": prorated}
        case BundleTarget(name, item, prorated):
            chosen = {} if item is None else {"item": _item(item)}
            return {"type": "bundle", "name": name, "prorated": prorated, **chosen}
        case CostTarget(cost_id, cost_name, items):
            inner = {"type": "cart"} if items is None else _target(items)
            cost = {"id": cost_id, "name": cost_name}
            return {"type": "additionalCost", "additionalCost": cost, "target": inner}


def _item(item: ItemByIndex | ItemByAttribute) -> dict[str, Json]:
    if isinstance(item, ItemByIndex):
        return {"type": "byIndex", "value": item.index}
    direction = "highest" if item.highest else "lowest"
    return {"type": "byAttribute", "attribute": formula(item.attribute), "direction": direction}
