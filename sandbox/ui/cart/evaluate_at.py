"""“Evaluate at”: the clock of the visitor's own workspace, in the Application's zone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from sandbox.emulator.server import running
from sandbox.insight.money import moment
from sandbox.ui.text import escaped
from sandbox.ui.visit import Visit
from sandbox.workspace.clock import Clock

_KEY = "evaluate-at"
_EARLIEST, _LATEST = datetime(2000, 1, 1), datetime(2099, 12, 31, 23, 59)  # local times


def choose_time(here: Visit) -> None:
    """Offer to evaluate carts as of another time, past or future, and to go back to now."""
    timezone = _timezone(here)
    shown = "now" if is_real_time(here) else moment(here.workspace.clock.now(), timezone)
    with st.popover(
        f"Evaluate at: {shown}",
        icon=":material/schedule:",
        key="evaluate-at-box",
        help=f"When the cart is evaluated, in {timezone}",
    ):
        st.session_state[_KEY] = chosen_time(here)
        st.datetime_input(
            "Evaluate at",
            min_value=_EARLIEST,
            max_value=_LATEST,
            format="YYYY-MM-DD",
            key=_KEY,
            on_change=_time_chosen,
            args=(here,),
        )
        st.caption(
            f"Past or future, in the Application's zone, {escaped(timezone)}. "
            "Your whole workspace works as of then."
        )
        st.button(
            "Back to now",
            icon=":material/update:",
            key="back-to-now",
            disabled=is_real_time(here),
            on_click=set_time,
            args=(here, None),
        )


def show_time(here: Visit) -> None:
    """Say when the cart is evaluated, unless it is now."""
    if not is_real_time(here):
        timezone = _timezone(here)
        shown = moment(here.workspace.clock.now(), timezone)
        st.badge(
            escaped(f"Evaluated at {shown}, {timezone}"),
            icon=":material/schedule:",
            color="gray" if is_first_time(here) else "orange",
        )


def is_first_time(here: Visit) -> bool:
    """Tell whether the clock is as the workspace began."""
    return here.workspace.clock == _first_clock(here)


def go_to_first_time(here: Visit) -> None:
    """Set the clock as the workspace began."""
    running().workspaces.set_clock(here.name, _first_clock(here).frozen_at)


def _first_clock(here: Visit) -> Clock:
    """Return what the bundle says of the clock; without a word it is real time."""
    said = here.workspace.raw.get("clock")
    return Clock(frozen_at=None if said is None else datetime.fromisoformat(said))


def is_real_time(here: Visit) -> bool:
    return here.workspace.clock == Clock()


def chosen_time(here: Visit) -> datetime | None:
    """Return the time that the clock stands at, in the Application's zone, to the minute."""
    frozen = here.workspace.clock.frozen_at
    if frozen is None:
        return None
    local = frozen.astimezone(ZoneInfo(_timezone(here)))
    return min(max(local.replace(second=0, microsecond=0, tzinfo=None), _EARLIEST), _LATEST)


def set_time(here: Visit, local: datetime | None) -> None:
    """Set the workspace's clock to a time of the Application's zone; None is real time."""
    now = None if local is None else local.replace(tzinfo=ZoneInfo(_timezone(here)))
    running().workspaces.set_clock(here.name, now)


def _time_chosen(here: Visit) -> None:
    set_time(here, st.session_state[_KEY])


def _timezone(here: Visit) -> str:
    return here.workspace.application.settings.timezone
