"""Snapshots: kept as they were, found by their id, bounded in number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.errors import Refused
from sandbox.workspace import snapshots
from sandbox.workspace.errors import UnknownSnapshotError
from sandbox.workspace.service import Workspaces
from tests.conftest import settings
from tests.workspace.test_service import BUNDLE, ORDER, forget

DRAFT = '{"cartItems":[]}'


@pytest.fixture
def workspaces(tmp_path: Path) -> Iterator[Workspaces]:
    opened = Workspaces(settings(tmp_path))
    opened.load("shop", BUNDLE)
    yield opened
    opened.close()


def uses(workspaces: Workspaces, name: str) -> int:
    """How often the code was used in a workspace."""
    coupon = workspaces.workspace(name).coupon("TEN")
    assert coupon is not None
    return coupon.usage_counter


def test_a_fork_of_a_snapshot_is_as_the_workspace_was_then(workspaces: Workspaces):
    before = workspaces.take_snapshot("shop", DRAFT)
    workspaces.workspace("shop").update_session("s", ORDER, forget)
    after = workspaces.take_snapshot("shop", DRAFT)
    assert workspaces.fork_snapshot(before, "then") == DRAFT
    workspaces.fork_snapshot(after, "now")
    assert (uses(workspaces, "then"), uses(workspaces, "now")) == (0, 1)


def test_what_happens_in_a_fork_reaches_neither_the_snapshot_nor_its_workspace(
    workspaces: Workspaces,
):
    snapshot_id = workspaces.take_snapshot("shop", DRAFT)
    workspaces.fork_snapshot(snapshot_id, "one")
    workspaces.workspace("one").update_session("s", ORDER, forget)
    workspaces.fork_snapshot(snapshot_id, "another")
    assert [uses(workspaces, name) for name in ("one", "another", "shop")] == [1, 0, 0]


def test_a_fork_starts_over_from_the_snapshot(workspaces: Workspaces):
    workspaces.workspace("shop").update_session("s", ORDER, forget)
    workspaces.fork_snapshot(workspaces.take_snapshot("shop", DRAFT), "fork")
    workspaces.workspace("fork").update_session("t", ORDER, forget)
    workspaces.reset("fork")
    assert uses(workspaces, "fork") == 1


def test_a_snapshot_outlives_its_workspace(workspaces: Workspaces):
    snapshot_id = workspaces.take_snapshot("shop", DRAFT)
    workspaces.delete("shop")
    workspaces.fork_snapshot(snapshot_id, "fork")
    assert uses(workspaces, "fork") == 0


def test_a_snapshot_outlives_a_restart(workspaces: Workspaces, tmp_path: Path):
    snapshot_id = workspaces.take_snapshot("shop", DRAFT)
    workspaces.close()
    opened = Workspaces(settings(tmp_path))
    assert opened.fork_snapshot(snapshot_id, "fork") == DRAFT
    opened.close()


def test_the_same_state_twice_is_one_snapshot(workspaces: Workspaces):
    first = workspaces.take_snapshot("shop", DRAFT)
    assert workspaces.take_snapshot("shop", DRAFT) == first
    assert workspaces.take_snapshot("shop", '{"couponCodes":["TEN"]}') != first


def test_a_workspace_goes_back_to_a_snapshot_by_its_name(workspaces: Workspaces):
    keys = workspaces.keys("shop")
    workspaces.take_snapshot("shop", DRAFT, "before the sale")
    workspaces.workspace("shop").update_session("s", ORDER, forget)
    (kept,) = workspaces.snapshots.named("shop")
    assert kept.title == "before the sale"
    assert workspaces.restore_snapshot(kept.id, "shop") == DRAFT
    assert uses(workspaces, "shop") == 0
    assert workspaces.keys("shop") == keys


def test_a_name_that_is_used_again_means_the_newer_state(workspaces: Workspaces):
    workspaces.take_snapshot("shop", DRAFT, "mine")
    workspaces.workspace("shop").update_session("s", ORDER, forget)
    newer = workspaces.take_snapshot("shop", DRAFT, "mine")
    assert [kept.id for kept in workspaces.snapshots.named("shop")] == [newer]


def test_links_have_no_name_and_are_not_listed(workspaces: Workspaces):
    workspaces.take_snapshot("shop", DRAFT)
    assert workspaces.snapshots.named("shop") == []


def test_a_workspace_cannot_become_the_snapshot_of_another(workspaces: Workspaces):
    workspaces.load("other", BUNDLE)
    snapshot_id = workspaces.take_snapshot("shop", DRAFT, "mine")
    with pytest.raises(UnknownSnapshotError):
        workspaces.restore_snapshot(snapshot_id, "other")


def test_a_snapshot_that_is_not_there_is_said_to_be_gone(workspaces: Workspaces):
    with pytest.raises(UnknownSnapshotError, match="no longer"):
        workspaces.fork_snapshot("gone", "fork")
    assert not workspaces.exists("fork")


def test_no_key_is_in_a_snapshot(workspaces: Workspaces):
    keys = workspaces.keys("shop")
    kept = workspaces.snapshots.open(workspaces.take_snapshot("shop", DRAFT))
    secrets = (keys.integration_key, keys.management_key, workspaces.session_token("shop"))
    assert not any(secret.encode() in kept.bundle for secret in secrets)


def test_of_too_many_the_one_that_was_opened_longest_ago_goes(
    workspaces: Workspaces, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(snapshots, "MAX_OF_WORKSPACE", 2)
    first, second = (workspaces.take_snapshot("shop", f'["{n}"]') for n in range(2))
    workspaces.snapshots.open(first)
    third = workspaces.take_snapshot("shop", '["2"]')
    workspaces.snapshots.open(first)
    workspaces.snapshots.open(third)
    with pytest.raises(UnknownSnapshotError):
        workspaces.snapshots.open(second)


@pytest.mark.parametrize(("bound", "most"), [("MAX_OF_HOME", 3), ("MAX_BYTES_OF_HOME", 2_000)])
def test_all_of_a_home_are_bounded(
    workspaces: Workspaces, monkeypatch: pytest.MonkeyPatch, bound: str, most: int
):
    monkeypatch.setattr(snapshots, bound, most)
    made = [workspaces.take_snapshot("shop", f'["{n}"]') for n in range(8)]
    kept = [one for one in made if is_there(workspaces, one)]
    assert 0 < len(kept) < 8
    assert kept == made[-len(kept) :]


def is_there(workspaces: Workspaces, snapshot_id: str) -> bool:
    try:
        workspaces.snapshots.open(snapshot_id)
    except UnknownSnapshotError:
        return False
    return True


def test_what_is_too_large_is_refused(workspaces: Workspaces, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(snapshots, "MAX_BYTES", 100)
    with pytest.raises(Refused, match="too large"):
        workspaces.take_snapshot("shop", DRAFT)


def test_a_name_that_is_too_long_is_refused(workspaces: Workspaces):
    with pytest.raises(Refused, match="at most 100"):
        workspaces.take_snapshot("shop", DRAFT, "x" * 101)
