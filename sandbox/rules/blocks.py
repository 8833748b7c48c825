"""Read the blocks of a V2 ruleset.

A block of an unknown type, or of a known type with an operator or a target that is not evaluated
yet, becomes `Unsupported`; a known block with missing or wrong fields is a fault.
Source: Management API, operation getRulesetV2; conformance README, section 2.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.rules.model import (
    AwardDiscount,
    AwardItem,
    Between,
    Block,
    CartTarget,
    CheckAttribute,
    CheckCoupon,
    CostTarget,
    CountedList,
    Group,
    ItemsTarget,
    NoOperand,
    OneOperand,
    Operand,
    ShowNotification,
    TriggerCustomEffect,
    Unsupported,
    ValueList,
    Within,
)
from sandbox.rules.reading import Reader

MAX_DEPTH = 50


def read_blocks(reader: Reader, field: str, depth: int = 0) -> tuple[Block, ...]:
    """Read a list of blocks; a missing list is empty."""
    if depth > MAX_DEPTH and reader.has(field):
        reader.fault("Too deep", f"Blocks are nested at most {MAX_DEPTH} deep", field)
        return ()
    return tuple(read_block(block, depth) for block in reader.objects(field))


def read_block(reader: Reader, depth: int = 0) -> Block:
    """Read one block of any type."""
    kind = reader.text("type")
    read = _READERS.get(kind)
    if read is None:
        return _unsupported(reader, f"Blocks of type {kind} are not evaluated yet")
    return read(reader, depth)


def _unsupported(reader: Reader, reason: str) -> Unsupported:
    return Unsupported(_id(reader), reader.text("type"), reason)


def _id(reader: Reader) -> str:
    return reader.text("id", "")


def _group(reader: Reader, depth: int) -> Block:
    return Group(
        _id(reader),
        reader.choice("operator", ("all", "atLeastOne", "none")),
        read_blocks(reader, "blocks", depth + 1),
        read_blocks(reader, "onFailure", depth + 1),
    )


def _no_operand(reader: Reader) -> Operand:
    return NoOperand()


def _one_operand(reader: Reader) -> Operand:
    return OneOperand(reader.expression("value"))


def _between(reader: Reader) -> Operand:
    return Between(reader.expression("min"), reader.expression("max"))


def _within(reader: Reader) -> Operand:
    return Within(
        reader.expression("start"),
        reader.expression("end"),
        reader.flag("startInclusive", True),
        reader.flag("endInclusive", False),
        reader.flag("timezoneInsensitive", False),
    )


def _value_list(reader: Reader) -> Operand:
    return ValueList(reader.expressions("values" if reader.has("values") else "value"))


def _counted_list(reader: Reader) -> Operand:
    return CountedList(reader.expressions("values"), reader.integer("count"))


_OPERANDS: dict[str, Callable[[Reader], Operand]] = {
    **dict.fromkeys(("exists", "empty", "isTrue", "isFalse"), _no_operand),
    **dict.fromkeys(
        (
            "equals",
            "lessThan",
            "lessThanOrEqual",
            "greaterThan",
            "greaterThanOrEqual",
            "contains",
            "startsWith",
            "endsWith",
            "matchesRegexp",
            "after",
            "before",
            "inCollection",
        ),
        _one_operand,
    ),
    "between": _between,
    "within": _within,
    **dict.fromkeys(("oneOf", "containsOneOf", "containsNoneOf", "containsAllOf"), _value_list),
    **dict.fromkeys(("containsAtLeast", "containsExactly"), _counted_list),
}


def _check_attribute(reader: Reader, depth: int) -> Block:
    operator = reader.text("operator")
    negated = operator.startswith("not(") and operator.endswith(")")
    plain = operator[4:-1] if negated else operator
    read_operand = _OPERANDS.get(plain)
    if read_operand is None:
        return _unsupported(reader, f"The operator {operator} is not evaluated yet")
    return CheckAttribute(
        _id(reader),
        plain,
        negated,
        reader.formula("attribute"),
        read_operand(reader),
        read_blocks(reader, "onFailure", depth + 1),
    )


def _check_coupon(reader: Reader, depth: int) -> Block:
    return CheckCoupon(
        _id(reader),
        reader.flag("redeem", True),
        read_blocks(reader, "onFailure", depth + 1),
    )


def _items_target(reader: Reader) -> ItemsTarget | None:
    prorated = reader.flag("prorated", False)
    match reader.text("type"):
        case "allItems":
            return ItemsTarget(None, prorated)
        case "selector" | "globalFilter":
            return ItemsTarget(reader.text("name"), prorated)
    return None


def _award_discount(reader: Reader, depth: int) -> Block:
    target = reader.inner("target")
    kind = target.text("type")
    where: CartTarget | ItemsTarget | CostTarget | None
    if kind == "cart":
        where = CartTarget()
    elif kind == "additionalCost":
        where = _cost_target(target)
    else:
        where = _items_target(target)
    if where is None:
        return _unsupported(reader, f"Discounts on targets of type {kind} are not evaluated yet")
    return AwardDiscount(
        _id(reader),
        reader.expression("name"),
        reader.amount("value"),
        reader.optional_flag("partial"),
        where,
    )


def _cost_target(reader: Reader) -> CostTarget | None:
    cost = reader.inner("additionalCost")
    inner = reader.inner("target")
    items = _items_target(inner)
    if items is None and inner.text("type") != "cart":
        return None
    return CostTarget(cost.integer("id"), cost.text("name"), items)


def _award_item(reader: Reader, depth: int) -> Block:
    return AwardItem(
        _id(reader),
        reader.expression("sku"),
        reader.expression("name"),
        reader.amount("quantity"),
        reader.optional_flag("partial"),
    )


def _show_notification(reader: Reader, depth: int) -> Block:
    return ShowNotification(
        _id(reader),
        reader.choice("notificationType", ("Info", "Offer", "Error", "Misc")),
        reader.expression("title"),
        reader.member(reader.raw.get("body") or "", "body"),
    )


def _trigger_custom_effect(reader: Reader, depth: int) -> Block:
    effect = reader.inner("customEffect")
    target = reader.inner("target")
    params = Reader(reader.raw.get("params") or {}, f"{reader.pointer}/params", reader.faults)
    kind = target.text("type")
    where = CartTarget() if kind == "cart" else _items_target(target)
    if where is None:
        return _unsupported(
            reader, f"Custom effects on targets of type {kind} are not evaluated yet"
        )
    return TriggerCustomEffect(
        _id(reader),
        effect.integer("id"),
        effect.text("name"),
        tuple((name, params.expression(name)) for name in params.raw),
        where,
    )


_READERS: dict[str, Callable[[Reader, int], Block]] = {
    "group": _group,
    "checkAttribute": _check_attribute,
    "checkCoupon": _check_coupon,
    "awardDiscount": _award_discount,
    "awardItem": _award_item,
    "showNotification": _show_notification,
    "triggerCustomEffect": _trigger_custom_effect,
}
