"""Compile discount blocks: which amounts, on what, cut by which limits.

Source: reference/engine/05-discount-math.md; decisions E1 to E7, E18 to E23, F7, F8. Values are not
rounded, except the shares of pro rata discounts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import msgspec

from sandbox.engine.definitions import DiscountScope, ItemDiscountScope
from sandbox.engine.errors import EffectFailed
from sandbox.engine.model import Coupon, Effect, Json
from sandbox.engine.parts import FindBundles, Names, ReadText
from sandbox.engine.paths import FindUnits
from sandbox.engine.prorate import prorate
from sandbox.engine.recorder import Recorder
from sandbox.engine.scope import Apply, Place, Scope, each_bundle, each_unit, effect_units
from sandbox.engine.units import Unit
from sandbox.numbers import ZERO, plain, to_number
from sandbox.rules.effects import BundleTarget, CostTarget, ItemByAttribute, ItemByIndex
from sandbox.talang.compile import Closure
from sandbox.talang.functions import number, show


class Discount(msgspec.Struct, frozen=True):
    """One compiled discount block with the Application's settings that it depends on.

    `partial` is the Application's where the block has none; where it is on, effects also say what
    was desired (decision F7). `decimals` is the number of minor digits of the currency.
    """

    place: Place
    name: ReadText
    value: Closure
    partial: bool
    cascading: bool
    session_scope: DiscountScope
    item_scope: ItemDiscountScope
    decimals: int


def grant(
    scope: Scope, discount: Discount, wanted: Decimal, base: Decimal | None = None
) -> Decimal:
    """Return how much of `wanted` every limit allows; `spend` counts it.

    `base` is what is left of what is discounted, with cascading discounts. Raises EffectFailed for
    a discount of zero or less, where there is no session, and when limits allow nothing, or,
    without partial rewards, too little.
    """
    if wanted <= ZERO:
        raise EffectFailed(f"a discount of {show(wanted)} does not fire", "F8")
    if not scope.context.request.has_session:
        raise EffectFailed("there is no session to discount", "S131")
    granted, cut_by = wanted, None
    if scope.limited:
        granted, cut_by = _within_limits(scope, discount, wanted)
    if scope.recorder is not None:
        scope.recorder.grant(wanted, granted, cut_by, base)
    return granted


def _within_limits(scope: Scope, discount: Discount, wanted: Decimal) -> tuple[Decimal, str | None]:
    """Return what budgets and the coupon's value allow of `wanted`, and what cut it, if any."""
    granted, cut_by = wanted, None
    for name, left in (
        ("the discount budget", scope.budgets.available("setDiscount")),
        ("the value of the code", _left_on_coupon(scope, discount.place)),
    ):
        if left is not None and left < granted:
            if left <= 0 or not discount.partial:
                raise EffectFailed(f"{name} has {show(max(left, ZERO))} left of {show(wanted)}")
            granted, cut_by = left, name
    return granted, cut_by


def spend(scope: Scope, place: Place, granted: Decimal, effects: int = 1) -> None:
    """Count what a discount takes from every budget, and from the value of its code.

    `effects` is how many effects give it (decision S162). Raises EffectFailed when there may not be
    so many, and for an amount that no counter can hold. Nothing need be counted of a scope that is
    not limited.
    """
    try:
        to_number(granted)
    except ValueError as error:
        raise EffectFailed(str(error)) from None
    budgets, coupon = scope.budgets, scope.coupon
    effects_left = budgets.available("setDiscountEffect")
    if effects_left is not None and effects_left < effects:
        raise EffectFailed("the budget on discount effects is used up")
    budgets.spend("setDiscount", granted)
    budgets.spend("setDiscountEffect", Decimal(effects))
    if coupon is not None and _has_value(coupon, place):
        scope.context.ledger.add(("coupon", coupon.value), granted)


