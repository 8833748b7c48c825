"""Wrong requests: each gets an answer that names the field, and nothing is stored."""

from __future__ import annotations

import pytest

from tests.client import Client, item

PATH = "/v2/customer_sessions/s"


@pytest.fixture
def shop(client: Client) -> Client:
    client.load("bad-input", attributes=[{"entity": "CartItem", "name": "size", "type": "number"}])
    return client


def test_every_fault_is_listed_with_its_pointer(shop: Client):
    reply = shop.call(
        "PUT",
        PATH,
        {
            "customerSession": {
                "state": "sold",
                "couponCodes": ["x" * 101],
                "cartItems": [item(quantity=0), {"sku": "", "quantity": 1, "price": "12.50"}],
            },
            "responseContent": ["nonsense"],
        },
    )
    assert reply.status == 400
    assert reply.body["message"] == "The submitted data was invalid"
    assert set(reply.faults) == {
        "/customerSession/state",
        "/customerSession/couponCodes/0",
        "/customerSession/cartItems/0/quantity",
        "/customerSession/cartItems/1/sku",
        "/customerSession/cartItems/1/price",
        "/responseContent/0",
    }


@pytest.mark.parametrize("number", ["1e400", "1e31", "9" * 35, "-1e400", '"12"', "true", "[]"])
def test_a_price_that_is_no_sane_number_is_refused(shop: Client, number: str):
    body = f'{{"customerSession":{{"cartItems":[{{"sku":"a","quantity":1,"price":{number}}}]}}}}'
    reply = shop.call("PUT", PATH, body.encode())
    assert reply.status == 400
    assert list(reply.faults) == ["/customerSession/cartItems/0/price"]


def test_a_line_that_is_worth_more_than_a_number_may_be_is_refused(shop: Client):
    lines = [item(price=9 * 10**30, quantity=n) for n in (1, 2)]
    reply = shop.call("PUT", PATH, {"customerSession": {"cartItems": lines}})
    assert reply.status == 400
    assert list(reply.faults) == ["/customerSession/cartItems/1/price"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"',
        b"NaN",
        b'{"customerSession":{"cartItems":[{"sku":"a","quantity":1,"price":NaN}]}}',
        b"[" * 10_000 + b"]" * 10_000,
        b'{"customerSession":{"attributes":' + b"[" * 10_000 + b"]" * 10_000 + b"}}",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'"text"',
    ],
    ids=lambda body: repr(body[:24]),
)
def test_what_is_no_request_is_refused(shop: Client, body: bytes):
    reply = shop.call("PUT", PATH, body)
    assert reply.status == 400
    assert reply.body["message"]
    assert reply.body["errors"]


def test_a_body_of_20_megabytes_is_refused(shop: Client):
    reply = shop.call("PUT", PATH, b" " * 20_000_000)
    assert reply.status == 413
    assert "5 MB" in reply.body["message"]


@pytest.mark.parametrize(
    ("attributes", "title"),
    [
        ({"colour": "red"}, "Unknown"),
        ({"size": "L"}, "Invalid type"),
        ({"size": True}, "Invalid type"),
    ],
)
def test_attributes_are_checked_against_their_definitions(shop: Client, attributes, title):
    reply = shop.put_session("s", cartItems=[item(attributes=attributes)])
    assert reply.body["errors"][0]["title"] == title
    assert reply.body["errors"][0]["source"]["pointer"].startswith(
        "/customerSession/cartItems/0/attributes/"
    )


@pytest.mark.parametrize("query", ["?dry=maybe", "?dry=1"])
def test_a_flag_is_true_or_false(shop: Client, query: str):
    assert list(shop.put_session("s", query, cartItems=[item()]).faults) == ["dry"]


def test_refused_requests_store_nothing(shop: Client):
    shop.put_session("s-refused", cartItems=[item(quantity=0)])
    assert shop.get_session("s-refused").status == 404


def test_a_profile_refuses_what_needs_the_rule_engine(shop: Client):
    reply = shop.call(
        "PUT",
        "/v2/customer_profiles/p?dry=true",
        {"attributes": {}, "responseContent": ["customerProfile"]},
    )
    assert set(reply.faults) == {"dry", "/responseContent"}


@pytest.mark.parametrize("depth", [60, 10_000])
def test_a_ruleset_nested_too_deep_is_refused(client: Client, depth: int):
    group = b'{"type":"group","operator":"all","blocks":['
    blocks = group * depth + b'{"type":"checkCoupon"}' + b"]}" * depth
    bundle = (
        b'{"campaigns":[{"id":1,"name":"c","ruleset":{"id":1,"promotionRules":[{"blocks":['
        + blocks
        + b"]}]}}]}"
    )
    reply = client.send("PUT", "/sandbox/v1/workspaces/deep", bundle)
    assert reply.status == 400
    assert "deep" in reply.body["errors"][0]["details"]


def test_a_bad_bundle_is_refused_whole_with_every_fault(client: Client):
    reply = client.load(
        "broken",
        formatVersion=1,
        application={"timezone": "America", "caseSensitivity": "maybe"},
        coupon=[],
        coupons=[{"value": "A", "campaignId": 7}, {"value": 5, "campaignId": 1}],
        campaigns=[
            {"id": 1, "name": "c", "startTime": "yesterday"},
            {"id": 2, "name": "d", "ruleset": {"id": 1, "promotionRules": [{"blocks": [{}]}]}},
        ],
        limitCounters=[{"campaignId": 1, "action": "dance", "counter": 1}],
    )
    assert reply.status == 400
    assert {
        "/coupon",
        "/application/caseSensitivity",
        "/campaigns/0/startTime",
        "/coupons/1/value",
        "/limitCounters/0/action",
    } <= set(reply.faults)
    assert client.send("GET", "/sandbox/v1/workspaces/broken").status == 404


def test_a_bundle_of_a_newer_format_is_refused(client: Client):
    reply = client.load("newer", formatVersion=2)
    assert reply.faults == {"/formatVersion": "This version reads bundles of format 1, not 2"}


def test_a_ruleset_fault_is_named_inside_the_bundle(client: Client):
    block = {"type": "awardDiscount", "name": "x", "value": "{{1 +}}", "target": {"type": "cart"}}
    ruleset = {"id": 1, "promotionRules": [{"title": "r", "blocks": [block]}]}
    reply = client.load("ruleset", campaigns=[{"id": 1, "name": "c", "ruleset": ruleset}])
    assert list(reply.faults) == ["/campaigns/0/ruleset/promotionRules/0/blocks/0/value"]


def test_an_unsupported_block_loads_with_a_warning(client: Client):
    ruleset = {"id": 1, "promotionRules": [{"title": "r", "blocks": [{"type": "checkWeather"}]}]}
    reply = client.load("unsupported", campaigns=[{"id": 1, "name": "c", "ruleset": ruleset}])
    assert reply.status == 201
    assert "checkWeather" in reply.body["warnings"][0]
