"""Changing and deleting coupons. Source: Management API, tag Coupons; decisions S195, S196."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy import Connection

from sandbox.engine.model import Coupon, Limit
from sandbox.errors import Fault, Refused
from sandbox.workspace.code_ids import next_code_id
from sandbox.workspace.coupon_search import CouponFilters, Search
from sandbox.workspace.errors import UnknownEntityError
from sandbox.workspace.operations.campaigns import find_campaign
from sandbox.workspace.operations.code_terms import (
    CouponTerms,
    ProfileId,
    limit_faults,
    term_faults,
)
from sandbox.workspace.sessions import merge_attributes
from sandbox.workspace.workspace import Workspace


class CouponUpdate(CouponTerms, frozen=True, forbid_unknown_fields=True):
    """New values of one coupon; without dates and without a recipient it has none."""

    limits: list[Limit] | None = None
    recipient_integration_id: ProfileId | None = None
    is_reservation_mandatory: bool | None = None
    implicitly_reserved: bool | None = None


class BatchUpdate(
    CouponTerms, frozen=True, forbid_unknown_fields=True, rename={"batch_id": "batchID"}
):
    """New values of all coupons of a campaign, or of a batch; without dates they have none."""

    batch_id: str | None = None


def update_coupon(
    workspace: Workspace, campaign_id: int, coupon_id: int, update: CouponUpdate
) -> Coupon:
    """Change a coupon, and return it. Raises UnknownEntityError, Refused."""
    records = workspace.records
    find_campaign(workspace, campaign_id)
    faults = list(term_faults(workspace, update))
    if update.limits is not None:
        is_single = not update.recipient_integration_id
        faults += limit_faults(update.limits, is_single=is_single)
    with workspace.writing() as connection:
        coupon = _find(workspace, connection, campaign_id, coupon_id)
        if faults:
            raise Refused(faults)
        flags = {
            "limits": update.limits,
            "is_reservation_mandatory": update.is_reservation_mandatory,
            "implicitly_reserved": update.implicitly_reserved,
        }
        changed = replace(
            _updated(coupon, update),
            recipient_integration_id=update.recipient_integration_id or None,
            **{name: value for name, value in flags.items() if value is not None},
        )
        records.put_coupon(connection, changed)
    return changed


def update_coupons(workspace: Workspace, campaign_id: int, update: BatchUpdate) -> None:
    """Change all coupons of a campaign or of a batch. Raises UnknownEntityError, Refused."""
    records = workspace.records.coupons
    find_campaign(workspace, campaign_id)
    faults = list(term_faults(workspace, update))
    filters = CouponFilters(batch_id=update.batch_id or None)
    wanted = Search(filters, [campaign_id], workspace.clock.now())
    with workspace.writing() as connection:
        coupons = list(records.matching(connection, wanted))
        if update.batch_id and not coupons:
            details = f"There is no batch “{update.batch_id}” in this campaign"
            faults.append(Fault("Unknown", details, "/batchID"))
        if faults:
            raise Refused(faults)
        records.replace(connection, [_updated(coupon, update) for coupon in coupons])


def delete_coupon(workspace: Workspace, campaign_id: int, coupon_id: int) -> None:
    """Delete a coupon. Raises UnknownEntityError."""
    find_campaign(workspace, campaign_id)
    with workspace.writing() as connection:
        coupon = _find(workspace, connection, campaign_id, coupon_id)
        workspace.records.coupons.remove(connection, [coupon.value], workspace.clock.now())


def delete_coupons(workspace: Workspace, campaign_id: int, filters: CouponFilters) -> None:
    """Delete the coupons of a campaign that are meant. Raises UnknownEntityError."""
    with workspace.writing() as connection:
        _delete(workspace, connection, campaign_id, filters)


def run_deletion_job(workspace: Workspace, campaign_id: int, filters: CouponFilters) -> int:
    """Delete coupons as `delete_coupons` does; return the id of the job (decision S194)."""
    with workspace.writing() as connection:
        _delete(workspace, connection, campaign_id, filters)
        return next_code_id(connection, workspace.name, "job")


def _delete(
    workspace: Workspace, connection: Connection, campaign_id: int, filters: CouponFilters
) -> None:
    records = workspace.records.coupons
    find_campaign(workspace, campaign_id)
    now = workspace.clock.now()
    wanted = Search(filters, [campaign_id], now)
    records.remove(connection, records.matching_codes(connection, wanted), now)


def _find(workspace: Workspace, connection: Connection, campaign_id: int, coupon_id: int) -> Coupon:
    coupon = workspace.records.coupons.by_id(connection, coupon_id)
    if coupon is None or coupon.campaign_id != campaign_id:
        raise UnknownEntityError("coupon", coupon_id)
    return coupon


def _updated(coupon: Coupon, terms: CouponTerms) -> Coupon:
    attributes = merge_attributes(coupon.attributes, terms.attributes)
    return replace(coupon, attributes=attributes, **terms.given())
