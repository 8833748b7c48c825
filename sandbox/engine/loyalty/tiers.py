"""Tiers over time: upgrades when points become active, downgrades when a tier is re-evaluated.

A program without an expiration policy downgrades at once; any other one at a tier's expiry date,
one step down or to what the balance gives (decision S61). Source: reference/engine/08, section 8.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from sandbox.engine.durations import first_move_after, first_move_from
from sandbox.engine.loyalty.balances import balances
from sandbox.engine.loyalty.programs import Program
from sandbox.engine.loyalty.transactions import TierPlace, Transaction


def tier_at(
    program: Program,
    place: TierPlace | None,
    joined: datetime | None,
    transactions: Sequence[Transaction],
    since: datetime | None,
    now: datetime,
) -> TierPlace | None:
    """Return where a ledger that was in `place` at `since` stands `now`.

    `transactions` are the ledger's, as they were at `since`: nothing but time has changed them.
    `joined` is when the owner joined the program.
    """
    ladder = _Ladder(program, joined, transactions, since)
    for moment in [*_turns(transactions, since, now), now]:
        place = ladder.expired(place, moment)
        place = ladder.stepped(place, moment)
    return place


def tier_for_points(
    program: Program,
    place: TierPlace | None,
    joined: datetime | None,
    points: Decimal,
    now: datetime,
) -> TierPlace | None:
    """Return where a ledger in `place` stands once it has so many active points."""
    rank, before = program.rank_for(points), program.rank(place.name) if place else -1
    if rank == before or (rank < before and not program.downgrades_at_once):
        return place
    return None if rank < 0 else _entered(program, program.tiers[rank].name, joined, now)


class _Ladder:
    """One ledger's way up and down the tiers."""

    def __init__(
        self,
        program: Program,
        joined: datetime | None,
        transactions: Sequence[Transaction],
        since: datetime | None,
    ) -> None:
        self._program = program
        self._joined = joined
        self._transactions = transactions
        self._since = since

    def expired(self, place: TierPlace | None, until: datetime) -> TierPlace | None:
        """Pass every expiry date before `until`; the balance does not change in between."""
        while place is not None and place.expiry_date is not None and place.expiry_date < until:
            due = place.expiry_date
            stepped = self.stepped(place, due if self._since is None else max(due, self._since))
            if stepped is not None and stepped.name == place.name:
                # A tier that is kept once is kept until the balance changes.
                return self._renewed(stepped, until)
            place = stepped
        return place

    def _renewed(self, place: TierPlace, until: datetime) -> TierPlace:
        expiry = _expiry(self._program, place.start_date, self._joined, until, inclusive=True)
        return replace(place, expiry_date=expiry)

    def stepped(self, place: TierPlace | None, moment: datetime) -> TierPlace | None:
        """Return the tier after a moment at which points came or went, or the tier expired."""
        program = self._program
        points = balances(self._transactions, moment).active
        before = program.rank(place.name) if place else -1
        expires = (
            place is not None and place.expiry_date is not None and (place.expiry_date <= moment)
        )
        rank = self._rank(before, program.rank_for(points), expires)
        if rank < 0:
            return None
        name = program.tiers[rank].name
        if place is None or rank != before:
            has_dates = points > 0 or before >= 0
            entered = _entered(program, name, self._joined, moment)
            return entered if has_dates else TierPlace(name=name)
        if place.start_date is None and points > 0:
            return _entered(program, name, self._joined, moment)
        if expires:
            expiry = _expiry(program, place.start_date, self._joined, moment)
            return replace(place, expiry_date=expiry)
        return place

    def _rank(self, before: int, fitting: int, expires: bool) -> int:
        """Return the rank that follows a rank, given the one that fits the balance."""
        program = self._program
        if fitting >= before:
            return fitting
        if program.downgrades_at_once:
            return fitting
        if not expires:
            return before
        return before - 1 if program.downgrade == "one_down" else fitting


def _turns(
    transactions: Sequence[Transaction], since: datetime | None, now: datetime
) -> list[datetime]:
    """Return when points become active or expire after `since`, up to `now`."""
    turns = {t.starts for t in transactions if not t.awaits_activation}
    turns |= {t.expiry_date for t in transactions if t.expiry_date is not None}
    return sorted(turn for turn in turns if turn <= now and (since is None or since < turn))


def _entered(program: Program, name: str, joined: datetime | None, moment: datetime) -> TierPlace:
    expiry = _expiry(program, moment, joined, moment)
    return TierPlace(name=name, start_date=moment, expiry_date=expiry)


def _expiry(
    program: Program,
    start: datetime | None,
    joined: datetime | None,
    after: datetime,
    *,
    inclusive: bool = False,
) -> datetime | None:
    """Return the first re-evaluation of a tier after a time (`inclusive`: or at that time).

    Which time it is counted from is the program's policy. Where none can be known, there is none.
    """
    anchor = {
        "tier_start_date": start,
        "program_join_date": joined,
        "absolute_expiration": program.settings.tier_cycle_start_date,
    }.get(program.settings.tiers_expiration_policy or "")
    if anchor is None or program.tiers_expire_in is None:
        return None
    first = first_move_from if inclusive else first_move_after
    try:
        return first(anchor, program.tiers_expire_in, after, program.zone)
    except ValueError:  # beyond the calendar
        return None
