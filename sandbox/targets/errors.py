"""Calls that brought no usable answer; each text is a sentence that says what to do."""

from __future__ import annotations

from sandbox.errors import Fault, SandboxError


class TargetError(SandboxError):
    """Root of the errors of calls.

    `raw` is the answer as text, where there was one. `may_be_done` says that a call which changes
    something may have changed it all the same.
    """

    raw = ""
    may_be_done = False


class UnreachableError(TargetError):
    """No whole answer came from a host; by itself: nothing listens there."""

    def __init__(self, host: str, sentence: str = "") -> None:
        super().__init__(
            sentence or f"Nothing answers at {host}. Check that the server runs, and try again."
        )


class UnknownHostError(UnreachableError):
    def __init__(self, host: str) -> None:
        super().__init__(
            host,
            f"There is no {host}. Check the address: it is the one of your Campaign Manager, such "
            "as https://yourname.talon.one, and this machine has to be online.",
        )


class CertificateError(UnreachableError):
    """The host showed a certificate that this machine does not trust; nothing was sent."""

    def __init__(self, host: str) -> None:
        super().__init__(
            host,
            f"{host} could not prove who it is, so the key was not sent. Check the address. If "
            "your company signs certificates of its own, start this app with SSL_CERT_FILE set.",
        )


class NoTlsError(UnreachableError):
    """The host does not speak TLS; nothing was sent."""

    def __init__(self, host: str) -> None:
        super().__init__(
            host, f"{host} does not answer encrypted calls. Check the address and its port."
        )


class CutOffError(UnreachableError):
    may_be_done = True

    def __init__(self, host: str) -> None:
        super().__init__(host, f"{host} hung up before its answer was complete. Try again.")


class NoHttpError(UnreachableError):
    """What came back is not HTTP."""

    may_be_done = True

    def __init__(self, host: str) -> None:
        super().__init__(
            host, f"{host} does not answer as a web server does. Check the address and its port."
        )


class RedirectedError(UnreachableError):
    """Calls are not sent on, because the key would go along."""

    def __init__(self, host: str) -> None:
        super().__init__(
            host,
            f"{host} sends calls on to another address. Use the address of your Campaign Manager "
            "itself, as the browser shows it.",
        )


class TimedOutError(TargetError):
    may_be_done = True

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(f"{host} did not answer within {seconds:g} seconds. Try again.")


class NotSentError(TargetError):
    """The SDK refused to send a call, by its own copy of the rules."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The SDK does not send this: {reason}.")


class MissingKeyError(TargetError):
    """A call of the Management API without a key for it; it was not sent."""

    def __init__(self) -> None:
        super().__init__("This takes a Management API key. Enter one on the Connect page.")


class LockedError(TargetError):
    """A call that would change a live deployment, while writing is locked; it was not sent."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"Nothing was sent: this would change {host}, and writing is locked. Unlock it on the "
            "Connect page."
        )


class RefusedCallError(TargetError):
    """The target answered with an error status.

    `faults` are the places that it named; `raw` is its answer as text.
    """

    def __init__(self, status: int, sentence: str, faults: tuple[Fault, ...], raw: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.faults = faults
        self.raw = raw
        self.may_be_done = status >= 500


class UnreadableAnswerError(TargetError):
    """The answer is none that the API gives, or a newer one than this app reads."""

    may_be_done = True

    def __init__(self, status: int, raw: str, sentence: str = "") -> None:
        super().__init__(
            sentence
            or f"The answer (status {status}) is not what Talon.One's API sends. Check the address."
        )
        self.status = status
        self.raw = raw


class NewerAnswerError(UnreadableAnswerError):
    """The call succeeded, and its answer lacks what this app reads from it."""

    def __init__(self, status: int, raw: str) -> None:
        super().__init__(
            status,
            raw,
            "The call went through, but its answer has a form that this app does not know: the "
            "deployment may be newer. Read it below, and look for a newer version of this app.",
        )
