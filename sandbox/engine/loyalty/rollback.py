"""Taking back added points, as the program's return policy allows, and returning deducted ones.

Source: reference/engine/08, section 8.6. Deducted points come back first, with the expiry dates
that they had; what is taken back of added points is first what is left of them, then other active
points in the order of spending (decision S64).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from msgspec.structs import replace

from sandbox.engine.loyalty.accounts import settle
from sandbox.engine.loyalty.balances import Purse
from sandbox.engine.loyalty.changes import (
    AddPoints,
    DeductPoints,
    LoyaltyChange,
    apply_changes,
    changes_by_account,
)
from sandbox.engine.loyalty.programs import Program
from sandbox.engine.loyalty.transactions import (
    Account,
    AccountKey,
    LoyaltyFacts,
    Spent,
    Transaction,
    make_uuid,
)
from sandbox.engine.model import Effect, Json
from sandbox.numbers import ZERO, plain

# Names that the vendor's log gives to the transactions of a rollback.
_TAKEN_BACK = "rollbackAddedLoyaltyPoints"
_NEGATIVE = "addNegativeLoyaltyPoints"
_RETURNED = "rollbackDeductedLoyaltyPoints"


class Undone(NamedTuple):
    """A rollback effect: its type and props."""

    effect_type: str
    props: dict[str, Json]


def roll_back_points(
    effects: Sequence[Effect],
    programs: Mapping[int, Program],
    facts: LoyaltyFacts,
    profile_id: str,
    now: datetime,
    seed: str,
) -> tuple[dict[int, list[Undone]], list[LoyaltyChange]]:
    """Return what undoing a session's effects on points gives, by effect, and what to store.

    Effects of which nothing can be taken back are left out. `profile_id` is the session's.
    """
    undoing = _Undoing(programs, facts, profile_id, now, seed)
    undone = {
        **undoing.give_back(_of_type(effects, "deductLoyaltyPoints")),
        **undoing.take_back(_of_type(effects, "addLoyaltyPoints")),
    }
    return undone, undoing.changes


def _of_type(effects: Iterable[Effect], effect_type: str) -> dict[int, dict[str, Json]]:
    return {i: e.props for i, e in enumerate(effects) if e.effect_type == effect_type}


class _Undoing:
    """The accounts of one session while it is undone."""

    def __init__(
        self,
        programs: Mapping[int, Program],
        facts: LoyaltyFacts,
        profile_id: str,
        now: datetime,
        seed: str,
    ) -> None:
        self.changes: list[LoyaltyChange] = []
        self._programs = programs
        self._facts = facts
        self._accounts = dict(facts.accounts)
        self._profile_id = profile_id
        self._now = now
        self._seed = seed

    def give_back(self, deducted: Mapping[int, Mapping[str, Json]]) -> dict[int, list[Undone]]:
        """Return deducted points: one effect for each expiry date that they had."""
        undone: dict[int, list[Undone]] = {}
        for index, props in deducted.items():
            deduction = self._facts.transactions.get(props["transactionUUID"])
            if deduction is None:
                continue
            for expiry, amount in _by_expiry(deduction.spent).items():
                addition = self._transaction(deduction, "addition", amount, _RETURNED)
                addition = replace(addition, expiry_date=expiry, remaining=addition.amount)
                returned = Undone(_RETURNED, self._props(addition, amount))
                undone.setdefault(index, []).append(returned)
                self.changes.append(AddPoints(transaction=addition))
        for key, changes in changes_by_account(self.changes).items():
            account = self._accounts.get(key, Account())
            self._accounts[key] = apply_changes(self._programs[key.program_id], account, changes)
        return undone

    def take_back(self, added: Mapping[int, Mapping[str, Json]]) -> dict[int, list[Undone]]:
        """Take back added points as far as the return policy allows.

        How many each effect gave is its value: fewer than were added, once some were taken back.
        What is left of them comes first, for all of them; then other active points.
        """
        purses: dict[AccountKey, Purse] = {}
        taken: dict[int, list[Spent]] = {}
        wanted: dict[int, tuple[Transaction, Decimal]] = {}
        for index, props in added.items():
            addition = self._facts.transactions.get(props["transactionUUID"])
            if addition is not None:
                key = addition.account
                if key not in purses:
                    purses[key] = self._purse(key)
                amount = Decimal(props["value"])
                taken[index], rest = self._from_itself(addition, amount, purses[key])
                wanted[index] = addition, rest
        undone: dict[int, list[Undone]] = {}
        for index, (addition, rest) in wanted.items():
            spent = taken[index] + purses[addition.account].take(addition.sub_ledger_id, rest)
            missing = rest + _total(taken[index]) - _total(spent)
            policy = self._programs[addition.program_id].settings.return_policy
            found = self._posted(addition, spent, missing if policy == "unlimited" else ZERO)
            if found is not None:
                place = {name: added[index][name] for name in _PLACE if name in added[index]}
                undone[index] = [Undone(found.effect_type, found.props | place)]
        return undone

    def _purse(self, key: AccountKey) -> Purse:
        account = settle(
            self._programs[key.program_id], self._accounts.get(key, Account()), self._now
        )
        return Purse(account.transactions, self._now)

    def _from_itself(
        self, addition: Transaction, amount: Decimal, purse: Purse
    ) -> tuple[list[Spent], Decimal]:
        """Take `amount` of an addition, or what is left of it; return how many points are missing.

        Those that expired unspent are gone already.
        """
        own = purse.find(addition.transaction_uuid)
        if own is not None and own.is_pending(self._now):
            return [purse.take_from(own.transaction_uuid, amount)], ZERO
        if self._programs[addition.program_id].settings.return_policy == "only_pending":
            return [], ZERO
        if own is None:
            return [], amount
        if own.is_expired(self._now):
            return [], max(amount - own.remaining, ZERO)
        spent = purse.take_from(own.transaction_uuid, amount)
        return [spent], amount - spent.amount

    def _posted(self, addition: Transaction, spent: list[Spent], missing: Decimal) -> Undone | None:
        """Note the subtractions that take points back; None when there are none to take."""
        posted = []
        if spent:
            subtraction = self._transaction(addition, "subtraction", _total(spent), _TAKEN_BACK)
            posted.append(replace(subtraction, spent=spent))
        if missing > ZERO:
            negative = self._transaction(addition, "subtraction", missing, _NEGATIVE)
            posted.append(replace(negative, creates_negative_balance=True))
        if not posted:
            return None
        self.changes += [DeductPoints(transaction=transaction) for transaction in posted]
        return Undone(_TAKEN_BACK, self._props(posted[0], _total(spent) + missing))

    def _transaction(
        self,
        undone: Transaction,
        kind: Literal["addition", "subtraction"],
        amount: Decimal,
        name: str,
    ) -> Transaction:
        serial = str(len(self.changes))
        return Transaction(
            transaction_uuid=make_uuid(self._seed, undone.transaction_uuid, name, serial),
            program_id=undone.program_id,
            type=kind,
            amount=plain(amount),
            created=self._now,
            sub_ledger_id=undone.sub_ledger_id,
            profile_integration_id=undone.profile_integration_id,
            card_identifier=undone.card_identifier,
            name=name,
            rolls_back=undone.transaction_uuid,
            customer_session_id=undone.customer_session_id,
            campaign_id=undone.campaign_id,
            ruleset_id=undone.ruleset_id,
            rule_name=undone.rule_name,
        )

    def _props(self, transaction: Transaction, amount: Decimal) -> dict[str, Json]:
        props: dict[str, Json] = {
            "programId": transaction.program_id,
            "subLedgerId": transaction.sub_ledger_id,
            "value": plain(amount),
            "recipientIntegrationId": transaction.profile_integration_id or self._profile_id,
            "transactionUUID": transaction.transaction_uuid,
        }
        if transaction.expiry_date is not None:
            props["expiryDate"] = transaction.expiry_date
        if transaction.card_identifier:
            props["cardIdentifier"] = transaction.card_identifier
        return props


_PLACE = ("cartItemPosition", "cartItemSubPosition")


def _by_expiry(spent: Iterable[Spent]) -> dict[datetime | None, Decimal]:
    amounts: dict[datetime | None, Decimal] = {}
    for one in spent:
        amounts[one.expiry_date] = amounts.get(one.expiry_date, ZERO) + one.amount
    return amounts


def _total(spent: Iterable[Spent]) -> Decimal:
    return sum((one.amount for one in spent), ZERO)
