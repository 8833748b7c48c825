"""What answers to generated requests are checked for, besides what Schemathesis checks."""

from __future__ import annotations

from typing import Any

from schemathesis import APIOperation, Case, CheckContext, CheckFunction, Response
from schemathesis.core import NotSet

from tests.contract.openapi.documents import Bodies


def refusing_wrong_bodies(bodies: Bodies) -> CheckFunction:
    """A body that breaks the schema is refused, unless what the path names is not there."""

    def refuses_wrong_bodies(_: CheckContext, response: Response, case: Case) -> None:
        if not is_right(bodies, case):
            assert response.status_code in (400, 404), "the body breaks the schema"

    return refuses_wrong_bodies


def is_right(bodies: Bodies, case: Case) -> bool:
    """Tell whether a body is right, or not there; bytes are not."""
    if isinstance(case.body, NotSet):
        return True
    operation_id: str = case.operation.definition.raw["operationId"]
    return not isinstance(case.body, bytes) and bodies.are_right(operation_id, case.body)


def is_wrong_at(case: Case, location: str) -> bool:
    """Tell whether Schemathesis made a part of a request wrong: ``body``, ``path``, ``query``."""
    return any(
        where.value == location and component.mode.is_negative
        for where, component in case.meta.components.items()
    )


def names_what_is_wrong(_: CheckContext, response: Response, case: Case) -> None:
    """Errors of a refused request point into its body, or at one of its parameters."""
    if response.status_code != 400:
        return
    errors = response.json().get("errors")
    assert errors, "nothing is said to be wrong"
    for error in errors:
        source = error["source"]
        if "parameter" in source:
            assert source["parameter"] in _parameters(case.operation), source
        elif case.media_type == "multipart/form-data":
            assert source["pointer"].split("/")[1] in _parameters(case.operation), source
        else:
            assert _could_be_in(case.body, source["pointer"]), source


def _parameters(operation: APIOperation) -> set[str]:
    """Return the names of an operation's parameters, fields of a form among them."""
    names = {parameter.name for parameter in operation.iter_parameters()}
    return names.union(*(body.raw_schema.get("properties", ()) for body in operation.body))


def _could_be_in(body: Any, pointer: str) -> bool:
    """Tell whether a place is in a body, or could be: what is missing has a place too."""
    if pointer == "":
        return True
    *way, last = (part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
    for part in way:
        try:
            body = body[int(part)] if isinstance(body, list) else body[part]
        except (LookupError, TypeError, ValueError):
            return False
    return isinstance(body, dict) or (isinstance(body, list) and last.isdigit())
