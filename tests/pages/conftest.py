"""The app's pages in process, over a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Table

from sandbox.emulator.server import BackgroundServer, announce
from sandbox.ui import result
from tests.conftest import settings

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


@pytest.fixture
def page(api: BackgroundServer) -> AppTest:
    announce(api.running)
    return AppTest.from_file(str(MAIN), default_timeout=30).run()


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def texts(page: AppTest) -> str:
    """Everything that is said, errors and notes included."""
    elements = [*page.markdown, *page.caption, *page.error, *page.info, *page.warning]
    return "\n".join(str(element.value) for element in elements)


def open_tab(page: AppTest, label: str, key: str = "details") -> AppTest:
    page.session_state[key] = label
    return page.run()


def cells(table: Table) -> list[list[str]]:
    """The rows of a table, as people read them."""
    rows = table.value.to_numpy().tolist()
    return [[str(cell).replace("\\", "") for cell in row] for row in rows]
