"""How a value came about: the recording form of an expression notes each term that it evaluates.

It is made by the same compiler from the same functions, so it cannot disagree with the fast form.
"""

from __future__ import annotations

import msgspec

from sandbox.talang.ast import Expression, Value
from sandbox.talang.errors import TalangError
from sandbox.talang.scope import RECORDER, Closure, Frame

MAX_STEPS_NOTED = 500


class Step(msgspec.Struct):
    """One term that was evaluated: what came out, and the terms inside it in order.

    `parameter` is what a block was evaluated for. `cut`: more terms inside were evaluated than are
    noted.
    """

    expression: Expression | None
    value: Value = None
    error: TalangError | None = None
    parameter: tuple[str, Value] | None = None
    steps: list[Step] = []
    cut: bool = False


class Recorder:
    """Collects the steps of one evaluation, at most `most` of them."""

    def __init__(self, most: int = MAX_STEPS_NOTED) -> None:
        self._most = most
        self.restart()

    def restart(self) -> None:
        """Forget everything."""
        self.root = Step(None)
        self.open = self.root
        self.left = self._most


def noted(expression: Expression, run: Closure) -> Closure:
    """Return the closure that also notes its outcome with the recorder in the frame."""

    def note(frame: Frame) -> Value:
        recorder: Recorder = frame[RECORDER]
        outer = recorder.open
        if recorder.left == 0:
            outer.cut = True
            return run(frame)
        recorder.left -= 1
        step = Step(expression)
        outer.steps.append(step)
        recorder.open = step
        try:
            step.value = run(frame)
        except TalangError as error:
            step.error = error
            raise
        finally:
            recorder.open = outer
        return step.value

    return note


def noted_for(parameter: str, slot: int, run: Closure) -> Closure:
    """Return a block's body that also notes for what it was evaluated."""

    def note(frame: Frame) -> Value:
        steps = frame[RECORDER].open.steps
        place = len(steps)
        try:
            return run(frame)
        finally:
            if len(steps) > place:
                steps[place].parameter = (parameter, frame[slot])

    return note
