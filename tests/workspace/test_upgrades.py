"""Homes that earlier versions wrote."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sandbox.emulator.server import BackgroundServer
from tests.client import Client
from tests.conftest import settings
from tests.emulator.management.codes import coupon, loaded, values

# Tables as version 1 made them.
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
UPDATE schema SET version = 1;
"""


def test_codes_of_the_first_version_are_there_and_can_be_searched(tmp_path: Path):
    server = BackgroundServer(settings(tmp_path))
    client = loaded(
        Client(server.running.base_url),
        coupons=[coupon(1, "OLD-1", usageCounter=1), coupon(2, "OLD-2")],
        giveawayPools=[{"id": 2, "name": "Cinema", "codes": [{"code": "Z"}, {"code": "A"}]}],
    )
    server.stop()
    database = sqlite3.connect(tmp_path / "sandbox.db")
    database.executescript(_VERSION_1)
    database.close()
    for _ in range(2):  # an upgraded home opens as any other
        server = BackgroundServer(settings(tmp_path))
        client.base_url = server.running.base_url
        assert values(client, "?value=old2") == ["OLD-2"]
        assert values(client, "?redeemed=true") == ["OLD-1"]
        pool = client.manage("GET", "/v1/giveaways/pools/2/export").body
        assert [line.split(",")[2] for line in pool.splitlines()] == ["code", "Z", "A"]
        server.stop()
