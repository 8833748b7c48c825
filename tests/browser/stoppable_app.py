"""The app, but with its API on a port of its own that ``GET /stop-api`` takes away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sandbox.emulator.server import BackgroundServer, announce
from sandbox.settings import read_settings

started: list[BackgroundServer] = []


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    started.append(BackgroundServer(read_settings()))
    announce(started[0].running)
    yield


def stop_api(request: Request) -> PlainTextResponse:
    started[0].stop_serving()
    return PlainTextResponse("stopped")


app = st.App("../../pages/navigation.py", lifespan=lifespan, routes=[Route("/stop-api", stop_api)])