def _ran_out(scope: Scope, place: Place) -> bool:
    """Tell whether nothing is left: with partial rewards, what comes after the first effects then
    gets none (E19, S154).
    """
    left = (
        scope.budgets.available("setDiscount"),
        scope.budgets.available("setDiscountEffect"),
        _left_on_coupon(scope, place),
    )
    if all(amount is None or amount > 0 for amount in left):
        return False
    _note_decision(scope, "E19")
    return True


def _has_value(coupon: Coupon, place: Place) -> bool:
    """Tell whether a code has a value that this rule's discounts use up."""
    return coupon.discount_limit is not None and place.redeems_coupon


def _left_on_coupon(scope: Scope, place: Place) -> Decimal | None:
    coupon = scope.coupon
    if coupon is None or coupon.discount_limit is None or not place.redeems_coupon:
        return None
    spent = (coupon.discount_counter or ZERO) + scope.context.ledger.amount(
        ("coupon", coupon.value)
    )
    return coupon.discount_limit - spent


def on_session(discount: Discount) -> Apply:
    """Discount the session total: one `setDiscount`."""
    place, read_name, value = discount.place, discount.name, discount.value
    partial, cascading, target = discount.partial, discount.cascading, discount.session_scope

    def apply(scope: Scope, effects: list[Effect]) -> None:
        wanted, name = number(value(scope)), read_name(scope)
        base = None
        if cascading:
            base = scope.context.remaining.of_scope(target)
            wanted = min(wanted, base)
        granted = grant(scope, discount, wanted, base)
        if scope.limited:
            spend(scope, place, granted)
        props = {"name": name, "value": plain(granted)}
        if partial:
            props["desiredValue"] = plain(wanted)
        if cascading:
            scope.context.remaining.take_from_session(target, granted)
            props["scope"] = target
        elif scope.recorder is not None and granted > scope.context.session.total:
            scope.recorder.decision("E6")
        effects.append(scope.effect(place, "setDiscount", props))

    return apply


def on_units(discount: Discount, find_units: FindUnits) -> Apply:
    """Discount units one by one, in list order: one `setDiscountPerItem` each."""
    discount_units = _one_by_one(discount)

    def apply(scope: Scope, effects: list[Effect]) -> None:
        discount_units(scope, effects, find_units(scope))

    return apply


def pro_rata(discount: Discount, find_units: FindUnits) -> Apply:
    """Spread one discount over units by price, as `setDiscountPerItem` with `totalDiscount`."""

    def apply(scope: Scope, effects: list[Effect]) -> None:
        units = find_units(scope)
        _spread(discount, scope, effects, units, number(discount.value(scope)))

    return apply


def on_bundles(
    discount: Discount, target: BundleTarget, find_bundles: FindBundles, names: Names
) -> Apply:
    """Discount bundle by bundle: each unit, one unit of each, or the whole pro rata.

    A discount that is computed from one unit and spread names that unit. Bundles that come after
    the budget or the session ran out get no effect (decisions E19, S161).
    """
    choose = None if target.item is None else _choice(target.item, names)
    discount_units = _one_by_one(discount)

    def apply(scope: Scope, effects: list[Effect]) -> None:
        remaining = scope.context.remaining
        before = len(effects)
        for units in each_bundle(scope, target.name, find_bundles(scope)):
            if len(effects) > before:
                if discount.partial and _ran_out(scope, discount.place):
                    break
                if discount.cascading and remaining.lacks(units, discount.item_scope):
                    _note_decision(scope, "S161")
                    continue
            chosen = units if choose is None else [choose(scope, units)]
            if not target.prorated:
                discount_units(scope, effects, chosen)
            elif choose is None:
                _spread(discount, scope, effects, units, number(discount.value(scope)))
            else:
                _spread_from(discount, scope, effects, units, chosen[0])

    return apply


def _choice(
    item: ItemByIndex | ItemByAttribute, names: Names
) -> Callable[[Scope, list[Unit]], Unit]:
    """Return what finds the unit of a bundle that a discount is computed from."""
    if isinstance(item, ItemByIndex):
        index = item.index

        def by_index(scope: Scope, units: list[Unit]) -> Unit:
            if not 0 <= index < len(units):
                raise EffectFailed(f"a bundle has {len(units)} items, none at {index}")
            return units[index]

        return by_index
    read, choose = names.expression(item.attribute), max if item.highest else min

    def by_attribute(scope: Scope, units: list[Unit]) -> Unit:
        values = [number(read(scope)) for _ in each_unit(scope, units)]
        return units[values.index(choose(values))]

    return by_attribute


