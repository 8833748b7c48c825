"""Read how a session's customer stands in loyalty programs and achievements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from secrets import token_hex

from sqlalchemy import Connection

from sandbox.engine.achievements.progress import NO_PROGRESS, AchievementFacts
from sandbox.engine.compiled import CompiledApplication
from sandbox.engine.loyalty.transactions import NO_LOYALTY, LoyaltyFacts
from sandbox.engine.model import CustomerProfile, CustomerSession, Effect
from sandbox.engine.rollback import CustomerStanding
from sandbox.errors import Fault
from sandbox.workspace.records import Records


def read_loyalty_facts(
    records: Records,
    connection: Connection,
    application: CompiledApplication,
    session: CustomerSession,
    advocate: CustomerProfile | None = None,
) -> LoyaltyFacts:
    """Return the accounts of a session's profile and cards, and of the advocate if there is one."""
    if not application.programs:
        return NO_LOYALTY
    profile_ids = [session.profile_id]
    if advocate is not None:
        profile_ids.append(advocate.integration_id)
    return records.loyalty.facts(connection, profile_ids, session.loyalty_cards)


def read_progress_facts(
    records: Records,
    connection: Connection,
    application: CompiledApplication,
    session: CustomerSession,
) -> AchievementFacts:
    """Return the progress of a session's profile."""
    if not application.achievements:
        return NO_PROGRESS
    return records.achievements.facts(connection, session.profile_id)


def read_standing(
    records: Records,
    connection: Connection,
    application: CompiledApplication,
    session: CustomerSession,
    effects: Iterable[Effect],
    now: datetime,
) -> CustomerStanding | None:
    """Return what undoing these effects depends on; None without points and progress."""
    if not application.programs and not application.achievements:
        return None
    uuids = (e.props["transactionUUID"] for e in effects if e.effect_type in _POSTING)
    return CustomerStanding(
        now=now,
        seed=token_hex(16),
        profile_id=session.profile_id,
        programs=application.programs,
        loyalty=records.loyalty.facts_to_undo(connection, uuids),
        achievements=application.achievements,
        progress=read_progress_facts(records, connection, application, session),
    )


_POSTING = ("addLoyaltyPoints", "deductLoyaltyPoints")


def card_faults(
    records: Records, connection: Connection, card_ids: Sequence[str], pointer: str
) -> Iterable[Fault]:
    """Yield the cards that do not exist (decision A41); `pointer` is where they are named."""
    for index, identifier in enumerate(card_ids):
        if not records.loyalty.cards(connection, [identifier]):
            details = f"There is no loyalty card “{identifier}”"
            yield Fault("Unknown", details, f"{pointer}/loyaltyCards/{index}")
