"""POST /sandbox/v1/talang/evaluate: shapes and refusals; what it computes is in tests/talang."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.emulator.console import MAX_BODY
from sandbox.talang.record import MAX_STEPS_NOTED
from tests.client import Client, Reply

PATH = "/sandbox/v1/talang/evaluate"
ONE = {"type": "decimal", "value": "1"}


def ask(client: Client, **body: Any) -> Reply:
    return client.send("POST", PATH, body)


def test_an_expression_is_answered_with_its_value_and_how_it_came_about(client: Client):
    reply = ask(
        client,
        expression=["*", [".", "Session", "Total"], ["/", 10, 100]],
        bindings={"Session": {"Total": 199.99}},
    )
    assert reply.status == 200
    assert reply.body == {
        "result": {"type": "decimal", "value": "19.999"},
        "steps": {
            "expression": "(* (. Session Total) (/ 10 100))",
            "value": {"type": "decimal", "value": "19.999"},
            "steps": [
                {
                    "expression": "(. Session Total)",
                    "value": {"type": "decimal", "value": "199.99"},
                    "steps": [],
                },
                {
                    "expression": "(/ 10 100)",
                    "value": {"type": "decimal", "value": "0.1"},
                    "steps": [],
                },
            ],
        },
    }


def test_a_text_means_the_same(client: Client):
    assert ask(client, text="(+ 1 (. A))", bindings={"A": 1}).body["result"]["value"] == "2"


def test_an_error_is_answered_with_its_class_and_where_it_happened(client: Client):
    body = ask(client, text="(count (. Session CartItems))").body
    assert body["error"] == {
        "class": "binding_not_found",
        "message": "$Session.CartItems has no value",
    }
    assert body["steps"]["steps"][0]["error"] == "$Session.CartItems has no value"


def test_a_text_that_cannot_be_read_is_an_empty_term(client: Client):
    reply = ask(client, text="(+ 1 2")
    assert reply.status == 200
    assert reply.body["error"]["class"] == "empty_term"
    assert "“)” is missing" in reply.body["error"]["message"]


def test_blocks_show_what_they_were_evaluated_for(client: Client):
    body = ask(client, expression=["map", ["list", 1], [["x"], ["+", [".", "x"], 1]]]).body
    block = body["steps"]["steps"][1]
    assert block["expression"] == "(+ (. x) 1)"
    assert block["parameter"] == {"name": "x", "value": ONE}


def test_a_literal_is_a_step_of_its_own(client: Client):
    assert ask(client, expression=1).body == {"result": ONE, "steps": {"value": ONE, "steps": []}}


def test_what_is_too_much_to_show_is_cut_and_says_so(client: Client):
    members = list(range(MAX_STEPS_NOTED))
    body = ask(client, text="(count (map (. L) x (+ (. x) 1)))", bindings={"L": members}).body
    mapped = body["steps"]["steps"][0]
    assert mapped["cut"] == f"At most {MAX_STEPS_NOTED} steps are shown"
    assert mapped["value"]["type"] == "list"
    assert mapped["value"]["cut"] == "A result has at most 100 values"
    assert body["result"]["value"] == str(MAX_STEPS_NOTED)


def test_setup_stubs_and_repeats_are_taken(client: Client):
    body = {
        "setup": [["set", "A", 1]],
        "stubs": {"couponValid": True, "echo": "$echo"},
        "repeat": 3,
    }
    reply = ask(client, expression=["and", ["couponValid"], ["=", [".", "A"], 1]], **body)
    assert reply.body["result"] == {"type": "boolean", "value": True}


def test_each_notation_has_its_setup_and_takes_the_other_for_want_of_it(client: Client):
    both = {"setup": [["set", "A", 1]], "setup_talang": ["(set A 2)"]}
    assert ask(client, expression=[".", "A"], **both).body["result"]["value"] == "1"
    assert ask(client, text="(. A)", **both).body["result"]["value"] == "2"
    assert ask(client, text="(. A)", setup=both["setup"]).body["result"]["value"] == "1"


@pytest.mark.parametrize(
    ("body", "pointer", "details"),
    [
        ({}, "", "Either “expression” or “text”"),
        ({"expression": 1, "text": "1"}, "", "Either “expression” or “text”"),
        ({"expression": ["and", [1, 2]]}, "/expression/1/0", "a function's name"),
        ({"expression": 1, "setup": [1, [2]]}, "/setup/1/0", "a function's name"),
        ({"expression": 1, "bindings": {"a/b": [1e99]}}, "/bindings/a~1b/0", "exponent"),
        ({"expression": 1, "stubs": {"f": {"$time": 1}}}, "/stubs/f/$time", "RFC 3339"),
        ({"text": 1}, "/text", "A string was expected"),
        ({"text": "1", "bindings": [1]}, "/bindings", "An object was expected"),
        ({"text": "1", "repeat": 0}, "/repeat", "at least 1"),
        ({"text": "1", "repeat": 1001}, "/repeat", "at most 1000"),
        ({"text": "1", "setup_talang": [1]}, "/setup_talang/0", "A string was expected"),
        ({"expression": ["list", *["x"] * 10_000]}, "/expression", "at most 10000"),
        ({"text": "x" * MAX_BODY}, "", f"at most {MAX_BODY}"),
    ],
)
def test_a_body_that_is_not_right_is_refused_at_its_place(
    client: Client, body: Any, pointer: str, details: str
):
    reply = client.send("POST", PATH, body)
    assert reply.status == 400
    assert details in reply.faults[pointer]


def test_json_that_is_nested_too_deep_is_refused(client: Client):
    deep = "[" * 5000 + "]" * 5000
    reply = client.send("POST", PATH, f'{{"expression": {deep}}}'.encode())
    assert reply.status == 400
    assert "at most 100 deep" in json.dumps(reply.body)


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("(not ", ")"),
        ("(catch 1 ", ")"),
        ("(do 1 x ", ")"),
        ("(map (list 1) x ", ")"),
        ("(kv (k ", "))"),
    ],
)
def test_the_deepest_expressions_are_answered_with_all_their_steps(
    client: Client, opening: str, closing: str
):
    levels = 98 // len(closing)
    reply = ask(client, text=f"{opening * levels}(noop){closing * levels}")
    assert reply.status == 200
    assert size(reply.body["steps"]) > levels


def size(step: Any) -> int:
    return 1 + sum(map(size, step["steps"]))


def test_it_is_behind_the_gate_of_the_control_api(client: Client):
    headers = {"Origin": "https://elsewhere.example"}
    assert client.send("POST", PATH, {"text": "1"}, headers=headers).status == 403
    assert client.send("GET", PATH).status == 405
