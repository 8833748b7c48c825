"""Coupons as CSV files, in and out. Decisions S197, S198."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sandbox.emulator.account import ACCOUNT_ID
from sandbox.emulator.answers import Answer, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.applications import application_in_path
from sandbox.emulator.management.campaigns import campaigns_in_state
from sandbox.emulator.management.coupon_filters import coupon_filters, order
from sandbox.emulator.management.csv_files import (
    DateFormat,
    Line,
    cell,
    csv_answer,
    date_format,
    imported,
    read_lines,
)
from sandbox.emulator.management.paths import CAMPAIGN, campaign_in_path
from sandbox.emulator.management.uploads import uploaded_text
from sandbox.emulator.parameters import moment, number
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import searching, storing
from sandbox.engine.model import Coupon
from sandbox.numbers import ZERO
from sandbox.workspace.coupon_search import Deletion, Search
from sandbox.workspace.operations.code_imports import Row, import_coupons
from sandbox.workspace.operations.code_terms import MOST_ID, MOST_USES, MOST_VALUE
from sandbox.workspace.workspace import Workspace

# As the vendor's sample has them, then those that only its text names.
_EXPORTED = (
    "id",
    "created",
    "campaignid",
    "value",
    "expirydate",
    "startdate",
    "attributes",
    "applicationid",
    "deleted",
    "deleted_changelogid",
    "accountid",
    "referralid",
    "recipientintegrationid",
    "importid",
    "batchid",
    "reservation",
    "limits",
    "limitval",
    "counter",
    "discount_counter",
    "discount_limitval",
    "is_reservation_mandatory",
    "reservation_counter",
    "reservation_limitval",
)
_IMPORTED = (
    "value",
    "expirydate",
    "startdate",
    "recipientintegrationid",
    "limitval",
    "discountlimit",
    "attributes",
)
_USAGE_LIMIT = 1


def import_file(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST …/import_coupons"""
    campaign_id = campaign_in_path(workspace, incoming)
    skip_duplicates = incoming.flag("skipDuplicates")
    lines, faults = read_lines(uploaded_text(incoming), _IMPORTED, ["value"], _EXPORTED)
    now = workspace.clock.now()
    rows = [Row(line.pointer, line.number, _coupon(line, campaign_id, now)) for line in lines]
    done = import_coupons(workspace, rows, faults, skip_duplicates=skip_duplicates)
    return ok(imported(workspace, "Coupon", done))


def export_file(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/export_coupons"""
    application_id = application_in_path(workspace, incoming)
    dates = date_format(incoming)
    campaign_ids = campaigns_in_state(workspace, incoming)
    campaign_id = number(incoming, "campaignId")
    if campaign_id is not None:
        campaign_ids = {campaign_id} if campaign_ids is None else campaign_ids & {campaign_id}
    search = Search(
        coupon_filters(incoming),
        campaign_ids,
        workspace.clock.now(),
        order(incoming),
        deletion=_deletion(incoming),
    )
    coupons = workspace.records.coupons.matching(workspace.reading, search)
    if incoming.flag("valuesOnly"):
        return csv_answer(["value"], ([coupon.value] for coupon in coupons))
    is_deleted = search.deletion is not None
    return csv_answer(_EXPORTED, _rows(coupons, application_id, dates, is_deleted=is_deleted))


def _deletion(incoming: Incoming) -> Deletion | None:
    """Read when coupons were deleted, if such ones are asked for."""
    times = Deletion(moment(incoming, "deletedAfter"), moment(incoming, "deletedBefore"))
    return times if any(times) else None


def _coupon(line: Line, campaign_id: int, now: datetime) -> Coupon:
    """Return the coupon of a line; what is wrong with it is noted there."""
    start, expiry = line.dates("startdate", "expirydate")
    usage_limit = line.whole("limitval", MOST_USES)
    # Exports call it otherwise than imports do.
    budget = "discountlimit" if "discountlimit" in line.cells else "discount_limitval"
    return Coupon(
        id=0,
        created=now,
        campaign_id=campaign_id,
        value=line.required("value", least=3),
        usage_limit=_USAGE_LIMIT if usage_limit is None else usage_limit,
        usage_counter=0,
        discount_limit=line.amount(budget, MOST_VALUE),
        start_date=start,
        expiry_date=expiry,
        attributes=line.attributes(),
        recipient_integration_id=line.text("recipientintegrationid", MOST_ID),
    )


def _rows(
    coupons: Iterable[Coupon], application_id: int, dates: DateFormat, *, is_deleted: bool
) -> Iterator[list[str]]:
    for coupon in coupons:
        values: tuple[Any, ...] = (
            coupon.id,
            coupon.created,
            coupon.campaign_id,
            coupon.value,
            coupon.expiry_date,
            coupon.start_date,
            coupon.attributes,
            application_id,
            is_deleted,
            0,
            ACCOUNT_ID,
            coupon.referral_id,
            coupon.recipient_integration_id,
            coupon.import_id,
            coupon.batch_id,
            coupon.reservation,
            coupon.limits,
            coupon.usage_limit,
            coupon.usage_counter,
            coupon.discount_counter or ZERO,
            coupon.discount_limit,
            coupon.is_reservation_mandatory,
            coupon.reservation_counter or 0,
            coupon.reservation_limit,
        )
        yield [cell(value, dates) for value in values]


ROUTES: Routes = {
    f"{CAMPAIGN}/import_coupons": {"POST": storing(import_file, is_heavy=True)},
    "/v1/applications/{applicationId}/export_coupons": {"GET": searching(export_file)},
}
