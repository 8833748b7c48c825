"""Every page on a live deployment: a second emulator process, reached as the real one would be."""

from __future__ import annotations

import re
import time
from datetime import datetime

import pytest
from streamlit.testing.v1 import AppTest

from sandbox.emulator.server import BackgroundServer, announce
from sandbox.insight.call import FROM_ENVIRONMENT
from sandbox.targets import lock as lock_module
from tests.deployment import LiveShop, SpoiltLine, http_answer
from tests.pages.conftest import MAIN, cells, metrics, open_tab, texts

NO_KEY = ""


def connect(page: AppTest, host: str, key: str, management_key: str = NO_KEY) -> AppTest:
    page.switch_page("connect.py").run()
    page.text_input(key="live-address").set_value(host)
    page.text_input(key="live-key").set_value(key)
    page.text_input(key="live-management-key").set_value(management_key)
    return page.button(key="connect-live").click().run()


def badges(page: AppTest) -> str:
    """What stands beside the title of every page."""
    return " ".join(re.findall(r"badge\[(.*?)\]", "\n".join(m.value for m in page.markdown)))


@pytest.fixture
def live(page: AppTest, shop: LiveShop) -> AppTest:
    """A visitor whose target is the deployment, with both keys."""
    return connect(page, shop.host, shop.key, shop.management_key)


def unlock(page: AppTest) -> AppTest:
    page.switch_page("connect.py").run()
    page.checkbox(key="unlock-agreed").check().run()
    return page.button(key="unlock-live").click().run()


def button(page: AppTest, label: str):
    (found,) = [one for one in page.button if one.label == label]
    return found


def test_a_deployment_is_named_on_every_page(live: AppTest, shop: LiveShop):
    name = shop.host.removeprefix("http://")
    for script in ("connect.py", "workbench.py", "campaigns.py", "customers.py"):
        live.switch_page(script).run()
        assert not live.exception
        assert f"Live: {name}" in texts(live).replace("\\", "")
        assert "Embedded emulator" not in badges(live)


def test_connect_shows_the_application_and_how_its_apis_are(live: AppTest):
    assert metrics(live)["Application"] == "Real shop"
    assert "CHF" in live.metric[1].delta
    assert texts(live).count("API answers") == 4
    assert "Integration API key: set · Management API key: set" in texts(live)


def test_keys_are_gone_from_the_page_and_its_state_once_they_are_used(
    live: AppTest, shop: LiveShop
):
    for _ in range(2):
        seen = f"{live!r} {live.query_params}" + "".join(block.value for block in live.code)
        assert shop.key not in seen
        assert shop.management_key not in seen
        live.run()


def test_snippets_name_an_environment_variable_instead_of_the_key(live: AppTest, shop: LiveShop):
    python, javascript, curl = (
        open_tab(live, tab, "snippets").code[0].value for tab in ("Python", "JavaScript", "cURL")
    )
    assert 'os.environ["TALON_ONE_API_KEY"]' in python
    assert "process.env.TALON_ONE_API_KEY" in javascript
    assert FROM_ENVIRONMENT in curl
    assert shop.host in python


@pytest.mark.parametrize(
    ("address", "key", "sentence"),
    [
        ("", "key", "The address is missing"),
        ("http://shop.talon.one", "key", "https:// only"),
        ("shop.talon.one", "", "Integration API key is missing"),
        ("shop.talon.one", "two words", "Copy it once more"),
    ],
)
def test_what_cannot_be_used_is_told_and_changes_nothing(
    page: AppTest, address: str, key: str, sentence: str
):
    connect(page, address, key)
    assert sentence in "".join(error.value for error in page.error).replace("\\", "")
    assert page.text_input(key="live-key").value == ""
    assert "Embedded emulator" in badges(page)


def test_the_target_can_be_changed_and_forgotten(live: AppTest):
    live.button(key="use-embedded").click().run()
    assert "Embedded emulator" in badges(live)
    live.button(key="use-live").click().run()
    assert "Live" in badges(live)
    live.button(key="forget-live").click().run()
    assert "Embedded emulator" in badges(live)
    assert live.text_input(key="live-key").value == ""


