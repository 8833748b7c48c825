"""All operations of the Management API that are emulated."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.emulator import catalogs
from sandbox.emulator.management import (
    additional_costs,
    applications,
    attributes,
    audiences,
    campaigns,
    coupon_files,
    coupons,
    customers,
    events,
    logs,
    loyalty_points,
    loyalty_programs,
    rulesets,
    sessions,
    stores,
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
        applications.ROUTES,
        campaigns.ROUTES,
        rulesets.ROUTES,
        attributes.ROUTES,
        additional_costs.ROUTES,
        stores.ROUTES,
        coupons.ROUTES,
        coupon_files.ROUTES,
        _CATALOGS,
        customers.ROUTES,
        sessions.ROUTES,
        events.ROUTES,
        loyalty_programs.ROUTES,
        loyalty_points.ROUTES,
        audiences.ROUTES,
        logs.ROUTES,
    ]
)
