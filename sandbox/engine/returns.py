"""Undo the part of a closed session that belongs to units that come back.

Discounts and points on these units are taken back, points as far as their program's return policy
allows, and so are the budgets that they used. All else that the session gave stays: codes stay
redeemed, discounts on the whole session stay, progress and what was made or given away do.
Campaigns that are evaluated anew give all their discounts back, and all their points if they can.
Source: reference/api/02-session-lifecycle.md, sections 2.3 and 2.5; decisions A15, A19 to A21, E52
to E54, F29, S132 to S134.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from msgspec.structs import replace

from sandbox.engine.changes import Change, CountBudget, CountCoupon, CounterKey, CountOrder
from sandbox.engine.model import Effect, Json
from sandbox.engine.rollback import CustomerStanding, rollback
from sandbox.engine.run import DISCOUNTS
from sandbox.numbers import ZERO, divide, plain

_POINTS = "addLoyaltyPoints"
_ONE = Decimal(1)

# Which budgets effects use: by amount, and by number.
DISCOUNT_BUDGETS = ("setDiscount", "setDiscountEffect")
POINTS_BUDGETS = ("createLoyaltyPoints", "createLoyaltyPointsEffect")


class ReturnedLine(NamedTuple):
    """Units of a cart line that come back: `quantity` of the `remaining` ones, from `first` on."""

    position: int
    first: int
    quantity: int
    remaining: int


class PartialRollback(NamedTuple):
    """What a return gives: rollback effects, and what to store.

    `kept` are the effects that stand, `left` the changes that cancelling still has to take back.
    Of the campaigns that are evaluated anew, `renewed` are those of which no points stayed.
    """

    effects: list[Effect]
    changes: list[Change]
    kept: list[Effect]
    left: list[Change]
    renewed: frozenset[int]


class _Parts(NamedTuple):
    """An effect, cut in two: what is given back of it, and what stays."""

    whole: Effect
    back: Effect | None
    stays: Effect | None


def roll_back_returned(
    effects: Sequence[Effect],
    changes: Sequence[Change],
    lines: Iterable[ReturnedLine],
    sales: Decimal,
    anew: Collection[int],
    standing: CustomerStanding | None,
) -> PartialRollback:
    """Return what undoes these lines of a closed session, of which these are effects and changes.

    `sales` is what they cost, `anew` are the campaigns that are evaluated anew afterwards.
    """
    by_position = {line.position: line for line in lines}
    renewed = _renewed(effects, anew, standing)
    parts = [_cut(effect, by_position, anew, renewed) for effect in effects]
    undone = rollback([part.back for part in parts if part.back], [], standing)
    untouched = {id(effect) for effect in undone.kept}
    given_back = []
    kept = []
    for part in parts:
        stays: Effect | None = part.whole
        if part.back is not None and id(part.back) not in untouched:
            given_back.append(part)
            stays = part.stays
        if stays is not None:
            kept.append(stays)
    refunds = _refunds(given_back, effects)
    taken, left = _take_back(changes, refunds, sales, anew, renewed)
    return PartialRollback(undone.effects, [*undone.changes, *taken], kept, left, renewed)


def _renewed(
    effects: Iterable[Effect], anew: Collection[int], standing: CustomerStanding | None
) -> frozenset[int]:
    """Return the campaigns all of whose points can be taken back, so that new ones replace them.

    Of the others those points stay that are not on returned units (decision S134).
    """
    if not anew or standing is None:
        return frozenset(anew)
    points = [e for e in effects if e.effect_type == _POINTS and e.campaign_id in anew]
    wanted = _points_by_campaign(points)
    found = _points_by_campaign(rollback(points, [], standing).effects)
    return frozenset(id for id in anew if wanted.get(id, ZERO) == found.get(id, ZERO))


def _points_by_campaign(effects: Iterable[Effect]) -> dict[int, Decimal]:
    points: dict[int, Decimal] = {}
    for effect in effects:
        before = points.get(effect.campaign_id, ZERO)
        points[effect.campaign_id] = before + Decimal(effect.props["value"])
    return points


def _cut(
    effect: Effect,
    lines: Mapping[int, ReturnedLine],
    anew: Collection[int],
    renewed: Collection[int],
) -> _Parts:
    is_points = effect.effect_type == _POINTS
    if not is_points and effect.effect_type not in DISCOUNTS:
        return _Parts(effect, None, effect)
    if effect.campaign_id in (renewed if is_points else anew):
        return _Parts(effect, effect, None)
    position, sub_position = _address(effect.props)
    line = None if position is None else lines.get(position)
    if line is None:
        return _Parts(effect, None, effect)
    if sub_position is not None:
        comes_back = line.first <= sub_position < line.first + line.quantity
        return _Parts(effect, effect, None) if comes_back else _Parts(effect, None, effect)
    if line.quantity == line.remaining:
        return _Parts(effect, effect, None)
    value = Decimal(effect.props["value"])
    share = divide(value * line.quantity, Decimal(line.remaining))
    return _Parts(effect, _of_value(effect, share), _of_value(effect, value - share))


def _address(props: Mapping[str, Json]) -> tuple[int | None, int | None]:
    """Return the line and the unit that an effect is on; discounts and points name them apart."""
    if "cartItemPosition" in props:
        return props["cartItemPosition"], props.get("cartItemSubPosition")
    return props.get("position"), props.get("subPosition")


def _of_value(effect: Effect, value: Decimal) -> Effect:
    return replace(effect, props={**effect.props, "value": plain(value)})


class _Refund(NamedTuple):
    """What comes back of one budget of a campaign, `code` being that of the run's coupon, or ""."""

    campaign_id: int
    code: str
    action: str
    amount: Decimal


