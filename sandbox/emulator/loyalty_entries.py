"""Entries of loyalty ledgers as answers show them.

Source: Integration API, schemas LedgerTransactionLogEntryIntegrationAPI,
LedgerPointsEntryIntegrationAPI, their forms for cards, and LoyaltyLedgerEntry.
"""

from __future__ import annotations

from typing import Any

from sandbox.emulator.answers import known
from sandbox.engine.loyalty.programs import IMMEDIATE, ON_ACTION, UNLIMITED
from sandbox.engine.loyalty.transactions import Transaction
from sandbox.workspace.loyalty_records import LedgerEntry


def log_entry(entry: LedgerEntry) -> dict[str, Any]:
    """Return an entry of a log; flags belong to the logs of profiles."""
    transaction = entry.transaction
    content = _common(entry) | {"type": transaction.type, "amount": transaction.amount}
    optional = {
        "rulesetId": transaction.ruleset_id,
        "ruleName": transaction.rule_name,
        "cardIdentifier": transaction.card_identifier or None,
    }
    content |= known(optional)
    if not transaction.card_identifier:
        content["flags"] = _flags(transaction)
    return content


def points_entry(entry: LedgerEntry, profile_id: str | None = None) -> dict[str, Any]:
    """Return points that are not used; the amount is what is left of them (decision S113).

    `profile_id` is whose session brought them to a card.
    """
    content = _common(entry) | {"amount": entry.transaction.remaining}
    return content | known({"customerProfileID": profile_id or None})


def ledger_entry(transaction: Transaction, card_id: int | None) -> dict[str, Any]:
    """Return a row of a ledger (LoyaltyLedgerEntry)."""
    content = {
        "created": transaction.created,
        "programID": transaction.program_id,
        "type": transaction.type,
        "amount": transaction.amount,
        "name": transaction.name,
        "subLedgerID": transaction.sub_ledger_id,
        "flags": _flags(transaction),
    }
    optional = {
        "customerProfileID": transaction.profile_integration_id or None,
        "cardID": card_id,
        "customerSessionID": transaction.customer_session_id or None,
        "startDate": transaction.start_date,
        "expiryDate": transaction.expiry_date,
        "validityDuration": transaction.validity_duration,
    }
    return content | known(optional)


def _common(entry: LedgerEntry) -> dict[str, Any]:
    transaction = entry.transaction
    start = ON_ACTION if transaction.awaits_activation else transaction.start_date or IMMEDIATE
    content = {
        "id": entry.number,
        "transactionUUID": transaction.transaction_uuid,
        "created": transaction.created,
        "programId": transaction.program_id,
        "name": transaction.name,
        "startDate": start,
        "expiryDate": transaction.expiry_date or UNLIMITED,
        "subledgerId": transaction.sub_ledger_id,
    }
    optional = {
        "customerSessionId": transaction.customer_session_id or None,
        "validityDuration": transaction.validity_duration,
    }
    return content | known(optional)


def _flags(transaction: Transaction) -> dict[str, bool]:
    return {"createsNegativeBalance": transaction.creates_negative_balance}
