"""Which campaigns applied, and where the others stopped: campaignEligibility as rows.

Source: reference/api/01-session-put.md, section 1.8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.insight.conditions import Place, Reasons
from sandbox.insight.facts import CampaignFacts, WorkspaceFacts
from sandbox.insight.money import day
from sandbox.numbers import ZERO


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One campaign. `discount` is the sum of its discount effects, with all digits."""

    campaign: str
    applied: bool
    words: str
    discount: Decimal


def campaign_rows(
    answer: Mapping[str, Any], facts: WorkspaceFacts, reasons: Reasons | None = None
) -> list[CampaignRow]:
    """Return the campaigns of an answer, those that applied first, then those that never ran.

    `reasons` are those of a trace.
    """
    effects: Sequence[Mapping[str, Any]] = answer.get("effects") or []
    evaluated = answer.get("campaignEligibility") or []
    rows = [_row(campaign, effects, reasons or {}) for campaign in evaluated]
    seen = {campaign["id"] for campaign in evaluated}
    rows += [
        CampaignRow(campaign.name, False, _not_run(campaign, facts), ZERO)
        for campaign_id, campaign in facts.campaigns.items()
        if campaign_id not in seen
    ]
    return sorted(rows, key=lambda row: not row.applied)


def _row(
    campaign: Mapping[str, Any], effects: Sequence[Mapping[str, Any]], reasons: Reasons
) -> CampaignRow:
    own = [effect for effect in effects if effect["campaignId"] == campaign["id"]]
    if any(verdict["passed"] for verdict in campaign["eligibility"]):
        rules = dict.fromkeys(
            effect["ruleName"] for effect in own if effect["effectType"] != "acceptCoupon"
        )
        words = ", ".join(f"“{rule}”" for rule in rules if rule) or "no effects"
        discount = sum((e["props"]["value"] for e in own if _is_discount(e)), ZERO)
        return CampaignRow(campaign["name"], True, words, discount)
    codes = {verdict["details"]["failureCode"] for verdict in campaign["eligibility"]}
    if "SKIPPED" in codes:
        words = "another campaign of its evaluation group stands in its place"
    else:
        words = "; ".join(dict.fromkeys(_failures(campaign, reasons))) or "it has no rules"
    return CampaignRow(campaign["name"], False, words, ZERO)


def _is_discount(effect: Mapping[str, Any]) -> bool:
    return str(effect["effectType"]).startswith("setDiscount")


def _failures(campaign: Mapping[str, Any], reasons: Reasons) -> Iterator[str]:
    for rule_index, rule in enumerate(campaign["rules"]):
        title = f"“{rule['title']}”" if rule["title"] else "its rule"
        for verdict in rule["eligibility"]:
            if not verdict["passed"]:
                details = verdict["details"]
                place = Place(
                    campaign["id"],
                    verdict.get("couponCode") or "",
                    rule_index,
                    details.get("conditionIndex", -1),
                )
                yield _failure(title, details, reasons.get(place))


def _failure(title: str, details: Mapping[str, Any], reason: str | None) -> str:
    if details["failureCode"] == "EFFECT_FAILED":
        return f"{title} could not give its effects: {details.get('details') or 'one failed'}"
    if reason is not None:
        return f"{title} {reason}"
    index = details.get("conditionIndex")
    if index is not None:
        return f"{title} stopped at condition {index + 1}"
    return f"{title} did not apply: {details.get('details') or 'no reason was given'}"


def _not_run(campaign: CampaignFacts, facts: WorkspaceFacts) -> str:
    if campaign.state != "enabled":
        return f"it is {campaign.state}"
    if campaign.start_time is not None and campaign.start_time > facts.now:
        return f"it starts on {day(campaign.start_time, facts.timezone)}"
    if campaign.end_time is not None and campaign.end_time <= facts.now:
        return f"it ended on {day(campaign.end_time, facts.timezone)}"
    return "it was not evaluated for this session"
