"""“Evaluate at”, in the Application's zone.

It is the clock of the visitor's own workspace; a live target is asked with each dry run to pretend
the time, which has to lie in the future (decision S311).
"""

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
    shown = "now" if is_real_time(here) else moment(here.now, timezone)
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
        zone = f"in the Application's zone, {escaped(timezone)}"
        st.caption(
            f"Past or future, {zone}. Your whole workspace works as of then."
            if here.live is None
            else f"In the future only, {zone}: Talon.One evaluates no cart as of the past."
        )
        st.button(
            "Back to now",
            icon=":material/update:",
            key="back-to-now",
            disabled=chosen_time(here) is None and is_real_time(here),
            on_click=set_time,
            args=(here, None),
        )


def show_time(here: Visit) -> None:
    """Say when the cart is evaluated, unless it is now."""
    if here.live is not None and here.live.evaluate_at is not None and is_real_time(here):
        st.warning(
            f"{escaped(moment(here.live.evaluate_at, _timezone(here)))} has passed, and Talon.One "
            "evaluates no cart as of the past. This is the price now.",
            icon=":material/schedule:",
        )
    if not is_real_time(here):
        timezone = _timezone(here)
        shown = moment(here.now, timezone)
        st.badge(
            escaped(f"Evaluated at {shown}, {timezone}"),
            icon=":material/schedule:",
            color="gray" if is_first_time(here) else "orange",
        )


def is_first_time(here: Visit) -> bool:
    """Tell whether the clock is as the workspace began; a live one always is real."""
    if here.live is not None:
        return here.live.evaluate_at is None
    return here.workspace.clock == _first_clock(here)


def go_to_first_time(here: Visit) -> None:
    """Set the clock as the workspace began."""
    if here.live is not None:
        here.live.evaluate_at = None
        return
    running().workspaces.set_clock(here.name, _first_clock(here).frozen_at)


def _first_clock(here: Visit) -> Clock:
    """Return what the bundle says of the clock; without a word it is real time."""
    said = here.workspace.raw.get("clock")
    return Clock(frozen_at=None if said is None else datetime.fromisoformat(said))


def is_real_time(here: Visit) -> bool:
    """Tell whether carts are evaluated now."""
    if here.live is not None:
        return here.pretended_now is None
    return here.workspace.clock == Clock()


def chosen_time(here: Visit) -> datetime | None:
    """Return the time that the clock stands at, in the Application's zone, to the minute."""
    frozen = here.workspace.clock.frozen_at if here.live is None else here.live.evaluate_at
    if frozen is None:
        return None
    local = frozen.astimezone(ZoneInfo(_timezone(here)))
    return min(max(local.replace(second=0, microsecond=0, tzinfo=None), _EARLIEST), _LATEST)


def set_time(here: Visit, local: datetime | None) -> None:
    """Evaluate as of a time of the Application's zone from now on; None is real time."""
    now = None if local is None else local.replace(tzinfo=ZoneInfo(_timezone(here)))
    if here.live is not None:
        here.live.evaluate_at = now
        return
    running().workspaces.set_clock(here.name, now)


def _time_chosen(here: Visit) -> None:
    set_time(here, st.session_state[_KEY])


def _timezone(here: Visit) -> str:
    return here.application.timezone
