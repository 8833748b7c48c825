"""Evaluate expressions on their own: without an Application, on values that are given with them.

It is how the reference implementation is tried, and what the cases of `talang.md`, section 10, ask.
Always the recording form, so that the outcome comes with how it came about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from sandbox.talang.ast import Block, Expression, Path, Value
from sandbox.talang.compile import Closure, Options, compile_program
from sandbox.talang.errors import (
    EmptyTermError,
    EvaluationError,
    FunctionNotFoundError,
    LimitError,
    MissingValueError,
    TalangError,
    TemplateNotFoundError,
)
from sandbox.talang.kinds import ANY, ATOM, COLLECTION
from sandbox.talang.library import TALANG
from sandbox.talang.limits import MAX_DEPTH
from sandbox.talang.record import Recorder, Step
from sandbox.talang.scope import descend
from sandbox.talang.signature import Signature
from sandbox.talang.table import HostFunction
from sandbox.talang.typed import typed

MAX_REPEATS = 1000


class Question(msgspec.Struct, frozen=True):
    """What to evaluate: `expression` after `setup`, in one scope, `repeat` times.

    `bindings` are values by root name. `stubs` stand for functions of the host's.
    """

    expression: Expression
    bindings: Mapping[str, Value] = {}
    setup: Sequence[Expression] = ()
    stubs: Iterable[HostFunction] = ()
    repeat: int = 1


class Outcome(msgspec.Struct, frozen=True):
    """`result` is typed JSON, or None when there is an `error`."""

    result: Any
    error: TalangError | None
    error_class: str
    step: Step


class _Environment(msgspec.Struct):
    bindings: Mapping[str, Value]
    recorder: Recorder
    now: datetime


def evaluate(question: Question, now: datetime) -> Outcome:
    """Evaluate with everything bounded; whatever goes wrong is part of the outcome."""
    recorder = Recorder()
    environment = _Environment(question.bindings, recorder, now)
    try:
        value = _value_of(question, environment)
        return Outcome(typed(value), None, "", _last_step(recorder, value))
    except RecursionError:
        # Only where the caller itself stands deep in the stack.
        error: TalangError = LimitError(f"An expression is nested at most {MAX_DEPTH} deep")
    except TalangError as failure:
        error = failure
    step = _last_step(recorder, None)
    return Outcome(None, error, error_class(error, step), step)


def _value_of(question: Question, environment: _Environment) -> Value:
    options = Options(
        TALANG.extended(question.stubs),
        clock=lambda environment: environment.now,
        recorder=lambda environment: environment.recorder,
        late_failures=True,
    )
    program = compile_program(
        [*question.setup, question.expression],
        _resolve,
        options,
    )
    *setup, run = program(environment)
    for prepare in setup:
        environment.recorder.restart()
        prepare()
    value: Value = None
    for _ in range(question.repeat):
        environment.recorder.restart()
        value = run()
    return value


def _resolve(path: Path) -> Closure:
    names, text = path.names, str(path)
    return lambda environment: descend(environment.bindings, names, text)


def _last_step(recorder: Recorder, value: Value) -> Step:
    """Return how the last expression went; a literal is not worth a step of its own before."""
    return recorder.root.steps[0] if recorder.root.steps else Step(None, value=value)


def error_class(error: TalangError, step: Step) -> str:
    """Return the reference's class of an error.

    A call that fits no function counts as such only when nothing stands around it; anywhere else it
    is an error of the function that is at work.
    """
    if isinstance(error, FunctionNotFoundError):
        while isinstance(step.expression, Block) and step.steps:
            step = step.steps[-1]
        is_inside = step.cut or any(inner.error is error for inner in step.steps)
        return "function_error" if is_inside else "function_not_found"
    for kind, name in _CLASSES:
        if isinstance(error, kind):
            return name
    return "function_error"


_CLASSES: tuple[tuple[type[TalangError], str], ...] = (
    (MissingValueError, "binding_not_found"),
    (TemplateNotFoundError, "template_not_found"),
    (EmptyTermError, "empty_term"),
)


def stub(name: str, outcome: Value) -> HostFunction:
    """Return a function of the host's that always has the same outcome.

    ``$echo`` gives the list of its name and arguments, ``$first`` the first argument,
    ``$error:text`` fails with that text.
    """

    def apply(environment: Any, *arguments: Value) -> Value:
        if outcome == "$echo":
            return [name, *arguments]
        if outcome == "$first":
            return arguments[0] if arguments else None
        if isinstance(outcome, str) and outcome.startswith("$error:"):
            raise EvaluationError(outcome.removeprefix("$error:"))
        return outcome

    text = f"{name}(Collection|Atom...)Any"
    return HostFunction(Signature(name, (COLLECTION | ATOM,), True, ANY, text), apply)
