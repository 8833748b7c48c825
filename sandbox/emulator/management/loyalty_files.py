"""Balances, tiers, join dates, logs and cards of loyalty programs as CSV files.

Columns are those of the vendor's samples. Decision S221.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sandbox.emulator.answers import Answer
from sandbox.emulator.http import Incoming
from sandbox.emulator.loyalty import card_in_path, profile_in_path
from sandbox.emulator.loyalty_entries import log_entry
from sandbox.emulator.management.csv_files import cell, csv_answer, date_format
from sandbox.emulator.parameters import (
    created,
    moment,
    path_number,
    texts,
    time_range,
    words,
)
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import searching
from sandbox.engine.loyalty.transactions import LoyaltyCard
from sandbox.workspace.operations.loyalty import EntryFilter, Holder, entries, find_program
from sandbox.workspace.operations.loyalty_overview import Ledger, all_ledgers
from sandbox.workspace.workspace import Workspace

_BALANCES = {
    "currentBalance": "active",
    "pendingBalance": "pending",
    "expiredBalance": "expired",
    "spentBalance": "spent",
    "negativeBalance": "negative",
}
_ALWAYS = "currentBalance"
_LOG = (
    "customersessionid",
    "rulesetid",
    "rulename",
    "programid",
    "type",
    "name",
    "subledgerid",
    "startdate",
    "expirydate",
    "id",
    "created",
    "amount",
    "archived",
    "campaignid",
    "flags",
    "transactionuuid",
    "validityduration",
)
_TIERS = (
    "programid",
    "subledgerid",
    "customerprofileid",
    "tiername",
    "startdate",
    "expirydate",
)
_CARDS = (
    "identifier",
    "created",
    "status",
    "userpercardlimit",
    "customerprofileids",
    "blockreason",
    "generated",
    "batchid",
    "attributes",
)


def export_balances(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/export_customer_balances"""
    columns = ("loyaltyProgramID", "loyaltySubledger", "profileIntegrationID", *_BALANCES)
    rows = (
        [program_id, ledger.subledger, ledger.owner, *balances, _tier_name(ledger)]
        for program_id, ledger, balances in _balances(workspace, incoming, card_based=False)
    )
    return csv_answer((*columns, "currentTier"), rows)


