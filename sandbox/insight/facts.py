"""What an answer alone does not say: names and dates of the workspace, as plain data.

A live target has none of these; everything works without them and says less.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    name: str
    state: str = "enabled"
    start_time: datetime | None = None
    end_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class CouponFacts:
    campaign_id: int
    start_date: datetime | None = None
    expiry_date: datetime | None = None


@dataclass(frozen=True, slots=True)
class WorkspaceFacts:
    """Campaigns and loyalty programs by id, coupons by code, titles of additional costs by name.

    `now` is aware.
    """

    currency: str
    timezone: str
    now: datetime
    campaigns: dict[int, CampaignFacts] = field(default_factory=dict)
    coupons: dict[str, CouponFacts] = field(default_factory=dict)
    cost_titles: dict[str, str] = field(default_factory=dict)
    programs: dict[int, str] = field(default_factory=dict)
