"""The left side of the Workbench in process: what makes up a cart, and its address."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sandbox.emulator.server import BackgroundServer, announce
from sandbox.targets.target import CONTENT
from sandbox.workspace.operations.history import set_history
from tests.pages.conftest import MAIN, metrics, press, show_saved, texts
from tests.pages.test_workbench import dry_runs, edit_cart, errors, use_json

BARE: dict[str, Any] = {
    "formatVersion": 1,
    "application": {"id": 1, "name": "Bare", "timezone": "UTC", "currency": "EUR"},
    "campaigns": [],
}
FULL = BARE | {
    "attributes": [{"id": 1, "entity": "CartItem", "name": "size", "type": "string"}],
    "additionalCosts": [{"id": 1, "name": "engraving", "type": "item"}],
    "stores": [{"id": 1, "integrationId": "berlin", "name": "Berlin"}],
    "campaigns": [{"id": 1, "name": "Friends", "features": ["referrals"]}],
    "referrals": [
        {
            "id": number,
            "code": f"FRIEND-{number}",
            "campaignId": 1,
            "advocateProfileIntegrationId": "ada",
        }
        for number in (1, 2)
    ],
    "loyaltyPrograms": [{"id": 1, "name": "cards", "timezone": "UTC", "cardBased": True}],
    "loyaltyCards": [{"programId": 1, "identifier": "card-7", "status": "active"}],
}
MUG = {"cartItems": [{"sku": "MUG", "quantity": 2, "price": 5}]}


def opened(api: BackgroundServer, **query: str) -> AppTest:
    """The Workbench at an address."""
    announce(api.running)
    page = AppTest.from_file(str(MAIN), default_timeout=30)
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def in_workspace(api: BackgroundServer, bundle: dict[str, Any]) -> AppTest:
    api.running.workspaces.load("own", bundle)
    return opened(api, workspace="own")


def parameter(page: AppTest, name: str) -> str | None:
    value: str | None = page.query_params.get(name)
    return value


def address(page: AppTest) -> dict[str, str]:
    return {name: parameter(page, name) or "" for name in page.query_params}


def key(page: AppTest, name: str) -> str:
    return f"{name}-{page.session_state.draft.version}"


def sent(page: AppTest, api: BackgroundServer) -> dict[str, Any]:
    """The newest request that the page made."""
    request: dict[str, Any] = json.loads(dry_runs(page, api)[0].request)
    return request


def session(page: AppTest, api: BackgroundServer) -> dict[str, Any]:
    content: dict[str, Any] = sent(page, api)["customerSession"]
    return content


def open_section(page: AppTest, name: str) -> AppTest:
    page.session_state[name] = True
    return page.run()


def paste(page: AppTest, text: str, button: str = "paste-add") -> AppTest:
    open_section(page, "paste")
    page.text_area(key="pasted-rows").set_value(text)
    return page.button(key=button).click().run()


def evaluate_at(page: AppTest, time: datetime | None) -> AppTest:
    return page.datetime_input(key="evaluate-at").set_value(time).run()


# Products and pasted rows


def test_products_are_listed_with_all_that_they_are_searched_by(page: AppTest):
    listed = page.selectbox(key="product").options
    assert "Red Spring Blouse · €49.00 · Shirts · rdbs-1111" in listed


def test_pasted_rows_join_the_cart_and_the_text_is_gone(page: AppTest):
    paste(page, "item\tquantity\tprice\nMug\t2\t5\nsck-4430\t1\t")
    assert metrics(page)["Before"] == "€138.00"
    assert page.text_area(key="pasted-rows").value == ""


def test_pasted_rows_replace_the_cart_and_keep_the_codes(page: AppTest):
    paste(page, "Mug\t2\t5", "paste-replace")
    assert metrics(page)["Before"] == "€10.00"
    assert "`xmas20` accepted" in texts(page)


def test_a_refused_paste_names_its_rows_and_loses_nothing(page: AppTest):
    paste(page, "Mug\ttwo\t5\nTea\t1\tfree")
    assert "Row 1" in errors(page)
    assert "Row 2" in errors(page)
    assert page.text_area(key="pasted-rows").value == "Mug\ttwo\t5\nTea\t1\tfree"
    assert metrics(page)["To pay"] == "€98.40"


# Details of a line


def test_an_attribute_and_a_cost_of_a_line_are_sent_with_it(api: BackgroundServer):
    page = in_workspace(api, FULL)
    use_json(page, json.dumps(MUG))
    open_section(page, "lines")
    page.text_input(key=f"{key(page, 'line')}-0-attribute-size").set_value("XL").run()
    page.number_input(key=f"cost-engraving-{key(page, 'line')}-0").set_value(1.5).run()
    assert metrics(page)["To pay"] == "€13.00"
    (line,) = session(page, api)["cartItems"]
    assert line["attributes"] == {"size": "XL"}
    assert line["additionalCosts"] == {"engraving": {"price": 1.5}}


def test_details_of_a_line_outlast_an_edit_in_the_grid(api: BackgroundServer):
    page = in_workspace(api, FULL)
    use_json(page, json.dumps(MUG))
    open_section(page, "lines")
    page.text_input(key=f"{key(page, 'line')}-0-attribute-size").set_value("XL").run()
    edit_cart(page, edited_rows={0: {"quantity": 4}})
    (line,) = session(page, api)["cartItems"]
    assert (line["quantity"], line["attributes"]) == (4, {"size": "XL"})


def test_a_row_that_is_new_in_the_grid_can_have_details(api: BackgroundServer):
    page = in_workspace(api, FULL)
    use_json(page, json.dumps(MUG))
    open_section(page, "lines")
    edit_cart(page, added_rows=[{"name": "Tea", "quantity": 1, "price": 3}])
    page.selectbox(key=key(page, "line")).set_value(1).run()
    page.text_input(key=f"{key(page, 'line')}-1-attribute-size").set_value("S").run()
    assert not page.exception
    mug, tea = session(page, api)["cartItems"]
    assert "attributes" not in mug
    assert tea["attributes"] == {"size": "S"}
    assert page.selectbox(key=key(page, "line")).value == 1


def test_what_only_json_can_say_of_a_line_is_kept(page: AppTest, api: BackgroundServer):
    item = {"sku": "A", "quantity": 2, "price": 5, "weight": 1.5, "product": {"name": "P"}}
    use_json(page, json.dumps({"cartItems": [item]}))
    edit_cart(page, edited_rows={0: {"quantity": 3}})
    (line,) = session(page, api)["cartItems"]
    assert (line["weight"], line["product"]) == (1.5, {"name": "P"})


def test_a_line_whose_price_the_catalog_says_needs_none(page: AppTest):
    use_json(page, json.dumps({"cartItems": [{"sku": "rdbs-1111", "quantity": 2}]}))
    assert metrics(page) == {"To pay": "€98.00"}


# The customer


def other_customer(page: AppTest, api: BackgroundServer, profile_id: str) -> AppTest:
    """Let a customer come to be and choose them; ids that are new are typed in the browser only."""
    workspace = api.running.workspaces.workspace(page.query_params["workspace"])
    set_history(workspace, profile_id, 0, Decimal(0))
    page.run()
    return page.selectbox(key=key(page, "other-customer")).set_value(profile_id).run()


def test_a_customer_who_came_later_is_offered_and_becomes_one_to_choose(
    page: AppTest, api: BackgroundServer
):
    other_customer(page, api, "ada-1")
    assert session(page, api)["profileId"] == "ada-1"
    assert page.segmented_control(key=key(page, "customer")).value == "ada-1"
    assert "ada-1" not in page.selectbox(key=key(page, "other-customer")).options


def test_an_id_that_is_new_is_said_to_be_so(page: AppTest, api: BackgroundServer):
    use_json(page, json.dumps({"profileId": "ada-1", **MUG}))
    assert "A new customer" in texts(page)


def pretend(page: AppTest, profile_id: str, **values: Any) -> AppTest:
    page.session_state["pretend"] = True
    page.run()
    for name, value in values.items():
        widget = page.selectbox if name == "tier" else page.number_input
        suffix = profile_id if name in ("orders", "spent") else f"1-{profile_id}"
        widget(key=f"pretend-{name}-{suffix}").set_value(value)
    return press(page, "Pretend this")


def test_a_pretended_history_counts_and_is_shown_until_starting_over(
    page: AppTest, api: BackgroundServer
):
    page.segmented_control(key=key(page, "customer")).set_value("nora-new").run()
    pretend(page, "nora-new", orders=12, spent=340.5, points=250.0)
    assert not page.exception
    assert "orders so far: 12" in texts(page).replace("\\", "")
    (badge,) = [m.value for m in page.markdown if "Pretended" in m.value]
    assert "12 orders, €340.50 spent, 250 points" in badge.replace("\\", "")
    workspace = api.running.workspaces.workspace(page.query_params["workspace"])
    profile = workspace.records.profile(workspace.reading, "nora-new")
    assert profile is not None
    assert profile.closed_sessions == 12
    press(page, "Start over")
    page.segmented_control(key=key(page, "customer")).set_value("nora-new").run()
    assert "orders so far: 0" in texts(page).replace("\\", "")
    assert not [m for m in page.markdown if "Pretended" in m.value]


def test_a_pretended_tier_brings_the_points_that_it_takes(page: AppTest):
    page.segmented_control(key=key(page, "customer")).set_value("nora-new").run()
    pretend(page, "nora-new", tier="Gold")
    assert "Gold with 2,000 points" in texts(page).replace("\\", "")


def test_points_can_be_pretended_away(page: AppTest):
    page.segmented_control(key=key(page, "customer")).set_value("vera-vip").run()
    pretend(page, "vera-vip", points=10.0)
    assert "Pretended: 10 points" in texts(page).replace("\\", "")


def test_a_new_customer_can_be_given_a_history(page: AppTest):
    use_json(page, json.dumps({"profileId": "ada-1", **MUG}))
    pretend(page, "ada-1", orders=3)
    assert "orders so far: 3" in texts(page).replace("\\", "")


# Referral code, store, identifiers, card


def test_referral_codes_are_offered_the_newest_first(api: BackgroundServer):
    page = in_workspace(api, FULL)
    use_json(page, json.dumps(MUG))
    codes = page.multiselect(key=key(page, "referral"))
    assert codes.options == ["FRIEND-2", "FRIEND-1"]
    codes.set_value(["FRIEND-2"]).run()
    assert session(page, api)["referralCode"] == "FRIEND-2"


def test_an_unknown_referral_code_is_sent_and_does_no_harm(page: AppTest, api: BackgroundServer):
    page.multiselect(key=key(page, "referral")).set_value(["NOBODY"]).run()
    assert session(page, api)["referralCode"] == "NOBODY"
    assert metrics(page)["To pay"] == "€98.40"


def test_store_identifiers_and_card_are_sent(api: BackgroundServer):
    page = in_workspace(api, FULL)
    use_json(page, json.dumps(MUG))
    page.selectbox(key=key(page, "store")).set_value("berlin").run()
    page.multiselect(key=key(page, "identifiers")).set_value(["device-1", "1.2.3.4"]).run()
    page.selectbox(key=key(page, "card")).set_value("card-7").run()
    now = session(page, api)
    assert now["storeIntegrationId"] == "berlin"
    assert now["identifiers"] == ["device-1", "1.2.3.4"]
    assert now["loyaltyCards"] == ["card-7"]
    assert metrics(page) == {"To pay": "€10.00"}


def test_a_session_says_nothing_of_what_nobody_entered(page: AppTest, api: BackgroundServer):
    fields = session(page, api)
    assert {"referralCode", "storeIntegrationId", "identifiers", "loyaltyCards"}.isdisjoint(fields)


# Evaluate at


def test_a_code_that_has_expired_is_accepted_in_the_past(page: AppTest):
    show_saved(page, "expired")
    assert "expired on 3 May 2026" in texts(page)
    evaluate_at(page, datetime(2026, 5, 1, 12))
    assert "`SUMMER25` accepted" in texts(page)
    said = texts(page).replace("\\", "")
    assert "Evaluated at 1 May 2026, 12:00, Europe/Berlin" in said
    assert parameter(page, "at") == "2026-05-01T12:00"


def test_back_to_now_lets_the_clock_run_again(page: AppTest):
    evaluate_at(page, datetime(2031, 1, 1))
    page.button(key="back-to-now").click().run()
    assert "Evaluated at" not in texts(page)
    assert page.datetime_input(key="evaluate-at").value is None
    assert parameter(page, "at") == "now"


def test_starting_over_goes_back_to_the_date_that_the_workspace_began_with(page: AppTest):
    evaluate_at(page, datetime(2031, 1, 1))
    press(page, "Start over")
    assert "Evaluated at 13 June 2026, 12:00" in texts(page).replace("\\", "")
    assert "at" not in page.query_params


# Parts of the answer


def test_chosen_parts_are_asked_for_beside_those_that_the_page_needs(
    page: AppTest, api: BackgroundServer
):
    page.multiselect(key="answer-parts").set_value(["event", "achievements"]).run()
    assert sent(page, api)["responseContent"] == [*CONTENT, "event", "achievements"]
    assert parameter(page, "content") == "event,achievements"


# The address


def test_an_untouched_saved_cart_is_named_in_the_address(page: AppTest):
    show_saved(page, "big-basket")
    assert (parameter(page, "saved"), "cart" in page.query_params) == ("big-basket", False)


def test_an_edited_cart_is_in_the_address_and_comes_back_with_it(
    page: AppTest, api: BackgroundServer
):
    edit_cart(page, edited_rows={0: {"quantity": 3}})
    evaluate_at(page, datetime(2026, 5, 1, 12))
    page.multiselect(key="answer-parts").set_value(["event"]).run()
    there = address(page)
    assert "saved" not in there
    again = opened(api, **there)
    assert metrics(again)["Before"] == "€221.00"
    assert sent(again, api)["responseContent"] == [*CONTENT, "event"]
    assert again.datetime_input(key="evaluate-at").value == datetime(2026, 5, 1, 12)
    assert address(again) == there


def test_an_address_without_a_workspace_gives_a_fork_the_same_cart_and_time(
    page: AppTest, api: BackgroundServer
):
    edit_cart(page, edited_rows={0: {"quantity": 3}})
    evaluate_at(page, datetime(2026, 5, 1, 12))
    there = address(page)
    mine = there.pop("workspace")
    again = opened(api, **there)
    assert parameter(again, "workspace") != mine
    assert metrics(again)["Before"] == "€221.00"
    assert "Evaluated at 1 May 2026" in texts(again).replace("\\", "")


def test_going_back_and_forward_shows_what_was_there(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sandbox.ui.cart.address.ON_ITS_WAY", 0)
    edit_cart(page, edited_rows={0: {"quantity": 3}})
    edited = page.query_params.pop("cart")
    page.query_params["saved"] = "tutorial"
    page.run()
    assert metrics(page)["Before"] == "€123.00"
    assert page.pills(key="scenario").value == "tutorial"
    page.query_params.pop("saved")
    page.query_params["cart"] = edited
    page.run()
    assert metrics(page)["Before"] == "€221.00"


def test_an_act_that_was_sent_with_the_address_before_changes_nothing_back(page: AppTest):
    edit_cart(page, edited_rows={0: {"quantity": 3}})
    page.query_params.pop("cart")
    page.query_params["saved"] = "tutorial"
    open_section(page, "paste")
    assert metrics(page)["Before"] == "€221.00"
    assert "cart" in page.query_params


@pytest.mark.parametrize("cart", ["nonsense", "1nonsense", "1", "9AAAA", "1" + "A" * 5000])
def test_a_cart_that_cannot_be_read_is_refused_kindly(api: BackgroundServer, cart: str):
    page = opened(api, cart=cart)
    assert metrics(page)["To pay"] == "€98.40"
    assert "cannot be used" in page.toast[0].value
    assert parameter(page, "saved") == "tutorial"


@pytest.mark.parametrize(
    "query", [{"saved": "no-such"}, {"at": "yesterday"}, {"at": "9999-99"}, {"content": "x,,y"}]
)
def test_nonsense_in_the_address_does_no_harm(api: BackgroundServer, query: dict[str, str]):
    page = opened(api, **query)
    assert metrics(page)["To pay"] == "€98.40"
    assert address(page).keys() == {"workspace", "saved"}


def test_a_draft_that_the_api_refuses_leaves_the_page_and_the_grid_alone(page: AppTest):
    edit_cart(page, edited_rows={1: {"quantity": 0}})
    assert "Line 2, quantity" in errors(page)
    assert "cart" not in page.query_params
    edit_cart(page, edited_rows={1: {"quantity": 2}})
    assert metrics(page)["Before"] == "€197.00"


def test_a_cart_too_long_for_an_address_is_priced_and_that_is_said(page: AppTest):
    items = [{"sku": f"S-{n * 7919 % 9973}", "quantity": 1, "price": n} for n in range(1000)]
    use_json(page, json.dumps({"cartItems": items}))
    assert "cart" not in page.query_params
    assert "too long for the page's address" in texts(page)
    assert metrics(page)["To pay"] == "€499,485.00"


# Saved carts, and what stays


def test_a_second_click_on_a_saved_cart_shows_it_anew(page: AppTest):
    edit_cart(page, edited_rows={0: {"quantity": 3}})
    page.pills(key="scenario").set_value(None).run()
    assert metrics(page)["To pay"] == "€98.40"
    assert page.pills(key="scenario").value == "tutorial"


def test_the_group_of_the_cart_is_the_open_one_after_starting_over(page: AppTest):
    show_saved(page, "expired")
    assert page.session_state["groups"] == "Time"
    press(page, "Start over")
    assert page.session_state["groups"] == "Discounts"
    assert page.pills(key="scenario").value == "tutorial"


def test_an_address_opens_the_group_of_its_cart(api: BackgroundServer):
    assert opened(api, saved="expired").pills(key="scenario").value == "expired"


def test_the_hint_stays_while_the_cart_is_edited(page: AppTest):
    edit_cart(page, edited_rows={0: {"quantity": 3}})
    assert "The code takes 20 % off everything" in texts(page)


def test_a_section_stays_open_with_another_cart_and_from_page_to_page(page: AppTest):
    open_section(page, "paste")
    show_saved(page, "big-basket")
    assert page.text_area(key="pasted-rows").label
    page.switch_page("customers.py").run()
    page.switch_page("workbench.py").run()
    assert page.text_area(key="pasted-rows").label
    assert metrics(page)["To pay"] == "€195.00"


def test_an_edited_cart_is_there_after_a_visit_to_another_page(page: AppTest):
    edit_cart(page, edited_rows={0: {"quantity": 3}})
    page.switch_page("customers.py").run()
    page.switch_page("workbench.py").run()
    assert metrics(page)["Before"] == "€221.00"
    assert "cart" in page.query_params


def test_a_workspace_without_catalog_attributes_and_stores_can_be_used(api: BackgroundServer):
    page = in_workspace(api, BARE)
    assert "Add a product" in page.info[0].value
    said = texts(page)
    assert "No catalog" in said
    assert "no stores" in said
    assert len(page.pills) == 0
    paste(page, "Mug\t2\t5")
    assert metrics(page) == {"To pay": "€10.00"}
