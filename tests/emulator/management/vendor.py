"""What the vendor's file says of answers, for tests that hold ours to it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft4Validator

from tests.client import Reply

METHODS = ("get", "put", "post", "delete")


def assert_documented(shared: Path, operation_id: str, reply: Reply) -> None:
    """Fail unless an answer has a status and a body that the vendor documents."""
    document = _document(shared / "openapi" / "management-api.yml")
    responses = next(
        methods[method]["responses"]
        for methods in document["paths"].values()
        for method in METHODS
        if methods.get(method, {}).get("operationId") == operation_id
    )
    assert str(reply.status) in responses, reply
    content = responses[str(reply.status)].get("content")
    if content is None:
        assert reply.body is None
        return
    schema = {**content["application/json"]["schema"], "components": document["components"]}
    faults = Draft4Validator(schema).iter_errors(reply.body)
    listed = [f"{fault.json_path}: {fault.message}" for fault in faults]
    assert not listed, "\n".join(listed)


@cache
def _document(file: Path) -> Any:
    return _readable(yaml.load(file.read_text(), yaml.CSafeLoader))


def _readable(part: Any) -> Any:
    """Return a schema without what nobody could keep to, or could read here.

    The file says that blocks fit one form, but forms overlap; some patterns are in another dialect.
    """
    if isinstance(part, list):
        return [_readable(member) for member in part]
    if not isinstance(part, dict):
        return part
    return {
        "anyOf" if key == "oneOf" else key: _readable(value)
        for key, value in part.items()
        if not (key == "pattern" and "[:" in str(value))
    }
