"""Examples of requests that work: those of the vendor's files fit no workspace.

They name attributes, stores and ids that are not there, and times that are past. Such a request is
refused, whatever else is right or wrong with it, and what is made of it tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.emulator.operations import Operation

Json = dict[str, Any]

# Values of parameters without which most requests would be refused.
_PARAMETERS = {"now": "2999-01-01T00:00:00Z"}


def with_examples(described: Json, bodies: Mapping[Operation, Iterable[Any]]) -> Json:
    """Return a document that has these bodies as its examples, and no others."""
    components = described["components"]
    plain: Json = {
        **described,
        "paths": _without_examples(described["paths"]),
        "components": {**components, "schemas": _without_examples(components["schemas"])},
    }
    item = plain["components"]["schemas"].get("CartItem")
    if item is not None:
        # Without one, an item needs a catalog that has it.
        item["required"] = [*item["required"], "price"]
    for operation, examples in bodies.items():
        body = plain["paths"].get(operation.path, {}).get(operation.method.lower(), {})
        for media in body.get("requestBody", {}).get("content", {}).values():
            named = {str(number): {"value": one} for number, one in enumerate(examples)}
            media["examples"] = named
    for methods in plain["paths"].values():
        for described_operation in methods.values():
            for parameter in described_operation.get("parameters", ()):
                if parameter.get("name") in _PARAMETERS:
                    parameter["example"] = _PARAMETERS[parameter["name"]]
    return plain


def _without_examples(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_examples(part) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _without_examples(part)
        for name, part in value.items()
        if name not in ("example", "examples")
    }
