"""The cases of ../shared/talang: every one, in each notation it has, and many of them over HTTP."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.numbers import decode_json, encode_json
from sandbox.talang.arrays import read_arrays, read_value
from sandbox.talang.evaluation import Outcome, Question, evaluate, stub
from sandbox.talang.text import read_text
from tests.client import Client
from tests.conftest import SHARED

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
CASES = SHARED / "talang" / "cases.jsonl"
DEVIATIONS = Path(__file__).parent / "deviations.txt"
# What crashed the reference implementation is an error like others here (talang.md, section 4.6).
CLASSES = {"crash": "function_error"}


def cases() -> list[Any]:
    """Every case, once for each notation that it has."""
    lines = CASES.read_text().splitlines() if CASES.exists() else []
    decoded = [decode_json(line) for line in lines]
    return [
        (case, notation)
        for case in decoded
        for notation in ("json", "text")
        if notation == "json" or "talang" in case
    ]


def deviations() -> dict[tuple[str, str], str]:
    """Reasons by case and notation."""
    found = {}
    for line in DEVIATIONS.read_text().splitlines():
        what, _, reason = line.partition("#")
        if what.strip():
            case_id, *notations = what.split()
            for notation in notations or ("json", "text"):
                found[case_id, notation] = reason.strip()
    return found


def named(value: Any) -> str:
    return value["id"] if isinstance(value, dict) else value


def question(case: dict[str, Any], notation: str) -> Question:
    is_text = notation == "text"
    read: Any = read_text if is_text else read_arrays
    stubs = case.get("stubs") or {}
    bindings = read_value(case["bindings"] or {})
    assert isinstance(bindings, dict)
    return Question(
        expression=read(case["talang"] if is_text else case["expr"]),
        bindings=bindings,
        setup=[read(each) for each in case.get("setup_talang" if is_text else "setup") or ()],
        stubs=[stub(name, read_value(outcome)) for name, outcome in stubs.items()],
        repeat=case.get("repeat", 1),
    )


def answer(outcome: Outcome) -> dict[str, Any]:
    return {"error": outcome.error_class} if outcome.error else {"result": outcome.result}


def agrees(case: dict[str, Any], notation: str, answered: dict[str, Any]) -> bool:
    expected = case["expected"]
    if notation == "text":
        expected = case.get("expected_talang", expected)
    if "error" in expected:
        return answered == {"error": CLASSES.get(expected["error"], expected["error"])}
    return "result" in answered and by_value(answered["result"]) == by_value(expected)


def by_value(typed: Any) -> Any:
    """Return typed JSON with its decimals as numbers, so that 25 equals 25.0."""
    match typed:
        case {"type": "decimal", "value": text}:
            return Decimal(text) if text[:3] != "NaN" else text
        case dict():
            return {key: by_value(member) for key, member in typed.items()}
        case list():
            return [by_value(member) for member in typed]
    return typed


def held_to(case: dict[str, Any], notation: str, answered: dict[str, Any]) -> None:
    """Fail unless a case is answered as expected, or otherwise and listed."""
    reason = deviations().get((case["id"], notation))
    if reason:
        assert not agrees(case, notation, answered), "passes now: take it off deviations.txt"
        pytest.xfail(reason)
    assert agrees(case, notation, answered), f"{case['expr']}: {answered}"


def test_the_cases_are_there() -> None:
    if not cases():
        if os.environ.get("CI"):
            pytest.fail("CI needs ../shared/talang")
        pytest.skip("../shared is not there")
    assert len(cases()) > 700


def test_only_cases_that_need_not_hold_are_listed(shared: Path) -> None:
    classes = {case["id"]: case["class"] for case, _ in cases()}
    for (case_id, _), reason in deviations().items():
        assert reason
        assert classes[case_id] != "normative" or reason.startswith("disputed")


@pytest.mark.parametrize(("case", "notation"), cases(), ids=named)
def test_case(case: dict[str, Any], notation: str) -> None:
    held_to(case, notation, answer(evaluate(question(case, notation), NOW)))


@pytest.mark.parametrize(("case", "notation"), cases()[::5], ids=named)
def test_case_over_http(case: dict[str, Any], notation: str, client: Client) -> None:
    fields = {name: case.get(name) for name in ("bindings", "setup", "setup_talang", "stubs")}
    asked = {"text": case["talang"]} if notation == "text" else {"expression": case["expr"]}
    body = asked | fields | {"repeat": case.get("repeat")}
    reply = client.send("POST", "/sandbox/v1/talang/evaluate", encode_json(body))
    assert reply.status == 200
    answered = reply.body
    if "error" in answered:
        answered = {"error": answered["error"]["class"]}
    else:
        answered = {"result": answered["result"]}
    held_to(case, notation, answered)
