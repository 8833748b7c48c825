"""One request at work: what it reads of the workspace, and how it is evaluated.

Everything goes over one connection, so that a request that stores something is one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from sandbox.engine.changes import Change
from sandbox.engine.codes import normal_codes
from sandbox.engine.compiled import CompiledApplication
from sandbox.engine.evaluation import Request
from sandbox.engine.model import Coupon, CustomerProfile, CustomerSession
from sandbox.workspace.creations import evaluate_with_new_codes
from sandbox.workspace.entities import TrackedEvent
from sandbox.workspace.facts import NO_MOVES, AudienceMoves, read_facts
from sandbox.workspace.mentioned import NOTHING_MENTIONED, read_mentioned
from sandbox.workspace.profiles import new_profile
from sandbox.workspace.records import Records
from sandbox.workspace.standing import read_loyalty_facts, read_progress_facts
from sandbox.workspace.updating.outcomes import Outcome


class Work(msgspec.Struct, frozen=True):
    """What handling one request needs; `now` is its time."""

    records: Records
    connection: Connection
    application: CompiledApplication
    now: datetime

    def profile(self, profile_id: str) -> CustomerProfile | None:
        """Return a profile as active now; one that is not stored yet is empty. "" has none."""
        if not profile_id:
            return None
        stored = self.records.profile(self.connection, profile_id)
        if stored is not None:
            return replace(stored, last_activity=self.now)
        return new_profile(self.records, self.connection, profile_id, self.now)

    def touch(self, profile_id: str) -> None:
        """Note that a profile was active now, if it is stored."""
        stored = self.records.profile(self.connection, profile_id) if profile_id else None
        if stored is not None:
            self.records.put_profile(self.connection, replace(stored, last_activity=self.now))

    def coupons(self, session: CustomerSession) -> list[Coupon]:
        """Return the coupons of a session's codes, each once (decision A31)."""
        case = self.application.settings.case_sensitivity
        codes = normal_codes(session.coupon_codes, case)
        found = (self.records.coupon(self.connection, code) for code in codes)
        return [coupon for coupon in found if coupon is not None]

    def evaluate(
        self,
        request: Request,
        profile: CustomerProfile | None,
        moves: AudienceMoves = NO_MOVES,
    ) -> Outcome:
        """Evaluate a request; nothing is stored."""
        session = request.session
        coupons = self.coupons(session)
        facts = read_facts(
            self.records,
            self.connection,
            self.application,
            session,
            profile,
            coupons,
            self.now,
            moves,
        )
        evaluation = evaluate_with_new_codes(
            self.records, self.connection, self.application, facts, request, self.now
        )
        return Outcome(
            session,
            profile,
            evaluation.effects,
            evaluation,
            coupons,
            loyalty=facts.loyalty,
            achievements=facts.achievements,
            points=evaluation.points,
        )

    def stored(self, outcome: Outcome) -> Outcome:
        """Return the outcome with profile and coupons as they are after the changes."""
        session = outcome.session
        profile = (
            self.records.profile(self.connection, session.profile_id)
            if session.profile_id
            else None
        )
        return replace(outcome, profile=profile, coupons=self.coupons(session))

    def final(self, outcome: Outcome) -> Outcome:
        """Return the outcome with the points and progress stored now: nothing is tentative."""
        session = outcome.session
        return replace(
            outcome,
            loyalty=read_loyalty_facts(self.records, self.connection, self.application, session),
            achievements=read_progress_facts(
                self.records, self.connection, self.application, session
            ),
            points={},
        )

    def mentioned(self, outcome: Outcome, changes: Sequence[Change] = ()) -> Outcome:
        """Return the outcome with what its effects and codes name, and what `changes` make."""
        mentioned = read_mentioned(
            self.records,
            self.connection,
            self.application,
            outcome.session,
            outcome.effects,
            changes or (outcome.evaluation.changes if outcome.evaluation else ()),
        )
        if mentioned is NOTHING_MENTIONED and not outcome.coupons:
            return outcome
        redemptions = {
            coupon.value: self.records.coupons.redemption_count(
                self.connection, coupon.value, outcome.session.profile_id
            )
            for coupon in outcome.coupons
        }
        return replace(outcome, redemptions=redemptions, mentioned=mentioned)

    def log(self, event: TrackedEvent) -> TrackedEvent:
        """Store an event, and return it with its id."""
        numbered = replace(event, id=self.records.events.next_id(self.connection))
        self.records.events.add(self.connection, numbered)
        return numbered
