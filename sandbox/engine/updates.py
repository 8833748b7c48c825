"""Attribute updates: effects that change a custom attribute for good.

Source: reference/engine/04-effects.md, section 4.3, and 08, section 8.9; decision A77. Rules of the
same evaluation keep seeing the value of before (decision S21).
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sandbox.engine.changes import AttributeHolder, SetAttribute, SetItemAttribute
from sandbox.engine.durations import add_duration
from sandbox.engine.errors import EffectFailed
from sandbox.engine.model import Attributes, Effect, Json
from sandbox.engine.operators import to_json
from sandbox.engine.parts import EffectParts, Names
from sandbox.engine.scope import Apply, Scope, each_unit
from sandbox.engine.times import to_time
from sandbox.numbers import ZERO, divide, plain
from sandbox.rules.effects import ItemsTarget, UpdateAttribute
from sandbox.talang.ast import Value
from sandbox.talang.compile import Closure
from sandbox.talang.errors import EvaluationError, UnknownNameError
from sandbox.talang.functions import number, show

# Make the new value of the present one; raises EvaluationError.
Compute = Callable[[Scope, Value | None], Json]

_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "increaseBy": operator.add,
    "decreaseBy": operator.sub,
    "multiplyBy": operator.mul,
    "divideBy": divide,
}
_ROOTS = {
    "session": "Session",
    "profile": "Profile",
    "advocateProfile": "AdvocateProfile",
    "coupon": "Coupon",
    "referral": "Referral",
}


def update_attribute(block: UpdateAttribute, parts: EffectParts) -> Apply:
    names = parts.names
    known = {(a.entity, a.name) for a in names.definition.attributes}
    if (block.entity, block.name) not in known:
        raise UnknownNameError(f"{block.entity}.{block.name}")
    compute = _compute(block, names)
    if block.target in _ROOTS:
        return _on_entity(block, parts, compute, _ROOTS[block.target])
    return _on_items(block, parts, compute)


def _compute(block: UpdateAttribute, names: Names) -> Compute:
    if block.operator == "toggle":
        return lambda scope, present: not _flag(present)
    assert block.value is not None, "every operator but toggle has a value"
    read = names.expression(block.value)
    if block.operator == "setTo":
        return lambda scope, present: to_json(read(scope))
    if block.operator in _ARITHMETIC:
        apply = _ARITHMETIC[block.operator]
        return lambda scope, present: plain(
            apply(ZERO if present is None else number(present), number(read(scope)))
        )
    sign = "" if block.operator == "laterBy" else "-"
    return lambda scope, present: _moved(present, sign, read, scope, names.zone).isoformat()


def _flag(value: Value | None) -> bool:
    """Return a flag; one that was never set is false (decision S22)."""
    if value is None or isinstance(value, bool):
        return bool(value)
    raise EvaluationError(f"{show(value)} is not true or false")


def _moved(
    present: Value | None, sign: str, read: Closure, scope: Scope, zone: ZoneInfo
) -> datetime:
    if present is None:
        raise EvaluationError("a time that is not set cannot be moved")
    duration = show(read(scope))
    try:
        return add_duration(to_time(present, zone), sign + duration)
    except ValueError as error:
        raise EvaluationError(str(error)) from None


def _on_entity(block: UpdateAttribute, parts: EffectParts, compute: Compute, root: str) -> Apply:
    place, name = parts.place, block.name
    path = f"{root}.Attributes.{name}"

    def apply(scope: Scope, effects: list[Effect]) -> None:
        entity, key, attributes = _holder(scope, block.target)
        value = compute(scope, _present(attributes, name))
        change = SetAttribute(entity=entity, id=key, name=name, value=value)
        scope.context.ledger.note(change, at_close=False)
        effects.append(scope.effect(place, "updateAttribute", {"path": path, "value": value}))

    return apply


def _holder(scope: Scope, target: str) -> tuple[AttributeHolder, str, Attributes]:
    """Return the entity that a target means: its kind, its id, its attributes."""
    context = scope.context
    match target:
        case "session" if context.request.has_session:
            session = context.session
            return "CustomerSession", session.integration_id, session.attributes
        case "profile" if context.profile is not None:
            return "CustomerProfile", context.profile.integration_id, context.profile.attributes
        case "advocateProfile" if scope.advocate is not None:
            return "CustomerProfile", scope.advocate.integration_id, scope.advocate.attributes
        case "coupon" if scope.coupon is not None:
            return "Coupon", scope.coupon.value, scope.coupon.attributes
        case "referral" if scope.referral is not None:
            return "Referral", scope.referral.code, scope.referral.attributes
    raise EffectFailed(f"there is no {target} whose attribute could be changed")


def _on_items(block: UpdateAttribute, parts: EffectParts, compute: Compute) -> Apply:
    """Change lines of the cart: one effect for each line that has a targeted unit (S23)."""
    is_global = block.target == "globalFilter"
    find_units = parts.units(ItemsTarget(block.target_name, prorated=False, is_global=is_global))
    place, name = parts.place, block.name

    def apply(scope: Scope, effects: list[Effect]) -> None:
        if not scope.context.request.has_session:
            raise EffectFailed("there is no session whose items could be changed", "S131")
        session_id = scope.context.session.integration_id
        seen: set[int] = set()
        for unit in each_unit(scope, find_units(scope)):
            if unit.position in seen:
                continue
            seen.add(unit.position)
            value = compute(scope, _present(unit.item.attributes, name))
            change = SetItemAttribute(
                session_id=session_id, position=unit.position, name=name, value=value
            )
            scope.context.ledger.note(change, at_close=False)
            path = f"Session.CartItems[{unit.position}].Attributes.{name}"
            props = {"path": path, "value": value}
            effects.append(scope.effect(place, "updateAttribute", props))

    return apply


def _present(attributes: Attributes, name: str) -> Value | None:
    value: Value | None = attributes.get(name)
    return Decimal(value) if type(value) is int else value
