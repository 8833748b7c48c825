"""Compile what looks at audiences, and what changes who belongs to them.

Source: reference/engine/08, section 8.9; reference/api/06-profiles-events-audiences.md; decisions
E56, S47 to S49.
"""

from __future__ import annotations

from sandbox.engine.changes import SetMembership
from sandbox.engine.definitions import Audience
from sandbox.engine.evaluation import Memberships
from sandbox.engine.model import Effect
from sandbox.engine.parts import EffectParts, Leaf, Names, Observed
from sandbox.engine.roles import find_profile, missing, profile_of
from sandbox.engine.scope import Apply, Scope
from sandbox.rules.effects import ProfileRole, UpdateAudience
from sandbox.rules.model import AudienceOperator, CheckAudience
from sandbox.talang.errors import EvaluationError


def check_audience(block: CheckAudience, names: Names) -> Leaf:
    """Return the check; raises EvaluationError for an audience that does not exist.

    Memberships are those of before the evaluation (decision S47). Without a profile nothing holds,
    not even `not(member)` (decision E56).
    """
    audience = _audience(names, block.audience_id, block.audience_name)
    names_by_id = {known.id: known.name for known in names.definition.audiences}
    operator, role = block.operator, block.profile

    def decide(scope: Scope) -> bool:
        if find_profile(role, scope) is None:
            raise EvaluationError(missing(role))
        return _holds(operator, audience.id, _memberships(role, scope))

    def observe(scope: Scope) -> Observed:
        seen = _looked_at(operator, _memberships(role, scope))
        return Observed(
            operator=operator,
            attribute="audiences of the customer"
            if role == "Current"
            else "audiences of the advocate",
            actual=sorted(names_by_id.get(id, str(id)) for id in seen),
            needed=audience.name,
            reason=_REASONS[operator].format(audience=audience.name),
            decisions=("E56",) if find_profile(role, scope) is None else (),
        )

    return Leaf(decide, observe)


_REASONS: dict[AudienceOperator, str] = {
    "member": "is not in the audience {audience}",
    "not(member)": "is in the audience {audience}",
    "justJoined": "did not join the audience {audience} in this event",
    "justLeft": "did not leave the audience {audience} in this event",
}


def update_audience(block: UpdateAudience, parts: EffectParts) -> Apply:
    """Return what adds or removes a profile, whether or not it was a member (decision S48).

    Raises EvaluationError for an audience that does not exist.
    """
    audience = _audience(parts.names, block.audience_id, block.audience_name)
    place, role, add = parts.place, block.profile, block.add
    effect_type = "addToAudience" if add else "removeFromAudience"

    def apply(scope: Scope, effects: list[Effect]) -> None:
        profile = profile_of(role, scope)
        change = SetMembership(
            audience_id=audience.id, profile_id=profile.integration_id, is_member=add
        )
        scope.context.ledger.note(change, at_close=False)
        props = {
            "audienceId": audience.id,
            "audienceName": audience.name,
            "profileIntegrationId": profile.integration_id,
            "profileId": profile.id,
        }
        effects.append(scope.effect(place, effect_type, props))

    return apply


def _audience(names: Names, audience_id: int, name: str) -> Audience:
    for audience in names.definition.audiences:
        if audience.id == audience_id:
            return audience
    raise EvaluationError(f"There is no audience {name or audience_id}")


def _memberships(role: ProfileRole, scope: Scope) -> Memberships:
    facts = scope.context.facts
    return facts.audiences if role == "Current" else facts.advocate_audiences


def _looked_at(operator: AudienceOperator, memberships: Memberships) -> frozenset[int]:
    if operator == "justJoined":
        return memberships.joined
    return memberships.left if operator == "justLeft" else memberships.current


def _holds(operator: AudienceOperator, audience_id: int, memberships: Memberships) -> bool:
    return (audience_id in _looked_at(operator, memberships)) is not (operator == "not(member)")
