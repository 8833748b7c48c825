"""Tiers, join dates and cards from files: all lines of a file are stored, or none.

Source: Management API, importLoyaltyCustomersTiers, importLoyaltyJoinDates,
importLoyaltyCards; decision S223.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, cast, get_args

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from sandbox.engine.loyalty.accounts import settle
from sandbox.engine.loyalty.programs import Program
from sandbox.engine.loyalty.transactions import (
    AccountKey,
    CardStatus,
    LinkedProfile,
    LoyaltyCard,
    LoyaltyMembership,
    TierPlace,
)
from sandbox.engine.model import Attributes
from sandbox.errors import Fault, Refused
from sandbox.workspace.attributes import AttributeChecker
from sandbox.workspace.code_ids import next_code_id, next_code_ids
from sandbox.workspace.operations.code_imports import Import
from sandbox.workspace.operations.loyalty_cards import CardIdentifier
from sandbox.workspace.workspace import Workspace


class Place(NamedTuple):
    """Where in a file something stands."""

    pointer: str
    line: int

    def fault(self, column: str, details: str, title: str = "Invalid value") -> Fault:
        return Fault(title, f"Line {self.line}: {details}", f"{self.pointer}/{column}")


class TierRow(NamedTuple):
    place: Place
    profile_id: str
    subledger: str
    tier: str
    expiry: datetime | None


class JoinRow(NamedTuple):
    place: Place
    profile_id: str
    joined: datetime | None


class CardRow(NamedTuple):
    place: Place
    identifier: str
    status: str
    profile_ids: Sequence[str]
    attributes: Attributes


def import_tiers(
    workspace: Workspace, program: Program, rows: Sequence[TierRow], faults: Sequence[Fault]
) -> Import:
    """Assign customers to tiers; one that is in the tier gets another expiry date only.

    Raises Refused with every fault, and for a program whose tiers do not expire.
    """
    settings, now = program.settings, workspace.clock.now()
    if settings.tiers_expiration_policy is None or settings.tiers_downgrade_policy is None:
        details = "The tiers of this loyalty program have no expiration and downgrade policy"
        raise Refused([Fault("Invalid value", details, parameter="loyaltyProgramId")])
    found = list(faults)
    with workspace.writing() as connection:
        for row in rows:
            found += _profile_faults(workspace, connection, row.place, row.profile_id)
            found += _tier_faults(program, row, now)
        if found:
            raise Refused(found)
        for row in rows:
            _change_membership(
                workspace, connection, program, row.profile_id, partial(_in_tier, row, now)
            )
        import_id = next_code_id(connection, workspace.name, "import")
    return Import(import_id, len(rows))


def import_join_dates(
    workspace: Workspace, program: Program, rows: Sequence[JoinRow], faults: Sequence[Fault]
) -> Import:
    """Set when customers joined a program. Raises Refused with every fault."""
    found = list(faults)
    with workspace.writing() as connection:
        for row in rows:
            found += _profile_faults(workspace, connection, row.place, row.profile_id)
        if found:
            raise Refused(found)
        for row in rows:
            _change_membership(
                workspace, connection, program, row.profile_id, partial(replace, joined=row.joined)
            )
        import_id = next_code_id(connection, workspace.name, "import")
    return Import(import_id, len(rows))


def import_cards(
    workspace: Workspace, program: Program, rows: Sequence[CardRow], faults: Sequence[Fault]
) -> Import:
    """Make cards. Raises Refused with every fault, also for identifiers that are there already."""
    records, now, program_id = workspace.records.loyalty, workspace.clock.now(), program.settings.id
    found = list(faults)
    with workspace.writing() as connection:
        seen = records.card_identifiers(connection, program_id)
        for row in rows:
            found += _card_faults(workspace, connection, program, row)
            if row.identifier in seen:
                details = f"the identifier “{row.identifier}” is there already"
                found.append(row.place.fault("identifier", details, "Duplicate"))
            seen.add(row.identifier)
        if found:
            raise Refused(found)
        ids = next_code_ids(connection, workspace.name, "loyaltyCard", len(rows))
        cards = [
            LoyaltyCard(
                program_id=program_id,
                identifier=row.identifier,
                id=id,
                created=now,
                status=cast(CardStatus, row.status),
                profiles=[LinkedProfile(integration_id=p, timestamp=now) for p in row.profile_ids],
                attributes=row.attributes,
            )
            for id, row in zip(ids, rows, strict=True)
        ]
        records.add_cards(connection, cards)
        import_id = next_code_id(connection, workspace.name, "import")
    return Import(import_id, len(rows))


def _change_membership(
    workspace: Workspace,
    connection: Connection,
    program: Program,
    profile_id: str,
    change: Callable[[LoyaltyMembership], LoyaltyMembership],
) -> None:
    """Change what a program knows of a profile, on top of what has become of it by now."""
    records, key = workspace.records.loyalty, AccountKey(program.settings.id, profile_id)
    before = records.account(connection, key)
    after = settle(program, before, workspace.clock.now())
    changed = after._replace(membership=change(after.membership))
    records.put_account(connection, key, before, changed)


def _in_tier(row: TierRow, now: datetime, before: LoyaltyMembership) -> LoyaltyMembership:
    present = before.tiers.get(row.subledger)
    start = present.start_date if present is not None and present.name == row.tier else now
    place = TierPlace(name=row.tier, start_date=start, expiry_date=row.expiry)
    return replace(before, tiers={**before.tiers, row.subledger: place})


def _profile_faults(
    workspace: Workspace, connection: Connection, place: Place, profile_id: str
) -> list[Fault]:
    if not profile_id or workspace.records.profile(connection, profile_id) is not None:
        return []
    details = f"there is no customer profile “{profile_id}”"
    return [place.fault("customerprofileid", details, "Unknown")]


def _tier_faults(program: Program, row: TierRow, now: datetime) -> list[Fault]:
    faults = []
    if row.tier and program.tier(row.tier) is None:
        details = f"the loyalty program has no tier “{row.tier}”"
        faults.append(row.place.fault("tiername", details, "Unknown"))
    if row.subledger and not program.settings.allow_subledger:
        faults.append(row.place.fault("subledgerid", "the loyalty program has no subledgers"))
    if row.expiry is not None and row.expiry <= now:
        faults.append(row.place.fault("expirydate", "the expiry date lies in the future"))
    return faults


def _card_faults(
    workspace: Workspace, connection: Connection, program: Program, row: CardRow
) -> list[Fault]:
    faults, limit = [], program.settings.users_per_card_limit
    if row.identifier and not _is_identifier(row.identifier):
        details = "an identifier has 4 to 108 letters, digits and . _ % + @ -"
        faults.append(row.place.fault("identifier", details))
    if row.status and row.status not in get_args(CardStatus):
        faults.append(row.place.fault("state", "a card is active or inactive"))
    if limit and len(row.profile_ids) > limit:
        details = f"a card of this loyalty program has at most {limit} profiles"
        faults.append(row.place.fault("customerprofileids", details, "Too many"))
    for profile_id in row.profile_ids:
        if workspace.records.profile(connection, profile_id) is None:
            details = f"there is no customer profile “{profile_id}”"
            faults.append(row.place.fault("customerprofileids", details, "Unknown"))
    checker = AttributeChecker(workspace.application.definition.attributes)
    faults += checker.faults("LoyaltyCard", row.attributes, f"{row.place.pointer}/attributes")
    return faults


def _is_identifier(text: str) -> bool:
    shape: Any = CardIdentifier
    try:
        msgspec.convert(text, shape)
    except msgspec.ValidationError:
        return False
    return True
