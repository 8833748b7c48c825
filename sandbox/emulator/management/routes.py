"""All operations of the Management API that are emulated."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.emulator import catalogs
from sandbox.emulator.management import (
    achievements,
    additional_costs,
    applications,
    attributes,
    audiences,
    campaign_achievements,
    campaign_stores,
    campaigns,
    cart_item_filters,
    collections,
    coupon_files,
    coupons,
    customer_reports,
    customers,
    event_types,
    events,
    experiments,
    giveaways,
    logs,
    loyalty_cards,
    loyalty_files,
    loyalty_imports,
    loyalty_points,
    loyalty_programs,
    referrals,
    rulesets,
    session_files,
    sessions,
    stores,
    value_maps,
    webhooks,
)
from sandbox.emulator.routes import Handler, Routes

_CATALOGS: Routes = {"/v1/catalogs/{catalogId}/items": {"GET": catalogs.list_items}}


def _together(tables: Iterable[Routes]) -> Routes:
    """Return one table; a path may stand in several, with other methods in each."""
    paths: dict[str, dict[str, Handler]] = {}
    for table in tables:
        for path, handlers in table.items():
            paths.setdefault(path, {}).update(handlers)
    return paths


MANAGEMENT: Routes = _together(
    [
        achievements.ROUTES,
        additional_costs.ROUTES,
        applications.ROUTES,
        attributes.ROUTES,
        campaign_achievements.ROUTES,
        campaign_stores.ROUTES,
        campaigns.ROUTES,
        cart_item_filters.ROUTES,
        collections.ROUTES,
        coupon_files.ROUTES,
        coupons.ROUTES,
        event_types.ROUTES,
        experiments.ROUTES,
        rulesets.ROUTES,
        stores.ROUTES,
        value_maps.ROUTES,
        webhooks.ROUTES,
        referrals.ROUTES,
        giveaways.ROUTES,
        _CATALOGS,
        customers.ROUTES,
        customer_reports.ROUTES,
        sessions.ROUTES,
        session_files.ROUTES,
        events.ROUTES,
        loyalty_programs.ROUTES,
        loyalty_points.ROUTES,
        loyalty_cards.ROUTES,
        loyalty_files.ROUTES,
        loyalty_imports.ROUTES,
        audiences.ROUTES,
        logs.ROUTES,
    ]
)
