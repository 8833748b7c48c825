"""Loyalty cards in bulk, and what becomes of one: blocked, transferred, deleted.

Source: Management API, operations createBatchLoyaltyCards, updateLoyaltyCard, transferLoyaltyCard,
deleteLoyaltyCard; decisions S219, S220.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

import msgspec
from msgspec.structs import replace

from sandbox.engine.code_patterns import code_pattern
from sandbox.engine.loyalty.transactions import CardStatus, LoyaltyCard
from sandbox.engine.model import Attributes, CodeSettings, Model
from sandbox.errors import Fault, Refused
from sandbox.workspace.attributes import AttributeChecker
from sandbox.workspace.code_ids import next_code_id, next_code_ids
from sandbox.workspace.errors import invalid
from sandbox.workspace.operations.code_terms import new_batch_id, new_random
from sandbox.workspace.operations.coupon_creation import JobSettings
from sandbox.workspace.operations.loyalty import find_program
from sandbox.workspace.operations.loyalty_cards import CardIdentifier, check_is_new, find_card
from sandbox.workspace.sessions import merge_attributes
from sandbox.workspace.workspace import Workspace

MAX_CARDS = 20_000


class CardBatch(Model, frozen=True):
    """Cards of one pattern: that of `card_code_settings`, or the program's."""

    number_of_cards: Annotated[int, msgspec.Meta(ge=1, le=MAX_CARDS)]
    batch_id: (
        Annotated[str, msgspec.Meta(min_length=4, max_length=20, pattern=r"^[A-Za-z0-9_-]*$")]
        | None
    ) = None
    status: CardStatus = "active"
    card_code_settings: JobSettings | None = None


class CardUpdate(Model, frozen=True, forbid_unknown_fields=True):
    """What to change of a card; attributes are merged, null removes one."""

    status: CardStatus | None = None
    block_reason: str | None = None
    attributes: Attributes | None = None


class CardTransfer(Model, frozen=True):
    new_card_identifier: CardIdentifier
    block_reason: str | None = None


def create_batch(workspace: Workspace, program_id: int, batch: CardBatch) -> str:
    """Make cards and return the id of their batch. Raises UnknownEntityError, Refused."""
    program = find_program(workspace, program_id, card_based=True)
    own, settings = batch.card_code_settings, program.settings.card_code_settings
    if own is not None:
        settings = CodeSettings(
            valid_characters=own.valid_characters, coupon_pattern=own.coupon_pattern
        )
    if settings is None:
        details = "The loyalty program has no card code format, so “cardCodeSettings” is required"
        raise Refused([Fault("Missing", details, "/cardCodeSettings")])
    random, now = new_random(), workspace.clock.now()
    batch_id = batch.batch_id or new_batch_id(random)
    records = workspace.records.loyalty
    with workspace.writing() as connection:
        there = records.card_identifiers(connection, program_id)

        def taken(identifiers: Collection[str]) -> Collection[str]:
            return there.intersection(identifiers)

        try:
            pattern = code_pattern(settings)
            identifiers = pattern.draw_several(batch.number_of_cards, random, taken)
        except ValueError as error:
            raise Refused([invalid(error, "/cardCodeSettings")]) from None
        ids = next_code_ids(connection, workspace.name, "loyaltyCard", len(identifiers))
        cards = [
            LoyaltyCard(
                program_id=program_id,
                identifier=identifier,
                id=id,
                created=now,
                status=batch.status,
                batch_id=batch_id,
            )
            for id, identifier in zip(ids, identifiers, strict=True)
        ]
        records.add_cards(connection, cards)
    return batch_id


def update_card(
    workspace: Workspace, program_id: int, identifier: str, update: CardUpdate
) -> LoyaltyCard:
    """Change a card and return it. Raises UnknownEntityError, Refused."""
    checker = AttributeChecker(workspace.application.definition.attributes)
    faults = list(checker.faults("LoyaltyCard", update.attributes, "/attributes"))
    if update.status is None and update.attributes is None:
        faults.append(Fault("Missing", "“status” or “attributes” is required", "/status"))
    with workspace.writing() as connection:
        card = find_card(workspace, connection, program_id, identifier)
        if update.status == "active" and card.new_card_identifier is not None:
            details = f"The card was transferred to “{card.new_card_identifier}” and stays inactive"
            faults.append(Fault("Invalid value", details, "/status"))
        if faults:
            raise Refused(faults)
        changed = replace(
            card,
            status=update.status or card.status,
            block_reason=card.block_reason if update.block_reason is None else update.block_reason,
            attributes=merge_attributes(card.attributes, update.attributes),
            modified=workspace.clock.now(),
        )
        workspace.records.loyalty.put_card(connection, changed)
    return changed


def transfer_card(
    workspace: Workspace, program_id: int, identifier: str, transfer: CardTransfer
) -> None:
    """Give all that a card has to a new one, and block it. Raises UnknownEntityError, Refused."""
    records, new_identifier = workspace.records.loyalty, transfer.new_card_identifier
    now = workspace.clock.now()
    with workspace.writing() as connection:
        card = find_card(workspace, connection, program_id, identifier)
        if card.new_card_identifier is not None:
            details = f"The card was transferred to “{card.new_card_identifier}” before"
            raise Refused([Fault("Invalid value", details, parameter="loyaltyCardId")])
        check_is_new(workspace, connection, program_id, new_identifier, "/newCardIdentifier")
        new_card = LoyaltyCard(
            program_id=program_id,
            identifier=new_identifier,
            id=next_code_id(connection, workspace.name, "loyaltyCard"),
            created=now,
            profiles=card.profiles,
            attributes=card.attributes,
            old_card_identifier=card.identifier,
        )
        blocked = replace(
            card,
            status="inactive",
            profiles=[],
            block_reason=transfer.block_reason,
            new_card_identifier=new_identifier,
            modified=now,
        )
        records.put_card(connection, new_card)
        records.put_card(connection, blocked)
        records.move_account(connection, program_id, card.identifier, new_identifier)


def delete_card(workspace: Workspace, program_id: int, identifier: str) -> None:
    """Delete a card with its points. Raises UnknownEntityError, Refused."""
    with workspace.writing() as connection:
        card = find_card(workspace, connection, program_id, identifier)
        workspace.records.loyalty.delete_card(connection, card)
