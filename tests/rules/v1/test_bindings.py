"""Bindings: filters as steps, bundles, balances, parameters, and which rule sees which."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.v1.lowered import binding, lowered

CART = [".", "Session", "CartItems"]
PRICE = [".", "Item", "Price"]
IS_KITCHEN = ["=", [".", "Item", "Category"], "Kitchen"]
KITCHEN = ["filter", CART, [["Item"], ["catch", False, IS_KITCHEN]]]
KITCHEN_STEP = {
    "type": "filter",
    "predicate": {
        "type": "checkAttribute",
        "operator": "equals",
        "attribute": "$Item.Category",
        "value": "Kitchen",
    },
}


def selector(expression: Any) -> tuple[Any, list[Any]]:
    """The source and the steps of a filter."""
    (found,) = binding(expression)["selectors"]
    assert found["name"] == "x"
    return found["source"], found["steps"]


def reduce(operator: str) -> dict[str, Any]:
    return {"type": "reduce", "operator": operator}


BY_PRICE = {"type": "map", "expression": "$Item.Price"}


@pytest.mark.parametrize(
    ("expression", "steps"),
    [
        (KITCHEN, [KITCHEN_STEP]),
        (["filter", CART, "Item", ["catch", False, IS_KITCHEN]], [KITCHEN_STEP]),
        (
            ["filter", CART, [["i"], ["catch", False, ["=", [".", "i", "Category"], "Kitchen"]]]],
            [KITCHEN_STEP],
        ),
        (["filter", CART, [["Item"], ["catch", False, ["and", IS_KITCHEN]]]], [KITCHEN_STEP]),
        (
            ["sortByNumber", CART, [["Item"], PRICE], True],
            [{"type": "sort", "fields": [{"expression": "$Item.Price", "direction": "desc"}]}],
        ),
        (
            ["sortByString", CART, [["Item"], [".", "Item", "Name"]], False],
            [{"type": "sort", "fields": [{"expression": "$Item.Name", "direction": "asc"}]}],
        ),
        (["item", CART, 2], [{"type": "select", "operator": "one", "index": 2}]),
        (["head", CART], [{"type": "select", "operator": "one", "index": 0}]),
        (["reverse", KITCHEN], [KITCHEN_STEP, {"type": "reverse"}]),
        (["map", CART, [["Item"], PRICE]], [BY_PRICE]),
        (["sum", CART, "Item", PRICE], [BY_PRICE, reduce("sum")]),
        (["sum", CART, [["Item"], PRICE]], [BY_PRICE, reduce("sum")]),
        (
            ["sum", ["map", CART, [["Item"], PRICE]], "n", [".", "n"]],
            [BY_PRICE, reduce("sum")],
        ),
        (["max", ["map", CART, [["Item"], PRICE]]], [BY_PRICE, reduce("max")]),
        (["min", ["map", CART, [["Item"], PRICE]]], [BY_PRICE, reduce("min")]),
        (["count", KITCHEN], [KITCHEN_STEP, reduce("count")]),
        (["isEmpty", KITCHEN], [KITCHEN_STEP, reduce("empty")]),
    ],
)
def test_a_chain_of_list_functions_is_a_chain_of_steps(expression, steps):
    assert selector(expression) == ("$Session.CartItems", steps)


@pytest.mark.parametrize(
    ("expression", "source", "steps"),
    [
        (["filter", CART, [["Item"], IS_KITCHEN]], None, 0),
        (["map", CART, [["Item"], ["*", PRICE, 2]]], None, 0),
        (["sortByNumber", CART, [["Item"], PRICE], ["not", True]], None, 0),
        (["sortByString", CART, [["Item"], PRICE], True], None, 0),
        (["item", CART, ["-", 2, 1]], None, 0),
        (["tail", CART], None, 0),
        (["count", ["tail", KITCHEN]], ["tail", KITCHEN], 1),
        (["filter", CART, [["x"], ["catch", False, ["=", [".", "x"], 1]]]], None, 0),
        (["+", 1, [".", "Session", "Total"]], None, 0),
    ],
)
def test_what_is_no_step_is_where_the_chain_starts(expression, source, steps):
    found = selector(expression)
    assert found[0] == (source or expression)
    assert len(found[1]) == steps


def test_a_predicate_that_cannot_fail_needs_no_catch():
    expression = ["filter", CART, [["Item"], [">", PRICE, 20]]]
    assert [step["type"] for step in selector(expression)[1]] == ["filter"]


def test_a_filter_may_start_at_another_one():
    found = lowered(
        bindings=[
            {"name": "kitchen", "type": "cartItemFilter", "expression": KITCHEN},
            {"name": "kitchen size", "expression": ["count", [".", "kitchen"]]},
        ]
    )
    assert [(s["name"], s["source"]) for s in found["selectors"]] == [
        ("kitchen", "$Session.CartItems"),
        ("kitchen size", "$kitchen"),
    ]


@pytest.mark.parametrize(
    ("expression", "value"),
    [(["identity", 10], 10), (["+", 2, 0], 2), (["identity", "a"], "a"), (["and", True], True)],
)
def test_a_constant_is_a_parameter(expression, value):
    assert binding(expression, "templateParameter")["parameters"] == [{"name": "x", "value": value}]


@pytest.mark.parametrize(
    "expression",
    [["list", "a", "b"], ["identity", "{{1}}"], ["identity", [".", "Session", "Total"]]],
)
def test_other_parameters_are_computed(expression):
    found = binding(expression, "templateParameter")
    assert found["parameters"] == []
    assert [s["source"] for s in found["selectors"]] == [expression]


@pytest.mark.parametrize(
    ("expression", "lists", "matchers"),
    [
        (["bundle", ["list", "a", "b"], ["list", 1, 2]], [("a", 1), ("b", 2)], []),
        (["bundle", ["list", [".", "a"]], ["list", 3]], [("a", 3)], []),
        (
            ["bundle", ["list", "a"], ["list", 2], ["list", "colour", [".", "Item", "Name"]]],
            [("a", 2)],
            ["$Item.Attributes.colour", "$Item.Name"],
        ),
    ],
)
def test_a_bundle_has_lists_and_counts_and_what_its_items_share(expression, lists, matchers):
    (found,) = binding(expression, "bundle")["bundles"]
    assert [(part["selector"], part["count"]) for part in found["lists"]] == lists
    assert found["matchers"] == matchers


@pytest.mark.parametrize(
    "expression",
    [
        ["?bundle", ["list", [".", "a"]], ["list", 1]],
        ["bundle", ["list", [".", "a"]]],
        ["bundle", ["list", [".", "a"]], ["list", 1, 2]],
        ["bundle", ["list", [".", "a"]], ["list", "one"]],
        ["bundle", ["list", [".", "a"]], 1],
        ["bundle", ["list", [".", "a"]], ["list", 1], ["list", 5]],
    ],
)
def test_what_is_no_bundle_is_a_call_that_nobody_knows(expression):
    found = binding(expression, "bundle")
    assert found["bundles"] == []
    assert [s["source"] for s in found["selectors"]] == [expression]


@pytest.mark.parametrize(
    "expression", [["?subledgerBalance", 5, "gold"], ["subledgerBalance", "gold"]]
)
def test_what_is_no_balance_is_a_call_that_nobody_knows(expression):
    (found,) = binding(expression, "subledgerBalance")["selectors"]
    assert found["source"] == expression


@pytest.mark.parametrize(
    ("expression", "source"),
    [
        (["subledgerBalance", 5, "gold"], "$Loyalty.5.gold.Balance"),
        (["loyaltyBalance", 5], "$Loyalty.5.Balance"),
        (["subledgerBalance", 5, ""], "$Loyalty.5.Balance"),
    ],
)
def test_a_balance_is_read_by_the_program_id_and_the_subledger(expression, source):
    (found,) = binding(expression, "subledgerBalance")["selectors"]
    assert (found["source"], found["steps"]) == (source, [])


def bound(name: str, expression: Any) -> dict[str, Any]:
    return {"name": name, "type": "cartItemFilter", "expression": expression}


def rule(condition: Any, *bindings: Any) -> dict[str, Any]:
    return {"title": "r", "condition": condition, "effects": [], "bindings": list(bindings)}


def reads(name: str) -> Any:
    return ["and", [">", [".", name], 1]]


def attributes(found: dict[str, Any]) -> list[str]:
    return [r["blocks"][0]["attribute"] for r in found["promotionRules"]]


def test_a_name_bound_again_gets_a_number():
    found = lowered(
        rule(reads("x")),
        bindings=[bound("x", KITCHEN), bound("x", ["count", [".", "x"]])],
    )
    assert [(s["name"], s["source"]) for s in found["selectors"]] == [
        ("x", "$Session.CartItems"),
        ("x (2)", "$x"),
    ]
    assert attributes(found) == ["$x (2)"]


def test_the_numbers_of_a_filter_go_with_its_name():
    found = lowered(
        rule(reads("x item count")),
        rule(reads("own total price")),
        rule(["and"], bound("own", CART)),
        bindings=[bound("x", KITCHEN), bound("x", ["reverse", [".", "x"]])],
    )
    assert [r["blocks"][0]["attribute"] for r in found["promotionRules"][:2]] == [
        "$x (2) item count",
        "$own (not bound here) total price",
    ]


def test_a_rule_sees_its_own_bindings_and_those_of_its_ruleset():
    found = lowered(
        rule(reads("own"), bound("own", ["count", [".", "x"]])),
        rule(reads("x"), bound("x", ["count", CART])),
        rule(reads("x")),
        bindings=[bound("x", KITCHEN)],
    )
    assert attributes(found) == ["$own", "$x (2)", "$x"]


def test_a_rule_does_not_see_the_bindings_of_another():
    found = lowered(rule(reads("own"), bound("own", ["count", CART])), rule(reads("own")))
    assert attributes(found) == ["$own", "$own (not bound here)"]


def test_a_binding_does_not_see_those_after_it():
    found = lowered(bindings=[bound("a", ["count", [".", "b"]]), bound("b", KITCHEN)])
    assert [s["source"] for s in found["selectors"]] == [
        "$b (not bound here)",
        "$Session.CartItems",
    ]


def test_the_parameter_of_a_block_hides_a_binding_of_its_name():
    total = ["sum", CART, "x", ["*", [".", "x", "Price"], 2]]
    found = lowered(
        rule(["and", [">", total, 1]]),
        bindings=[bound("x", KITCHEN), bound("x", KITCHEN)],
    )
    assert found["promotionRules"][0]["blocks"][0]["expression"] == [">", total, 1]