def test_the_environment_offers_a_deployment(
    page: AppTest, shop: LiveShop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TALON_ONE_HOST", shop.host)
    monkeypatch.setenv("TALON_ONE_API_KEY", shop.key)
    page.switch_page("connect.py").run()
    page.button(key="use-offered").click().run()
    assert "Live" in badges(page)
    assert "Management API key: none" in texts(page)


def test_an_environment_that_cannot_be_used_says_so(page: AppTest, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TALON_ONE_HOST", "shop.talon.one")
    page.switch_page("connect.py").run()
    assert "Integration API key is missing" in texts(page)


def test_the_workbench_prices_its_cart_there(live: AppTest, shop: LiveShop):
    live.switch_page("workbench.py").run()
    assert metrics(live)["To pay"] == "CHF98.40"
    assert "Live: 127" in live.caption[-1].value.replace("\\", "")
    assert shop.has_only_its_own_sessions


def test_without_a_management_key_the_workbench_works_and_the_rest_says_why(
    page: AppTest, shop: LiveShop
):
    connect(page, shop.host, shop.key)
    assert "Not known here: the Application's name, currency and time zone" in texts(page)
    page.switch_page("workbench.py").run()
    assert metrics(page)["To pay"] == "€98.40"
    page.switch_page("campaigns.py").run()
    assert "read with a Management API key" in texts(page)
    page.switch_page("customers.py").run()
    assert not page.exception
    assert not page.error


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (http_answer("401 Unauthorized", b'{"message": "no"}'), "key was refused"),
        (http_answer("429 Slow Down", b"", "Retry-After: 3"), "Try again in 3 seconds"),
        (http_answer("503 Unavailable", b"down"), "trouble of its own"),
        (http_answer("200 OK", b"<html>"), "not what Talon.One's API sends"),
        (http_answer("200 OK", b'{"brandNew": 1}'), "has a form that this app does not know"),
        (
            http_answer(
                "200 OK", b'{"customerSession": {"applicationId": 1}, "effects": [{"a": 1}]}'
            ),
            "has a form that this app does not know",
        ),
    ],
)
def test_a_failing_deployment_says_what_to_do_and_shows_its_answer(
    page: AppTest, shop: LiveShop, line: SpoiltLine, answer, sentence: str
):
    connect(page, line.host, shop.key, shop.management_key)
    line.fault = answer
    for script in ("workbench.py", "connect.py"):
        page.switch_page(script).run()
        assert not page.exception
        if script == "workbench.py":
            said = "".join(error.value for error in page.error).replace("\\", "")
            assert sentence in said
    assert shop.has_only_its_own_sessions


def test_a_deployment_that_goes_away_leaves_every_page_standing(
    page: AppTest, shop: LiveShop, line: SpoiltLine
):
    connect(page, line.host, shop.key, shop.management_key)
    line.close()
    for script in ("workbench.py", "campaigns.py", "customers.py", "connect.py"):
        page.switch_page(script).run()
        assert not page.exception
        assert script == "connect.py" or "Nothing answers" in texts(page)
    page.button(key="check-live").click().run()
    assert "Nothing answers" in texts(page).replace("\\", "")


def test_editing_is_greyed_until_it_is_unlocked_and_says_why(live: AppTest, shop: LiveShop):
    live.session_state["customer"] = "vera-vip"
    live.switch_page("customers.py").run()
    assert "Read-only" in [info.proto.title for info in live.info] or "greyed" in texts(live)
    assert button(live, "Save").disabled
    assert button(live, "Add").disabled
    assert live.multiselect[0].disabled
    live.switch_page("campaigns.py").run()
    assert "greyed" in texts(live)
    open_tab(live, "Schedule", "campaign-details")
    assert button(live, "Save").disabled
    assert shop.has_only_its_own_sessions


def test_a_live_campaign_tells_its_rules_in_plain_words(live: AppTest):
    live.switch_page("campaigns.py").run()
    live.radio(key="campaign").set_value("2").run()
    assert "When the cart is worth at least CHF" in texts(live)


def test_unlocking_warns_of_the_deployment_and_its_currency(live: AppTest, shop: LiveShop):
    (warning,) = live.warning
    assert shop.host.removeprefix("http://") in warning.value.replace("\\", "")
    assert "in CHF" in warning.value
    assert live.button(key="unlock-live").disabled


