"""A real server for everybody: the API on a loopback port, over a home of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from sandbox.emulator.server import BackgroundServer
from sandbox.settings import Settings
from tests.client import Client

SHARED = Path(__file__).parents[2] / "shared"

# A law holds or not, however busy the machine is.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


def settings(home: Path, admin_key: str | None = None) -> Settings:
    return Settings(home, f"sqlite:///{home / 'sandbox.db'}", admin_key, None, None, None)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackgroundServer]:
    started = BackgroundServer(settings(tmp_path_factory.mktemp("home")))
    yield started
    started.stop()


@pytest.fixture
def client(server: BackgroundServer) -> Client:
    return Client(server.running.base_url)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of vendor files and cases that stands beside the project."""
    if not SHARED.exists():
        if os.environ.get("CI"):
            pytest.fail("CI needs ../shared")
        pytest.skip("../shared is not there")
    return SHARED