def export_card_balances(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/export_card_balances"""
    program_id = path_number(incoming, "loyaltyProgramId")
    cards = workspace.records.loyalty.program_cards(workspace.reading, program_id)
    states = {card.identifier: card.status for card in cards}
    columns = ("loyaltyProgramID", "loyaltySubledger", "cardIdentifier", "cardState", *_BALANCES)
    rows = (
        [program_id, ledger.subledger, ledger.owner, states[ledger.owner], *balances]
        for program_id, ledger, balances in _balances(workspace, incoming, card_based=True)
        if ledger.owner in states
    )
    return csv_answer(columns, rows)


def export_tiers(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/export_customers_tiers"""
    program_id = path_number(incoming, "loyaltyProgramId")
    program = find_program(workspace, program_id, card_based=False)
    subledgers, names = texts(incoming, "subledgerIds"), texts(incoming, "tierNames")
    rows = (
        [
            program_id,
            ledger.subledger,
            ledger.owner,
            ledger.tier.name,
            cell(ledger.tier.start_date),
            cell(ledger.tier.expiry_date),
        ]
        for ledger in all_ledgers(workspace, program, workspace.clock.now())
        if ledger.tier is not None
        and (subledgers is None or ledger.subledger in subledgers)
        and (names is None or ledger.tier.name in names)
    )
    return csv_answer(_TIERS, rows)


def export_join_dates(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/export_join_dates"""
    program_id = path_number(incoming, "loyaltyProgramId")
    find_program(workspace, program_id, card_based=False)
    members = workspace.records.loyalty.memberships(workspace.reading, program_id)
    rows = (
        [program_id, owner, cell(membership.joined)]
        for owner, membership in sorted(members.items())
        if membership.joined is not None
    )
    return csv_answer(("loyaltyProgramID", "profileIntegrationID", "joinDate"), rows)


def export_profile_log(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/profile/{integrationId}/export_log"""
    return _log(workspace, incoming, profile_in_path(workspace, incoming), "customerprofileid")


def export_card_log(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/cards/{loyaltyCardId}/export_log"""
    return _log(workspace, incoming, card_in_path(workspace, incoming), "cardidentifier")


def export_cards(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/cards/export"""
    program = find_program(workspace, path_number(incoming, "loyaltyProgramId"), card_based=True)
    batch_id, period, dates = (
        incoming.query.get("batchId"),
        created(incoming),
        date_format(incoming),
    )

    def row(card: LoyaltyCard) -> list[Any]:
        profiles = ", ".join(f"'{profile.integration_id}'" for profile in card.profiles)
        return [
            card.identifier,
            cell(card.created, dates),
            card.status,
            program.settings.users_per_card_limit,
            f"[{profiles}]",
            card.block_reason,
            cell(card.batch_id is not None),
            card.batch_id,
            cell(card.attributes),
        ]

    cards = workspace.records.loyalty.program_cards(workspace.reading, program.settings.id)
    found = (c for c in cards if batch_id in (None, c.batch_id) and c.created in period)
    return csv_answer(_CARDS, map(row, found))


def _balances(
    workspace: Workspace, incoming: Incoming, *, card_based: bool
) -> Iterator[tuple[int, Ledger, Sequence[str]]]:
    """Yield the ledgers of a program with the balances that are asked for; others are empty."""
    program_id = path_number(incoming, "loyaltyProgramId")
    program = find_program(workspace, program_id, card_based=card_based)
    wanted = words(incoming, "balances", tuple(_BALANCES)) or frozenset(_BALANCES)
    time = moment(incoming, "endDate") or workspace.clock.now()
    for ledger in all_ledgers(workspace, program, time):
        totals = ledger.totals._asdict()
        yield (
            program_id,
            ledger,
            [
                cell(totals[field]) if name in wanted or name == _ALWAYS else ""
                for name, field in _BALANCES.items()
            ],
        )


def _log(workspace: Workspace, incoming: Incoming, holder: Holder, owner: str) -> Answer:
    period, dates = time_range(incoming), date_format(incoming)
    wanted = EntryFilter(start=period.start, end=period.end)

    def rows() -> Iterator[list[Any]]:
        for entry in entries(workspace, holder, wanted, waiting=False):
            content, transaction = log_entry(entry), entry.transaction
            yield [
                holder.key.owner,
                transaction.customer_session_id,
                transaction.ruleset_id,
                transaction.rule_name,
                transaction.program_id,
                transaction.type,
                transaction.name,
                transaction.sub_ledger_id,
                cell(content["startDate"], dates),
                cell(content["expiryDate"], dates),
                entry.number,
                cell(transaction.created, dates),
                cell(transaction.amount),
                cell(False),
                transaction.campaign_id,
                "createsNegativeBalance" if transaction.creates_negative_balance else "",
                transaction.transaction_uuid,
                transaction.validity_duration,
            ]

    return csv_answer((owner, *_LOG), rows())


def _tier_name(ledger: Ledger) -> str:
    return ledger.tier.name if ledger.tier else ""


_PROGRAM = "/v1/loyalty_programs/{loyaltyProgramId}"

ROUTES: Routes = {
    f"{_PROGRAM}/export_customer_balances": {"GET": searching(export_balances)},
    f"{_PROGRAM}/export_customer_balance": {"GET": searching(export_balances)},
    f"{_PROGRAM}/export_card_balances": {"GET": searching(export_card_balances)},
    f"{_PROGRAM}/export_customers_tiers": {"GET": searching(export_tiers)},
    f"{_PROGRAM}/export_join_dates": {"GET": searching(export_join_dates)},
    f"{_PROGRAM}/profile/{{integrationId}}/export_log": {"GET": export_profile_log},
    f"{_PROGRAM}/cards/export": {"GET": searching(export_cards)},
    f"{_PROGRAM}/cards/{{loyaltyCardId}}/export_log": {"GET": export_card_log},
}
