"""Compile effect blocks into functions that append their effects.

Source: reference/engine/04-effects.md; decisions F15, E57, E64.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision

from sandbox.engine.achievements.rules import update_achievement
from sandbox.engine.audiences import update_audience
from sandbox.engine.creations import create_coupon, create_referral, reserve_coupon
from sandbox.engine.definitions import CustomEffect
from sandbox.engine.discounts import (
    Discount,
    on_bundles,
    on_cost,
    on_session,
    on_unit_costs,
    on_units,
    pro_rata,
)
from sandbox.engine.errors import FAILURES, EffectFailed, sentence
from sandbox.engine.giveaways import award_giveaway
from sandbox.engine.loyalty.earning import add_points
from sandbox.engine.loyalty.expiry import extend_expiry, set_expiry
from sandbox.engine.loyalty.spending import deduct_points
from sandbox.engine.model import Effect, Json
from sandbox.engine.parts import EffectParts
from sandbox.engine.passthrough import compile_passthrough_effect
from sandbox.engine.payload import fill_payload, parameter_names
from sandbox.engine.scope import PASSED, Apply, Check, Scope
from sandbox.engine.updates import update_attribute
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
    ItemsTarget,
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
from sandbox.talang.errors import EvaluationError, UnknownFunctionError
from sandbox.talang.functions import number, show

# As many as a cart may hold.
MAX_FREE_ITEMS = 10_000


def compile_effect(block: EffectBlock, parts: EffectParts) -> Apply:
    """Return what applies a block; raises TalangError when it cannot be compiled."""
    if isinstance(block, PassthroughEffect):
        return compile_passthrough_effect(block, parts, compile_effect)
    compile_block = _COMPILERS.get(type(block))
    if compile_block is None:
        raise EvaluationError(f"Blocks of type {type(block).__name__} are not evaluated yet")
    return compile_block(block, parts)


def guarded(guards: Sequence[Check], apply: Apply) -> Apply:
    """Return an effect that is left out unless all guards pass."""

    def apply_if_allowed(scope: Scope, effects: list[Effect]) -> None:
        if all(guard(scope) == PASSED for guard in guards):
            apply(scope, effects)

    return apply_if_allowed


def noting(block: EffectBlock, index: int, apply: Apply) -> Apply:
    """Return the recording form of a rule's effect at `index`."""
    kind = _kind(block)

    def apply_and_note(scope: Scope, effects: list[Effect]) -> None:
        recorder = scope.recorder
        assert recorder is not None, "the recording form has a recorder"
        recorder.drop()
        before = len(effects)
        try:
            apply(scope, effects)
        except (EffectFailed, *FAILURES) as error:
            if isinstance(error, EffectFailed) and error.decision is not None:
                recorder.decision(error.decision)
            recorder.effect(block.id, kind, index, (), sentence(error))
            raise
        recorder.effect(block.id, kind, index, effects[before:])

    return apply_and_note


def _kind(block: EffectBlock) -> str:
    """Return what traces call an effect: what it amounts to, also when it is written in Talang."""
    if isinstance(block, PassthroughEffect) and block.attempts:
        block = block.attempts[0]
    kind = type(block).__name__
    return kind[0].lower() + kind[1:]


def _discount(block: AwardDiscount, parts: EffectParts) -> Apply:
    settings = parts.settings
    discount = Discount(
        place=parts.place,
        name=parts.names.text(block.name),
        value=parts.amount(block.value),
        partial=parts.partial(block.partial),
        cascading=settings.enable_cascading_discounts,
        session_scope=settings.default_discount_scope,
        item_scope=settings.default_discount_additional_cost_per_item_scope,
        decimals=get_currency_precision(settings.currency),
    )
    match block.target:
        case CartTarget():
            return on_session(discount)
        case ItemsTarget() as items:
            spread = pro_rata if items.prorated else on_units
            return spread(discount, parts.units(items))
        case CostTarget(items=None) as cost:
            return on_cost(discount, cost)
        case CostTarget(items=ItemsTarget() as items) as cost:
            return on_unit_costs(discount, cost, parts.units(items))
        case BundleTarget() as bundle:
            return on_bundles(discount, bundle, parts.bundles_of(bundle.name), parts.names)
    raise AssertionError(block.target)


