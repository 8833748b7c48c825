"""The referral codes of one workspace, and whom they have referred."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, insert, select

from sandbox.engine.changes import CountReferral
from sandbox.engine.model import Referral
from sandbox.numbers import encode_json
from sandbox.workspace import tables
from sandbox.workspace.codes import existing_codes, forget_counters
from sandbox.workspace.entities import Referred
from sandbox.workspace.store import Lookup, data_of, decoder, delete_rows, put, put_entities

_REFERRAL = decoder(Referral)
_DATA = data_of(tables.referrals, "workspace", "code", read=_REFERRAL.decode)
_REFERRED: Lookup[str] = Lookup(
    select(tables.referred.c.code).where(
        tables.referred.c.workspace == bindparam("workspace"),
        tables.referred.c.friend_id == bindparam("friend_id"),
        tables.referred.c.campaign_id == bindparam("campaign_id"),
    )
)
_FRIENDS: Lookup[str] = Lookup(
    select(tables.referred.c.friend_id)
    .where(
        tables.referred.c.workspace == bindparam("workspace"),
        tables.referred.c.code == bindparam("code"),
    )
    .order_by(tables.referred.c.friend_id)
)


class Referrals:
    """Reads and writes with the connection that it is given, as `Records` does."""

    def __init__(self, workspace: str) -> None:
        self._workspace = workspace

    def get(self, connection: Connection, code: str) -> Referral | None:
        return _DATA.value(connection, self._workspace, code)

    def codes(self, connection: Connection) -> Sequence[str]:
        table = tables.referrals
        rows = select(table.c.code).where(table.c.workspace == self._workspace)
        return connection.execute(rows).scalars().all()

    def newest_codes(self, connection: Connection, most: int) -> Sequence[str]:
        """Return the codes of the referrals made last, the newest first."""
        newest = self.every(connection)[-most:]
        return [referral.code for referral in reversed(newest)]

    def existing(self, connection: Connection, codes: Iterable[str]) -> set[str]:
        """Return which of these codes are there."""
        return existing_codes(connection, tables.referrals, self._workspace, codes)

    def every(self, connection: Connection) -> list[Referral]:
        """Return all referrals, by id."""
        table = tables.referrals
        rows = select(table.c.data).where(table.c.workspace == self._workspace)
        referrals = map(_REFERRAL.decode, connection.execute(rows).scalars())
        return sorted(referrals, key=lambda referral: referral.id)

    def was_referred(self, connection: Connection, profile_id: str, campaign_id: int) -> bool:
        """Tell whether a profile has redeemed a referral of this campaign (decision A69)."""
        return _REFERRED.value(connection, self._workspace, profile_id, campaign_id) is not None

    def referred_by(self, connection: Connection, code: str) -> Sequence[str]:
        """Return the profiles that have redeemed this code."""
        return _FRIENDS.values(connection, self._workspace, code)

    def redeemed_by(self, connection: Connection, profile_id: str) -> Sequence[str]:
        """Return the codes that a profile has redeemed as a friend."""
        table = tables.referred
        rows = (
            select(table.c.code)
            .where(table.c.workspace == self._workspace, table.c.friend_id == profile_id)
            .order_by(table.c.code)
        )
        return connection.execute(rows).scalars().all()

    def of_profile(self, connection: Connection, profile_id: str) -> list[Referral]:
        """Return the referrals that name a profile, as advocate or as friend, by id."""
        return [
            r
            for r in self.every(connection)
            if profile_id in (r.advocate_profile_integration_id, r.friend_profile_integration_id)
        ]

    def put(self, connection: Connection, referral: Referral) -> None:
        key = {"workspace": self._workspace, "code": referral.code}
        put(connection, tables.referrals, key, data=encode_json(referral))

    def add(self, connection: Connection, referrals: Iterable[Referral]) -> None:
        """Store new referrals."""
        put_entities(
            connection,
            tables.referrals,
            [({"workspace": self._workspace, "code": r.code}, r) for r in referrals],
        )

    def remove(self, connection: Connection, code: str) -> None:
        """Delete a referral, and what was counted of it: a code made anew begins anew."""
        for table in (tables.referrals, tables.referred):
            delete_rows(connection, table, workspace=self._workspace, code=code)
        forget_counters(connection, self._workspace, "referral", [code])

    def count(self, connection: Connection, change: CountReferral) -> None:
        referral = self.get(connection, change.code)
        if referral is None:
            return
        uses = max(0, referral.usage_counter + change.uses)
        self.put(connection, replace(referral, usage_counter=uses))
        if not change.friend_id:
            return
        key = {
            "workspace": self._workspace,
            "code": change.code,
            "friend_id": change.friend_id,
        }
        if change.uses > 0:
            put(connection, tables.referred, key, campaign_id=referral.campaign_id)
        else:
            delete_rows(connection, tables.referred, **key)

    def load(
        self, connection: Connection, referrals: Iterable[Referral], referred: Iterable[Referred]
    ) -> None:
        campaigns = {referral.code: referral.campaign_id for referral in referrals}
        self.add(connection, referrals)
        rows = [
            {
                "workspace": self._workspace,
                "code": code,
                "friend_id": friend_id,
                "campaign_id": campaigns[code],
            }
            for code, friend_id in referred
        ]
        if rows:
            connection.execute(insert(tables.referred), rows)

    def all(self, connection: Connection) -> tuple[list[Referral], list[Referred]]:
        """Return everything, as an export needs it."""
        codes, friends = tables.referrals, tables.referred
        data = select(codes.c.data).where(codes.c.workspace == self._workspace)
        referred = (
            select(friends.c.code, friends.c.friend_id)
            .where(friends.c.workspace == self._workspace)
            .order_by(friends.c.friend_id)
        )
        return (
            [_REFERRAL.decode(referral) for referral in connection.execute(data).scalars()],
            [Referred(code, friend_id) for code, friend_id in connection.execute(referred)],
        )
