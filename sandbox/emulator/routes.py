"""What tables of routes are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from sandbox.emulator.answers import Answer
from sandbox.emulator.http import Incoming
from sandbox.emulator.turns import Turn
from sandbox.workspace.workspace import Workspace

Handler: TypeAlias = Callable[[Workspace, Incoming], Answer | Turn]

# Handlers by path template, then by method.
Routes: TypeAlias = Mapping[str, Mapping[str, Handler]]
