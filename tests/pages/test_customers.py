"""The Customers page in process: who a customer is, and what an edit changes."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from sandbox.emulator.server import BackgroundServer
from tests.client import Client, item
from tests.pages.conftest import (
    cells,
    gone_server,
    metrics,
    open_bare,
    open_tab,
    press,
    texts,
)

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
    press(customers, "Save")
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
    press(customers, "Save")
    workspace = api.running.workspaces.workspace(customers.query_params["workspace"])
    stored = workspace.records.profile(workspace.reading, "nora-new")
    assert stored is not None
    assert "city" not in stored.attributes


def test_points_are_added_and_deducted_by_hand(customers: AppTest):
    choose(customers, "nora-new")
    press(customers, "Add")
    assert metrics(customers)["Points club"] == "100 points"
    open_tab(customers, "Points", TABS)
    assert cells(customers.table[0])[0][1:3] == ["+100", "Goodwill"]
    press(customers, "Deduct")
    assert metrics(customers)["Points club"] == "0 points"
    assert cells(customers.table[0])[0][1] == f"{MINUS}100"


def test_more_points_than_there_are_are_refused_in_words_and_nothing_changes(customers: AppTest):
    choose(customers, "rene-regular")
    (points,) = customers.number_input
    points.set_value(5000)
    press(customers, "Deduct")
    assert not customers.exception
    (error,) = customers.error
    assert "120" in error.value
    assert metrics(customers)["Points club"] == "120 points"


def test_progress_in_achievements_is_shown(customers: AppTest):
    choose(customers, "rene-regular")
    open_tab(customers, "Achievements", TABS)
    assert cells(customers.table[0]) == [["Three orders", "2", "3", "on the way", ""]]


def test_a_coupon_is_reserved_and_taken_back(customers: AppTest):
    choose(customers, "vera-vip")
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
    press(page, label)


def test_sessions_are_shown_with_what_was_in_them(customers: AppTest, api: BackgroundServer):
    name = customers.query_params["workspace"]
    put_session(api, name)
    choose(customers, "rene-regular")
    assert metrics(customers)["Orders"] == "8"
    newest, *older = cells(customers.table[0])
    assert newest[1:] == ["order-1", "ordered", "Blouse (2)", "xmas20", "98.0"]
    assert len(older) == 7


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
    press(customers, "Make this customer")
    assert metrics(customers)["Orders"] == "0"


def test_the_customer_is_named_in_the_address(customers: AppTest):
    choose(customers, "vera-vip")
    assert customers.query_params["customer"] == "vera-vip"


def test_an_id_is_shown_as_it_is_whatever_it_holds(page: AppTest):
    page.query_params["customer"] = "**<b>x</b>** :red[y]/../%2F"
    customers = page.switch_page("customers.py").run()
    assert not customers.exception
    press(customers, "Make this customer")
    assert not customers.exception
    assert customers.subheader[0].value == r"\*\*\<b\>x\</b\>\*\* \:red\[y\]/\.\./%2F"


def test_a_server_that_is_gone_is_told_kindly(
    page: AppTest, api: BackgroundServer, tmp_path_factory: pytest.TempPathFactory
):
    gone_server(page, api, tmp_path_factory.mktemp("gone"), "customers.py")


def test_without_customers_the_page_invites_to_name_one(page: AppTest, api: BackgroundServer):
    customers = open_bare(page, api, "customers.py")
    assert not customers.exception
    assert "Press “Another id”" in texts(customers)
    type_id(customers, " shop/7 ")
    press(customers, "Make this customer")
    assert not customers.exception
    assert customers.subheader[0].value == "shop/7"
    assert metrics(customers) == {"Orders": "0", "Spent": "€0.00"}


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("Sessions", "No sessions yet"),
        ("Points", "in no loyalty program"),
        ("Achievements", "no achievement to take part in"),
        ("Coupons", "No coupon is reserved"),
    ],
)
def test_an_application_without_anything_says_so_under_each_tab(
    page: AppTest, api: BackgroundServer, tab: str, words: str
):
    profile = {"id": 1, "integrationId": "c"}
    customers = open_bare(page, api, "customers.py", customerProfiles=[profile])
    open_tab(customers, tab, TABS)
    assert not customers.exception
    assert words in texts(customers)
    assert "no attributes of customers" in texts(customers)
    assert "no audiences" in texts(customers)


def type_id(page: AppTest, profile_id: str) -> None:
    page.text_input(key="typed-customer").set_value(profile_id)
    press(page, "Show")


def test_any_id_that_is_typed_is_shown_and_nothing_typed_changes_nothing(customers: AppTest):
    type_id(customers, "vera-vip")
    assert customers.subheader[0].value == r"Vera, VIP"
    type_id(customers, "  ")
    assert customers.subheader[0].value == r"Vera, VIP"


def test_the_chosen_customer_is_still_chosen_after_another_page(customers: AppTest):
    choose(customers, "vera-vip")
    customers.switch_page("campaigns.py").run()
    customers.switch_page("customers.py").run()
    assert customers.subheader[0].value == "Vera, VIP"


def test_the_customer_who_was_chosen_in_the_workbench_meanwhile_is_shown(customers: AppTest):
    choose(customers, "nora-new")
    workbench = customers.switch_page("workbench.py").run()
    (who,) = [one for one in workbench.segmented_control if one.label == "Customer"]
    who.set_value("vera-vip").run()
    workbench.switch_page("customers.py").run()
    assert customers.subheader[0].value == "Vera, VIP"


def test_the_way_back_shows_the_customer_who_was_there_before(customers: AppTest):
    choose(customers, "vera-vip")
    customers.query_params["customer"] = "rene-regular"
    customers.run()
    assert customers.subheader[0].value == "René, regular"


def test_names_of_audiences_are_shown_as_they_are(page: AppTest, api: BackgroundServer):
    audience = {"id": 1, "name": "Top-10 [*new*]", "members": ["c"]}
    profile = {"id": 1, "integrationId": "c"}
    customers = open_bare(
        page, api, "customers.py", audiences=[audience], customerProfiles=[profile]
    )
    assert customers.multiselect[0].options == ["Top-10 [*new*]"]
    assert r":gray-badge[:material/group: Top\-10 \[\*new\*\]]" in texts(customers)


def test_an_audience_that_is_gone_is_refused_and_the_choice_is_as_stored(
    customers: AppTest, api: BackgroundServer
):
    choose(customers, "nora-new")
    keys = api.running.workspaces.keys(customers.query_params["workspace"])
    client = Client(api.running.base_url)
    client.key = keys.integration_key
    assert client.call("DELETE", "/v2/audiences/1").status == 204
    customers.multiselect[0].set_value([1]).run()
    assert not customers.exception
    assert customers.error
    assert customers.multiselect[0].value == []


PROFILE = {
    "id": 1,
    "integrationId": "c",
    "attributes": {"birthday": "1990-05-04T03:02:01Z", "lucky": [1, 2.5]},
}
ATTRIBUTES = [
    {"id": 1, "entity": "CustomerProfile", "name": "birthday", "title": "Birthday", "type": "time"},
    {
        "id": 2,
        "entity": "CustomerProfile",
        "name": "lucky",
        "title": "Lucky",
        "type": "(list number)",
    },
]


def test_times_and_lists_that_were_not_edited_are_not_sent(page: AppTest, api: BackgroundServer):
    customers = open_bare(
        page, api, "customers.py", attributes=ATTRIBUTES, customerProfiles=[PROFILE]
    )
    press(customers, "Save")
    assert not customers.exception
    assert customers.toast[0].value == "Nothing to save: no attribute was edited."


def test_a_list_of_numbers_with_a_word_in_it_is_refused(page: AppTest, api: BackgroundServer):
    customers = open_bare(
        page, api, "customers.py", attributes=ATTRIBUTES, customerProfiles=[PROFILE]
    )
    customers.multiselect[0].set_value(["1", "seven"])
    press(customers, "Save")
    assert not customers.exception
    assert "lucky" in customers.error[0].value


def test_many_points_are_added_and_shown_with_all_digits(customers: AppTest):
    choose(customers, "nora-new")
    customers.number_input[0].set_value(1234567.0)
    press(customers, "Add")
    assert metrics(customers)["Points club"] == "1,234,567 points"
