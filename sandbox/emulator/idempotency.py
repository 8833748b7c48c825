"""Requests with an Idempotency-Key are done once; repeated ones get the first one's answer.

Source: reference/api/07, section 7.6; decisions F17, A58.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from sandbox.emulator.answers import Answer
from sandbox.emulator.http import Incoming
from sandbox.errors import Fault, Refused
from sandbox.workspace.entities import IdempotentAnswer
from sandbox.workspace.workspace import Remember, Workspace

T = TypeVar("T")

MAX_KEY = 255
ANSWERS_LAST = timedelta(hours=24)


class Once:
    """The Idempotency-Key of one request, if it has one; raises Refused for one that is too long.

    A refusal is not kept: the request did nothing, and may be sent again.
    """

    def __init__(self, workspace: Workspace, incoming: Incoming) -> None:
        self._workspace = workspace
        self._key = incoming.headers.get("idempotency-key")
        if self._key is not None and len(self._key) > MAX_KEY:
            details = f"An Idempotency-Key has at most {MAX_KEY} characters"
            raise Refused([Fault("Too long", details, parameter="Idempotency-Key")])

    def answer(self, act: Callable[[Remember[T]], T], make: Callable[[T], Answer]) -> Answer:
        """Act, and make the answer of what that gives, unless this key was answered before."""
        replayed = self._replayed()
        if replayed is not None:
            return replayed
        made: list[Answer] = []

        def remember(outcome: T) -> IdempotentAnswer | None:
            made.append(make(outcome))
            return self._kept(made[0])

        act(remember)
        return made[0]

    def _replayed(self) -> Answer | None:
        """Return what this key was answered within 24 hours of the workspace's clock."""
        kept = self._workspace.answered(self._key) if self._key is not None else None
        if kept is None or self._workspace.clock.now() - kept.time >= ANSWERS_LAST:
            return None
        return Answer(kept.status, kept.answer.encode() or None)

    def _kept(self, answer: Answer) -> IdempotentAnswer | None:
        if self._key is None:
            return None
        return IdempotentAnswer(
            key=self._key,
            time=self._workspace.clock.now(),
            status=answer.status,
            answer=(answer.body or b"").decode(),
        )
