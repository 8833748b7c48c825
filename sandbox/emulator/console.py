"""POST /sandbox/v1/talang/evaluate: try an expression, without a workspace.

Source: conformance README, section 1; talang.md, section 10.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.http import Incoming
from sandbox.engine.model import Model
from sandbox.errors import Fault, Refused
from sandbox.shapes import Reader, escape
from sandbox.talang.arrays import read_arrays, read_value
from sandbox.talang.ast import Expression, Value
from sandbox.talang.errors import ExpressionShapeError, ExpressionSyntaxError, LimitError
from sandbox.talang.evaluation import MAX_REPEATS, Outcome, Question, evaluate, stub
from sandbox.talang.record import MAX_STEPS_NOTED, Step
from sandbox.talang.text import read_text, write_text
from sandbox.talang.typed import typed
from sandbox.workspace.service import Workspaces

MAX_BODY = 1024 * 1024

# How much of a step is shown.
_EXPRESSION_CHARACTERS = 300
_VALUES = 100
_CHARACTERS = 2_000


class TalangRequest(Model, frozen=True):
    """`setup` is taken for `expression`, `setup_talang` for `text`, where both are there."""

    expression: Any = None
    text: str | None = None
    bindings: dict[str, Any] | None = None
    setup: list[Any] | None = None
    setup_talang: Annotated[list[str] | None, msgspec.Meta()] = msgspec.field(
        default=None, name="setup_talang"
    )
    stubs: dict[str, Any] | None = None
    repeat: Annotated[int, msgspec.Meta(ge=1, le=MAX_REPEATS)] | None = None


_REQUEST = Reader(TalangRequest)


def evaluate_talang(workspaces: Workspaces, incoming: Incoming) -> Answer:
    """Answer the value of an expression, or its error, and the steps that led there."""
    if len(incoming.body) > MAX_BODY:
        raise Refused([Fault("Too large", f"The body has at most {MAX_BODY} bytes")])
    request: TalangRequest = _REQUEST.read(incoming.body)
    try:
        question = _question(request)
    except ExpressionSyntaxError as error:
        return ok({"error": {"class": "empty_term", "message": str(error)}})
    return ok(_content(evaluate(question, datetime.now(UTC))))


def _question(request: TalangRequest) -> Question:
    """Return what is asked; raises Refused, and ExpressionSyntaxError for texts."""
    has_expression, has_text = request.expression is not None, request.text is not None
    if has_expression == has_text:
        raise Refused([Fault("Missing", "Either “expression” or “text” is required")])
    setup: list[Expression] = []
    if request.setup is not None and (has_expression or request.setup_talang is None):
        for index, json in enumerate(request.setup):
            setup.append(_arrays(json, f"/setup/{index}"))
    else:
        setup += map(read_text, request.setup_talang or ())
    return Question(
        expression=(
            read_text(request.text)
            if request.text is not None
            else _arrays(request.expression, "/expression")
        ),
        bindings={
            name: _value(json, f"/bindings/{escape(name)}")
            for name, json in (request.bindings or {}).items()
        },
        setup=setup,
        stubs=[
            stub(name, _value(json, f"/stubs/{escape(name)}"))
            for name, json in (request.stubs or {}).items()
        ],
        repeat=request.repeat or 1,
    )


def _arrays(json: Any, pointer: str) -> Expression:
    try:
        return read_arrays(json)
    except ExpressionShapeError as error:
        raise Refused([Fault("Invalid expression", str(error), pointer + error.pointer)]) from None


def _value(json: Any, pointer: str) -> Value:
    try:
        return read_value(json)
    except ExpressionShapeError as error:
        raise Refused([Fault("Invalid value", str(error), pointer + error.pointer)]) from None


def _content(outcome: Outcome) -> dict[str, Any]:
    steps = _step_content(outcome.step)
    if outcome.error is None:
        return {"result": outcome.result, "steps": steps}
    error = {"class": outcome.error_class, "message": str(outcome.error)}
    return {"error": error, "steps": steps}


def _step_content(step: Step) -> dict[str, Any]:
    """Return one step with those inside it, and what is left out of it."""
    content: dict[str, Any] = {}
    if step.expression is not None:
        content["expression"] = write_text(step.expression, _EXPRESSION_CHARACTERS)
    if step.parameter is not None:
        name, value = step.parameter
        content["parameter"] = {"name": name, "value": _shown(value)}
    if step.error is not None:
        content["error"] = str(step.error)
    else:
        content["value"] = _shown(step.value)
    content["steps"] = [_step_content(inner) for inner in step.steps]
    if step.cut:
        content["cut"] = f"At most {MAX_STEPS_NOTED} steps are shown"
    return content


def _shown(value: Value) -> Any:
    """Return a value as typed JSON, or only its kind when it is large."""
    try:
        return typed(value, _VALUES, _CHARACTERS)
    except LimitError as error:
        kind = "list" if isinstance(value, list) else "map" if isinstance(value, dict) else "string"
        return {"type": kind, "cut": str(error)}
