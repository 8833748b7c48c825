"""Reservations of coupons: /v1/coupon_reservations."""

from __future__ import annotations

from typing import Annotated

import msgspec

from sandbox.emulator.answers import Answer, no_content, ok
from sandbox.emulator.content import coupon_fields, profile_content
from sandbox.emulator.http import Incoming
from sandbox.engine.model import Model
from sandbox.shapes import Reader
from sandbox.workspace.operations.coupons import reserve, reserving_customers, unreserve
from sandbox.workspace.workspace import Workspace


class Reservations(Model, frozen=True):
    """For whom a coupon is reserved, or no longer reserved."""

    integration_ids: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1)]], msgspec.Meta(max_length=1000)
    ] = msgspec.field(name="integrationIDs")


_RESERVATIONS = Reader(Reservations)


def create_reservations(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/coupon_reservations/{couponValue}"""
    wanted: Reservations = _RESERVATIONS.read(incoming.body)
    coupon = reserve(workspace, incoming.ids["couponValue"], wanted.integration_ids)
    return ok(coupon_fields(coupon), 201)


def delete_reservations(workspace: Workspace, incoming: Incoming) -> Answer:
    """DELETE /v1/coupon_reservations/{couponValue}"""
    wanted: Reservations = _RESERVATIONS.read(incoming.body)
    unreserve(workspace, incoming.ids["couponValue"], wanted.integration_ids)
    return no_content()


def list_reserving_customers(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/coupon_reservations/customerprofiles/{couponValue}"""
    customers = reserving_customers(workspace, incoming.ids["couponValue"])
    data = [profile_content(profile, audiences) for profile, audiences in customers]
    return ok({"totalResultSize": len(data), "data": data})
