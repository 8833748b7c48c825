"""Why a condition does not hold: what it needs, and what this cart and customer have.

Reads conditions of traces as the control API's ``explain`` answers them (docs/trace.schema.json).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from sandbox.insight.money import exact, money
from sandbox.numbers import number_of

Json: TypeAlias = Mapping[str, Any]

_AMOUNTS = {
    "$Session.Total": ("a session total", "this session has"),
    "$Session.CartTotal": ("items worth", "this cart has"),
    "$Session.CartItemTotal": ("items worth", "this cart has"),
}
_COMPARISONS = {
    "greaterThan": "more than",
    "greaterThanOrEqual": "at least",
    "lessThan": "less than",
    "lessThanOrEqual": "at most",
    "equals": "exactly",
}
# Checks of which people want to know how far they are.
_COUNTED = {"checkAttribute", "checkLoyaltyBalance", "checkAchievementProgress"}


class Place(NamedTuple):
    """A condition of an answer: whose it is, and its number in rejections.

    `code` is the coupon code that the campaign was run for, "" for none.
    """

    campaign_id: int
    code: str
    rule_index: int
    condition_index: int


Reasons: TypeAlias = Mapping[Place, str]


def unmet(condition: Json, clause: str, currency: str) -> str:
    """Return what a condition needs and what there is.

    “needs a session total of at least €100; this session has €80”, or with the rule's own words:
    “applies only if the cart has at least 3 accessories; here it is 2”.
    """
    actual, needed = number_of(condition.get("actual")), number_of(condition.get("needed"))
    operator = _COMPARISONS.get(str(condition.get("operator")))
    names = _AMOUNTS.get(str(condition.get("attribute")))
    if names is not None and operator and actual is not None and needed is not None:
        what, have = names
        of = "" if what.endswith("worth") else "of "
        return f"needs {what} {of}{operator} {money(needed, currency)}; " + (
            f"{have} {money(actual, currency)}"
        )
    words = f"applies only if {clause}"
    if condition.get("type") in _COUNTED and actual is not None:
        return f"{words}; here it is {exact(actual)}"
    text = condition.get("actual")
    if condition.get("type") == "checkAttribute" and isinstance(text, str) and text:
        return f"{words}; here it is “{text}”"
    return words


def failed_conditions(trace: Json) -> Iterator[tuple[Place, Json]]:
    """Yield the conditions that did not hold, each with its place; events' matchers have none."""
    for campaign in trace.get("campaigns") or []:
        for run in campaign.get("runs") or []:
            for rule in run["rules"]:
                for condition in _numbered(rule["conditions"]):
                    if condition["passed"] is not True:
                        yield (
                            Place(
                                campaign["campaignId"],
                                run.get("couponCode") or "",
                                rule["ruleIndex"],
                                condition["index"],
                            ),
                            condition,
                        )


def _numbered(conditions: list[Json]) -> Iterator[Json]:
    for condition in conditions:
        if condition.get("index") is not None:
            yield condition
        yield from _numbered(condition.get("children") or [])
