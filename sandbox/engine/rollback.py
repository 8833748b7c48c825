"""Undo a closed session: what cancelling answers and stores.

Source: reference/api/02-session-lifecycle.md, section 2.3; decisions F3, A11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set

from sandbox.engine.changes import Change, CountCoupon, CountReferral
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
    redeemed = redeemed_codes(changes)
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
        if is_rolled_back(effect, redeemed)
    ]
    inverses = (change.inverse() for change in changes)
    return undone, [inverse for inverse in inverses if inverse is not None]


def redeemed_codes(changes: Iterable[Change]) -> Set[tuple[str, str]]:
    """Return the codes that a closed session redeemed, each with the effect that accepted it."""
    redeemed = set()
    for change in changes:
        match change:
            case CountCoupon(code=code):
                redeemed.add(("acceptCoupon", code))
            case CountReferral(code=code):
                redeemed.add(("acceptReferral", code))
    return redeemed


def is_rolled_back(effect: Effect, redeemed: Set[tuple[str, str]]) -> bool:
    """Tell whether cancelling a closed session takes this effect back.

    A code that was checked, but not redeemed, has nothing to take back (decision S9).
    """
    kind = effect.effect_type
    if kind in ("acceptCoupon", "acceptReferral"):
        return (kind, effect.props["value"]) in redeemed
    return kind in _ROLLBACKS


def _discount(props: dict[str, Json]) -> dict[str, Json]:
    return {_DISCOUNT_PROPS[key]: value for key, value in props.items() if key in _DISCOUNT_PROPS}


def _code(props: dict[str, Json]) -> dict[str, Json]:
    return {"value": props["value"]}


_ROLLBACKS: dict[str, tuple[str, Callable[[dict[str, Json]], dict[str, Json]]]] = {
    "acceptCoupon": ("rollbackCoupon", _code),
    "acceptReferral": ("rollbackReferral", _code),
    "setDiscount": ("rollbackDiscount", _discount),
    "setDiscountPerItem": ("rollbackDiscount", _discount),
    "setDiscountPerAdditionalCost": ("rollbackDiscount", _discount),
    "setDiscountPerAdditionalCostPerItem": ("rollbackDiscount", _discount),
}
