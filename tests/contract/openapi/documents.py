"""The vendor's OpenAPI files as requests and answers are held to them: split, closed, patched.

Requests and answers share schemas in the files, but not what is wrong with them. So answers get
copies of their own, which patches can change without changing what counts as a right request. The
copies are closed too: an answer has the fields that the vendor documents, and no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from sandbox.emulator.operations import Api, Operation
from tests.contract.openapi.patches import (
    apply_patches,
    let_null_stand_for_nothing,
    operations_in,
)

Json = dict[str, Any]

_SHARED_BY_BOTH = "#/components/schemas/"
_OF_ANSWERS = "#/components/x-answers/"


@cache
def document(shared: Path, api: Api) -> Json:
    """Return one of the vendor's files, split, closed and patched."""
    read: Json = yaml.load((shared / "openapi" / f"{api}-api.yml").read_text(), yaml.CSafeLoader)
    _split(read)
    apply_patches(read, api)
    return read


class Answers:
    """What a document says of answers."""

    def __init__(self, described: Json) -> None:
        self._described = described
        self._validators: dict[tuple[Operation, int], Any] = {}

    def faults(self, operation: Operation, status: int, body: Any) -> list[str]:
        """Return what about an answer is not documented; a body of None means that it has none."""
        responses = self._described["paths"][operation.path][operation.method.lower()]["responses"]
        if str(status) not in responses:
            return [f"{status} is not documented: {body}"]
        if "content" not in responses[str(status)]:
            return [] if body is None else [f"{status} has no body: {body}"]
        errors = self._validator(operation, status).iter_errors(body)
        return [f"{status} /{'/'.join(map(str, e.instance_path))}: {e.message}" for e in errors]

    def _validator(self, operation: Operation, status: int) -> Any:
        if (operation, status) not in self._validators:
            described = self._described["paths"][operation.path][operation.method.lower()]
            (media,) = described["responses"][str(status)]["content"].values()
            schema = {**media["schema"], "components": self._described["components"]}
            validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
            self._validators[operation, status] = validator
        return self._validators[operation, status]


class Bodies:
    """What a document says of the bodies of requests, null in place of fields being right."""

    def __init__(self, described: Json) -> None:
        self._components = deepcopy(described["components"])
        let_null_stand_for_nothing(self._components["schemas"])
        self._contents = {
            operation["operationId"]: operation.get("requestBody", {}).get("content", {})
            for operation in operations_in(described)
        }
        self._validators: dict[str, Any] = {}

    def are_right(self, operation_id: str, body: Any) -> bool:
        """Tell whether an operation takes a body; one whose body is not JSON takes anything."""
        media = self._contents[operation_id].get("application/json")
        if media is None:
            return True
        if operation_id not in self._validators:
            schema = {**media["schema"], "components": self._components}
            validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
            self._validators[operation_id] = validator
        right: bool = self._validators[operation_id].is_valid(body)
        return right


def _split(read: Json) -> None:
    """Give answers closed copies of the schemas that they share with requests."""
    schemas = read["components"]["schemas"]
    read["components"]["x-answers"] = {
        name: _of_answers(schema, schemas) for name, schema in schemas.items()
    }
    for operation in operations_in(read):
        body = operation.get("requestBody", {})
        if "$ref" in body:
            name = body["$ref"].rpartition("/")[2]
            operation["requestBody"] = deepcopy(read["components"]["requestBodies"][name])
        for response in operation["responses"].values():
            for media in response.get("content", {}).values():
                media["schema"] = _closed(media["schema"], schemas)


def _of_answers(schema: Json, schemas: Json) -> Json:
    """Return the copy of a schema: everything in it is closed, itself may be a part of another."""
    copy = deepcopy(schema)
    if "$ref" in copy:
        copy["$ref"] = copy["$ref"].replace(_SHARED_BY_BOTH, _OF_ANSWERS)
    for combination in ("allOf", "oneOf", "anyOf"):
        if combination in copy:
            copy[combination] = [_of_answers(part, schemas) for part in copy[combination]]
    if "properties" in copy:
        properties = copy["properties"].items()
        copy["properties"] = {name: _closed(value, schemas) for name, value in properties}
    for values in ("items", "additionalProperties"):
        if isinstance(copy.get(values), dict):
            copy[values] = _closed(copy[values], schemas)
    return copy


def _closed(schema: Json, schemas: Json) -> Json:
    copy = _of_answers(schema, schemas)
    if any(_property_names([schema], schemas)):
        copy["unevaluatedProperties"] = False
    return copy


def _property_names(parts: Iterable[Json], schemas: Json) -> Iterator[str]:
    for part in parts:
        yield from part.get("properties", {})
        for combination in ("allOf", "oneOf", "anyOf"):
            yield from _property_names(part.get(combination, ()), schemas)
        if "$ref" in part:
            yield from _property_names([schemas[part["$ref"].rpartition("/")[2]]], schemas)