def test_unlocked_an_edit_reaches_the_deployment_and_locking_ends_that(
    live: AppTest, shop: LiveShop
):
    unlock(live)
    assert "Writing is unlocked, 10 min left" in texts(live)
    live.session_state["customer"] = "nora-new"
    live.switch_page("customers.py").run()
    (city,) = [one for one in live.text_input if one.label == "City"]
    city.set_value("Ulm")
    button(live, "Save").click().run()
    assert not live.exception
    assert shop.profile("nora-new")["city"] == "Ulm"
    live.switch_page("connect.py").run()
    live.button(key="lock-live").click().run()
    assert "Writing is locked" in [one.proto.title for one in live.warning]


def test_another_target_locks_writing(live: AppTest):
    unlock(live)
    live.button(key="use-embedded").click().run()
    live.button(key="use-live").click().run()
    assert live.warning
    assert "unlocked" not in badges(live)


def test_the_unlock_ends_by_itself_and_a_late_edit_is_not_sent(
    live: AppTest, shop: LiveShop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(lock_module, "UNLOCKED_FOR", 1.5)
    unlock(live)
    live.session_state["customer"] = "vera-vip"
    live.switch_page("customers.py").run()
    before = shop.profile("vera-vip")
    (city,) = [one for one in live.text_input if one.label == "City"]
    city.set_value("Late")
    save = button(live, "Save").click()
    time.sleep(1.6)
    save.run()
    assert not live.exception
    assert shop.profile("vera-vip") == before
    assert button(live, "Save").disabled


def test_live_calls_are_in_the_log_and_a_dry_one_can_be_sent_again(live: AppTest, shop: LiveShop):
    live.switch_page("workbench.py").run()
    calls = live.session_state["live-calls"]
    assert calls[0].path.startswith("/v2/customer_sessions/demo-")
    assert {call.origin for call in calls} == {shop.host}
    assert shop.key not in str(calls)
    live.query_params["call"] = calls[0].id
    live.switch_page("log.py").run()
    live.query_params["call"] = calls[0].id
    live.run()
    live.button(key="send-again").click().run()
    assert "Status 200 → 200" in texts(live)
    assert len(live.session_state["live-calls"]) == len(calls) + 1


def test_campaigns_of_the_answer_have_the_names_of_the_deployment(live: AppTest):
    live.switch_page("workbench.py").run()
    campaigns = cells(open_tab(live, "Campaigns").table[1])
    assert len(campaigns) == 21


def test_the_future_is_pretended_with_each_dry_run_and_the_past_is_not(
    live: AppTest, shop: LiveShop
):
    shop.client.send("PUT", "/sandbox/v1/workspaces/shop/clock", {"now": None})
    live.switch_page("workbench.py").run()
    live.datetime_input(key="evaluate-at").set_value(datetime(2090, 1, 2, 3, 4)).run()
    assert not live.exception
    assert "Evaluated at 2 January 2090, 03:04" in texts(live).replace("\\", "")
    assert "now=2090-01-02T02%3A04%3A00" in live.session_state["live-calls"][0].path
    live.datetime_input(key="evaluate-at").set_value(datetime(2020, 1, 2, 3, 4)).run()
    assert "evaluates no cart as of the past" in texts(live)
    assert "now=" not in live.session_state["live-calls"][0].path
    assert metrics(live)["To pay"]


def test_what_belongs_to_the_own_workspace_is_not_offered_on_a_live_target(live: AppTest):
    live.switch_page("workbench.py").run()
    assert [box.label for box in live.pills] == []
    assert "No catalog is known here" in texts(live)


def test_the_cart_that_a_visitor_came_with_is_priced_there(api: BackgroundServer, shop: LiveShop):
    announce(api.running)
    page = AppTest.from_file(str(MAIN), default_timeout=30).switch_page("connect.py").run()
    connect(page, shop.host, shop.key, shop.management_key)
    page.switch_page("workbench.py").run()
    assert metrics(page)["To pay"] == "CHF98.40"


def test_orders_are_placed_in_the_own_workspace_only(live: AppTest, shop: LiveShop):
    unlock(live)
    live.switch_page("workbench.py").run()
    assert live.button(key="place").disabled
    open_tab(live, "History")
    assert "those of your own workspace" in texts(live)
    assert shop.has_only_its_own_sessions


def test_starting_over_empties_the_cart_and_leaves_both_shops_alone(live: AppTest, shop: LiveShop):
    live.switch_page("workbench.py").run()
    button(live, "Start over").click().run()
    assert "Add a product" in texts(live)
    assert shop.has_only_its_own_sessions
