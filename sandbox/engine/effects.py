"""Compile effect blocks into functions that append their effects.

Source: reference/engine/04-effects.md; decisions F15, E57, E64.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from decimal import Decimal

import msgspec
from babel.numbers import get_currency_precision

from sandbox.engine.definitions import Application, CustomEffect
from sandbox.engine.discounts import (
    Discount,
    ReadText,
    find_units_of,
    on_cost,
    on_session,
    on_unit_costs,
    on_units,
    pro_rata,
)
from sandbox.engine.errors import EffectFailed
from sandbox.engine.model import Effect, Json
from sandbox.engine.paths import Read
from sandbox.engine.scope import Apply, Place, Scope, each_unit
from sandbox.numbers import decode_json, plain_text
from sandbox.rules.model import (
    AwardDiscount,
    AwardItem,
    CartTarget,
    CostTarget,
    EffectBlock,
    ItemsTarget,
    ShowNotification,
    TriggerCustomEffect,
)
from sandbox.talang.ast import Expression, Literal, Value
from sandbox.talang.compile import Closure, Resolver, compile_expression
from sandbox.talang.functions import number, show

# As many as a cart may hold.
MAX_FREE_ITEMS = 10_000

_PARAMETER = re.compile(r"\$\{(\w+)\}")


class EffectCompiler:
    """Compiles the effects of one rule.

    `resolve` reads names as they are, `resolve_amounts` as discount values see them.
    """

    def __init__(
        self,
        place: Place,
        settings: Application,
        custom_effects: Iterable[CustomEffect],
        selectors: dict[str, Read],
        resolve: Resolver,
        resolve_amounts: Resolver,
    ) -> None:
        self._place = place
        self._settings = settings
        self._custom_effects = {effect.id: effect for effect in custom_effects}
        self._selectors = selectors
        self._resolve = resolve
        self._resolve_amounts = resolve_amounts

    def compile(self, block: EffectBlock) -> Apply:
        match block:
            case AwardDiscount():
                return self._discount(block)
            case AwardItem():
                return self._item(block)
            case ShowNotification():
                return self._notification(block)
            case TriggerCustomEffect():
                return self._custom_effect(block)

    def _expression(self, expression: Expression) -> Closure:
        return compile_expression(expression, self._resolve)

    def _text(self, expression: Expression) -> ReadText:
        if isinstance(expression, Literal):
            text = show(expression.value)
            return lambda scope: text
        read = self._expression(expression)
        return lambda scope: show(read(scope))

    def _partial(self, partial: bool | None) -> bool:
        return self._settings.enable_partial_discounts if partial is None else partial

    def _discount(self, block: AwardDiscount) -> Apply:
        discount = Discount(
            place=self._place,
            name=self._text(block.name),
            value=compile_expression(block.value, self._resolve_amounts),
            partial=self._partial(block.partial),
            cascading=self._settings.enable_cascading_discounts,
            session_scope=self._settings.default_discount_scope,
            item_scope=self._settings.default_discount_additional_cost_per_item_scope,
            decimals=get_currency_precision(self._settings.currency),
        )
        match block.target:
            case CartTarget():
                return on_session(discount)
            case ItemsTarget() as items:
                spread = pro_rata if items.prorated else on_units
                return spread(discount, find_units_of(items, self._selectors))
            case CostTarget(items=None) as cost:
                return on_cost(discount, cost)
            case CostTarget(items=ItemsTarget() as items) as cost:
                return on_unit_costs(discount, cost, find_units_of(items, self._selectors))
        raise AssertionError(block.target)

    def _item(self, block: AwardItem) -> Apply:
        sku, name = self._text(block.sku), self._text(block.name)
        quantity = self._expression(block.quantity)
        partial = self._partial(block.partial)
        place = self._place

        def apply(scope: Scope, effects: list[Effect]) -> None:
            wanted = number(quantity(scope))
            if not 1 <= wanted <= MAX_FREE_ITEMS or wanted != int(wanted):
                raise EffectFailed(f"{show(wanted)} free items cannot be given")
            left = scope.budgets.available("addFreeItemEffect")
            granted = wanted if left is None else min(wanted, left)
            if granted < 1 or (granted < wanted and not partial):
                raise EffectFailed("the budget on free items is used up")
            scope.budgets.spend("addFreeItemEffect", granted)
            props: dict[str, Json] = {
                "sku": sku(scope),
                "name": name(scope),
            }
            if granted < wanted:
                props["desiredQuantity"] = int(wanted)
            for _ in range(int(granted)):
                effects.append(scope.effect(place, "addFreeItem", dict(props)))

        return apply

    def _notification(self, block: ShowNotification) -> Apply:
        title, body = self._text(block.title), self._text(block.body)
        place, kind = self._place, block.notification_type

        def apply(scope: Scope, effects: list[Effect]) -> None:
            props = {
                "notificationType": kind,
                "title": title(scope),
                "body": body(scope),
            }
            effects.append(scope.effect(place, "showNotification", props))

        return apply

    def _custom_effect(self, block: TriggerCustomEffect) -> Apply:
        definition = self._custom_effects.get(block.effect_id)
        params = [(name, self._expression(value)) for name, value in block.params]
        find_units = (
            find_units_of(block.target, self._selectors)
            if isinstance(block.target, ItemsTarget)
            else None
        )
        place = self._place

        def fire(scope: Scope, effects: list[Effect]) -> None:
            if definition is None or not definition.enabled:
                raise EffectFailed(f"the custom effect {block.effect_name} is not enabled")
            left = scope.budgets.available("customEffect")
            if left is not None and left < 1:
                raise EffectFailed("the budget on custom effects is used up")
            scope.budgets.spend("customEffect", Decimal(1))
            payload = fill_payload(definition.payload, {name: read(scope) for name, read in params})
            props = {
                "effectId": definition.id,
                "name": definition.name,
                "payload": payload,
            }
            if scope.unit is not None:
                props["cartItemPosition"] = scope.unit.position
                if scope.unit.sub_position is not None:
                    props["cartItemSubPosition"] = scope.unit.sub_position
            effects.append(scope.effect(place, "customEffect", props))

        if find_units is None:
            return fire

        def fire_for_each(scope: Scope, effects: list[Effect]) -> None:
            for _ in each_unit(scope, find_units(scope)):
                fire(scope, effects)

        return fire_for_each


def fill_payload(payload: str, params: dict[str, Value]) -> Json:
    """Return a custom effect's payload with ``${param}`` replaced.

    Inside a JSON string a parameter is inserted as text, elsewhere as a number or true/false.
    Raises EffectFailed when the outcome is no JSON.
    """

    def replace(match: re.Match[str]) -> str:
        if match[1] not in params:
            raise EffectFailed(f"the payload needs the parameter {match[1]}")
        value = params[match[1]]
        if isinstance(value, Decimal):
            return plain_text(value)
        return json.dumps(show(value))[1:-1]

    try:
        return decode_json(_PARAMETER.sub(replace, payload))
    except (msgspec.DecodeError, RecursionError):
        raise EffectFailed("the payload with its parameters is not JSON") from None
