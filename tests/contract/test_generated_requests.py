"""Requests that Schemathesis makes of the vendor's OpenAPI files, right ones and wrong ones.

They are sent in situations of the conformance cases: what a case calls an operation with says which
ids exist, and generated bodies are mixed with its body, so that rules really run. Whatever is sent,
the answer is one that the file describes, and what breaks the schema is refused in a way that names
the place. Without a key, nothing is answered.

That a right request is accepted is not asked for: the schema cannot know which attributes, codes
and ids a workspace has. The cases themselves hold that.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as search
from hypothesis import strategies as st
from schemathesis import BaseSchema, Case, GenerationMode, Response
from schemathesis.checks import CHECKS, load_all_checks

from sandbox.emulator.operations import APIS, Api, Operation
from sandbox.emulator.router import Router
from sandbox.emulator.server import BackgroundServer
from tests.client import Client
from tests.contract.cases import Play, Step, calling_steps, emulated_operations
from tests.contract.openapi.checks import (
    is_right,
    is_wrong_at,
    names_what_is_wrong,
    refusing_wrong_bodies,
)
from tests.contract.openapi.documents import Answers, Bodies, document
from tests.contract.openapi.examples import with_examples
from tests.contract.stock import BODIES, ids_for, load_stock

CONFIGURATION = {
    "checks": {
        "negative_data_rejection": {"expected-statuses": ["400", "401", "404", "405"]},
        "positive_data_acceptance": {"enabled": False},
        # Below, once for each operation instead of once for each request.
        "ignored_auth": {"enabled": False},
    },
    "generation": {
        "with-security-parameters": False,
        # OpenAPI does not forbid parameters that nobody knows, and they change nothing.
        "allow-extra-parameters": False,
    },
    "phases": {"coverage": {"unexpected-methods": ["patch"]}},
}
# A part of what other laws get: each example is a case that is played, for each operation.
EXAMPLES = search().max_examples // 15
load_all_checks()
REJECTION = CHECKS.get_by_names(["negative_data_rejection"])
SELDOM = st.sampled_from([False, False, False, True])

STEPS: dict[Operation, list[Step]] = defaultdict(list)
# First those that succeed: what is made of their requests is more often right but for one thing.
for step in sorted(calling_steps(), key=lambda step: step.expected_status):
    STEPS[step.operation].append(step)

each_operation = pytest.mark.parametrize(
    ("api", "operation"),
    [pytest.param(api, found, id=found.operation_id) for api, found in emulated_operations()],
)


@pytest.fixture(scope="module")
def schemas(server: BackgroundServer, shared: Path) -> Mapping[Api, BaseSchema]:
    config = schemathesis.Config.from_dict(CONFIGURATION)
    config.projects.default.update(base_url=server.running.base_url)
    bodies = {operation: _bodies(operation) for _, operation in emulated_operations()}
    return {
        api: schemathesis.openapi.from_dict(
            with_examples(document(shared, api), bodies), config=config
        )
        for api in APIS
    }


def _bodies(operation: Operation) -> list[Any]:
    """Return bodies that the operation takes, or none."""
    steps = STEPS[operation][:3]
    sent = [step.case["steps"][step.number]["request"].get("body") for step in steps]
    return [body for body in [*sent, BODIES.get(operation.operation_id)] if body is not None]


@pytest.fixture(scope="module")
def bodies(shared: Path) -> Mapping[Api, Bodies]:
    return {api: Bodies(document(shared, api)) for api in APIS}


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as kept:
        kept.trust_env = False  # No proxy stands before a server on this machine.
        yield kept


class Situation(NamedTuple):
    """What a request finds: the ids that a case uses, and the body that it sends."""

    ids: dict[str, str]
    body: Any


class Target:
    """An operation of the running emulator, in the situations in which cases call it."""

    def __init__(
        self, api: Api, operation: Operation, schema: BaseSchema, bodies: Bodies, client: Client
    ) -> None:
        self.schema = schema
        self._bodies = bodies
        self.described = schema[operation.path][operation.method]
        self.steps: list[Step | None] = [*STEPS[operation]] or [None]
        self._api = api
        self._operation = operation
        self._client = client

    def situation(self, step: Step | None) -> Situation:
        """Play a case up to a step; without one, load the stock."""
        if step is None:
            load_stock(self._client)
            body = BODIES.get(self._operation.operation_id)
            return Situation(ids_for(self._operation.path), body)
        play = Play(self._client, step.case)
        for number in range(step.number):
            play.send(number)
        sent = play.request(step.number)
        _, ids = Router({step.operation.path: True}).find(sent.path.partition("?")[0])
        return Situation(ids, sent.body)

    def cases(self) -> st.SearchStrategy[Case]:
        """Return what generates requests, right ones and, where something can be wrong, others."""
        right = self.described.as_strategy(GenerationMode.POSITIVE)
        parameters = self.described.iter_parameters()
        takes_anything = all(one.definition["schema"] == {"type": "string"} for one in parameters)
        if takes_anything and not self.described.body:
            return right
        return right | self.described.as_strategy(GenerationMode.NEGATIVE)

    def aim(self, case: Case, ids: Mapping[str, str]) -> None:
        """Give a request ids that are there, unless its own are what is wrong with it."""
        if not is_wrong_at(case, "path"):
            known = {name: quote(value, safe="") for name, value in ids.items()}
            case.path_parameters = {
                name: known.get(name, value) for name, value in case.path_parameters.items()
            }

    def send(self, case: Case, session: requests.Session) -> Response:
        """Send a request and check the answer."""
        # What Schemathesis made wrong may be right after all: as null, or mixed with a real body.
        turned_right = is_wrong_at(case, "body") and is_right(self._bodies, case)
        return case.call_and_validate(
            session=session,
            headers={"Authorization": self._authorization},
            additional_checks=[refusing_wrong_bodies(self._bodies), names_what_is_wrong],
            excluded_checks=REJECTION if turned_right else [],
        )

    @property
    def _authorization(self) -> str:
        if self._api == "management":
            return f"ManagementKey-v1 {self._client.management_key}"
        return f"ApiKey-v1 {self._client.key}"


@pytest.fixture
def target(
    api: Api,
    operation: Operation,
    schemas: Mapping[Api, BaseSchema],
    bodies: Mapping[Api, Bodies],
    client: Client,
) -> Target:
    return Target(api, operation, schemas[api], bodies[api], client)


@each_operation
def test_every_keyword_of_the_schema_is_kept(target: Target, session: requests.Session) -> None:
    situation = target.situation(target.steps[0])
    generated = target.schema.iter_coverage_cases(
        target.described,
        generation_modes=list(GenerationMode),
        generation_config=target.schema.config.generation_for(operation=target.described),
    )
    for case in generated:
        target.aim(case, situation.ids)
        response = target.send(case, session)
        is_dry = (case.query or {}).get("dry") == "true"
        if case.method != "GET" and not is_dry and response.status_code < 300:
            # What was done once may be impossible now, and whatever is asked next be refused.
            situation = target.situation(target.steps[0])


@each_operation
def test_parts_of_real_requests_may_be_anything(target: Target, session: requests.Session) -> None:
    @search(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(target.cases(), st.sampled_from(target.steps), st.data())
    def check(case: Case, step: Step | None, data: st.DataObject) -> None:
        situation = target.situation(step)
        target.aim(case, situation.ids)
        if situation.body is not None:
            case.body = data.draw(mixed(situation.body, case.body))
        target.send(case, session)

    check()


@each_operation
@pytest.mark.parametrize(
    "key", ["", "ApiKey-v1 nobody", "ManagementKey-v1 nobody", "Bearer nobody"]
)
def test_nothing_is_answered_without_a_key(
    api: Api, operation: Operation, key: str, client: Client, shared: Path
) -> None:
    path = re.sub(r"{\w+}", "1", operation.path)
    reply = client.send(operation.method, path, {}, authorization=key)
    assert reply.status == 401
    assert Answers(document(shared, api)).faults(operation, reply.status, reply.body) == []


@st.composite
def mixed(draw: st.DrawFn, real: Any, generated: Any) -> Any:
    """A real body, some parts of which are those of a generated one."""
    if isinstance(real, dict) and isinstance(generated, dict):
        whole = dict(real)
        for name, value in generated.items():
            if draw(SELDOM):
                whole[name] = draw(mixed(real[name], value)) if name in real else value
        return whole
    if isinstance(real, list) and isinstance(generated, list) and real and generated:
        place = draw(st.integers(0, len(real) - 1))
        return [*real[:place], draw(mixed(real[place], generated[0])), *real[place + 1 :]]
    return generated
