"""Calls that brought no usable answer; each text is a sentence that says what to do."""

from __future__ import annotations

from sandbox.errors import Fault, SandboxError


class TargetError(SandboxError):
    """Root of the errors of calls."""


class UnreachableError(TargetError):
    def __init__(self, host: str) -> None:
        super().__init__(f"Nothing answers at {host}. Check that the server runs, and try again.")


class TimedOutError(TargetError):
    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(f"{host} did not answer within {seconds:g} seconds. Try again.")


class NotSentError(TargetError):
    """The SDK refused to send a call, by its own copy of the rules."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The SDK does not send this: {reason}.")


class RefusedCallError(TargetError):
    """The target answered with an error status.

    `faults` are the places that it named; `raw` is its answer as text.
    """

    def __init__(self, status: int, message: str, faults: tuple[Fault, ...], raw: str) -> None:
        super().__init__(_ADVICE.get(status, message) if not faults else message)
        self.status = status
        self.faults = faults
        self.raw = raw


class UnreadableAnswerError(TargetError):
    """The answer is no JSON object; `raw` is its text."""

    def __init__(self, status: int, raw: str) -> None:
        super().__init__(f"The answer (status {status}) is not what Talon.One's API sends.")
        self.status = status
        self.raw = raw


_ADVICE = {
    401: "The API key was refused. Check that it belongs to this deployment and is not expired.",
    409: "Too many requests changed this session or profile at the same time. Try again.",
    413: "The request is too large.",
    429: "Too many requests. Wait a moment and try again.",
}
