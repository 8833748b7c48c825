"""The promotion sandbox as one ASGI app: Streamlit's pages and the emulator's API on one port.

Start it with ``streamlit run sandbox_app.py``.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.emulator.app import PREFIXES, create_app
from sandbox.emulator.server import Running, announce, url_of
from sandbox.errors import SandboxError
from sandbox.settings import read_settings
from sandbox.ui import warm_up
from sandbox.workspace.errors import StoreError
from sandbox.workspace.service import Workspaces

_log = logging.getLogger("sandbox")


class Api:
    """Outermost: hands every raw path of the API to the emulator, all else to Streamlit.

    Nothing of Streamlit may come first: it would answer unknown paths with its own page, and read
    an encoded slash in an id as a slash.
    """

    emulator: ASGIApp | None = None

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        emulator = Api.emulator
        if emulator is not None and scope["type"] == "http" and _is_ours(scope):
            await emulator(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_ours(scope: Scope) -> bool:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.decode("latin-1").startswith(PREFIXES)


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Open the home and import the SDK and what pages need before the port answers.

    Streamlit forces a full garbage collection after every rerun; freezing what is imported by then
    keeps a rerun at 20 ms instead of 237, and the emulator beside it from stalling.
    """
    settings = read_settings()
    # Without an address Streamlit listens on every one that the machine has.
    host = st.get_option("server.address") or "0.0.0.0"
    try:
        workspaces = Workspaces(settings)
    except SandboxError as error:
        # An exception, SystemExit included, would reach the user as the server's traceback.
        print(error, file=sys.stderr, flush=True)
        os._exit(1)
    warm_up()
    gc.collect()
    gc.freeze()
    # A page that reruns gives the emulator its turn after 0.5 ms instead of 5.
    sys.setswitchinterval(0.0005)
    Api.emulator = create_app(workspaces, settings.admin_key, host)
    own_host = "127.0.0.1" if host == "0.0.0.0" else host
    address = url_of(own_host, st.get_option("server.port"))
    announce(Running(address, workspaces))
    print(f"  Promotion sandbox: pages and API on {address} (state in {settings.home})", flush=True)
    try:
        yield
    finally:
        Api.emulator = None
        announce(None)
        workspaces.close()


def on_script_error(error: Exception) -> bool:
    """Show an apology with a number that the log has too, never a traceback.

    Trouble with the database is told as it is.
    """
    if isinstance(error, StoreError):
        st.error(str(error), title="Workspaces cannot be used now", icon=":material/database_off:")
        return True
    report = uuid.uuid4().hex[:8]
    _log.error("report %s", report, exc_info=error)
    st.error(
        "This page failed unexpectedly. Your workspace is unharmed; reload the page to go on. "
        f"If it happens again, report number {report} finds the details in the server's log.",
        title="Something went wrong",
        icon=":material/sentiment_dissatisfied:",
    )
    return True


app = st.App(
    "pages/navigation.py",
    lifespan=lifespan,
    middleware=[Middleware(Api)],
    on_script_error=on_script_error,
)
