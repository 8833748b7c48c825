"""The visitor's own workspace: a fork of the demo, named in the URL."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from sandbox.emulator.server import running
from sandbox.insight.facts import CampaignFacts, CouponFacts, WorkspaceFacts
from sandbox.numbers import decode_json
from sandbox.targets.connection import Connection
from sandbox.targets.target import Target
from sandbox.workspace.errors import UnknownSnapshotError
from sandbox.workspace.service import Workspaces
from sandbox.workspace.workspace import Workspace

DEMO = "demo"
_ARRIVAL = "arrival"
_FIXTURE = Path(__file__).parents[2] / "fixtures" / "demo.json"


@dataclass(frozen=True, slots=True)
class Visit:
    """One visitor's workspace and the connection that reaches it."""

    name: str
    workspace: Workspace
    connection: Connection
    integration_key: str

    @property
    def target(self) -> Target:
        return Target(self.connection)


class Arrival(NamedTuple):
    """How a link to a snapshot ended: with its draft (JSON), or without one, as it is gone."""

    draft: str | None


def visit() -> Visit:
    """Return the workspace that the URL names, or a new fork of the demo.

    A name that is not there (any longer) is replaced by a new fork, and the visitor is told. From
    page to page the URL loses the name, but the visitor keeps the workspace.
    """
    server = running()
    snapshot_id = st.query_params.get("snapshot")
    if snapshot_id:
        _open_snapshot(server.workspaces, snapshot_id)
    name = st.query_params.get("workspace") or st.session_state.get("workspace", "")
    if not name or not server.workspaces.exists(name):
        if name:
            st.toast(
                "That workspace is gone, so here is a fresh one.", icon=":material/restart_alt:"
            )
        name = new_fork(server.workspaces)
    if st.query_params.get("workspace") != name:
        st.query_params["workspace"] = name
    st.session_state["workspace"] = name
    keys = server.workspaces.keys(name)
    connection = _connection(server.base_url, keys.integration_key, keys.management_key)
    return Visit(name, server.workspaces.workspace(name), connection, keys.integration_key)


def _open_snapshot(workspaces: Workspaces, snapshot_id: str) -> None:
    """Give the visitor a workspace of their own, as it was when a link was made.

    The address then names the workspace, so that a reload stays in it.
    """
    name = _new_name()
    try:
        st.session_state[_ARRIVAL] = Arrival(workspaces.fork_snapshot(snapshot_id, name))
    except UnknownSnapshotError:
        st.session_state[_ARRIVAL] = Arrival(None)
    else:
        st.query_params["workspace"] = name
    del st.query_params["snapshot"]


def take_arrival() -> Arrival | None:
    """Return, once, how a link to a snapshot ended, if the visitor came by one."""
    arrival: Arrival | None = st.session_state.pop(_ARRIVAL, None)
    return arrival


def note_page(url_path: str) -> None:
    """Note which page runs."""
    st.session_state["arrived"] = st.session_state.get("page") != url_path
    st.session_state["page"] = url_path


def asked_in_address(name: str) -> str | None:
    """Return what the URL asks to show, unless the page put it there: a link, or the way back."""
    asked = st.query_params.get(name)
    return asked if asked and asked != st.session_state.get(f"address-{name}") else None


def note_in_address(name: str, value: str) -> None:
    """Put into the URL what the page shows.

    By hand, because Streamlit leaves no page on which a widget is bound to the URL.
    """
    st.session_state[f"address-{name}"] = value
    if st.query_params.get(name, "") != value:
        st.query_params[name] = value


def just_arrived() -> bool:
    """Tell whether the visitor was on another page before this run, or on none."""
    return bool(st.session_state.get("arrived"))


def new_fork(workspaces: Workspaces) -> str:
    """Fork the demo, loaded or brought up to date first, and return the fork's name."""
    fixture = _FIXTURE.read_bytes()
    if not workspaces.exists(DEMO) or workspaces.workspace(DEMO).raw != decode_json(fixture):
        workspaces.load(DEMO, fixture)
    name = _new_name()
    workspaces.fork(DEMO, name)
    return name


def _new_name() -> str:
    return f"{DEMO}-{secrets.token_hex(6)}"


def facts(workspace: Workspace, codes: list[str]) -> WorkspaceFacts:
    """Return what an answer does not say, for these codes."""
    definition = workspace.application.definition
    coupons = {}
    for typed in codes:
        coupon = workspace.coupon(typed)
        if coupon is not None:
            coupons[coupon.value] = CouponFacts(
                coupon.campaign_id, coupon.start_date, coupon.expiry_date
            )
    return WorkspaceFacts(
        currency=definition.application.currency,
        timezone=definition.application.timezone,
        now=workspace.clock.now(),
        campaigns={
            campaign.id: CampaignFacts(
                campaign.name, campaign.state, campaign.start_time, campaign.end_time
            )
            for campaign in definition.campaigns
        },
        coupons=coupons,
        cost_titles={cost.name: cost.title or cost.name for cost in definition.additional_costs},
        programs={p.id: p.title or p.name for p in definition.loyalty_programs},
    )


@lru_cache(maxsize=256)
def _connection(host: str, integration_key: str, management_key: str) -> Connection:
    return Connection(host, integration_key, management_key)
