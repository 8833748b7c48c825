"""Template parameters are constants: words are told of a ruleset that has their values put in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.rules.model import Ruleset, Selector
from sandbox.rules.words.formula import parts_of
from sandbox.talang.ast import Literal, Path, Value


def with_parameter_values(ruleset: Ruleset) -> Ruleset:
    """Return a ruleset with the value of each parameter in place of its name."""
    values: dict[str, Value] = {p.name: p.value for p in ruleset.parameters}
    filled: Ruleset = _with_values(ruleset, values) if values else ruleset
    return filled


def _with_values(part: Any, parameters: Mapping[str, Value]) -> Any:
    match part:
        case Path((name,)) if name in parameters:
            return Literal(parameters[name])
        case tuple():
            return tuple(_with_values(member, parameters) for member in part)
        case Selector(name, source, steps):
            return Selector(name, source, _with_values(steps, parameters))
    fields = {name: _with_values(value, parameters) for name, value in parts_of(part)}
    return type(part)(**fields) if fields else part
