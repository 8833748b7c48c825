"""Why an effect does not fire."""

from __future__ import annotations


class EffectFailed(Exception):
    """An effect cannot be applied; it takes its rule with it.

    Never leaves the engine: it becomes the `details` of a rule failure. `decision` is the row of
    the tables of decisions that says so, where the vendor's documents do not.
    """

    def __init__(self, message: str, decision: str | None = None) -> None:
        super().__init__(message)
        self.decision = decision
