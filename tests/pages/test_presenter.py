"""The presenter view: the price, and nothing that an audience need not see."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from sandbox.emulator.server import BackgroundServer, Running, announce
from tests.pages.conftest import MAIN, metrics, show_saved, texts
from tests.pages.test_workbench import edit_cart, use_json
from tests.process import free_port


def present(page: AppTest) -> AppTest:
    return page.button(key="present").click().run()


def shown_price(page: AppTest) -> str:
    return page.title[0].value.replace("\\", "")


def test_the_price_is_large_and_the_machinery_gone(page: AppTest):
    present(page)
    assert not page.exception
    assert "€98.40" in shown_price(page)
    assert page.header[0].value == "Tutorial cart"
    assert "The code takes 20 % off" in texts(page).replace("\\", "")
    assert "accepted" in texts(page)
    assert not page.multiselect
    assert not page.tabs
    assert page.query_params["present"] == "1"


def test_the_address_opens_it(api: BackgroundServer):
    announce(api.running)
    page = AppTest.from_file(str(MAIN), default_timeout=30)
    page.query_params["present"] = "1"
    assert "€98.40" in shown_price(page.run())


def test_it_steps_through_the_saved_carts_in_a_circle(page: AppTest):
    present(page)
    page.button(key="next-cart").click().run()
    assert page.header[0].value == "Big basket"
    page.button(key="previous-cart").click().run()
    page.button(key="previous-cart").click().run()
    last = page.header[0].value
    assert last not in ("Big basket", "Tutorial cart")
    page.button(key="next-cart").click().run()
    assert page.header[0].value == "Tutorial cart"


def test_who_leaves_finds_the_cart_that_was_shown_last(page: AppTest):
    present(page)
    page.button(key="next-cart").click().run()
    page.button(key="leave").click().run()
    assert not page.exception
    assert "present" not in page.query_params
    assert metrics(page)["To pay"] == "€195.00"
    assert page.pills(key="scenario").value == "big-basket"


def test_an_edited_cart_is_presented_and_found_again(page: AppTest):
    edit_cart(page, edited_rows={0: {"quantity": 3}})
    price = metrics(page)["To pay"]
    assert price in shown_price(present(page))
    page.button(key="leave").click().run()
    assert metrics(page)["To pay"] == price


def test_an_empty_cart_is_said(page: AppTest):
    edit_cart(page, deleted_rows=[0, 1])
    present(page)
    assert "The cart is empty" in texts(page)


def test_a_refused_cart_is_said(page: AppTest):
    edit_cart(page, edited_rows={1: {"quantity": 0}})
    present(page)
    assert "Line 2, quantity" in texts(page)


def test_an_api_that_is_gone_is_said(page: AppTest, api: BackgroundServer):
    present(page)
    announce(Running(f"http://127.0.0.1:{free_port()}", api.running.workspaces))
    page.run()
    assert not page.exception
    assert "Nothing answers" in texts(page).replace("\\", "")
    announce(api.running)


@pytest.mark.parametrize("scenario", ["expired"])
def test_verdicts_are_shown(page: AppTest, scenario: str):
    show_saved(page, scenario)
    assert "expired on" in texts(present(page))


def test_a_cart_that_is_no_saved_one_has_a_plain_title(page: AppTest):
    use_json(page, '{"cartItems": [{"sku": "A", "quantity": 1, "price": 5}]}')
    present(page)
    assert page.header[0].value == "This cart"
    assert "€5.00" in shown_price(page)


def test_a_reload_stays_at_the_cart_that_is_shown(page: AppTest):
    present(page)
    page.button(key="next-cart").click().run()
    again = AppTest.from_file(str(MAIN), default_timeout=30)
    for name in ("workspace", "saved", "present"):
        again.query_params[name] = page.query_params[name]
    assert again.run().header[0].value == "Big basket"
