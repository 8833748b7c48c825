"""Targets on the Connect page: which there are, how they are, and the lock on writing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from zoneinfo import available_timezones

import streamlit as st
from babel.numbers import list_currencies

from sandbox.targets.deployment import Deployment, NoDeploymentError, read_deployment
from sandbox.targets.lock import UNLOCKED_FOR
from sandbox.targets.reading import Health, check_health
from sandbox.ui import live as session
from sandbox.ui.failures import show_raw
from sandbox.ui.live import Live
from sandbox.ui.text import escaped
from sandbox.ui.visit import Visit, own_workspace

_REFUSED = "deployment-refused"
_ADDRESS, _KEY, _MANAGEMENT_KEY = "live-address", "live-key", "live-management-key"
_CURRENCY, _TIMEZONE = "live-currency", "live-timezone"
_MINUTES = round(UNLOCKED_FOR / 60)


def show_targets(here: Visit) -> None:
    """Show the embedded emulator and the session's deployment, each with its health."""
    embedded, live = st.columns(2, gap="medium")
    with embedded, st.container(border=True, key="embedded-target"):
        _show_embedded(here)
    with live, st.container(border=True, key="live-target"):
        known = session.known()
        if known is None:
            _show_form()
        else:
            _show_live(here, known)


def _show_embedded(here: Visit) -> None:
    own = own_workspace(here)
    _show_title("Embedded emulator", is_target=here.live is None)
    st.caption(f"{escaped(own.connection.name)} · {escaped(own.application.name)}")
    _show_health(check_health(own.connection, has_management_key=True))
    if here.live is not None:
        st.button(
            "Use the emulator",
            icon=":material/dns:",
            key="use-embedded",
            on_click=session.choose,
            kwargs={"is_live": False},
        )


def _show_live(here: Visit, live: Live) -> None:
    _show_title(f"Live: {live.deployment.name}", is_target=here.live is not None)
    health = live.check()
    application = live.application
    if application.id:
        shown = [application.name or f"Application {application.id}", application.currency]
        st.caption(escaped(" · ".join([*shown, application.timezone])))
    _show_health(health)
    keys = ["Integration API key: set"]
    keys.append(f"Management API key: {'set' if live.has_management_key else 'none'}")
    st.caption(f"{' · '.join(keys)}. Kept in this browser session's memory only, never shown.")
    with st.container(horizontal=True):
        if here.live is None:
            st.button(
                "Use it",
                icon=":material/public:",
                type="primary",
                key="use-live",
                on_click=session.choose,
                kwargs={"is_live": True},
            )
        st.button(
            "Check again", icon=":material/refresh:", key="check-live", on_click=live.read_again
        )
        st.button(
            "Forget this deployment",
            icon=":material/delete:",
            key="forget-live",
            on_click=session.forget,
        )


def _show_title(name: str, *, is_target: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{escaped(name)}**", width="content")
        if is_target:
            st.badge("in use", icon=":material/check:", color="green")


def _show_health(health: Sequence[Health]) -> None:
    for one in health:
        milliseconds = f"{one.milliseconds:.0f} ms"
        if one.error is None:
            st.markdown(f":green[:material/check_circle:] {one.api} API answers · {milliseconds}")
        else:
            st.markdown(f":red[:material/cancel:] {one.api} API: {escaped(str(one.error))}")
            show_raw(one.error)


def _show_form() -> None:
    """Ask for a deployment; keys leave the page as soon as they are entered."""
    _show_title("A live deployment", is_target=False)
    _offer_from_environment()
    with st.form("deployment", border=False):
        st.text_input(
            "Address of your Campaign Manager",
            placeholder="https://shop.talon.one",
            key=_ADDRESS,
        )
        st.text_input("Integration API key", type="password", key=_KEY)
        st.text_input(
            "Management API key, if you have one",
            type="password",
            key=_MANAGEMENT_KEY,
            help="It lets this app read campaigns, attributes, stores and customers.",
        )
        with st.container(horizontal=True):
            _choose_money_and_time()
        st.form_submit_button(
            "Connect",
            icon=":material/cable:",
            type="primary",
            key="connect-live",
            on_click=_entered,
        )
    refused: str | None = st.session_state.pop(_REFUSED, None)
    if refused:
        st.error(escaped(refused), title="Not connected", icon=":material/error:")
    st.caption(
        "Keys stay in this browser session's memory: in no file, log, link or page. Carts are "
        "priced with dry runs, and nothing is changed there until you unlock writing."
    )


def _choose_money_and_time() -> None:
    st.selectbox(
        "Currency",
        sorted(list_currencies()),
        index=None,
        placeholder="EUR",
        key=_CURRENCY,
        help="Only the Management API tells the Application's; without its key, yours is shown.",
    )
    zones = sorted(available_timezones())
    here = st.context.timezone
    st.selectbox(
        "Time zone",
        zones,
        index=zones.index(here) if here in zones else zones.index("UTC"),
        key=_TIMEZONE,
    )


def _entered() -> None:
    """Connect with what was entered, and take the keys out of the page."""
    integration_key, management_key = st.session_state[_KEY], st.session_state[_MANAGEMENT_KEY]
    st.session_state[_KEY] = st.session_state[_MANAGEMENT_KEY] = ""
    try:
        deployment = read_deployment(st.session_state[_ADDRESS], integration_key, management_key)
    except NoDeploymentError as error:
        st.session_state[_REFUSED] = str(error)
        return
    _connect(deployment)


def _connect(deployment: Deployment) -> None:
    session.connect(
        deployment, st.session_state.get(_CURRENCY) or "EUR", st.session_state[_TIMEZONE]
    )


def _offer_from_environment() -> None:
    try:
        deployment = session.offered()
    except NoDeploymentError as error:
        st.warning(
            f"TALON_ONE_HOST and its keys cannot be used. {escaped(str(error))}",
            icon=":material/warning:",
        )
        return
    if deployment is not None:
        st.button(
            f"Use {escaped(deployment.name)}",
            icon=":material/public:",
            type="primary",
            key="use-offered",
            on_click=_connect,
            args=(deployment,),
            help="This app was started with its address and keys.",
        )


def show_lock(here: Visit) -> None:
    """Show whether acts change the live deployment, and offer to unlock or lock that."""
    live = here.live
    if live is None:
        return
    name = escaped(live.deployment.name)
    application = here.application
    named = f" (Application {escaped(application.name)})" if application.name else ""
    if live.lock.is_open:
        st.error(
            f"Your edits now change {name}{named}, in {application.currency}. It ends by itself "
            f"in {math.ceil(live.lock.seconds_left / 60)} minutes, and when the target changes.",
            title="Writing is unlocked",
            icon=":material/lock_open:",
        )
        st.button("Lock it", icon=":material/lock:", key="lock-live", on_click=live.lock.lock)
        return
    st.warning(
        f"Edits of customers, points, campaigns and codes would be real in {name}{named}, whose "
        f"amounts are in {application.currency}, and hold for everybody. Unlocking is for this "
        f"browser session, and ends by itself after {_MINUTES} minutes.",
        title="Writing is locked",
        icon=":material/lock:",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        agreed = st.checkbox(f"I want to change {name}", key="unlock-agreed")
        st.button(
            f"Unlock writing for {_MINUTES} minutes",
            icon=":material/lock_open:",
            key="unlock-live",
            disabled=not agreed,
            on_click=_unlock,
            args=(live,),
        )


def _unlock(live: Live) -> None:
    st.session_state["unlock-agreed"] = False
    live.lock.unlock()
