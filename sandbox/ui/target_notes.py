"""What every page says of its target: which one it is, and what cannot be done there."""

from __future__ import annotations

import math
from collections.abc import Iterable

import streamlit as st

from sandbox.ui.live import Live
from sandbox.ui.text import escaped
from sandbox.ui.visit import Visit

# How often an unlocked page looks whether it is still unlocked, in seconds.
_LOOK = 15


def show_target(here: Visit) -> None:
    """Show which target this is, in sight of every page."""
    if here.live is None:
        st.badge(
            "Embedded emulator",
            icon=":material/dns:",
            help="A Talon.One emulator that comes with this app. No account, nothing leaves it.",
        )
        return
    application = here.application
    names = " · ".join(filter(None, [application.name, application.currency]))
    st.badge(
        escaped(f"Live: {here.live.deployment.name}"),
        icon=":material/public:",
        color="orange",
        help=escaped(f"A live deployment: {names}. Carts are priced there, with dry runs."),
    )
    if here.live.lock.is_open:
        _show_unlocked(here.live)


@st.fragment(run_every=_LOOK)
def _show_unlocked(live: Live) -> None:
    """Show that writing is unlocked, and for how long; the page is drawn anew when that ends."""
    if not live.lock.is_open:
        st.rerun()
    minutes = math.ceil(live.lock.seconds_left / 60)
    st.badge(
        f"Writing is unlocked, {minutes} min left",
        icon=":material/lock_open:",
        color="red",
        help="Acts change the live deployment. Lock it again on the Connect page.",
    )


def show_read_only(here: Visit, what: str) -> None:
    """Say why `what` is greyed, where it is."""
    if here.live is not None and not here.may_write:
        st.info(
            f"{what} is greyed, because it would change "
            f"{escaped(here.live.deployment.name)} for everybody. Unlock writing on the Connect "
            "page; it locks itself again.",
            title="Read-only",
            icon=":material/lock:",
        )


def show_gaps(here: Visit, wanted: Iterable[str]) -> None:
    """Say which of these could not be read, and why."""
    gaps = here.application.gaps
    missing = [name for name in wanted if name in gaps]
    for reason in dict.fromkeys(gaps[name] for name in missing):
        names = ", ".join(name for name in missing if gaps[name] == reason)
        st.caption(f":material/info: Not known here: {names}. {escaped(reason)}")
