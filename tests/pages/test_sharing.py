"""Sharing: links to snapshots, and states that are kept by name."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

from streamlit.testing.v1 import AppTest

from sandbox.emulator.server import BackgroundServer
from tests.pages.conftest import MAIN, metrics, show_saved, texts
from tests.pages.test_orders import name, place
from tests.pages.test_workbench import edit_cart, type_codes, use_json


def open_sharing(page: AppTest) -> AppTest:
    page.session_state["share"] = True
    return page.run()


def link(page: AppTest) -> str:
    open_sharing(page)
    page.button(key="make-link").click().run()
    return page.code[0].value


def opened(address: str) -> AppTest:
    """Open a link as somebody else would."""
    page = AppTest.from_file(str(MAIN), default_timeout=30)
    for parameter, values in parse_qs(urlsplit(address).query).items():
        page.query_params[parameter] = values[0]
    return page.run()


def keep(page: AppTest, title: str) -> AppTest:
    open_sharing(page)
    page.text_input(key="state-name").set_value(title)
    return page.button(key="keep-state").click().run()


def restore(page: AppTest) -> AppTest:
    open_sharing(page)
    return next(b for b in page.button if b.label == "Restore").click().run()


def test_a_link_opens_a_workspace_of_ones_own_with_the_same_cart(page: AppTest):
    edit_cart(page, edited_rows={0: {"quantity": 3}})
    other = opened(link(page))
    assert not other.exception
    assert metrics(other) == metrics(page)
    assert name(other) != name(page)
    assert "snapshot" not in other.query_params


def test_what_the_opener_does_reaches_nobody(page: AppTest, api: BackgroundServer):
    address = link(page)
    other = opened(address)
    place(other)
    another = opened(address)
    uses = [
        api.running.workspaces.workspace(name(one)).coupon("xmas20").usage_counter  # type: ignore[union-attr]
        for one in (other, page, another)
    ]
    assert uses == [1, 0, 0]


def test_a_link_shows_what_was_then(page: AppTest):
    address = link(page)
    type_codes(page)
    assert metrics(page) == {"To pay": "€123.00"}
    assert metrics(opened(address))["To pay"] == "€98.40"
    assert "The cart has changed since" in texts(page)


def test_no_key_is_in_a_link(page: AppTest, api: BackgroundServer):
    keys = api.running.workspaces.keys(name(page))
    address = link(page)
    assert keys.integration_key not in address
    assert keys.management_key not in address
    assert name(page) not in address


def test_a_link_that_leads_nowhere_is_said_and_the_demo_is_there(api: BackgroundServer):
    page = opened("?snapshot=gone")
    assert "not kept any longer" in texts(page)
    assert metrics(page)["To pay"] == "€98.40"
    assert page.query_params["workspace"].startswith("demo-")
    assert "not kept any longer" not in texts(page.run())


def test_a_saved_cart_is_recognized_behind_a_link(page: AppTest):
    show_saved(page, "three-for-two")
    other = opened(link(page))
    assert other.pills(key="scenario").value == "three-for-two"
    assert metrics(other)["To pay"] == "€45.00"


def test_a_link_can_open_the_presenter_view(page: AppTest):
    open_sharing(page)
    page.toggle(key="share-presents").set_value(True).run()
    other = opened(link(page))
    assert other.title[0].value
    assert not other.multiselect


def test_a_kept_state_comes_back_with_its_cart_and_counters(page: AppTest, api: BackgroundServer):
    keep(page, "before the order")
    assert "before the order" in texts(page)
    place(page)
    edit_cart(page, edited_rows={0: {"quantity": 3}})
    restore(page)
    assert not page.exception
    assert metrics(page)["To pay"] == "€98.40"
    coupon = api.running.workspaces.workspace(name(page)).coupon("xmas20")
    assert coupon is not None
    assert coupon.usage_counter == 0
    assert f"{name(page)}-1" in texts(page)


def test_a_state_needs_a_name(page: AppTest):
    keep(page, "  ")
    assert "Give the state a name" in texts(page)


def test_a_state_that_is_gone_meanwhile_is_said(page: AppTest, api: BackgroundServer):
    keep(page, "mine")
    open_sharing(page)
    button = next(b for b in page.button if b.label == "Restore")
    keep_again = AppTest.from_file(str(MAIN), default_timeout=30)
    keep_again.query_params["workspace"] = name(page)
    keep_again.run()
    edit_cart(keep_again, edited_rows={0: {"quantity": 9}})
    keep(keep_again, "mine")
    button.click().run()
    assert not page.exception
    assert "There is no such snapshot" in texts(page).replace("\\", "")


def test_a_cart_that_is_too_long_for_an_address_is_kept_with_the_snapshot(page: AppTest):
    items = [{"sku": f"S{n * n * 7919}", "quantity": 1, "price": n + 0.5} for n in range(900)]
    use_json(page, json.dumps({"cartItems": items}))
    address = link(page)
    assert "cart=" not in address
    assert metrics(opened(address)) == metrics(page)