def _item(block: AwardItem, parts: EffectParts) -> Apply:
    sku, name = parts.names.text(block.sku), parts.names.text(block.name)
    quantity = parts.names.expression(block.quantity)
    partial = parts.partial(block.partial)
    place = parts.place

    def apply(scope: Scope, effects: list[Effect]) -> None:
        wanted = number(quantity(scope))
        if not 1 <= wanted <= MAX_FREE_ITEMS or wanted != int(wanted):
            raise EffectFailed(f"{show(wanted)} free items cannot be given")
        left = scope.budgets.available("addFreeItemEffect")
        granted = wanted if left is None else min(wanted, Decimal(int(left)))
        if granted < 1 or (granted < wanted and not partial):
            raise EffectFailed("the budget on free items is used up")
        scope.budgets.spend("addFreeItemEffect", granted)
        if scope.recorder is not None:
            cut_by = "the budget on free items" if granted < wanted else None
            scope.recorder.grant(wanted, granted, cut_by)
        props: dict[str, Json] = {
            "sku": sku(scope),
            "name": name(scope),
        }
        if granted < wanted:
            props["desiredQuantity"] = int(wanted)
        for _ in range(int(granted)):
            effects.append(scope.effect(place, "addFreeItem", dict(props)))

    return apply


def _notification(block: ShowNotification, parts: EffectParts) -> Apply:
    title, body = parts.names.text(block.title), parts.names.text(block.body)
    place, kind = parts.place, block.notification_type

    def apply(scope: Scope, effects: list[Effect]) -> None:
        props = {"notificationType": kind, "title": title(scope), "body": body(scope)}
        effects.append(scope.effect(place, "showNotification", props))

    return apply


def _custom_effect(block: TriggerCustomEffect, parts: EffectParts) -> Apply:
    definition = _custom_effect_of(block, parts.names.definition.custom_effects)
    names = parameter_names(definition) if definition else {}
    params = [
        (names.get(name, name), parts.names.expression(value)) for name, value in block.params
    ]
    place = parts.place

    def fire(scope: Scope, effects: list[Effect]) -> None:
        if definition is None or not definition.enabled:
            raise EffectFailed(f"the custom effect {block.effect_name} is not enabled")
        scope.budgets.spend_one("customEffect", "custom effects")
        payload = fill_payload(definition.payload, {name: read(scope) for name, read in params})
        props = {"effectId": definition.id, "name": definition.name, "payload": payload}
        props |= scope.address()
        effects.append(scope.effect(place, "customEffect", props))

    return parts.for_each(block.target, fire)


def _custom_effect_of(
    block: TriggerCustomEffect, definitions: Iterable[CustomEffect]
) -> CustomEffect | None:
    """Find a custom effect by its id, or, in Talang, which has none, by its name.

    Raises UnknownFunctionError for a name that is not there.
    """
    if block.effect_id:
        return next((e for e in definitions if e.id == block.effect_id), None)
    wanted = block.effect_name
    for definition in definitions:
        if definition.name.lower() == wanted.lower():
            return definition
    raise UnknownFunctionError(f"!{wanted}")


def _webhook(block: TriggerWebhook, parts: EffectParts) -> Apply:
    """Report a webhook; nothing is called. An unknown or disabled one fails (decision E57)."""
    definition = next(
        (w for w in parts.names.definition.webhooks if w.id == block.webhook_id), None
    )
    params = [parts.names.expression(value) for _, value in block.params]
    place = parts.place

    def apply(scope: Scope, effects: list[Effect]) -> None:
        if definition is None or not definition.enabled:
            raise EffectFailed(
                f"the webhook {block.webhook_title or block.webhook_id} is not enabled"
            )
        for read in params:
            read(scope)
        scope.budgets.spend_one("callApi", "webhooks")
        props = {"webhookId": definition.id, "webhookName": definition.title}
        effects.append(scope.effect(place, "triggerWebhook", props))

    return apply


_COMPILERS: dict[type, Callable[[Any, EffectParts], Apply]] = {
    AwardDiscount: _discount,
    AwardItem: _item,
    ShowNotification: _notification,
    TriggerCustomEffect: _custom_effect,
    TriggerWebhook: _webhook,
    UpdateAttribute: update_attribute,
    AwardGiveaway: award_giveaway,
    CreateCoupon: create_coupon,
    CreateReferral: create_referral,
    ReserveCoupon: reserve_coupon,
    UpdateAudience: update_audience,
    UpdateAchievement: update_achievement,
    AddLoyaltyPoints: add_points,
    DeductLoyaltyPoints: deduct_points,
    ExtendPointsExpiry: extend_expiry,
    SetPointsExpiry: set_expiry,
}
