from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.talang.arrays import read_arrays
from sandbox.talang.ast import Expression
from sandbox.talang.compile import Options, compile_expression
from sandbox.talang.errors import EvaluationError
from sandbox.talang.evaluation import Outcome, Question, evaluate
from sandbox.talang.library import TALANG
from sandbox.talang.record import MAX_STEPS_NOTED, Step
from sandbox.talang.scope import resolve_binding
from sandbox.talang.text import write_text
from sandbox.talang.typed import typed
from tests.talang.strategies import BINDINGS, atoms, sensible, trees

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
_FAST = Options(TALANG, clock=lambda environment: NOW, late_failures=True)


def outcome(json: Any, **bindings: Any) -> Outcome:
    return evaluate(Question(read_arrays(json), bindings), NOW)


def outline(step: Step) -> Any:
    """Return a step as its text, what it gave, and the same of the steps inside it."""
    assert step.expression is not None
    given = type(step.error).__name__ if step.error else step.value
    return (write_text(step.expression), given, *map(outline, step.steps))


def test_each_term_is_noted_with_what_came_out():
    step = outcome(["and", [">", [".", "T"], 100], ["not", False]], T=Decimal(150)).step
    assert outline(step) == (
        "(and (> (. T) 100) (not false))",
        True,
        ("(> (. T) 100)", True, ("(. T)", Decimal(150))),
        ("(not false)", True),
    )


def test_what_fails_is_noted_with_its_error_up_to_where_it_is_caught():
    step = outcome(["catch", 1, ["+", 1, [".", "Missing"]]]).step
    assert outline(step) == (
        "(catch 1 (+ 1 (. Missing)))",
        Decimal(1),
        (
            "(+ 1 (. Missing))",
            "MissingValueError",
            ("(. Missing)", "MissingValueError"),
        ),
    )


def test_what_is_not_evaluated_is_not_noted():
    step = outcome(["or", True, [".", "Missing"]]).step
    assert outline(step) == ("(or true (. Missing))", True)


def test_a_block_is_noted_for_each_member():
    step = outcome(["map", ["list", "a", "b"], [["x"], ["+", [".", "x"], "!"]]]).step
    members = [inner for inner in step.steps if inner.parameter]
    assert [inner.parameter for inner in members] == [("x", "a"), ("x", "b")]
    assert [inner.value for inner in members] == ["a!", "b!"]


def test_many_steps_are_cut_where_they_become_too_many():
    asked = ["count", ["map", [".", "L"], [["x"], ["+", [".", "x"], 1]]]]
    answered = outcome(asked, L=[Decimal(1)] * MAX_STEPS_NOTED)
    assert answered.result == {"type": "decimal", "value": str(MAX_STEPS_NOTED)}
    assert size(answered.step) == MAX_STEPS_NOTED
    assert answered.step.steps[0].cut


def size(step: Step) -> int:
    return 1 + sum(map(size, step.steps))


def test_only_the_last_of_several_evaluations_is_noted():
    question = Question(
        read_arrays(["+", [".", "A"], 1]), setup=[read_arrays(["set", "A", 1])], repeat=3
    )
    assert outline(evaluate(question, NOW).step) == (
        "(+ (. A) 1)",
        Decimal(2),
        ("(. A)", Decimal(1)),
    )


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sensible | trees(atoms))
def test_the_recording_form_gives_the_same_answer_as_the_fast_form(expression: Expression):
    recorded = evaluate(Question(expression, BINDINGS), NOW)
    failure: EvaluationError | None = None
    result = None
    try:
        result = typed(compile_expression(expression, resolve_binding, _FAST)(BINDINGS))
    except EvaluationError as error:
        failure = error
    assert repr(recorded.error) == repr(failure)
    assert recorded.result == result


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sensible, st.integers(1, 3))
def test_evaluating_changes_nothing(expression: Expression, repeat: int):
    before = repr(BINDINGS)
    closure = compile_expression(expression, resolve_binding, _FAST)
    answers = set()
    for _ in range(repeat + 1):
        try:
            answers.add(repr(closure(BINDINGS)))
        except EvaluationError as error:
            answers.add(str(error))
    assert len(answers) == 1
    assert repr(BINDINGS) == before
