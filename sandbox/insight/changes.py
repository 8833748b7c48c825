"""What an answer changed since the one before it: the price, effects, and verdicts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from sandbox.insight.totals import plain_name
from sandbox.numbers import number_of

Json: TypeAlias = Mapping[str, Any]

NEW = "new"
CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Run:
    """One answered run: its effects, what is to pay (rounded), and which codes it accepted."""

    effects: Sequence[Json]
    pays: Decimal
    accepted: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different from the run before.

    `pays` is how much more is to pay now. `marks` has an entry for each effect of this run: ""
    where it is as before, else `NEW`, `CHANGED`, or the amount that it had. `gone` are effects of
    the run before. `verdicts` names the codes that ended otherwise, or were not there.
    """

    pays: Decimal
    marks: Sequence[str | Decimal]
    gone: Sequence[Json]
    verdicts: Mapping[str, str]

    @property
    def is_any(self) -> bool:
        return bool(self.pays or any(mark != "" for mark in self.marks) or self.gone)


def changes(before: Run, now: Run) -> Changes:
    """Compare two runs; effects are the same when they are of one kind, rule, code and target."""
    earlier: dict[Hashable, list[Json]] = defaultdict(list)
    for effect in before.effects:
        earlier[_identity(effect)].append(effect)
    marks: list[str | Decimal] = []
    for effect in now.effects:
        same = earlier.get(_identity(effect))
        marks.append(_mark(same.pop(0), effect) if same else NEW)
    return Changes(
        pays=now.pays - before.pays,
        marks=marks,
        gone=[effect for effects in earlier.values() for effect in effects],
        verdicts={
            code: NEW
            if code not in before.accepted
            else "now accepted"
            if works
            else "now rejected"
            for code, works in now.accepted.items()
            if before.accepted.get(code) != works
        },
    )


def is_same(one: Run, other: Run) -> bool:
    """Tell whether two runs gave the same, codes by chance aside."""
    return (
        one.pays == other.pays
        and one.accepted == other.accepted
        and Counter(map(_signature, one.effects)) == Counter(map(_signature, other.effects))
    )


def _mark(before: Json, now: Json) -> str | Decimal:
    if _signature(before) == _signature(now):
        return ""
    amount = _amount(before)
    return CHANGED if amount is None or amount == _amount(now) else amount


def _signature(effect: Json) -> Hashable:
    """Return what of an effect people would call a change."""
    props = effect["props"]
    texts = tuple(props.get(name) for name in ("rejectionReason", "body", "newTierName"))
    return (_identity(effect), _amount(effect), texts)


def _identity(effect: Json) -> Hashable:
    """Return what an effect still is when its amount has changed."""
    props = effect["props"]
    is_of_code = effect["effectType"].endswith(("Coupon", "Referral"))
    return (
        effect["effectType"],
        effect.get("campaignId"),
        effect.get("ruleIndex"),
        effect.get("triggeredByCoupon"),
        plain_name(str(props.get("name") or props.get("title") or "")),
        props.get("sku") or props.get("additionalCost") or props.get("programId"),
        str(props.get("value")) if is_of_code else None,
        props.get("position", props.get("cartItemPosition")),
        props.get("subPosition", props.get("cartItemSubPosition")),
    )


def _amount(effect: Json) -> Decimal | None:
    return number_of(effect["props"].get("value"))
