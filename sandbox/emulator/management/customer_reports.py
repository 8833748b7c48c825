"""Reports on what customers have done.

Management API, schemas CustomerActivityReport and CustomerAnalytics; decision S222.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, NamedTuple

from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.applications import application_in_path
from sandbox.emulator.management.customers import customer_in_path
from sandbox.emulator.management.lists import stored, uncounted
from sandbox.emulator.parameters import MAX_PAGE, Period, page, time_range
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import searching
from sandbox.engine.model import CustomerProfile
from sandbox.workspace.operations.customer_reports import Activity, activity_of
from sandbox.workspace.operations.customers import advocate_of
from sandbox.workspace.workspace import Workspace


class _Report(NamedTuple):
    profile: CustomerProfile
    activity: Activity


def list_reports(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/customer_activity_reports/no_total"""
    application_in_path(workspace, incoming)
    period, query = time_range(incoming), incoming.query
    campaign = query.get("campaignName")
    profiles = workspace.records.people.profiles(workspace.reading, query.get("integrationId"))
    takes = _customer_filter(workspace, incoming)

    def report(profile: CustomerProfile) -> _Report:
        return _report(workspace, profile, period)

    if campaign is None and "sort" not in query:
        return stored(incoming, profiles, lambda profile: _content(report(profile)), takes=takes)
    reports = map(report, profiles if takes is None else filter(takes, profiles))
    found = (one for one in reports if campaign is None or campaign in one.activity.campaigns)
    return uncounted(incoming, found, _content, _SORTABLE)


def get_report(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/customer_activity_reports/{customerId}"""
    application_in_path(workspace, incoming)
    profile = customer_in_path(workspace, incoming)
    page(incoming, MAX_PAGE)  # There is nothing to page, but what is no page is refused.
    return ok(_content(_report(workspace, profile, time_range(incoming))))


def get_analytics(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/customers/{customerId}/analytics: of all time"""
    application_in_path(workspace, incoming)
    profile = customer_in_path(workspace, incoming)
    page(incoming, MAX_PAGE)  # There is nothing to page, but what is no page is refused.
    activity = activity_of(workspace, profile.integration_id, lambda session: True)
    return ok(
        {
            "acceptedCoupons": activity.accepted_coupons,
            "createdCoupons": activity.created_coupons,
            "freeItems": activity.free_items,
            "totalOrders": activity.orders,
            "totalDiscountedOrders": activity.discounted_orders,
            "totalRevenue": activity.revenue,
            "totalDiscounts": activity.discounts,
        }
    )


def _report(workspace: Workspace, profile: CustomerProfile, period: Period) -> _Report:
    activity = activity_of(
        workspace, profile.integration_id, lambda session: session.updated in period
    )
    return _Report(profile, activity)


def _customer_filter(
    workspace: Workspace, incoming: Incoming
) -> Callable[[CustomerProfile], bool] | None:
    """Read which customers to report on by their own name and that of who has referred them."""
    name, advocate_name = incoming.query.get("name"), incoming.query.get("advocateName")
    if name is None and advocate_name is None:
        return None

    def takes(profile: CustomerProfile) -> bool:
        return name in (None, _name(profile)) and (
            advocate_name is None or advocate_name == _advocate_name(workspace, profile)
        )

    return takes


def _advocate_name(workspace: Workspace, profile: CustomerProfile) -> str | None:
    advocate_id = advocate_of(workspace, profile.integration_id)
    if advocate_id is None:
        return None
    advocate = workspace.records.profile(workspace.reading, advocate_id)
    return _name(advocate) if advocate else None


def _name(profile: CustomerProfile) -> str:
    name = profile.attributes.get("Name")
    return name if isinstance(name, str) else ""


def _content(report: _Report) -> dict[str, Any]:
    profile, activity = report
    return {
        "integrationId": profile.integration_id,
        "created": profile.created,
        "name": _name(profile),
        "customerId": profile.id,
        "lastActivity": profile.last_activity,
        "couponRedemptions": activity.redeemed_coupons,
        "couponUseAttempts": activity.accepted_coupons + activity.rejected_coupons,
        "couponFailedAttempts": activity.rejected_coupons,
        "accruedDiscounts": activity.discounts,
        "accruedRevenue": activity.revenue,
        "totalOrders": activity.orders,
        "totalOrdersNoCoupon": activity.orders_without_coupon,
        "campaignName": ", ".join(activity.campaigns),
    }


_SORTABLE: dict[str, Callable[[_Report], Any]] = {
    name: attrgetter(field)
    for name, field in {
        "integrationId": "profile.integration_id",
        "customerId": "profile.id",
        "created": "profile.created",
        "lastActivity": "profile.last_activity",
        "couponRedemptions": "activity.redeemed_coupons",
        "couponFailedAttempts": "activity.rejected_coupons",
        "accruedDiscounts": "activity.discounts",
        "accruedRevenue": "activity.revenue",
        "totalOrders": "activity.orders",
        "totalOrdersNoCoupon": "activity.orders_without_coupon",
    }.items()
}

_APPLICATION = "/v1/applications/{applicationId}"
_REPORTS = f"{_APPLICATION}/customer_activity_reports"

ROUTES: Routes = {
    f"{_REPORTS}/no_total": {"GET": searching(list_reports)},
    f"{_REPORTS}/{{customerId}}": {"GET": searching(get_report)},
    f"{_APPLICATION}/customers/{{customerId}}/analytics": {"GET": searching(get_analytics)},
}