def _spread_from(
    discount: Discount,
    scope: Scope,
    effects: list[Effect],
    units: list[Unit],
    targeted: Unit,
) -> None:
    """Spread a discount that is computed from one unit over its bundle."""
    [wanted] = [number(discount.value(scope)) for _ in each_unit(scope, [targeted])]
    start = len(effects)
    _spread(discount, scope, effects, units, wanted)
    for effect in effects[start:]:
        effect.props["targetedItemPosition"] = targeted.position
        if targeted.sub_position is not None:
            effect.props["targetedItemSubPosition"] = targeted.sub_position


def _one_by_one(discount: Discount) -> Callable[[Scope, list[Effect], list[Unit]], None]:
    """Return what discounts each unit by the value and under the name that it gives (S155).

    With partial rewards, units that come after the budget ran out get no effect (decision E19).
    With cascading discounts, neither do those for which the session has nothing left (S161).
    """
    place, read_name, value = discount.place, discount.name, discount.value
    partial, cascading, target = discount.partial, discount.cascading, discount.item_scope

    def discount_units(scope: Scope, effects: list[Effect], units: list[Unit]) -> None:
        remaining = scope.context.remaining
        before = len(effects)
        outer = scope.unit
        try:
            for unit in effect_units(scope, units, effects):
                scope.unit = unit
                wanted = number(value(scope))
                base = None
                if cascading:
                    base = remaining.of_units((unit,), target)
                    wanted = min(wanted, base)
                    if base <= 0 and len(effects) > before and remaining.lacks((unit,), target):
                        _note_decision(scope, "S161")
                        continue
                if partial and len(effects) > before and _ran_out(scope, place):
                    break
                granted = grant(scope, discount, wanted, base)
                if scope.limited:
                    spend(scope, place, granted)
                props = _unit_props(scope, read_name(scope), unit, granted)
                if partial:
                    props["desiredValue"] = plain(wanted)
                if cascading:
                    remaining.take_from_unit(unit, target, granted)
                    props["scope"] = target
                effects.append(scope.effect(place, "setDiscountPerItem", props))
        finally:
            scope.unit = outer

    return discount_units


def _spread(
    discount: Discount,
    scope: Scope,
    effects: list[Effect],
    units: list[Unit],
    wanted: Decimal,
) -> None:
    """Spread one discount over units by price; a unit whose share is nothing gets no effect."""
    name = discount.name(scope)
    remaining, target = scope.context.remaining, discount.item_scope
    bases = [
        remaining.weight(unit, target) if discount.cascading else unit.amount for unit in units
    ]
    base = None
    if discount.cascading:
        base = remaining.of_units(units, target)
        wanted = min(wanted, base)
    granted = grant(scope, discount, wanted, base)
    try:
        parts = prorate(granted, bases, discount.decimals)
    except ValueError:
        raise EffectFailed("the items to discount are worth nothing") from None
    if scope.recorder is not None:
        _note_decisions(scope.recorder, granted, bases, parts)
    won = scope.context.won
    shares = [
        (unit, part)
        for unit, part in zip(units, parts, strict=True)
        if part and (won is None or unit.address in won)
    ]
    if scope.limited:
        spend(scope, discount.place, sum([part for _, part in shares], ZERO), len(shares))
    for unit, part in shares:
        props = _unit_props(scope, name, unit, part)
        props["totalDiscount"] = plain(granted)
        if discount.partial:
            props["desiredTotalDiscount"] = plain(wanted)
        if discount.cascading:
            remaining.take_from_unit(unit, target, part)
            props["scope"] = target
        effects.append(scope.effect(discount.place, "setDiscountPerItem", props, unit))


