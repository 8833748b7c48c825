"""The visitor's own workspace, a fork of the demo named in the URL, and the target of calls."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from sandbox.emulator.server import running
from sandbox.insight.call import FROM_ENVIRONMENT
from sandbox.insight.facts import CampaignFacts, CouponFacts, WorkspaceFacts
from sandbox.numbers import decode_json
from sandbox.targets.application import ApplicationDescription, describe_workspace
from sandbox.targets.connection import Connection
from sandbox.targets.target import Target
from sandbox.ui.live import Live
from sandbox.ui.live import target as live_target
from sandbox.workspace.clock import Clock
from sandbox.workspace.errors import UnknownSnapshotError
from sandbox.workspace.service import Workspaces
from sandbox.workspace.workspace import Workspace

DEMO = "demo"
_ARRIVAL = "arrival"
_FIXTURE = Path(__file__).parents[2] / "fixtures" / "demo.json"


@dataclass(frozen=True)
class Visit:
    """One visitor's own workspace, and the target: that workspace, or a live deployment.

    `connection` reaches the target. `integration_key` is what snippets say: the workspace's key,
    or on a live target the name of an environment variable.
    """

    name: str
    workspace: Workspace
    connection: Connection
    integration_key: str
    live: Live | None = None

    @property
    def target(self) -> Target:
        return Target(self.connection)

    @cached_property
    def application(self) -> ApplicationDescription:
        """What is known of the target's Application."""
        if self.live is not None:
            return self.live.application
        return describe_workspace(self.workspace)

    @property
    def may_write(self) -> bool:
        """Whether acts may change the target."""
        return self.live is None or self.live.lock.is_open

    @property
    def can_manage(self) -> bool:
        """Whether there is a key for the Management API."""
        return self.live is None or self.live.has_management_key

    @property
    def pretended_now(self) -> datetime | None:
        """The time that requests ask a live target to pretend; a future one, or none."""
        if self.live is None or self.live.evaluate_at is None:
            return None
        return self.live.evaluate_at if self.live.evaluate_at > Clock().now() else None

    @property
    def now(self) -> datetime:
        """The time that carts are evaluated at."""
        if self.live is None:
            return self.workspace.clock.now()
        return self.pretended_now or Clock().now()


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
    live = live_target()
    if live is None:
        return _embedded(name)
    workspace = server.workspaces.workspace(name)
    return Visit(name, workspace, live.connection, FROM_ENVIRONMENT, live)


def own_workspace(here: Visit) -> Visit:
    """Return the visit with the visitor's own workspace as its target, whatever the target is."""
    return here if here.live is None else _embedded(here.name)


def _embedded(name: str) -> Visit:
    server = running()
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


def facts(here: Visit, codes: list[str]) -> WorkspaceFacts:
    """Return what an answer does not say, for these codes; of a live target's codes nothing."""
    application = here.application
    return WorkspaceFacts(
        currency=application.currency,
        timezone=application.timezone,
        now=here.now,
        campaigns={
            campaign_id: CampaignFacts(*campaign)
            for campaign_id, campaign in application.campaigns.items()
        },
        coupons={} if here.live is not None else _coupons(here.workspace, codes),
        cost_titles={cost.name: cost.title or cost.name for cost in application.additional_costs},
        programs=dict(application.programs),
    )


def _coupons(workspace: Workspace, codes: list[str]) -> dict[str, CouponFacts]:
    found = (workspace.coupon(typed) for typed in codes)
    return {
        coupon.value: CouponFacts(coupon.campaign_id, coupon.start_date, coupon.expiry_date)
        for coupon in found
        if coupon is not None
    }


@lru_cache(maxsize=256)
def _connection(host: str, integration_key: str, management_key: str) -> Connection:
    return Connection(host, integration_key, management_key)
