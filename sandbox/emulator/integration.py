"""The Integration API: customer sessions and profiles.

Each function answers one operation for the workspace that the key opened; what they raise becomes
an error answer in `sandbox.emulator.app`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.content import profile_content, session_content
from sandbox.emulator.http import Incoming
from sandbox.emulator.wire import PROFILE, SESSION, ProfileEnvelope, SessionEnvelope
from sandbox.engine.model import CustomerProfile
from sandbox.errors import Fault, Refused
from sandbox.workspace.entities import IdempotentAnswer
from sandbox.workspace.updates import ProfileUpdate
from sandbox.workspace.workspace import SessionOutcome, Workspace

Handler = Callable[[Workspace, Incoming], Answer]

MAX_IDEMPOTENCY_KEY = 255
ANSWERS_LAST = timedelta(hours=24)


def update_session(workspace: Workspace, incoming: Incoming) -> Answer:
    """PUT /v2/customer_sessions/{customerSessionId}"""
    dry = incoming.flag("dry")
    now = _preview_time(workspace, incoming, dry)
    key = _idempotency_key(incoming)
    replayed = None if key is None or dry else _replayed(workspace, key)
    if replayed is not None:
        return replayed
    envelope: SessionEnvelope = SESSION.read(incoming.body)
    session_id = incoming.ids["customerSessionId"]
    wanted = envelope.response_content

    def answer(outcome: SessionOutcome) -> Answer:
        return ok(session_content(workspace, outcome, wanted, dry=dry))

    if dry:
        return answer(workspace.preview_session(session_id, envelope.customer_session, now))
    answers: list[Answer] = []

    def remember(outcome: SessionOutcome) -> IdempotentAnswer | None:
        answers.append(answer(outcome))
        return _kept(workspace, key, answers[0])

    workspace.update_session(session_id, envelope.customer_session, remember)
    return answers[0]


def get_session(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v2/customer_sessions/{customerSessionId}"""
    session, effects = workspace.session(incoming.ids["customerSessionId"])
    return ok({"customerSession": session, "effects": effects})


def update_profile(workspace: Workspace, incoming: Incoming) -> Answer:
    """PUT /v2/customer_profiles/{integrationId}

    Rules that look at profiles alone are not evaluated yet, so there are never effects.
    """
    runs_rules = incoming.flag("runRuleEngine")
    dry = incoming.flag("dry")
    key = _idempotency_key(incoming)
    replayed = None if key is None or dry else _replayed(workspace, key)
    if replayed is not None:
        return replayed
    envelope: ProfileEnvelope = PROFILE.read(incoming.body)
    _check_profile_options(envelope, runs_rules, dry)
    profile_id = incoming.ids["integrationId"]
    update = ProfileUpdate(attributes=envelope.attributes)

    def answer(profile: CustomerProfile) -> Answer:
        content: dict[str, Any] = {"effects": [], "createdCoupons": [], "createdReferrals": []}
        if "customerProfile" in envelope.response_content:
            audiences = workspace.audiences(profile_id)
            content["customerProfile"] = profile_content(profile, audiences)
        return ok(content)

    if dry:
        return answer(workspace.preview_profile(profile_id, update))
    profile = workspace.update_profile(
        profile_id, update, lambda profile: _kept(workspace, key, answer(profile))
    )
    return answer(profile)


def _check_profile_options(envelope: ProfileEnvelope, runs_rules: bool, dry: bool) -> None:
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


def _preview_time(workspace: Workspace, incoming: Incoming, dry: bool) -> datetime | None:
    """Return the time to pretend: a future one, and only for dry requests (decision A4)."""
    now = incoming.time("now")
    if now is None:
        return None
    if not dry:
        details = "“now” works only together with dry=true"
        raise Refused([Fault("Invalid value", details, parameter="now")])
    if now < workspace.clock.now():
        details = "“now” must lie in the future"
        raise Refused([Fault("Invalid value", details, parameter="now")])
    return now


def _idempotency_key(incoming: Incoming) -> str | None:
    key = incoming.headers.get("idempotency-key")
    if key is not None and len(key) > MAX_IDEMPOTENCY_KEY:
        details = f"An Idempotency-Key has at most {MAX_IDEMPOTENCY_KEY} characters"
        raise Refused([Fault("Too long", details, parameter="Idempotency-Key")])
    return key


def _replayed(workspace: Workspace, key: str) -> Answer | None:
    """Return what this key was answered within 24 hours of the workspace's clock (F17, A58)."""
    kept = workspace.answered(key)
    if kept is None or workspace.clock.now() - kept.time >= ANSWERS_LAST:
        return None
    return Answer(kept.status, kept.answer.encode())


def _kept(workspace: Workspace, key: str | None, answer: Answer) -> IdempotentAnswer | None:
    if key is None or answer.body is None:
        return None
    return IdempotentAnswer(
        key=key, time=workspace.clock.now(), status=answer.status, answer=answer.body.decode()
    )
