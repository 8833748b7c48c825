"""Points of profiles and cards: balances, unused points, logs, joining, activation.

The operations for profiles and those for cards differ in who has the points, and little else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Annotated, Any, Literal, cast, get_args

import msgspec

from sandbox.emulator.answers import Answer, no_content, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.loyalty_content import tiers_content
from sandbox.emulator.loyalty_entries import ledger_entry, log_entry, points_entry
from sandbox.emulator.parameters import moment, page, path_number, texts, word
from sandbox.engine.loyalty.accounts import balances_of
from sandbox.engine.loyalty.statements import PointsStatus, Totals, projection
from sandbox.engine.loyalty.transactions import Transaction
from sandbox.engine.model import Model
from sandbox.errors import Fault, Refused
from sandbox.numbers import ZERO, plain
from sandbox.shapes import Reader, refuse_repeated
from sandbox.workspace.operations import loyalty
from sandbox.workspace.operations.loyalty import EntryFilter, Holder, Origin, PointsOrder, Statement
from sandbox.workspace.workspace import Workspace

LOG_PAGE = 50


class Deletion(Model, frozen=True, forbid_unknown_fields=True):
    """Which ledgers to delete; "" is the main one."""

    scope: Literal["AllSubledgers", "SelectedSubledgers"]
    subledger_ids: list[str] | None = None


class Activation(Model, frozen=True, forbid_unknown_fields=True):
    """Which points to activate: those of a session, or those of transactions."""

    transaction_uuids: Annotated[list[str], msgspec.Meta(min_length=1, max_length=50)] | None = (
        msgspec.field(default=None, name="transactionUUIDs")
    )
    session_id: Annotated[str, msgspec.Meta(min_length=1)] | None = None


_DELETION = Reader(Deletion)
_ACTIVATION = Reader(Activation)


def get_profile_balances(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/profile/{integrationId}/balances"""
    holder = profile_in_path(workspace, incoming)
    with_tiers, with_projection = (
        incoming.flag("includeTiers"),
        incoming.flag("includeProjectedTier"),
    )
    found = loyalty.statement(workspace, holder, moment(incoming, "endDate"))
    now = workspace.clock.now()

    def tiers(subledger: str) -> dict[str, Any]:
        content: dict[str, Any] = {}
        if with_tiers:
            place = found.account.membership.tiers.get(subledger)
            active = balances_of(found.account, subledger, now).active
            content |= tiers_content(holder.program, place, active)
        if with_projection:
            content |= _projected(holder, found, subledger)
        return content

    return ok(_balances(found, texts(incoming, "subledgerId"), tiers))


