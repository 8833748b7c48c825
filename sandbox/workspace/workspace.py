"""One workspace at work: what its requests read, evaluate and store.

A stored update is one transaction from its first read to its last write. A dry one reads, evaluates
and forgets; there is no other difference between the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection

from sandbox.engine.catalogs.items import CatalogItem, items_by_sku
from sandbox.engine.codes import normal_code
from sandbox.engine.compile import compile_application
from sandbox.engine.compiled import CompiledApplication
from sandbox.engine.model import Coupon, CustomerSession, Effect
from sandbox.engine.trace import Trace
from sandbox.errors import Fault, Refused
from sandbox.workspace.bundle import Bundle
from sandbox.workspace.calls import CallLog
from sandbox.workspace.clock import Clock
from sandbox.workspace.entities import IdempotentAnswer, StoredCatalog, TrackedEvent
from sandbox.workspace.errors import UnknownEntityError, UnknownSessionError
from sandbox.workspace.records import Records
from sandbox.workspace.sessions import POINTER, SessionRules
from sandbox.workspace.standing import card_faults
from sandbox.workspace.store import Store
from sandbox.workspace.updates import (
    EventUpdate,
    IdentifiedProfile,
    ItemToReturn,
    ProfileUpdate,
    SessionUpdate,
)
from sandbox.workspace.updating.event_tracking import preview_event, track_event
from sandbox.workspace.updating.outcomes import Outcome
from sandbox.workspace.updating.profile_updates import (
    preview_profile,
    save_profile,
    save_profiles,
    update_profile,
)
from sandbox.workspace.updating.returns import return_items, without_ids
from sandbox.workspace.updating.session_updates import preview_session, update_session
from sandbox.workspace.updating.undoing import reopen
from sandbox.workspace.updating.work import Work

T = TypeVar("T")

# Return the answer to keep for an Idempotency-Key, or None.
Remember: TypeAlias = Callable[[T], IdempotentAnswer | None]


class Workspace:
    """A loaded workspace: its compiled Application in memory, its runtime state in the store.

    What changes something takes a `remember`: what this makes of the outcome is stored in the same
    transaction. What refuses something raises Refused, and nothing is stored then.
    """

    def __init__(
        self, name: str, bundle: Bundle, clock: Clock, store: Store, calls: CallLog
    ) -> None:
        self.name = name
        self.calls = calls
        self.clock = clock
        self.raw: Mapping[str, Any] = bundle.raw
        self.application = bundle.application
        self.records = Records(name, bundle.application.programs)
        self._store = store
        self.catalogs: Mapping[int, StoredCatalog] = self.records.catalogs.all(store.read)
        self._rules = SessionRules(bundle.application.definition, self.catalog)
        self._recording: CompiledApplication | None = None

    @property
    def reading(self) -> Connection:
        """This thread's connection for reading what is committed."""
        return self._store.read

    def writing(self) -> AbstractContextManager[Connection]:
        """One transaction that may change the state of this workspace."""
        return self._store.write({self.name})

    @property
    def recording(self) -> CompiledApplication:
        """The recording form of the same rules, compiled when first asked for."""
        definition, recording = self.application.definition, self._recording
        if recording is None or recording.definition is not definition:
            self._recording = recording = compile_application(definition, record=True)
        return recording

    @property
    def catalog(self) -> Mapping[str, CatalogItem]:
        """The items that sessions may name, by SKU."""
        return items_by_sku(stored.items for stored in self.catalogs.values())

    def adopt_catalog(self, changed: StoredCatalog) -> None:
        """Work with a changed catalog from now on."""
        self.catalogs = {**self.catalogs, changed.catalog.id: changed}
        self._rules = SessionRules(self.application.definition, self.catalog)

    def adopt(self, application: CompiledApplication, changed: Mapping[str, Any]) -> None:
        """Work with a changed configuration from now on; `changed` is that of the bundle's keys."""
        self.raw = {**self.raw, **changed}
        self._rules = SessionRules(application.definition, self.catalog)
        self.application = application

    def preview_session(
        self, session_id: str, update: SessionUpdate, now: datetime | None = None
    ) -> Outcome:
        """Evaluate an update without storing anything. `now` stands in for the clock."""
        self._check(update)
        return preview_session(self._work(self.reading, now), self._rules, session_id, update)

    def update_session(
        self, session_id: str, update: SessionUpdate, remember: Remember[Outcome]
    ) -> Outcome:
        """Create or update a session."""
        self._check(update)
        return self._store_one(
            lambda work: update_session(work, self._rules, session_id, update), remember
        )

    def explain(
        self, session_id: str, update: SessionUpdate, now: datetime | None = None
    ) -> tuple[Outcome, Trace]:
        """Evaluate an update with the recording form; stores nothing."""
        self._check(update)
        at = now or self.clock.now()
        work = Work(self.records, self.reading, self.recording, at)
        outcome = preview_session(work, self._rules, session_id, update)
        trace = outcome.evaluation.trace if outcome.evaluation else None
        if trace is None:  # a cancellation evaluates nothing
            trace = Trace(now=at, events=["sessionCancelled"], campaigns=[], codes=[])
        return outcome, trace

    def session(self, session_id: str) -> tuple[CustomerSession, Sequence[Effect]]:
        """Return a stored session with its net effects; raises UnknownSessionError."""
        session = self.records.session(self.reading, session_id)
        if session is None:
            raise UnknownSessionError(session_id)
        return session, self.records.history(self.reading, session_id).effects

    def stored_session(self, session_id: str) -> CustomerSession | None:
        """Return a session as it is stored now, if it is."""
        return self.records.session(self.reading, session_id)

    def return_items(
        self,
        session_id: str,
        items: Sequence[ItemToReturn],
        remember: Remember[Outcome],
        *,
        runs_rules: bool,
    ) -> Outcome:
        """Return items of a closed session; raises UnknownSessionError."""
        return self._store_one(
            lambda work: return_items(work, session_id, items, runs_rules=runs_rules), remember
        )

    def preview_return(
        self, session_id: str, items: Sequence[ItemToReturn], *, runs_rules: bool
    ) -> Outcome:
        """Return items in a transaction that is taken back."""
        with self._store.trial() as connection:
            work = self._work(connection)
            return without_ids(return_items(work, session_id, items, runs_rules=runs_rules))

    def reopen_session(self, session_id: str, remember: Remember[Outcome]) -> Outcome:
        """Make a closed session an open one again; raises UnknownSessionError."""
        return self._store_one(lambda work: reopen(work, session_id), remember)

    def coupon(self, code: str) -> Coupon | None:
        """Return the coupon that a typed code means."""
        case = self.application.settings.case_sensitivity
        return self.records.coupon(self.reading, normal_code(code, case))

    def preview_profile(self, profile_id: str, update: ProfileUpdate) -> Outcome:
        """Evaluate an update of a profile without storing anything."""
        self._check_profile(update)
        return preview_profile(self._work(self.reading), profile_id, update)

    def update_profile(
        self, profile_id: str, update: ProfileUpdate, remember: Remember[Outcome]
    ) -> Outcome:
        """Create or update a profile, and evaluate it."""
        self._check_profile(update)
        return self._store_one(lambda work: update_profile(work, profile_id, update), remember)

    def save_profile(
        self, profile_id: str, update: ProfileUpdate, remember: Remember[Outcome]
    ) -> Outcome:
        """Create or update a profile without evaluating anything."""
        self._check_profile(update)
        return self._store_one(lambda work: save_profile(work, profile_id, update), remember)

    def save_profiles(
        self, profiles: Sequence[IdentifiedProfile], remember: Remember[list[Outcome]]
    ) -> list[Outcome]:
        """Create or update profiles without evaluating anything: all of them, or none."""
        faults = [
            fault
            for index, profile in enumerate(profiles)
            for fault in self._rules.profile_attribute_faults(
                profile.attributes, f"/customerProfiles/{index}/attributes"
            )
        ]
        if faults:
            raise Refused(faults)
        return self._store_one(lambda work: save_profiles(work, profiles), remember)

    def preview_event(self, event: EventUpdate, *, force_complete: bool) -> Outcome:
        """Evaluate a custom event without storing anything; raises TakenError."""
        self._check_event(event)
        return preview_event(self._work(self.reading), event, force_complete=force_complete)

    def track_event(self, event: EventUpdate, remember: Remember[Outcome]) -> Outcome:
        """Track a custom event; raises TakenError for an advanced one that is there already."""
        self._check_event(event)
        return self._store_one(lambda work: track_event(work, event), remember)

    def advanced_event(self, integration_id: str) -> TrackedEvent:
        """Return a tracked advanced event; raises UnknownEntityError."""
        event = self.records.events.advanced(self.reading, integration_id)
        if event is None:
            raise UnknownEntityError("advanced event", integration_id)
        return event

    def answered(self, key: str) -> IdempotentAnswer | None:
        """Return what the request with this Idempotency-Key was answered."""
        return self.records.answer(self.reading, key)

    def _work(self, connection: Connection, now: datetime | None = None) -> Work:
        return Work(self.records, connection, self.application, now or self.clock.now())

    def _store_one(self, act: Callable[[Work], T], remember: Remember[T]) -> T:
        """Do one thing and remember its answer, in one transaction."""
        with self.writing() as connection:
            outcome = act(self._work(connection))
            answer = remember(outcome)
            if answer is not None:
                self.records.put_answer(connection, answer)
            return outcome

    def _check(self, update: SessionUpdate) -> None:
        faults = self._rules.faults(update)
        if update.loyalty_cards:
            faults += self._card_faults(update.loyalty_cards, POINTER)
        if faults:
            raise Refused(faults)

    def _check_profile(self, update: ProfileUpdate) -> None:
        faults = self._rules.profile_faults(update)
        if faults:
            raise Refused(faults)

    def _check_event(self, event: EventUpdate) -> None:
        faults = self._rules.event_faults(event)
        faults += self._card_faults(event.loyalty_cards, "")
        if faults:
            raise Refused(faults)

    def _card_faults(self, card_ids: Sequence[str], pointer: str) -> list[Fault]:
        return list(card_faults(self.records, self.reading, card_ids, pointer))
