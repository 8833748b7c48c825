"""Errors of the expression language; the tree stands in `sandbox.errors`."""

from __future__ import annotations

from sandbox.errors import SandboxError


class TalangError(SandboxError):
    """Root of the language's errors."""


class ExpressionSyntaxError(TalangError):
    """The text cannot be read; `offset` is the position of the first character that is wrong."""

    def __init__(self, message: str, text: str, offset: int) -> None:
        shown = text if len(text) <= 200 else f"{text[max(0, offset - 100) : offset + 100]}…"
        super().__init__(f"{message} at character {offset + 1} of “{shown}”")
        self.offset = offset


class ExpressionShapeError(TalangError):
    """The JSON is no expression; `pointer` is the RFC 6901 pointer to what is wrong."""

    def __init__(self, message: str, pointer: str) -> None:
        super().__init__(message)
        self.pointer = pointer

    def below(self, key: str) -> ExpressionShapeError:
        """Return the error as seen from what holds the faulty JSON at `key`."""
        self.pointer = f"/{key}{self.pointer}"
        return self


class UnknownNameError(TalangError):
    """The expression reads a name that rules cannot read here."""

    def __init__(self, path: str) -> None:
        super().__init__(f"The name ${path} is not known")
        self.path = path


class EvaluationError(TalangError):
    """The expression failed while it ran: a missing value, a wrong type, a division by zero."""


class EmptyTermError(EvaluationError):
    """There is nothing to evaluate."""

    def __init__(self) -> None:
        super().__init__("The expression is empty")


class MissingValueError(EvaluationError):
    """The name is known but has no value now, such as an attribute that nobody has set."""

    def __init__(self, path: str) -> None:
        super().__init__(f"${path} has no value")
        self.path = path


class FunctionNotFoundError(EvaluationError):
    """No function of this name takes these arguments."""


class UnknownFunctionError(FunctionNotFoundError):
    """The expression calls a function that is not there, whatever its arguments."""

    def __init__(self, function: str) -> None:
        super().__init__(f"The function {function} is not known")
        self.function = function


class BlockError(EvaluationError):
    """Something else stands where a block with a parameter belongs."""

    def __init__(self, function: str) -> None:
        super().__init__(f'{function} takes a block with a parameter, such as [["Item"], …], here')


class TemplateNotFoundError(EvaluationError):
    """No template of this name takes these arguments."""


class LimitError(EvaluationError):
    """The evaluation would be too large; ``catch`` does not catch it."""
