"""Why an effect does not fire, and what rules may raise while they run."""

from __future__ import annotations

from sandbox.talang.errors import EvaluationError

# A number that grows beyond all bounds is the rule's failure, like any other error in it.
FAILURES = (EvaluationError, ArithmeticError)


class BrokenRuleError(EvaluationError):
    """What is wrong lies in the rule, not in the data: no data could make it work.

    The rule fails as with any other error, and an `error` effect says so (decision S25).
    """


def sentence(error: Exception) -> str:
    """Return why something failed, for people."""
    if isinstance(error, ArithmeticError):
        return "a number became too large or was not defined"
    return str(error)


class EffectFailed(Exception):
    """An effect cannot be applied; it takes its rule with it.

    Never leaves the engine: it becomes the `details` of a rule failure. `decision` is the row of
    the tables of decisions that says so, where the vendor's documents do not.
    """

    def __init__(self, message: str, decision: str | None = None) -> None:
        super().__init__(message)
        self.decision = decision
