"""Configuration that the API changes: it outlives the process, and a reset takes it back."""

from __future__ import annotations

from pathlib import Path

from sandbox.numbers import decode_json
from sandbox.workspace import tables
from sandbox.workspace.operations.audiences import NewAudience, create_audience, delete_audience
from sandbox.workspace.operations.catalog_actions import Add, AddPayload
from sandbox.workspace.operations.catalogs import sync_catalog
from sandbox.workspace.service import Workspaces
from sandbox.workspace.store import delete_rows
from tests.conftest import settings

BUNDLE = {
    "clock": "2026-06-15T12:00:00Z",
    "audiences": [{"id": 9, "name": "VIP", "members": ["p"]}],
    "catalogs": [{"id": 30, "name": "Shoes", "items": [{"id": 1, "sku": "A", "price": 5}]}],
}


def changed(workspaces: Workspaces) -> None:
    workspaces.load("a", BUNDLE)
    workspace = workspaces.workspace("a")
    create_audience(workspace, NewAudience(name="Travel"))
    delete_audience(workspace, 9)
    sync_catalog(workspace, 30, [Add(payload=AddPayload(sku="B", price=decode_json("7.0")))], None)


def test_changes_outlive_the_process(tmp_path: Path):
    workspaces = Workspaces(settings(tmp_path))
    changed(workspaces)
    exported = workspaces.export("a")
    workspaces.close()
    again = Workspaces(settings(tmp_path))
    try:
        workspace = again.workspace("a")
        assert [one.name for one in workspace.application.definition.audiences] == ["Travel"]
        assert list(workspace.catalog) == ["A", "B"]
        assert again.export("a") == exported
    finally:
        again.close()


def test_a_reset_takes_changes_back(tmp_path: Path):
    workspaces = Workspaces(settings(tmp_path))
    try:
        changed(workspaces)
        workspaces.reset("a")
        workspace = workspaces.workspace("a")
        assert [one.name for one in workspace.application.definition.audiences] == ["VIP"]
        assert list(workspace.catalog) == ["A"]
        assert workspace.catalogs[30].catalog.version == 1
    finally:
        workspaces.close()


def test_a_fork_has_the_changes_and_keeps_its_own(tmp_path: Path):
    workspaces = Workspaces(settings(tmp_path))
    try:
        changed(workspaces)
        workspaces.fork("a", "b")
        delete_audience(workspaces.workspace("b"), 10)
        assert workspaces.workspace("b").application.definition.audiences == []
        assert len(workspaces.workspace("a").application.definition.audiences) == 1
        assert list(workspaces.workspace("b").catalog) == ["A", "B"]
    finally:
        workspaces.close()


def test_a_home_from_before_catalogs_were_stored_keeps_them(tmp_path: Path):
    workspaces = Workspaces(settings(tmp_path))
    workspaces.load("a", BUNDLE)
    with workspaces._store.write() as connection:
        for table in (tables.catalogs, tables.catalog_items):
            delete_rows(connection, table, workspace="a")
    workspaces.close()
    again = Workspaces(settings(tmp_path))
    try:
        assert list(again.workspace("a").catalog) == ["A"]
        added = Add(payload=AddPayload(sku="B"))
        sync_catalog(again.workspace("a"), 30, [added], None)
        assert [item["sku"] for item in decode_json(again.export("a"))["catalogs"][0]["items"]] == [
            "A",
            "B",
        ]
    finally:
        again.close()
