"""Names and fields of cart item filters, in rules of both forms."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.builders import (
    bound,
    campaign,
    cart,
    check,
    discount,
    kinds,
    rule,
    run,
    v1_campaign,
    v1_rule,
    values,
)


def filters(name: str, *steps: Any) -> dict[str, Any]:
    return {"name": name, "source": "$Session.CartItems", "steps": list(steps)}


SECOND = filters("second", {"type": "select", "operator": "one", "index": 1})
FIRST_TWO = {"id": 1, **filters("some", {"type": "select", "operator": "many", "count": 2})}


def test_a_filter_that_gives_one_item_gives_its_fields():
    ruleset = campaign(rule(discount("{{$second.Price}}")), selectors=[SECOND])
    assert values(run(ruleset, items=cart(1, 2, 3))) == [2]


def test_a_binding_that_is_one_item_gives_its_fields():
    second = bound("second", ["item", [".", "Session", "CartItems"], 1])
    effect = ["setDiscount", "off", [".", "second", "Price"]]
    ruleset = v1_campaign(v1_rule(["and", True], effect), bindings=[second])
    assert values(run(ruleset, items=cart(1, 2, 3))) == [2]


@pytest.mark.parametrize("name", ["second", "Item"])
def test_a_field_that_items_lack_or_a_list_has_not_fails_its_rule(name):
    unknown = rule(check(f"${name}.Colour", "exists"), discount(1))
    of_a_list = rule(check(f"${name}.Price", "greaterThan", value=0), discount(1))
    assert kinds(run(campaign(unknown, of_a_list, selectors=[filters(name)]))) == []


def test_a_formula_may_name_a_filter_of_several_words():
    ruleset = campaign(
        rule(discount("{{$my items.TotalPrice - 1}}")), selectors=[filters("my items")]
    )
    assert values(run(ruleset, items=cart(2, 3))) == [4]


@pytest.mark.parametrize(("kind", "units"), [("globalFilter", 2), ("selector", 3)])
def test_a_filter_of_the_application_is_not_the_rulesets_of_the_same_name(kind, units):
    ruleset = campaign(
        rule(discount(1, target={"type": kind, "name": "some"})), selectors=[filters("some")]
    )
    evaluation = run(ruleset, items=cart(1, 2, 3), define={"cart_item_filters": [FIRST_TWO]})
    assert len(values(evaluation)) == units
