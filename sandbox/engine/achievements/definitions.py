"""Achievements: their settings as bundles have them, and as evaluation uses them.

Source: reference/engine/08, section 8.8; Management API, schema Achievement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec

from sandbox.engine.checked import checked_duration, checked_zone
from sandbox.engine.durations import Duration
from sandbox.engine.model import Model, Time
from sandbox.errors import Fault
from sandbox.numbers import Number

RecurrencePolicy = Literal["no_recurrence", "on_expiration", "on_completion"]
ActivationPolicy = Literal["user_action", "fixed_schedule"]


class TimePoint(Model, frozen=True):
    """Where in its last unit a period ends; week days are counted from Monday, 1."""

    hour: Annotated[int, msgspec.Meta(ge=0, le=23)]
    minute: Annotated[int, msgspec.Meta(ge=0, le=59)]
    second: Annotated[int, msgspec.Meta(ge=0, le=59)]
    month: Annotated[int, msgspec.Meta(ge=1, le=12)] | None = None
    day_of_month: Annotated[int, msgspec.Meta(ge=1, le=31)] | None = None
    day_of_week: Annotated[int, msgspec.Meta(ge=1, le=7)] | None = None


class Achievement(Model, frozen=True):
    """One achievement; `timezone` is the Application's where there is none.

    With `is_capped_by_target`, progress ends when the target is reached. Nobody can take part from
    `end_date` on.
    """

    id: int
    name: str
    target: Number
    title: str = ""
    description: str = ""
    campaign_id: int | None = None
    timezone: str | None = None
    period: str | None = None
    period_end_override: TimePoint | None = None
    recurrence_policy: RecurrencePolicy = "no_recurrence"
    activation_policy: ActivationPolicy = "user_action"
    fixed_start_date: Time | None = None
    end_date: Time | None = None
    is_capped_by_target: bool = False
    allow_rollback_after_completion: bool = False


@dataclass(frozen=True, slots=True)
class CompiledAchievement:
    """An achievement with its zone and its period read; without a period it does not end."""

    settings: Achievement
    zone: ZoneInfo
    period: Duration | None

    @property
    def recurs(self) -> bool:
        return self.settings.recurrence_policy != "no_recurrence"

    @property
    def schedule(self) -> Time | None:
        """When the first period starts, if it starts for all customers at the same time."""
        follows = self.settings.activation_policy == "fixed_schedule"
        return self.settings.fixed_start_date if follows else None


def compile_achievements(
    definitions: Iterable[Achievement], zone: ZoneInfo, faults: list[Fault]
) -> Mapping[int, CompiledAchievement]:
    """Return achievements by id; what is wrong with them is added to `faults`.

    `zone` is the Application's.
    """
    found: dict[int, CompiledAchievement] = {}
    for index, definition in enumerate(definitions):
        pointer = f"/achievements/{index}"
        if definition.id in found:
            details = f"Another achievement has id {definition.id}"
            faults.append(Fault("Duplicate", details, f"{pointer}/id"))
        if definition.target <= 0:
            details = "The target must be more than 0"
            faults.append(Fault("Invalid value", details, f"{pointer}/target"))
        if definition.activation_policy == "fixed_schedule" and not definition.fixed_start_date:
            details = "“fixedStartDate” is required for the policy fixed_schedule"
            faults.append(Fault("Missing", details, f"{pointer}/fixedStartDate"))
        found[definition.id] = CompiledAchievement(
            settings=definition,
            zone=checked_zone(definition.timezone, f"{pointer}/timezone", faults)
            if definition.timezone
            else zone,
            period=checked_duration(definition.period, f"{pointer}/period", faults)
            if definition.period
            else None,
        )
    return found
