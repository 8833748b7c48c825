"""The Connect page: which target this is, how one's own code reaches it, and what it emulates."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pandas as pd
import streamlit as st

from sandbox.emulator.app import INTEGRATION
from sandbox.emulator.coverage import routed
from sandbox.emulator.management.routes import MANAGEMENT
from sandbox.emulator.operations import APIS, RELEASE, listed_operations
from sandbox.emulator.server import running
from sandbox.emulator.unfaithful import UNFAITHFUL
from sandbox.insight.call import FROM_ENVIRONMENT, as_curl, as_javascript, as_python
from sandbox.targets.target import sdk_session, session_path
from sandbox.ui import editor
from sandbox.ui.tables import show_table
from sandbox.ui.text import code, escaped
from sandbox.ui.visit import Visit

_SESSION = "my-first-session"
_HEIGHT = 320


class Covered(NamedTuple):
    """An operation of the vendor's, and whether it is emulated."""

    api: str
    method: str
    path: str
    operation_id: str
    is_emulated: bool


def show_target(here: Visit) -> None:
    """Show where the target answers, and which Application it is."""
    application = here.application
    with st.container(horizontal=True, gap="large", key="target"):
        # Without its scheme, or the widget would make a link of it.
        st.metric("Address", escaped(here.connection.name), width="content")
        st.metric(
            "Application",
            escaped(application.name) or "Name not known",
            delta=f"id {application.id or 'not known'} · {application.currency} · "
            f"{escaped(application.timezone)}",
            delta_color="off",
            delta_arrow="off",
            width="content",
        )


def show_keys(here: Visit) -> None:
    """Show the workspace's keys, hidden until somebody wants to see them."""
    st.subheader("Keys of this workspace")
    keys = running().workspaces.keys(here.name)
    are_shown = st.toggle("Show the keys", key="show-keys")
    rows = [
        ("Integration API", "ApiKey-v1", keys.integration_key),
        ("Management API", "ManagementKey-v1", keys.management_key),
    ]
    frame = pd.DataFrame(
        [(api, scheme, key if are_shown else _masked(key)) for api, scheme, key in rows],
        columns=["For the", "Authorization scheme", "Key"],
    )
    show_table(frame, "The workspace's keys")
    st.caption(
        "They open this workspace and nothing else, on this machine only, and stay the same after "
        "a restart."
    )


def show_snippets(here: Visit) -> None:
    """Show the Workbench's cart as a dry run in each language, ready to paste."""
    if here.live is not None:
        st.caption(
            f"The key is not written out: put it into the environment variable "
            f"{code(FROM_ENVIRONMENT.removeprefix('$'))} of your own program."
        )
    draft = editor.current_draft(here)
    body = {"customerSession": sdk_session(draft).to_dict(), "responseContent": ["customerSession"]}
    host, key = here.connection.host, here.integration_key
    # Only the open tab is made: a browser takes a second to color 1,000 lines in one language.
    python_tab, javascript_tab, curl_tab = st.tabs(
        ["Python", "JavaScript", "cURL"], key="snippets", on_change="rerun"
    )
    if python_tab.open:
        with python_tab:
            st.caption("`pip install talon-one-sdk`")
            script = as_python(host, _SESSION, key, body, dry=True)
            st.code(script, language="python", height=_HEIGHT)
    if javascript_tab.open:
        with javascript_tab:
            st.caption("`npm install talon_one`")
            script = as_javascript(host, _SESSION, key, body, dry=True)
            st.code(script, language="javascript", height=_HEIGHT)
    if curl_tab.open:
        with curl_tab:
            path = session_path(_SESSION, dry=True)
            st.code(as_curl(host, "PUT", path, key, body), language="bash", height=_HEIGHT)


def show_coverage() -> None:
    """Show which operations are emulated, of which release; text and state narrow the list."""
    operations = covered()
    counts = {api: [one.is_emulated for one in operations if one.api == api] for api in APIS}
    with st.container(horizontal=True, gap="large"):
        st.metric("Release emulated", RELEASE, width="content")
        for api in APIS:
            total = f"{sum(counts[api])} of {len(counts[api])}"
            st.metric(f"{api.capitalize()} API", total, width="content")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input("Find an operation", type="search", key="operation-text")
        chosen = st.segmented_control(
            "Which", ["emulated", "not emulated", "all"], default="emulated", key="operation-state"
        )
    rows = [one for one in operations if _is_wanted(one, text.strip().lower(), chosen)]
    if not rows:
        st.info("No operation matches.", icon=":material/search_off:")
        return
    frame = pd.DataFrame(
        [
            (one.api, one.method, one.path, one.operation_id, "yes" if one.is_emulated else "no")
            for one in rows
        ],
        columns=["API", "Method", "Path", "Operation", "Emulated"],
    )
    show_table(
        frame,
        "Operations of the vendor's APIs, and whether they are emulated",
        height=500 if len(rows) > 12 else "content",
    )


def show_unfaithful() -> None:
    """Show where the emulator is known to differ from Talon.One."""
    st.caption(
        "Where the vendor's documents say nothing, this project has decided; the rows are those of "
        "docs/decisions.md. These differences are known:"
    )
    frame = pd.DataFrame(
        [(one.what, one.instead, ", ".join(one.rows)) for one in UNFAITHFUL],
        columns=["What", "In the emulator", "Decisions"],
    )
    show_table(frame, "Where the emulator is known to differ from Talon.One")


@cache
def covered() -> tuple[Covered, ...]:
    """Return every operation of the vendor's APIs, in the order of its files."""
    return tuple(_covered())


def _covered() -> Iterator[Covered]:
    for api, routes in zip(APIS, (INTEGRATION, MANAGEMENT), strict=True):
        emulated = routed(routes)
        for operation in listed_operations(api):
            is_emulated = emulated.find(operation.method, operation.path) is not None
            yield Covered(
                api, operation.method, operation.path, operation.operation_id, is_emulated
            )


def _is_wanted(one: Covered, text: str, chosen: str | None) -> bool:
    if chosen in ("emulated", "not emulated") and one.is_emulated != (chosen == "emulated"):
        return False
    return text in f"{one.method} {one.path} {one.operation_id}".lower()


def _masked(key: str) -> str:
    return f"{key[:4]}{'•' * 12}"
