"""Short ways to say what a test needs of achievements."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.engine.achievements.definitions import (
    Achievement,
    CompiledAchievement,
    compile_achievements,
)
from sandbox.engine.achievements.progress import Tracker
from tests.engine.builders import NOW, block


def settings(**fields: Any) -> Achievement:
    target = Decimal(fields.pop("target", 3))
    defaults: dict[str, Any] = {"id": 5, "name": "TenCoffees", "period": "1Y", "target": target}
    return Achievement(**(defaults | fields))


def achievement(**fields: Any) -> CompiledAchievement:
    faults: list[Any] = []
    compiled = compile_achievements([settings(**fields)], ZoneInfo("UTC"), faults)
    assert not faults
    return compiled[5]


def tracker(progress: int, start: datetime = NOW, **fields: Any) -> Tracker:
    defaults: dict[str, Any] = {
        "tracker_id": 1,
        "achievement_id": 5,
        "profile_integration_id": "cust-1",
        "start_date": start,
        "progress": Decimal(progress),
    }
    return Tracker(**(defaults | fields))


def increase(value: Any, achievement_id: int = 5) -> dict[str, Any]:
    return block(
        "updateAchievementProgress",
        operator="increaseBy",
        value=str(value),
        achievement={"id": achievement_id, "name": "TenCoffees", "title": "", "target": 3},
    )


def check_progress(operator: str, achievement_id: int = 5) -> dict[str, Any]:
    return block(
        "checkAchievement",
        operator=operator,
        achievement={"id": achievement_id, "name": "TenCoffees", "title": "", "target": 3},
    )
