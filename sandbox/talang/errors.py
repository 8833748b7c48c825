"""Errors of the expression language; the tree stands in `sandbox.errors`."""

from __future__ import annotations

from sandbox.errors import SandboxError


class TalangError(SandboxError):
    """Root of the language's errors."""


class ExpressionSyntaxError(TalangError):
    """The text cannot be read; `offset` is the position of the first character that is wrong."""

    def __init__(self, message: str, text: str, offset: int) -> None:
        super().__init__(f"{message} at character {offset + 1} of “{text}”")
        self.offset = offset


class UnknownFunctionError(TalangError):
    """The expression calls a function that this engine does not have."""

    def __init__(self, function: str) -> None:
        super().__init__(f"The function {function} is not known")
        self.function = function


class UnknownNameError(TalangError):
    """The expression reads a name that rules cannot read here."""

    def __init__(self, path: str) -> None:
        super().__init__(f"The name ${path} is not known")
        self.path = path


class EvaluationError(TalangError):
    """The expression failed while it ran: a missing value, a wrong type, a division by zero."""


class MissingValueError(EvaluationError):
    """The name is known but has no value now, such as an attribute that nobody has set."""

    def __init__(self, path: str) -> None:
        super().__init__(f"${path} has no value")
        self.path = path
