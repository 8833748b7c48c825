"""The black-box cases of ../shared/conformance, through real HTTP against the started server."""

from __future__ import annotations

import importlib.util
import json
import os
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import SHARED

AREAS = (
    "session",
    "rules",
    "discounts",
    "coupons",
    "referrals",
    "giveaways",
    "audiences",
    "errors",
    "auth",
    "budgets",
    "evaluation",
    "items",
)
NOT_YET = Path(__file__).parent / "not_yet.txt"
CONFORMANCE = SHARED / "conformance"


@cache
def runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("conformance_run", CONFORMANCE / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cases() -> list[Any]:
    """Every case of the areas that are emulated, the ones not expected yet marked as such."""
    found = []
    for area in AREAS:
        path = CONFORMANCE / "cases" / f"{area}.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        found += [json.loads(line) for line in lines if line.strip()]
    return found


def not_yet() -> dict[str, str]:
    """Ids of cases that a later part of the project brings, with the reason."""
    lines = (line.partition("#") for line in NOT_YET.read_text().splitlines() if line.strip())
    return {case_id.strip(): reason.strip() for case_id, _, reason in lines if case_id.strip()}


def test_the_cases_are_there() -> None:
    if not cases():
        if os.environ.get("CI"):
            pytest.fail("CI needs ../shared/conformance")
        pytest.skip("../shared is not there")
    assert len(cases()) > 200


def test_the_list_of_cases_not_expected_yet_names_only_cases(shared: Path) -> None:
    assert set(not_yet()) <= {case["id"] for case in cases()}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_case(case: dict[str, Any], server: Any) -> None:
    client = runner().Client(server.running.base_url, None)
    try:
        fault = runner().run_case(client, case)
    except LookupError as error:  # what the runner raises when an answer has not the shape it wants
        fault = f"{type(error).__name__}: {error}"
    if case["id"] in not_yet():
        assert fault is not None, "passes now: take it off not_yet.txt"
        pytest.xfail(not_yet()[case["id"]])
    assert fault is None, f"{case['title']}: {fault}"
