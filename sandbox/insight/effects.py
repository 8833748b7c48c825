"""Effects as rows: what each one does in words, and where it comes from.

Source: reference/api/03-effects.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.insight.effect_words import effect_words
from sandbox.insight.facts import WorkspaceFacts
from sandbox.numbers import number_of


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One effect. `value` is its amount with all digits, None where it has none.

    `is_money` says that the amount is money, in the Application's currency.
    """

    effect: str
    words: str
    campaign: str
    rule: str
    value: Decimal | None
    is_money: bool
    target: str


def effect_rows(
    effects: Sequence[Mapping[str, Any]], items: Sequence[Mapping[str, Any]], facts: WorkspaceFacts
) -> list[EffectRow]:
    """Return one row an effect, in the order of the answer; `items` are the cart's lines."""
    return [_row(effect, items, facts) for effect in effects]


def _row(
    effect: Mapping[str, Any], items: Sequence[Mapping[str, Any]], facts: WorkspaceFacts
) -> EffectRow:
    props = effect["props"]
    campaign = facts.campaigns.get(effect["campaignId"])
    value = props.get("value")
    return EffectRow(
        effect=effect["effectType"],
        words=effect_words(effect["effectType"], props, facts),
        campaign=campaign.name if campaign else "",
        rule=effect.get("ruleName") or "",
        value=number_of(value),
        is_money=effect["effectType"].startswith("setDiscount")
        or effect["effectType"] == "rollbackDiscount",
        target=_target(props, items, facts),
    )


def _target(
    props: Mapping[str, Any], items: Sequence[Mapping[str, Any]], facts: WorkspaceFacts
) -> str:
    position = props.get("position", props.get("cartItemPosition"))
    cost = props.get("additionalCost")
    places = []
    if position is not None and int(position) < len(items):
        item = items[int(position)]
        unit = props.get("subPosition", props.get("cartItemSubPosition"))
        label = str(item.get("name") or item["sku"])
        one_of_several = unit is not None and item["quantity"] > 1
        places.append(f"{label}, unit {int(unit) + 1}" if one_of_several else label)
    if cost is not None:
        places.append(facts.cost_titles.get(cost, cost))
    if not places and "name" in props and "value" in props:
        return "Whole session"
    return ", ".join(places)
