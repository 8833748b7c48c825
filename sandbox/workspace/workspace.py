"""One workspace at work: evaluate updates, and store what they change unless they are dry.

A stored update is one transaction from its first read to its last write. A dry one reads, evaluates
and forgets; there is no other difference between the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from secrets import token_hex
from typing import Any, TypeAlias, TypeVar

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from sandbox.engine.changes import Change
from sandbox.engine.codes import normal_code
from sandbox.engine.compile import compile_application
from sandbox.engine.compiled import CompiledApplication
from sandbox.engine.definitions import Audience
from sandbox.engine.evaluation import Evaluation, Request, SessionEvent
from sandbox.engine.model import Coupon, CustomerProfile, CustomerSession, Effect
from sandbox.engine.rollback import is_rolled_back, redeemed_codes, rollback
from sandbox.engine.trace import Trace
from sandbox.errors import Refused
from sandbox.numbers import ZERO
from sandbox.workspace.bundle import Bundle
from sandbox.workspace.clock import Clock
from sandbox.workspace.creations import evaluate_with_new_codes, kept_codes
from sandbox.workspace.entities import IdempotentAnswer, SessionHistory
from sandbox.workspace.errors import UnknownSessionError
from sandbox.workspace.facts import read_facts
from sandbox.workspace.mentioned import (
    NOTHING_MENTIONED,
    Mentioned,
    audiences_of,
    read_mentioned,
)
from sandbox.workspace.records import Records
from sandbox.workspace.sessions import (
    SessionRules,
    merge_attributes,
    transition,
    transition_fault,
)
from sandbox.workspace.store import Store
from sandbox.workspace.updates import ProfileUpdate, SessionUpdate

T = TypeVar("T")


class SessionOutcome(msgspec.Struct, frozen=True):
    """What an update gave. `evaluation` is None where nothing was evaluated (a cancellation).

    `coupons` are those of the session's codes, `mentioned` what else an answer may show.
    """

    session: CustomerSession
    profile: CustomerProfile | None
    effects: Sequence[Effect]
    evaluation: Evaluation | None
    coupons: Sequence[Coupon]
    mentioned: Mentioned = NOTHING_MENTIONED


# Return the answer to keep for an Idempotency-Key, or None.
Remember: TypeAlias = Callable[[T], IdempotentAnswer | None]


class Workspace:
    """A loaded workspace: its compiled Application in memory, its runtime state in the store."""

    def __init__(self, name: str, bundle: Bundle, clock: Clock, store: Store) -> None:
        self.name = name
        self.clock = clock
        self.raw: Mapping[str, Any] = bundle.raw
        self.application = bundle.application
        self.catalog = bundle.catalog
        self.records = Records(name)
        self._store = store
        self._rules = SessionRules(
            bundle.application.definition, bundle.catalog, bundle.loyalty_cards
        )
        self._recording: CompiledApplication | None = None

    @property
    def recording(self) -> CompiledApplication:
        """The recording form of the same rules, compiled when first asked for."""
        if self._recording is None:
            self._recording = compile_application(self.application.definition, record=True)
        return self._recording

    def preview_session(
        self, session_id: str, update: SessionUpdate, now: datetime | None = None
    ) -> SessionOutcome:
        """Evaluate an update without storing anything. Raises Refused.

        `now` stands in for the workspace's clock.
        """
        self._check(update)
        return self._preview(self.application, session_id, update, now)

    def update_session(
        self, session_id: str, update: SessionUpdate, remember: Remember[SessionOutcome]
    ) -> SessionOutcome:
        """Create or update a session. Raises Refused; nothing is stored then.

        What `remember` makes of the outcome is stored in the same transaction.
        """
        self._check(update)
        with self._store.write({self.name}) as connection:
            outcome = self._update(connection, session_id, update)
            self._remember(connection, remember(outcome))
            return outcome

    def explain(
        self, session_id: str, update: SessionUpdate, now: datetime | None = None
    ) -> tuple[SessionOutcome, Trace]:
        """Evaluate an update with the recording form; stores nothing. Raises Refused."""
        self._check(update)
        outcome = self._preview(self.recording, session_id, update, now)
        trace = outcome.evaluation.trace if outcome.evaluation else None
        if trace is None:  # a cancellation evaluates nothing
            at = now or self.clock.now()
            trace = Trace(now=at, events=["sessionCancelled"], campaigns=[], codes=[])
        return outcome, trace

    def session(self, session_id: str) -> tuple[CustomerSession, Sequence[Effect]]:
        """Return a stored session with its current effects; raises UnknownSessionError."""
        connection = self._store.read
        session = self.records.session(connection, session_id)
        if session is None:
            raise UnknownSessionError(session_id)
        return session, self.records.history(connection, session_id).effects

    def coupon(self, code: str) -> Coupon | None:
        """Return the coupon that a typed code means."""
        case = self.application.settings.case_sensitivity
        return self.records.coupon(self._store.read, normal_code(code, case))

    def redemption_count(self, coupon: Coupon, profile_id: str) -> int:
        """Return how often a profile has redeemed a coupon."""
        return self.records.redemption_count(self._store.read, coupon.value, profile_id)

    def audiences(self, profile_id: str) -> Sequence[Audience]:
        """Return the audiences that a profile belongs to."""
        return audiences_of(self.records, self._store.read, self.application, profile_id)

    def preview_profile(self, profile_id: str, update: ProfileUpdate) -> CustomerProfile:
        """Return the profile that an update would make. Raises Refused."""
        self._check_profile(update)
        return self._updated_profile(self._store.read, profile_id, update, self.clock.now())

    def update_profile(
        self, profile_id: str, update: ProfileUpdate, remember: Remember[CustomerProfile]
    ) -> CustomerProfile:
        """Create or update a profile. Raises Refused; nothing is stored then."""
        self._check_profile(update)
        with self._store.write({self.name}) as connection:
            profile = self._updated_profile(connection, profile_id, update, self.clock.now())
            self.records.put_profile(connection, profile)
            self._remember(connection, remember(profile))
            return profile

    def answered(self, key: str) -> IdempotentAnswer | None:
        """Return what the request with this Idempotency-Key was answered."""
        return self.records.answer(self._store.read, key)

    def _remember(self, connection: Connection, answer: IdempotentAnswer | None) -> None:
        if answer is not None:
            self.records.put_answer(connection, answer)

    def _check_profile(self, update: ProfileUpdate) -> None:
        faults = self._rules.profile_faults(update.attributes)
        if faults:
            raise Refused(faults)

    def _check(self, update: SessionUpdate) -> None:
        faults = self._rules.faults(update)
        if faults:
            raise Refused(faults)

    def _preview(
        self,
        application: CompiledApplication,
        session_id: str,
        update: SessionUpdate,
        now: datetime | None,
    ) -> SessionOutcome:
        """Evaluate the payload alone, on top of stored profiles and counters (decisions A2, A3)."""
        connection = self._store.read
        at = now or self.clock.now()
        stored = self.records.session(connection, session_id)
        if update.state == "cancelled":
            return self._cancelled(connection, stored, session_id, update, at)
        state = None if stored is None or stored.state != "open" else stored.state
        events = transition(state, update.state)
        if not events:
            raise Refused([transition_fault(state, update.state)])
        session = self._merged(connection, None, session_id, update, at, new_id=0)
        if stored is not None:
            session = replace(session, id=stored.id, created=stored.created)
        ids = update.evaluable_campaign_ids
        outcome = self._evaluated(
            connection,
            application,
            session,
            events,
            at,
            None if ids is None else frozenset(ids),
            dry=True,
        )
        return self._with_mentioned(connection, outcome)

    def _update(
        self, connection: Connection, session_id: str, update: SessionUpdate
    ) -> SessionOutcome:
        now = self.clock.now()
        stored = self.records.session(connection, session_id)
        if update.state == "cancelled":
            return self._cancel(connection, stored, session_id, update, now)
        events = transition(stored.state if stored else None, update.state)
        if not events:
            raise Refused([transition_fault(stored.state if stored else None, update.state)])
        new_id = stored.id if stored else self.records.next_id(connection, "session")
        session = self._merged(connection, stored, session_id, update, now, new_id)
        outcome = self._evaluated(
            connection, self.application, session, events, now, None, dry=False
        )
        evaluation = outcome.evaluation
        changes = evaluation.changes if evaluation else ()
        self.records.put_session(connection, session)
        if outcome.profile is not None:
            self.records.put_profile(connection, outcome.profile)
        self._store_outcome(connection, session_id, outcome.effects, changes)
        return self._with_counted(connection, outcome)

    def _cancel(
        self,
        connection: Connection,
        stored: CustomerSession | None,
        session_id: str,
        update: SessionUpdate,
        now: datetime,
    ) -> SessionOutcome:
        outcome = self._cancelled(connection, stored, session_id, update, now)
        history = self.records.history(connection, session_id)
        _, changes = rollback(history.effects, history.changes)
        closed = stored is not None and stored.state != "open"
        redeemed = redeemed_codes(history.changes)
        remaining = [e for e in history.effects if closed and not is_rolled_back(e, redeemed)]
        self.records.put_session(connection, outcome.session)
        self.records.apply(connection, changes)
        history = replace(history, effects=remaining, changes=[])
        self.records.put_history(connection, history)
        return self._with_counted(connection, outcome)

    def _cancelled(
        self,
        connection: Connection,
        stored: CustomerSession | None,
        session_id: str,
        update: SessionUpdate,
        now: datetime,
    ) -> SessionOutcome:
        """Return what cancelling gives: rollbacks of what closing gave (decisions F3, A11)."""
        state = stored.state if stored else None
        if stored is None or not transition(state, update.state):
            raise Refused([transition_fault(state, update.state)])
        effects: list[Effect] = []
        if state != "open":
            history = self.records.history(connection, session_id)
            effects, _ = rollback(history.effects, history.changes)
        session = replace(
            stored, state="cancelled", update_count=stored.update_count + 1, updated=now
        )
        profile = self._profile(connection, session.profile_id, now)
        outcome = SessionOutcome(session, profile, effects, None, self._used(connection, session))
        return self._with_mentioned(connection, outcome)

    def _merged(
        self,
        connection: Connection,
        stored: CustomerSession | None,
        session_id: str,
        update: SessionUpdate,
        now: datetime,
        new_id: int,
    ) -> CustomerSession:
        kept = stored.profile_id if stored else ""
        profile_id = update.profile_id if update.profile_id is not None else kept
        first = not profile_id or not self.records.has_other_session(
            connection, profile_id, session_id
        )
        return self._rules.merge(stored, update, session_id, new_id, first, now)

    def _evaluated(
        self,
        connection: Connection,
        application: CompiledApplication,
        session: CustomerSession,
        events: frozenset[SessionEvent],
        now: datetime,
        evaluable_campaign_ids: frozenset[int] | None,
        *,
        dry: bool,
    ) -> SessionOutcome:
        profile = self._profile(connection, session.profile_id, now)
        used = self._used(connection, session)
        facts = read_facts(self.records, connection, application, session, profile, used, now)
        request = Request(session, events, evaluable_campaign_ids, seed=token_hex(16), dry=dry)
        evaluation = evaluate_with_new_codes(
            self.records, connection, application, facts, request, now
        )
        return SessionOutcome(session, profile, evaluation.effects, evaluation, used)

    def _store_outcome(
        self,
        connection: Connection,
        session_id: str,
        effects: Sequence[Effect],
        changes: Sequence[Change],
    ) -> None:
        history = SessionHistory(
            session_id=session_id,
            effects=list(effects),
            changes=list(changes),
            kept_codes=kept_codes(self.records, connection, self.application, session_id, changes),
        )
        self.records.put_history(connection, history)
        self.records.apply(connection, changes)

    def _with_counted(self, connection: Connection, outcome: SessionOutcome) -> SessionOutcome:
        """Return the outcome with profile and coupons as they are after the changes."""
        session = outcome.session
        profile = (
            self.records.profile(connection, session.profile_id) if session.profile_id else None
        )
        counted = replace(outcome, profile=profile, coupons=self._used(connection, session))
        return self._with_mentioned(connection, counted)

    def _with_mentioned(self, connection: Connection, outcome: SessionOutcome) -> SessionOutcome:
        changes = outcome.evaluation.changes if outcome.evaluation else ()
        mentioned = read_mentioned(
            self.records, connection, self.application, outcome.session, outcome.effects, changes
        )
        return outcome if mentioned is NOTHING_MENTIONED else replace(outcome, mentioned=mentioned)

    def _used(self, connection: Connection, session: CustomerSession) -> list[Coupon]:
        """Return the coupons of a session's codes, each once (decision A31)."""
        case = self.application.settings.case_sensitivity
        codes = dict.fromkeys(normal_code(code, case) for code in session.coupon_codes)
        found = (self.records.coupon(connection, code) for code in codes)
        return [coupon for coupon in found if coupon is not None]

    def _profile(
        self, connection: Connection, profile_id: str, now: datetime
    ) -> CustomerProfile | None:
        """Return a profile as active now; one that is not stored yet is empty. "" has none."""
        if not profile_id:
            return None
        stored = self.records.profile(connection, profile_id)
        if stored is not None:
            return replace(stored, last_activity=now)
        return CustomerProfile(
            id=self.records.next_id(connection, "profile"),
            created=now,
            integration_id=profile_id,
            attributes={},
            account_id=1,
            closed_sessions=0,
            total_sales=ZERO,
            last_activity=now,
        )

    def _updated_profile(
        self, connection: Connection, profile_id: str, update: ProfileUpdate, now: datetime
    ) -> CustomerProfile:
        profile = self._profile(connection, profile_id, now)
        assert profile is not None, "profiles have an id"
        attributes = merge_attributes(profile.attributes, update.attributes)
        return replace(profile, attributes=attributes)
