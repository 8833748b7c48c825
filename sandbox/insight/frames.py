"""Insight as pandas frames, one row a thing; amounts stay `Decimal` for the page to format."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd

from sandbox.insight.campaigns import CampaignRow
from sandbox.insight.effects import EffectRow
from sandbox.insight.money import MINUS, exact, exact_money, money
from sandbox.insight.points import PointsRow
from sandbox.insight.tally import Counted
from sandbox.insight.totals import Row, Totals
from sandbox.numbers import ZERO


def totals_frame(totals: Totals, currency: str, most: int | None = None) -> pd.DataFrame:
    """Return the rows and their sum: item, quantity, list price, discounts, what it costs.

    Of more than `most` rows only the first are there, and one for all others.
    """
    rows = totals.rows[:most]
    others = totals.rows[len(rows) :]
    cells = [
        {
            "Item": row.label,
            "Qty": row.quantity,
            "List": row.price,
            "Discounts": _discounts(row, currency),
            "Pays": row.pays,
        }
        for row in rows
    ]
    if others:
        price = sum((row.price for row in others), ZERO)
        pays = sum((row.pays for row in others), ZERO)
        cells.append(_sum(f"{len(others):,} more", price, pays, currency))
    cells.append(_sum("Total", totals.price, totals.pays, currency))
    return pd.DataFrame(cells).astype({"Qty": "Int64"})


def _sum(label: str, price: Decimal, pays: Decimal, currency: str) -> dict[str, object]:
    discount = price - pays
    return {
        "Item": label,
        "Qty": None,
        "List": price,
        "Discounts": f"{MINUS}{money(discount, currency)}" if discount else "",
        "Pays": pays,
    }


def effects_frame(
    rows: Sequence[EffectRow], currency: str, marks: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return one row an effect; an effect without an amount has no value.

    `marks` say what is different from the run before, one for each row.
    """
    frame = pd.DataFrame(
        [
            (row.words, row.campaign, row.rule, amount_words(row, currency), row.target, row.effect)
            for row in rows
        ],
        columns=["What it does", "Campaign", "Rule", "Value", "On", "Effect"],
    )
    if marks is not None:
        frame.insert(0, "Since last run", list(marks))
    return frame


def amount_words(row: EffectRow, currency: str) -> str:
    """Return an effect's amount: with all digits, and its currency where it is money."""
    if row.value is None:
        return ""
    return exact_money(row.value, currency) if row.is_money else exact(row.value)


def points_frame(rows: Sequence[PointsRow]) -> pd.DataFrame:
    """Return one row a ledger: points, pending points and tier, before and after."""
    return pd.DataFrame(
        [
            (
                row.program,
                exact(row.before),
                exact(row.after),
                _from_to(exact(row.pending_before), exact(row.pending_after)),
                _from_to(row.tier_before or "none", row.tier_after or "none"),
            )
            for row in rows
        ],
        columns=["Loyalty program", "Points before", "Points after", "Pending", "Tier"],
    )


def _from_to(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


def counted_frame(rows: Sequence[Counted]) -> pd.DataFrame:
    """Return one row a counter that moved."""
    return pd.DataFrame(
        [(row.what, row.before, row.after) for row in rows],
        columns=["What it changed", "Before", "After"],
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
