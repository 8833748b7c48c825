"""A bare Starlette endpoint that answers a file's bytes at once: the floor of what HTTP costs here.

``python -m benchmarks.bare PORT FILE``
"""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.emulator.server import listen, server_config


def main(port: int, answer: bytes) -> None:
    async def endpoint(request: Request) -> Response:
        await request.body()
        return Response(answer, media_type="application/json")

    app = Starlette(routes=[Route("/v2/customer_sessions/{id}", endpoint, methods=["PUT"])])
    server = uvicorn.Server(server_config(app))
    server.run(sockets=[listen("127.0.0.1", port)])


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]).read_bytes())
