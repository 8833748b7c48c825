"""The Campaigns page: what runs, when, and what it does in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import streamlit as st

from sandbox.insight.campaign_list import (
    budget_words,
    campaigns_frame,
    schedule_words,
    state_words,
)
from sandbox.rules.parse import parse_ruleset
from sandbox.rules.words.outline import outline
from sandbox.rules.words.rules import ruleset_in_words
from sandbox.targets.campaigns import Campaigns
from sandbox.ui.acts import act
from sandbox.ui.text import escaped, shown_table
from sandbox.ui.visit import Visit, note_in_address

Json: TypeAlias = Mapping[str, Any]

_COLORS = {"running": "green", "scheduled": "blue", "over": "gray", "switched off": "orange"}


def show_list(campaigns: Sequence[Json], timezone: str, currency: str) -> None:
    """Show every campaign in a row."""
    st.table(
        shown_table(campaigns_frame(campaigns, timezone, currency)),
        border="horizontal",
        hide_index=True,
        alt="Every campaign with its state, schedule, budgets and redeemed codes",
    )


def choose(campaigns: Sequence[Json]) -> Json:
    """Offer the campaigns and return the chosen one."""
    by_id = {str(campaign["id"]): campaign for campaign in campaigns}
    wanted = st.query_params.get("campaign")
    chosen = st.selectbox(
        "Look at a campaign",
        list(by_id),
        index=list(by_id).index(wanted) if wanted in by_id else 0,
        format_func=lambda campaign_id: by_id[campaign_id]["name"],
        key="campaign",
    )
    note_in_address("campaign", chosen)
    return by_id[chosen]


def show_campaign(campaign: Json, timezone: str, currency: str) -> None:
    """Show what a campaign is: name, state, schedule, budgets."""
    words = state_words(campaign)
    with st.container(horizontal=True, vertical_alignment="center", key="campaign-head"):
        st.subheader(escaped(campaign["name"]), width="content")
        color: Any = _COLORS.get(words, "gray")
        st.badge(words, color=color)
        st.caption(f"runs {schedule_words(campaign, timezone)}", width="content")
    if campaign.get("description"):
        st.markdown(escaped(campaign["description"]))
    for budget in budget_words(campaign, currency):
        st.caption(f"Budget: {escaped(budget)}")


def show_rules(here: Visit, campaigns: Campaigns, campaign: Json) -> None:
    """Show a campaign's rules in plain words, each with what it says in full.

    Raises TargetError.
    """
    unsupported: list[Sequence[str]] = []
    if here.live is None:
        compiled = here.workspace.application.campaigns.get(campaign["id"])
        if compiled is None:
            return
        ruleset = compiled.definition.ruleset
        unsupported = [rule.unsupported for rule in compiled.rules]
    else:
        # What the emulator could not evaluate is no fault of a live deployment.
        ruleset = campaigns.ruleset(campaign) or {}
    rules = ruleset_in_words(parse_ruleset(ruleset, "", []), here.application.vocabulary).rules
    if not rules:
        st.caption("This campaign has no rules yet.")
    for number, rule in enumerate(rules):
        st.markdown(f"**{escaped(rule.title)}**  \n{escaped(rule.headline)}")
        for reason in unsupported[number] if unsupported else ():
            st.warning(escaped(reason), icon=":material/block:")
        lines = outline(rule)[1:]
        if lines:
            with st.expander("Step by step", icon=":material/format_list_numbered:"):
                st.code("\n".join(lines), language=None, wrap_lines=True)


def edit_campaign(here: Visit, campaigns: Campaigns, campaign: Json) -> None:
    """Offer to switch a campaign on and off, and to move its schedule."""
    timezone = here.application.timezone
    version = st.session_state.get("campaign-version", 0)
    zone = ZoneInfo(timezone)
    with st.form(f"campaign-{campaign['id']}-{version}", border=False):
        is_on = st.toggle("Switched on", value=campaign["state"] == "enabled")
        with st.container(horizontal=True):
            start = st.datetime_input(
                "Starts", value=_local(campaign.get("startTime"), zone), format="YYYY-MM-DD"
            )
            end = st.datetime_input(
                "Ends", value=_local(campaign.get("endTime"), zone), format="YYYY-MM-DD"
            )
        st.caption(f"Times are in the Application's zone, {timezone}. Empty means no bound.")
        is_saved = st.form_submit_button(
            "Save", icon=":material/save:", key="save-campaign", disabled=not here.may_write
        )
    if is_saved:
        changes = {
            "state": "enabled" if is_on else "disabled",
            "startTime": _moment(start, zone),
            "endTime": _moment(end, zone),
        }
        if act(f"Saved {campaign['name']}.", lambda: campaigns.update(campaign, changes)):
            st.session_state["campaign-version"] = version + 1
        st.rerun()


def _local(text: str | None, zone: ZoneInfo) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(zone)


def _moment(entered: datetime | None, zone: ZoneInfo) -> str | None:
    return None if entered is None else entered.replace(tzinfo=zone).isoformat()
