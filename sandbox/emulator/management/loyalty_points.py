"""Points of customers as people look at them, and change them by hand.

Balances and logs are those of the Integration API under other paths. Management API, schema
LoyaltyLedger; decision S215.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from sandbox.emulator import loyalty
from sandbox.emulator.answers import Answer, no_content, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.loyalty import profile_in_path
from sandbox.emulator.loyalty_content import tier_content
from sandbox.emulator.loyalty_entries import ledger_entry
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import storing
from sandbox.engine.loyalty.statements import Totals, unused
from sandbox.engine.loyalty.transactions import Transaction
from sandbox.numbers import plain
from sandbox.shapes import Reader
from sandbox.workspace.operations.loyalty import EntryFilter, Holder, Statement, entries, statement
from sandbox.workspace.operations.loyalty_points import (
    PointsToAdd,
    PointsToDeduct,
    add_points,
    deduct_points,
)
from sandbox.workspace.workspace import Workspace


def get_ledger(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/profile/{integrationId}"""
    holder = profile_in_path(workspace, incoming)
    found = statement(workspace, holder, None)
    log = [entry.transaction for entry in entries(workspace, holder, EntryFilter(), waiting=False)]
    ledgers = {
        name: _ledger(workspace, holder, found, totals, name, log)
        for name, totals in found.ledgers.items()
    }
    return ok({"ledger": ledgers.pop(""), "subLedgers": ledgers})


def _posting(
    reader: Reader,
    post: Callable[[Workspace, Holder, Any], None],
    find: Callable[[Workspace, Incoming], Holder],
) -> Callable[[Workspace, Incoming], Answer]:
    """Return a handler that posts what a body says to whom `find` finds in the path."""

    def handler(workspace: Workspace, incoming: Incoming) -> Answer:
        wanted = reader.read(incoming.body)
        post(workspace, find(workspace, incoming), wanted)
        return no_content()

    return handler


# PUT …/add_points and …/deduct_points, of profiles and of cards.
adding = partial(_posting, Reader(PointsToAdd), add_points)
deducting = partial(_posting, Reader(PointsToDeduct), deduct_points)


def _ledger(
    workspace: Workspace,
    holder: Holder,
    found: Statement,
    totals: Totals,
    name: str,
    log: Iterable[Transaction],
) -> dict[str, Any]:
    """Return a ledger whole (schema LoyaltySubLedger)."""
    now, account = workspace.clock.now(), found.account

    def left(transactions: Iterable[Transaction]) -> list[dict[str, Any]]:
        """Return what is left of additions to this ledger."""
        return [
            ledger_entry(transaction, None) | {"amount": transaction.remaining}
            for transaction in transactions
            if transaction.sub_ledger_id == name
        ]

    active = unused(account, "active", now)
    content: dict[str, Any] = {
        "total": plain(totals.active),
        **{f"total{kind.title()}Points": plain(n) for kind, n in totals._asdict().items()},
        "transactions": [ledger_entry(t, None) for t in log if t.sub_ledger_id == name],
        "expiringPoints": left(t for t in active if t.expiry_date is not None),
        "activePoints": left(active),
        "pendingPoints": left(unused(account, "pending", now)),
        "expiredPoints": left(unused(account, "expired", now)),
    }
    place = account.membership.tiers.get(name)
    return content | ({"currentTier": tier_content(holder.program, place)} if place else {})


_PROFILE = "/v1/loyalty_programs/{loyaltyProgramId}/profile/{integrationId}"

ROUTES: Routes = {
    _PROFILE: {"GET": get_ledger},
    f"{_PROFILE}/add_points": {"PUT": storing(adding(profile_in_path))},
    f"{_PROFILE}/deduct_points": {"PUT": storing(deducting(profile_in_path))},
    f"{_PROFILE}/ledger_balances": {"GET": loyalty.get_profile_balances},
    f"{_PROFILE}/ledger_transactions": {"GET": loyalty.list_profile_transactions},
}
