"""Customers and campaigns in a real browser: edit, and see what it does to the price."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

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
    page.get_by_role("tab", name="Codes", exact=True).click()
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


def test_what_was_edited_in_the_workbench_is_there_after_another_page(page: Page):
    page.get_by_text("Outfit", exact=True).click()
    headline = page.locator(".st-key-price [data-testid=stMetricValue]").first
    expect(headline).to_have_text("€125.00")
    go(page, "Campaigns")
    expect(page.get_by_text("Look at a campaign")).to_be_visible()
    page.get_by_role("link", name="Workbench").click()
    expect(headline).to_have_text("€125.00")
