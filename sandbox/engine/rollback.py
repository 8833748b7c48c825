"""Undo a closed session: what cancelling answers and stores.

Source: reference/api/02-session-lifecycle.md, section 2.3; decisions F3, A11.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sandbox.engine.changes import Change
from sandbox.engine.model import Effect, Json

_DISCOUNT_PROPS = {
    "name": "name",
    "value": "value",
    "position": "cartItemPosition",
    "subPosition": "cartItemSubPosition",
    "additionalCostId": "additionalCostId",
    "additionalCost": "additionalCost",
    "scope": "scope",
}


def rollback(
    effects: Sequence[Effect], changes: Sequence[Change]
) -> tuple[list[Effect], list[Change]]:
    """Return the rollback effects of a closed session's effects, and the inverse of its changes."""
    undone = [
        Effect(
            campaign_id=effect.campaign_id,
            ruleset_id=effect.ruleset_id,
            rule_index=effect.rule_index,
            rule_name=effect.rule_name,
            effect_type=_ROLLBACKS[effect.effect_type][0],
            props=_ROLLBACKS[effect.effect_type][1](effect.props),
            triggered_by_coupon=effect.triggered_by_coupon,
            evaluation_group_id=effect.evaluation_group_id,
            evaluation_group_mode=effect.evaluation_group_mode,
        )
        for effect in effects
        if is_rolled_back(effect)
    ]
    inverses = (change.inverse() for change in changes)
    return undone, [inverse for inverse in inverses if inverse is not None]


def is_rolled_back(effect: Effect) -> bool:
    """Tell whether cancelling a closed session takes this effect back."""
    return effect.effect_type in _ROLLBACKS


def _discount(props: dict[str, Json]) -> dict[str, Json]:
    return {_DISCOUNT_PROPS[key]: value for key, value in props.items() if key in _DISCOUNT_PROPS}


def _coupon(props: dict[str, Json]) -> dict[str, Json]:
    return {"value": props["value"]}


_ROLLBACKS: dict[str, tuple[str, Callable[[dict[str, Json]], dict[str, Json]]]] = {
    "acceptCoupon": ("rollbackCoupon", _coupon),
    "setDiscount": ("rollbackDiscount", _discount),
    "setDiscountPerItem": ("rollbackDiscount", _discount),
    "setDiscountPerAdditionalCost": ("rollbackDiscount", _discount),
    "setDiscountPerAdditionalCostPerItem": ("rollbackDiscount", _discount),
}
