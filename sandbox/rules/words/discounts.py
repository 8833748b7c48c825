"""Discounts in words: “take 20 % off the session total”.

What a discount takes and what it takes it from are told apart, so that a share of the price of each
item reads “take 10 % off the price of every item”, and anything else names both.
Source: reference/engine/05-discount-math.md; what is left after earlier discounts: decision E21.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.rules.effects import (
    AwardDiscount,
    BundleTarget,
    CartTarget,
    CostTarget,
    ItemByAttribute,
    ItemByIndex,
    ItemsTarget,
)
from sandbox.rules.words.constants import number_of
from sandbox.rules.words.english import ordinal, quoted, shown
from sandbox.rules.words.expressions import (
    ROUNDINGS,
    bound,
    rounding,
    share_of,
    term,
)
from sandbox.rules.words.glossary import Glossary
from sandbox.rules.words.names import noun
from sandbox.rules.words.targets import each_of, items_of
from sandbox.talang.ast import Call, Expression, Path

_SESSION_TOTAL = Path(("Session", "Total"))
_SESSION_TOTALS = (_SESSION_TOTAL, Path(("Session", "DiscountedTotal")))
_CART_TOTAL = Path(("Session", "CartTotal"))
_ITEM_PRICE = Path(("Item", "Price"))
_ITEM_PRICES = (_ITEM_PRICE, Path(("Item", "DiscountedPrice")))
# Scopes matter under cascading discounts only (reference/engine/05, section 5.3).
_SCOPES = {
    "cartItems": "the cart items",
    "additionalCosts": "the session's additional costs",
}
_ITEM_SCOPES = {
    "additionalCosts": "the additional costs of {}",
    "itemTotal": "{} with its additional costs",
}


@dataclass(frozen=True, slots=True)
class _Amount:
    """What a discount takes: `core`, or the share of a base that it is, within limits.

    `limits` are the outer roundings and bounds: “rounded up”, “but at most €50”.
    """

    core: Expression
    share: tuple[str, Expression] | None
    limits: tuple[str, ...]

    def text(self, glossary: Glossary) -> str:
        return term(self.core, glossary, "money").text

    def behind(self, *, each: bool = False) -> str:
        """Return the limits as an addition; bounds hold for `each` of several things."""
        return "".join(
            f", {limit} each" if each and limit.startswith("but") else f", {limit}"
            for limit in self.limits
        )

    def share_of(self, bases: Mapping[Path, str]) -> str | None:
        """Return “20 % off the session total”, where `bases` have what it is a share of."""
        if self.share is None or not isinstance(self.share[1], Path):
            return None
        base = bases.get(self.share[1])
        return None if base is None else f"{self.share[0]} off {base}"


def discount_clause(block: AwardDiscount, glossary: Glossary) -> tuple[str, bool]:
    """Return what a discount does, without its name, and whether it makes something free."""
    glossary = glossary.for_discounts()
    amount = _amount(block.value, glossary)
    match block.target:
        case CartTarget():
            return _off_session(amount, glossary), False
        case ItemsTarget(prorated=True) as items:
            return _spread_over(amount, items, glossary), False
        case ItemsTarget() as items:
            return _off_items(amount, each_of(items, glossary), items_of(items, glossary), glossary)
        case BundleTarget() as bundle:
            return _off_bundle(amount, bundle, glossary)
        case CostTarget() as cost:
            return _off_cost(amount, cost, glossary), False


def _amount(value: Expression, glossary: Glossary) -> _Amount:
    """Take a value apart, from the outside in."""
    expression = value
    limits: list[str] = []
    while isinstance(expression, Call) and number_of(expression) is None:
        split = _unlimited(expression, glossary)
        if split is None:
            break
        expression, limit = split
        limits.insert(0, limit)
    return _Amount(expression, share_of(expression, glossary), tuple(limits))


def _unlimited(call: Call, glossary: Glossary) -> tuple[Expression, str] | None:
    name, arguments = call.function.upper(), call.arguments
    if name in ROUNDINGS:
        how = rounding(ROUNDINGS[name], arguments, glossary)
        return None if how is None else (arguments[0], how)
    if name in ("MIN", "MAX"):
        split = bound(name, arguments, glossary, "money")
        return None if split is None else (split[0], f"but {split[1]}")
    return None


def _take(text: str, behind: str, place: str) -> str:
    return f"take {text}{behind}{',' if behind else ''} off {place}"


def _off_session(amount: _Amount, glossary: Glossary) -> str:
    behind = amount.behind()
    if glossary.remaining and glossary.vocabulary.discount_scope in _SCOPES:
        place = _SCOPES[glossary.vocabulary.discount_scope]
        return _take(amount.text(glossary), behind, place)
    total = noun(_SESSION_TOTAL, glossary).text
    if amount.core == _SESSION_TOTAL:
        return f"take the whole {total.removeprefix('the ')} off{behind}"
    share = amount.share_of({path: noun(path, glossary).text for path in _SESSION_TOTALS})
    if share is not None:
        return f"take {share}{behind}"
    match amount.core:
        case Call("-", (Path(("Session", "Total")), kept)) if number_of(kept) is not None:
            return f"take everything above {term(kept, glossary, 'money').text} off {total}{behind}"
    return _take(amount.text(glossary), behind, "the session total")


def _off_items(amount: _Amount, each: str, together: str, glossary: Glossary) -> tuple[str, bool]:
    """Return what is taken off items one by one, and whether that makes them free."""
    behind = amount.behind(each=True)
    of_item = glossary.of_each_item()
    if glossary.remaining and glossary.vocabulary.item_discount_scope in _ITEM_SCOPES:
        place = _ITEM_SCOPES[glossary.vocabulary.item_discount_scope].replace("{}", each)
        return _take(amount.text(of_item), behind, place), False
    if amount.core == _ITEM_PRICE:
        left = "remaining " if glossary.remaining else ""
        return f"take the whole {left}price off {together}{behind}", not behind
    prices = {path: noun(path, glossary.owned_by("the")).text for path in _ITEM_PRICES}
    share = amount.share_of({path: f"{price} of {each}" for path, price in prices.items()})
    if share is not None:
        return f"take {share}{behind}", False
    text = amount.text(of_item)
    if text.startswith("its ") or " its " in text:
        return f"for {each}, take {text}{behind} off", False
    return _take(text, behind, each), False


def _spread_over(amount: _Amount, target: ItemsTarget, glossary: Glossary) -> str:
    items = items_of(target, glossary)
    behind = amount.behind()
    if target.selector is None:
        share = amount.share_of({_CART_TOTAL: noun(_CART_TOTAL, glossary).text})
        spread = _spread("the items", glossary)
    else:
        total = Path((target.selector, "TotalPrice"))
        share = amount.share_of({total: f"the total price of {items}"})
        spread = _spread("them", glossary)
    if share is not None:
        return f"take {share}{behind}{spread}"
    return f"take {amount.text(glossary)} in total off {items}{behind}{_spread('them', glossary)}"


def _spread(over: str, glossary: Glossary) -> str:
    """Say how shares are cut; under cascading discounts, by what earlier ones left (E4)."""
    if not glossary.remaining:
        return f", spread over {over} by price"
    if glossary.vocabulary.item_discount_scope in _ITEM_SCOPES:
        return f", spread over {over} in proportion to what is left of each"
    return f", spread over {over} by remaining price"


def _off_bundle(amount: _Amount, target: BundleTarget, glossary: Glossary) -> tuple[str, bool]:
    """Return what is taken off each unit, one unit or the whole of every bundle."""
    bundle = f"every bundle {quoted(target.name)}"
    one = None if target.item is None else f"{_item(target.item, glossary)} of {bundle}"
    if not target.prorated:
        each = one or f"every item of {bundle}"
        return _off_items(amount, each, each, glossary)
    spread = f"{amount.behind(each=True)}{_spread('its items', glossary)}"
    if one is None:
        return f"take {amount.text(glossary)} off {bundle}{spread}", False
    prices = {path: noun(path, glossary.owned_by("the")).text for path in _ITEM_PRICES}
    if amount.share is not None and amount.share[1] in prices:
        part = f"{amount.share[0]} of {prices[amount.share[1]]} of {one}"
    else:
        part = f"{amount.text(glossary)}, as of {one},"
    return f"take {part} off that bundle{spread}", False


def _item(item: ItemByIndex | ItemByAttribute, glossary: Glossary) -> str:
    """Return which item of a bundle is meant: “the cheapest item”, “the 2nd item”."""
    if isinstance(item, ItemByIndex):
        return f"the {ordinal(item.index + 1)} item"
    if item.attribute == _ITEM_PRICE:
        return f"the {'most expensive' if item.highest else 'cheapest'} item"
    superlative = f"the {'highest' if item.highest else 'lowest'}"
    return f"the item with {term(item.attribute, glossary.owned_by(superlative)).text}"


def _off_cost(amount: _Amount, target: CostTarget, glossary: Glossary) -> str:
    place = shown(glossary.cost(target.cost_name))
    root = "Session"
    if target.items is not None:
        root = "Item"
        place = f"{place} of {each_of(target.items, glossary)}"
        glossary = glossary.of_each_item()
    cost = Path((root, "AdditionalCosts", target.cost_name))
    names = (cost, Path((*cost.names, "Price")))
    behind = amount.behind(each=target.items is not None)
    if amount.core in names:
        return f"take the whole of {place} off{behind}" if behind else f"make {place} free"
    share = amount.share_of(dict.fromkeys(names, place))
    if share is not None:
        return f"take {share}{behind}"
    return _take(amount.text(glossary), behind, place)
