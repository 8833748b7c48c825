"""Update profiles: with or without the Rule Engine, one or many, and erase a customer's data.

There is no session, so what rules give is final at once (decision E28). Source: reference/api/06,
sections 6.2, 6.3 and 6.6.
"""

from __future__ import annotations

from collections.abc import Iterable
from secrets import token_hex

from msgspec.structs import replace

from sandbox.engine.changes import Change, SetMembership
from sandbox.engine.evaluation import BuiltInEvent, Request
from sandbox.engine.model import CustomerProfile
from sandbox.workspace.facts import NO_MOVES, AudienceMoves
from sandbox.workspace.mentioned import Mentioned, audiences_of
from sandbox.workspace.profiles import new_profile
from sandbox.workspace.sessions import merge_attributes
from sandbox.workspace.updates import IdentifiedProfile, ProfileUpdate
from sandbox.workspace.updating.built_in_events import session_event
from sandbox.workspace.updating.outcomes import Outcome
from sandbox.workspace.updating.sessionless import carrier
from sandbox.workspace.updating.work import Work


def save_profile(work: Work, profile_id: str, update: ProfileUpdate) -> Outcome:
    """Create or update a profile without evaluating anything; it was not active by that."""
    stored = work.records.profile(work.connection, profile_id)
    before = stored or new_profile(work.records, work.connection, profile_id, work.now)
    profile = _merged(before, update)
    work.records.put_profile(work.connection, profile)
    work.records.apply(work.connection, _memberships(profile_id, _moves(update)))
    return Outcome(carrier(work, profile_id), profile, (), None)


def save_profiles(work: Work, profiles: Iterable[IdentifiedProfile]) -> list[Outcome]:
    """Create or update profiles without evaluating anything."""
    outcomes = [
        save_profile(work, one.integration_id, ProfileUpdate(attributes=one.attributes))
        for one in profiles
    ]
    return [_with_audiences(work, outcome, NO_MOVES) for outcome in outcomes]


def preview_profile(work: Work, profile_id: str, update: ProfileUpdate) -> Outcome:
    """Return what updating a profile and evaluating it would give."""
    ids = update.evaluable_campaign_ids
    outcome, moves = _evaluated(
        work, profile_id, update, None if ids is None else frozenset(ids), dry=True
    )
    return _with_audiences(work, work.mentioned(outcome), moves)


def update_profile(work: Work, profile_id: str, update: ProfileUpdate) -> Outcome:
    """Create or update a profile, and evaluate it."""
    outcome, moves = _evaluated(work, profile_id, update, None, dry=False)
    assert outcome.profile is not None, "profiles have an id"
    assert outcome.evaluation is not None, "it was evaluated"
    assert outcome.event is not None, "the evaluation was of an event"
    work.records.put_profile(work.connection, outcome.profile)
    changes = [*_memberships(profile_id, moves), *outcome.evaluation.changes]
    work.records.apply(work.connection, changes)
    outcome = replace(work.stored(outcome), event=work.log(outcome.event))
    return work.mentioned(work.final(outcome))


def _evaluated(
    work: Work,
    profile_id: str,
    update: ProfileUpdate,
    evaluable_campaign_ids: frozenset[int] | None,
    *,
    dry: bool,
) -> tuple[Outcome, AudienceMoves]:
    is_new = work.records.profile(work.connection, profile_id) is None
    profile = work.profile(profile_id)
    assert profile is not None, "profiles have an id"
    event: BuiltInEvent = "profileCreated" if is_new else "profileUpdated"
    moves = _moves(update)
    session = carrier(work, profile_id)
    request = Request(
        session,
        frozenset({event}),
        evaluable_campaign_ids,
        seed=token_hex(16),
        dry=dry,
        has_session=False,
    )
    outcome = work.evaluate(request, _merged(profile, update), moves)
    return replace(outcome, event=session_event(event, session, outcome.effects)), moves


def _merged(profile: CustomerProfile, update: ProfileUpdate) -> CustomerProfile:
    return replace(profile, attributes=merge_attributes(profile.attributes, update.attributes))


def _moves(update: ProfileUpdate) -> AudienceMoves:
    """Return which audiences an update joins and leaves; leaving wins (decision S136)."""
    changes = update.audiences_changes
    if changes is None:
        return NO_MOVES
    left = frozenset(changes.deletes)
    return AudienceMoves(frozenset(changes.adds) - left, left)


def _memberships(profile_id: str, moves: AudienceMoves) -> list[Change]:
    """Return what stores these moves."""
    return [
        SetMembership(audience_id=audience_id, profile_id=profile_id, is_member=is_member)
        for audience_ids, is_member in ((moves.joined, True), (moves.left, False))
        for audience_id in sorted(audience_ids)
    ]


def _with_audiences(work: Work, outcome: Outcome, moves: AudienceMoves) -> Outcome:
    """Return the outcome with the profile's audiences as they are after these moves."""
    known = work.application.definition.audiences
    profile_id = outcome.session.profile_id
    stored = audiences_of(work.records, work.connection, work.application, profile_id)
    current = moves.memberships(frozenset(audience.id for audience in stored)).current
    audiences = [audience for audience in known if audience.id in current]
    mentioned: Mentioned = replace(outcome.mentioned, audiences=audiences)
    return replace(outcome, mentioned=mentioned)
