"""Loyalty cards: making them, and linking profiles to them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.loyalty_content import LoyaltyContent
from sandbox.emulator.parameters import path_number
from sandbox.engine.loyalty.transactions import LoyaltyCard
from sandbox.engine.model import Model
from sandbox.shapes import Reader
from sandbox.workspace.operations import loyalty_cards
from sandbox.workspace.workspace import Workspace


class Registration(Model, frozen=True):
    """The profile to link or unlink."""

    integration_id: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


_NEW_CARD = Reader(loyalty_cards.NewCard)
_REGISTRATION = Reader(Registration)


def generate_card(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/loyalty_programs/{loyaltyProgramId}/cards"""
    program_id = path_number(incoming, "loyaltyProgramId")
    new: loyalty_cards.NewCard = _NEW_CARD.read(incoming.body)
    return card_answer(workspace, loyalty_cards.generate_card(workspace, program_id, new))


def link_profile(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v2/loyalty_programs/{loyaltyProgramId}/cards/{loyaltyCardId}/link_profile"""
    card = loyalty_cards.link_profile(workspace, *_place(incoming), _profile_id(incoming))
    return card_answer(workspace, card)


def unlink_profile(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v2/loyalty_programs/{loyaltyProgramId}/cards/{loyaltyCardId}/unlink_profile"""
    card = loyalty_cards.unlink_profile(workspace, *_place(incoming), _profile_id(incoming))
    return card_answer(workspace, card)


def _place(incoming: Incoming) -> tuple[int, str]:
    return path_number(incoming, "loyaltyProgramId"), incoming.ids["loyaltyCardId"]


def _profile_id(incoming: Incoming) -> str:
    registration: Registration = _REGISTRATION.read(incoming.body)
    return registration.integration_id


def card_answer(workspace: Workspace, card: LoyaltyCard) -> Answer:
    return ok(card_content(workspace, card))


def card_content(workspace: Workspace, card: LoyaltyCard) -> dict[str, Any]:
    """Return a card with its balances (schema LoyaltyCard)."""
    programs = workspace.application.programs
    facts = workspace.records.loyalty.facts(workspace.reading, (), [card.identifier])
    return LoyaltyContent(programs, facts, {}, workspace.clock.now()).card(card)
