"""The Campaigns page: what runs, when, and what it does in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import streamlit as st

from sandbox.insight.campaign_list import (
    STATES,
    budget_words,
    running_first,
    schedule_words,
    state_words,
    summary_words,
)
from sandbox.rules.parse import parse_ruleset
from sandbox.rules.words.outline import outline
from sandbox.rules.words.rules import ruleset_in_words
from sandbox.targets.campaigns import Campaigns
from sandbox.targets.errors import TargetError
from sandbox.ui.acts import act
from sandbox.ui.failures import show_failure
from sandbox.ui.text import escaped
from sandbox.ui.times import entered_time, shown_time
from sandbox.ui.visit import Visit, asked_in_address, note_in_address

Json: TypeAlias = Mapping[str, Any]

# More in the list scroll in a box of their own, so that the chosen one stays in sight.
_FEW = 5
_LIST_HEIGHT = 460
# More than that are searched.
_MANY = 20
_COLORS = {"running": "green", "scheduled": "blue", "over": "gray", "switched off": "orange"}


def choose(campaigns: Sequence[Json], timezone: str, currency: str) -> Json | None:
    """List every campaign, what runs first, and return the one to look at.

    None when the search finds none.
    """
    running = sum(state_words(campaign) == STATES["running"] for campaign in campaigns)
    st.subheader(f"{running} of {len(campaigns)} running")
    found = running_first(campaigns)
    if len(campaigns) > _MANY:
        text = st.text_input(
            "Name contains", type="search", key="campaign-text", persist_state="session"
        )
        found = [one for one in found if text.strip().casefold() in one["name"].casefold()]
    if not found:
        st.info("No campaign matches.", icon=":material/search_off:")
        return None
    by_id = {str(campaign["id"]): campaign for campaign in found}
    before = st.session_state.get("campaign")
    if before is not None and all(str(campaign["id"]) != before for campaign in campaigns):
        st.toast("That campaign is gone, so here is another.", icon=":material/campaign:")
    asked = asked_in_address("campaign")
    if asked in by_id:
        st.session_state["campaign"] = asked
    with st.container(height=_LIST_HEIGHT if len(found) > _FEW else "content", border=True):
        chosen = st.radio(
            "Campaign",
            list(by_id),
            format_func=lambda campaign_id: _headed(by_id[campaign_id]),
            captions=[escaped(summary_words(one, timezone, currency)) for one in found],
            key="campaign",
            label_visibility="collapsed",
            persist_state="session",
        )
    note_in_address("campaign", chosen)
    return by_id[chosen]


def _headed(campaign: Json) -> str:
    words = state_words(campaign)
    color = _COLORS.get(words, "gray")
    return f"**{escaped(campaign['name'])}** :{color}-badge[{escaped(words)}]"


def show_no_key() -> None:
    """Tell why a live deployment's campaigns are not shown."""
    st.info(
        "Campaigns and their codes are read with a Management API key. The Connect page takes one.",
        title="Campaigns are not known here",
        icon=":material/key_off:",
    )


def show_no_campaigns() -> None:
    """Tell where campaigns come from."""
    st.info(
        "Campaigns come into a workspace with a bundle, a JSON file that is loaded through the "
        "API; the README shows how. Without a workspace in the address you get the demo, which "
        "has some.",
        title="This Application has no campaigns yet",
        icon=":material/campaign:",
    )


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

    When they cannot be read, it says why.
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
        try:
            ruleset = campaigns.ruleset(campaign) or {}
        except TargetError as error:
            show_failure(error, "Its rules cannot be read")
            return
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
                "Starts", value=shown_time(campaign.get("startTime"), zone), format="YYYY-MM-DD"
            )
            end = st.datetime_input(
                "Ends", value=shown_time(campaign.get("endTime"), zone), format="YYYY-MM-DD"
            )
        st.caption(f"Times are in the Application's zone, {timezone}. Empty means no bound.")
        is_saved = st.form_submit_button(
            "Save",
            icon=":material/save:",
            key=f"save-campaign-{campaign['id']}-{version}",
            disabled=not here.may_write,
        )
    if is_saved:
        changes = {
            "state": "enabled" if is_on else "disabled",
            "startTime": entered_time(start, campaign.get("startTime"), zone),
            "endTime": entered_time(end, campaign.get("endTime"), zone),
        }
        if act(f"Saved {campaign['name']}.", lambda: campaigns.update(campaign, changes)):
            st.session_state["campaign-version"] = version + 1
        st.rerun()
