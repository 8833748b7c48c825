"""The Customers page in process: who a customer is, and what an edit changes."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from sandbox.emulator.server import BackgroundServer, announce
from tests.client import Client, item
from tests.conftest import settings
from tests.pages.conftest import cells, metrics, open_tab, texts

MINUS = "\N{MINUS SIGN}"
TABS = "customer-details"


@pytest.fixture
def customers(page: AppTest) -> AppTest:
    return page.switch_page("customers.py").run()


def choose(page: AppTest, profile_id: str) -> AppTest:
    return page.selectbox(key="customer").set_value(profile_id).run()


def test_a_customer_is_shown_with_orders_spending_points_and_tier(customers: AppTest):
    choose(customers, "rene-regular")
    assert not customers.exception
    shown = metrics(customers)
    assert shown["Orders"] == "7"
    assert shown["Spent"] == "€612.50"
    assert shown["Points club"] == "120 points"
    (points,) = [m for m in customers.metric if m.label == "Points club"]
    assert points.delta == "Silver · 1,880 to Gold"


def test_the_cart_of_the_workbench_has_its_price_for_the_customer(customers: AppTest):
    assert metrics(choose(customers, "nora-new"))["Workbench cart"] == "€98.40"
    assert metrics(choose(customers, "vera-vip"))["Workbench cart"] == "€88.56"


def test_joining_an_audience_changes_the_price_and_says_by_how_much(customers: AppTest):
    choose(customers, "nora-new")
    (audiences,) = customers.multiselect
    audiences.set_value([1]).run()
    assert not customers.exception
    (cart,) = [m for m in customers.metric if m.label == "Workbench cart"]
    assert (cart.value, cart.delta) == ("€68.88", "-€29.52")
    (audiences,) = customers.multiselect
    audiences.set_value([]).run()
    (cart,) = [m for m in customers.metric if m.label == "Workbench cart"]
    assert (cart.value, cart.delta) == ("€98.40", "€29.52")


def test_only_edited_attributes_are_saved(customers: AppTest, api: BackgroundServer):
    choose(customers, "nora-new")
    (vip,) = customers.segmented_control
    vip.set_value("yes")
    customers.button(key="save-attributes").click().run()
    assert not customers.exception
    assert metrics(customers)["Workbench cart"] == "€88.56"
    [saved] = [
        call
        for call in api.running.workspaces.calls(customers.query_params["workspace"])
        if call.method == "PUT" and call.path.startswith("/v2/customer_profiles/")
    ]
    assert saved.request == '{"attributes": {"vip": true}}'


def test_an_emptied_attribute_is_removed(customers: AppTest, api: BackgroundServer):
    choose(customers, "nora-new")
    (city,) = [box for box in customers.text_input if box.label == "City"]
    city.set_value("")
    customers.button(key="save-attributes").click().run()
    workspace = api.running.workspaces.workspace(customers.query_params["workspace"])
    stored = workspace.records.profile(workspace.reading, "nora-new")
    assert stored is not None
    assert "city" not in stored.attributes


def test_points_are_added_and_deducted_by_hand(customers: AppTest):
    choose(customers, "nora-new")
    customers.button(key="add-points").click().run()
    assert metrics(customers)["Points club"] == "100 points"
    open_tab(customers, "Points", TABS)
    assert cells(customers.table[0])[0][1:3] == ["+100", "Goodwill"]
    customers.button(key="deduct-points").click().run()
    assert metrics(customers)["Points club"] == "0 points"
    assert cells(customers.table[0])[0][1] == f"{MINUS}100"


def test_more_points_than_there_are_are_refused_in_words_and_nothing_changes(customers: AppTest):
    choose(customers, "rene-regular")
    (points,) = customers.number_input
    points.set_value(5000)
    customers.button(key="deduct-points").click().run()
    assert not customers.exception
    (error,) = customers.error
    assert "120" in error.value
    assert metrics(customers)["Points club"] == "120 points"


def test_progress_in_achievements_is_shown(customers: AppTest):
    choose(customers, "rene-regular")
    open_tab(customers, "Achievements", TABS)
    assert cells(customers.table[0]) == [["Three orders", "2", "3", "on the way", ""]]


def test_a_coupon_is_reserved_and_taken_back(customers: AppTest):
    choose(customers, "nora-new")
    open_tab(customers, "Coupons", TABS)
    assert "No coupon is reserved" in texts(customers)
    reserve(customers, "xmas20", "Reserve")
    assert cells(customers.table[0])[0][0] == "xmas20"
    reserve(customers, "xmas20", "Take back")
    assert "No coupon is reserved" in texts(customers)


def test_a_code_that_nobody_has_is_refused(customers: AppTest):
    choose(customers, "nora-new")
    open_tab(customers, "Coupons", TABS)
    reserve(customers, "NOSUCH", "Reserve")
    assert not customers.exception
    assert "NOSUCH" in customers.error[0].value


def reserve(page: AppTest, code: str, label: str) -> None:
    (box,) = [box for box in page.text_input if box.label == "Coupon code"]
    box.set_value(code)
    (button,) = [button for button in page.button if button.label == label]
    button.click().run()


def test_sessions_are_shown_with_what_was_in_them(customers: AppTest, api: BackgroundServer):
    name = customers.query_params["workspace"]
    put_session(api, name)
    choose(customers, "rene-regular")
    assert metrics(customers)["Orders"] == "8"
    [row] = cells(customers.table[0])
    assert row[1:] == ["order-1", "ordered", "Blouse (2)", "xmas20", "98"]


def put_session(api: BackgroundServer, name: str) -> None:
    client = Client(api.running.base_url)
    client.key = api.running.workspaces.keys(name).integration_key
    reply = client.put_session(
        "order-1",
        profileId="rene-regular",
        state="closed",
        couponCodes=["xmas20"],
        cartItems=[item(49, 2, name="Blouse")],
    )
    assert reply.status == 200


def test_an_unknown_id_invites_to_make_the_customer(page: AppTest):
    page.query_params["customer"] = "somebody-new"
    customers = page.switch_page("customers.py").run()
    assert not customers.exception
    assert "somebody-new" in texts(customers)
    customers.button(key="make-customer").click().run()
    assert metrics(customers)["Orders"] == "0"


def test_the_customer_is_named_in_the_address(customers: AppTest):
    choose(customers, "vera-vip")
    assert customers.query_params["customer"] == "vera-vip"


def test_an_id_is_shown_as_it_is_whatever_it_holds(page: AppTest):
    page.query_params["customer"] = "**<b>x</b>** :red[y]/../%2F"
    customers = page.switch_page("customers.py").run()
    assert not customers.exception
    customers.button(key="make-customer").click().run()
    assert not customers.exception
    assert customers.subheader[0].value == r"\*\*\<b\>x\</b\>\*\* \:red\[y\]/\.\./%2F"


def test_a_server_that_is_gone_is_told_kindly(
    page: AppTest, api: BackgroundServer, tmp_path_factory: pytest.TempPathFactory
):
    other = BackgroundServer(settings(tmp_path_factory.mktemp("gone")))
    announce(other.running)
    try:
        gone = page.switch_page("customers.py").run()
        other.stop()
        gone.run()
        assert not gone.exception
        assert gone.error[0].value.startswith("Nothing answers at")
    finally:
        announce(api.running)
