"""What the vendor's file says of answers, for tests that hold ours to it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sandbox.emulator.operations import Operation, listed_operations
from tests.client import Reply
from tests.contract.openapi.documents import Answers, document


def assert_documented(shared: Path, operation_id: str, reply: Reply) -> None:
    """Fail unless an answer has a status and a body that the vendor documents."""
    faults = _answers(shared).faults(_operations()[operation_id], reply.status, reply.body)
    assert not faults, "\n".join(faults)


@cache
def _answers(shared: Path) -> Answers:
    return Answers(document(shared, "management"))


@cache
def _operations() -> dict[str, Operation]:
    return {operation.operation_id: operation for operation in listed_operations("management")}
