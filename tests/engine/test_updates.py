from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sandbox.engine.changes import SetAttribute, SetItemAttribute
from sandbox.engine.definitions import Attribute
from sandbox.engine.evaluation import Evaluation
from tests.engine.builders import (
    block,
    by_category,
    campaign,
    coupon,
    discount,
    item,
    profile,
    rule,
    run,
)


def update(operator: str, type_: str = "number", target: str = "profile", **fields: Any) -> Any:
    entity = {"profile": "CustomerProfile", "session": "CustomerSession", "coupon": "Coupon"}.get(
        target, "CartItem"
    )
    where = {"type": target} | ({"name": "shirts"} if target == "selector" else {})
    attribute = {"id": 1, "entity": entity, "name": "a", "type": type_}
    return block(
        "updateAttributeValue", operator=operator, attribute=attribute, target=where, **fields
    )


def evaluate(*blocks: Any, present: Any = None, **fields: Any) -> Evaluation:
    attributes = [
        Attribute(entity=entity, name="a", type="number")
        for entity in ("CustomerProfile", "CustomerSession", "CartItem", "Coupon")
    ]
    who = profile(attributes={} if present is None else {"a": present})
    ruleset = campaign(rule(*blocks), selectors=[by_category("shirts", "shirt")])
    return run(ruleset, who=who, attributes=attributes, **fields)


@pytest.mark.parametrize(
    ("operator", "value", "present", "expected"),
    [
        ("setTo", 7, 1, 7),
        ("increaseBy", 5, 10, 15),
        ("decreaseBy", 5, 10, 5),
        ("multiplyBy", "{{$Session.Total / 50}}", 10, 20),
        ("divideBy", 4, 10, Decimal("2.5")),
        ("increaseBy", 5, None, 5),
        ("laterBy", "2D", "2026-01-30T10:00:00Z", "2026-02-01T10:00:00+00:00"),
        ("earlierBy", "1M", "2026-03-31T10:00:00Z", "2026-02-28T10:00:00+00:00"),
    ],
)
def test_an_operator_makes_the_new_value_of_the_present_one(operator, value, present, expected):
    evaluation = evaluate(update(operator, value=value), present=present)
    (effect,) = evaluation.effects
    assert effect.props == {"path": "Profile.Attributes.a", "value": expected}
    assert evaluation.changes == (
        SetAttribute(entity="CustomerProfile", id="cust-1", name="a", value=expected),
    )


@pytest.mark.parametrize(("present", "expected"), [(True, False), (False, True), (None, True)])
def test_a_flag_is_toggled_and_starts_as_false(present, expected):
    (effect,) = evaluate(update("toggle", "boolean"), present=present).effects
    assert effect.props["value"] is expected


@pytest.mark.parametrize(
    ("operator", "value", "present"),
    [
        ("divideBy", 0, 10),
        ("increaseBy", 1, "text"),
        ("laterBy", "soon", "2026-01-30T10:00:00Z"),
        ("laterBy", "2D", None),
        ("toggle", None, "text"),
    ],
)
def test_a_value_that_cannot_be_made_fails_the_rule(operator, value, present):
    evaluation = evaluate(update(operator, value=value), discount(1), present=present)
    assert evaluation.effects == ()
    assert evaluation.changes == ()


def test_a_code_can_be_given_an_attribute():
    evaluation = evaluate(
        block("checkCoupon", redeem=True),
        update("setTo", target="coupon", value=1),
        coupons=[coupon("CODE")],
    )
    (change,) = evaluation.changes
    assert (change.entity, change.id) == ("Coupon", "CODE")


def test_without_a_profile_its_attribute_cannot_be_changed():
    evaluation = run(
        campaign(rule(update("setTo", value=1))),
        attributes=[Attribute(entity="CustomerProfile", name="a", type="number")],
    )
    assert evaluation.effects == ()


def test_lines_are_changed_once_whatever_units_of_them_are_meant():
    items = [item(category="shirt", quantity=3), item(position=1, category="hat")]
    evaluation = evaluate(update("setTo", target="selector", value=1), items=items)
    assert evaluation.changes == (
        SetItemAttribute(session_id="order-1", position=0, name="a", value=1),
    )
    assert len(evaluation.effects) == 1


def test_an_attribute_that_nobody_defined_keeps_its_rule_from_firing():
    evaluation = run(campaign(rule(update("setTo", value=1))))
    assert "CustomerProfile.a" in (evaluation.failures()[0].details or "")


def test_cancelling_does_not_take_an_update_back():
    (change,) = evaluate(update("setTo", value=1)).changes
    assert change.inverse() is None
