"""A page whose workspaces cannot be stored says why."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import start_app
from tests.process import free_port

pytestmark = pytest.mark.browser


def test_a_locked_database_is_told_in_words(chromium: Browser, tmp_path: Path):
    port = free_port()
    process = start_app(tmp_path, port)
    page = chromium.new_page()
    try:
        with closing(sqlite3.connect(tmp_path / "sandbox.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            page.goto(f"http://127.0.0.1:{port}")
            expect(page.get_by_text("Another program has locked the database.")).to_be_visible()
            expect(page.get_by_text("Traceback")).to_have_count(0)
        page.reload()
        expect(page.get_by_text("Another program has locked the database.")).to_have_count(0)
    finally:
        page.close()
        process.terminate()
        process.communicate(timeout=20)