def _refunds(parts: Iterable[_Parts], effects: Iterable[Effect]) -> list[_Refund]:
    codes = {
        e.triggered_by_coupon: e.props["value"] for e in effects if e.effect_type == "acceptCoupon"
    }
    refunds: list[_Refund] = []
    for part in parts:
        assert part.back is not None, "only what comes back is refunded"
        effect = part.back
        code = codes.get(effect.triggered_by_coupon, "") if effect.triggered_by_coupon else ""
        amount, number = POINTS_BUDGETS if effect.effect_type == _POINTS else DISCOUNT_BUDGETS
        value = Decimal(effect.props["value"])
        refunds.append(_Refund(effect.campaign_id, code, amount, value))
        # Parts of one discount were counted once, whatever comes back of them.
        if part.stays is None and "totalDiscount" not in effect.props:
            refunds.append(_Refund(effect.campaign_id, code, number, _ONE))
    return refunds


def _take_back(
    changes: Iterable[Change],
    refunds: Sequence[_Refund],
    sales: Decimal,
    anew: Collection[int],
    renewed: Collection[int],
) -> tuple[list[Change], list[Change]]:
    """Return what to store, and what is left of the changes."""
    taken: list[Change] = []
    left: list[Change] = []
    for change in changes:
        rest: Change = change
        match change:
            case CountBudget(key=key, amount=amount):
                is_anew = key.campaign_id in _counted_anew(key.action, anew, renewed)
                cut = amount if is_anew else min(amount, _refund_of(key, refunds))
                if cut:
                    taken.append(replace(change, amount=-cut))
                    rest = replace(change, amount=plain(amount - cut))
            case CountCoupon(code=code, discount=discount):
                cut = min(discount, _refund_of_code(code, refunds))
                if cut:
                    taken.append(CountCoupon(code=code, profile_id="", uses=0, discount=-cut))
                    rest = replace(change, discount=plain(discount - cut))
            case CountOrder(profile_id=profile_id):
                taken.append(CountOrder(profile_id=profile_id, orders=0, sales=-sales))
                rest = replace(change, sales=plain(change.sales - sales))
        left.append(rest)
    return taken, left


def _counted_anew(action: str, anew: Collection[int], renewed: Collection[int]) -> Collection[int]:
    """Return the campaigns whose budget of an action is counted from nothing again."""
    if action in DISCOUNT_BUDGETS:
        return anew
    return renewed if action in POINTS_BUDGETS else ()


def _refund_of(key: CounterKey, refunds: Iterable[_Refund]) -> Decimal:
    amounts = [
        refund.amount
        for refund in refunds
        if refund.campaign_id == key.campaign_id
        and refund.action == key.action
        and key.coupon in ("", refund.code)
    ]
    return sum(amounts, ZERO)


def _refund_of_code(code: str, refunds: Iterable[_Refund]) -> Decimal:
    amounts = [r.amount for r in refunds if r.code == code and r.action == DISCOUNT_BUDGETS[0]]
    return sum(amounts, ZERO)
