"""Orders in the Workbench: placed, returned, cancelled and reopened, over the API."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from sandbox.emulator.server import BackgroundServer, Running, announce
from tests.pages.conftest import cells, metrics, open_tab, texts
from tests.pages.test_workbench import dry_runs, edit_cart, type_codes
from tests.process import free_port

LINES = {"Red Spring Blouse": 0, "Denim Trousers": 1}


def name(page: AppTest) -> str:
    return page.query_params["workspace"]


def place(page: AppTest) -> AppTest:
    return page.button(key="place").click().run()


def shop_as(page: AppTest, profile_id: str) -> AppTest:
    version = page.session_state.draft.version
    return page.segmented_control(key=f"customer-{version}").set_value(profile_id).run()


def changed(page: AppTest) -> dict[str, tuple[str, str]]:
    """What the last act changed: before and after, by what it is."""
    for table in page.table:
        if "What it changed" in table.value.columns:
            return {what: (before, after) for what, before, after in cells(table)}
    return {}


def give_back(page: AppTest, item: str, quantity: int | None = None) -> AppTest:
    page.session_state["return"] = True
    page.run()
    lines = next(one for one in page.multiselect if one.label == "What comes back")
    lines.set_value([LINES[item]]).run()
    if quantity is not None:
        next(n for n in page.number_input if n.label.startswith("How many")).set_value(quantity)
    return page.button(key="return-these").click().run()


def keys(page: AppTest) -> set[str]:
    return {button.key for button in page.button if button.key}


def test_an_order_shows_what_it_changed(page: AppTest):
    shop_as(page, "vera-vip")
    place(page)
    assert not page.exception
    found = changed(page)
    assert found["Uses of xmas20"] == ("0, no limit", "1, no limit")
    orders, spending = found["Orders of Vera, VIP"], found["Spent by Vera, VIP"]
    assert int(orders[1]) == int(orders[0]) + 1
    assert spending[0] != spending[1]
    assert "is placed" in texts(page)


def test_an_order_is_placed_over_the_api(page: AppTest, api: BackgroundServer):
    place(page)
    written = [
        call for call in dry_runs(page, api) if call.method == "PUT" and "dry" not in call.path
    ]
    assert len(written) == 1
    assert json.loads(written[0].request)["customerSession"]["state"] == "closed"


def test_after_an_order_there_is_one_obvious_next_step(page: AppTest):
    place(page)
    assert {"new-order", "cancel", "reopen"} <= keys(page)
    assert "place" not in keys(page)


def test_the_price_of_an_order_stands_still(page: AppTest, api: BackgroundServer):
    place(page)
    assert metrics(page)["To pay"] == "€98.40"
    before = len(dry_runs(page, api))
    page.run()
    assert len(dry_runs(page, api)) == before


def test_a_new_order_is_a_session_of_its_own(page: AppTest):
    place(page)
    assert f"{name(page)}-1" in texts(page)
    page.button(key="new-order").click().run()
    assert f"{name(page)}-2" in texts(page)
    place(page)
    assert f"`{name(page)}-2`" in texts(page)


def test_another_cart_is_a_new_order(page: AppTest):
    place(page)
    edit_cart(page, edited_rows={0: {"quantity": 2}})
    assert "is placed" not in texts(page)
    assert f"{name(page)}-2" in texts(page)
    assert "place" in keys(page)


def test_returned_items_and_what_that_changed_are_shown(page: AppTest):
    edit_cart(page, edited_rows={0: {"quantity": 3}})
    shop_as(page, "vera-vip")
    place(page)
    give_back(page, "Red Spring Blouse", 2)
    assert not page.exception
    assert "has items returned" in texts(page)
    assert "Spent by Vera, VIP" in changed(page)
    assert "reopen" not in keys(page)


def test_when_everything_is_returned_nothing_more_can_be(page: AppTest):
    place(page)
    give_back(page, "Red Spring Blouse")
    give_back(page, "Denim Trousers")
    assert "Everything has been returned" in texts(page)
    assert not [one for one in page.multiselect if one.label == "What comes back"]


def test_without_a_line_nothing_is_returned(page: AppTest):
    place(page)
    page.session_state["return"] = True
    page.run()
    assert page.button(key="return-these").disabled


def test_a_cancelled_order_gives_the_code_back(page: AppTest):
    place(page)
    page.button(key="cancel").click().run()
    assert "is cancelled" in texts(page)
    assert changed(page)["Uses of xmas20"] == ("1, no limit", "0, no limit")
    assert "usable again" in texts(page)
    assert not {"cancel", "reopen"} & keys(page)


def test_a_reopened_order_is_a_cart_again(page: AppTest):
    place(page)
    page.button(key="reopen").click().run()
    assert not page.exception
    assert "is open again" in texts(page)
    assert changed(page)["Uses of xmas20"] == ("1, no limit", "0, no limit")
    place(page)
    assert f"`{name(page)}-1`" in texts(page)
    assert "is placed" in texts(page)


def test_an_order_that_somebody_else_closed_meanwhile_is_refused_with_a_sentence(
    page: AppTest, api: BackgroundServer
):
    closed = AppTest.from_file(page._script_path, default_timeout=30)
    closed.query_params["workspace"] = name(page)
    place(closed.run())
    place(page)
    assert not page.exception
    assert "closed" in "\n".join(error.value for error in page.error)
    assert f"{name(page)}-2" in texts(page)
    assert "is placed" in texts(place(page))


def test_an_api_that_is_gone_places_nothing(page: AppTest, api: BackgroundServer):
    announce(Running(f"http://127.0.0.1:{free_port()}", api.running.workspaces))
    page.run()
    assert "place" not in keys(page)
    announce(api.running)
    assert "place" in keys(page.run())


def test_a_reload_after_an_order_goes_on_with_a_new_session(page: AppTest):
    place(page)
    again = AppTest.from_file(page._script_path, default_timeout=30)
    again.query_params["workspace"] = name(page)
    again.run()
    assert f"{name(page)}-2" in texts(again)
    assert metrics(again)["To pay"] == "€98.40"


def test_starting_over_begins_with_the_first_session(page: AppTest):
    place(page)
    next(button for button in page.button if button.label == "Start over").click().run()
    assert f"{name(page)}-1" in texts(page)
    assert "is placed" not in texts(page)


def test_the_history_has_each_step_with_its_effects(page: AppTest):
    place(page)
    page.button(key="cancel").click().run()
    open_tab(page, "History")
    said = texts(page)
    assert said.index("Order cancelled") < said.index("Order placed") < said.index("Session begun")
    effects = [row for table in page.table for row in cells(table)]
    assert any("rollbackCoupon" in row for row in effects)
    assert any("setDiscount" in row for row in effects)


def test_the_history_of_dry_runs_is_empty_and_says_so(page: AppTest):
    open_tab(page, "History")
    assert "Dry runs leave no trace" in texts(page)


def test_the_campaigns_of_an_order_are_those_of_its_dry_run(page: AppTest):
    open_tab(page, "Campaigns")
    before = cells(page.table[-1])
    place(page)
    assert cells(page.table[-1]) == before


@pytest.mark.parametrize("act", ["cancel", "reopen"])
def test_what_was_sent_and_answered_last_is_shown(page: AppTest, act: str):
    place(page)
    page.button(key=act).click().run()
    open_tab(page, "Request and answer")
    assert not page.exception


def test_a_code_that_is_typed_after_an_order_is_for_the_next_one(page: AppTest):
    place(page)
    type_codes(page, "xmas20", "SUMMER25")
    assert "expired on" in texts(page)
    assert f"{name(page)}-2" in texts(page)
