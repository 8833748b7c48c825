"""One client's orders: a planned sequence of requests, and a journal of what came of each."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Literal

from tests.client import Client, Reply, item
from tests.faults.shop import profile_of

State = Literal["", "open", "closed", "partially_returned", "cancelled"]
Step = Literal["open", "close", "cancel", "return", "reopen"]

# Which steps a session in a state can take, each as often as it stands here.
STEPS: dict[State, tuple[Step, ...]] = {
    "open": ("close", "close", "close", "open", "cancel"),
    "closed": ("cancel", "reopen", "return"),
    "partially_returned": ("cancel", "return"),
}
AFTER: dict[Step, State] = {
    "open": "open",
    "close": "closed",
    "cancel": "cancelled",
    "return": "partially_returned",
    "reopen": "open",
}


@dataclass
class Attempt:
    """One request. `reply` is what the client was told, None if the server was gone by then."""

    session_id: str
    step: Step
    before: State
    method: str
    path: str
    body: Any
    key: str
    reply: Reply | None = None

    @property
    def is_done(self) -> bool:
        """Whether the client was told that it was done."""
        return self.reply is not None and self.reply.status == 200

    @property
    def events(self) -> list[str]:
        """The types of events that it raises when it is done."""
        if self.step == "close":
            created = ["talon_session_created"] if not self.before else []
            return [*created, "talon_session_closed"]
        if self.step == "open":
            return ["talon_session_updated" if self.before else "talon_session_created"]
        if self.step == "cancel":
            return [f"talon_session_{'cancelled' if self.before == 'open' else 'revoked'}"]
        return [
            {"return": "talon_session_partially_returned", "reopen": "talon_session_reopened"}[
                self.step
            ]
        ]

    def send(self, client: Client) -> None:
        self.reply = client.call(self.method, self.path, self.body, **{"Idempotency-Key": self.key})


@dataclass
class Session:
    """What the client believes of a session of its own."""

    id: str
    profile: str
    state: State = ""
    left: int = 0


@dataclass
class Orders:
    """The client with this number; the same seed plans the same orders."""

    number: int
    chance: random.Random
    sessions: list[Session] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)

    def run(self, client: Client, most: int) -> Iterator[Attempt]:
        """Send request after request and yield each answered one, until the server is gone."""
        while len(self.attempts) < most:
            session, attempt = self._next()
            self.attempts.append(attempt)
            try:
                attempt.send(client)
            except (OSError, HTTPException):
                return
            if attempt.is_done:
                session.state = AFTER[attempt.step]
                session.left -= attempt.step == "return"
            yield attempt

    def _next(self) -> tuple[Session, Attempt]:
        able = [session for session in self.sessions if STEPS.get(session.state) and session.left]
        if able and self.chance.random() < 0.5:
            session = self.chance.choice(able)
            step = self.chance.choice(STEPS[session.state])
        else:
            profile = profile_of(self.number, self.chance.random() < 0.5)
            session = Session(f"order-{self.number}-{len(self.sessions)}", profile)
            self.sessions.append(session)
            step = self.chance.choice(("open", "close", "close"))
        return session, self._attempt(session, step)

    def _attempt(self, session: Session, step: Step) -> Attempt:
        path = f"/v2/customer_sessions/{session.id}"
        key = f"{session.id}/{len(self.attempts)}"
        if step == "reopen":
            return Attempt(session.id, step, session.state, "PUT", f"{path}/reopen", None, key)
        if step == "return":
            body = {"return": {"returnedCartItems": [{"position": 0, "quantity": 1}]}}
            return Attempt(session.id, step, session.state, "POST", f"{path}/returns", body, key)
        order: dict[str, Any] = {"state": "cancelled"}
        if step != "cancel":
            order = self._order(session, step)
        body = {"customerSession": order, "responseContent": ["customerSession"]}
        return Attempt(session.id, step, session.state, "PUT", path, body, key)

    def _order(self, session: Session, step: Step) -> dict[str, Any]:
        session.left = self.chance.randint(1, 3)
        codes = self.chance.choice([["LAST"], ["LAST"], ["PLENTY"], ["SPEND"], ["LAST", "SPEND"]])
        return {
            "profileId": session.profile,
            "state": "closed" if step == "close" else "open",
            "couponCodes": codes,
            "referralCode": self.chance.choice(["", "FRIEND-0", "FRIEND-1"]),
            "cartItems": [item(10 * self.chance.randint(1, 6), session.left)],
        }
