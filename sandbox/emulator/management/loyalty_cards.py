"""Loyalty cards: listing, changing, transferring and deleting them, and their points.

Management API, schemas LoyaltyCard and CardLedgerTransactionLogEntry; decisions S219, S220.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from sandbox.emulator.answers import Answer, known, no_content, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.loyalty import card_in_path, log_filter
from sandbox.emulator.loyalty_cards import card_answer, card_content
from sandbox.emulator.loyalty_entries import log_entry
from sandbox.emulator.management.lists import stored, uncounted
from sandbox.emulator.management.loyalty_points import adding, deducting
from sandbox.emulator.parameters import number, part, path_number
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import searching, storing
from sandbox.engine.loyalty.transactions import LoyaltyCard
from sandbox.shapes import Reader
from sandbox.workspace.loyalty_records import LedgerEntry
from sandbox.workspace.operations import card_changes
from sandbox.workspace.operations.loyalty import entries, find_program
from sandbox.workspace.workspace import Workspace

_BATCH = Reader(card_changes.CardBatch)
_UPDATE = Reader(card_changes.CardUpdate)
_TRANSFER = Reader(card_changes.CardTransfer)


def list_cards(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/cards"""
    program_id = path_number(incoming, "loyaltyProgramId")
    find_program(workspace, program_id, card_based=True)
    identifier, batch_id = part(incoming, "identifier", least=4), incoming.query.get("batchId")
    customer_id = number(incoming, "profileId", least=1)
    people, connection = workspace.records.people, workspace.reading
    profile = None if customer_id is None else people.profile(connection, customer_id)

    def takes(card: LoyaltyCard) -> bool:
        linked = {one.integration_id for one in card.profiles}
        return (
            identifier in (None, card.identifier)
            and batch_id in (None, card.batch_id)
            and (customer_id is None or (profile is not None and profile.integration_id in linked))
        )

    is_everything = identifier is None and batch_id is None and customer_id is None
    return stored(
        incoming,
        workspace.records.loyalty.program_cards(connection, program_id),
        lambda card: card_content(workspace, card),
        takes=None if is_everything else takes,
        sortable=_SORTABLE,
    )


def get_card(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/cards/{loyaltyCardId}"""
    card = card_in_path(workspace, incoming).card
    assert card is not None, "holders that are cards have one"
    return card_answer(workspace, card)


def update_card(workspace: Workspace, incoming: Incoming) -> Answer:
    """PUT /v1/loyalty_programs/{loyaltyProgramId}/cards/{loyaltyCardId}"""
    update: card_changes.CardUpdate = _UPDATE.read(incoming.body)
    return card_answer(workspace, card_changes.update_card(workspace, *_place(incoming), update))


def delete_card(workspace: Workspace, incoming: Incoming) -> Answer:
    """DELETE /v1/loyalty_programs/{loyaltyProgramId}/cards/{loyaltyCardId}"""
    card_changes.delete_card(workspace, *_place(incoming))
    return no_content()


def transfer_card(workspace: Workspace, incoming: Incoming) -> Answer:
    """PUT /v1/loyalty_programs/{loyaltyProgramId}/cards/{loyaltyCardId}/transfer"""
    transfer: card_changes.CardTransfer = _TRANSFER.read(incoming.body)
    card_changes.transfer_card(workspace, *_place(incoming), transfer)
    return no_content()


def create_batch(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/loyalty_programs/{loyaltyProgramId}/cards/batch"""
    batch: card_changes.CardBatch = _BATCH.read(incoming.body)
    program_id = path_number(incoming, "loyaltyProgramId")
    batch_id = card_changes.create_batch(workspace, program_id, batch)
    return ok({"numberOfCardsGenerated": batch.number_of_cards, "batchId": batch_id})


def list_log(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/cards/{loyaltyCardId}/logs"""
    holder = card_in_path(workspace, incoming)
    found = entries(workspace, holder, log_filter(incoming), waiting=False)

    def content(entry: LedgerEntry) -> dict[str, Any]:
        session_id = entry.transaction.customer_session_id
        session = workspace.records.session(workspace.reading, session_id) if session_id else None
        application_id = workspace.application.settings.id if session_id else None
        optional = {
            "applicationId": application_id,
            "sessionId": session.id if session else None,
        }
        return log_entry(entry) | known(optional)

    return uncounted(incoming, found, content)


def _place(incoming: Incoming) -> tuple[int, str]:
    return path_number(incoming, "loyaltyProgramId"), incoming.ids["loyaltyCardId"]


_SORTABLE: dict[str, Callable[[LoyaltyCard], Any]] = {
    name: attrgetter(field)
    for name, field in {
        "id": "id",
        "created": "created",
        "identifier": "identifier",
        "status": "status",
        "batchId": "batch_id",
    }.items()
}

_CARDS = "/v1/loyalty_programs/{loyaltyProgramId}/cards"
_CARD = f"{_CARDS}/{{loyaltyCardId}}"

ROUTES: Routes = {
    _CARDS: {"GET": searching(list_cards)},
    f"{_CARDS}/batch": {"POST": storing(create_batch, is_heavy=True)},
    _CARD: {
        "GET": get_card,
        "PUT": storing(update_card),
        "DELETE": storing(delete_card),
    },
    f"{_CARD}/transfer": {"PUT": storing(transfer_card)},
    f"{_CARD}/add_points": {"PUT": storing(adding(card_in_path))},
    f"{_CARD}/deduct_points": {"PUT": storing(deducting(card_in_path))},
    f"{_CARD}/logs": {"GET": list_log},
}
