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
    return _with_any_of(yaml.load(file.read_text(), yaml.CSafeLoader))


def _with_any_of(part: Any) -> Any:
    """Let blocks fit several forms: the file says one, but they overlap."""
    if isinstance(part, dict):
        return {
            "anyOf" if key == "oneOf" else key: _with_any_of(value) for key, value in part.items()
        }
    return [_with_any_of(member) for member in part] if isinstance(part, list) else part
