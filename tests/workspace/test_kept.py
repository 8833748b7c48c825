"""What was read is kept, and never for longer than it is true."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Connection, bindparam, select

from sandbox.workspace import kept as kept_module
from sandbox.workspace.kept import Kept, Shelf
from sandbox.workspace.store import NOTHING, Lookup, Store, put
from sandbox.workspace.tables import redemptions

COUNT = select(redemptions.c["count"]).where(
    redemptions.c.workspace == bindparam("workspace"), redemptions.c.code == bindparam("code")
)


class Counts:
    """Counts of codes; notes what was read from the database, not from what is kept."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.read: list[int] = []
        self.while_reading: Callable[[], None] = lambda: None
        self._lookup = Lookup(COUNT, self._decode)

    def __call__(self, workspace: str = "w", code: str = "c") -> int | None:
        return self.seen(self.store.read, workspace, code)

    def seen(self, connection: Connection, workspace: str = "w", code: str = "c") -> int | None:
        return self._lookup.value(connection, workspace, code)

    def all(self, workspace: str = "w") -> tuple[int, ...]:
        return self._lookup.values(self.store.read, workspace, "c")

    def store_count(self, count: int, workspace: str = "w", profile_id: str = "p") -> None:
        with self.store.write({workspace}) as connection:
            set_count(connection, count, workspace, profile_id)

    def _decode(self, column: int) -> int:
        self.while_reading()
        self.read.append(column)
        return column


def set_count(
    connection: Connection, count: int, workspace: str = "w", profile_id: str = "p"
) -> None:
    key = {"workspace": workspace, "code": "c", "profile_id": profile_id}
    put(connection, redemptions, key, count=count)


@pytest.fixture
def counts(tmp_path: Path) -> Iterator[Counts]:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    yield Counts(store)
    store.close()


def in_thread(run: Callable[[], object]) -> None:
    thread = Thread(target=run)
    thread.start()
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_what_was_read_once_is_not_read_again(counts: Counts):
    counts.store_count(1)
    assert [counts(), counts(), counts()] == [1, 1, 1]
    assert counts.read == [1]


def test_every_thread_has_what_one_has_read(counts: Counts):
    counts.store_count(1)
    counts()
    in_thread(counts)
    assert counts.read == [1]


def test_a_committed_change_is_seen_at_once_by_every_thread(counts: Counts):
    seen: list[int | None] = []
    for count in range(5):
        counts.store_count(count)
        seen.append(counts())
        in_thread(lambda: seen.append(counts()))
    assert seen == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_what_was_not_there_is_seen_once_it_is(counts: Counts):
    assert counts() is None
    counts.store_count(1)
    assert counts() == 1


def test_every_row_of_a_lookup_is_kept_and_seen(counts: Counts):
    counts.store_count(1)
    assert counts.all() == (1,)
    counts.store_count(2, profile_id="q")
    assert sorted(counts.all()) == [1, 2]
    assert len(counts.all()) == 2


def test_a_reader_that_is_overtaken_by_a_commit_leaves_nothing_stale(counts: Counts):
    """It has the old value in its hands when the new one is committed, and keeps it then."""
    counts.store_count(1)
    has_read, may_keep = Event(), Event()

    def wait() -> None:
        counts.while_reading = lambda: None
        has_read.set()
        assert may_keep.wait(timeout=10)

    counts.while_reading = wait
    old: list[int | None] = []
    reader = Thread(target=lambda: old.append(counts()))
    reader.start()
    assert has_read.wait(timeout=10)
    counts.store_count(2)
    may_keep.set()
    reader.join(timeout=10)
    assert old == [1]
    assert counts() == 2


@pytest.fixture
def impatient_threads() -> Iterator[None]:
    """Threads take turns five hundred times as often, anywhere in the code."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("impatient_threads")
def test_readers_beside_a_writer_never_go_back_in_time(counts: Counts):
    counts.store_count(0)
    done = Event()
    seen: list[list[int | None]] = [[], []]

    def read(into: list[int | None]) -> None:
        while not done.is_set():
            into.append(counts())

    readers = [Thread(target=read, args=(into,)) for into in seen]
    for reader in readers:
        reader.start()
    after_commit = []
    for count in range(1, 200):
        counts.store_count(count)
        after_commit.append(counts())
    done.set()
    for reader in readers:
        reader.join(timeout=10)
    assert after_commit == list(range(1, 200))
    for values in seen:
        assert values == sorted(values)


def test_a_transaction_sees_what_it_wrote_and_nobody_else_does(counts: Counts):
    counts.store_count(1)
    counts()
    with counts.store.write({"w"}) as connection:
        set_count(connection, 2)
        assert counts.seen(connection) == 2
        assert counts() == 1
    assert counts() == 2


def test_what_a_failed_transaction_saw_is_not_kept(counts: Counts):
    counts.store_count(1)

    def fail() -> None:
        with counts.store.write({"w"}) as connection:
            set_count(connection, 2)
            assert counts.seen(connection) == 2
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert counts() == 1


def test_a_change_forgets_its_own_workspace_only(counts: Counts):
    counts.store_count(1)
    counts.store_count(5, "other")
    assert (counts(), counts("other")) == (1, 5)
    counts.store_count(2)
    with counts.store.write(NOTHING):
        pass
    assert (counts(), counts("other")) == (2, 5)
    assert counts.read == [1, 5, 2]


def test_a_transaction_that_names_no_workspace_may_have_changed_all(counts: Counts):
    counts.store_count(1)
    counts()
    with counts.store.write() as connection:
        set_count(connection, 2)
    assert counts() == 2


def test_a_shelf_holds_so_many_bytes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kept_module, "MAX_BYTES", 2_000)
    shelf = Shelf()
    for number in range(100):
        shelf.put(number, (number,), size=300)
        assert shelf.get(number) == (number,)
    assert sum(shelf.get(number) is not None for number in range(100)) <= 4


def test_so_many_shelves_are_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kept_module, "MAX_SHELVES", 3)
    kept = Kept()
    for name in "abc":
        kept.shelf(name).put("x", (name,), size=1)
    assert kept.shelf("a").get("x") == ("a",)
    assert kept.shelf("d").get("x") is None
    assert kept.shelf("a").get("x") is None


def shares(kept: Kept, workspace: str) -> bool:
    kept.shelf(workspace).put("x", ("seen",), size=1)
    return kept.shelf(workspace).get("x") is not None


def test_while_a_change_is_committed_readers_share_nothing_of_its_workspace():
    kept = Kept()
    with kept.around_commit({"changed"}):
        assert not shares(kept, "changed")
        assert shares(kept, "other")
    assert kept.shelf("changed").get("x") is None
    assert shares(kept, "changed")


def test_readers_share_again_when_the_last_of_two_commits_is_done():
    kept = Kept()
    with kept.around_commit({"changed"}):
        with kept.around_commit({"changed"}):
            pass
        assert not shares(kept, "changed")
    assert shares(kept, "changed")


def test_while_a_change_to_any_workspace_is_committed_readers_share_nothing():
    kept = Kept()
    with kept.around_commit(None):
        assert not shares(kept, "one")
    assert shares(kept, "one")
