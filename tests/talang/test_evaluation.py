"""Whatever is asked, the answer is a value or an error of the language, and bounded."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.talang.arrays import read_arrays
from sandbox.talang.ast import Expression
from sandbox.talang.errors import ExpressionSyntaxError, LimitError
from sandbox.talang.evaluation import Outcome, Question, evaluate, stub
from sandbox.talang.limits import MAX_DEPTH, MAX_STEPS, MAX_TERMS
from sandbox.talang.text import read_text
from sandbox.talang.typed import MAX_CHARACTERS, MAX_VALUES
from tests.talang.strategies import BINDINGS, atoms, sensible, trees

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def answer(json: Any, **fields: Any) -> Outcome:
    return evaluate(Question(read_arrays(json), **fields), NOW)


@pytest.mark.parametrize(
    ("json", "error_class"),
    [
        ([], "empty_term"),
        ([".", "Missing"], "binding_not_found"),
        (["+", 1, [".", "Missing"]], "binding_not_found"),
        (["!", "missing"], "template_not_found"),
        (["nosuch"], "function_not_found"),
        (["+", 1], "function_not_found"),
        ([["noop"], ["nosuch"]], "function_not_found"),
        (["catch", ["nosuch"], ["nosuch"]], "function_error"),
        (["map", ["list", 1], [["x"], ["not", [".", "x"]]]], "function_error"),
        (["/", 1, 0], "function_error"),
    ],
)
def test_errors_have_the_classes_of_the_reference(json: Any, error_class: str):
    assert answer(json).error_class == error_class


@pytest.mark.parametrize(
    ("outcome", "arguments", "expected"),
    [
        (True, [], {"type": "boolean", "value": True}),
        ("$first", ["a", 1], {"type": "string", "value": "a"}),
        ("$first", [], {"type": "null"}),
        (
            "$echo",
            ["a"],
            {
                "type": "list",
                "value": [{"type": "string", "value": "f"}, {"type": "string", "value": "a"}],
            },
        ),
    ],
)
def test_stubs_stand_for_functions_of_the_host(outcome: Any, arguments: list[Any], expected: Any):
    assert answer(["f", *arguments], stubs=[stub("f", outcome)]).result == expected


def test_a_stub_may_fail():
    assert str(answer(["f"], stubs=[stub("f", "$error:sold out")]).error) == "sold out"


def test_setup_and_repeated_evaluations_share_one_scope():
    counted = [["set", "A", ["+", [".", "A"], 1]], [".", "A"]]
    setup = [read_arrays(["set", "A", 1])]
    assert answer(counted, setup=setup, repeat=3).result == {"type": "decimal", "value": "4"}


def test_a_setup_that_fails_is_the_answer():
    outcome = answer(1, setup=[read_arrays([".", "Missing"])])
    assert outcome.error_class == "binding_not_found"
    assert outcome.step.error is outcome.error


DOUBLED = [["set", "x", ["push", ["list"], [".", "x"], [".", "x"]]]] * 40
NESTED = [["set", "x", ["push", ["list"], [".", "x"]]]] * MAX_DEPTH


@pytest.mark.parametrize(
    ("json", "bindings", "bound"),
    [
        ([["set", "x", ["list", 1]], *DOUBLED, [".", "x"]], {}, f"at most {MAX_VALUES} values"),
        ([["set", "x", ["list", 1]], *NESTED, [".", "x"]], {}, f"at most {MAX_DEPTH} deep"),
        ([".", "L"], {"L": ["x" * 10_000] * 101}, f"at most {MAX_CHARACTERS} characters"),
        ([".", "M"], {"M": {"x" * MAX_CHARACTERS: "y"}}, f"at most {MAX_CHARACTERS} characters"),
    ],
)
def test_results_are_bounded(json: Any, bindings: dict[str, Any], bound: str):
    outcome = answer(json, bindings=bindings)
    assert isinstance(outcome.error, LimitError)
    assert bound in str(outcome.error)


def pasted(levels: int) -> Any:
    """A template that pastes its argument twice, applied to itself so often."""
    json: Any = 1
    for _ in range(levels):
        json = ["!", "double", json]
    return [["setTemplate", "double(Any)Any", ["+", ["#", 0], ["#", 0]]], json]


@pytest.mark.parametrize(
    "json",
    [
        ["map", [".", "L"], "a", ["map", [".", "L"], "b", ["map", [".", "L"], "c", ["noop"]]]],
        ["map", [".", "L"], [["a"], ["~", "(a?b?){200}c", [".", "T"]]]],
        ["map", [".", "L"], [["a"], ["sort", [".", "L"]]]],
        ["map", [".", "L"], [["a"], ["join", ["split", [".", "T"], "a"], "b"]]],
    ],
    ids=["blocks", "patterns", "sorting", "splitting"],
)
def test_work_is_bounded(json: Any):
    bindings = {"L": [Decimal(number) for number in range(5000)], "T": "ab" * 2500}
    outcome = answer(json, bindings=bindings)
    assert str(outcome.error) == f"An evaluation takes at most {MAX_STEPS} steps"


DEFINE = ["setTemplate", "t(Any)Any", ["list", *[["#", 0]] * 200]]


@pytest.mark.parametrize("json", [pasted(40), [DEFINE, ["!", "t", ["list", *[1] * 200]]]])
def test_what_templates_expand_to_is_bounded(json: Any):
    assert f"at most {MAX_TERMS} terms" in str(answer(json).error)


@pytest.mark.parametrize("function", ["not", "catch", "list", "map", "do", "kv", "set", "!"])
def test_every_form_may_be_nested_to_the_bound(function: str):
    json: Any = ["noop"]
    for _ in range(MAX_DEPTH - 3):
        match function:
            case "catch":
                json = ["catch", json, ["nosuch"]]
            case "map":
                json = ["map", ["list", 1], [["x"], json]] if depth(json) < MAX_DEPTH - 2 else json
            case "do":
                json = ["do", 1, "x", json]
            case "kv":
                json = ["kv", ["k", json]] if depth(json) < MAX_DEPTH - 2 else json
            case _:
                json = [function, "x", json]
    outcome = answer(json)
    assert outcome.error is None or not isinstance(outcome.error, LimitError)


def depth(json: Any) -> int:
    return 1 + max(map(depth, json), default=0) if isinstance(json, list) else 0


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees(atoms) | sensible, st.integers(1, 3))
def test_any_expression_has_an_answer(expression: Expression, repeat: int):
    outcome = evaluate(Question(expression, BINDINGS, repeat=repeat), NOW)
    assert (outcome.error is None) is (outcome.result is not None)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["(", ")", "(. A)", "(. L)", "map", "filter", "((x)", "(. x)", "+", "1", "!", "set"]
        )
        | st.text(max_size=5),
        max_size=12,
    ).map(" ".join)
)
def test_any_text_has_an_answer(text: str):
    try:
        expression = read_text(text)
    except ExpressionSyntaxError:
        return
    outcome = evaluate(Question(expression, BINDINGS), NOW)
    assert (outcome.error is None) is (outcome.result is not None)
