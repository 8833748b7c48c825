from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.numbers import decode_json
from sandbox.workspace import service
from sandbox.workspace.clock import Clock
from sandbox.workspace.entities import IdempotentAnswer
from sandbox.workspace.errors import StoreError, UnknownWorkspaceError
from sandbox.workspace.service import Workspaces
from sandbox.workspace.updates import CartItemUpdate, SessionUpdate
from sandbox.workspace.workspace import SessionOutcome
from tests.client import coupon_campaign
from tests.conftest import settings

BUNDLE = {
    "clock": "2026-06-15T12:00:00Z",
    "campaigns": [
        coupon_campaign(limits=[{"action": "setDiscount", "limit": 50, "period": "daily"}])
    ],
    "coupons": [{"value": "TEN", "campaignId": 1, "usageLimit": 5, "x-note": "kept"}],
    "customerProfiles": [{"integrationId": "p"}],
    "couponReservations": [{"couponValue": "TEN", "profileIntegrationId": "p"}],
    "webhooks": [{"id": 7, "title": "not emulated, but kept"}],
}
ORDER = SessionUpdate(
    profile_id="p",
    state="closed",
    coupon_codes=["TEN"],
    cart_items=[CartItemUpdate(sku="A", quantity=1, price=decode_json("100.0"))],
)


@pytest.fixture
def workspaces(tmp_path: Path) -> Iterator[Workspaces]:
    opened = Workspaces(settings(tmp_path))
    yield opened
    opened.close()


def forget(outcome: SessionOutcome) -> IdempotentAnswer | None:
    return None


def test_an_export_restores_the_workspace(workspaces: Workspaces):
    workspaces.load("a", BUNDLE)
    workspaces.workspace("a").update_session("s", ORDER, forget)
    exported = workspaces.export("a")
    workspaces.load("b", exported)
    assert decode_json(workspaces.export("b")) == decode_json(exported)


def test_an_export_shows_counters_and_keeps_what_is_not_emulated(workspaces: Workspaces):
    workspaces.load("a", BUNDLE)
    workspaces.workspace("a").update_session("s", ORDER, forget)
    bundle = json.loads(workspaces.export("a"))
    assert bundle["coupons"][0]["usageCounter"] == 1
    assert bundle["coupons"][0]["x-note"] == "kept"
    assert bundle["webhooks"] == BUNDLE["webhooks"]
    assert bundle["limitCounters"] == [
        {"campaignId": 1, "action": "setDiscount", "counter": 10, "period": "daily"}
    ]


def test_a_counter_of_yesterday_does_not_count_today(workspaces: Workspaces):
    workspaces.load("a", BUNDLE)
    workspaces.workspace("a").update_session("s", ORDER, forget)
    workspaces.advance_clock("a", "1D")
    assert "limitCounters" not in json.loads(workspaces.export("a"))


def test_reset_goes_back_to_the_bundle_and_its_clock(workspaces: Workspaces):
    workspaces.load("a", BUNDLE)
    before = workspaces.export("a")
    workspaces.workspace("a").update_session("s", ORDER, forget)
    workspaces.set_clock("a", datetime(2030, 1, 1, tzinfo=UTC))
    workspaces.reset("a")
    assert workspaces.export("a") == before


def test_a_fork_lives_on_its_own(workspaces: Workspaces):
    workspaces.load("a", BUNDLE)
    forked = workspaces.fork("a", "b")
    workspaces.workspace("b").update_session("s", ORDER, forget)
    assert forked.integration_key != workspaces.keys("a").integration_key
    assert json.loads(workspaces.export("a"))["coupons"][0]["usageCounter"] == 0


def test_everything_is_there_after_opening_the_home_again(tmp_path: Path):
    first = Workspaces(settings(tmp_path))
    key = first.load("a", BUNDLE).integration_key
    first.workspace("a").update_session("s", ORDER, forget)
    first.advance_clock("a", "2D")
    exported = first.export("a")
    first.close()
    second = Workspaces(settings(tmp_path))
    found = second.by_key("integration", key)
    assert found is not None
    assert second.export("a") == exported
    second.close()


@pytest.mark.parametrize(
    ("age", "used_after", "is_kept"),
    [(2, 0, False), (2, 1, True), (29, 1, True), (40, 1, False), (0, 0, True)],
    ids=["untouched for two days", "used", "used a month ago", "unused since", "new"],
)
def test_forks_that_nobody_uses_go_away(
    tmp_path: Path, age: int, used_after: int, is_kept: bool, monkeypatch: pytest.MonkeyPatch
):
    day = 24 * 3600
    workspaces = Workspaces(settings(tmp_path))
    workspaces.load("a", BUNDLE)
    workspaces.fork("a", "b")
    created = time.time() - age * day
    with sqlite3.connect(tmp_path / "sandbox.db") as database:
        database.execute(
            "UPDATE workspaces SET created = ?, updated = ? WHERE name = 'b'",
            (created, created + used_after * day),
        )
    workspaces.purge()
    assert workspaces.exists("b") is is_kept
    assert workspaces.exists("a")
    workspaces.close()


def test_an_unknown_workspace_is_named(workspaces: Workspaces):
    with pytest.raises(UnknownWorkspaceError, match="“nowhere”"):
        workspaces.export("nowhere")


def test_a_damaged_database_is_refused_with_a_sentence(tmp_path: Path):
    (tmp_path / "sandbox.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match="damaged"):
        Workspaces(settings(tmp_path))


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path):
    Workspaces(settings(tmp_path)).close()
    with sqlite3.connect(tmp_path / "sandbox.db") as database:
        database.execute("INSERT INTO schema VALUES (99)")
    with pytest.raises(StoreError, match="newer version"):
        Workspaces(settings(tmp_path))


def test_the_log_is_bounded(workspaces: Workspaces, monkeypatch: pytest.MonkeyPatch):
    from sandbox.workspace import calls

    monkeypatch.setattr(calls, "MAX_CALLS", 5)
    workspaces.load("a", BUNDLE)
    for number in range(12):
        call = calls.RawCall(0.0, Clock(), "GET", f"/{number}", "", 200, b"", b"", 0.0001)
        workspaces.log("a", call)
        workspaces.calls("a")
    assert [call.path for call in workspaces.calls("a")] == ["/11", "/10", "/9", "/8", "/7"]


def test_names_are_plain(workspaces: Workspaces):
    with pytest.raises(service.Refused, match="letters, digits"):
        workspaces.load("../etc", BUNDLE)
