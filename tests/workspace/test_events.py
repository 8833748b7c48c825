"""The event history: bounded, and never without an advanced event."""

from __future__ import annotations

from pathlib import Path

from sandbox.workspace.entities import TrackedEvent
from sandbox.workspace.event_records import FORGET_EVERY, MAX_EVENTS, EventRecords
from sandbox.workspace.store import Store
from tests.engine.builders import NOW


def event(id: int, integration_id: str | None = None) -> TrackedEvent:
    return TrackedEvent(
        id=id,
        created=NOW,
        application_id=1,
        type="t",
        attributes={},
        effects=[],
        integration_id=integration_id,
    )


def test_old_events_are_forgotten_and_advanced_ones_are_not(tmp_path: Path):
    store, records = Store(f"sqlite:///{tmp_path / 'x.db'}"), EventRecords("w")
    last = MAX_EVENTS + 2 * FORGET_EVERY
    with store.write() as connection:
        records.add(connection, event(1, "first"))
        for id in range(2, last + 1):
            records.add(connection, event(id))
        kept = records.all(connection)
        assert records.next_id(connection) == last + 1
    store.close()
    assert [kept[0].id, kept[1].id] == [1, last - MAX_EVENTS + 1]
    assert len(kept) == MAX_EVENTS + 1


def test_a_trial_is_taken_back(tmp_path: Path):
    store, records = Store(f"sqlite:///{tmp_path / 'x.db'}"), EventRecords("w")
    with store.trial() as connection:
        records.add(connection, event(1))
        assert len(records.all(connection)) == 1
    assert records.all(store.read) == []
    store.close()
