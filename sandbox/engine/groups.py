"""Walk the evaluation tree: which campaigns run, and whose effects stand.

Only triggered campaigns take part in a group's decision. In a stackable group each member sees the
discounts that stand so far; the members of a highest or lowest discount group start from the same
state, so what a loser took is given back before the next one runs.
Source: reference/engine/01-evaluation-order.md, section 1.5; decisions E8 to E12.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

from sandbox.engine.compiled import CompiledCampaign, CompiledGroup
from sandbox.engine.ledger import Entry
from sandbox.engine.model import Coupon
from sandbox.engine.run import CampaignRuns, run_campaign
from sandbox.engine.scope import Context
from sandbox.numbers import ZERO

Standing: TypeAlias = Literal[
    "stands",
    "skippedByGroup",
    "lostComparison",
    "notRunning",
    "notInEvaluationSet",
    "storeNotLinked",
]


class CampaignResult(NamedTuple):
    """One campaign after its groups have decided; `runs` is None when it was not run at all."""

    campaign: CompiledCampaign
    standing: Standing
    runs: CampaignRuns | None = None

    @property
    def triggered(self) -> bool:
        return self.standing == "stands" and self.runs is not None and self.runs.triggered


class _Branch(NamedTuple):
    """What a part of the tree gave: its campaigns in tree order, and whether any of them stands."""

    results: tuple[CampaignResult, ...]

    @property
    def triggered(self) -> bool:
        return any(result.triggered for result in self.results)

    @property
    def discount(self) -> Decimal:
        return sum((r.runs.discount for r in self.results if r.triggered and r.runs), ZERO)

    def discarded(self, standing: Standing) -> _Branch:
        """Return the branch with every campaign that stood standing no longer."""
        return _Branch(
            tuple(
                result._replace(standing=standing) if result.triggered else result
                for result in self.results
            )
        )


def evaluate_tree(
    context: Context, coupons: Mapping[int, Sequence[Coupon]]
) -> tuple[CampaignResult, ...]:
    """Evaluate every campaign of the Application; `coupons` are the session's, by campaign id."""
    return _Walk(context, coupons).group(context.application.tree).results


class _Walk:
    def __init__(self, context: Context, coupons: Mapping[int, Sequence[Coupon]]) -> None:
        self._context = context
        self._coupons = coupons

    def group(self, group: CompiledGroup) -> _Branch:
        match group.mode:
            case "stackable":
                return _join([self._member(member) for member in group.members])
            case "listOrder":
                return self._first(group)
            case "highestDiscount":
                return self._best(group, lambda best, other: other > best)
            case "lowestDiscount":
                return self._best(group, lambda best, other: other < best)

    def _member(self, member: CompiledGroup | CompiledCampaign) -> _Branch:
        if isinstance(member, CompiledGroup):
            return self.group(member)
        standing = self._candidacy(member)
        if standing != "stands":
            return _Branch((CampaignResult(member, standing),))
        coupons = self._coupons.get(member.definition.id, ())
        return _Branch(
            (CampaignResult(member, "stands", run_campaign(self._context, member, coupons)),)
        )

    def _first(self, group: CompiledGroup) -> _Branch:
        branches: list[_Branch] = []
        decided = False
        for member in group.members:
            if decided:
                branches.append(self._skip(member))
            else:
                branches.append(self._member(member))
                decided = branches[-1].triggered
        return _join(branches)

    def _skip(self, member: CompiledGroup | CompiledCampaign) -> _Branch:
        if isinstance(member, CompiledGroup):
            return _join([self._skip(inner) for inner in member.members])
        standing = self._candidacy(member)
        return _Branch(
            (CampaignResult(member, "skippedByGroup" if standing == "stands" else standing),)
        )

    def _best(self, group: CompiledGroup, beats: Callable[[Decimal, Decimal], bool]) -> _Branch:
        ledger = self._context.ledger
        branches: list[_Branch] = []
        entries: list[list[Entry]] = []
        best: int | None = None
        for index, member in enumerate(group.members):
            mark = ledger.mark()
            branch = self._member(member)
            branches.append(branch)
            entries.append(ledger.undo(mark))
            if branch.triggered and (
                best is None or beats(branches[best].discount, branch.discount)
            ):
                best = index
        for index, branch in enumerate(branches):
            if index == best:
                ledger.redo(entries[index])
            elif branch.triggered:
                branches[index] = branch.discarded("lostComparison")
        return _join(branches)

    def _candidacy(self, campaign: CompiledCampaign) -> Standing:
        """Tell whether a campaign is to be run at all (reference/engine/01, section 1.3)."""
        definition = campaign.definition
        if definition.state == "archived":
            return "notInEvaluationSet"
        wanted = self._context.request.evaluable_campaign_ids
        if wanted is not None and definition.id not in wanted:
            return "notInEvaluationSet"
        if wanted is None or definition.state == "enabled":
            now = self._context.now
            started = definition.start_time is None or definition.start_time <= now
            ended = definition.end_time is not None and definition.end_time <= now
            if definition.state != "enabled" or not started or ended:
                return "notRunning"
        if definition.linked_store_ids:
            store = self._context.store
            if store is None or store.id not in definition.linked_store_ids:
                return "storeNotLinked"
        return "stands"


def _join(branches: Sequence[_Branch]) -> _Branch:
    return _Branch(tuple(result for branch in branches for result in branch.results))
