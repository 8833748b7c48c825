"""Changing what configures an Application, while it runs.

What changes is all that a bundle has under one of its keys: the rules are compiled anew with it,
only those of changed campaigns, and stored beside the bundle. Exports show it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection

from sandbox.engine.compile import compile_application
from sandbox.workspace.bundle import CONFIGURATION, read_entities
from sandbox.workspace.workspace import Workspace


class Reconfiguration:
    """One change of a workspace's configuration, inside the transaction of `connection`."""

    def __init__(self, workspace: Workspace, connection: Connection) -> None:
        self._workspace = workspace
        self.connection = connection
        self.application = workspace.application
        self.changed: dict[str, Sequence[Mapping[str, Any]]] = {}

    def put(self, key: str, entities: Sequence[Mapping[str, Any]]) -> None:
        """Replace what the bundle has under a key of `CONFIGURATION`.

        Raises Refused, with pointers into the bundle, for what no bundle may hold.
        """
        field = {CONFIGURATION[key].field: read_entities(key, entities)}
        definition = replace(self.application.definition, **field)
        self.application = compile_application(definition, previous=self.application)
        self._workspace.records.put_configuration(self.connection, key, entities)
        self.changed[key] = entities


@contextmanager
def reconfiguring(workspace: Workspace) -> Iterator[Reconfiguration]:
    """One transaction; what it has changed counts from its end on, or never if it fails."""
    with workspace.writing() as connection:
        change = Reconfiguration(workspace, connection)
        yield change
    if change.changed:
        workspace.adopt(change.application, change.changed)


def configured(workspace: Workspace, key: str) -> Sequence[Mapping[str, Any]]:
    """Return the entities under one of the bundle's keys as it has them now."""
    return workspace.raw.get(key) or ()
