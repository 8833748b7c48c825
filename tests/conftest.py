"""A real server for everybody: the API on a loopback port, over a home of its own.

And how long properties are searched for counterexamples: `pytest --hypothesis-profile=thorough`
takes twenty times as long as usual.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as search

from sandbox.emulator.server import BackgroundServer
from sandbox.settings import Settings
from tests.client import Client

# A law holds or not, however busy the machine is: no deadline.
search.register_profile("quick", deadline=None, suppress_health_check=[HealthCheck.too_slow])
search.register_profile("ci", search.get_profile("quick"), derandomize=True, print_blob=True)
search.register_profile("thorough", search.get_profile("quick"), max_examples=2_000)
search.load_profile("ci" if os.environ.get("CI") else "quick")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long", action="store_true", help="kill the server 200 times instead of 5 (tests/faults)"
    )


SHARED = Path(__file__).parents[2] / "shared"


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
