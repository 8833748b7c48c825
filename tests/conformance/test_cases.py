"""The black-box cases of ../shared/conformance, through real HTTP against the started server."""

from __future__ import annotations

import importlib.util
import json
import os
from functools import cache
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import SHARED

CONFORMANCE = SHARED / "conformance"


@cache
def runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("conformance_run", CONFORMANCE / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def cases() -> list[Any]:
    """Every case, in the order of its file."""
    files = sorted((CONFORMANCE / "cases").glob("*.jsonl"))
    lines = [line for file in files for line in file.read_text().splitlines()]
    return [json.loads(line) for line in lines if line.strip()]


def test_the_cases_are_there() -> None:
    if not cases():
        if os.environ.get("CI"):
            pytest.fail("CI needs ../shared/conformance")
        pytest.skip("../shared is not there")
    assert len(cases()) > 200


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_case(case: dict[str, Any], server: Any) -> None:
    client = runner().Client(server.running.base_url, None)
    try:
        fault = runner().run_case(client, case)
    except LookupError as error:  # what the runner raises when an answer has not the shape it wants
        fault = f"{type(error).__name__}: {error}"
    assert fault is None, f"{case['title']}: {fault}"
