"""The live deployment of one browser session: kept in its memory, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import streamlit as st

from sandbox.settings import read_settings
from sandbox.targets.application import ApplicationDescription
from sandbox.targets.connection import Connection, SentCall
from sandbox.targets.deployment import Deployment, NoDeploymentError, read_deployment
from sandbox.targets.lock import WriteLock
from sandbox.targets.reading import Health, check_health, read_application
from sandbox.ui.calls import remember_live_call

# What a session state holds: the deployment, and whether it is the target now.
_KNOWN = "live-deployment"
_IS_TARGET = "is-live"


@dataclass(slots=True)
class Live:
    """A deployment with its connection, whose lock is closed at first.

    `evaluate_at` is the time that carts are to be evaluated at, None for now. `currency` and
    `timezone` are the user's; the deployment's own win where they can be read.
    """

    deployment: Deployment
    currency: str
    timezone: str
    evaluate_at: datetime | None = None
    lock: WriteLock = field(default_factory=WriteLock)
    connection: Connection = field(init=False)
    health: list[Health] | None = None
    _application: ApplicationDescription | None = None

    def __post_init__(self) -> None:
        self.connection = Connection(
            self.deployment.host,
            self.deployment.integration_key,
            self.deployment.management_key,
            self.lock,
            self._remember,
        )

    def _remember(self, call: SentCall) -> None:
        remember_live_call(host=self.deployment.host, **call._asdict())

    @property
    def has_management_key(self) -> bool:
        return bool(self.deployment.management_key)

    @property
    def application(self) -> ApplicationDescription:
        """What is known of the Application, read when first asked for."""
        if self._application is None:
            with st.spinner(f"Reading {self.deployment.name}…"):
                self._application = read_application(
                    self.connection,
                    self.currency,
                    self.timezone,
                    has_management_key=self.has_management_key,
                )
        return self._application

    def check(self) -> list[Health]:
        """Return how its APIs answered when they were last called for that."""
        if self.health is None:
            with st.spinner(f"Calling {self.deployment.name}…"):
                self.health = check_health(
                    self.connection, has_management_key=self.has_management_key
                )
        return self.health

    def read_again(self) -> None:
        """Forget what was read, so that it is asked for anew."""
        self._application = self.health = None


def known() -> Live | None:
    """Return the deployment of this browser session, if it has one."""
    live: Live | None = st.session_state.get(_KNOWN)
    return live


def target() -> Live | None:
    """Return the deployment that is the target now; None while the embedded emulator is."""
    return known() if st.session_state.get(_IS_TARGET) else None


def offered() -> Deployment | None:
    """Return the deployment that the environment or Streamlit's secrets name.

    Raises NoDeploymentError when what they say cannot be used.
    """
    settings = read_settings()
    if not settings.talon_one_host:
        return None
    return read_deployment(
        settings.talon_one_host,
        settings.talon_one_api_key or "",
        settings.talon_one_management_key or "",
    )


def offered_name() -> str:
    """Return the offered deployment's name; "" for none that can be used."""
    try:
        deployment = offered()
    except NoDeploymentError:
        return ""
    return deployment.name if deployment else ""


def connect(deployment: Deployment, currency: str, timezone: str) -> None:
    """Make a deployment the target, in place of the one that the session had."""
    forget()
    st.session_state[_KNOWN] = Live(deployment, currency, timezone)
    st.session_state[_IS_TARGET] = True


def choose(*, is_live: bool) -> None:
    """Choose between the embedded emulator and the session's deployment; writing is locked then."""
    live = known()
    if live is not None:
        live.lock.lock()
    st.session_state[_IS_TARGET] = is_live and live is not None


def forget() -> None:
    """Forget the deployment with its keys; the embedded emulator is the target then."""
    choose(is_live=False)
    st.session_state.pop(_KNOWN, None)
