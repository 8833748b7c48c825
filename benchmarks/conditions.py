"""One condition, compiled: against Python by hand, and against the fastest rule engines of PyPI.

The condition is what the first lines of most promotions ask: a session of at least 100, with any
item of some categories, and a flag on the session. Every candidate answers the same for a cart that
matches, at its sixth item of ten, and for three that do not.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import cel
import zen

from benchmarks.measure import Finding, medians, table
from benchmarks.reference import ITEMS
from sandbox.talang.arrays import read_arrays, read_value
from sandbox.talang.compile import Options, compile_expression
from sandbox.talang.library import TALANG
from sandbox.talang.scope import resolve_binding

CATEGORIES = ("garden", "kitchen", "tools")
CONDITION = [
    "and",
    [">=", [".", "Session", "Total"], 100],
    [
        "exists",
        [".", "Session", "CartItems"],
        [["Item"], ["or", *(["=", [".", "Item", "Category"], name] for name in CATEGORIES)]],
    ],
    ["=", [".", "Session", "Attributes", "hasCoupon"], True],
]
# The same as Python source: a function, as what the others compile is.
SOURCE = """lambda env: (
    env["Session"]["Total"] >= Decimal(100)
    and any(
        Item["Category"] == "garden" or Item["Category"] == "kitchen" or Item["Category"] == "tools"
        for Item in env["Session"]["CartItems"]
    )
    and env["Session"]["Attributes"]["hasCoupon"] == True
)"""
ZEN = (
    "Session.Total >= 100"
    ' and some(Session.CartItems, #.Category in ["garden", "kitchen", "tools"])'
    " and Session.Attributes.hasCoupon == true"
)
CEL = (
    "Session.Total >= 100"
    ' && Session.CartItems.exists(Item, Item.Category in ["garden", "kitchen", "tools"])'
    " && Session.Attributes.hasCoupon == true"
)
_TALANG = Options(TALANG)
_WANTED = frozenset(CATEGORIES)
_LEAST = Decimal(100)


def by_hand(env: dict[str, Any]) -> bool:
    session = env["Session"]
    return (
        session["Total"] >= _LEAST
        and any(item["Category"] in _WANTED for item in session["CartItems"])
        and session["Attributes"]["hasCoupon"] is True
    )


def cart() -> dict[str, Any]:
    """Return the reference cart as rules see it, in JSON."""
    items = [
        {
            "Name": sku,
            "SKU": sku,
            "Category": category,
            "Price": float(price),
            "Quantity": 1,
            "Position": position,
            "Attributes": {"brand": "ours", "returnable": True},
        }
        for position, (sku, category, price) in enumerate(ITEMS)
    ]
    total = sum(item["Price"] for item in items)
    return {"Session": {"Total": total, "CartItems": items, "Attributes": {"hasCoupon": True}}}


def carts() -> list[dict[str, Any]]:
    """Return one cart that matches, and one for each reason not to."""
    variants = [cart() for _ in range(4)]
    variants[1]["Session"]["Total"] = 99.5
    variants[2]["Session"]["CartItems"] = variants[2]["Session"]["CartItems"][:5]
    variants[3]["Session"]["Attributes"]["hasCoupon"] = False
    return variants


def values(json_cart: dict[str, Any]) -> dict[str, Any]:
    """Return a cart with decimals."""
    read = read_value(json.loads(json.dumps(json_cart), parse_float=Decimal))
    assert isinstance(read, dict)
    return read


def python_once(env: dict[str, Any]) -> Any:
    return eval(compile(SOURCE, "<rule>", "eval"), {"Decimal": Decimal})(env)


def talang_once(env: dict[str, Any]) -> Any:
    return compile_expression(read_arrays(CONDITION), resolve_binding, _TALANG)(env)


def main() -> list[Finding]:
    """Compare the answers, then the times; returns what is aimed at."""
    compiled = compile_expression(read_arrays(CONDITION), resolve_binding, _TALANG)
    zen_compiled, cel_compiled = zen.compile_expression(ZEN), cel.compile(CEL)
    for index, each in enumerate(carts()):
        exact, context = values(each), cel.Context(copy.deepcopy(each))
        answers = [by_hand(exact), compiled(exact), python_once(exact), talang_once(exact)]
        answers += [zen_compiled.evaluate(each), cel_compiled.execute(context)]
        assert answers == [index == 0] * len(answers)

    plain, exact = cart(), values(cart())
    context = cel.Context(plain)
    candidates: dict[str, Callable[[], object]] = {
        "hand-written Decimal function": lambda: by_hand(exact),
        "Talang": lambda: compiled(exact),
        "zen-engine, dict": lambda: zen_compiled.evaluate(plain),
        "cel, prebuilt context": lambda: cel_compiled.execute(context),
        "Python, compile and evaluate once": lambda: python_once(exact),
        "Talang, compile and evaluate once": lambda: talang_once(exact),
    }
    times = medians(candidates, rounds=25, calls=300)
    hand = times["hand-written Decimal function"]
    talang = times["Talang"]
    table(
        "Conditions: 10 items, the sixth decides (medians)",
        [
            (name, f"{time:.2f} µs", f"{hand / time:.3f} of hand-written speed")
            for name, time in times.items()
        ],
    )
    once = "compile and evaluate once"
    return [
        Finding("Talang to hand-written", hand / talang, 0.15, "of its speed", at_least=True),
        Finding(
            "Talang to zen-engine", times["zen-engine, dict"] / talang, 8, "times", at_least=True
        ),
        Finding(
            "Talang to cel", times["cel, prebuilt context"] / talang, 8, "times", at_least=True
        ),
        Finding(
            f"Talang to Python, {once}",
            times[f"Python, {once}"] / times[f"Talang, {once}"],
            1.5,
            "times",
            at_least=True,
        ),
    ]


if __name__ == "__main__":
    main()
