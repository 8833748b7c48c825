"""The condition on an achievement, and the effect that advances one.

Conditions look at the progress that is stored; only `justCompleted` looks at this evaluation.
Source: reference/engine/03, section 3.1; reference/engine/04, section 4.3; reference/engine/08,
section 8.8.
"""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal
from itertools import count

from msgspec.structs import replace

from sandbox.engine.achievements.changes import AddProgress
from sandbox.engine.achievements.definitions import Achievement, CompiledAchievement
from sandbox.engine.achievements.progress import (
    Status,
    Tracker,
    advance,
    current_tracker,
)
from sandbox.engine.definitions import Definition
from sandbox.engine.errors import EffectFailed
from sandbox.engine.model import Effect, Json
from sandbox.engine.parts import EffectParts, Leaf, Names, Observed
from sandbox.engine.scope import Apply, Scope
from sandbox.numbers import ZERO, plain, plain_text, to_number
from sandbox.rules.effects import UpdateAchievement
from sandbox.rules.model import CheckAchievement
from sandbox.talang.errors import EvaluationError
from sandbox.talang.functions import number

# Which statuses an operator holds for.
_STATUSES: dict[str, tuple[Status, ...]] = {
    "started": ("inprogress", "completed", "expired"),
    "inProgress": ("inprogress",),
    "completed": ("completed",),
}
# Ledger key: how many trackers this evaluation has started.
_STARTED = "achievement trackers"


def _latest(achievement_id: int) -> Hashable:
    """Return the ledger key of the tracker that this evaluation advanced last."""
    return "latest achievement tracker", achievement_id


def _completed(achievement_id: int) -> Hashable:
    """Return the ledger key that says that this evaluation reached the target."""
    return "completed achievement", achievement_id


def _find(definition: Definition, achievement_id: int) -> Achievement:
    for achievement in definition.achievements:
        if achievement.id == achievement_id:
            return achievement
    raise EvaluationError(f"There is no achievement {achievement_id}")


def _compiled(scope: Scope, achievement_id: int) -> CompiledAchievement:
    return scope.context.application.achievements[achievement_id]


def check_achievement(block: CheckAchievement, names: Names) -> Leaf:
    settings = _find(names.definition, block.achievement_id)
    operator = block.operator.removeprefix("not(").removesuffix(")")
    negated = operator != block.operator

    def stored(scope: Scope) -> Tracker | None:
        _profile_id(scope)
        trackers = scope.context.facts.achievements.trackers
        return current_tracker(_compiled(scope, settings.id), trackers, scope.context.now)

    def holds(scope: Scope) -> bool:
        if operator == "justCompleted":
            _profile_id(scope)
            return scope.context.ledger.value(_completed(settings.id)) is not None
        tracker = stored(scope)
        status = tracker.status(scope.context.now) if tracker else "not_started"
        return status in _STATUSES[operator]

    def observe(scope: Scope) -> Observed:
        name = f"Achievements.{settings.name}"
        try:
            tracker = stored(scope)
        except EvaluationError as error:
            return Observed(name, block.operator, needed=operator, reason=str(error))
        status = tracker.status(scope.context.now) if tracker else "not_started"
        progress = tracker.progress if tracker else ZERO
        reason = (
            f"the customer's progress is {plain_text(progress)} of {plain_text(settings.target)}"
        )
        if operator == "justCompleted":
            reason += ", and this session does not complete it"
        return Observed(name, block.operator, status, operator, reason)

    return Leaf(lambda scope: holds(scope) is not negated, observe)


def _profile_id(scope: Scope) -> str:
    profile_id = scope.context.session.profile_id
    if not profile_id:
        raise EvaluationError("the session has no customer profile")
    return profile_id


def update_achievement(block: UpdateAchievement, parts: EffectParts) -> Apply:
    """Advance the customer's progress: one effect for each iteration that it reaches."""
    settings = _find(parts.names.definition, block.achievement_id)
    value, place = parts.names.expression(block.value), parts.place

    def apply(scope: Scope, effects: list[Effect]) -> None:
        context = scope.context
        ledger, facts = context.ledger, context.facts.achievements
        achievement = _compiled(scope, settings.id)
        before = ledger.value(_latest(settings.id))
        trackers = facts.trackers if before is None else (before,)
        tracker = current_tracker(achievement, trackers, context.now)
        new_ids = count(facts.next_id + int(ledger.amount(_STARTED)))
        try:
            delta = to_number(plain(number(value(scope))))
            steps = advance(achievement, tracker, _profile_id(scope), delta, context.now, new_ids)
        except ValueError as error:
            raise EffectFailed(str(error)) from None
        started = len(steps) - (tracker is not None)
        ledger.add(_STARTED, Decimal(started))
        for step in steps:
            start = replace(step.tracker, progress=ZERO, completion_date=None)
            change = AddProgress(
                start=start, delta=step.delta, target=settings.target, time=context.now
            )
            ledger.note(change, at_close=True)
            ledger.put(_latest(settings.id), step.tracker)
            if step.just_completed:
                ledger.put(_completed(settings.id), True)
            props: dict[str, Json] = {
                "achievementId": settings.id,
                "achievementName": settings.name,
                "progressTrackerId": step.tracker.tracker_id,
                "delta": step.delta,
                "value": step.tracker.progress,
                "target": settings.target,
                "isJustCompleted": step.just_completed,
            }
            effects.append(scope.effect(place, "increaseAchievementProgress", props))

    return apply
