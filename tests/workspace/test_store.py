from __future__ import annotations

from pathlib import Path
from threading import Thread

from sqlalchemy import text

from sandbox.workspace.store import Store


def test_threads_that_have_ended_keep_no_connections(tmp_path: Path):
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    seen: list[int] = []

    def look() -> None:
        seen.append(store.read.execute(text("SELECT 1")).scalar_one())

    for _ in range(60):
        thread = Thread(target=look)
        thread.start()
        thread.join(timeout=5)
    assert seen == [1] * 60
    assert len(store._readers) <= 2
    store.close()


def test_a_reader_sees_what_another_thread_has_committed(tmp_path: Path):
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    count = text("SELECT count(*) FROM reservations")
    assert store.read.execute(count).scalar_one() == 0

    def write() -> None:
        with store.write() as connection:
            connection.execute(text("INSERT INTO reservations VALUES ('w', 'c', 'p')"))

    thread = Thread(target=write)
    thread.start()
    thread.join(timeout=5)
    assert store.read.execute(count).scalar_one() == 1
    store.close()
