"""The control API: the only endpoints that are not Talon.One's.

Source: conformance README, section 1.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from sandbox.emulator.answers import Answer, no_content, ok
from sandbox.emulator.content import outcome_content
from sandbox.emulator.http import Incoming
from sandbox.emulator.parameters import path_number
from sandbox.emulator.sessions import is_large
from sandbox.emulator.turns import Turn
from sandbox.engine.model import Model, Time
from sandbox.engine.trace import trace_schema
from sandbox.errors import Fault, Refused
from sandbox.shapes import Reader, parse_json
from sandbox.workspace.clock import Clock, refuse_no_present
from sandbox.workspace.operations import campaign_changes
from sandbox.workspace.service import Workspaces
from sandbox.workspace.updates import SessionUpdate

Handler = Callable[[Workspaces, Incoming], Answer | Turn]

_EXPLAINED = ("customerSession", "customerProfile", "ruleFailureReasons")


class ClockChange(Model, frozen=True):
    """Either `advance`, or `now`: a time freezes the clock, null lets it run."""

    now: Time | None = None
    advance: str | None = None


class ExplainEnvelope(Model, frozen=True):
    customer_session: SessionUpdate


class ExplainRequest(Model, frozen=True):
    customer_session_id: str
    request: ExplainEnvelope
    now: Time | None = None
    evaluable_campaign_ids: list[int] | None = None


_CLOCK = Reader(ClockChange)
_EXPLAIN = Reader(ExplainRequest)


def load_workspace(workspaces: Workspaces, incoming: Incoming) -> Answer:
    """PUT /sandbox/v1/workspaces/{name}: load a bundle."""
    name, application_id, integration_key, management_key = workspaces.load(
        incoming.ids["name"], incoming.body
    )
    content = {
        "name": name,
        "applicationId": application_id,
        "integrationKey": integration_key,
        "managementKey": management_key,
        "warnings": workspaces.workspace(name).application.warnings,
    }
    return ok(content, 201)


def list_workspaces(workspaces: Workspaces, incoming: Incoming) -> Answer:
    """GET /sandbox/v1/workspaces"""
    data = [
        {
            "name": info.name,
            "applicationId": info.application_id,
            "campaigns": info.campaigns,
            "updated": datetime.fromtimestamp(info.updated, UTC),
        }
        for info in workspaces.overview()
    ]
    return ok({"data": data})


def export_workspace(workspaces: Workspaces, incoming: Incoming) -> Answer:
    """GET /sandbox/v1/workspaces/{name}: the bundle as it stands now."""
    return Answer(200, workspaces.export(incoming.ids["name"]))


def delete_workspace(workspaces: Workspaces, incoming: Incoming) -> Answer:
    """DELETE /sandbox/v1/workspaces/{name}"""
    workspaces.delete(incoming.ids["name"])
    return no_content()


def reset_workspace(workspaces: Workspaces, incoming: Incoming) -> Answer:
    """POST /sandbox/v1/workspaces/{name}/reset: back to the bundle it was loaded from."""
    workspaces.reset(incoming.ids["name"])
    return no_content()


def set_clock(workspaces: Workspaces, incoming: Incoming) -> Answer:
    """PUT /sandbox/v1/workspaces/{name}/clock"""
    change: ClockChange = _CLOCK.read(incoming.body)
    name = incoming.ids["name"]
    if change.advance is not None:
        clock = workspaces.advance_clock(name, change.advance)
    else:
        clock = workspaces.set_clock(name, change.now)
    return ok(_clock_content(clock))


def put_ruleset(workspaces: Workspaces, incoming: Incoming) -> Turn:
    """PUT /sandbox/v1/workspaces/{name}/campaigns/{campaignId}/ruleset: other rules, V1 or V2."""
    workspace = workspaces.workspace(incoming.ids["name"])
    campaign_id = path_number(incoming, "campaignId")
    ruleset = parse_json(incoming.body)
    if not isinstance(ruleset, dict):
        raise Refused([Fault("Invalid type", "A ruleset is a JSON object")])

    def work() -> Answer:
        campaign_changes.put_ruleset(workspace, campaign_id, ruleset)
        campaign = workspace.application.campaigns[campaign_id]
        content = {
            "campaignId": campaign_id,
            "ruleset": campaign.definition.ruleset,
            "warnings": campaign.warnings,
        }
        return ok(content)

    return Turn(work, is_heavy=True)


def explain(workspaces: Workspaces, incoming: Incoming) -> Turn:
    """POST /sandbox/v1/workspaces/{name}/explain: evaluate with a trace; stores nothing."""
    question: ExplainRequest = _EXPLAIN.read(incoming.body)
    if question.now is not None:
        refuse_no_present(question.now, pointer="/now")
    workspace = workspaces.workspace(incoming.ids["name"])
    update = question.request.customer_session
    if question.evaluable_campaign_ids is not None:
        update = msgspec.structs.replace(
            update, evaluable_campaign_ids=question.evaluable_campaign_ids
        )

    def work() -> Answer:
        outcome, trace = workspace.explain(question.customer_session_id, update, question.now)
        response = outcome_content(workspace, outcome, _EXPLAINED, dry=True)
        return ok({"response": response, "trace": trace})

    return Turn(work, stores=False, is_heavy=is_large(update.cart_items))


def get_trace_schema(workspaces: Workspaces, incoming: Incoming) -> Answer:
    """GET /sandbox/v1/schemas/trace: the JSON schema of the traces that `explain` answers."""
    return ok(trace_schema())


def _clock_content(clock: Clock) -> dict[str, object]:
    return {"now": clock.now(), "frozen": clock.frozen_at is not None}
