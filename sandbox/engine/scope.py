"""What compiled rules read and write while they run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from operator import attrgetter
from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import msgspec
from msgspec.structs import replace

from sandbox.engine.budgets import Budgets
from sandbox.engine.codes import RejectionReason
from sandbox.engine.definitions import Store
from sandbox.engine.errors import BrokenRuleError
from sandbox.engine.ledger import Ledger
from sandbox.engine.loyalty.balances import Balances
from sandbox.engine.loyalty.transactions import Account, AccountKey
from sandbox.engine.model import (
    CartItem,
    Coupon,
    CustomerProfile,
    CustomerSession,
    Effect,
    Json,
    Limit,
    Referral,
)
from sandbox.engine.no_session import NO_SESSION, NoSession
from sandbox.engine.recorder import Recorder
from sandbox.engine.remaining import Remaining
from sandbox.engine.trace import GroupTrace
from sandbox.engine.units import Address, Unit, units_of

if TYPE_CHECKING:
    from sandbox.engine.compiled import CompiledApplication, CompiledCampaign
    from sandbox.engine.evaluation import Facts, Request

# What a filter looks at: a unit, or, in a list of other values, no item.
Seen = TypeVar("Seen", bound=Unit | None)

# Return the index of the condition that failed, or PASSED.
Check: TypeAlias = Callable[["Scope"], int]
PASSED = -1

# Append the effects of one block; raises EffectFailed or EvaluationError.
Apply: TypeAlias = Callable[["Scope", list[Effect]], None]


class Place(msgspec.Struct, frozen=True):
    """The rule that a block belongs to."""

    rule_index: int
    rule_name: str
    redeems_coupon: bool
    redeems_referral: bool


class Context(msgspec.Struct):
    """What all runs of one evaluation share; made by `make_context`.

    `shown` is the session that rules read: the request's own, if it has one.
    `won`, when set, are the only units that effects may be for: a group that decides for each cart
    item gave the others to another campaign. `decided` collects what groups decide, when recording.
    `accounts` are the loyalty accounts of the facts, as they are now, `balances` those of their
    ledgers that somebody asked for.

    A struct, like all that is made for each evaluation: others take two to six times as long.
    """

    application: CompiledApplication
    facts: Facts
    request: Request
    now: datetime
    session: CustomerSession
    shown: CustomerSession | NoSession
    profile: CustomerProfile | None
    store: Store | None
    ledger: Ledger
    remaining: Remaining
    won: frozenset[Address] | None = None
    decided: list[GroupTrace] = []
    accounts: dict[AccountKey, Account] = {}
    balances: dict[tuple[AccountKey, str], Balances] = {}
    _units: list[Unit] | None = None
    _units_with: dict[tuple[str, str], list[Unit]] = {}
    _items_by: dict[str, dict[str | None, list[CartItem]]] = {}
    _random: Random | None = None

    @property
    def random(self) -> Random:
        """All the chance that there is, made of the request's seed when first asked for."""
        if self._random is None:
            self._random = Random(self.request.seed)
        return self._random

    @property
    def units(self) -> list[Unit]:
        """The cart's units, made when first asked for."""
        if self._units is None:
            flatten = self.application.settings.enable_flattened_cart_items
            self._units = units_of(self.shown.cart_items, flatten)
        return self._units

    def units_with(self, field: str, text: str) -> list[Unit]:
        """Return the units whose item has a text in a field, which many campaigns ask for.

        Nobody may change the list.
        """
        found = self._units_with.get((field, text))
        if found is None:
            items = self._items_with(field).get(text, ())
            flatten = self.application.settings.enable_flattened_cart_items
            found = self._units_with[field, text] = units_of(items, flatten)
        return found

    def _items_with(self, field: str) -> Mapping[str | None, Sequence[CartItem]]:
        found = self._items_by.get(field)
        if found is None:
            found = self._items_by[field] = defaultdict(list)
            items = self.shown.cart_items
            for text, item in zip(map(attrgetter(field), items), items, strict=True):
                found[text].append(item)
        return found


def make_context(
    application: CompiledApplication, facts: Facts, request: Request, now: datetime
) -> Context:
    """Return what the runs of this request share."""
    session = request.session
    shown = session if request.has_session else request.connected or NO_SESSION
    store_id = session.store_integration_id
    ledger = Ledger()
    return Context(
        application=application,
        facts=facts,
        request=request,
        now=now,
        session=session,
        shown=shown,
        profile=facts.profile,
        store=application.stores.get(store_id) if store_id else None,
        ledger=ledger,
        remaining=Remaining(ledger, shown),
    )


class BundlePlace(msgspec.Struct, frozen=True):
    """Which bundle of a definition an effect is for."""

    index: int
    name: str


