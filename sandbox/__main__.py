"""``python -m sandbox serve``: the API alone."""

from __future__ import annotations

import argparse
import gc
import os
import sys

from sandbox.emulator.app import create_app
from sandbox.emulator.server import AnnouncingServer, listen, url_of
from sandbox.errors import SandboxError
from sandbox.settings import read_settings
from sandbox.workspace.service import Workspaces


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit status: 0 when it ended well, 1 when it could not run."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve_parser = commands.add_parser("serve", help="serve the emulator's API")
    serve_parser.add_argument("--host", default="127.0.0.1")
    serve_parser.add_argument("--port", type=int, default=8765)
    options = parser.parse_args(arguments)
    return serve(options.host, options.port)


def serve(host: str, port: int) -> int:
    """Serve the API until a signal ends it."""
    try:
        listener = listen(host, port)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        print(f"Cannot listen on {url_of(host, port)}: {reason}.", file=sys.stderr)
        return 1
    with listener:
        settings = read_settings()
        try:
            workspaces = Workspaces(settings)
        except SandboxError as error:
            print(error, file=sys.stderr)
            return 1
        try:
            address = url_of(host, listener.getsockname()[1])
            app = create_app(workspaces, settings.admin_key, host)
            said = f"The emulator's API listens on {address} (state in {settings.home})"
            gc.freeze()  # what is there now stays; collections need not look at it
            AnnouncingServer(app, said).run(sockets=[listener])
        except KeyboardInterrupt:
            pass
        finally:
            workspaces.close()
    print("Stopped.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
