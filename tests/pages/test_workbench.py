"""The Workbench in process: what it shows for carts good and bad."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sandbox.emulator.server import BackgroundServer, Running, announce
from sandbox.workspace.calls import Call
from tests.pages.conftest import MAIN, metrics, open_bare, open_tab, show_saved, texts
from tests.process import free_port

SCENARIOS = [
    "tutorial",
    "big-basket",
    "three-for-two",
    "free-shipping",
    "best-deal",
    "expired",
]


def errors(page: AppTest) -> str:
    return "\n".join(error.value for error in page.error)


def edit_cart(page: AppTest, **edits: Any) -> AppTest:
    version = page.session_state.draft.version
    state = {"edited_rows": {}, "added_rows": [], "deleted_rows": []} | edits
    page.session_state[f"cart-{version}"] = state
    return page.run()


def use_json(page: AppTest, text: str) -> AppTest:
    page.session_state["json"] = True
    page.run()
    page.text_area[0].set_value(text)
    return page.button(key="use-json").click().run()


def type_codes(page: AppTest, *codes: str) -> AppTest:
    version = page.session_state.draft.version
    return page.multiselect(key=f"codes-{version}").set_value(list(codes)).run()


def dry_runs(page: AppTest, api: BackgroundServer) -> list[Call]:
    """Return the calls that the page has made, newest first."""
    return api.running.workspaces.calls(page.query_params["workspace"])


def test_the_first_load_shows_a_priced_cart(page: AppTest):
    assert not page.exception
    assert metrics(page) == {
        "To pay": "€98.40",
        "Before": "€123.00",
        "Discounts": "\N{MINUS SIGN}€24.60",
    }
    assert "accepted" in texts(page)


def test_the_first_load_and_each_saved_cart_take_one_dry_run(page: AppTest, api: BackgroundServer):
    assert len(dry_runs(page, api)) == 1
    for count, scenario in enumerate(SCENARIOS[1:5], 2):
        show_saved(page, scenario)
        assert not page.exception
        assert len(dry_runs(page, api)) == count


def test_a_cart_that_the_widgets_read_differently_is_priced_as_they_show_it(
    page: AppTest, api: BackgroundServer
):
    item = {"sku": "A", "name": "  padded  ", "quantity": 2, "price": 5}
    session = {"cartItems": [item], "attributes": {"shippingCity": ""}}
    use_json(page, json.dumps(session))
    assert not page.exception
    assert metrics(page) == {"To pay": "€10.00"}
    sent = json.loads(dry_runs(page, api)[0].request)["customerSession"]
    assert sent["cartItems"][0]["name"] == "padded"
    assert sent["attributes"] == {}


def test_only_the_open_tab_is_made(page: AppTest):
    assert (len(page.code), len(page.json)) == (0, 0)
    tables = len(page.table)
    open_tab(page, "Request and answer")
    assert (len(page.code), len(page.json), len(page.table)) == (0, 2, tables - 1)


def test_the_workspace_is_named_in_the_address(page: AppTest, api: BackgroundServer):
    name = page.query_params["workspace"]
    assert name.startswith("demo-")
    assert api.running.workspaces.exists(name)


def test_an_edited_quantity_changes_the_price(page: AppTest):
    edit_cart(page, edited_rows={0: {"quantity": 3}})
    assert metrics(page)["Before"] == "€221.00"


def test_good_expired_and_unknown_codes_each_get_their_verdict(page: AppTest):
    type_codes(page, "xmas20", "SUMMER25", "NOPE-1")
    said = texts(page)
    assert "`xmas20` accepted" in said
    assert "`SUMMER25` expired on 3 May 2026" in said
    assert "`NOPE-1` no campaign in this Application knows this code" in said


def test_an_empty_cart_invites(page: AppTest):
    edit_cart(page, deleted_rows=[0, 1])
    assert "Add a product" in page.info[0].value
    assert metrics(page) == {}


def test_a_negative_price_is_shown_as_it_is(page: AppTest):
    edit_cart(page, edited_rows={1: {"price": -9.0}})
    assert not page.exception
    assert metrics(page)["Before"] == "€40.00"


def test_a_quantity_of_0_is_refused_naming_the_line(page: AppTest):
    edit_cart(page, edited_rows={1: {"quantity": 0}})
    assert "Line 2, quantity" in errors(page)
    assert metrics(page) == {}


def test_1001_lines_are_refused_with_a_sentence_and_the_cart_is_kept(page: AppTest):
    items = [{"sku": f"S{n}", "quantity": 1, "price": 1} for n in range(1001)]
    use_json(page, json.dumps({"cartItems": items}))
    assert "At most 1000 are allowed, 1001 were sent" in errors(page)
    assert metrics(page)["To pay"] == "€98.40"


def test_an_emoji_sku_is_priced(page: AppTest):
    use_json(page, json.dumps({"cartItems": [{"sku": "🛒", "quantity": 2, "price": 10.5}]}))
    assert metrics(page) == {"To pay": "€21.00"}


def test_broken_json_is_refused_and_the_cart_is_kept(page: AppTest):
    use_json(page, '{"')
    assert page.error[0].value
    assert "Your cart is unchanged" in texts(page)
    assert metrics(page)["To pay"] == "€98.40"


def test_json_of_a_whole_request_is_understood(page: AppTest):
    session = {"couponCodes": ["xmas20"], "cartItems": [{"sku": "A", "quantity": 1, "price": 50}]}
    use_json(page, json.dumps({"customerSession": session, "responseContent": []}))
    assert metrics(page)["To pay"] == "€40.00"


@pytest.mark.parametrize("number", ["1e400", "NaN", '"5"'])
def test_numbers_that_make_no_sense_are_refused(page: AppTest, number: str):
    use_json(page, f'{{"cartItems": [{{"sku": "A", "quantity": 1, "price": {number}}}]}}')
    assert page.error[0].value
    assert not page.exception


@pytest.mark.parametrize(
    ("scenario", "to_pay"),
    [
        ("tutorial", "€98.40"),
        ("big-basket", "€195.00"),
        ("three-for-two", "€45.00"),
        ("free-shipping", "€158.00"),
        ("best-deal", "€160.20"),
        ("expired", "€76.00"),
    ],
)
def test_every_saved_cart_shows_what_its_hint_says(page: AppTest, scenario: str, to_pay: str):
    show_saved(page, scenario)
    assert metrics(page)["To pay"] == to_pay


def test_the_better_of_two_competing_campaigns_depends_on_the_customer(page: AppTest):
    show_saved(page, "best-deal")
    version = page.session_state.draft.version
    page.segmented_control(key=f"customer-{version}").set_value("rene-regular").run()
    assert metrics(page)["Discounts"] == "\N{MINUS SIGN}€10.00"


def test_a_product_is_added_without_the_grid(page: AppTest):
    page.selectbox(key="product").set_value("sck-4430").run()
    page.button(key="add-product").click().run()
    assert metrics(page)["Before"] == "€128.00"
    assert "accepted" in texts(page)


def test_additional_costs_are_part_of_the_price(page: AppTest):
    version = page.session_state.draft.version
    page.number_input(key=f"cost-shipping-{version}").set_value(5.0).run()
    assert metrics(page)["Before"] == "€128.00"


def test_without_the_toggle_a_dry_run_waits_for_the_button(page: AppTest):
    page.toggle(key="always").set_value(False).run()
    assert metrics(page) == {}
    page.button(key="run").click().run()
    assert metrics(page)["To pay"] == "€98.40"


def test_the_call_is_there_to_paste(page: AppTest):
    open_tab(page, "Use it in code")
    curl, python, javascript = (element.value for element in page.code)
    assert "curl -X PUT" in curl
    assert "talon_one.Configuration" in python
    assert 'require("talon_one")' in javascript


def test_a_workspace_that_is_gone_is_replaced(api: BackgroundServer):
    announce(api.running)
    page = AppTest.from_file(str(MAIN), default_timeout=30)
    page.query_params["workspace"] = "demo-that-is-gone"
    page.run()
    assert page.query_params["workspace"] not in ("demo-that-is-gone", ["demo-that-is-gone"])
    assert metrics(page)["To pay"] == "€98.40"


def test_markup_in_names_is_shown_as_text(page: AppTest):
    name = "<script>alert(1)</script> **bold**"
    item = {"sku": "A", "name": name, "quantity": 1, "price": 5}
    use_json(page, json.dumps({"couponCodes": ["`**x**`"], "cartItems": [item]}))
    assert not page.exception
    table = page.table[0].value
    assert table["Item"][0] == r"\<script\>alert\(1\)\</script\> \*\*bold\*\*"


def test_an_api_that_is_gone_is_said_in_a_sentence(page: AppTest, api: BackgroundServer):
    announce(Running(f"http://127.0.0.1:{free_port()}", api.running.workspaces))
    page.run()
    assert not page.exception
    assert "Nothing answers" in errors(page).replace("\\", "")
    announce(api.running)
    page.run()
    assert metrics(page)["To pay"] == "€98.40"


def test_a_workspace_without_the_products_of_the_saved_carts_starts_empty(
    page: AppTest, api: BackgroundServer
):
    workbench = open_bare(page, api, "workbench.py")
    assert not workbench.exception
    assert "Add a product" in texts(workbench)
    (again,) = [button for button in workbench.button if button.label == "Start over"]
    again.click().run()
    assert not workbench.exception
