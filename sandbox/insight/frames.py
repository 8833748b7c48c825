"""Insight as pandas frames, one row a thing; amounts stay `Decimal` for the page to format."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sandbox.insight.campaigns import CampaignRow
from sandbox.insight.effects import EffectRow
from sandbox.insight.money import MINUS, money
from sandbox.insight.totals import Row, Totals


def totals_frame(totals: Totals, currency: str) -> pd.DataFrame:
    """Return the rows and their sum: item, quantity, list price, discounts, what it costs."""
    rows = [
        {
            "Item": row.label,
            "Qty": row.quantity,
            "List": row.price,
            "Discounts": _discounts(row, currency),
            "Pays": row.pays,
        }
        for row in totals.rows
    ]
    total = {
        "Item": "Total",
        "Qty": None,
        "List": totals.price,
        "Discounts": f"{MINUS}{money(totals.discount, currency)}" if totals.discount else "",
        "Pays": totals.pays,
    }
    return pd.DataFrame([*rows, total]).astype({"Qty": "Int64"})


def effects_frame(rows: Sequence[EffectRow]) -> pd.DataFrame:
    """Return one row an effect; an effect without an amount has no value."""
    columns = ["What it does", "Campaign", "Rule", "Value", "On", "Effect"]
    return pd.DataFrame(
        [(row.words, row.campaign, row.rule, row.value, row.target, row.effect) for row in rows],
        columns=columns,
    )


def campaigns_frame(rows: Sequence[CampaignRow]) -> pd.DataFrame:
    """Return one row a campaign: applied or not, why, and what it gave, if anything."""
    columns = ["Campaign", "Applied", "Why", "Discount"]
    return pd.DataFrame(
        [
            (row.campaign, "yes" if row.applied else "no", row.words, row.discount or None)
            for row in rows
        ],
        columns=columns,
    )


def _discounts(row: Row, currency: str) -> str:
    if row.kind == "free":
        return "free item"
    shares = (f"{MINUS}{money(share.amount, currency)} {share.name}" for share in row.discounts)
    return ", ".join(shares)
