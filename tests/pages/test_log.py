"""The Log page in process: find a call, open it, send it again, compare, load it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from streamlit.testing.v1 import AppTest

from sandbox.emulator.server import BackgroundServer, announce
from sandbox.insight.log import LoggedCall
from sandbox.ui import log as log_parts
from sandbox.workspace import calls
from tests.client import Client
from tests.pages.conftest import MAIN, cells, metrics, open_tab, texts


@pytest.fixture
def log(page: AppTest) -> AppTest:
    """The log of somebody whose Workbench has priced its first cart."""
    return page.switch_page("log.py").run()


@pytest.fixture
def own_code(api: BackgroundServer, log: AppTest) -> Client:
    """Somebody's own code, pointed at the visitor's workspace."""
    client = Client(api.running.base_url)
    keys = api.running.workspaces.keys(log.query_params["workspace"])
    client.key, client.management_key = keys.integration_key, keys.management_key
    return client


def put(client: Client, session_id: str, session: object, query: str = "") -> None:
    path = f"/v2/customer_sessions/{quote(session_id, safe='')}{query}"
    client.send("PUT", path, {"customerSession": session}, f"ApiKey-v1 {client.key}")


def listed(log: AppTest) -> list[str]:
    """What the rows of the list say."""
    rows = [button for button in log.button if str(button.key).startswith("open-")]
    return [str(row.label).replace("\\", "") for row in rows]


def open_row(log: AppTest, number: int = 0) -> AppTest:
    rows = [button for button in log.button if str(button.key).startswith("open-")]
    return rows[number].click().run()


def words(log: AppTest) -> str:
    return texts(log).replace("\\", "")


def live_call(**fields: object) -> LoggedCall:
    now = datetime.now(UTC)
    known = {
        "id": "live-1",
        "origin": "https://shop.talon.one",
        "time": now,
        "real_time": now,
        "method": "PUT",
        "path": "/v2/customer_sessions/live?dry=true",
        "status": 200,
        "request": '{"customerSession":{}}',
        "answer": '{"effects":[]}',
        "milliseconds": 80.0,
    }
    return LoggedCall(**{**known, **fields})


def test_a_log_without_calls_says_how_the_first_comes_to_be(api: BackgroundServer):
    announce(api.running)
    log = AppTest.from_file(str(MAIN), default_timeout=30).switch_page("log.py").run()
    assert not log.exception
    assert "Run a cart on the Workbench, or point your own code here" in texts(log)
    assert len(log.get("page_link")) == 2


def test_the_newest_call_comes_first(log: AppTest, own_code: Client):
    put(own_code, "order-1", {})
    log.run()
    assert not log.exception
    name = log.query_params["workspace"]
    assert listed(log) == [
        "PUT /v2/customer_sessions/order-1",
        f"PUT /v2/customer_sessions/{name}-1 dry=true",
    ]
    assert "`xmas20`" in texts(log)


def test_filters_by_path_code_and_status_narrow_the_list(log: AppTest, own_code: Client):
    put(own_code, "order-1", {"couponCodes": ["SPRING"]})
    put(own_code, "order-2", {"cartItems": 1})
    log.text_input(key="log-path").set_value("order").run()
    assert [row[-7:] for row in listed(log)] == ["order-2", "order-1"]
    log.text_input(key="log-code").set_value("spring").run()
    assert [row[-7:] for row in listed(log)] == ["order-1"]
    log.text_input(key="log-code").set_value("").run()
    log.segmented_control(key="log-outcome").set_value("refused").run()
    assert [row[-7:] for row in listed(log)] == ["order-2"]


def test_nothing_found_offers_everything_again(log: AppTest):
    log.text_input(key="log-path").set_value("nowhere").run()
    assert "None of the 1 calls is like that" in texts(log)
    next(button for button in log.button if button.label == "Show all calls").click().run()
    assert len(listed(log)) == 1
    assert log.text_input(key="log-path").value == ""


def test_times_are_filtered_in_the_zone_of_the_application(log: AppTest):
    log.segmented_control(key="log-time").set_value("last 5 minutes").run()
    assert len(listed(log)) == 1
    log.segmented_control(key="log-time").set_value("between").run()
    assert "Europe/Berlin" in words(log)
    assert len(listed(log)) == 1
    day = timedelta(days=1)
    log.datetime_input(key="log-until").set_value(datetime.now() - day).run()
    assert listed(log) == []
    log.datetime_input(key="log-until").set_value(datetime.now() + day).run()
    assert len(listed(log)) == 1


def test_a_long_log_has_pages(log: AppTest, own_code: Client):
    for number in range(log_parts.PAGE_SIZE):
        put(own_code, f"order-{number:02}", {})
    log.run()
    assert len(listed(log)) == log_parts.PAGE_SIZE
    (pagination,) = log.get("pagination")
    pagination.set_value(2).run()
    assert len(listed(log)) == 1
    log.text_input(key="log-path").set_value("order-03").run()
    assert [row[-8:] for row in listed(log)] == ["order-03"]


def test_a_log_that_has_lost_its_oldest_calls_says_so(
    log: AppTest, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(log_parts, "MAX_CALLS", 1)
    assert "keeps the newest 1 calls; older ones are gone" in texts(log.run())


def test_a_call_is_opened_with_request_and_answer(log: AppTest):
    call = open_row(log)
    assert not call.exception
    name = call.query_params["workspace"]
    assert f"`/v2/customer_sessions/{name}-1`" in texts(call)
    said = words(call)
    assert "made by the Workbench" in said
    assert "workspace's clock" in said
    assert "Europe/Berlin" in said
    request, answer = (json.loads(body.value) for body in call.json)
    assert request["customerSession"]["couponCodes"] == ["xmas20"]
    assert answer["effects"]
    call.toggle[0].set_value(True).run()
    assert call.code[0].value.startswith('{"customerSession"')


def test_a_link_opens_the_call_and_going_back_keeps_the_filters(log: AppTest):
    log.text_input(key="log-path").set_value("sessions").run()
    call = open_row(log)
    call.button(key="to-list").click().run()
    assert call.text_input(key="log-path").value == "sessions"
    assert "call" not in call.query_params


@pytest.mark.parametrize("call_id", ["0", "9" * 30, "live-7", "x"])
def test_a_call_that_no_log_has_is_told(log: AppTest, call_id: str):
    log.query_params["call"] = call_id
    log.run()
    assert not log.exception
    assert [info.proto.title for info in log.info] == ["This call is in no log any more"]


def test_the_errors_of_a_refused_call_are_told_with_what_to_do(log: AppTest, own_code: Client):
    put(own_code, "bad", {"cartItems": [{"sku": "A", "quantity": 0, "price": 1}]})
    call = open_row(log.run())
    assert "`customerSession.cartItems[0].quantity`" in call.error[0].value
    assert "Correct the places named here" in texts(call)
    assert "made by your own code" in texts(call)


def test_an_unknown_path_says_where_to_look(log: AppTest, own_code: Client):
    own_code.send("GET", "/v1/nothing", None, f"ApiKey-v1 {own_code.key}")
    call = open_row(log.run())
    assert call.error
    assert "the Connect page lists what is emulated" in texts(call)


def test_text_of_others_is_shown_as_it_is(log: AppTest, own_code: Client):
    put(own_code, "**:red[x]** `$a$`", {"couponCodes": ["**bold** `tick`"]}, "?a=:red[b]")
    call = log.run()
    assert r"\:red\[x\]" in next(b.label for b in call.button if str(b.key).startswith("open-"))
    call = open_row(call)
    assert not call.exception
    assert "`` /v2/customer_sessions/**:red[x]** `$a$` ``" in texts(call)


def test_a_body_that_is_no_json_is_shown_as_text(log: AppTest, own_code: Client):
    headers = f"ApiKey-v1 {own_code.key}"
    own_code.send("PUT", "/v2/customer_sessions/s", b"<xml>", headers)
    call = open_row(log.run())
    assert call.code[0].value == "<xml>"
    assert len(call.json) == 1


def test_a_long_body_is_cut_with_a_note(log: AppTest, own_code: Client):
    long = b"x" * (calls.MAX_TEXT + 500)
    own_code.send("PUT", "/v2/customer_sessions/s", long, f"ApiKey-v1 {own_code.key}")
    call = open_row(log.run())
    assert len(call.code[0].value) == 20_000
    assert "The first 20,000 of" in texts(call)
    assert "500 characters are gone" in texts(call)
    assert call.button(key="send-again").disabled


def test_a_dry_call_is_sent_again_at_once(log: AppTest, api: BackgroundServer):
    name = log.query_params["workspace"]
    call = open_row(log).button(key="send-again").click().run()
    assert not call.exception
    assert "Status 200 → 200" in texts(call)
    assert "The answer is the same." in texts(call)
    again, first = api.running.workspaces.calls(name)
    assert (again.path, again.request) == (first.path, first.request)


def test_a_call_that_stores_is_sent_again_only_when_confirmed(
    log: AppTest, own_code: Client, api: BackgroundServer
):
    put(own_code, "order-1", {"state": "open"})
    name = log.query_params["workspace"]
    call = open_row(log.run()).button(key="send-again").click().run()
    assert "Send and store?" in [warning.proto.title for warning in call.warning]
    assert len(api.running.workspaces.calls(name)) == 2
    call.button(key="do-not-send").click().run()
    assert not call.warning
    call.button(key="send-again").click().run()
    call.button(key="send-and-store").click().run()
    assert not call.warning
    assert "Status 200 → 200" in texts(call)
    assert len(api.running.workspaces.calls(name)) == 3


def test_a_call_of_the_management_api_is_sent_again_with_its_own_key(
    log: AppTest, own_code: Client
):
    own_code.send("GET", "/v1/applications", None, f"ManagementKey-v1 {own_code.management_key}")
    call = open_row(log.run()).button(key="send-again").click().run()
    assert "Status 200 → 200" in texts(call)


def test_sent_again_another_answer_is_told_place_by_place(
    log: AppTest, own_code: Client, api: BackgroundServer
):
    workspace = api.running.workspaces.workspace(log.query_params["workspace"])
    campaign_id = workspace.coupon("xmas20").campaign_id
    path, key = f"/v1/applications/1/campaigns/{campaign_id}", own_code.management_key
    needed = {"name": "Christmas 20 %", "tags": [], "features": [], "limits": []}
    own_code.send("PUT", path, {**needed, "state": "disabled"}, f"ManagementKey-v1 {key}")
    log.text_input(key="log-path").set_value("customer_sessions").run()
    call = open_row(log).button(key="send-again").click().run()
    assert not call.exception
    assert "removed setDiscount “Christmas 20 %”: 24.6" in words(call)
    call.session_state["new-answer"] = True
    assert len(call.run().json) == 3


def test_two_calls_are_compared_in_requests_and_answers(log: AppTest, own_code: Client):
    items = [{"sku": "A", "quantity": 1, "price": 100}]
    put(own_code, "s", {"cartItems": items, "couponCodes": ["xmas20"]}, "?dry=true")
    items = [{"sku": "A", "quantity": 2, "price": 100}]
    put(own_code, "s", {"cartItems": items, "couponCodes": ["xmas20"]}, "?dry=true")
    call = open_tab(open_row(log.run()), "Compare with another", "log-details")
    assert not call.exception
    assert cells(call.table[0]) == [["customerSession.cartItems[0].quantity", "changed", "1", "2"]]
    assert "setDiscount “Christmas 20 %”: 20 → 40" in words(call)
    call.selectbox[0].select_index(1).run()
    assert not call.exception
    assert "Before: `200`" in words(call)
    assert call.query_params["with"]


def test_the_only_call_has_none_to_compare_with(log: AppTest):
    call = open_tab(open_row(log), "Compare with another", "log-details")
    assert "There is no other call yet" in texts(call)


def test_a_cart_is_loaded_into_the_workbench(log: AppTest, own_code: Client, api: BackgroundServer):
    items = [{"sku": "A", "quantity": 3, "price": 100}]
    put(own_code, "order-1", {"cartItems": items, "couponCodes": ["TEN"], "profileId": "bo"})
    call = open_row(log.run())
    workbench = call.button(key="to-workbench").click().run()
    assert not workbench.exception
    assert metrics(workbench)["Before"] == "€300.00"
    newest = api.running.workspaces.calls(workbench.query_params["workspace"])[0]
    session = json.loads(newest.request)["customerSession"]
    assert (session["profileId"], session["couponCodes"]) == ("bo", ["TEN"])
    assert [(one["sku"], one["quantity"]) for one in session["cartItems"]] == [("A", 3)]


def test_a_request_that_is_no_cart_is_refused_by_the_workbench(log: AppTest, own_code: Client):
    put(own_code, "order-1", {"cartItems": [{"quantity": 3}]})
    call = open_row(log.run())
    call.button(key="to-workbench").click().run()
    assert [error.proto.title for error in call.error] == [
        "Refused",
        "The Workbench cannot take this",
    ]
    assert "`customerSession.cartItems[0].sku`" in call.error[1].value


def test_other_calls_are_not_offered_to_the_workbench(log: AppTest, own_code: Client):
    own_code.send("GET", "/v1/nothing", None, f"ApiKey-v1 {own_code.key}")
    call = open_row(log.run())
    assert "to-workbench" not in {button.key for button in call.button}


def test_the_clock_of_the_workspace_is_shown_where_it_differs(
    log: AppTest, own_code: Client, api: BackgroundServer
):
    name = log.query_params["workspace"]
    api.running.workspaces.set_clock(name, datetime(2027, 6, 1, 12, tzinfo=UTC))
    put(own_code, "order-1", {})
    assert "workspace's clock: 1 June 2027, 14:00:00" in texts(log.run())
    put(own_code, "order-2", {})
    log.text_input(key="log-path").set_value("order").run()
    assert "The workspace's clock stood at 1 June 2027, 14:00:00" in texts(log)
    assert "workspace's clock:" not in texts(log)


def test_live_calls_are_among_the_others_and_marked(log: AppTest):
    log.session_state["live-calls"] = [live_call()]
    log.run()
    assert listed(log)[0] == "PUT /v2/customer_sessions/live dry=true"
    assert "live: https://shop.talon.one" in words(log)
    call = open_row(log)
    assert call.query_params["call"] == "live-1"
    assert call.button(key="send-again").disabled
    assert "Connect to https://shop.talon.one to send this again" in words(call)


def test_a_live_call_without_an_answer_says_why(log: AppTest):
    log.session_state["live-calls"] = [live_call(status=0, answer="It did not answer in time.")]
    call = open_row(log.run())
    assert (call.error[0].proto.title, call.error[0].value) == (
        "No answer",
        r"It did not answer in time\.",
    )


def test_a_live_call_that_stores_is_not_sent_again(log: AppTest, api: BackgroundServer):
    stores = live_call(origin=api.running.base_url, path="/v2/customer_sessions/live")
    log.session_state["live-calls"] = [stores]
    call = open_row(log.run())
    assert call.button(key="send-again").disabled
    assert "not sent again from here" in texts(call)


def test_no_key_is_on_the_page(log: AppTest, own_code: Client):
    own_code.send("POST", "/v1/sessions", {"email": "a@b.c", "password": own_code.management_key})
    own_code.send("GET", "/v1/applications", None, f"ManagementKey-v1 {own_code.management_key}")
    log.run()
    assert not any("/v1/sessions" in row for row in listed(log))
    call = open_row(log)
    shown = texts(call) + "".join(str(body.value) for body in [*call.json, *call.code])
    assert own_code.management_key not in shown
    assert own_code.key not in shown
