"""The app's pages in process, over a real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Table

from sandbox.emulator.server import BackgroundServer, announce
from sandbox.ui import lifecycle, result
from sandbox.ui.cart.saved_carts import scenarios
from tests.client import Client
from tests.conftest import settings
from tests.deployment import line, shop

__all__ = ["line", "shop"]

MAIN = Path(__file__).parents[2] / "pages" / "navigation.py"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackgroundServer]:
    server = BackgroundServer(settings(tmp_path_factory.mktemp("pages")))
    announce(server.running)
    yield server
    announce(None)
    server.stop()


@pytest.fixture(autouse=True)
def no_browser_to_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result, "FIRST_GLANCE", 0)
    monkeypatch.setattr(lifecycle, "SETTLING", 0)


@pytest.fixture
def page(api: BackgroundServer) -> AppTest:
    announce(api.running)
    return AppTest.from_file(str(MAIN), default_timeout=30).run()


def open_bare(
    page: AppTest, api: BackgroundServer, script: str, currency: str = "EUR", **parts: object
) -> AppTest:
    """Open a page in a workspace that has nothing but an Application and these parts."""
    application = {"id": 1, "name": "Bare", "timezone": "Europe/Berlin", "currency": currency}
    bundle = {"formatVersion": 1, "application": application, **parts}
    api.running.workspaces.load("bare", json.dumps(bundle).encode())
    page = AppTest.from_file(str(MAIN), default_timeout=30)
    page.query_params["workspace"] = "bare"
    return page.run().switch_page(script).run()


def gone_server(page: AppTest, api: BackgroundServer, home: Path, script: str) -> None:
    """Expect a page to say kindly that nothing answers any longer."""
    other = BackgroundServer(settings(home))
    announce(other.running)
    try:
        gone = page.switch_page(script).run()
        other.stop()
        gone.run()
        assert not gone.exception
        assert gone.error[0].value.startswith("Nothing answers at")
    finally:
        announce(api.running)


def management(page: AppTest, api: BackgroundServer) -> Client:
    """A client of the Management API of the workspace that a page shows."""
    client = Client(api.running.base_url)
    keys = api.running.workspaces.keys(page.query_params["workspace"])
    client.management_key = keys.management_key
    return client


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def texts(page: AppTest) -> str:
    """Everything that is said, errors and notes included."""
    elements = [*page.markdown, *page.caption, *page.error, *page.info, *page.warning]
    return "\n".join(str(element.value) for element in elements)


def open_tab(page: AppTest, label: str, key: str = "details") -> AppTest:
    page.session_state[key] = label
    return page.run()


def show_saved(page: AppTest, cart: str) -> AppTest:
    """Show a saved cart, of whatever group."""
    group = next(one.get("group", "More") for one in scenarios() if one["id"] == cart)
    if page.session_state["groups"] != group:
        open_tab(page, group, "groups")
    return page.pills(key="scenario").set_value(cart).run()


def press(page: AppTest, label: str) -> AppTest:
    """Press the only button of a label."""
    (button,) = [button for button in page.button if button.label == label]
    return button.click().run()


def cells(table: Table) -> list[list[str]]:
    """The rows of a table, as people read them."""
    rows = table.value.to_numpy().tolist()
    return [[str(cell).replace("\\", "") for cell in row] for row in rows]
