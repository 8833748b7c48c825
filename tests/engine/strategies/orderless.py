"""Applications for which neither the order of cart lines matters nor how they are cut.

Left out of what `applications` generates, because

- bundles, steps that sort, select or reverse, positions, and lists of items as values look at the
  order of units;
- with cascading discounts, what one unit takes is missing for the next;
- rules fail after so many units on budgets that count discount effects;
- groups that decide per cart item see which of equal shares got the last cent of a pro rata
  discount;
- a line that is not flattened is one unit, whatever its quantity, and so are quantities of lines.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.engine.builders import block, rule
from tests.engine.strategies import values as words
from tests.engine.strategies.applications import (
    PARAMETERS,
    any_limits,
    definitions,
    settings,
)
from tests.engine.strategies.conditions import check_attribute
from tests.engine.strategies.effects import ITEM_COSTS, SESSION_COSTS
from tests.engine.strategies.names import ITEM, SESSION, Names, amounts

_ABOUT_ORDER = ("Position", "Quantity", "CartItems", "Bundle", "$other", "$anything", "$shared")
_SESSION: Names = SESSION.without(*_ABOUT_ORDER)
_ITEM: Names = ITEM.without(*_ABOUT_ORDER)

_checks = st.lists(check_attribute(_SESSION), max_size=2)
_item_checks = check_attribute(_ITEM)
_amounts, _item_amounts = amounts(_SESSION), amounts(_ITEM)
_target = st.sampled_from(
    [
        {"type": "allItems"},
        {"type": "selector", "name": "list"},
        {"type": "allItems", "prorated": True},
        {"type": "selector", "name": "list", "prorated": True},
        {"type": "cart"},
        *[
            {
                "type": "additionalCost",
                "additionalCost": {"id": id, "name": name},
                "target": {"type": kind},
            }
            for kind, costs in (("cart", SESSION_COSTS), ("allItems", ITEM_COSTS))
            for name, id in costs
        ],
    ]
)


@words.composite
def _discounts(draw: st.DrawFn) -> dict[str, Any]:
    target = draw(_target)
    each = target["type"] in ("allItems", "selector") and not target.get("prorated")
    return block(
        "awardDiscount",
        name="off",
        value=draw(_item_amounts if each else _amounts),
        partial=draw(_partial),
        target=target,
    )


_partial = st.sampled_from([None, True, False])
_few_discounts = st.lists(_discounts(), min_size=1, max_size=2)
_rules = st.builds(lambda checks, given: rule(*checks, *given), _checks, _few_discounts)


@words.composite
def _rulesets(draw: st.DrawFn) -> dict[str, Any]:
    steps = [{"type": "filter", "predicate": draw(_item_checks)}] if draw(words.often) else []
    selector = {"name": "list", "source": "$Session.CartItems", "steps": steps}
    return {
        "promotionRules": draw(_few_rules),
        "selectors": [selector],
        "parameters": PARAMETERS,
    }


_few_rules = st.lists(_rules, min_size=1, max_size=2)
_limits = any_limits.map(
    lambda limits: [limit for limit in limits if limit.action != "setDiscountEffect"]
)

orderless = definitions(
    rulesets=_rulesets(),
    limits=_limits,
    settings=settings(enable_cascading_discounts=False, enable_flattened_cart_items=True),
    scopes=("session",),
)
