"""Homes that earlier versions wrote."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.emulator.server import BackgroundServer
from tests.client import Client, item
from tests.conftest import settings
from tests.emulator.management.codes import coupon, loaded, values

# The tables as version 1 made them.
_VERSION_1 = """
CREATE TABLE before AS SELECT workspace, code, data FROM coupons;
DROP TABLE coupons;
CREATE TABLE coupons (
    workspace VARCHAR NOT NULL, code VARCHAR NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (workspace, code)
);
INSERT INTO coupons SELECT * FROM before;
DROP TABLE before;
CREATE TABLE before AS SELECT * FROM giveaways;
DROP TABLE giveaways;
CREATE TABLE giveaways (
    workspace VARCHAR NOT NULL, pool_id INTEGER NOT NULL, code VARCHAR NOT NULL,
    position INTEGER NOT NULL, used BOOLEAN NOT NULL, starts FLOAT, ends FLOAT,
    data BLOB NOT NULL, PRIMARY KEY (workspace, pool_id, code)
);
CREATE INDEX giveaways_in_order ON giveaways (workspace, pool_id, used, position);
INSERT INTO giveaways
    SELECT workspace, pool_id, code, number, used, starts, ends, data FROM before ORDER BY code;
DROP TABLE before;
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


@pytest.fixture
def upgraded(tmp_path: Path) -> Iterator[Client]:
    """A home that the first version wrote, opened for the second time."""
    server = BackgroundServer(settings(tmp_path))
    client = loaded(
        Client(server.running.base_url),
        coupons=[coupon(1, "OLD-1", usageCounter=1), coupon(2, "OLD-2")],
        giveawayPools=[{"id": 2, "name": "Cinema", "codes": [{"code": "Z"}, {"code": "A"}]}],
        customerProfiles=[{"integrationId": "p"}, {"integrationId": "q", "id": 7}],
    )
    client.put_session("s", profileId="q", cartItems=[item()])
    server.stop()
    database = sqlite3.connect(tmp_path / "sandbox.db")
    database.executescript(_VERSION_1)
    database.close()
    BackgroundServer(settings(tmp_path)).stop()
    server = BackgroundServer(settings(tmp_path))
    client.base_url = server.running.base_url
    yield client
    server.stop()


def test_coupons_of_the_first_version_can_be_searched(upgraded: Client):
    assert values(upgraded, "?value=old2") == ["OLD-2"]
    assert values(upgraded, "?redeemed=true") == ["OLD-1"]


def test_people_of_the_first_version_are_found_by_their_ids(upgraded: Client):
    assert upgraded.manage("GET", "/v1/customers/7").body["integrationId"] == "q"
    session = upgraded.manage("GET", "/v1/applications/7/sessions/1").body
    assert (session["integrationId"], session["profileId"]) == ("s", 7)
    upgraded.call("PUT", "/v2/customer_profiles/new", {})
    assert upgraded.manage("GET", "/v1/customers/8").body["integrationId"] == "new"


def test_giveaways_of_the_first_version_stay_in_their_order(upgraded: Client):
    pool = upgraded.manage("GET", "/v1/giveaways/pools/2/export").body
    assert [line.split(",")[2] for line in pool.splitlines()] == ["code", "Z", "A"]