class Scope(msgspec.Struct):
    """One run of one campaign's ruleset: for one coupon code, or for none.

    `limits` are the campaign's, or the coupon's own in their place, by the action that they count.
    `limited`: they, or the value of the coupon, may cut a discount; most of the time nothing can.
    `referral` is the session's, if it is the campaign's, whether or not it can be used.
    `unit` is the unit that a filter or a per-item effect is looking at, `bundle` the bundle that
    an effect is for. `lists` are what filters and bundles gave, by what reads them. `failed`
    collects the failure effects of conditions that did not hold, `broken` what is wrong with the
    rule itself. `recorder` is there in the recording form only.
    """

    context: Context
    campaign: CompiledCampaign
    limits: Mapping[str, Sequence[Limit]]
    coupon: Coupon | None = None
    coupon_rejection: RejectionReason | None = None
    referral: Referral | None = None
    referral_rejection: RejectionReason | None = None
    limited: bool = False
    unit: Unit | None = None
    bundle: BundlePlace | None = None
    lists: dict[Callable[[Scope], Any], Any] = {}
    failed: tuple[Apply, ...] = ()
    broken: tuple[str, ...] = ()
    recorder: Recorder | None = None

    @property
    def budgets(self) -> Budgets:
        """What the limits allow now."""
        return Budgets(
            self.context,
            self.campaign.definition.id,
            self.limits,
            self.coupon,
            self.referral,
            self.recorder,
        )

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let a recording look at what the fast form would not: nothing that it causes is kept."""
        failed, broken = self.failed, self.broken
        lists = dict(self.lists)
        try:
            yield
        finally:
            self.failed, self.broken = failed, broken
            self.lists = lists

    def note_error(self, error: Exception) -> None:
        """Remember what is wrong with the rule itself; other errors only make it fail."""
        if isinstance(error, BrokenRuleError) and str(error) not in self.broken:
            self.broken += (str(error),)

    def address(self) -> dict[str, Json]:
        """Return the props that say which unit and which bundle an effect is for, if any."""
        props: dict[str, Json] = {}
        if self.unit is not None:
            props["cartItemPosition"] = self.unit.position
            if self.unit.sub_position is not None:
                props["cartItemSubPosition"] = self.unit.sub_position
        if self.bundle is not None:
            props["bundleIndex"] = self.bundle.index
            props["bundleName"] = self.bundle.name
        return props

    @property
    def advocate(self) -> CustomerProfile | None:
        """The profile of whoever owns the referral code (decision S41)."""
        return None if self.referral is None else self.context.facts.advocate

    def effect(
        self, place: Place, effect_type: str, props: dict[str, Json], unit: Unit | None = None
    ) -> Effect:
        """Return an effect of this run with its envelope; `unit` is the current one if not given.

        An effect on an item of which the price was selected says so.
        """
        campaign = self.campaign
        effect = Effect(
            campaign_id=campaign.definition.id,
            ruleset_id=campaign.ruleset_id,
            rule_index=place.rule_index,
            rule_name=place.rule_name,
            effect_type=effect_type,
            props=props,
            triggered_by_coupon=None if self.coupon is None else self.coupon.id,
            evaluation_group_id=campaign.group_id,
            evaluation_group_mode=campaign.group_mode,
            experiment_id=campaign.experiment_id,
        )
        unit = unit or self.unit
        if unit is None or unit.item.selected_price_type is None:
            return effect
        return replace(
            effect,
            selected_price_type=unit.item.selected_price_type,
            selected_price=unit.item.price,
            adjustment_reference_id=unit.item.adjustment_reference_id,
        )


def each_bundle(scope: Scope, name: str, bundles: Iterable[list[Unit]]) -> Iterator[list[Unit]]:
    """Yield bundles one by one, each being the one that effects are for while it is current."""
    outer = scope.bundle
    try:
        for index, units in enumerate(bundles):
            scope.bundle = BundlePlace(index, name)
            yield units
    finally:
        scope.bundle = outer


def effect_units(scope: Scope, units: Iterable[Unit], effects: list[Effect]) -> Iterable[Unit]:
    """Return the units that a block gives effects for.

    What it gives for units that another campaign won is taken back when the next one is asked for:
    a rule that fails for one of them fails.
    """
    won = scope.context.won
    return units if won is None else _keeping_won(scope, units, effects, won)


def _keeping_won(
    scope: Scope, units: Iterable[Unit], effects: list[Effect], won: frozenset[Address]
) -> Iterator[Unit]:
    ledger = scope.context.ledger
    for unit in units:
        mark, start = ledger.mark(), len(effects)
        yield unit
        if unit.address not in won:
            ledger.undo(mark)
            del effects[start:]


def each_unit(scope: Scope, units: Iterable[Seen]) -> Iterator[Seen]:
    """Yield units one by one, each seen as ``$Item`` while it is the current one."""
    outer = scope.unit
    try:
        for unit in units:
            scope.unit = unit
            yield unit
    finally:
        scope.unit = outer
