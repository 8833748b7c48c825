"""What the customer pays: computed here, from the cart and the effects alone, and nowhere else.

Talon.One never answers a discounted total; the shop subtracts the effects. How a discount on the
session is spread over rows is a reading aid: `sessionTotal` over lines and cost rows by what is
left of each, `cartItems` over lines, `additionalCosts` over costs. Rows always sum to the total, in
minor units by largest remainder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Literal

from sandbox.insight.money import exact, minor_unit, rounded
from sandbox.numbers import ZERO, quantize

RowKind = Literal["line", "cost", "free"]


@dataclass(frozen=True, slots=True)
class Share:
    """What one discount takes off a row. `amount` is rounded, `exact` is not."""

    name: str
    amount: Decimal
    exact: Decimal


@dataclass(frozen=True, slots=True)
class Row:
    """A cart line, an additional cost or a free item; amounts are for the whole row, rounded."""

    kind: RowKind
    label: str
    quantity: int
    price: Decimal
    discounts: tuple[Share, ...]
    pays: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of the rows. `exact_discount` has all digits; `warnings` are sentences.

    `spreads` tells that a discount on several rows had to be spread over them.
    """

    rows: tuple[Row, ...]
    price: Decimal
    discount: Decimal
    pays: Decimal
    exact_discount: Decimal
    spreads: bool
    warnings: tuple[str, ...]

    @property
    def percent(self) -> Decimal:
        """The discount in percent of the price, to one decimal."""
        if self.price <= 0:
            return ZERO
        return (self.discount * 100 / self.price).quantize(Decimal("0.1"))


@dataclass(slots=True)
class _Draft:
    """A row while discounts are taken off it, exact."""

    kind: RowKind
    label: str
    quantity: int
    price: Decimal
    left: Decimal
    taken: list[tuple[str, Decimal]] = field(default_factory=list)

    def take(self, name: str, amount: Decimal) -> None:
        """Take a discount off; never more than is left."""
        amount = min(amount, max(self.left, ZERO))
        if amount:
            self.left -= amount
            self.taken.append((name, amount))


def compute_totals(
    session: Mapping[str, Any],
    effects: Sequence[Mapping[str, Any]],
    currency: str,
    cost_titles: Mapping[str, str] | None = None,
) -> Totals:
    """Return totals and rows of an answered customer session (wire shape) with its effects."""
    lines = [_line(item) for item in session.get("cartItems") or []]
    costs = {
        name: _cost((cost_titles or {}).get(name, name), cost)
        for name, cost in (session.get("additionalCosts") or {}).items()
    }
    too_much: list[tuple[str, Decimal, Decimal]] = []
    for effect in sorted(effects, key=_is_session_wide):
        props = effect["props"]
        targets = _targets(effect, lines, costs)
        if targets is None:
            continue
        wanted = Decimal(props["value"])
        rest = _spread(str(props["name"]), wanted, targets)
        if rest > 0:
            too_much.append((plain_name(str(props["name"])), wanted, wanted - rest))
    free = [
        _Draft("free", str(effect["props"]["name"]), 1, ZERO, ZERO)
        for effect in effects
        if effect["effectType"] == "addFreeItem"
    ]
    warnings = tuple(
        f"“{name}” is {exact(wanted)}, more than there is to discount: {exact(applied)} counts."
        for name, wanted, applied in too_much
    )
    spreads = len(lines) + len(costs) > 1 and any(map(_is_session_wide, effects))
    return _totals([*lines, *costs.values(), *free], currency, spreads, warnings)


def apportion(amounts: Sequence[Decimal], unit: Decimal, total: Decimal) -> list[Decimal]:
    """Round amounts to multiples of `unit` so that they sum to `total`, by largest remainder."""
    floors = [quantize(amount, unit, ROUND_FLOOR) for amount in amounts]
    missing = int((total - sum(floors, ZERO)) / unit)
    order = sorted(range(len(amounts)), key=lambda i: floors[i] - amounts[i])
    for index in order[:missing]:
        floors[index] += unit
    return floors


def _line(item: Mapping[str, Any]) -> _Draft:
    quantity = item["quantity"]
    costs = sum((cost["price"] for cost in (item.get("additionalCosts") or {}).values()), ZERO)
    price = Decimal(item["price"] + costs) * quantity
    return _Draft("line", str(item.get("name") or item["sku"]), quantity, price, price)


def _cost(label: str, cost: Mapping[str, Any]) -> _Draft:
    price = Decimal(cost["price"])
    return _Draft("cost", label, 1, price, price)


def _is_session_wide(effect: Mapping[str, Any]) -> bool:
    return bool(effect["effectType"] == "setDiscount")


def _targets(
    effect: Mapping[str, Any], lines: list[_Draft], costs: dict[str, _Draft]
) -> list[_Draft] | None:
    """Return the rows that a discount is for; None for effects that are no discounts."""
    props = effect["props"]
    match effect["effectType"]:
        case "setDiscountPerItem" | "setDiscountPerAdditionalCostPerItem":
            position = int(props["position"])
            return lines[position : position + 1]
        case "setDiscountPerAdditionalCost":
            cost = costs.get(props["additionalCost"])
            return [cost] if cost else []
        case "setDiscount":
            return {
                "cartItems": lines,
                "additionalCosts": list(costs.values()),
            }.get(props.get("scope", ""), [*lines, *costs.values()])
    return None


def _spread(name: str, wanted: Decimal, rows: list[_Draft]) -> Decimal:
    """Spread a discount over rows by what is left of each; return what is too much for all."""
    weights = [max(row.left, ZERO) for row in rows]
    whole = sum(weights, ZERO)
    if whole <= 0:
        return wanted
    applied = min(wanted, whole)
    rest = applied
    for index, (row, weight) in enumerate(zip(rows, weights, strict=True)):
        is_last = not any(weights[index + 1 :])
        part = rest if is_last else applied * weight / whole
        row.take(name, part)
        rest -= part
        if is_last:
            break
    return wanted - applied


def _totals(
    drafts: list[_Draft], currency: str, spreads: bool, warnings: tuple[str, ...]
) -> Totals:
    unit = minor_unit(currency)
    exact_price = sum((draft.price for draft in drafts), ZERO)
    exact_discount = sum((amount for draft in drafts for _, amount in draft.taken), ZERO)
    price, discount = rounded(exact_price, currency), rounded(exact_discount, currency)
    prices = apportion([draft.price for draft in drafts], unit, price)
    discounts = apportion([draft.price - draft.left for draft in drafts], unit, discount)
    rows = []
    for draft, row_price, row_discount in zip(drafts, prices, discounts, strict=True):
        merged: dict[str, Decimal] = {}
        for name, amount in draft.taken:
            merged[plain_name(name)] = merged.get(plain_name(name), ZERO) + amount
        amounts = apportion(list(merged.values()), unit, row_discount)
        shares = tuple(
            Share(name, amount, merged[name]) for name, amount in zip(merged, amounts, strict=True)
        )
        rows.append(
            Row(
                draft.kind,
                draft.label,
                draft.quantity,
                row_price,
                shares,
                row_price - row_discount,
            )
        )
    return Totals(
        rows=tuple(rows),
        price=price,
        discount=discount,
        pays=price - discount,
        exact_discount=exact_discount,
        spreads=spreads,
        warnings=warnings,
    )


def plain_name(name: str) -> str:
    """Return a discount's name without the ``#position`` that item discounts carry (A47)."""
    base, mark, position = name.rpartition("#")
    return base if mark and position.isdigit() else name
