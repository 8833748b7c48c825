"""Whatever a client was told is there after `kill -9`, and nothing is there by halves."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Callable
from http.client import HTTPException
from typing import Any

import pytest

from tests.client import Client
from tests.faults.books import stored_attempts
from tests.faults.orders import Attempt, Orders
from tests.faults.shop import BUNDLE, CLIENTS
from tests.process import ServerOf

# So that a round's events all stay in the history, of which the newest 1,000 are kept.
MOST_REQUESTS = 55
SIDE_COUPONS = 100


class Load:
    """Clients at work until the server dies; it should after so many answers."""

    def __init__(self, url: str, key: str, chance: random.Random) -> None:
        self.orders = [Orders(number, random.Random(chance.random())) for number in range(CLIENTS)]
        self.bundles = 0
        self._url, self._key = url, key
        self._answers_left = chance.randint(1, 300)
        self._may_die = threading.Event()
        self._lock = threading.Lock()

    @property
    def attempts(self) -> list[Attempt]:
        return [attempt for orders in self.orders for attempt in orders.attempts]

    def run(self, kill: Callable[[], None]) -> None:
        """Let all clients work, and kill the server when its time has come."""
        threads = [threading.Thread(target=self._order, args=(one,)) for one in self.orders]
        threads.append(threading.Thread(target=self._load_bundles))
        for thread in threads:
            thread.start()
        assert self._may_die.wait(60)
        kill()
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()

    def _order(self, orders: Orders) -> None:
        client = Client(self._url)
        client.key = self._key
        for _ in orders.run(client, MOST_REQUESTS):
            with self._lock:
                self._answers_left -= 1
                if self._answers_left == 0:
                    self._may_die.set()

    def _load_bundles(self) -> None:
        """Replace a workspace again and again; `bundles` counts what was answered."""
        client = Client(self._url)
        while not self._may_die.is_set():
            try:
                assert client.load("side", **side_bundle(self.bundles + 1)).status == 201
            except (OSError, HTTPException):
                return
            self.bundles += 1
            time.sleep(0.02)


def side_bundle(version: int) -> dict[str, Any]:
    coupons = [
        {"value": f"CODE-{n}", "campaignId": 1, "usageLimit": version} for n in range(SIDE_COUPONS)
    ]
    campaign = {"id": 1, "name": f"version {version}", "ruleset": {"id": 1, "promotionRules": []}}
    return {"campaigns": [campaign], "coupons": coupons}


def check_side(client: Client, answered: int) -> None:
    """The workspace that was replaced again and again is one of the two that it can be, whole."""
    reply = client.send("GET", "/sandbox/v1/workspaces/side")
    if reply.status == 404:
        assert not answered
        return
    limits = [coupon["usageLimit"] for coupon in reply.body["coupons"]]
    (version,) = set(limits)
    assert version in (answered, answered + 1)
    assert len(limits) == SIDE_COUPONS
    assert reply.body["campaigns"][0]["name"] == f"version {version}"


class Tally:
    """What several kills have met."""

    def __init__(self) -> None:
        self.kills = self.answered = self.refused = self.stored = self.lost = 0

    def add(self, attempts: list[Attempt], stored: set[str]) -> None:
        self.kills += 1
        self.answered += sum(attempt.is_done for attempt in attempts)
        self.refused += sum(a.reply is not None and not a.is_done for a in attempts)
        self.stored += len(stored)
        self.lost += sum(a.reply is None and a.key not in stored for a in attempts)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills: {self.answered} updates were answered and are there, "
            f"{self.refused} were refused; {self.stored} were not answered and are there whole, "
            f"{self.lost} were not answered and are not there"
        )


def test_what_was_answered_survives_kills_at_any_instant(
    process: ServerOf, pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]
):
    client, chance, tally = process.client, random.Random(4), Tally()
    for number in range(200 if pytestconfig.getoption("long") else 5):
        client.send("DELETE", "/sandbox/v1/workspaces/side")
        name = f"round-{number}"
        assert client.load(name, **BUNDLE).status == 201
        load = Load(client.base_url, client.key, chance)
        delay = chance.uniform(0, 0.01)

        def kill(delay: float = delay) -> None:
            time.sleep(delay)
            assert process.end(signal.SIGKILL) == ""

        load.run(kill)
        process.open()
        check_side(client, load.bundles)
        stored = stored_attempts(process.stored(name), load.attempts)
        tally.add(load.attempts, stored)

        # Sent again with the same key, each is done once, whether it was stored before or not.
        for attempt in load.attempts:
            if attempt.reply is None:
                attempt.send(client)
                assert attempt.is_done, attempt
        assert stored_attempts(process.stored(name), load.attempts) == set()
    with capsys.disabled():
        print(f"\n{tally}")
    assert tally.stored + tally.lost
