"""Insight as pandas frames, ready for tables: text for people, amounts already formatted."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sandbox.insight.campaigns import CampaignRow
from sandbox.insight.effects import EffectRow
from sandbox.insight.money import MINUS, exact, money
from sandbox.insight.totals import Row, Totals


def totals_frame(totals: Totals, currency: str) -> pd.DataFrame:
    """Return the rows and their sum: item, quantity, list price, discounts, what it costs."""
    rows = [
        {
            "Item": row.label,
            "Qty": str(row.quantity),
            "List": money(row.price, currency),
            "Discounts": _discounts(row, currency),
            "Pays": money(row.pays, currency),
        }
        for row in totals.rows
    ]
    rows.append(
        {
            "Item": "Total",
            "Qty": "",
            "List": money(totals.price, currency),
            "Discounts": f"{MINUS}{money(totals.discount, currency)}" if totals.discount else "",
            "Pays": money(totals.pays, currency),
        }
    )
    return pd.DataFrame(rows)


def effects_frame(rows: Sequence[EffectRow]) -> pd.DataFrame:
    """Return one row an effect; values have all their digits."""
    columns = ["What it does", "Campaign", "Rule", "Value", "On", "Effect"]
    return pd.DataFrame(
        [
            {
                "What it does": row.words,
                "Campaign": row.campaign,
                "Rule": row.rule,
                "Value": "" if row.value is None else exact(row.value),
                "On": row.target,
                "Effect": row.effect,
            }
            for row in rows
        ],
        columns=columns,
    )


def campaigns_frame(rows: Sequence[CampaignRow], currency: str) -> pd.DataFrame:
    """Return one row a campaign: applied or not, why, and what it gave."""
    columns = ["Campaign", "Applied", "Why", "Discount"]
    return pd.DataFrame(
        [
            {
                "Campaign": row.campaign,
                "Applied": "yes" if row.applied else "no",
                "Why": row.words,
                "Discount": f"{MINUS}{money(row.discount, currency)}" if row.discount else "",
            }
            for row in rows
        ],
        columns=columns,
    )


def _discounts(row: Row, currency: str) -> str:
    if row.kind == "free":
        return "free item"
    return ", ".join(
        f"{MINUS}{money(share.amount, currency)} {share.name}" for share in row.discounts
    )
