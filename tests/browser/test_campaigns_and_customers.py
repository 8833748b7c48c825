"""Customers and campaigns in a real browser: edit, and see what it does to the price."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ROOT
from tests.client import Client

pytestmark = pytest.mark.browser


def go(page: Page, name: str) -> None:
    expect(page.locator("[data-testid=stMetricValue]").first).to_be_visible()
    page.get_by_role("link", name=name).click()


def cart(page: Page, value: str, change: str | None = None) -> None:
    """Expect what the Workbench's cart costs the customer, and what the last edit changed."""
    metric = page.locator(".st-key-standing [data-testid=stMetric]").first
    expect(metric).to_contain_text(value)
    if change is not None:
        expect(metric).to_contain_text(change)


def test_an_audience_makes_the_cart_cheaper_and_the_workbench_knows(page: Page):
    go(page, "Customers")
    cart(page, "€98.40")
    page.get_by_label("Audiences").click()
    page.get_by_role("option", name="Staff").click()
    cart(page, "€68.88", "€29.52")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Shop as this customer").click()
    expect(page.locator(".st-key-price [data-testid=stMetricValue]").first).to_have_text("€68.88")
    expect(page.get_by_text("orders so far: 0")).to_be_visible()


def test_a_refused_edit_is_told_on_top_and_nothing_changes(page: Page):
    go(page, "Customers")
    page.get_by_role("button", name="Deduct").click()
    expect(page.get_by_text("That was refused; nothing has changed")).to_be_visible()
    expect(page.get_by_text("0 points", exact=True)).to_be_visible()


def test_codes_are_made_by_pattern_and_one_is_tried(page: Page):
    go(page, "Campaigns")
    page.get_by_role("tab", name="Create codes").click()
    page.get_by_role("textbox", name="Pattern").fill("SPRING-####")
    page.get_by_role("textbox", name="Pattern").press("Enter")
    expect(page.get_by_text("They will look like")).to_contain_text("SPRING-")
    page.get_by_role("button", name="Create codes").click()
    expect(page.get_by_text("Created 10 codes.")).to_be_visible()
    expect(page.get_by_role("cell", name="SPRING-")).to_have_count(10)
    page.get_by_text("Try, change or delete a code").click()
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text("accepted: Christmas 20 %")).to_be_visible()


def test_a_file_of_codes_goes_in_and_all_codes_come_out(page: Page, tmp_path: Path):
    file = tmp_path / "codes.csv"
    file.write_text("value,limitval\nFROM-FILE-1,3\nFROM-FILE-2,0\n")
    go(page, "Campaigns")
    page.get_by_role("tab", name="Import").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Imported the file.")).to_be_visible()
    page.get_by_role("tab", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text().splitlines()))
    assert {row["value"]: row["limitval"] for row in rows} == {
        "xmas20": "0",
        "FROM-FILE-1": "3",
        "FROM-FILE-2": "0",
    }


def test_a_click_meant_for_a_campaign_that_is_gone_deletes_no_code_of_another(
    page: Page, app_url: str
):
    client = Client(app_url)
    demo = json.loads((ROOT / "fixtures" / "demo.json").read_text())
    assert client.load("somebody-deletes", **demo).status == 201
    page.goto(f"{app_url}/campaigns?workspace=somebody-deletes&campaign=9")
    expect(page.get_by_role("cell", name="OPENING30")).to_be_visible()
    page.get_by_text("Try, change or delete a code").click()
    assert client.manage("DELETE", "/v1/applications/1/campaigns/9").status == 204
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("That campaign is gone")).to_be_visible()
    expect(page.get_by_role("cell", name="xmas20")).to_be_visible()


def test_a_name_that_is_typed_finds_its_customer_and_the_way_back_leads_back(page: Page):
    go(page, "Customers")
    heading = page.locator(".st-key-headline").get_by_role("heading")
    expect(heading).to_have_text("Nora, new")
    page.get_by_role("combobox", name="Customer").click()
    page.keyboard.type("vera")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(heading).to_have_text("Vera, VIP")
    page.go_back()
    expect(heading).to_have_text("Nora, new")


def test_an_audience_is_joined_with_the_keyboard_alone(page: Page):
    go(page, "Customers")
    cart(page, "€98.40")
    page.get_by_label("Audiences").focus()
    page.keyboard.type("Staff")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    cart(page, "€68.88", "€29.52")


def test_codes_are_made_with_the_keyboard_alone(page: Page):
    go(page, "Campaigns")
    # The Workbench has a tab of that name too.
    expect(page.get_by_role("tab", name="Create codes")).to_be_visible()
    page.get_by_role("tab", name="Codes", exact=True).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Pattern").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("KEYS-####")
    page.keyboard.press("Tab")
    expect(page.get_by_text("They will look like")).to_contain_text("KEYS-")
    page.get_by_role("button", name="Create codes").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("cell", name="KEYS-")).to_have_count(10)


@pytest.mark.parametrize("path", ["campaigns", "customers"])
def test_on_a_phone_nothing_is_wider_than_the_screen(chromium: Browser, app_url: str, path: str):
    context = chromium.new_context(viewport={"width": 400, "height": 900}, color_scheme="dark")
    page = context.new_page()
    page.goto(f"{app_url}/{path}")
    expect(page.locator(".st-key-headline").get_by_role("heading")).to_be_visible()
    wide = page.evaluate(
        "[...document.querySelectorAll('[data-testid=stMain] *')]"
        ".filter(e => e.getBoundingClientRect().right > 401).length"
    )
    assert wide == 0
    context.close()


def test_what_was_edited_in_the_workbench_is_there_after_another_page(page: Page):
    page.get_by_text("Outfit", exact=True).click()
    headline = page.locator(".st-key-price [data-testid=stMetricValue]").first
    expect(headline).to_have_text("€125.00")
    go(page, "Campaigns")
    expect(page.get_by_role("radiogroup", name="Campaign")).to_be_visible()
    page.get_by_role("link", name="Workbench").click()
    expect(headline).to_have_text("€125.00")
