"""Turns: at most three requests at a time for one session, and for one profile.

One runs and two wait; they are served in the order in which they came, those of other sessions and
profiles side by side with them. A fourth is refused at once. A request that stores something lets
those that came at the same moment take their places before it runs, as on a server that needs time
for each; dry ones, which are most, do not wait for that. What takes long leaves the event loop for
a thread, and whatever stores something meanwhile follows it there: the database has one writer, and
the loop must not wait for it.
Source: reference/api/07, section 7.4; decisions A59, A61, A62, S140, S141.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, NamedTuple, TypeVar

import msgspec

from sandbox.emulator.answers import Answer, crowded
from sandbox.emulator.http import Incoming

MAX_AT_A_TIME = 3

# Whose handler it is: a workspace, or all of them.
Owner = TypeVar("Owner")

Kind = Literal["session", "profile"]


class Turn(msgspec.Struct, frozen=True):
    """A request that is read, and what answers it when its turn has come.

    `session_id` and `profile_id` say whose turn that is, "" nobody's. `stores` is false for dry
    requests. One that `is_heavy` would hold up others.
    """

    work: Callable[[], Answer]
    session_id: str = ""
    profile_id: str = ""
    stores: bool = True
    is_heavy: bool = False


def storing(
    handler: Callable[[Owner, Incoming], Answer], *, is_heavy: bool = False
) -> Callable[[Owner, Incoming], Turn]:
    """Return a handler that stores something as one that takes nobody's turn.

    `is_heavy`: it may take long, for it changes much at once or compiles rules anew.
    """
    return lambda owner, incoming: Turn(lambda: handler(owner, incoming), is_heavy=is_heavy)


def searching(handler: Callable[[Owner, Incoming], Answer]) -> Callable[[Owner, Incoming], Turn]:
    """Return a handler that reads much, and stores nothing, as one that leaves the event loop."""
    return lambda owner, incoming: Turn(
        lambda: handler(owner, incoming), stores=False, is_heavy=True
    )


class _Place(NamedTuple):
    """What one queue is for."""

    workspace: str
    kind: Kind
    id: str


class _Ticket:
    """One request in its queues. `called` is there while it waits."""

    __slots__ = ("called", "places")

    def __init__(self, places: list[_Place]) -> None:
        self.places = places
        self.called: asyncio.Future[None] | None = None


class Turns:
    """The queues of one server; for its event loop only."""

    def __init__(self) -> None:
        self._queues: dict[_Place, deque[_Ticket]] = {}
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="heavy")
        self._heavy_writes = 0

    async def aside(self, work: Callable[[], Answer | Turn]) -> Answer | Turn:
        """Do what may take long, stores nothing and is nobody's turn, off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)

    def can_skip(self, workspace: str, turn: Turn) -> bool:
        """Tell whether a request can be answered within this step of the event loop.

        Then nobody could see that it took its place.
        """
        if turn.stores or turn.is_heavy:
            return False
        return not self._queues or not any(
            place in self._queues for place in _places(workspace, turn)
        )

    async def take(self, workspace: str, turn: Turn, work: Callable[[], Answer]) -> Answer:
        """Answer a request by `work` when its turn has come, or refuse it if too many wait."""
        ticket = self._enter(workspace, turn)
        if isinstance(ticket, Answer):
            return ticket
        try:
            if not self._is_first(ticket):
                ticket.called = asyncio.get_running_loop().create_future()
                await ticket.called
            elif turn.stores:
                await asyncio.sleep(0)
            return await self._run(turn, work)
        finally:
            self._leave(ticket)

    def _enter(self, workspace: str, turn: Turn) -> _Ticket | Answer:
        places = _places(workspace, turn)
        for place in places:
            if len(self._queues.get(place, ())) >= MAX_AT_A_TIME:
                return crowded(place.kind)
        ticket = _Ticket(places)
        for place in places:
            self._queues.setdefault(place, deque()).append(ticket)
        return ticket

    def _is_first(self, ticket: _Ticket) -> bool:
        return all(self._queues[place][0] is ticket for place in ticket.places)

    def _leave(self, ticket: _Ticket) -> None:
        """Make place, and call those whose turn it is now."""
        for place in ticket.places:
            queue = self._queues[place]
            queue.remove(ticket)
            if not queue:
                del self._queues[place]
        for place in ticket.places:
            for following in list(self._queues.get(place, ()))[:1]:
                if following.called and not following.called.done() and self._is_first(following):
                    following.called.set_result(None)

    async def _run(self, turn: Turn, work: Callable[[], Answer]) -> Answer:
        if not turn.is_heavy and not (turn.stores and self._heavy_writes):
            return work()
        self._heavy_writes += turn.stores
        try:
            return await asyncio.get_running_loop().run_in_executor(self._worker, work)
        finally:
            self._heavy_writes -= turn.stores


def _places(workspace: str, turn: Turn) -> list[_Place]:
    places = []
    if turn.session_id:
        places.append(_Place(workspace, "session", turn.session_id))
    if turn.profile_id:
        places.append(_Place(workspace, "profile", turn.profile_id))
    return places
