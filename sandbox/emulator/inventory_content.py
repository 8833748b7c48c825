"""What there is of one customer, as the Integration API shows it (schema CustomerInventory).

Source: reference/api/06-profiles-events-audiences.md, section 6.5.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.emulator.achievement_content import defined_progress
from sandbox.emulator.content import coupon_content, profile_content
from sandbox.emulator.loyalty_content import LoyaltyContent
from sandbox.engine.achievements.progress import current_tracker
from sandbox.engine.model import json_fields
from sandbox.workspace.operations.inventory import Inventory


def inventory_content(inventory: Inventory, is_wanted: Callable[[str], bool]) -> dict[str, Any]:
    """Return the parts that are wanted, and nothing else."""
    return {name: part(inventory) for name, part in _PARTS.items() if is_wanted(name)}


def _profile(inventory: Inventory) -> dict[str, Any]:
    return profile_content(inventory.profile, inventory.audiences)


def _referrals(inventory: Inventory) -> list[dict[str, Any]]:
    return [
        json_fields(own.referral) | {"referredCustomers": own.referred_customers}
        for own in inventory.referrals
    ]


def _coupons(inventory: Inventory) -> list[dict[str, Any]]:
    return [
        coupon_content(own.coupon, own.redemptions) | {"state": own.state}
        for own in inventory.coupons
    ]


def _loyalty(inventory: Inventory) -> dict[str, Any]:
    workspace, facts = inventory.workspace, inventory.loyalty
    content = LoyaltyContent(workspace.application.programs, facts, {}, workspace.clock.now())
    return content.loyalty(inventory.profile.integration_id, with_cards=bool(facts.cards))


def _giveaways(inventory: Inventory) -> list[dict[str, Any]]:
    profile_id = inventory.profile.id
    return [json_fields(given) | {"profileId": profile_id} for given in inventory.giveaways]


def _achievements(inventory: Inventory) -> list[dict[str, Any]]:
    """Return the achievements that the customer has started (AchievementProgressWithDefinition)."""
    workspace, trackers = inventory.workspace, inventory.achievements.trackers
    started = {tracker.achievement_id for tracker in trackers}
    now = workspace.clock.now()
    return [
        defined_progress(achievement, current_tracker(achievement, trackers, now), now)
        for achievement in workspace.application.achievements.values()
        if achievement.settings.id in started
    ]


_PARTS: dict[str, Callable[[Inventory], Any]] = {
    "profile": _profile,
    "referrals": _referrals,
    "coupons": _coupons,
    "loyalty": _loyalty,
    "giveaways": _giveaways,
    "achievements": _achievements,
}
