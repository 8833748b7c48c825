"""Short ways to say what a test needs of loyalty: programs, transactions, accounts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sandbox.engine.loyalty.programs import LoyaltyProgram, LoyaltyTier, Program, make_programs
from sandbox.engine.loyalty.transactions import (
    Account,
    AccountKey,
    LoyaltyCard,
    LoyaltyFacts,
    TierPlace,
    Transaction,
)
from tests.engine.builders import NOW, block

TIERS = [
    LoyaltyTier(id=1, name="Bronze", min_points=Decimal(100)),
    LoyaltyTier(id=2, name="Silver", min_points=Decimal(200)),
    LoyaltyTier(id=3, name="Gold", min_points=Decimal(300)),
]
KEY = AccountKey(5, "cust-1")
_NUMBERS = count(1)


def settings(**fields: Any) -> LoyaltyProgram:
    defaults: dict[str, Any] = {"id": 5, "name": "points_club", "allow_subledger": True}
    return LoyaltyProgram(**(defaults | fields))


def program(**fields: Any) -> Program:
    faults: list[Any] = []
    made = make_programs([settings(**fields)], faults)
    assert not faults
    return made[5]


def addition(amount: int | str, **fields: Any) -> Transaction:
    points = Decimal(amount)
    return transaction("addition", points, remaining=points, **fields)


def subtraction(amount: int | str, **fields: Any) -> Transaction:
    return transaction("subtraction", Decimal(amount), **fields)


def debt(amount: int | str, **fields: Any) -> Transaction:
    points = Decimal(amount)
    return transaction(
        "subtraction", points, remaining=points, creates_negative_balance=True, **fields
    )


def transaction(kind: Any, amount: Decimal, **fields: Any) -> Transaction:
    defaults: dict[str, Any] = {
        "transaction_uuid": f"00000000-0000-4000-8000-{next(_NUMBERS):012}",
        "program_id": 5,
        "created": NOW,
        "profile_integration_id": "cust-1",
    }
    return Transaction(type=kind, amount=amount, **(defaults | fields))


def account(*transactions: Transaction, **membership: Any) -> Account:
    empty = Account()
    given = type(empty.membership)(**membership)
    return Account(given, tuple(transactions))


def facts(*transactions: Transaction, cards: tuple[LoyaltyCard, ...] = (), **membership: Any):
    """The account of ``cust-1``, or of the first card, in program 5."""
    key = AccountKey(5, cards[0].identifier) if cards else KEY
    return LoyaltyFacts({key: account(*transactions, **membership)}, cards)


def in_tier(name: str, start: datetime | None = None, expiry: datetime | None = None):
    return {"": TierPlace(name=name, start_date=start, expiry_date=expiry)}


def card(identifier: str = "CARD-0001", **fields: Any) -> LoyaltyCard:
    return LoyaltyCard(program_id=5, identifier=identifier, id=1, created=NOW, **fields)


def add(value: Any, **fields: Any) -> dict[str, Any]:
    return block("x-addLoyaltyPoints", **{"name": "p", "programId": 5, "value": value} | fields)


def deduct(value: Any, **fields: Any) -> dict[str, Any]:
    return block(
        "x-deductLoyaltyPoints", **{"name": "pay", "programId": 5, "value": value} | fields
    )