def get_card_balances(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/cards/{loyaltyCardId}/balances"""
    holder = card_in_path(workspace, incoming)
    found = loyalty.statement(workspace, holder, moment(incoming, "endDate"))
    profiles = holder.card.profiles if holder.card else []
    return ok(_balances(found, texts(incoming, "subledgerId")) | {"profiles": profiles})


def list_profile_transactions(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/profile/{integrationId}/transactions"""
    return _transactions(workspace, incoming, profile_in_path(workspace, incoming))


def list_card_transactions(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/cards/{loyaltyCardId}/transactions"""
    return _transactions(workspace, incoming, card_in_path(workspace, incoming))


def list_profile_points(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/profile/{integrationId}/points"""
    return _points(workspace, incoming, profile_in_path(workspace, incoming))


def list_card_points(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/cards/{loyaltyCardId}/points"""
    return _points(workspace, incoming, card_in_path(workspace, incoming))


def delete_transactions(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/loyalty_programs/{loyaltyProgramId}/profile/{integrationId}/delete_transactions"""
    holder = profile_in_path(workspace, incoming)
    wanted: Deletion = _DELETION.read(incoming.body)
    subledgers = wanted.subledger_ids
    if wanted.scope == "AllSubledgers":
        subledgers = None
    elif subledgers is None:
        details = "“subledgerIds” is required for the scope SelectedSubledgers"
        raise Refused([Fault("Missing", details, "/subledgerIds")])
    loyalty.delete_transactions(workspace, holder, subledgers)
    return no_content()


def join_program(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/loyalty_programs/{loyaltyProgramId}/profile/{integrationId}/join"""
    program_id = path_number(incoming, "loyaltyProgramId")
    loyalty.join_program(workspace, program_id, incoming.ids["integrationId"])
    return ok({})


def activate_points(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/loyalty_programs/{loyaltyProgramId}/activate_points"""
    program_id = path_number(incoming, "loyaltyProgramId")
    wanted: Activation = _ACTIVATION.read(incoming.body)
    uuids, session_id = wanted.transaction_uuids, wanted.session_id
    if session_id is not None and uuids is None:
        activated = loyalty.activate_session(workspace, program_id, session_id)
    elif uuids is not None and session_id is None:
        refuse_repeated(uuids, "/transactionUUIDs")
        activated = loyalty.activate_transactions(workspace, program_id, uuids)
    else:
        details = "Either “transactionUUIDs” or “sessionId” is required, and not both"
        raise Refused([Fault("Invalid value", details)])
    return ok({"ledgerEntries": [_activated(workspace, one) for one in activated]})


def profile_in_path(workspace: Workspace, incoming: Incoming) -> Holder:
    """Return the profile that a path names; raises UnknownEntityError, Refused."""
    program_id = path_number(incoming, "loyaltyProgramId")
    return loyalty.profile_holder(workspace, program_id, incoming.ids["integrationId"])


def card_in_path(workspace: Workspace, incoming: Incoming) -> Holder:
    """Return the card that a path names; raises UnknownEntityError, Refused."""
    program_id = path_number(incoming, "loyaltyProgramId")
    return loyalty.card_holder(workspace, program_id, incoming.ids["loyaltyCardId"])


def _no_tiers(subledger: str) -> dict[str, Any]:
    return {}


def _balances(
    found: Statement,
    subledgers: Collection[str] | None,
    tiers: Callable[[str], dict[str, Any]] = _no_tiers,
) -> dict[str, Any]:
    """Return the balances of the main ledger, and of subledgers: all, or those asked for."""
    content = {
        name: _totals(totals) | tiers(name)
        for name, totals in found.ledgers.items()
        if name == "" or subledgers is None or name in subledgers
    }
    return {"balance": content.pop(""), "subledgerBalances": content}


def _totals(totals: Totals) -> dict[str, Any]:
    return {f"{name}Points": plain(points) for name, points in totals._asdict().items()}


def _projected(holder: Holder, found: Statement, subledger: str) -> dict[str, Any]:
    """Return a projected tier (schema ProjectedTier); nothing where no tier expires."""
    projected = projection(holder.program, found.account, subledger)
    if projected is None:
        return {}
    content: dict[str, Any] = {"projectedActivePoints": plain(projected.points)}
    if projected.missing > ZERO:
        content["stayInTierPoints"] = plain(projected.missing)
    if projected.tier is not None:
        content["projectedTierName"] = projected.tier
    return {"projectedTier": content}


def log_filter(incoming: Incoming) -> EntryFilter:
    """Read which entries of a log to list; raises Refused."""
    return _filter(incoming)._replace(
        origin=word(incoming, "loyaltyTransactionType", get_args(Origin)),
        start=moment(incoming, "startDate"),
        end=moment(incoming, "endDate"),
    )


def only_waiting(incoming: Incoming) -> bool:
    """Read ``awaitsActivation``; raises Refused."""
    waiting = incoming.flag("awaitsActivation")
    if not waiting and "awaitsActivation" in incoming.query:
        details = "“awaitsActivation” can only be true"
        raise Refused([Fault("Invalid value", details, parameter="awaitsActivation")])
    return waiting


def _transactions(workspace: Workspace, incoming: Incoming, holder: Holder) -> Answer:
    waiting = only_waiting(incoming)
    found = loyalty.entries(workspace, holder, log_filter(incoming), waiting=waiting)
    shown, has_more = page(incoming, LOG_PAGE).of(found)
    return ok({"hasMore": has_more, "data": [log_entry(entry) for entry in shown]})


def _points(workspace: Workspace, incoming: Incoming, holder: Holder) -> Answer:
    status = word(incoming, "status", get_args(PointsStatus)) or "active"
    order = word(incoming, "sort", get_args(PointsOrder))
    found = loyalty.points(
        workspace,
        holder,
        cast(PointsStatus, status),
        _filter(incoming),
        cast(PointsOrder | None, order),
    )
    shown, has_more = page(incoming, LOG_PAGE).of(found)

    def profile_id(transaction: Transaction) -> str | None:
        if holder.card is None or not transaction.customer_session_id:
            return None
        session = workspace.records.session(workspace.reading, transaction.customer_session_id)
        return session.profile_id if session else None

    data = [points_entry(entry, profile_id(entry.transaction)) for entry in shown]
    return ok({"hasMore": has_more, "data": data})


def _filter(incoming: Incoming) -> EntryFilter:
    return EntryFilter(
        subledgers=texts(incoming, "subledgerId"),
        session_ids=texts(incoming, "customerSessionIDs"),
        uuids=texts(incoming, "transactionUUIDs"),
    )


def _activated(workspace: Workspace, transaction: Transaction) -> dict[str, Any]:
    cards = workspace.records.loyalty.cards(workspace.reading, [transaction.card_identifier])
    own = (card.id for card in cards if card.program_id == transaction.program_id)
    return ledger_entry(transaction, next(own, None))