def _note_decisions(
    recorder: Recorder,
    granted: Decimal,
    bases: Sequence[Decimal],
    parts: Sequence[Decimal],
) -> None:
    """Note that a discount is worth more than its items, or that equal items got unequal shares."""
    if granted > sum(bases, ZERO):
        recorder.decision("E5")
    largest = max(bases)
    of_the_largest = {part for base, part in zip(bases, parts, strict=True) if base == largest}
    if len(of_the_largest) > 1:
        recorder.decision("E3")


def _note_decision(scope: Scope, row: str) -> None:
    if scope.recorder is not None:
        scope.recorder.decision(row)


def on_cost(discount: Discount, target: CostTarget) -> Apply:
    """Discount an additional cost of the session: one `setDiscountPerAdditionalCost`."""
    cost = _cost_props(target)

    def apply(scope: Scope, effects: list[Effect]) -> None:
        if target.cost_name not in scope.context.shown.additional_costs:
            raise EffectFailed(f"the session has no additional cost {target.cost_name}")
        wanted = number(discount.value(scope))
        remaining = scope.context.remaining
        base = None
        if discount.cascading:
            base = remaining.cost(target.cost_name)
            wanted = min(wanted, base)
        granted = grant(scope, discount, wanted, base)
        if scope.limited:
            spend(scope, discount.place, granted)
        if discount.cascading:
            remaining.take_from_cost(target.cost_name, granted)
        props = {"name": discount.name(scope), **cost, "value": plain(granted)}
        if discount.partial:
            props["desiredValue"] = plain(wanted)
        effects.append(scope.effect(discount.place, "setDiscountPerAdditionalCost", props))

    return apply


def on_unit_costs(discount: Discount, target: CostTarget, find_units: FindUnits) -> Apply:
    """Discount an additional cost of units; every targeted unit must have it, or the rule fails.

    With partial rewards, units that come after the budget ran out get no effect (decision E19).
    With cascading discounts, neither do those for which the session has nothing left (S161).
    """
    cost = _cost_props(target)

    def apply(scope: Scope, effects: list[Effect]) -> None:
        units = find_units(scope)
        if any(target.cost_name not in unit.item.additional_costs for unit in units):
            raise EffectFailed(f"an item has no additional cost {target.cost_name}")
        remaining = scope.context.remaining
        before = len(effects)
        for unit in each_unit(scope, effect_units(scope, units, effects)):
            wanted = number(discount.value(scope))
            base = None
            if discount.cascading:
                own = remaining.unit_cost(unit, target.cost_name)
                base = min(own, remaining.of_units((unit,), "additionalCosts"))
                wanted = min(wanted, base)
                if base <= 0 < own and len(effects) > before:
                    _note_decision(scope, "S161")
                    continue
            if discount.partial and len(effects) > before and _ran_out(scope, discount.place):
                break
            granted = grant(scope, discount, wanted, base)
            if scope.limited:
                spend(scope, discount.place, granted)
            if discount.cascading:
                remaining.take_from_unit_cost(unit, target.cost_name, granted)
            props = _unit_props(scope, discount.name(scope), unit, granted) | cost
            if discount.partial:
                props["desiredValue"] = plain(wanted)
            effects.append(
                scope.effect(discount.place, "setDiscountPerAdditionalCostPerItem", props)
            )

    return apply


def _cost_props(target: CostTarget) -> dict[str, Json]:
    return {"additionalCostId": target.cost_id, "additionalCost": target.cost_name}


def _unit_props(scope: Scope, name: str, unit: Unit, value: Decimal) -> dict[str, Json]:
    """Name with the suffix ``#position`` (decision A47), the unit's address, and its bundle's."""
    position = unit.position
    props: dict[str, Json] = {
        "name": f"{name}#{position}",
        "value": plain(value),
        "position": position,
    }
    if unit.sub_position is not None:
        props["subPosition"] = unit.sub_position
    if scope.bundle is not None:
        props["bundleIndex"] = scope.bundle.index
        props["bundleName"] = scope.bundle.name
    return props
