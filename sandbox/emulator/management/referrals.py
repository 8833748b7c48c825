"""Referrals: listing, changing and deleting them, and CSV files of them, in and out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from operator import attrgetter
from typing import Any

from sandbox.emulator.answers import Answer, no_content, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.management.applications import application_in_path
from sandbox.emulator.management.coupon_filters import truth, validity
from sandbox.emulator.management.csv_files import (
    DateFormat,
    Line,
    cell,
    csv_answer,
    date_format,
    imported,
    read_lines,
)
from sandbox.emulator.management.lists import uncounted
from sandbox.emulator.management.paths import CAMPAIGN, campaign_in_path
from sandbox.emulator.management.uploads import uploaded_text
from sandbox.emulator.parameters import moment, number, path_number
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import searching, storing
from sandbox.engine.model import Referral, json_fields
from sandbox.shapes import Reader
from sandbox.workspace.operations.code_imports import Row, import_referrals
from sandbox.workspace.operations.code_terms import MOST_ID, MOST_USES
from sandbox.workspace.operations.referral_changes import (
    ReferralFilters,
    ReferralUpdate,
    delete_referral,
    list_referrals,
    update_referral,
)
from sandbox.workspace.workspace import Workspace

_UPDATE = Reader(ReferralUpdate)
_SORTABLE = {
    "id": attrgetter("id"),
    "created": attrgetter("created"),
    "code": attrgetter("code"),
    "startDate": attrgetter("start_date"),
    "expiryDate": attrgetter("expiry_date"),
    "usageCounter": attrgetter("usage_counter"),
    "usageLimit": attrgetter("usage_limit"),
    "advocateProfileIntegrationId": attrgetter("advocate_profile_integration_id"),
}
_EXPORTED = (
    "id",
    "created",
    "campaignid",
    "advocateprofileintegrationid",
    "friendprofileintegrationid",
    "startdate",
    "expirydate",
    "code",
    "importid",
    "attributes",
    "batchid",
    "counter",
    "limitval",
)
_REQUIRED = ("code", "advocateprofileintegrationid")
_IMPORTED = (
    *_REQUIRED,
    "friendprofileintegrationid",
    "startdate",
    "expirydate",
    "limitval",
    "attributes",
)
_USAGE_LIMIT = 1


def list_in_campaign(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET …/referrals/no_total"""
    filters = _filters(incoming, campaign_in_path(workspace, incoming))
    return uncounted(incoming, list_referrals(workspace, filters), json_fields, _SORTABLE)


def update(workspace: Workspace, incoming: Incoming) -> Answer:
    """PUT …/referrals/{referralId}"""
    campaign_id = campaign_in_path(workspace, incoming)
    referral_id = path_number(incoming, "referralId")
    new: ReferralUpdate = _UPDATE.read(incoming.body)
    return ok(json_fields(update_referral(workspace, campaign_id, referral_id, new)))


def delete(workspace: Workspace, incoming: Incoming) -> Answer:
    """DELETE …/referrals/{referralId}"""
    campaign_id = campaign_in_path(workspace, incoming)
    delete_referral(workspace, campaign_id, path_number(incoming, "referralId"))
    return no_content()


def import_file(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST …/import_referrals"""
    campaign_id = campaign_in_path(workspace, incoming)
    lines, faults = read_lines(uploaded_text(incoming), _IMPORTED, _REQUIRED, _EXPORTED)
    now = workspace.clock.now()
    rows = [Row(line.pointer, line.number, _referral(line, campaign_id, now)) for line in lines]
    return ok(imported(workspace, "Referral", import_referrals(workspace, rows, faults)))


def export_file(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/applications/{applicationId}/export_referrals"""
    application_in_path(workspace, incoming)
    dates = date_format(incoming)
    filters = _filters(incoming, number(incoming, "campaignId"))
    return csv_answer(_EXPORTED, _rows(list_referrals(workspace, filters), dates))


def _filters(incoming: Incoming, campaign_id: int | None) -> ReferralFilters:
    return ReferralFilters(
        campaign_id=campaign_id,
        code=incoming.query.get("code") or None,
        created_before=moment(incoming, "createdBefore"),
        created_after=moment(incoming, "createdAfter"),
        valid=validity(incoming),
        usable=truth(incoming, "usable"),
        advocate=incoming.query.get("advocate") or None,
        batch_id=incoming.query.get("batchId") or None,
    )


def _referral(line: Line, campaign_id: int, now: datetime) -> Referral:
    """Return the referral of a line; what is wrong with it is noted there."""
    start, expiry = line.dates("startdate", "expirydate")
    usage_limit = line.whole("limitval", MOST_USES)
    return Referral(
        id=0,
        created=now,
        campaign_id=campaign_id,
        code=line.required("code", least=4),
        advocate_profile_integration_id=line.required("advocateprofileintegrationid", most=MOST_ID),
        friend_profile_integration_id=line.text("friendprofileintegrationid", MOST_ID),
        usage_limit=_USAGE_LIMIT if usage_limit is None else usage_limit,
        usage_counter=0,
        start_date=start,
        expiry_date=expiry,
        attributes=line.attributes(),
    )


def _rows(referrals: Iterable[Referral], dates: DateFormat) -> Iterator[list[str]]:
    for referral in referrals:
        values: tuple[Any, ...] = (
            referral.id,
            referral.created,
            referral.campaign_id,
            referral.advocate_profile_integration_id,
            referral.friend_profile_integration_id,
            referral.start_date,
            referral.expiry_date,
            referral.code,
            referral.import_id,
            referral.attributes,
            referral.batch_id,
            referral.usage_counter,
            referral.usage_limit,
        )
        yield [cell(value, dates) for value in values]


ROUTES: Routes = {
    f"{CAMPAIGN}/referrals/no_total": {"GET": searching(list_in_campaign)},
    f"{CAMPAIGN}/referrals/{{referralId}}": {
        "PUT": storing(update, is_heavy=True),
        "DELETE": storing(delete, is_heavy=True),
    },
    f"{CAMPAIGN}/import_referrals": {"POST": storing(import_file, is_heavy=True)},
    "/v1/applications/{applicationId}/export_referrals": {"GET": searching(export_file)},
}
