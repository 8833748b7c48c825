"""Requests that Schemathesis makes of the vendor's OpenAPI files, right ones and wrong ones.

They are sent in situations of the conformance cases: what a case calls an operation with says which
ids exist, and generated bodies are mixed with its body, so that rules really run. Whatever is sent,
the answer is one that the file describes, and what breaks the schema is refused in a way that names
the place. Without a key, nothing is answered.

That a right request is accepted is not asked for: the schema cannot know which attributes, codes
and ids a workspace has. The cases themselves hold that.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as search
from hypothesis import strategies as st
from schemathesis import BaseSchema, Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from sandbox.emulator.operations import APIS, Api, Operation
from sandbox.emulator.router import Router
from sandbox.emulator.server import BackgroundServer
from tests.client import Client
from tests.contract.cases import Play, Sent, Step, calling_steps, emulated_operations
from tests.contract.openapi.checks import names_what_is_wrong, refuses_wrong_bodies
from tests.contract.openapi.documents import document

DEMO = Path(__file__).parents[2] / "fixtures" / "demo.json"
CONFIGURATION = {
    "checks": {
        "negative_data_rejection": {"expected-statuses": ["400", "401", "404", "405"]},
        "positive_data_acceptance": {"enabled": False},
    },
    # A check of its own sends every request without a key.
    "generation": {"with-security-parameters": False},
}
# A quarter of what other laws get: each example is a case that is played.
EXAMPLES = search().max_examples // 4
SELDOM = st.sampled_from([False, False, False, True])

STEPS: dict[Operation, list[Step]] = defaultdict(list)
for step in calling_steps():
    STEPS[step.operation].append(step)

each_operation = pytest.mark.parametrize(
    ("api", "operation"),
    [pytest.param(api, found, id=found.operation_id) for api, found in emulated_operations()],
)


@pytest.fixture(scope="module")
def schemas(server: BackgroundServer, shared: Path) -> Mapping[Api, BaseSchema]:
    load_all_checks()
    config = schemathesis.Config.from_dict(CONFIGURATION)
    config.projects.default.update(base_url=server.running.base_url)
    return {
        api: schemathesis.openapi.from_dict(document(shared, api), config=config) for api in APIS
    }


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as kept:
        yield kept


class Target:
    """An operation of the running emulator, in the situations in which cases call it."""

    def __init__(self, api: Api, operation: Operation, schema: BaseSchema, client: Client) -> None:
        self.schema = schema
        self.described = schema[operation.path][operation.method]
        self.steps: list[Step | None] = [*STEPS[operation]] or [None]
        self._api = api
        self._client = client
        self._router = Router({operation.path: None})

    def situation(self, step: Step | None) -> Sent | None:
        """Play a case up to a step and return what the step would send; without one, the demo."""
        if step is None:
            Play(self._client, {"bundle": json.loads(DEMO.read_text()), "steps": []})
            return None
        play = Play(self._client, step.case)
        for number in range(step.number):
            play.send(number)
        return play.request(step.number)

    def cases(self) -> st.SearchStrategy[Case]:
        """Return what generates requests, right ones and, where something can be wrong, others."""
        right = self.described.as_strategy(GenerationMode.POSITIVE)
        parameters = self.described.iter_parameters()
        takes_anything = all(one.definition["schema"] == {"type": "string"} for one in parameters)
        if takes_anything and not self.described.body:
            return right
        return right | self.described.as_strategy(GenerationMode.NEGATIVE)

    def aim(self, case: Case, sent: Sent | None) -> None:
        """Give a request the ids of another one, unless its own are what is wrong with it."""
        is_wrong = any(
            location.value == "path" and component.mode.is_negative
            for location, component in case.meta.components.items()
        )
        if sent is not None and not is_wrong:
            _, ids = self._router.find(sent.path.partition("?")[0])
            case.path_parameters = {name: quote(value, safe="") for name, value in ids.items()}

    @property
    def authorization(self) -> str:
        if self._api == "management":
            return f"ManagementKey-v1 {self._client.management_key}"
        return f"ApiKey-v1 {self._client.key}"


@pytest.fixture
def target(
    api: Api, operation: Operation, schemas: Mapping[Api, BaseSchema], client: Client
) -> Target:
    return Target(api, operation, schemas[api], client)


@each_operation
def test_every_keyword_of_the_schema_is_kept(target: Target, session: requests.Session) -> None:
    sent = target.situation(target.steps[0])
    generated = target.schema.iter_coverage_cases(
        target.described,
        generation_modes=list(GenerationMode),
        generation_config=target.schema.config.generation_for(operation=target.described),
    )
    for case in generated:
        target.aim(case, sent)
        case.call_and_validate(
            session=session,
            headers={"Authorization": target.authorization},
            additional_checks=[refuses_wrong_bodies, names_what_is_wrong],
        )


@each_operation
def test_parts_of_real_requests_may_be_anything(target: Target, session: requests.Session) -> None:
    @search(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(target.cases(), st.sampled_from(target.steps), st.data())
    def check(case: Case, step: Step | None, data: st.DataObject) -> None:
        sent = target.situation(step)
        target.aim(case, sent)
        is_mixed = sent is not None and sent.body is not None
        if is_mixed:
            case.body = data.draw(mixed(sent.body, case.body))
        case.call_and_validate(
            session=session,
            headers={"Authorization": target.authorization},
            additional_checks=[refuses_wrong_bodies, names_what_is_wrong],
            # What Schemathesis knows to be wrong with a body need not be so when it was mixed.
            excluded_checks=CHECKS.get_by_names(["negative_data_rejection"]) if is_mixed else [],
        )

    check()


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
