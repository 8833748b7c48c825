"""V1 rules as the JSON of V2 that says the same, without ids."""

from __future__ import annotations

from typing import Any

from sandbox.errors import Fault
from sandbox.numbers import decode_json, encode_json
from sandbox.rules.model import Ruleset
from sandbox.rules.parse import parse_ruleset
from sandbox.rules.writing import write_ruleset


def parsed(raw: Any) -> Ruleset:
    """Return a ruleset without faults."""
    faults: list[Fault] = []
    ruleset = parse_ruleset(decode_json(encode_json(raw)), "", faults)
    assert faults == []
    return ruleset


def lowered(*rules: dict[str, Any], bindings: Any = ()) -> dict[str, Any]:
    """Return a V1 ruleset as V2; it is read back as the same."""
    ruleset = parsed({"id": 1, "rules": list(rules), "bindings": list(bindings)})
    written = write_ruleset(ruleset)
    assert parsed(written) == ruleset
    without: dict[str, Any] = without_ids(decode_json(encode_json(written)))
    return without


def conditions(expression: Any) -> list[Any]:
    """Return the blocks of a condition."""
    (rule,) = lowered({"title": "r", "condition": expression, "effects": []})["promotionRules"]
    blocks: list[Any] = rule["blocks"]
    return blocks


def condition(expression: Any) -> Any:
    """Return the only block of a condition among others."""
    (block,) = conditions(["and", expression])
    return block


def effect(expression: Any) -> Any:
    """Return the only block of an effect."""
    rule = {"title": "r", "condition": ["and", True], "effects": [expression]}
    (block,) = lowered(rule)["promotionRules"][0]["blocks"]
    return block


def binding(expression: Any, kind: str = "cartItemFilter") -> dict[str, Any]:
    """Return a ruleset whose only content is one binding named `x`."""
    return lowered(bindings=[{"name": "x", "type": kind, "expression": expression}])


def without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        is_block = "type" in value
        return {k: without_ids(v) for k, v in value.items() if not (is_block and k == "id")}
    return [without_ids(member) for member in value] if isinstance(value, list) else value
