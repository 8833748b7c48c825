"""Requests for the same session or profile come one after another, and not too many at a time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sandbox.emulator.answers import Answer
from sandbox.emulator.turns import Turn, Turns


class Place:
    """Turns of one server, with what was answered in which order."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.done: list[str] = []
        self.gate = threading.Event()

    def send(self, name: str, workspace: str = "w", **turn: Any) -> asyncio.Task[Answer]:
        """Send a request; one that is heavy works until the gate is open."""

        def work() -> Answer:
            if turn.get("is_heavy"):
                assert self.gate.wait(10)
            self.done.append(name)
            return Answer(200, name.encode())

        request = Turn(work, **turn)
        return asyncio.create_task(self.turns.take(workspace, request, work))

    async def settle(self) -> None:
        """Let everything that can go on go on."""
        for _ in range(10):
            await asyncio.sleep(0)


def in_place(scenario: Callable[[Place], Awaitable[None]]) -> None:
    """Run a scenario in a thread of its own: browsers leave a loop running in the tests' one."""

    async def run() -> None:
        place = Place()
        try:
            await scenario(place)
        finally:
            place.gate.set()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(run())).result()


def test_the_fourth_request_is_refused_at_once():
    async def scenario(place: Place) -> None:
        waiting = [place.send(name, session_id="s", is_heavy=True) for name in "abc"]
        await place.settle()
        refused = await place.send("d", session_id="s")
        assert refused.status == 409
        assert b"updating this session at the same time" in (refused.body or b"")
        place.gate.set()
        assert [answer.status for answer in await asyncio.gather(*waiting)] == [200] * 3
        assert place.done == ["a", "b", "c"]

    in_place(scenario)


def test_four_requests_that_come_at_the_same_moment_are_too_many():
    async def scenario(place: Place) -> None:
        tasks = [place.send(name, profile_id="p") for name in "abcd"]
        statuses = [answer.status for answer in await asyncio.gather(*tasks)]
        assert statuses == [200, 200, 200, 409]

    in_place(scenario)


def test_the_refusal_names_what_too_many_wait_for():
    async def scenario(place: Place) -> None:
        tasks = [place.send(name, session_id=name, profile_id="p") for name in "abcd"]
        *_, refused = await asyncio.gather(*tasks)
        assert refused.status == 409
        assert b"updating this profile at the same time" in (refused.body or b"")

    in_place(scenario)


def test_the_queue_is_served_in_order():
    async def scenario(place: Place) -> None:
        first = place.send("a", session_id="s", is_heavy=True)
        rest = [place.send("b", session_id="s"), place.send("c", session_id="s")]
        await place.settle()
        assert place.done == []
        place.gate.set()
        await asyncio.gather(first, *rest)
        assert place.done == ["a", "b", "c"]

    in_place(scenario)


@pytest.mark.parametrize(
    "other", [{"session_id": "t"}, {"profile_id": "s"}, {"session_id": "s", "workspace": "other"}]
)
def test_others_are_served_side_by_side(other: dict[str, Any]):
    async def scenario(place: Place) -> None:
        slow = place.send("slow", session_id="s", is_heavy=True, stores=False)
        await place.settle()
        assert (await place.send("quick", **other)).status == 200
        assert place.done == ["quick"]
        place.gate.set()
        await slow

    in_place(scenario)


def test_a_request_waits_for_its_session_and_its_profile():
    async def scenario(place: Place) -> None:
        slow = place.send("slow", profile_id="p", is_heavy=True, stores=False)
        both = place.send("both", session_id="s", profile_id="p")
        behind = place.send("behind", session_id="s")
        await place.settle()
        assert place.done == []
        place.gate.set()
        await asyncio.gather(slow, both, behind)
        assert place.done == ["slow", "both", "behind"]

    in_place(scenario)


def test_what_stores_something_follows_a_heavy_write_and_does_not_hold_up_the_loop():
    async def scenario(place: Place) -> None:
        heavy = place.send("heavy", session_id="s", is_heavy=True)
        await place.settle()
        write = place.send("write", session_id="t")
        dry = place.send("dry", session_id="u", stores=False)
        await place.settle()
        assert place.done == ["dry"]
        place.gate.set()
        await asyncio.gather(heavy, write, dry)
        assert place.done == ["dry", "heavy", "write"]

    in_place(scenario)


def test_a_request_that_fails_makes_place():
    async def scenario(place: Place) -> None:
        def fail() -> Answer:
            raise RuntimeError

        for _ in range(5):
            with pytest.raises(RuntimeError):
                await place.turns.take("w", Turn(fail, "s"), fail)
        assert (await place.send("a", session_id="s")).status == 200

    in_place(scenario)


def test_a_light_dry_request_skips_the_queue_only_when_nobody_is_in_it():
    async def scenario(place: Place) -> None:
        dry = Turn(lambda: Answer(200, b""), "s", "p", stores=False)
        assert place.turns.can_skip("w", dry)
        waiting = place.send("a", profile_id="p", is_heavy=True)
        await place.settle()
        assert not place.turns.can_skip("w", dry)
        assert place.turns.can_skip("other", dry)
        place.gate.set()
        await waiting
        assert place.turns.can_skip("w", dry)

    in_place(scenario)
