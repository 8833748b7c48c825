"""Read V1 rulesets. Source: Management API, schemas Ruleset, Rule and Binding; talang.md, 6."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.rules.model import Block, Rule, Ruleset
from sandbox.rules.reading import Reader
from sandbox.rules.v1.bindings import Bindings, Names
from sandbox.rules.v1.conditions import rule_conditions
from sandbox.rules.v1.effects import lower_effect
from sandbox.rules.v1.shapes import read_array, read_expression


def read_v1_ruleset(reader: Reader) -> Ruleset:
    """Read a ruleset whose rules are written in Talang."""
    outer = reader.objects("bindings")
    rules = [(rule, rule.objects("bindings")) for rule in reader.objects("rules")]
    everywhere = [*outer, *(binding for _, own in rules for binding in own)]
    bindings = Bindings(str(binding.raw.get("name")) for binding in everywhere)
    names = bindings.bind(outer, {})
    lowered = tuple(_rule(rule, bindings, bindings.bind(own, names)) for rule, own in rules)
    return Ruleset(
        id=reader.integer("id"),
        rules=lowered,
        selectors=tuple(bindings.selectors),
        bundles=tuple(bindings.bundles),
        parameters=tuple(bindings.parameters),
    )


def _rule(reader: Reader, bindings: Bindings, names: Names) -> Rule:
    blocks: list[Block] = []
    condition = read_expression(reader, "condition")
    if condition is not None:
        blocks += rule_conditions(bindings.seen(condition, names))
    blocks += _effects(reader, bindings, names)
    return Rule(reader.text("title", ""), tuple(blocks))


def _effects(reader: Reader, bindings: Bindings, names: Names) -> Iterator[Block]:
    """Yield the effects; one that is not wrapped in a list of its own is the only one."""
    effects = reader.list("effects")
    is_bare = bool(effects) and isinstance(effects[0], str)
    if is_bare:
        effects = [effects]
    for index, raw in enumerate(effects):
        expression = read_array(reader, raw, "effects" if is_bare else f"effects/{index}")
        if expression is not None:
            yield lower_effect(bindings.seen(expression, names), f"effect {index}")
