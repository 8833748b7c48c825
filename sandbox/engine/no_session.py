"""What stands for the session where there is none: updates of profiles, and events."""

from __future__ import annotations

from typing import Final, NoReturn

from sandbox.talang.errors import MissingValueError


class NoSession:
    """Has nothing that a session has: whoever reads of it gets MissingValueError."""

    def __getattr__(self, name: str) -> NoReturn:
        raise MissingValueError("Session")


NO_SESSION: Final = NoSession()
