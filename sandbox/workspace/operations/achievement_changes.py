"""Deleting achievements."""

from __future__ import annotations

from sandbox.workspace.operations.configuration import reconfiguring
from sandbox.workspace.operations.entities import ACHIEVEMENTS, without_entity
from sandbox.workspace.workspace import Workspace


def delete_achievement(workspace: Workspace, achievement_id: int) -> None:
    """Delete an achievement and what customers have reached in it; raises UnknownEntityError."""
    with reconfiguring(workspace) as change:
        kept = without_entity(workspace, ACHIEVEMENTS, achievement_id)
        change.put(ACHIEVEMENTS.key, kept)
        workspace.records.achievements.remove(change.connection, {achievement_id})
