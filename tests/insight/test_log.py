from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.insight.log import (
    LoggedCall,
    Wanted,
    codes_of,
    maker,
    missing_characters,
    obstacle,
    page_of,
    pointed,
    query_of,
    readable_path,
    what_to_do,
)
from sandbox.workspace.calls import clipped

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
CART = LoggedCall(
    id="1",
    origin="",
    time=NOON,
    real_time=NOON,
    method="PUT",
    path="/v2/customer_sessions/demo%2F1?dry=true",
    status=200,
    request=json.dumps({"customerSession": {"couponCodes": ["xmas20"], "referralCode": "FRIEND"}}),
    answer=json.dumps({"effects": [{"effectType": "couponCreated", "props": {"value": "NEW-1"}}]}),
    milliseconds=2.5,
)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "success"), (204, "success"), (400, "refused"), (409, "refused"), (503, "failed")],
)
def test_a_status_tells_the_outcome(status: int, outcome: str):
    assert replace(CART, status=status).outcome == outcome


def test_no_answer_is_a_failure():
    assert replace(CART, status=0).outcome == "failed"


def test_a_path_is_read_without_its_quoting():
    assert CART.session_id == "demo/1"
    assert readable_path(CART.path) == "/v2/customer_sessions/demo/1"
    assert query_of("/p?a=x%20y&a=&b=%C3%A9") == [("a", "x y"), ("a", ""), ("b", "é")]


def test_only_an_update_of_a_session_holds_a_cart():
    assert CART.is_session_update
    assert not replace(CART, method="GET").is_session_update
    assert not replace(CART, path="/v2/customer_sessions/s/reopen").is_session_update


def test_codes_come_from_request_effects_and_path():
    assert codes_of(CART) == ["xmas20", "FRIEND", "NEW-1"]
    path = "/v1/coupon_reservations/customerprofiles/A%20B"
    assert codes_of(replace(CART, path=path, request="", answer="")) == ["A B"]


@pytest.mark.parametrize("body", ["", "no JSON", "[]", "null", '{"customerSession": 1}'])
def test_a_body_of_any_shape_has_no_codes(body: str):
    assert codes_of(replace(CART, request=body, answer=body)) == []


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(path="customer_sessions/demo/1"),
        Wanted(path="put /V2"),
        Wanted(outcome="success"),
        Wanted(since=NOON, until=NOON),
        Wanted(code="XMAS"),
        Wanted(code="new-1"),
    ],
)
def test_a_call_is_found_by_what_it_is(wanted: Wanted):
    assert wanted.takes(CART)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(path="dry"),
        Wanted(outcome="refused"),
        Wanted(since=NOON + timedelta(seconds=1)),
        Wanted(until=NOON - timedelta(seconds=1)),
        Wanted(code="couponCodes"),
        Wanted(code="summer"),
    ],
)
def test_a_call_is_left_out_by_what_it_is_not(wanted: Wanted):
    assert not wanted.takes(CART)


def test_a_code_in_escaped_json_is_found():
    assert Wanted(code="été").takes(
        replace(CART, request=json.dumps({"customerSession": {"couponCodes": ["ÉTÉ-1"]}}))
    )


def test_in_a_cut_request_a_code_is_looked_for_as_text():
    assert Wanted(code="xmas").takes(replace(CART, request=CART.request[:-5], answer=""))


def test_times_filter_by_the_real_one():
    frozen = replace(CART, time=NOON + timedelta(days=100))
    assert Wanted(until=NOON).takes(frozen)


def numbered(count: int) -> list[LoggedCall]:
    return [replace(CART, id=str(number)) for number in range(count)]


@pytest.mark.parametrize(
    ("number", "ids"), [(1, ["0", "1"]), (2, ["2", "3"]), (3, ["4"]), (9, ["4"])]
)
def test_a_page_after_the_last_is_the_last(number: int, ids: list[str]):
    page = page_of(numbered(5), Wanted(), number, 2)
    assert [call.id for call in page.calls] == ids
    assert (page.found, page.seen) == (5, 5)


def test_a_full_last_page_comes_whole():
    assert [call.id for call in page_of(numbered(4), Wanted(), 7, 2).calls] == ["2", "3"]


def test_a_page_of_nothing_tells_how_many_were_looked_at():
    page = page_of(numbered(3), Wanted(path="nowhere"), 1, 2)
    assert (page.calls, page.found, page.seen) == ([], 0, 3)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/v2/customer_sessions/demo-7f-1?dry=true", "the Workbench"),
        ("/v2/customer_sessions/order-1", "your own code"),
        ("/v1/applications/1/campaigns", "a page of this app, or your own code"),
    ],
)
def test_a_session_id_tells_who_made_a_call(path: str, words: str):
    assert maker(replace(CART, path=path), "demo-7f") == words


def test_a_live_call_was_made_by_this_app():
    assert maker(replace(CART, origin="https://x.talon.one"), "demo-7f").startswith("a page of")


def test_what_the_log_cut_off_is_counted():
    assert missing_characters(clipped("x" * 200_010)) == 10
    assert missing_characters('{"a": "… (5 more characters)"}') == 0


@pytest.mark.parametrize("request_", [clipped("1" * 200_001), "--boundary\r\nContent-Disposition"])
def test_what_the_log_has_in_part_is_not_sent_again(request_: str):
    assert obstacle(replace(CART, request=request_))


def test_a_call_that_is_whole_can_be_sent_again():
    assert obstacle(CART) == obstacle(replace(CART, request="")) == ""


def test_a_pointer_is_shown_as_a_path():
    assert pointed("/customerSession/cartItems/0/price") == "customerSession.cartItems[0].price"
    assert pointed("/attributes/a~1b c") == 'attributes["a/b c"]'
    assert pointed("") == ""


def test_every_kind_of_failure_says_what_to_do():
    assert all(what_to_do(status) for status in (0, 400, 404, 405, 500, 503))
