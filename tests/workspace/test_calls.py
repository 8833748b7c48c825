"""The call log: what is kept of many calls, and of long ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.workspace import calls
from sandbox.workspace.calls import Call, clipped
from sandbox.workspace.service import Workspaces
from tests.conftest import settings

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def workspaces(tmp_path: Path) -> Iterator[Workspaces]:
    opened = Workspaces(settings(tmp_path))
    opened.load("a", {})
    opened.load("b", {})
    yield opened
    opened.close()


def call(path: str) -> Call:
    return Call(
        time=NOW,
        real_time=NOW,
        method="GET",
        path=path,
        status=200,
        request="",
        answer="{}",
        milliseconds=0.1,
    )


def paths(workspaces: Workspaces, name: str) -> list[str]:
    return [call.path for call in workspaces.calls(name, 1000)]


def test_of_a_burst_the_newest_calls_are_kept(
    workspaces: Workspaces, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(calls, "MAX_CALLS", 3)
    for number in range(50):
        workspaces.log("a", call(f"/{number}"))
    assert paths(workspaces, "a") == ["/49", "/48", "/47"]


def test_a_burst_in_one_workspace_leaves_the_log_of_another(
    workspaces: Workspaces, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(calls, "MAX_CALLS", 3)
    workspaces.log("b", call("/kept"))
    for number in range(50):
        workspaces.log("a", call(f"/{number}"))
    assert paths(workspaces, "b") == ["/kept"]


def test_a_deleted_workspace_leaves_no_calls(workspaces: Workspaces):
    workspaces.log("a", call("/before"))
    workspaces.delete("a")
    workspaces.load("a", {})
    assert paths(workspaces, "a") == []


def test_calls_are_there_after_opening_the_home_again(tmp_path: Path):
    first = Workspaces(settings(tmp_path))
    first.load("a", {})
    first.log("a", call("/x"))
    first.close()
    second = Workspaces(settings(tmp_path))
    assert second.calls("a") == [call("/x")]
    second.close()


@pytest.mark.parametrize(("length", "more"), [(200_000, ""), (200_007, "… (7 more characters)")])
def test_a_long_body_is_cut_with_a_note(length: int, more: str):
    assert clipped("x" * length) == "x" * 200_000 + more
