from __future__ import annotations

import pytest

from sandbox.errors import Fault
from sandbox.rules.model import Ruleset, Unsupported
from sandbox.rules.parse import parse_ruleset


def parse(*blocks: object, **fields: object) -> tuple[Ruleset, list[Fault]]:
    faults: list[Fault] = []
    raw = {"id": 1, "promotionRules": [{"title": "r", "blocks": list(blocks)}], **fields}
    return parse_ruleset(raw, "/ruleset", faults), faults


def test_every_fault_is_listed_with_its_pointer():
    _, faults = parse(
        {"type": "checkAttribute", "operator": "equals", "attribute": "Session.Total"},
        {"type": "awardDiscount", "name": "x", "value": "{{1 +}}", "target": {"type": "cart"}},
        {"type": "showNotification", "notificationType": "Shout", "title": 1},
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
