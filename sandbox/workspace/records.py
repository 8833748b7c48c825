"""Read and write the runtime state of one workspace. SQL stays in here.

Every function takes the connection to use: inside a transaction that of the transaction, else the
thread's reading connection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, func, insert, select

from sandbox.engine.achievements.changes import AddProgress
from sandbox.engine.changes import (
    AddCoupon,
    AddReferral,
    Change,
    CountBudget,
    CountCoupon,
    CounterKey,
    CountOrder,
    CountReferral,
    ReserveCode,
    SetAttribute,
    SetItemAttribute,
    SetMembership,
    TakeGiveaway,
)
from sandbox.engine.loyalty.changes import AddPoints, DeductPoints, LoyaltyChange, MoveExpiry
from sandbox.engine.loyalty.programs import Program
from sandbox.engine.model import (
    CartItem,
    Coupon,
    CustomerProfile,
    CustomerSession,
    Giveaway,
    Referral,
)
from sandbox.numbers import ZERO, add_exactly, encode_json, plain
from sandbox.workspace import tables
from sandbox.workspace.achievement_records import AchievementRecords
from sandbox.workspace.audiences import Audiences
from sandbox.workspace.bundle import State
from sandbox.workspace.campaign_records import CampaignRecords
from sandbox.workspace.catalogs import CatalogRecords
from sandbox.workspace.code_ids import next_code_id, remember_code_id
from sandbox.workspace.coupon_records import CouponRecords
from sandbox.workspace.entities import IdempotentAnswer, Redemption, Reservation, SessionHistory
from sandbox.workspace.event_records import EventRecords
from sandbox.workspace.giveaways import Giveaways
from sandbox.workspace.loyalty_records import LoyaltyRecords
from sandbox.workspace.people import People
from sandbox.workspace.referrals import Referrals
from sandbox.workspace.store import (
    Lookup,
    StoredJson,
    data_of,
    decoder,
    delete_rows,
    put,
    put_entities,
    stored_number,
)

Holder = TypeVar("Holder", CustomerSession, CustomerProfile, Coupon, Referral, CartItem)


_COUPON = decoder(Coupon)
_PROFILE = decoder(CustomerProfile)
_SESSION = decoder(CustomerSession)
_HISTORY = decoder(SessionHistory)
_ANSWER = decoder(IdempotentAnswer)
_KEY = decoder(CounterKey)
_PLAIN: StoredJson[Any] = StoredJson(Any)

_PROFILE_DATA = data_of(tables.profiles, "workspace", "integration_id", read=_PROFILE.decode)
_SESSION_DATA = data_of(tables.sessions, "workspace", "integration_id", read=_SESSION.decode)
_HISTORY_DATA = data_of(tables.histories, "workspace", "integration_id", read=_HISTORY.decode)
_ANSWER_DATA = data_of(tables.answers, "workspace", "key", read=_ANSWER.decode)
_COUNTER = Lookup(
    select(tables.counters.c.amount).where(
        tables.counters.c.workspace == bindparam("workspace"),
        tables.counters.c.key == bindparam("key"),
    ),
    read=stored_number,
)
# Two are enough to tell whether a profile has others than any one session.
_TWO_SESSIONS = Lookup(
    select(tables.sessions.c.integration_id)
    .where(
        tables.sessions.c.workspace == bindparam("workspace"),
        tables.sessions.c.profile_id == bindparam("profile_id"),
    )
    .limit(2),
    read=str,
)
_HIGHEST = {
    kind: Lookup(
        select(func.max(table.c.number)).where(table.c.workspace == bindparam("workspace")),
        read=lambda highest: int(highest or 0),
    )
    for kind, table in {"session": tables.sessions, "profile": tables.profiles}.items()
}


class Records:
    """The runtime state of the workspace named `workspace`.

    `programs` are its Application's, without which points cannot be changed.
    """

    def __init__(self, workspace: str, programs: Mapping[int, Program] | None = None) -> None:
        self._workspace = workspace
        self.coupons = CouponRecords(workspace)
        self.loyalty = LoyaltyRecords(workspace, programs or {})
        self.achievements = AchievementRecords(workspace)
        self.referrals = Referrals(workspace)
        self.audiences = Audiences(workspace)
        self.giveaways = Giveaways(workspace)
        self.catalogs = CatalogRecords(workspace)
        self.events = EventRecords(workspace)
        self.campaigns = CampaignRecords(workspace)
        self.people = People(workspace)

    def coupon(self, connection: Connection, code: str) -> Coupon | None:
        return self.coupons.get(connection, code)

    def profile(self, connection: Connection, profile_id: str) -> CustomerProfile | None:
        return _PROFILE_DATA.value(connection, self._workspace, profile_id)

    def session(self, connection: Connection, session_id: str) -> CustomerSession | None:
        return _SESSION_DATA.value(connection, self._workspace, session_id)

    def history(self, connection: Connection, session_id: str) -> SessionHistory:
        history = _HISTORY_DATA.value(connection, self._workspace, session_id)
        return history or SessionHistory(session_id=session_id)

    def answer(self, connection: Connection, key: str) -> IdempotentAnswer | None:
        return _ANSWER_DATA.value(connection, self._workspace, key)

    def counters(
        self, connection: Connection, keys: Iterable[CounterKey]
    ) -> dict[CounterKey, Decimal]:
        amounts = {}
        for key in keys:
            amount = _COUNTER.value(connection, self._workspace, _key_text(key))
            if amount is not None:
                amounts[key] = amount
        return amounts

    def has_other_session(self, connection: Connection, profile_id: str, session_id: str) -> bool:
        """Tell whether a profile has a session besides this one."""
        ids = _TWO_SESSIONS.values(connection, self._workspace, profile_id)
        return any([id != session_id for id in ids])

    def sessions_of(self, connection: Connection, profile_id: str) -> list[CustomerSession]:
        """Return a profile's sessions."""
        table = tables.sessions
        rows = select(table.c.data).where(
            table.c.workspace == self._workspace, table.c.profile_id == profile_id
        )
        return [_SESSION.decode(data) for data in connection.execute(rows).scalars()]

    def next_id(self, connection: Connection, kind: str) -> int:
        """Return an internal id above those of all stored sessions, or profiles."""
        return (_HIGHEST[kind].value(connection, self._workspace) or 0) + 1

    def put_session(self, connection: Connection, session: CustomerSession) -> None:
        put(
            connection,
            tables.sessions,
            self._key(integration_id=session.integration_id),
            profile_id=session.profile_id,
            number=session.id,
            data=encode_json(session),
        )

    def put_history(self, connection: Connection, history: SessionHistory) -> None:
        key = self._key(integration_id=history.session_id)
        put(connection, tables.histories, key, data=encode_json(history))

    def put_profile(self, connection: Connection, profile: CustomerProfile) -> None:
        key = self._key(integration_id=profile.integration_id)
        put(connection, tables.profiles, key, number=profile.id, data=encode_json(profile))

    def put_coupon(self, connection: Connection, coupon: Coupon) -> None:
        self.coupons.put(connection, coupon)

    def put_answer(self, connection: Connection, answer: IdempotentAnswer) -> None:
        put(connection, tables.answers, self._key(key=answer.key), data=encode_json(answer))

    def configuration(self, connection: Connection) -> dict[str, Any]:
        """Return what the API has changed of the bundle's configuration, by the bundle's keys."""
        table = tables.configuration
        rows = select(table.c.key, table.c.data).where(table.c.workspace == self._workspace)
        return {key: _PLAIN.decode(data) for key, data in connection.execute(rows)}

    def put_configuration(self, connection: Connection, key: str, content: Any) -> None:
        put(connection, tables.configuration, self._key(key=key), data=encode_json(content))

    def apply(self, connection: Connection, changes: Iterable[Change]) -> None:
        """Store changes; all of them belong into one transaction."""
        points: list[LoyaltyChange] = []
        for change in changes:
            match change:
                case CountCoupon():
                    self.coupons.count(connection, change)
                case CountBudget():
                    self._count_budget(connection, change.key, change.amount)
                case CountOrder():
                    self._count_order(connection, change)
                case SetAttribute():
                    self._set_attribute(connection, change)
                case SetItemAttribute():
                    self._set_item_attribute(connection, change)
                case CountReferral():
                    self.referrals.count(connection, change)
                case AddCoupon(coupon=coupon):
                    new_id = next_code_id(connection, self._workspace, "coupon")
                    self.put_coupon(connection, replace(coupon, id=new_id))
                case AddReferral(referral=referral):
                    new_id = next_code_id(connection, self._workspace, "referral")
                    self.referrals.put(connection, replace(referral, id=new_id))
                case ReserveCode():
                    self.coupons.reserve(connection, change)
                case SetMembership():
                    self.audiences.set(connection, change)
                case TakeGiveaway():
                    self.giveaways.take(connection, change)
                case AddPoints() | DeductPoints() | MoveExpiry():
                    points.append(change)
                case AddProgress():
                    self.achievements.apply(connection, change)
        self.loyalty.apply(connection, points)

    def _count_budget(self, connection: Connection, key: CounterKey, amount: Decimal) -> None:
        counted = add_exactly(self.counters(connection, [key]).get(key, ZERO), amount)
        text = str(plain(max(ZERO, counted)))
        put(connection, tables.counters, self._key(key=_key_text(key)), amount=text)

    def _count_order(self, connection: Connection, change: CountOrder) -> None:
        profile = self.profile(connection, change.profile_id)
        if profile is not None:
            counted = replace(
                profile,
                closed_sessions=profile.closed_sessions + change.orders,
                total_sales=plain(add_exactly(profile.total_sales, change.sales)),
            )
            self.put_profile(connection, counted)

    def _set_attribute(self, connection: Connection, change: SetAttribute) -> None:
        match change.entity:
            case "CustomerSession":
                session = self.session(connection, change.id)
                if session is not None:
                    self.put_session(connection, _with_attribute(session, change))
            case "CustomerProfile":
                profile = self.profile(connection, change.id)
                if profile is not None:
                    self.put_profile(connection, _with_attribute(profile, change))
            case "Coupon":
                coupon = self.coupon(connection, change.id)
                if coupon is not None:
                    self.put_coupon(connection, _with_attribute(coupon, change))
            case "Referral":
                referral = self.referrals.get(connection, change.id)
                if referral is not None:
                    self.referrals.put(connection, _with_attribute(referral, change))

    def _set_item_attribute(self, connection: Connection, change: SetItemAttribute) -> None:
        session = self.session(connection, change.session_id)
        if session is not None:
            items = [
                _with_attribute(item, change) if item.position == change.position else item
                for item in session.cart_items
            ]
            self.put_session(connection, replace(session, cart_items=items))

    def load(self, connection: Connection, state: State) -> None:
        """Replace everything by what a bundle holds."""
        self.clear(connection)
        name = self._workspace
        self.coupons.add(connection, state.coupons)
        put_entities(
            connection,
            tables.profiles,
            [
                ({**self._key(integration_id=p.integration_id), "number": p.id}, p)
                for p in state.profiles
            ],
        )
        put_entities(
            connection,
            tables.sessions,
            [
                (
                    {
                        **self._key(integration_id=s.integration_id, profile_id=s.profile_id),
                        "number": s.id,
                    },
                    s,
                )
                for s in state.sessions
            ],
        )
        put_entities(
            connection,
            tables.histories,
            [(self._key(integration_id=h.session_id), h) for h in state.histories],
        )
        put_entities(connection, tables.answers, [(self._key(key=a.key), a) for a in state.answers])
        rows: dict[Any, list[dict[str, Any]]] = {
            tables.counters: [
                {"workspace": name, "key": _key_text(key), "amount": str(amount)}
                for key, amount in state.counters.items()
            ],
            tables.redemptions: [
                {"workspace": name, "code": r.code, "profile_id": r.profile_id, "count": r.count}
                for r in state.redemptions
            ],
            tables.reservations: [
                {
                    "workspace": name,
                    "code": r.coupon_value,
                    "profile_id": r.profile_integration_id,
                }
                for r in state.reservations
            ],
        }
        for table, values in rows.items():
            if values:
                connection.execute(insert(table), values)
        self.referrals.load(connection, state.referrals, state.referred)
        self.audiences.load(connection, state.memberships)
        self.giveaways.add(connection, state.giveaways)
        self.catalogs.load(connection, state.catalogs)
        self.loyalty.load(connection, state.loyalty)
        self.achievements.load(connection, state.trackers)
        self.events.load(connection, state.events)
        codes: list[Coupon | Referral | Giveaway] = [
            *state.coupons,
            *state.referrals,
            *state.giveaways,
        ]
        remember_code_id(connection, name, "coupon", (c.id for c in state.coupons))
        remember_code_id(connection, name, "referral", (r.id for r in state.referrals))
        remember_code_id(connection, name, "loyaltyCard", (c.id for c in state.loyalty.cards))
        remember_code_id(connection, name, "import", (code.import_id or 0 for code in codes))

    def clear(self, connection: Connection) -> None:
        for table in tables.RUNTIME:
            delete_rows(connection, table, workspace=self._workspace)

    def state(self, connection: Connection) -> State:
        """Return everything, as an export needs it."""

        def rows(table: Any) -> Any:
            return connection.execute(
                select(table).where(table.c.workspace == self._workspace)
            ).mappings()

        referrals, referred = self.referrals.all(connection)
        return State(
            coupons=[_COUPON.decode(row["data"]) for row in rows(tables.coupons)],
            profiles=[_PROFILE.decode(row["data"]) for row in rows(tables.profiles)],
            sessions=[_SESSION.decode(row["data"]) for row in rows(tables.sessions)],
            histories=[_HISTORY.decode(row["data"]) for row in rows(tables.histories)],
            counters={
                _KEY.decode(row["key"]): stored_number(row["amount"])
                for row in rows(tables.counters)
            },
            redemptions=[
                Redemption(code=row["code"], profile_id=row["profile_id"], count=row["count"])
                for row in rows(tables.redemptions)
            ],
            reservations=[
                Reservation(coupon_value=row["code"], profile_integration_id=row["profile_id"])
                for row in rows(tables.reservations)
            ],
            answers=[_ANSWER.decode(row["data"]) for row in rows(tables.answers)],
            referrals=referrals,
            referred=referred,
            memberships=self.audiences.all(connection),
            giveaways=self.giveaways.all(connection),
            catalogs=list(self.catalogs.all(connection).values()),
            loyalty=self.loyalty.state(connection),
            trackers=self.achievements.state(connection),
            events=self.events.all(connection),
        )

    def _key(self, **key: str) -> Mapping[str, str]:
        return {"workspace": self._workspace, **key}


def _key_text(key: CounterKey) -> str:
    return encode_json(key).decode()


def _with_attribute(entity: Holder, change: SetAttribute | SetItemAttribute) -> Holder:
    return replace(entity, attributes={**entity.attributes, change.name: change.value})
