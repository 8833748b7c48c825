"""The real app under a real Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.process import ROOT, free_port

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def start_app(home: Path, port: int, app: str = "sandbox_app.py") -> subprocess.Popen[bytes]:
    """Start the app and wait until it answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", app, "--server.port", str(port)],
        cwd=ROOT,
        env={**os.environ, "SANDBOX_HOME": str(home), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    for _ in range(240):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
        except OSError:
            assert process.poll() is None, process.communicate()[0].decode()
            time.sleep(0.25)
        else:
            return process
    process.kill()
    raise AssertionError(process.communicate()[0].decode())


@pytest.fixture(scope="session")
def app_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    process = start_app(tmp_path_factory.mktemp("app"), port)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.communicate(timeout=20)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail("CI needs Chromium")
        pytest.skip("Chromium is not installed")
    expect.set_options(timeout=20_000)  # a busy machine may need more than the usual five seconds
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def go_to(page: Page, name: str) -> None:
    """Open another page of the app by its link, which a narrow screen has in the sidebar."""
    is_narrow = (page.viewport_size or {"width": 0})["width"] < 600
    if is_narrow:
        page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name=name, exact=True).click()
    if is_narrow:
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()


@pytest.fixture
def page(chromium: Browser, app_url: str) -> Iterator[Page]:
    """A new visitor, at the app's first page."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1100})
    context.set_default_timeout(20_000)
    visitor = context.new_page()
    visitor.goto(app_url)
    yield visitor
    context.close()
