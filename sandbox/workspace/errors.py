"""What can go wrong with workspaces; each text is a sentence that says what to do."""

from __future__ import annotations

from sandbox.errors import Fault, SandboxError


class WorkspaceError(SandboxError):
    """Root of the errors of this package."""


class UnknownWorkspaceError(WorkspaceError):
    def __init__(self, name: str) -> None:
        super().__init__(f"There is no workspace “{name}”")
        self.name = name


class UnknownSnapshotError(WorkspaceError):
    def __init__(self) -> None:
        super().__init__("There is no such snapshot, or it is there no longer.")


class HomeInUseError(WorkspaceError):
    """Another process owns the folder where workspaces are kept."""

    def __init__(self, home: str) -> None:
        super().__init__(
            f"Another process is using {home}. Stop it, or set SANDBOX_HOME to another folder."
        )


class StoreError(WorkspaceError):
    """The database cannot be used: damaged, locked, full, or not writable."""


class UnknownEntityError(WorkspaceError):
    """What a path names is not there; `kind` is the vendor's word for it."""

    def __init__(self, kind: str, id: str | int) -> None:
        super().__init__(f"There is no {kind} “{id}”")


class TakenError(WorkspaceError):
    """Something that can be there only once is there already."""


class UnknownSessionError(WorkspaceError):
    def __init__(self, session_id: str) -> None:
        super().__init__(f"There is no customer session “{session_id}”")


def invalid(error: ValueError, pointer: str = "") -> Fault:
    """Return the fault of an input with which something failed: what the error says, capitalized.

    Only its first letter changes; it may quote what was sent.
    """
    text = str(error)
    return Fault("Invalid value", text[:1].upper() + text[1:], pointer)
