"""Reservations of coupons. Source: reference/api/04-coupons.md, section 4.7; decisions A65, A66."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from sandbox.engine.changes import ReserveCode
from sandbox.engine.codes import normal_code
from sandbox.engine.definitions import Audience
from sandbox.engine.model import Coupon, CustomerProfile
from sandbox.errors import Fault, Refused
from sandbox.workspace.errors import UnknownEntityError
from sandbox.workspace.mentioned import audiences_of
from sandbox.workspace.profiles import ensure_profile
from sandbox.workspace.workspace import Workspace


def reserve(workspace: Workspace, code: str, profile_ids: Iterable[str]) -> Coupon:
    """Reserve a coupon for profiles, however often it is reserved; return it as it is then.

    Profiles that there are none of come to be (decision S110). Raises UnknownEntityError, and
    Refused for a personal coupon.
    """
    records = workspace.records
    with workspace.writing() as connection:
        coupon = _coupon(workspace, connection, code)
        if coupon.recipient_integration_id or not coupon.reservation:
            details = f"The coupon “{coupon.value}” is a personal one and cannot be reserved"
            raise Refused([Fault("Invalid value", details, parameter="couponValue")])
        reserved = {*records.coupons.reserving_profiles(connection, coupon.value)}
        new = [
            profile_id for profile_id in dict.fromkeys(profile_ids) if profile_id not in reserved
        ]
        for profile_id in new:
            ensure_profile(records, connection, profile_id, workspace.clock.now())
        records.apply(
            connection,
            [ReserveCode(code=coupon.value, profile_id=profile_id) for profile_id in new],
        )
        return _coupon(workspace, connection, code)


def unreserve(workspace: Workspace, code: str, profile_ids: Iterable[str]) -> None:
    """Take reservations back; profiles without one are passed over. Raises UnknownEntityError."""
    records = workspace.records
    with workspace.writing() as connection:
        coupon = _coupon(workspace, connection, code)
        reserved = {*records.coupons.reserving_profiles(connection, coupon.value)}
        for profile_id in reserved.intersection(profile_ids):
            records.coupons.unreserve(connection, coupon.value, profile_id)


class Customer(NamedTuple):
    """A profile, and the audiences that it belongs to."""

    profile: CustomerProfile
    audiences: Sequence[Audience]


def reserving_customers(workspace: Workspace, code: str) -> list[Customer]:
    """Return the customers that have reserved a coupon, by id. Raises UnknownEntityError."""
    records, connection = workspace.records, workspace.reading
    coupon = _coupon(workspace, connection, code)
    customers = []
    for profile_id in records.coupons.reserving_profiles(connection, coupon.value):
        profile = records.profile(connection, profile_id)
        if profile is not None:
            audiences = audiences_of(records, connection, workspace.application, profile_id)
            customers.append(Customer(profile, audiences))
    return customers


def _coupon(workspace: Workspace, connection: Connection, code: str) -> Coupon:
    case = workspace.application.settings.case_sensitivity
    coupon = workspace.records.coupon(connection, normal_code(code, case))
    if coupon is None:
        raise UnknownEntityError("coupon", code)
    return coupon
