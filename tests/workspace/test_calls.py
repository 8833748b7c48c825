"""The call log: what is kept of many calls, and of long ones."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.workspace import calls
from sandbox.workspace.calls import Call, RawCall, clipped
from sandbox.workspace.clock import Clock
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


def call(path: str) -> RawCall:
    return RawCall(NOW.timestamp(), Clock(), "GET", path, "", 200, b"", b"{}", 0.0001)


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


def test_a_call_that_is_being_stored_is_waited_for(workspaces: Workspaces, tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "sandbox.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        workspaces.log("a", call("/stored-by-another-thread"))
        time.sleep(1.2 * calls.FLUSH_SECONDS)  # by now the thread waits for the database
        with ThreadPoolExecutor(1) as reader:
            seen = reader.submit(paths, workspaces, "a")
            time.sleep(0.2)
            other.execute("ROLLBACK")
            assert seen.result(timeout=10) == ["/stored-by-another-thread"]


def test_a_call_is_found_by_its_number_in_its_own_workspace_only(workspaces: Workspaces):
    workspaces.log("a", call("/mine"))
    log = workspaces.workspace("a").calls
    (entry,) = log.newest("a")
    assert log.find("a", entry.number) == entry
    assert log.find("b", entry.number) is None
    assert log.find("a", entry.number + 1) is None


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
    assert second.calls("a") == [call("/x").call()]
    second.close()


@pytest.mark.parametrize(("length", "more"), [(200_000, ""), (200_007, "… (7 more characters)")])
def test_a_long_body_is_cut_with_a_note(length: int, more: str):
    assert clipped("x" * length) == "x" * 200_000 + more


def test_a_raw_call_is_made_readable():
    raw = RawCall(
        real_time=NOW.timestamp(),
        clock=Clock(offset_seconds=3600),
        method="PUT",
        path="/v2/customer_sessions/s",
        query_string="dry=true",
        status=200,
        request="{“ü”}".encode() + b"\xff",
        answer=b"{}",
        duration=0.0012345,
    )
    assert raw.call() == Call(
        time=NOW + timedelta(hours=1),
        real_time=NOW,
        method="PUT",
        path="/v2/customer_sessions/s?dry=true",
        status=200,
        request="{“ü”}\ufffd",
        answer="{}",
        milliseconds=1.234,
    )


def test_a_call_has_the_time_that_a_frozen_clock_showed():
    frozen = datetime(2030, 1, 1, tzinfo=UTC)
    raw = RawCall(NOW.timestamp(), Clock(frozen_at=frozen), "GET", "/", "", 200, b"", b"", 0.1)
    assert (raw.call().time, raw.call().real_time) == (frozen, NOW)
