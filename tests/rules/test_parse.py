from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.errors import Fault
from sandbox.rules.effects import ShowNotification, TriggerWebhook, UpdateAttribute
from sandbox.rules.model import CheckAttribute, Parameter, Ruleset, Unsupported
from sandbox.rules.parse import parse_ruleset


def parse(*blocks: object, **fields: object) -> tuple[Ruleset, list[Fault]]:
    faults: list[Fault] = []
    raw = {"id": 1, "promotionRules": [{"title": "r", "blocks": list(blocks)}], **fields}
    return parse_ruleset(raw, "/ruleset", faults), faults


def test_every_fault_is_listed_with_its_pointer():
    _, faults = parse(
        {"type": "checkAttribute", "operator": "equals", "attribute": "Session.Total"},
        {"type": "awardDiscount", "name": "x", "value": "{{1 +}}", "target": {"type": "cart"}},
        {"type": "showNotification", "notificationType": 5, "title": 1},
    )
    assert [fault.pointer for fault in faults] == [
        "/ruleset/promotionRules/0/blocks/0/attribute",
        "/ruleset/promotionRules/0/blocks/0/value",
        "/ruleset/promotionRules/0/blocks/1/value",
        "/ruleset/promotionRules/0/blocks/2/notificationType",
    ]


@pytest.mark.parametrize(
    "block",
    [
        {"type": "checkWeather"},
        {"type": "checkAttribute", "operator": "resembles", "attribute": "$Session.Total"},
        {
            "type": "awardDiscount",
            "name": "x",
            "value": 1,
            "target": {"type": "shelf", "name": "b"},
        },
    ],
)
def test_what_is_not_known_is_kept_as_unsupported(block):
    ruleset, faults = parse(block)
    assert faults == []
    (unsupported,) = ruleset.rules[0].blocks
    assert isinstance(unsupported, Unsupported)


@pytest.mark.parametrize("block", [None, [], "group", 7])
def test_a_block_that_is_no_object_is_a_fault(block):
    _, faults = parse(block)
    assert faults[0].pointer == "/ruleset/promotionRules/0/blocks/0"


def test_blocks_nested_too_deep_are_a_fault():
    block: dict[str, object] = {"type": "checkCoupon", "redeem": True}
    for _ in range(60):
        block = {"type": "group", "operator": "all", "blocks": [block]}
    _, faults = parse(block)
    assert [fault.title for fault in faults] == ["Too deep"]


def test_a_number_beyond_all_bounds_is_a_fault():
    _, faults = parse(
        {"type": "awardDiscount", "name": "x", "value": 10**40, "target": {"type": "cart"}}
    )
    assert "34 digits" in faults[0].details


def check(operator: str, **operand: object) -> dict[str, object]:
    return {
        "type": "checkAttribute",
        "operator": operator,
        "attribute": "$Session.Attributes.tags",
        **operand,
    }


@pytest.mark.parametrize(
    "block",
    [
        check("equals", value=["a", "b"]),
        check("oneOf", value="a"),
        check("oneOf", values="{{$Profile.Attributes.tags}}"),
        check("containsAllOf", values="{{$Profile.Attributes.tags}}"),
        check("containsAtLeast", values=["a"], count="{{$Profile.ClosedSessions}}"),
        check("containsExactly", values=["a"], count="1"),
    ],
)
def test_what_an_attribute_is_compared_with_may_be_a_list_a_formula_or_one_value(block):
    ruleset, faults = parse(block)
    assert faults == []
    assert isinstance(ruleset.rules[0].blocks[0], CheckAttribute)


@pytest.mark.parametrize(
    ("written", "read"), [("info", "Info"), ("OFFER", "Offer"), ("VIP", "VIP")]
)
def test_types_of_notifications_are_the_vendors_whatever_their_case_or_any_text(written, read):
    ruleset, faults = parse(
        {"type": "showNotification", "notificationType": written, "title": "Hello"}
    )
    (notification,) = ruleset.rules[0].blocks
    assert isinstance(notification, ShowNotification)
    assert (notification.notification_type, faults) == (read, [])


def test_a_condition_on_the_budget_of_an_action_that_there_is_not_is_unsupported():
    ruleset, faults = parse({"type": "checkBudget", "operator": "available", "action": "discout"})
    assert faults == []
    assert isinstance(ruleset.rules[0].blocks[0], Unsupported)


def test_a_direction_of_sorting_that_there_is_not_is_a_fault():
    sort = {"type": "sort", "fields": [{"expression": "$Item.Price", "direction": "down"}]}
    _, faults = parse(selectors=[{"name": "s", "source": "$Session.CartItems", "steps": [sort]}])
    assert [fault.pointer for fault in faults] == [
        "/ruleset/selectors/0/steps/0/fields/0/direction"
    ]


def test_parameters_take_lists_and_leave_out_what_is_null():
    params = {"skus": ["a", "{{$Session.Total}}"], "note": None}
    ruleset, faults = parse(
        {"type": "triggerWebhook", "webhook": {"id": 1, "title": "w"}, "params": params}
    )
    (webhook,) = ruleset.rules[0].blocks
    assert isinstance(webhook, TriggerWebhook)
    assert ([name for name, _ in webhook.params], faults) == (["skus"], [])


def test_a_template_parameter_of_type_number_may_be_written_as_text():
    parameter = {"name": "least", "value": "50", "valueType": "number"}
    ruleset, faults = parse(parameters=[parameter])
    assert (ruleset.parameters, faults) == ((Parameter("least", Decimal(50)),), [])


@pytest.mark.parametrize("entity", ["profile", "Profile", "CustomerProfile"])
def test_an_updated_attribute_names_its_entity_as_rules_do_or_as_the_api_does(entity):
    ruleset, _ = parse(
        {
            "type": "updateAttributeValue",
            "operator": "setTo",
            "attribute": {"id": 1, "entity": entity, "name": "City", "type": "string"},
            "value": "Rome",
            "target": {"type": "profile"},
        }
    )
    (update,) = ruleset.rules[0].blocks
    assert isinstance(update, UpdateAttribute)
    assert update.entity == "CustomerProfile"
