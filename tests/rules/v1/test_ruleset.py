"""Whole V1 rulesets: their shapes, what is wrong with them, and the published ones."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from sandbox.errors import Fault
from sandbox.numbers import decode_json
from sandbox.rules.model import Ruleset, Unsupported
from sandbox.rules.parse import parse_ruleset
from tests.rules.v1.lowered import lowered, parsed
from tests.rules.v1.strategies import conditions

ALWAYS = ["and", True]
DISCOUNT = ["setDiscount", "off", 5]


def rule(**fields: Any) -> dict[str, Any]:
    return {"title": "r", "condition": ALWAYS, "effects": [DISCOUNT], **fields}


def faults_of(**fields: Any) -> list[str]:
    faults: list[Fault] = []
    parse_ruleset({"id": 1, **fields}, "/ruleset", faults)
    return [fault.pointer for fault in faults]


def reasons(ruleset: Ruleset) -> list[str]:
    return [
        block.reason
        for each in ruleset.rules
        for block in each.blocks
        if isinstance(block, Unsupported)
    ]


@pytest.mark.parametrize("wrapped", [[DISCOUNT], DISCOUNT])
def test_a_bare_effect_is_the_only_one(wrapped):
    found = lowered(rule(effects=wrapped))
    assert [block["type"] for block in found["promotionRules"][0]["blocks"]] == ["awardDiscount"]


def test_effects_keep_their_order_behind_the_conditions():
    ruleset = parsed({"id": 1, "rules": [rule(condition=["and", ["couponValid"]])]})
    assert [block.id for block in ruleset.rules[0].blocks] == ["condition 0", "effect 0"]


def deep(levels: int) -> Any:
    nested: Any = ["couponValid"]
    for _ in range(levels):
        nested = ["not", nested]
    return nested


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"condition": None}, "/condition"),
        ({"condition": "couponValid"}, "/condition"),
        ({"condition": []}, "/condition"),
        ({"condition": {"and": True}}, "/condition"),
        ({"condition": [1, 2]}, "/condition/0"),
        ({"condition": ["and", [">", 10**40, 1]]}, "/condition/1/1"),
        ({"condition": ["and", [">", Decimal("1e99"), 1]]}, "/condition/1/1"),
        ({"condition": deep(10_000)}, "/condition" + "/1" * 100),
        ({"condition": ["and", *["x"] * 10_001]}, "/condition"),
        ({"effects": "setDiscount"}, "/effects"),
        ({"effects": [DISCOUNT, "noop"]}, "/effects/1"),
        ({"effects": [[]]}, "/effects/0"),
        ({"effects": [[["x"], [None, 1]]]}, "/effects/0/1/0"),
        ({"effects": ["setDiscount", [1, 2]]}, "/effects/1/0"),
        ({"title": 5}, "/title"),
        ({"bindings": [{"name": "x"}]}, "/bindings/0/expression"),
        ({"bindings": [{"name": 5, "expression": ["identity", 1]}]}, "/bindings/0/name"),
        ({"bindings": "x"}, "/bindings"),
    ],
)
def test_what_is_malformed_is_a_fault_with_its_pointer(fields, pointer):
    assert faults_of(rules=[rule(**fields)]) == [f"/ruleset/rules/0{pointer}"]


def test_bindings_of_the_ruleset_have_pointers_too():
    found = faults_of(rules=[], bindings=[{"name": "x", "expression": [1]}])
    assert found == ["/ruleset/bindings/0/expression/0"]


@pytest.mark.parametrize(
    "condition",
    [
        ["and", True, ["?eventIs", "closed"]],
        ["and", True, ["catch", False, ["?eventIs", "closed"]]],
        ["and", True, ["or", ["couponValid"], ["?eventIs", "closed"]]],
        ["and", True, ["not", ["?eventIs", "closed"]]],
        ["and", True, [">", ["?eventIs", "closed"], 5]],
        ["and", True, ["exists", ["list"], [["x"], ["?eventIs", "closed"]]]],
    ],
)
def test_an_unknown_function_is_named_with_its_place(condition):
    (reason,) = reasons(parsed({"id": 1, "rules": [rule(condition=condition)]}))
    assert reason.startswith("condition 1")
    assert '["?eventIs","closed"]' in reason
    assert reason.endswith("The function ?eventIs is not known")


def test_a_function_with_too_many_arguments_is_named_too():
    condition = ["and", ["isEmpty", [".", "x"], 1]]
    (reason,) = reasons(parsed({"id": 1, "rules": [rule(condition=condition)]}))
    assert "There is no isEmpty(Any, Any), only isEmpty(List)Boolean" in reason


def test_other_rules_stand_when_one_cannot():
    ruleset = parsed({"id": 1, "rules": [rule(effects=[["?x"]]), rule()]})
    assert [isinstance(r.blocks[0], Unsupported) for r in ruleset.rules] == [True, False]


@settings(max_examples=200, deadline=None)
@given(conditions)
def test_a_lowered_condition_is_written_and_read_back_as_the_same(condition):
    lowered(rule(condition=["and", condition]))
    lowered(rule(condition=["or", condition, ["couponValid"]]))


def published(shared: Path) -> dict[str, Any]:
    """Every published V1 ruleset, rule, filter and effect, as a ruleset, by the file's number."""
    found = {}
    for path in sorted((shared / "talang" / "rulesets").glob("*.json")):
        file = decode_json(path.read_bytes())
        ruleset = _as_ruleset(file["kind"], file["data"])
        if ruleset is not None:
            found[path.name[:2]] = {"id": 1, **ruleset}
    return found


def _as_ruleset(kind: str, data: Any) -> dict[str, Any] | None:
    match kind:
        case "ruleset":
            return data
        case "rule":
            return {"rules": [data]}
        case "cartItemFilter":
            expression = data["expr"] if isinstance(data, dict) else data
            return {"rules": [], "bindings": [{"name": "x", "expression": expression}]}
        case "binding":
            return {"rules": [], "bindings": [data]}
        case "effect pattern":
            return {"rules": [rule(effects=data)]}
        case "documented campaign (editor notation)":
            return data["probableTalang"]
    return None


def test_every_published_ruleset_loads_and_is_read_back_as_the_same(shared: Path):
    rulesets = published(shared)
    assert len(rulesets) > 20
    for ruleset in rulesets.values():
        rules = ruleset["rules"]
        written = lowered(*rules, bindings=ruleset.get("bindings", ()))
        assert [r["title"] for r in written["promotionRules"]] == [r["title"] for r in rules]


def test_published_rulesets_report_the_names_that_nobody_knows_and_no_others(shared: Path):
    unknown = {
        number: [reason.rpartition(": ")[2] for reason in reasons(parsed(ruleset))]
        for number, ruleset in published(shared).items()
    }
    per_item = "The function ?setDiscountPerItem is not known"
    assert {number: found for number, found in unknown.items() if found} == {
        "25": [per_item, per_item],
        "26": ["The function ?addLoyaltyPointsPerItem is not known"],
        "27": [
            "The function ?eventIs is not known",
            "The function ?redeemLoyaltyPoints is not known",
        ],
        "28": [
            "The function ?eventIs is not known",
            "The function ?addLoyaltyPoints is not known",
        ],
        "29": ["The function ?setDiscountPerBundleProRata is not known"],
        "30": [per_item],
    }


def test_the_vendors_example_of_v2_loads(shared: Path):
    path = shared / "talang" / "rulesets" / "18-doc-v2-ruleset-structured.json"
    ruleset = parsed(decode_json(path.read_bytes())["data"])
    assert [(part.selector, part.count) for part in ruleset.bundles[0].lists]
