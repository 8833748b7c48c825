"""V1 rules against V2 rules that say the same, on the reference cart."""

from __future__ import annotations

from typing import Any

from benchmarks.engine import NOW
from benchmarks.measure import Finding, medians, table
from benchmarks.reference import SESSION, bundle
from sandbox.engine.evaluate import evaluate
from sandbox.engine.evaluation import Evaluation, Facts, Request
from sandbox.numbers import decode_json, encode_json
from sandbox.shapes import convert
from sandbox.workspace.bundle import Bundle, read_bundle
from sandbox.workspace.sessions import SessionRules
from sandbox.workspace.updates import SessionUpdate

TOTAL = [".", "Session", "Total"]
CART = [".", "Session", "CartItems"]
PRICE = [".", "Item", "Price"]
TENTH = ["/", 10, 100]
NOOP = ["noop"]
BOOKS = [
    "filter",
    CART,
    [["Item"], ["catch", False, ["=", [".", "Item", "Category"], "books"]]],
]


def main() -> list[Finding]:
    """Compare each pair; returns what is aimed at."""
    rows, ratios = [], []
    for name, in_v1, in_v2 in _pairs():
        first, second = _Loaded(in_v1), _Loaded(in_v2)
        assert first.evaluate().effects == second.evaluate().effects
        times = medians({"V1": first.evaluate, "V2": second.evaluate}, rounds=200, calls=20)
        ratios.append(times["V1"] / times["V2"])
        against = f"V2 {times['V2']:.1f} µs, {ratios[-1]:.2f} times"
        rows.append((name, f"{times['V1']:.1f} µs", against))
    table("V1 rules and the same in V2 (medians)", rows)
    return [Finding("V1 rules to the same in V2", max(ratios), 1.15, "times")]


class _Loaded:
    """One ruleset in an Application of its own, and the reference session."""

    def __init__(self, ruleset: dict[str, Any]) -> None:
        campaigns = [{"id": 1, "name": "c", "ruleset": {"id": 1, **ruleset}}]
        raw = {**bundle(), "campaigns": campaigns, "coupons": [], "campaignEvaluationTree": None}
        loaded: Bundle = read_bundle(encode_json(raw))
        self._application = loaded.application
        assert not self._application.warnings, self._application.warnings
        update = convert(decode_json(encode_json(SESSION)), SessionUpdate)
        rules = SessionRules(loaded.application.definition, loaded.catalog)
        session = rules.merge(None, update, "s", 1, True, NOW)
        self._facts = Facts(profile=loaded.state.profiles[0])
        self._request = Request(session, frozenset({"sessionCreated"}))

    def evaluate(self) -> Evaluation:
        return evaluate(self._application, self._facts, self._request, NOW)


def _pairs() -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    off = {"type": "awardDiscount", "name": "off", "target": {"type": "cart"}}
    is_large = {
        "type": "checkAttribute",
        "operator": "greaterThan",
        "attribute": "$Session.Total",
        "value": 100,
    }
    books = {
        "name": "books",
        "source": "$Session.CartItems",
        "steps": [
            {
                "type": "filter",
                "predicate": {
                    "type": "checkAttribute",
                    "operator": "equals",
                    "attribute": "$Item.Category",
                    "value": "books",
                },
            }
        ],
    }
    on_books = {"type": "selector", "name": "books"}
    large = [">", TOTAL, 100]
    return [
        (
            "10 % of carts above 100",
            _v1(["and", large], ["setDiscount", "off", ["*", TOTAL, TENTH]]),
            _v2(is_large, {**off, "value": "{{$Session.Total * 10%}}"}),
        ),
        (
            "ten conditions",
            _v1(["and", *[large] * 10], ["setDiscount", "off", 5]),
            _v2(*[is_large] * 10, {**off, "value": 5}),
        ),
        (
            "10 % of books, each",
            _v1(
                ["and"],
                ["setDiscountPerItem", "off", [".", "books"], [["Item"], ["*", PRICE, TENTH]]],
                BOOKS,
            ),
            _v2({**off, "value": "{{$Item.Price * 10%}}", "target": on_books}, selectors=[books]),
        ),
        (
            "10 % of books, together",
            _v1(
                ["and"],
                ["setDiscount", "off", ["*", [".", "books total price"], TENTH]],
                BOOKS,
            ),
            _v2({**off, "value": "{{$books.TotalPrice * 10%}}"}, selectors=[books]),
        ),
    ]


def _v1(condition: Any, effect: Any, books: Any = None) -> dict[str, Any]:
    bindings = [{"name": "books", "type": "cartItemFilter", "expression": books}] if books else []
    rule = {"title": "r", "condition": condition, "effects": [["catch", NOOP, effect]]}
    return {"rules": [rule], "bindings": bindings}


def _v2(*blocks: dict[str, Any], selectors: Any = ()) -> dict[str, Any]:
    rule = {"title": "r", "blocks": list(blocks)}
    return {"promotionRules": [rule], "selectors": list(selectors)}


if __name__ == "__main__":
    main()
