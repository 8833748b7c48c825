"""Every answer that a conformance case gets is one that the vendor's OpenAPI files describe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

import pytest

from sandbox.emulator.operations import APIS, Operation
from sandbox.emulator.server import BackgroundServer
from tests.client import Client
from tests.contract.cases import Play, calling_steps, emulated_operations
from tests.contract.openapi.documents import Answers, document

STEPS = list(calling_steps())
CALLED = {step.operation for step in STEPS}


@pytest.fixture(scope="module")
def faults(server: BackgroundServer, shared: Path) -> Mapping[Operation, list[str]]:
    """What is wrong with the answers of each operation, and in which step of which case."""
    client = Client(server.running.base_url)
    by_api = {api: Answers(document(shared, api)) for api in APIS}
    described = {operation: by_api[api] for api, operation in emulated_operations()}
    found: dict[Operation, list[str]] = defaultdict(list)
    for _, steps in groupby(STEPS, lambda step: step.case["id"]):
        called = {step.number: step for step in steps}
        case = next(iter(called.values())).case
        play = Play(client, case)
        for number in range(len(case["steps"])):
            reply = play.send(number)
            if number in called:
                step = called[number]
                answers = described[step.operation]
                wrong = answers.faults(step.operation, reply.status, reply.body)
                found[step.operation] += [f"{step!r}: {fault}" for fault in wrong]
    return found


@pytest.mark.parametrize(
    "operation",
    [operation for _, operation in emulated_operations() if operation in CALLED],
    ids=lambda operation: operation.operation_id,
)
def test_every_answer_is_documented(
    operation: Operation, faults: Mapping[Operation, list[str]]
) -> None:
    assert faults[operation] == []
