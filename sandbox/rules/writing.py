"""Write a ruleset as the JSON that `sandbox.rules.parse` reads back as the same (V2).

Source: Management API, operation getRulesetV2; conformance README, section 2.
"""

from __future__ import annotations

from typing import Any

from sandbox.rules.model import (
    Bundle,
    FilterStep,
    MapStep,
    MapValuesStep,
    Parameter,
    ReduceStep,
    ReverseStep,
    Rule,
    Ruleset,
    SelectBetweenStep,
    SelectManyStep,
    SelectOneStep,
    Selector,
    SortStep,
    Step,
    Unsupported,
)
from sandbox.rules.v1.terms import is_name
from sandbox.rules.write_blocks import write_block
from sandbox.rules.write_values import Json, amount, formula
from sandbox.talang.arrays import write_arrays
from sandbox.talang.ast import Expression


def write_ruleset(ruleset: Ruleset) -> dict[str, Json]:
    """Return a V2 ruleset."""
    return {
        "id": ruleset.id,
        "promotionRules": [_rule(rule) for rule in ruleset.rules],
        "selectors": [_selector(selector) for selector in ruleset.selectors],
        "bundles": [_bundle(bundle) for bundle in ruleset.bundles],
        "parameters": [_parameter(parameter) for parameter in ruleset.parameters],
    }


def _rule(rule: Rule) -> dict[str, Json]:
    return {"title": rule.title, "blocks": [write_block(block) for block in rule.blocks]}


def _selector(selector: Selector) -> dict[str, Json]:
    return {
        "name": selector.name,
        "type": "selector",
        "source": _source(selector.source),
        "steps": [_step(step) for step in selector.steps],
    }


def _source(source: Expression) -> Json:
    return f"${source}" if is_name(source) else write_arrays(source)


def _bundle(bundle: Bundle) -> dict[str, Json]:
    return {
        "name": bundle.name,
        "lists": [
            {"selector": part.selector, "count": amount(part.count)} for part in bundle.lists
        ],
        "matchers": [formula(matcher) for matcher in bundle.matchers],
    }


def _parameter(parameter: Parameter) -> dict[str, Json]:
    return {"name": parameter.name, "value": parameter.value}


def _step(step: Step) -> Any:
    match step:
        case FilterStep(predicate):
            return {"type": "filter", "predicate": write_block(predicate)}
        case SortStep(fields):
            return {
                "type": "sort",
                "fields": [
                    {
                        "expression": formula(field.expression),
                        "direction": "desc" if field.descending else "asc",
                    }
                    for field in fields
                ],
            }
        case SelectManyStep(count, from_end, partial):
            start = "end" if from_end else "start"
            return _select("many", partial=partial, count=amount(count), **{"from": start})
        case SelectBetweenStep(start, end, partial):
            return _select("between", partial=partial, to=amount(end), **{"from": amount(start)})
        case SelectOneStep(index):
            return _select("one", index=amount(index))
        case MapStep(expression):
            return {"type": "map", "expression": formula(expression)}
        case ReduceStep(operator):
            return {"type": "reduce", "operator": operator}
        case ReverseStep():
            return {"type": "reverse"}
        case MapValuesStep(value_map_id):
            return {"type": "filterAndMapValues", "valueMap": {"id": value_map_id}}
        case Unsupported():
            return step.raw


def _select(operator: str, **fields: Json) -> dict[str, Json]:
    return {"type": "select", "operator": operator, **fields}
