"""The Connect page in process: target, snippets, keys, coverage."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from sandbox.emulator.operations import RELEASE
from sandbox.emulator.server import BackgroundServer
from tests.pages.conftest import cells, metrics, open_tab, texts


@pytest.fixture
def connect(page: AppTest) -> AppTest:
    return page.switch_page("connect.py").run()


def test_the_target_is_named_with_its_application(connect: AppTest, api: BackgroundServer):
    assert not connect.exception
    shown = metrics(connect)
    assert f"http://{shown['Address']}".replace("\\", "") == api.running.base_url
    assert shown["Application"] == "Demo shop"


def test_snippets_hold_the_cart_and_the_key_of_the_workspace(
    connect: AppTest, api: BackgroundServer
):
    keys = api.running.workspaces.keys(connect.query_params["workspace"])
    for tab, language in ("Python", "python"), ("JavaScript", "javascript"), ("cURL", "bash"):
        open_tab(connect, tab, "snippets")
        [block] = connect.code
        assert block.language == language
        assert keys.integration_key in block.value
        assert "xmas20" in block.value
        assert api.running.base_url in block.value


def test_keys_are_hidden_until_asked_for(connect: AppTest, api: BackgroundServer):
    key = api.running.workspaces.keys(connect.query_params["workspace"]).management_key
    assert key not in {row[2] for row in cells(connect.table[0])}
    connect.toggle(key="show-keys").set_value(True).run()
    assert key in {row[2] for row in cells(connect.table[0])}


def test_coverage_names_the_release_and_counts_both_apis(connect: AppTest):
    shown = metrics(connect)
    assert shown["Release emulated"] == RELEASE
    assert shown["Integration API"] == "39 of 39"
    assert shown["Management API"].endswith("of 194")


def test_operations_are_found_by_text_and_by_whether_they_are_emulated(connect: AppTest):
    connect.text_input(key="operation-text").set_value("reopen").run()
    assert [row[3] for row in cells(connect.table[1])] == ["reopenCustomerSession"]
    connect.segmented_control(key="operation-state").set_value("not emulated").run()
    assert "No operation matches" in texts(connect)
    connect.text_input(key="operation-text").set_value("scim").run()
    assert {row[4] for row in cells(connect.table[1])} == {"no"}


def test_what_is_not_faithful_is_listed_with_its_decisions(connect: AppTest):
    rows = cells(connect.table[2])
    assert ["Strikethrough rules", "are kept and shown, and never evaluated", "E59"] in rows


def test_the_emulator_is_the_target_and_answers(connect: AppTest):
    assert texts(connect).count("API answers") == 2
