"""Conformance cases, step by step: to look at every answer, or to send something else instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from sandbox.emulator.app import INTEGRATION
from sandbox.emulator.coverage import routed
from sandbox.emulator.management.routes import MANAGEMENT
from sandbox.emulator.operations import APIS, Api, Finder, Operation, listed_operations
from tests.client import Client, Reply
from tests.conformance.test_cases import cases, runner

WORKSPACE = "contract"


class Sent(NamedTuple):
    """A request: its path is quoted and has the query."""

    method: str
    path: str
    body: Any
    authorization: str | None
    headers: dict[str, str]


class Step(NamedTuple):
    """A step of a case that calls an operation."""

    case: dict[str, Any]
    number: int
    operation: Operation

    @property
    def expected_status(self) -> int:
        status: int = self.case["steps"][self.number].get("expect", {}).get("status", 200)
        return status

    def __repr__(self) -> str:
        return f"step {self.number + 1} of {self.case['id']}"


class Play:
    """A case in a workspace that is loaded for it; its steps are sent one by one."""

    def __init__(self, client: Client, case: dict[str, Any]) -> None:
        self._client = client
        self._steps = case["steps"]
        self._captured: dict[str, Any] = {}
        loaded = client.load(WORKSPACE, **case["bundle"])
        assert loaded.status == 201, loaded.body
        self._application_id = str(loaded.body["applicationId"])
        self._keys = {
            "integration": f"ApiKey-v1 {client.key}",
            "management": f"ManagementKey-v1 {client.management_key}",
            "control": None,
            "none": None,
        }

    def request(self, number: int) -> Sent:
        """Return the request of a step; those before it have been sent."""
        request = runner().fill(self._steps[number]["request"], self._captured)
        path = request["path"].replace("{workspace}", WORKSPACE)
        path = quote(path.replace("{applicationId}", self._application_id), safe="/%")
        query = {name: _parameter(value) for name, value in request.get("query", {}).items()}
        key = request.get("auth", "integration")
        return Sent(
            request["method"],
            f"{path}?{urlencode(query)}" if query else path,
            request.get("body"),
            self._keys.get(key, key),
            request.get("headers", {}),
        )

    def send(self, number: int) -> Reply:
        """Send the request of a step and keep what later ones are filled with."""
        reply = self._client.send(*self.request(number))
        for name, where in self._steps[number].get("expect", {}).get("capture", {}).items():
            self._captured[name] = runner().pointer(reply.body, where)
        return reply


def emulated_operations() -> Iterator[tuple[Api, Operation]]:
    """Yield the operations of both APIs that are emulated."""
    routes = {"integration": INTEGRATION, "management": MANAGEMENT}
    for api in APIS:
        emulated = routed(routes[api])
        for operation in listed_operations(api):
            if emulated.find(operation.method, operation.path) is not None:
                yield api, operation


def calling_steps() -> Iterator[Step]:
    """Yield every step of every case that calls an operation that is emulated."""
    finder = Finder(operation for _, operation in emulated_operations())
    for case in cases():
        for number, step in enumerate(case["steps"]):
            request = step["request"]
            operation = finder.find(request["method"], quote(request["path"], safe="/%{}"))
            if operation is not None:
                yield Step(case, number, operation)


def _parameter(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value
