"""The Integration API: customer profiles."""

from __future__ import annotations

from sandbox.emulator.answers import Answer, no_content, ok
from sandbox.emulator.content import outcome_content, profile_content
from sandbox.emulator.http import Incoming
from sandbox.emulator.idempotency import Once
from sandbox.emulator.inventory_content import inventory_content
from sandbox.emulator.turns import Turn
from sandbox.emulator.wire import PROFILE, PROFILES, ProfileEnvelope, ProfilesEnvelope
from sandbox.errors import Fault, Refused
from sandbox.workspace.operations.erasure import erase_customer
from sandbox.workspace.operations.inventory import open_inventory
from sandbox.workspace.updates import ProfileUpdate
from sandbox.workspace.updating.outcomes import Outcome
from sandbox.workspace.workspace import Workspace

# More profiles than this take some milliseconds to store.
MANY_PROFILES = 20


def update_profile(workspace: Workspace, incoming: Incoming) -> Turn:
    """PUT /v2/customer_profiles/{integrationId}"""
    runs_rules = incoming.flag("runRuleEngine")
    dry = incoming.flag("dry")
    once = None if dry else Once(workspace, incoming)
    envelope: ProfileEnvelope = PROFILE.read(incoming.body)
    _check_options(envelope, runs_rules, dry)
    profile_id = incoming.ids["integrationId"]
    update = ProfileUpdate(
        attributes=envelope.attributes,
        audiences_changes=envelope.audiences_changes,
        evaluable_campaign_ids=envelope.evaluable_campaign_ids,
    )

    def answer(outcome: Outcome) -> Answer:
        return ok(outcome_content(workspace, outcome, envelope.response_content, dry=dry))

    def work() -> Answer:
        if once is None:
            return answer(workspace.preview_profile(profile_id, update))
        store = workspace.update_profile if runs_rules else workspace.save_profile
        return once.answer(lambda remember: store(profile_id, update, remember), answer)

    return Turn(work, profile_id=profile_id, stores=not dry)


def update_profiles(workspace: Workspace, incoming: Incoming) -> Turn:
    """PUT /v2/customer_profiles"""
    is_silent = incoming.is_silent(default=True)
    once = Once(workspace, incoming)
    envelope: ProfilesEnvelope = PROFILES.read(incoming.body)
    profiles = envelope.customer_profiles

    def answer(outcomes: list[Outcome]) -> Answer:
        if is_silent:
            return no_content()
        states = [
            {"customerProfile": profile_content(outcome.profile, outcome.mentioned.audiences)}
            for outcome in outcomes
            if outcome.profile is not None
        ]
        return ok({"integrationStates": states})

    def work() -> Answer:
        return once.answer(lambda remember: workspace.save_profiles(profiles, remember), answer)

    return Turn(work, is_heavy=len(profiles) > MANY_PROFILES)


def get_inventory(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/customer_profiles/{integrationId}/inventory"""
    inventory = open_inventory(workspace, incoming.ids["integrationId"])
    return ok(inventory_content(inventory, incoming.flag))


def delete_customer_data(workspace: Workspace, incoming: Incoming) -> Answer:
    """DELETE /v1/customer_data/{integrationId}"""
    erase_customer(workspace, incoming.ids["integrationId"])
    return no_content()


def _check_options(envelope: ProfileEnvelope, runs_rules: bool, dry: bool) -> None:
    """Refuse what only works with ``runRuleEngine=true`` (decisions A56, A57)."""
    faults = []
    if dry and not runs_rules:
        details = "“dry” works only together with runRuleEngine=true"
        faults.append(Fault("Invalid value", details, parameter="dry"))
    if envelope.response_content and not runs_rules:
        details = "“responseContent” works only together with runRuleEngine=true"
        faults.append(Fault("Invalid value", details, "/responseContent"))
    if faults:
        raise Refused(faults)
