"""A disk or a file that fails: a sentence says so, and what is stored stays as it was."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
from contextlib import closing
from typing import Any

import pytest

from tests.client import Reply, coupon_campaign, item
from tests.process import ServerOf

BUNDLE: dict[str, Any] = {
    "campaigns": [coupon_campaign()],
    "coupons": [{"value": "TEN", "campaignId": 1, "usageLimit": 0}],
}
UNLIMITED = resource.RLIM_INFINITY


class Shop:
    """A workspace of a server, and the file it is kept in."""

    def __init__(self, server: ServerOf) -> None:
        self.server = server
        self.client = server.client
        self.database = server.home / "sandbox.db"

    def close_order(self, session_id: str) -> Reply:
        return self.client.put_session(
            session_id, profileId="p", state="closed", couponCodes=["TEN"], cartItems=[item()]
        )

    def stored(self) -> Any:
        return self.server.stored("shop")

    def orders(self) -> list[str]:
        """Return the stored sessions, once the counters were found to be right for them."""
        stored = self.stored()
        (coupon,) = stored["coupons"]
        ids = [session["integrationId"] for session in stored.get("customerSessions", [])]
        assert coupon["usageCounter"] == len(ids)
        events = stored["x-runtime"].get("events", [])
        assert [e["sessionId"] for e in events if e["type"] == "talon_session_closed"] == ids
        return ids


@pytest.fixture
def shop(process: ServerOf) -> Shop:
    assert process.client.load("shop", **BUNDLE).status == 201
    return Shop(process)


def message(reply: Reply) -> str:
    """Return what a refusal for trouble with the database says."""
    assert reply.status == 503, reply
    text: str = reply.body["message"]
    return text


def let_files_grow(process: subprocess.Popen[str] | None, size: int) -> None:
    """From now on the process can write no file beyond this size; the disk is full for it."""
    assert process is not None
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, UNLIMITED))


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits other processes")
@pytest.mark.parametrize("room", [0, 100_000])
def test_on_a_full_disk_orders_are_refused_whole_and_those_before_are_kept(shop: Shop, room: int):
    wal = shop.database.with_name("sandbox.db-wal")
    told = [f"before-{number}" for number in range(3)]
    assert [shop.close_order(name).status for name in told] == [200] * 3
    let_files_grow(shop.server.process, wal.stat().st_size + room if room else 0)
    for number in range(100):
        reply = shop.close_order(f"order-{number}")
        if reply.status != 200:
            break
        told.append(f"order-{number}")
    assert message(reply) == "The disk is full or it fails. Nothing was stored."
    assert message(shop.client.load("shop", **BUNDLE)) == message(reply)
    assert message(shop.client.load("another", **BUNDLE)) == message(reply)
    assert shop.orders() == told
    assert shop.client.get_session("before-1").status == 200

    let_files_grow(shop.server.process, UNLIMITED)
    assert shop.close_order("after").status == 200
    assert "Traceback" not in shop.server.end(signal.SIGKILL)
    shop.server.open()
    assert shop.orders() == [*told, "after"]


def test_while_another_program_locks_the_database_reading_goes_on_and_writing_is_refused(
    shop: Shop,
):
    assert shop.close_order("before").status == 200
    with closing(sqlite3.connect(shop.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert message(shop.close_order("locked")) == (
            "Another program has locked the database. Close it and try again."
        )
        assert shop.client.get_session("before").status == 200
        assert shop.client.put_session("dry", "?dry=true", cartItems=[item()]).status == 200
        assert shop.orders() == ["before"]
    assert shop.close_order("after").status == 200
    assert shop.orders() == ["before", "after"]
    assert shop.server.end() == ""


def test_a_locked_database_is_not_opened(shop: Shop):
    shop.server.end()
    with closing(sqlite3.connect(shop.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert shop.server.give_up() == (
            "Another program has locked the database. Close it and try again.\n"
        )


def test_a_file_that_is_no_database_is_left_alone(shop: Shop):
    shop.server.end()
    content = b"this is no database" + shop.database.read_bytes()[19:]
    shop.database.write_bytes(content)
    assert shop.server.give_up() == (
        "The database file is damaged, or it is something else. Move it away.\n"
    )
    assert shop.database.read_bytes() == content


def test_a_database_of_a_newer_version_is_left_alone(shop: Shop):
    shop.server.end()
    with closing(sqlite3.connect(shop.database)) as database:
        database.execute("INSERT INTO schema VALUES (99)")
        database.execute("DROP TABLE trackers")  # it may have other tables, too
        database.commit()
    content = shop.database.read_bytes()
    assert shop.server.give_up() == (
        "The database was written by a newer version of the promotion sandbox. "
        "Update, or set SANDBOX_HOME to another folder.\n"
    )
    assert shop.database.read_bytes() == content


def as_others_may() -> tuple[str, ...]:
    """Return what runs a command without root's right to write every file."""
    rights = "-dac_override,-dac_read_search"
    return ("setpriv", "--bounding-set", rights) if os.geteuid() == 0 else ()


def test_a_database_that_may_not_be_written_is_not_opened(shop: Shop):
    assert shop.close_order("before").status == 200
    shop.server.end()
    content = shop.database.read_bytes()
    shop.database.chmod(0o400)
    assert shop.server.give_up(*as_others_may()) == "The database file may not be written.\n"
    assert shop.database.read_bytes() == content
    shop.database.chmod(0o600)
    shop.server.open()
    assert shop.orders() == ["before"]


def test_a_bundle_of_a_newer_format_is_refused_and_the_workspace_stays(shop: Shop):
    assert shop.close_order("before").status == 200
    before = shop.stored()
    refused = shop.client.load("shop", formatVersion=2, campaigns=[{"unheard": "of"}])
    assert refused.status == 400
    assert refused.faults == {"/formatVersion": "This version reads bundles of format 1, not 2"}
    assert shop.stored() == before
    assert shop.orders() == ["before"]
