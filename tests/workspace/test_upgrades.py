"""A home that an older version has written opens as if this one had."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sandbox.numbers import decode_json
from sandbox.workspace.service import Workspaces
from tests.conftest import settings

BUNDLE = {
    "clock": "2026-06-15T12:00:00Z",
    "audiences": [{"id": 1, "name": "Friends", "members": ["p"]}],
    "customerProfiles": [{"integrationId": "p"}, {"integrationId": "q", "id": 7}],
}

TO_VERSION_1 = """
    DROP INDEX members_of_audience;
    DROP INDEX loyalty_transactions_of_program;
    DROP INDEX profiles_in_order;
    DROP INDEX sessions_in_order;
    DROP INDEX sessions_of_profile;
    CREATE INDEX sessions_of_profile ON sessions (workspace, profile_id);
    ALTER TABLE profiles DROP COLUMN number;
    ALTER TABLE sessions DROP COLUMN number;
    DELETE FROM schema;
    INSERT INTO schema VALUES (1);
"""


def test_a_home_of_version_1_keeps_its_workspaces(tmp_path: Path):
    opened = Workspaces(settings(tmp_path))
    opened.load("a", BUNDLE)
    before = opened.export("a")
    opened.close()
    with sqlite3.connect(tmp_path / "sandbox.db") as database:
        database.executescript(TO_VERSION_1)
    database.close()

    opened = Workspaces(settings(tmp_path))
    workspace = opened.workspace("a")
    assert decode_json(opened.export("a")) == decode_json(before)
    found = workspace.records.people.profile(workspace.reading, 7)
    assert found is not None
    assert found.integration_id == "q"
    assert workspace.records.next_id(workspace.reading, "profile") == 8
    opened.close()
    Workspaces(settings(tmp_path)).close()
