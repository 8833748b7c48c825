"""Undo a closed session: what cancelling answers and stores.

Source: reference/api/02-session-lifecycle.md, section 2.3; decisions F3, A11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sandbox.engine.achievements.definitions import CompiledAchievement
from sandbox.engine.achievements.progress import AchievementFacts
from sandbox.engine.achievements.rollback import roll_back_progress
from sandbox.engine.changes import Change, CountCoupon, CountReferral
from sandbox.engine.loyalty.programs import Program
from sandbox.engine.loyalty.rollback import Undone, roll_back_points
from sandbox.engine.loyalty.transactions import LoyaltyFacts
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


@dataclass(frozen=True, slots=True)
class CustomerStanding:
    """How things stand when a session is undone: its profile's points and progress, then.

    `seed` is all the chance that there is: transaction ids are made of it.
    """

    now: datetime
    seed: str
    profile_id: str
    programs: Mapping[int, Program]
    loyalty: LoyaltyFacts
    achievements: Mapping[int, CompiledAchievement]
    progress: AchievementFacts


class Rollback(NamedTuple):
    """Rollback effects, what to store, and the effects that stand: nothing undid them."""

    effects: list[Effect]
    changes: list[Change]
    kept: list[Effect]


def rollback(
    effects: Sequence[Effect], changes: Sequence[Change], standing: CustomerStanding | None = None
) -> Rollback:
    """Return what undoes a closed session, of which these are the effects and the changes.

    Without `standing` there are no points and no progress.
    """
    redeemed = _redeemed_codes(changes)
    inverses = (change.inverse() for change in changes)
    stored: list[Change] = [inverse for inverse in inverses if inverse is not None]
    found: dict[int, list[Undone]] = {}
    if standing is not None:
        found, depending = _by_standing(effects, standing)
        stored += depending
    undone: list[Effect] = []
    kept: list[Effect] = []
    for index, effect in enumerate(effects):
        if _has_own_rollback(effect, redeemed):
            effect_type, props_of = _ROLLBACKS[effect.effect_type]
            found[index] = [Undone(effect_type, props_of(effect.props))]
        undone += [_undoing(effect, one) for one in found.get(index, ())]
        if index not in found:
            kept.append(effect)
    return Rollback(undone, stored, kept)


def _by_standing(
    effects: Sequence[Effect], standing: CustomerStanding
) -> tuple[dict[int, list[Undone]], list[Change]]:
    """Return what undoes effects on points and progress, by effect, and what to store."""
    points, point_changes = roll_back_points(
        effects,
        standing.programs,
        standing.loyalty,
        standing.profile_id,
        standing.now,
        standing.seed,
    )
    progress, progress_changes = roll_back_progress(
        effects, standing.achievements, standing.progress.trackers, standing.now
    )
    found = points | {
        index: [Undone("rollbackIncreasedAchievementProgress", props)]
        for index, props in progress.items()
    }
    return found, [*point_changes, *progress_changes]


def _undoing(effect: Effect, undone: Undone) -> Effect:
    return Effect(
        campaign_id=effect.campaign_id,
        ruleset_id=effect.ruleset_id,
        rule_index=effect.rule_index,
        rule_name=effect.rule_name,
        effect_type=undone.effect_type,
        props=undone.props,
        triggered_by_coupon=effect.triggered_by_coupon,
        evaluation_group_id=effect.evaluation_group_id,
        evaluation_group_mode=effect.evaluation_group_mode,
    )


def _redeemed_codes(changes: Iterable[Change]) -> Set[tuple[str, str]]:
    """Return the codes that a closed session redeemed, each with the effect that accepted it."""
    redeemed = set()
    for change in changes:
        match change:
            case CountCoupon(code=code):
                redeemed.add(("acceptCoupon", code))
            case CountReferral(code=code):
                redeemed.add(("acceptReferral", code))
    return redeemed


def _has_own_rollback(effect: Effect, redeemed: Set[tuple[str, str]]) -> bool:
    """Tell whether an effect is taken back whatever has happened since.

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
