"""Walk the evaluation tree: which campaigns run, and whose effects stand.

Only triggered campaigns take part in a group's decision. In a stackable group each member sees the
discounts that stand so far; the members of a highest or lowest discount group start from the same
state, so what a loser took is given back before the next one runs. A group that decides for each
cart item runs its members once to compare them, and the winners again for the units they won.
Source: reference/engine/01-evaluation-order.md, section 1.5; decisions E8 to E12.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeAlias

import msgspec
from msgspec.structs import replace

from sandbox.engine.compiled import CompiledCampaign, CompiledGroup
from sandbox.engine.definitions import Campaign, EvaluationMode
from sandbox.engine.experiments import variant_of
from sandbox.engine.ledger import Written
from sandbox.engine.model import Coupon
from sandbox.engine.outcomes import CodeOutcome
from sandbox.engine.run import ITEM_DISCOUNTS, Run, discount_of, run_once, run_with_codes
from sandbox.engine.scope import Context
from sandbox.engine.trace import MOST, GroupTrace, MemberTrace
from sandbox.engine.units import Address
from sandbox.numbers import ZERO

Standing: TypeAlias = Literal[
    "stands",
    "skippedByGroup",
    "lostComparison",
    "notRunning",
    "notInEvaluationSet",
    "storeNotLinked",
    "notAllocated",
]


class CampaignResult(msgspec.Struct, frozen=True):
    """One campaign after its groups have decided; without `runs` it was not run at all.

    `referral` is how the session's referral code ended in it, None if the code is another
    campaign's.
    """

    campaign: CompiledCampaign
    standing: Standing
    runs: Sequence[Run] = ()
    referral: CodeOutcome | None = None

    @property
    def triggered(self) -> bool:
        """It stands, and at least one of its rules applied."""
        return self.standing == "stands" and any(run.applied for run in self.runs)


def evaluate_tree(
    context: Context, coupons: Mapping[int, Sequence[Coupon]]
) -> list[CampaignResult]:
    """Evaluate the campaigns of the Application, in tree order.

    `coupons` are the session's, by campaign id. Campaigns that need a code and have none in this
    session are left out; `sleeping_results` has them.
    """
    return _Walk(context, coupons).group(context.application.tree)


def sleeping_results(
    context: Context, coupons: Mapping[int, Sequence[Coupon]], results: Iterable[CampaignResult]
) -> list[CampaignResult]:
    """Return how the campaigns end that `evaluate_tree` left out of its `results`.

    None of them is triggered.
    """
    if context.application.records:
        return []
    walk = _Walk(context, coupons)
    reported = {result.campaign.definition.id for result in results}
    return [
        walk.campaign(campaign)
        for campaign in _sleepers(context.application.tree)
        if campaign.definition.id not in reported
    ]


def _sleepers(group: CompiledGroup) -> Iterator[CompiledCampaign]:
    for member in group.members:
        if isinstance(member, CompiledGroup):
            yield from _sleepers(member)
        elif member.definition.id in group.sleepers:
            yield member


class _Walk:
    """One walk; each part of the tree gives the results of its campaigns, each campaign its own.

    `_awake` are the ids of campaigns of which the session has a coupon or a referral.
    """

    def __init__(self, context: Context, coupons: Mapping[int, Sequence[Coupon]]) -> None:
        self._context = context
        self._coupons = coupons
        referral = context.facts.referral
        self._awake: Collection[int] = (
            coupons if referral is None else {*coupons, referral.campaign_id}
        )
        self._wanted = context.request.evaluable_campaign_ids

    def group(self, group: CompiledGroup) -> list[CampaignResult]:
        if self._context.request.force_complete:
            return [result for member in self._members(group) for result in self.member(member)]
        if group.per_item:
            return self._per_item(group)
        match group.mode:
            case "stackable":
                results: list[CampaignResult] = []
                for member in self._members(group):
                    if isinstance(member, CompiledGroup):
                        results += self.group(member)
                    else:
                        results.append(self.campaign(member))
                return results
            case "listOrder":
                return self._first(group)
            case "highestDiscount":
                return self._best(group, lambda best, other: other > best)
            case "lowestDiscount":
                return self._best(group, lambda best, other: other < best)

    def _members(self, group: CompiledGroup) -> Sequence[CompiledGroup | CompiledCampaign]:
        """Return the members that this request can concern; a trace wants all of them."""
        if not group.sleepers or self._context.application.records:
            return group.members
        woken = map(group.sleepers.__getitem__, group.sleepers.keys() & self._awake)
        return list(map(group.members.__getitem__, sorted([*group.awake, *woken])))

    def member(self, member: CompiledGroup | CompiledCampaign) -> list[CampaignResult]:
        if isinstance(member, CompiledGroup):
            return self.group(member)
        return [self.campaign(member)]

    def campaign(self, campaign: CompiledCampaign) -> CampaignResult:
        if not campaign.runs_always or self._wanted is not None:
            standing = self._candidacy(campaign)
            if standing != "stands":
                return CampaignResult(campaign, standing)
            if campaign.experiment is not None:
                variant_id = variant_of(campaign.experiment, self._context.session)
                if variant_id is None:
                    return CampaignResult(campaign, "notAllocated")
                campaign = campaign.variants[variant_id]
        id = campaign.definition.id
        if id not in self._awake:
            return CampaignResult(campaign, "stands", [run_once(self._context, campaign)])
        runs, referral = run_with_codes(self._context, campaign, self._coupons.get(id, ()))
        return CampaignResult(campaign, "stands", runs, referral)

    def _first(self, group: CompiledGroup) -> list[CampaignResult]:
        branches: list[list[CampaignResult]] = []
        decided = False
        for member in group.members:
            branch = self._skip(member) if decided else self.member(member)
            decided = decided or _triggered(branch)
            branches.append(branch)
        self._note(group, branches)
        return [result for branch in branches for result in branch]

    def _skip(self, member: CompiledGroup | CompiledCampaign) -> list[CampaignResult]:
        if isinstance(member, CompiledGroup):
            return [result for inner in member.members for result in self._skip(inner)]
        standing = self._candidacy(member)
        return [CampaignResult(member, "skippedByGroup" if standing == "stands" else standing)]

    def _best(
        self, group: CompiledGroup, beats: Callable[[Decimal, Decimal], bool]
    ) -> list[CampaignResult]:
        ledger = self._context.ledger
        branches: list[list[CampaignResult]] = []
        entries: list[list[Written]] = []
        best: int | None = None
        best_discount = ZERO
        for index, member in enumerate(self._members(group)):
            mark = ledger.mark()
            branch = self.member(member)
            branches.append(branch)
            entries.append(ledger.undo(mark))
            discount = _discount(branch)
            if _triggered(branch) and (best is None or beats(best_discount, discount)):
                best, best_discount = index, discount
        for index, branch in enumerate(branches):
            # What did not take part keeps what its failure effects did.
            if index == best or not _triggered(branch):
                ledger.redo(entries[index])
        self._note(group, branches, best)
        return [
            result
            for index, branch in enumerate(branches)
            for result in (branch if index == best else _excluded(branch, "lostComparison"))
        ]

    def _per_item(self, group: CompiledGroup) -> list[CampaignResult]:
        """Give each discounted unit to one member (decision E11)."""
        ledger, decided = self._context.ledger, self._context.decided
        branches = []
        inner: list[list[GroupTrace]] = []
        members = self._members(group)
        for member in members:
            mark, noted = ledger.mark(), len(decided)
            branches.append(self.member(member))
            ledger.undo(mark)
            inner.append(decided[noted:])
            del decided[noted:]
        won = _units_won([_unit_discounts(branch) for branch in branches], group.mode)
        self._note(group, branches, won=won)
        results: list[CampaignResult] = []
        for member, branch, units, traces in zip(members, branches, won, inner, strict=True):
            if units:
                outer = self._context.won
                self._context.won = units if outer is None else units & outer
                results += self.member(member)
                self._context.won = outer
            else:
                decided += traces
                standing: Standing = (
                    "skippedByGroup" if group.mode == "listOrder" else "lostComparison"
                )
                results += _excluded(branch, standing)
        return results

    def _note(
        self,
        group: CompiledGroup,
        branches: Sequence[Sequence[CampaignResult]],
        best: int | None = None,
        won: Sequence[frozenset[Address]] | None = None,
    ) -> None:
        """Let a trace see how a group decided, before losers are marked."""
        if not self._context.application.records:
            return
        discounts = [_discount(branch) for branch in branches]
        triggered = [_triggered(branch) for branch in branches]
        compares = group.mode in ("highestDiscount", "lowestDiscount")
        members = [
            MemberTrace(
                campaign_ids=[result.campaign.definition.id for result in branch],
                triggered=triggered[index],
                discount=discounts[index],
                stands=bool(won[index])
                if won is not None
                else index == best
                if compares
                else triggered[index],
                units=[list(address) for address in _first_won(won, index)],
                unit_count=0 if won is None else len(won[index]),
            )
            for index, branch in enumerate(branches)
        ]
        decisions = ["E11"] if won is not None else []
        if best is not None:
            rivals = [discounts[i] for i, took_part in enumerate(triggered) if took_part]
            decisions += ["E9"] if rivals.count(discounts[best]) > 1 else []
            decisions += ["E10"] if not discounts[best] and len(rivals) > 1 else []
        self._context.decided.append(
            GroupTrace(
                group_id=group.group_id,
                name=group.name,
                mode=group.mode,
                scope="cartItem" if group.per_item else "session",
                members=members,
                decisions=decisions,
            )
        )

    def _candidacy(self, campaign: CompiledCampaign) -> Standing:
        """Tell whether a campaign is to be run at all (reference/engine/01, section 1.3).

        Those that a dry request asks for run whatever their state and schedule.
        """
        definition, wanted = campaign.definition, self._wanted
        if definition.state == "archived" or (wanted is not None and definition.id not in wanted):
            return "notInEvaluationSet"
        if wanted is None and not is_running(definition, self._context.now):
            return "notRunning"
        if definition.linked_store_ids:
            store = self._context.store
            if store is None or store.id not in definition.linked_store_ids:
                return "storeNotLinked"
        return "stands"


def is_running(campaign: Campaign, now: datetime) -> bool:
    """Tell whether a campaign is enabled and now lies in its schedule, its end excluded (E49)."""
    started = campaign.start_time is None or campaign.start_time <= now
    ended = campaign.end_time is not None and campaign.end_time <= now
    return campaign.state == "enabled" and started and not ended


def _first_won(won: Sequence[frozenset[Address]] | None, index: int) -> list[Address]:
    return [] if won is None else sorted(won[index], key=_in_order)[:MOST]


def _in_order(address: Address) -> tuple[int, int]:
    return address[0], address[1] or 0


def _triggered(results: Sequence[CampaignResult]) -> bool:
    return any(result.triggered for result in results)


def _discount(results: Sequence[CampaignResult]) -> Decimal:
    return sum((discount_of(result.runs) for result in results if result.triggered), ZERO)


def _excluded(results: Iterable[CampaignResult], standing: Standing) -> list[CampaignResult]:
    """Return how campaigns end whose group decided for another one."""
    return [replace(r, standing=standing) if r.triggered else r for r in results]


def _unit_discounts(results: Sequence[CampaignResult]) -> dict[Address, Decimal]:
    """Return what item discounts take from each unit, in the order in which they were given."""
    taken: dict[Address, Decimal] = {}
    for result in results:
        for run in result.runs if result.triggered else ():
            for effect in run.effects:
                if effect.effect_type in ITEM_DISCOUNTS:
                    address = effect.props["position"], effect.props.get("subPosition")
                    taken[address] = taken.get(address, ZERO) + effect.props["value"]
    return taken


def _units_won(
    discounts: Sequence[Mapping[Address, Decimal]], mode: EvaluationMode
) -> list[frozenset[Address]]:
    """Return the units that each member wins: each unit goes to one that discounts it."""
    won: list[set[Address]] = [set() for _ in discounts]
    for address in {address for taken in discounts for address in taken}:
        members = [index for index, taken in enumerate(discounts) if address in taken]
        if mode == "highestDiscount":
            winner = max(members, key=lambda index: discounts[index][address])
        elif mode == "lowestDiscount":
            winner = min(members, key=lambda index: discounts[index][address])
        else:
            winner = members[0]
        won[winner].add(address)
    return [frozenset(units) for units in won]
