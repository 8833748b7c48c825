"""``python -m sandbox serve``: the API alone; ``coverage``: what of Talon.One's it emulates."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from pathlib import Path

from sandbox.emulator.app import INTEGRATION, create_app
from sandbox.emulator.coverage import calls_in, report, routed
from sandbox.emulator.management.logins import LOGINS
from sandbox.emulator.management.routes import MANAGEMENT
from sandbox.emulator.operations import APIS, RELEASE, listed_operations, write_operations
from sandbox.emulator.server import AnnouncingServer, listen, url_of
from sandbox.errors import SandboxError
from sandbox.settings import read_settings
from sandbox.workspace.service import Workspaces

# More objects than a request makes; what requests leave behind is seldom anything to collect.
COLLECT_AFTER = 10_000


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit status: 0 when it ended well, 1 when it could not run."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve_parser = commands.add_parser("serve", help="serve the emulator's API")
    serve_parser.add_argument("--host", default="127.0.0.1")
    serve_parser.add_argument("--port", type=int, default=8765)
    coverage_parser = commands.add_parser(
        "coverage", help="list the operations that are emulated, and the tests that call them"
    )
    coverage_parser.add_argument("--tests", type=Path, default=Path("tests"))
    coverage_parser.add_argument(
        "--cases", type=Path, default=Path("../shared/conformance/cases"), help="conformance cases"
    )
    coverage_parser.add_argument(
        "--openapi",
        type=Path,
        help="folder of the vendor's OpenAPI files: write the lists of operations anew",
    )
    options = parser.parse_args(arguments)
    if options.command == "coverage":
        return coverage(options.tests, options.cases, options.openapi)
    return serve(options.host, options.port)


def coverage(tests: Path, cases: Path, openapi: Path | None) -> int:
    """Print what is emulated, and which tests call it; of the Management API only what is."""
    if openapi is not None:
        for api in APIS:
            write_operations(api, (openapi / f"{api}-api.yml").read_text())
    print(f"Talon.One as of its release of {RELEASE}.")
    for api, routes in zip(APIS, (INTEGRATION, {**MANAGEMENT, **LOGINS}), strict=True):
        operations = listed_operations(api)
        calls = calls_in(tests, cases, operations)
        print(f"\n{api.capitalize()} API")
        for line in report(operations, routed(routes), calls, with_missing=api == "integration"):
            print(line)
    return 0


def serve(host: str, port: int) -> int:
    """Serve the API until a signal ends it."""
    # Otherwise it would end the process with the log not written and the database not closed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
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
            sys.setswitchinterval(0.0005)
            gc.freeze()  # what is there now stays; collections need not look at it
            gc.set_threshold(COLLECT_AFTER)
            AnnouncingServer(app, said).run(sockets=[listener])
        except KeyboardInterrupt:
            pass
        finally:
            workspaces.close()
    print("Stopped.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
