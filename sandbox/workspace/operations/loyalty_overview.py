"""What all members of a loyalty program have, each alone, and together day by day.

Source: Management API, schema LoyaltyDashboardData; decision S216.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from sandbox.engine.loyalty.accounts import settle
from sandbox.engine.loyalty.programs import Program
from sandbox.engine.loyalty.statements import Totals, totals_at
from sandbox.engine.loyalty.transactions import (
    Account,
    LoyaltyMembership,
    TierPlace,
    Transaction,
)
from sandbox.errors import Fault, Refused
from sandbox.numbers import ZERO, plain
from sandbox.workspace.workspace import Workspace

# Days of one overview: each looks at every ledger.
MAX_DAYS = 366
_NONE = Totals(ZERO, ZERO, ZERO, ZERO, ZERO)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = timedelta(microseconds=1)


class Points(NamedTuple):
    """Points of one day, by whether somebody posted them by hand or a rule did."""

    manual: Decimal
    by_rules: Decimal


class Day(NamedTuple):
    """How a program stands at `end`, and what happened since the day began."""

    end: datetime
    totals: Totals
    members: int
    new_members: int
    spent: Points
    earned: Points


class Ledger(NamedTuple):
    """One ledger of an account at a time; `tier` is that of now."""

    owner: str
    subledger: str
    totals: Totals
    tier: TierPlace | None


def all_ledgers(workspace: Workspace, program: Program, time: datetime) -> Iterator[Ledger]:
    """Yield the ledgers of all accounts of a program by owner, main ledgers always."""
    now, posted = workspace.clock.now(), _posted(workspace, program)
    memberships = workspace.records.loyalty.memberships(workspace.reading, program.settings.id)
    for owner in sorted({*posted, *memberships}):
        ledgers = posted.get(owner, {})
        still_open = tuple(t for ledger in ledgers.values() for t in ledger if t.remaining)
        account = Account(memberships.get(owner, LoyaltyMembership()), still_open)
        tiers = settle(program, account, now).membership.tiers
        for subledger in sorted({"", *ledgers, *tiers}):
            totals = totals_at(ledgers.get(subledger, ()), time)
            yield Ledger(owner, subledger, totals, tiers.get(subledger))


def _posted(workspace: Workspace, program: Program) -> dict[str, dict[str, list[Transaction]]]:
    """Return all that was ever posted in a program, by owner and subledger, oldest first."""
    posted: dict[str, dict[str, list[Transaction]]] = {}
    log = workspace.records.loyalty.log(workspace.reading, program.settings.id)
    for transaction in reversed([entry.transaction for entry in log]):
        ledgers = posted.setdefault(transaction.account.owner, {})
        ledgers.setdefault(transaction.sub_ledger_id, []).append(transaction)
    return posted


class Overview:
    """The ledgers of a program with all that was ever posted to them.

    `subledger` None means all ledgers, "" the main ones.
    """

    def __init__(self, workspace: Workspace, program: Program, subledger: str | None) -> None:
        self._ledgers = [
            ledger
            for ledgers in _posted(workspace, program).values()
            for name, ledger in ledgers.items()
            if subledger in (None, name)
        ]
        memberships = workspace.records.loyalty.memberships(workspace.reading, program.settings.id)
        self._joined = [m.joined for m in memberships.values() if m.joined is not None]

    def at(self, begin: datetime, end: datetime) -> Day:
        """Return how the program stands at `end`, and what happened from `begin` until then."""
        totals = [totals_at(ledger, end) for ledger in self._ledgers]
        own = [
            t
            for ledger in self._ledgers
            for t in ledger
            if begin <= t.created <= end and not t.rolls_back
        ]
        return Day(
            end=end,
            totals=Totals(
                *(plain(sum(column, ZERO)) for column in zip(_NONE, *totals, strict=True))
            ),
            members=sum(joined <= end for joined in self._joined),
            new_members=sum(begin <= joined <= end for joined in self._joined),
            spent=_points(t for t in own if t.type == "subtraction"),
            earned=_points(t for t in own if t.type == "addition"),
        )


def complete_days(
    program: Program, start: datetime, end: datetime, now: datetime
) -> list[tuple[datetime, datetime]]:
    """Return the first and the last moment of each day of a program that ends in a period.

    The day that is not over yet is none of them. Raises Refused for too many days.
    """
    start, end = max(start, _EPOCH), min(end, now)
    if end < start:
        return []
    if end - start > timedelta(days=MAX_DAYS):
        details = f"At most {MAX_DAYS} days can be asked for"
        raise Refused([Fault("Invalid value", details, parameter="rangeStart")])
    days, day = [], start.astimezone(program.zone).date()
    while (last := _begin(program, day + timedelta(days=1)) - _INSTANT) <= end:
        days.append((_begin(program, day), last))
        day += timedelta(days=1)
    return days


def today(program: Program, now: datetime) -> tuple[datetime, datetime]:
    """Return when the day of a program began, and now."""
    return _begin(program, now.astimezone(program.zone).date()), now


def _begin(program: Program, day: date) -> datetime:
    return datetime.combine(day, time.min, program.zone)


def _points(transactions: Iterable[Transaction]) -> Points:
    by_hand: Mapping[bool, list[Decimal]] = defaultdict(list)
    for transaction in transactions:
        by_hand[transaction.ruleset_id is None].append(transaction.amount)
    return Points(_sum(by_hand[True]), _sum(by_hand[False]))


def _sum(points: Iterable[Decimal]) -> Decimal:
    return plain(sum(points, ZERO))
