"""Discounts in words: “take 20 % off the session total”.

What a discount takes and what it takes it from are told apart, so that a share of the price of each
item reads “take 10 % off every item”, and anything else names both.
Source: reference/engine/05-discount-math.md; what is left after earlier discounts: decision E21.
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.rules.effects import (
    AwardDiscount,
    BundleTarget,
    CartTarget,
    CostTarget,
    ItemByIndex,
    ItemsTarget,
)
from sandbox.rules.words.english import ordinal, quoted, shown
from sandbox.rules.words.expressions import (
    ROUNDINGS,
    bound,
    number_of,
    rounding,
    share_of,
    term,
    with_parameters,
)
from sandbox.rules.words.glossary import Glossary
from sandbox.rules.words.names import noun
from sandbox.rules.words.targets import each_of, items_of
from sandbox.talang.ast import Call, Expression, Path

_SESSION_TOTAL = Path(("Session", "Total"))
_SCOPES = {
    "sessionTotal": "the session total",
    "cartItems": "the cart items",
    "additionalCosts": "the session's additional costs",
}
_ITEM_SCOPES = {"additionalCosts": " (its additional costs)", "itemTotal": " (with its costs)"}


@dataclass(frozen=True, slots=True)
class _Amount:
    """`share` of `base` (“20 %”, “half”; None: all of it), with limits and roundings behind it."""

    core: Expression
    base: Expression
    share: str | None
    limits: tuple[str, ...]

    def behind(self, each: bool) -> str:
        """Return the limits and roundings, as an addition; limits hold for `each` thing."""
        return "".join(
            f", {limit} each" if each and limit.startswith("but") else f", {limit}"
            for limit in self.limits
        )


def discount_clause(block: AwardDiscount, glossary: Glossary) -> str:
    """Return what a discount does, without its name."""
    glossary = glossary.for_discounts()
    amount = _amount(block.value, glossary)
    match block.target:
        case CartTarget():
            return _off_session(amount, glossary)
        case ItemsTarget() as items:
            return _off_items(amount, items, glossary)
        case BundleTarget() as bundle:
            return _off_bundle(amount, bundle, glossary)
        case CostTarget() as cost:
            return _off_cost(amount, cost, glossary)


def _amount(value: Expression, glossary: Glossary) -> _Amount:
    """Take a value apart; what limits and rounds it stands outside."""
    expression = with_parameters(value, glossary)
    limits: list[str] = []
    while isinstance(expression, Call):
        inner, limit = _unwrapped(expression, glossary)
        if limit is None:
            break
        limits.insert(0, limit)
        expression = inner
    share = share_of(expression, glossary)
    if share is None:
        return _Amount(expression, expression, None, tuple(limits))
    return _Amount(expression, share[1], share[0], tuple(limits))


def _unwrapped(call: Call, glossary: Glossary) -> tuple[Expression, str | None]:
    name, arguments = call.function, call.arguments
    if number_of(call) is not None:
        return call, None
    if name in ROUNDINGS:
        how = rounding(ROUNDINGS[name], arguments, glossary)
        return (arguments[0], how) if how else (call, None)
    if name in ("MIN", "MAX"):
        split = bound(name, arguments, glossary, "money")
        if split is not None:
            return split[0], f"but {split[1]}"
    return call, None


def _taken(amount: _Amount, base: Path, glossary: Glossary) -> str | None:
    """Return the share of `base` that an amount is: “20 %”; None when it is no share of it."""
    return amount.share if amount.base == base else None


def _is_whole(amount: _Amount, base: Path) -> bool:
    return amount.core == base


def _text(amount: _Amount, glossary: Glossary) -> str:
    return term(amount.core, glossary, "money").text


def _off_session(amount: _Amount, glossary: Glossary) -> str:
    scope = glossary.vocabulary.discount_scope if glossary.remaining else "sessionTotal"
    target = _SCOPES.get(scope, _SCOPES["sessionTotal"])
    behind = amount.behind(each=False)
    if scope == "sessionTotal":
        total = noun(_SESSION_TOTAL, glossary).text
        if _is_whole(amount, _SESSION_TOTAL):
            return f"take the whole {total.removeprefix('the ')} off{behind}"
        share = _taken(amount, _SESSION_TOTAL, glossary)
        if share is not None:
            return f"take {share} off {total}{behind}"
        above = _above(amount, glossary)
        if above is not None:
            return f"take everything above {above} off {total}{behind}"
    return f"take {_text(amount, glossary)}{behind}{',' if behind else ''} off {target}"


def _above(amount: _Amount, glossary: Glossary) -> str | None:
    """Return the constant that a discount brings the session total down to."""
    match amount.core:
        case Call("-", (Path(("Session", "Total")), kept)) if number_of(kept) is not None:
            return term(kept, glossary, "money").text
    return None


def _off_items(amount: _Amount, target: ItemsTarget, glossary: Glossary) -> str:
    if target.prorated:
        return _spread_over(amount, target, glossary)
    scope = glossary.vocabulary.item_discount_scope if glossary.remaining else "price"
    each = f"{each_of(target, glossary)}{_ITEM_SCOPES.get(scope, '')}"
    behind = amount.behind(each=True)
    price = Path(("Item", "Price"))
    left = " remaining" if glossary.remaining else ""
    if scope == "price" and _is_whole(amount, price):
        return f"take the whole{left} price off {each}{behind}{'' if behind else ' (free)'}"
    share = _taken(amount, price, glossary)
    if scope == "price" and share is not None:
        return f"take {share} off the{left} price of {each}{behind}"
    text = _text(amount, glossary.of_each_item())
    return f"take {text}{behind}{',' if behind else ''} off {each}"


def _spread_over(amount: _Amount, target: ItemsTarget, glossary: Glossary) -> str:
    items = items_of(target, glossary)
    spread = "spread over them by price"
    behind = amount.behind(each=False)
    total = Path((target.selector or "", "TotalPrice"))
    if target.selector is None:
        total = Path(("Session", "CartTotal"))
    share = _taken(amount, total, glossary)
    if share is not None:
        return f"take {share} off the total price of {items}{behind}, {spread}"
    return f"take {_text(amount, glossary)}{behind} in total off {items}, {spread}"


def _off_bundle(amount: _Amount, target: BundleTarget, glossary: Glossary) -> str:
    bundle = f"every bundle {quoted(target.name)}"
    behind = amount.behind(each=True)
    spread = ", spread over its items by price" if target.prorated else ""
    if target.item is None:
        return f"take {_text(amount, glossary)}{behind}{',' if behind else ''} off {bundle}{spread}"
    if isinstance(target.item, ItemByIndex):
        item = f"its {ordinal(target.item.index + 1)} item"
    else:
        end = "highest" if target.item.highest else "lowest"
        attribute = term(target.item.attribute, glossary.owned_by("")).text.strip()
        item = f"its item with the {end} {attribute}"
    share = _taken(amount, Path(("Item", "Price")), glossary)
    if share is not None:
        return f"take {share} of the price of {item} off {bundle}{behind}{spread}"
    text = _text(amount, glossary.owned_by("the item's"))
    return f"take {text}{behind}, as of {item}, off {bundle}{spread}"


def _off_cost(amount: _Amount, target: CostTarget, glossary: Glossary) -> str:
    name = shown(glossary.cost(target.cost_name))
    if target.items is None:
        cost, place = Path(("Session", "AdditionalCosts", target.cost_name)), name
        behind = amount.behind(each=False)
    else:
        cost = Path(("Item", "AdditionalCosts", target.cost_name))
        place = f"{name} of {each_of(target.items, glossary)}"
        behind = amount.behind(each=True)
        glossary = glossary.of_each_item()
    if _is_whole(amount, cost) or _is_whole(amount, Path((*cost.names, "Price"))):
        return f"take the whole of {place} off{behind}" if behind else f"make {place} free"
    share = _taken(amount, cost, glossary)
    if share is not None:
        return f"take {share} off {place}{behind}"
    return f"take {_text(amount, glossary)}{behind}{',' if behind else ''} off {place}"
