"""The server of this process: which address it has, and the workspaces behind it.

Pages find the API through `running`. Under Streamlit, and in `python -m sandbox serve`, that is the
bound address; where no server runs (tests of pages), one is started on a free loopback port.
"""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from sandbox.emulator.app import create_app
from sandbox.settings import Settings, read_settings
from sandbox.workspace.service import Workspaces


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers at `base_url`, such as ``http://127.0.0.1:8501``."""

    base_url: str
    workspaces: Workspaces


_lock = threading.Lock()
_running: Running | None = None


def running() -> Running:
    """Return this process's server, started on a free loopback port if there is none."""
    with _lock:
        if _running is None:
            server = BackgroundServer(read_settings())
            _set(server.running)
        assert _running is not None
        return _running


def announce(address: Running | None) -> None:
    """Say which server this process has, or that it has none any longer."""
    with _lock:
        _set(address)


def _set(address: Running | None) -> None:
    global _running
    _running = address


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one. Raises OSError for a taken port.

    Connections inherit TCP_NODELAY from it: without, every answer waits 40 ms for the client's
    delayed acknowledgement, because uvloop does not set it on sockets that it is handed.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def url_of(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class BackgroundServer:
    """The API on a free loopback port, in a thread of its own; `stop` ends it.

    Raises WorkspaceError when the home cannot be opened.
    """

    def __init__(self, settings: Settings, port: int = 0) -> None:
        host = "127.0.0.1"
        workspaces = Workspaces(settings)
        app = create_app(workspaces, settings.admin_key, host)
        listener = listen(host, port)
        self.running = Running(url_of(host, listener.getsockname()[1]), workspaces)
        self._server = uvicorn.Server(server_config(app))
        self._thread = threading.Thread(target=self._serve, args=(listener,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.stop_serving()
        self.running.workspaces.close()

    def stop_serving(self) -> None:
        """Stop answering; the workspaces stay open for calls in this process."""
        self._server.should_exit = True
        self._thread.join()

    def _serve(self, listener: socket.socket) -> None:
        self._server.run(sockets=[listener])


class AnnouncingServer(uvicorn.Server):
    """Prints a line once it answers and a signal can end it."""

    def __init__(self, app: ASGIApp, line: str) -> None:
        super().__init__(server_config(app))
        self._line = line

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self._line, flush=True)


def server_config(app: ASGIApp) -> uvicorn.Config:
    """Return how uvicorn serves the API: with uvloop and httptools where they are installed.

    It is for `uvicorn.Server.run`, which makes the loop; `asyncio.run` would make an ordinary one.
    """
    return uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", ws="none")
