"""Loyalty cards: making them, and linking profiles to them.

Source: reference/api/09-endpoints.md; reference/engine/08, section 8.7; decisions S116, S117.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import SystemRandom
from typing import Annotated

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from sandbox.engine.code_patterns import code_pattern
from sandbox.engine.loyalty.programs import Program
from sandbox.engine.loyalty.transactions import CardStatus, LinkedProfile, LoyaltyCard
from sandbox.engine.model import Model
from sandbox.errors import Fault, Refused
from sandbox.workspace.code_ids import next_code_id
from sandbox.workspace.errors import UnknownEntityError, invalid
from sandbox.workspace.operations.loyalty import card_holder, find_program
from sandbox.workspace.workspace import Workspace

CardIdentifier = Annotated[
    str, msgspec.Meta(min_length=4, max_length=108, pattern=r"^[A-Za-z0-9._%+@-]+$")
]


class NewCard(Model, frozen=True):
    """A card to make; without an identifier it gets one of the program's code format."""

    status: CardStatus = "active"
    customer_profile_ids: list[str] = []
    card_identifier: CardIdentifier | None = None


def generate_card(workspace: Workspace, program_id: int, new: NewCard) -> LoyaltyCard:
    """Make a card, and link profiles to it. Raises UnknownEntityError, Refused."""
    program = find_program(workspace, program_id, card_based=True)
    profile_ids = list(dict.fromkeys(new.customer_profile_ids))
    with workspace.writing() as connection:
        _check_profiles(workspace, connection, program, profile_ids)
        now = workspace.clock.now()
        card = LoyaltyCard(
            program_id=program_id,
            identifier=_identifier(workspace, connection, program, new.card_identifier),
            id=next_code_id(connection, workspace.name, "loyaltyCard"),
            created=now,
            status=new.status,
            profiles=[LinkedProfile(integration_id=id, timestamp=now) for id in profile_ids],
        )
        workspace.records.loyalty.put_card(connection, card)
        return card


def link_profile(
    workspace: Workspace, program_id: int, identifier: str, profile_id: str
) -> LoyaltyCard:
    """Link a profile to a card. Raises UnknownEntityError, and Refused when the card is full."""
    with workspace.writing() as connection:
        card = find_card(workspace, connection, program_id, identifier)
        if workspace.records.profile(connection, profile_id) is None:
            raise UnknownEntityError("customer profile", profile_id)
        if any(linked.integration_id == profile_id for linked in card.profiles):
            details = f"“{profile_id}” is linked to this card already"
            raise Refused([Fault("Duplicate", details, "/integrationId")])
        program = workspace.application.programs[program_id]
        _check_room(program, len(card.profiles) + 1, "/integrationId")
        linked = LinkedProfile(integration_id=profile_id, timestamp=workspace.clock.now())
        return _with_profiles(workspace, connection, card, [*card.profiles, linked])


def unlink_profile(
    workspace: Workspace, program_id: int, identifier: str, profile_id: str
) -> LoyaltyCard:
    """Undo the link of a profile. Raises UnknownEntityError, and Refused when there is none."""
    with workspace.writing() as connection:
        card = find_card(workspace, connection, program_id, identifier)
        kept = [linked for linked in card.profiles if linked.integration_id != profile_id]
        if len(kept) == len(card.profiles):
            details = f"“{profile_id}” is not linked to this card"
            raise Refused([Fault("Invalid value", details, "/integrationId")])
        return _with_profiles(workspace, connection, card, kept)


def find_card(
    workspace: Workspace, connection: Connection, program_id: int, identifier: str
) -> LoyaltyCard:
    """Return a card; raises UnknownEntityError, and Refused for a program without cards."""
    card = card_holder(workspace, program_id, identifier, connection).card
    assert card is not None, "holders that are cards have one"
    return card


def _with_profiles(
    workspace: Workspace,
    connection: Connection,
    card: LoyaltyCard,
    profiles: list[LinkedProfile],
) -> LoyaltyCard:
    changed = replace(card, profiles=profiles, modified=workspace.clock.now())
    workspace.records.loyalty.put_card(connection, changed)
    return changed


def _check_profiles(
    workspace: Workspace, connection: Connection, program: Program, profile_ids: Sequence[str]
) -> None:
    faults = [
        Fault("Unknown", f"There is no customer profile “{id}”", f"/customerProfileIds/{index}")
        for index, id in enumerate(profile_ids)
        if workspace.records.profile(connection, id) is None
    ]
    if faults:
        raise Refused(faults)
    _check_room(program, len(profile_ids), "/customerProfileIds")


def _check_room(program: Program, wanted: int, pointer: str) -> None:
    limit = program.settings.users_per_card_limit
    if limit and wanted > limit:
        details = f"A card of this loyalty program has at most {limit} profiles"
        raise Refused([Fault("Too many", details, pointer)])


def _identifier(
    workspace: Workspace, connection: Connection, program: Program, wanted: str | None
) -> str:
    """Return the identifier of a new card: the one that is wanted, or a new one."""

    def is_taken(identifier: str) -> bool:
        return is_card(workspace, connection, program.settings.id, identifier)

    if wanted is not None:
        check_is_new(workspace, connection, program.settings.id, wanted, "/cardIdentifier")
        return wanted
    try:
        return code_pattern(program.settings.card_code_settings).draw(SystemRandom(), is_taken)
    except ValueError as error:
        raise Refused([invalid(error)]) from None


def is_card(workspace: Workspace, connection: Connection, program_id: int, identifier: str) -> bool:
    """Tell whether a program has a card with this identifier."""
    cards = workspace.records.loyalty.cards(connection, [identifier])
    return any(card.program_id == program_id for card in cards)


def check_is_new(
    workspace: Workspace, connection: Connection, program_id: int, identifier: str, pointer: str
) -> None:
    """Raise Refused for an identifier that a card has."""
    if is_card(workspace, connection, program_id, identifier):
        details = f"Another card has the identifier “{identifier}”"
        raise Refused([Fault("Duplicate", details, pointer)])
