"""Changing what configures an Application, while it runs.

What changes is all that a bundle has under one of its keys: the rules are compiled anew with it,
only those of changed campaigns, and stored beside the bundle. Exports show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection

from sandbox.engine.compile import compile_application
from sandbox.errors import Fault, Refused
from sandbox.numbers import decode_json, encode_json
from sandbox.workspace.bundle import read_configuration
from sandbox.workspace.workspace import Workspace


class Reconfiguration:
    """One change of a workspace's configuration, inside the transaction of `connection`."""

    def __init__(self, workspace: Workspace, connection: Connection) -> None:
        self._workspace = workspace
        self.connection = connection
        self.application = workspace.application
        self.changed: dict[str, Any] = {}

    def put(self, key: str, entities: Sequence[Mapping[str, Any]]) -> None:
        """Replace what the bundle has under a key of `CONFIGURATION`.

        Raises Refused, with pointers into the bundle, for what no bundle may hold.
        """
        self.put_all({key: entities})

    def put_all(self, changes: Mapping[str, Any]) -> None:
        """Replace what the bundle has under several keys, the evaluation tree among them."""
        # As a bundle has it, so that what counts now is what the next start will read.
        changed = {key: decode_json(encode_json(value)) for key, value in changes.items()}
        definition = replace(self.application.definition, **read_configuration(changed))
        self.application = compile_application(definition, previous=self.application)
        for key, value in changed.items():
            self._workspace.records.put_configuration(self.connection, key, value)
        self.changed |= changed


@contextmanager
def reconfiguring(workspace: Workspace) -> Iterator[Reconfiguration]:
    """One transaction; what it has changed counts from its end on, or never if it fails."""
    with workspace.writing() as connection:
        change = Reconfiguration(workspace, connection)
        yield change
    if change.changed:
        workspace.adopt(change.application, change.changed)


@contextmanager
def faults_inside(pointer: str) -> Iterator[None]:
    """Let faults point into what stands at `pointer` of the bundle, not into the bundle."""
    try:
        yield
    except Refused as refused:
        faults = [
            fault._replace(pointer=fault.pointer.removeprefix(pointer)) for fault in refused.faults
        ]
        raise Refused(faults) from None


def refuse(faults: Iterable[Fault]) -> None:
    """Raise Refused if there are any faults."""
    found = list(faults)
    if found:
        raise Refused(found)


def configured(workspace: Workspace, key: str) -> Sequence[dict[str, Any]]:
    """Return the entities under one of the bundle's keys as it has them now."""
    return workspace.raw.get(key) or ()
