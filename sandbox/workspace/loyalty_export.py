"""Write loyalty cards, transactions and tiers as bundles hold them.

What only the bundle knew of them is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from sandbox.engine.loyalty.programs import ON_ACTION
from sandbox.engine.loyalty.transactions import Transaction
from sandbox.engine.model import Model, json_fields
from sandbox.workspace.entities import MemberState, PointsState
from sandbox.workspace.loyalty_bundle import BundledTier, BundledTransaction, transaction_uuid
from sandbox.workspace.loyalty_records import LoyaltyState


def loyalty_parts(raw: Mapping[str, Any], state: LoyaltyState) -> dict[str, list[dict[str, Any]]]:
    """Return the bundle's keys for loyalty state."""
    transactions = {
        transaction_uuid(index, before.get("transactionUUID")): before
        for index, before in enumerate(raw.get("loyaltyTransactions") or [])
    }
    cards = {_card_key(before): before for before in raw.get("loyaltyCards") or []}
    tiers = {_tier_key(before): before for before in raw.get("loyaltyTiers") or []}
    return {
        "loyaltyCards": [_merged(cards, _card_key, card) for card in state.cards],
        "loyaltyTransactions": [
            {**transactions.get(t.transaction_uuid, {}), **_fields(_transaction(t))}
            for t in state.transactions
        ],
        "loyaltyTiers": [_merged(tiers, _tier_key, tier) for tier in _tiers(state)],
    }


def points_states(state: LoyaltyState) -> list[PointsState]:
    """Return what bundles do not say of transactions."""
    return [
        PointsState(
            transaction_uuid=t.transaction_uuid,
            remaining=t.remaining,
            spent=t.spent,
            rolls_back=t.rolls_back,
        )
        for t in state.transactions
    ]


def member_states(state: LoyaltyState) -> list[MemberState]:
    return [
        MemberState(
            program_id=key.program_id,
            owner=key.owner,
            joined=membership.joined,
            settled=membership.settled,
        )
        for key, membership in state.members.items()
    ]


def _tiers(state: LoyaltyState) -> Iterable[BundledTier]:
    for key, membership in state.members.items():
        for subledger, place in membership.tiers.items():
            yield BundledTier(
                program_id=key.program_id,
                profile_integration_id=key.owner,
                sub_ledger_id=subledger,
                tier=place.name,
                start_date=place.start_date,
                expiry_date=place.expiry_date,
            )


def _transaction(transaction: Transaction) -> BundledTransaction:
    start, expiry = transaction.start_date, transaction.expiry_date
    return BundledTransaction(
        program_id=transaction.program_id,
        type=transaction.type,
        amount=transaction.amount,
        sub_ledger_id=transaction.sub_ledger_id,
        profile_integration_id=transaction.profile_integration_id,
        card_identifier=transaction.card_identifier,
        created=transaction.created,
        start_date=ON_ACTION if transaction.awaits_activation else _text(start),
        expiry_date=_text(expiry),
        validity_duration=transaction.validity_duration,
        name=transaction.name,
        transaction_uuid=transaction.transaction_uuid,
        customer_session_id=transaction.customer_session_id,
        campaign_id=transaction.campaign_id,
        ruleset_id=transaction.ruleset_id,
        rule_name=transaction.rule_name,
        import_id=transaction.import_id,
    )


def _text(time: datetime | None) -> str | None:
    return None if time is None else str(msgspec.to_builtins(time))


def _merged(
    before: Mapping[Any, Mapping[str, Any]], key_of: Callable[[Mapping[str, Any]], Any], now: Model
) -> dict[str, Any]:
    fields = _fields(now)
    return {**before.get(key_of(fields), {}), **fields}


def _fields(model: Model) -> dict[str, Any]:
    return {name: value for name, value in json_fields(model).items() if value != ""}


def _card_key(card: Mapping[str, Any]) -> tuple[Any, ...]:
    return card["programId"], card["identifier"]


def _tier_key(tier: Mapping[str, Any]) -> tuple[Any, ...]:
    return tier["programId"], tier["profileIntegrationId"], tier.get("subLedgerId") or ""
