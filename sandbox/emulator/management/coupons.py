"""Coupons: making, listing, searching, changing and deleting them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sandbox.emulator.answers import Answer, no_content, ok
from sandbox.emulator.content import coupon_fields
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.applications import application_in_path
from sandbox.emulator.management.campaigns import campaigns_in_state
from sandbox.emulator.management.coupon_filters import coupon_filters, order
from sandbox.emulator.management.paths import CAMPAIGN, campaign_in_path
from sandbox.emulator.parameters import MAX_PAGE, page, path_number
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import searching, storing
from sandbox.engine.model import Attributes, Coupon, Model
from sandbox.shapes import Reader
from sandbox.workspace.coupon_search import CouponFilters, Search
from sandbox.workspace.operations import coupon_changes, coupon_creation
from sandbox.workspace.workspace import Workspace


class DeletionJob(Model, frozen=True):
    """Which coupons to delete."""

    filters: CouponFilters


_NEW = Reader(coupon_creation.NewCoupons)
_FOR_RECIPIENTS = Reader(coupon_creation.NewCouponsForRecipients)
_JOB = Reader(coupon_creation.NewCouponJob)
_UPDATE = Reader(coupon_changes.CouponUpdate)
_BATCH = Reader(coupon_changes.BatchUpdate)
_DELETION = Reader(DeletionJob)
_ATTRIBUTES = Reader(dict[str, Any])


def create_coupons(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST …/coupons: nothing is answered unless ``silent=no``."""
    campaign_id = campaign_in_path(workspace, incoming)
    is_silent = incoming.is_silent(default=True)
    created = coupon_creation.create_coupons(workspace, campaign_id, _NEW.read(incoming.body))
    return no_content() if is_silent else _created(created)


def create_coupons_for_recipients(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST …/coupons_with_recipients: nothing is answered unless ``silent=no``."""
    campaign_id = campaign_in_path(workspace, incoming)
    is_silent = incoming.is_silent(default=True)
    created = coupon_creation.create_coupons_for_recipients(
        workspace, campaign_id, _FOR_RECIPIENTS.read(incoming.body)
    )
    return no_content() if is_silent else _created(created)


def create_coupons_async(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST …/coupons_async: the coupons are there when this is answered (decision S194)."""
    campaign_id = campaign_in_path(workspace, incoming)
    new: coupon_creation.NewCouponJob = _JOB.read(incoming.body)
    return ok({"batchId": coupon_creation.run_coupon_job(workspace, campaign_id, new)})


def list_coupons(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET …/coupons/no_total"""
    campaign_id = campaign_in_path(workspace, incoming)
    shown, has_more = _page(workspace, incoming, [campaign_id])
    if incoming.flag("valuesOnly"):
        return ok({"hasMore": has_more, "data": [{"value": coupon.value} for coupon in shown]})
    return _listed(shown, has_more)


def search_coupons_of_campaign(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST …/campaigns/{campaignId}/coupons_search_advanced/no_total"""
    campaign_id = campaign_in_path(workspace, incoming)
    attributes: Attributes = _ATTRIBUTES.read(incoming.body)
    return _listed(*_page(workspace, incoming, [campaign_id], attributes))


def search_coupons(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/applications/{applicationId}/coupons_search_advanced/no_total"""
    application_in_path(workspace, incoming)
    campaign_ids = campaigns_in_state(workspace, incoming)
    attributes: Attributes = _ATTRIBUTES.read(incoming.body)
    return _listed(*_page(workspace, incoming, campaign_ids, attributes))


def update_coupon(workspace: Workspace, incoming: Incoming) -> Answer:
    """PUT …/coupons/{couponId}"""
    campaign_id = campaign_in_path(workspace, incoming)
    coupon_id = path_number(incoming, "couponId")
    update: coupon_changes.CouponUpdate = _UPDATE.read(incoming.body)
    changed = coupon_changes.update_coupon(workspace, campaign_id, coupon_id, update)
    return ok(coupon_fields(changed))


def update_coupons(workspace: Workspace, incoming: Incoming) -> Answer:
    """PUT …/coupons"""
    campaign_id = campaign_in_path(workspace, incoming)
    coupon_changes.update_coupons(workspace, campaign_id, _BATCH.read(incoming.body))
    return no_content()


def delete_coupon(workspace: Workspace, incoming: Incoming) -> Answer:
    """DELETE …/coupons/{couponId}"""
    campaign_id = campaign_in_path(workspace, incoming)
    coupon_changes.delete_coupon(workspace, campaign_id, path_number(incoming, "couponId"))
    return no_content()


def delete_coupons(workspace: Workspace, incoming: Incoming) -> Answer:
    """DELETE …/coupons: those that the query means, or all."""
    campaign_id = campaign_in_path(workspace, incoming)
    coupon_changes.delete_coupons(workspace, campaign_id, coupon_filters(incoming))
    return no_content()


def run_deletion_job(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST …/coupons_deletion_jobs: the coupons are gone when this is answered (decision S194)."""
    campaign_id = campaign_in_path(workspace, incoming)
    job: DeletionJob = _DELETION.read(incoming.body)
    return ok({"id": coupon_changes.run_deletion_job(workspace, campaign_id, job.filters)}, 202)


def _page(
    workspace: Workspace,
    incoming: Incoming,
    campaign_ids: Collection[int] | None,
    attributes: Attributes | None = None,
) -> tuple[list[Coupon], bool]:
    search = Search(
        coupon_filters(incoming),
        campaign_ids,
        workspace.clock.now(),
        order(incoming),
        attributes or {},
    )
    size, skip = page(incoming, MAX_PAGE)
    return workspace.records.coupons.page(workspace.reading, search, size, skip)


def _listed(shown: Iterable[Coupon], has_more: bool) -> Answer:
    return ok({"hasMore": has_more, "data": [coupon_fields(coupon) for coupon in shown]})


def _created(coupons: Sequence[Coupon]) -> Answer:
    data = [coupon_fields(coupon) for coupon in coupons]
    return ok({"totalResultSize": len(data), "data": data})


ROUTES: Routes = {
    f"{CAMPAIGN}/coupons": {
        "POST": storing(create_coupons, is_heavy=True),
        "PUT": storing(update_coupons, is_heavy=True),
        "DELETE": storing(delete_coupons, is_heavy=True),
    },
    f"{CAMPAIGN}/coupons_with_recipients": {
        "POST": storing(create_coupons_for_recipients, is_heavy=True)
    },
    f"{CAMPAIGN}/coupons_async": {"POST": storing(create_coupons_async, is_heavy=True)},
    f"{CAMPAIGN}/coupons_deletion_jobs": {"POST": storing(run_deletion_job, is_heavy=True)},
    f"{CAMPAIGN}/coupons/no_total": {"GET": searching(list_coupons)},
    f"{CAMPAIGN}/coupons/{{couponId}}": {
        "PUT": storing(update_coupon),
        "DELETE": storing(delete_coupon, is_heavy=True),
    },
    f"{CAMPAIGN}/coupons_search_advanced/no_total": {"POST": searching(search_coupons_of_campaign)},
    "/v1/applications/{applicationId}/coupons_search_advanced/no_total": {
        "POST": searching(search_coupons)
    },
}
