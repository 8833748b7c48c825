"""A whole session with a live deployment, and what is left of its keys: nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import start_app
from tests.deployment import LiveShop, live_shop
from tests.process import free_port

pytestmark = pytest.mark.browser


@dataclass
class App:
    url: str
    home: Path
    process: subprocess.Popen[bytes]

    def end(self) -> str:
        """Stop the app and return all that it printed."""
        self.process.terminate()
        return self.process.communicate(timeout=20)[0].decode()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[LiveShop]:
    with live_shop(tmp_path / "live") as served:
        yield served


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """An app of its own, whose files and prints can be searched."""
    port, home = free_port(), tmp_path / "app"
    running = App(f"http://127.0.0.1:{port}", home, start_app(home, port))
    yield running
    if running.process.poll() is None:
        running.end()


@pytest.fixture
def page(chromium: Browser, app: App) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 1100}, accept_downloads=True)
    context.set_default_timeout(20_000)
    visitor = context.new_page()
    visitor.goto(f"{app.url}/connect")
    yield visitor
    context.close()


def connect(page: Page, shop: LiveShop) -> None:
    page.get_by_role("textbox", name="Address of your Campaign Manager").fill(shop.host)
    page.get_by_role("textbox", name="Integration API key").fill(shop.key)
    page.get_by_role("textbox", name="Management API key").fill(shop.management_key)
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_text("Writing is locked")).to_be_visible()


def go(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()
    expect(page.get_by_text(f"Live: {page_target(page)}").first).to_be_visible()


def page_target(page: Page) -> str:
    return page.evaluate("window.liveTarget")


def test_a_session_with_live_keys_leaves_none_behind(page: Page, app: App, shop: LiveShop):
    seen: list[str] = []

    def look() -> None:
        """Keep what a stranger at this browser could read."""
        seen.extend([page.content(), page.url, page.evaluate("JSON.stringify(localStorage)")])
        seen.append(page.evaluate("[...document.querySelectorAll('input')].map(i => i.value) + ''"))

    connect(page, shop)
    name = shop.host.removeprefix("http://")
    page.evaluate("name => { window.liveTarget = name }", name)
    look()
    for tab in ("JavaScript", "cURL"):
        page.get_by_role("tab", name=tab).click()
        look()
    for place in ("Workbench", "Campaigns", "Customers", "Log"):
        go(page, place)
        page.wait_for_timeout(1500)
        look()
        for tab in page.get_by_role("tab").all():
            tab.click()
            page.wait_for_timeout(300)
            look()
    assert shop.is_untouched
    page.reload()
    expect(page.get_by_text("Embedded emulator").first).to_be_visible()
    look()

    log = app.end()
    assert "Promotion sandbox" in log
    everything = "\n".join([*seen, log, str(page.context.cookies())])
    assert "TALON_ONE_API_KEY" in everything
    for key in (shop.key, shop.management_key):
        assert key not in everything
        assert not [path for path in files(app.home) if key.encode() in path.read_bytes()]


def files(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file()]


def test_writing_is_unlocked_with_a_warning_and_locks_when_the_target_changes(
    page: Page, shop: LiveShop
):
    connect(page, shop)
    name = shop.host.removeprefix("http://")
    expect(page.get_by_role("button", name="Unlock writing")).to_be_disabled()
    page.get_by_text(f"I want to change {name}").click()
    page.get_by_role("button", name="Unlock writing").click()
    expect(page.get_by_text("Writing is unlocked, 10 min left").first).to_be_visible()
    page.get_by_role("button", name="Use the emulator").click()
    expect(page.get_by_text("Embedded emulator").first).to_be_visible()
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_text("Writing is locked")).to_be_visible()
