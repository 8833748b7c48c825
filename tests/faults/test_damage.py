"""Damage that shows only when a page of the database is read: a sentence, never a failure."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sandbox.emulator.server import BackgroundServer
from sandbox.workspace.errors import StoreError
from tests.client import Client, Reply, coupon_campaign, item
from tests.conftest import settings

DAMAGED = "The database file is damaged"
# How many pages are damaged, each in a copy of its own.
PAGES = 12
BUNDLE: dict[str, Any] = {
    "campaigns": [coupon_campaign(limits=[{"action": "setDiscount", "limit": 10_000}])],
    "coupons": [{"value": "TEN", "campaignId": 1, "usageLimit": 0}],
    "loyaltyPrograms": [{"id": 5, "name": "club"}],
    "loyaltyTransactions": [
        {"programId": 5, "profileIntegrationId": "p-1", "type": "addition", "amount": 70}
    ],
    "giveawayPools": [{"id": 2, "name": "Cinema", "codes": [{"code": "A"}]}],
    "catalogs": [{"id": 30, "name": "Shoes", "items": [{"id": 1, "sku": "A", "price": 5}]}],
}


@contextmanager
def serving(home: Path) -> Iterator[Client]:
    server = BackgroundServer(settings(home))
    try:
        yield Client(server.running.base_url)
    finally:
        server.stop()


class Sound(NamedTuple):
    """A home that is in order, and the key of its workspace."""

    home: Path
    key: str


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """A home with a workspace whose tables have several pages each."""
    home = tmp_path_factory.mktemp("sound")
    with serving(home) as client:
        client.load("shop", **BUNDLE)
        for number in range(60):
            client.put_session(
                f"order-{number}",
                profileId=f"p-{number % 7}",
                state="closed" if number % 2 else "open",
                couponCodes=["TEN"],
                cartItems=[item()],
            )
    return Sound(home, client.key)


def everyday(client: Client) -> Iterator[Reply]:
    """Yield the answers to calls that between them read every kind of row."""
    yield client.send("GET", "/sandbox/v1/workspaces")
    yield client.send("GET", "/sandbox/v1/workspaces/shop")
    for number in (0, 1, 30, 59):
        yield client.get_session(f"order-{number}")
    order = {"profileId": "p-1", "couponCodes": ["TEN"], "cartItems": [item()]}
    content = ["loyalty", "coupons", "customerProfile", "triggeredCampaigns"]
    yield client.put_session("dry", "?dry=true", content, **order)
    yield client.put_session("order-2", "", content, **order, state="closed")
    yield client.put_session("order-1", state="cancelled")
    yield client.put_session("new", "", content, **order, state="closed")
    yield client.call("GET", "/v1/customer_profiles/p-1/inventory?profile=true&coupons=true")
    yield client.call("GET", "/v1/loyalty_programs/5/profile/p-1/transactions")
    yield client.call("GET", "/v1/coupon_reservations/customerprofiles/TEN")


def overwritten(page: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(len(page))


def zeroed(page: bytes, chance: random.Random) -> bytes:
    return bytes(len(page))


def scratched(page: bytes, chance: random.Random) -> bytes:
    """Spoil a few bytes of what the page holds; its structure may stay sound."""
    spoilt = bytearray(page)
    for _ in range(8):
        place = chance.randrange(len(page) // 2, len(page))
        spoilt[place : place + 4] = chance.randbytes(4)
    return bytes(spoilt[: len(page)])


@pytest.mark.parametrize("spoil", [overwritten, zeroed, scratched])
def test_a_damaged_page_is_told_by_whatever_reads_it(
    sound: Sound, tmp_path: Path, spoil: Callable[[bytes, random.Random], bytes]
):
    chance = random.Random(spoil.__name__)
    content = (sound.home / "sandbox.db").read_bytes()
    (tmp_path / "secret").write_bytes((sound.home / "secret").read_bytes())
    with closing(sqlite3.connect(sound.home / "sandbox.db")) as database:
        (size,) = database.execute("PRAGMA page_size").fetchone()
    told = 0
    for start in chance.sample(range(size, len(content), size), PAGES):
        end = start + size
        damaged = content[:start] + spoil(content[start:end], chance) + content[end:]
        (tmp_path / "sandbox.db").write_bytes(damaged)
        told += is_told(tmp_path, sound.key)
    assert told > PAGES // 4


def is_told(home: Path, key: str) -> bool:
    """Return whether a server over a damaged home says so, at its start or when it is asked."""
    try:
        with serving(home) as client:
            client.key = key
            replies = list(everyday(client))
    except StoreError as error:
        return str(error).startswith(DAMAGED)
    assert {reply.status for reply in replies} <= {200, 503}
    troubles = [reply.body["message"] for reply in replies if reply.status == 503]
    return any(trouble.startswith(DAMAGED) for trouble in troubles)
