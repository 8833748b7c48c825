"""Requests that no shop sends: odd bytes, ids, numbers, times, methods. All get clean answers."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from sandbox.emulator import http
from tests.client import Client

NAME = "odd"
SESSION = "/v2/customer_sessions/s"
CLOCK = f"/sandbox/v1/workspaces/{NAME}/clock"
SERVER_FAULT = 500
ODD_TEXTS = (
    "\0",
    "a\r\nX: 1",
    "'; DROP TABLE sessions; --",
    "%",
    "_",
    "\\",
    "<script>",
    "..",
    "/",
    "#?&",
    "ü",
    "🛒",
    "\u202e",
    "$(id)",
    "{{1+1}}",
    ".*",
    "x" * 5000,
)


@pytest.fixture
def shop(client: Client) -> Client:
    text = {"entity": "CustomerSession", "name": "note", "type": "string"}
    limits = [{"action": "redeemCoupon", "limit": 9, "period": "yearly", "entities": ["Profile"]}]
    reply = client.load(
        NAME,
        clock="2026-06-15T12:00:00Z",
        application={"timezone": "Asia/Tokyo"},
        attributes=[text],
        audiences=[{"id": 9, "name": "VIP"}],
        campaigns=[{"id": 1, "name": "c", "limits": limits}],
        catalogs=[{"id": 30, "name": "Catalog"}],
        loyaltyPrograms=[{"id": 5, "name": "Points"}],
    )
    assert reply.status == 201, reply.body
    return client


def exchange(client: Client, sent: bytes) -> bytes:
    """Send bytes as they are and return what comes back until the server closes."""
    url = urlsplit(client.base_url)
    with socket.create_connection((url.hostname, url.port), timeout=10) as connection:
        connection.sendall(sent)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("segment", ["%ff", "%C3%28", "%ED%A0%80", "%", "%zz", "a%2"])
@pytest.mark.parametrize("path", ["/v2/customer_sessions/{}", "/v1/loyalty_programs/{}/cards"])
def test_an_id_that_is_not_percent_encoded_utf8_is_refused(shop: Client, path: str, segment: str):
    reply = shop.call("PUT", path.format(segment), {"customerSession": {}})
    assert reply.status == 400
    assert list(reply.faults) in (["customerSessionId"], ["loyaltyProgramId"])


@pytest.mark.parametrize(
    "odd",
    ODD_TEXTS,
    ids=lambda odd: ascii(odd[:12]),
)
def test_an_id_of_any_characters_is_kept_as_it_is(shop: Client, odd: str):
    assert shop.put_session(odd, profileId=odd).status == 200
    session = shop.get_session(odd).body["customerSession"]
    assert (session["integrationId"], session["profileId"]) == (odd, odd)
    assert shop.get_session(f"{odd}!").status == 404


def test_what_a_client_sent_comes_back_as_json_only(shop: Client):
    reply = shop.get_session("<script>alert(1)</script>")
    assert reply.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "text",
    [rb"\ud800", rb"\udfff\ud800", b"\xff", b"\xed\xa0\x80", b"\x00", b"\n"],
    ids=repr,
)
@pytest.mark.parametrize(
    "body",
    [
        b'{"customerSession":{"couponCodes":["%s"]}}',
        b'{"customerSession":{"profileId":"%s"}}',
        b'{"customerSession":{"attributes":{"note":"%s"}}}',
        b'{"customerSession":{"attributes":{"%s":1}}}',
        b'{"customerSession":{"state":"%s"}}',
    ],
)
def test_a_text_that_is_no_unicode_is_refused(shop: Client, body: bytes, text: bytes):
    reply = shop.call("PUT", SESSION, body % text)
    assert reply.status == 400
    assert reply.faults


@pytest.mark.parametrize("field", [b'"\xff":1', b'"x":"\xff"', b'"x":{"\xc3":[]}'])
def test_a_body_that_is_no_utf8_is_refused_also_in_fields_that_nobody_reads(
    shop: Client, field: bytes
):
    assert shop.call("PUT", SESSION, b'{"customerSession":{},%s}' % field).status == 400


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_body_in_another_encoding_is_refused(shop: Client, encoding: str):
    assert shop.call("PUT", SESSION, '{"customerSession":{}}'.encode(encoding)).status == 400


@pytest.mark.parametrize("depth", [90, 300, 900, 960, 970, 980, 990, 1500, 100_000])
@pytest.mark.parametrize(
    "body",
    [
        b'{"customerSession":{"experimentVariantAllocations":[%s]}}',
        b'{"customerSession":{"attributes":{"note":%s}}}',
        b'{"customerSession":{},"nobodyReadsThis":%s}',
    ],
)
def test_json_of_any_depth_is_answered_and_can_be_read_again(shop: Client, body: bytes, depth: int):
    sent = shop.call("PUT", SESSION, body % (b"[" * depth + b"]" * depth))
    assert sent.status in (200, 400)
    assert shop.put_session("s").status == 200
    assert shop.get_session("s").status == 200


@pytest.mark.parametrize(
    "number",
    [str(2**63), str(-(2**63) - 1), "1" + "0" * 30, "1" + "0" * 5000, "1.5", "1e9999"],
    ids=lambda number: number[:20],
)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", SESSION, '{"customerSession":{"evaluableCampaignIds":[%s]}}'),
        ("PUT", SESSION, '{"customerSession":{"cartItems":[{"sku":"a","price":1,"quantity":%s}]}}'),
        ("PUT", "/v2/customer_profiles/p", '{"audiencesChanges":{"adds":[%s],"deletes":[]}}'),
        ("POST", "/v2/customer_audiences", '{"data":[{"action":"add","audienceId":%s}]}'),
        ("POST", "/v2/audiences", '{"name":"n","subscribedApplicationsIds":[%s]}'),
        ("POST", "/v1/referrals", '{"campaignId":%s,"advocateProfileIntegrationId":"a"}'),
        ("PUT", "/v1/catalogs/30/sync", '{"version":%s,"actions":[]}'),
        ("POST", f"{SESSION}/returns", '{"return":{"returnedCartItems":[{"position":%s}]}}'),
        ("GET", "/v1/loyalty_programs/%s/profile/p/balances", ""),
        ("GET", "/v1/integration/campaigns?pageSize=%s", ""),
        ("GET", "/v1/integration/campaigns?skip=%s", ""),
        ("GET", "/v1/integration/campaigns?campaignIds=%s", ""),
    ],
)
def test_a_number_of_any_size_is_answered(
    shop: Client, method: str, path: str, body: str, number: str
):
    sent = body.replace("%s", number).encode() or None
    assert shop.call(method, path.replace("%s", number), sent).status < SERVER_FAULT


@pytest.mark.parametrize(
    "time", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00", "9000-01-01T00:00:00Z"]
)
def test_where_the_calendar_ends_there_is_no_present(shop: Client, time: str):
    assert list(shop.put_session("s", f"?dry=true&now={quote(time)}").faults) == ["now"]
    question = {"customerSessionId": "s", "request": {"customerSession": {}}, "now": time}
    explain = f"/sandbox/v1/workspaces/{NAME}/explain"
    assert list(shop.send("POST", explain, question).faults) == ["/now"]
    assert list(shop.send("PUT", CLOCK, {"now": time}).faults) == ["/now"]
    assert list(shop.load("other", clock=time).faults) == ["/clock"]
    assert shop.put_session("s").status == 200


def test_where_the_calendar_begins_there_is_none_either(shop: Client):
    time = "0001-01-01T00:00:00+12:00"
    assert list(shop.send("PUT", CLOCK, {"now": time}).faults) == ["/now"]
    assert list(shop.load("other", clock=time).faults) == ["/clock"]


def test_a_clock_cannot_be_moved_there(shop: Client):
    assert list(shop.send("PUT", CLOCK, {"advance": "7500Y"}).faults) == ["/advance"]
    runtime = {"clock": {"offsetSeconds": 10**12}}
    assert shop.load("other", **{"x-runtime": runtime}).status == 400


def test_the_last_of_a_repeated_parameter_counts(shop: Client):
    assert shop.put_session("s", "?dry=false&dry=true").status == 200
    assert shop.get_session("s").status == 404


@pytest.mark.parametrize("query", ["dry=%00", "dry=%ff", "dry", "dry=", "now=%00&dry=true"])
def test_a_parameter_of_odd_bytes_is_refused(shop: Client, query: str):
    assert shop.put_session("s", f"?{query}").status == 400


@pytest.mark.parametrize("query", ["&&&=&=", "%ff=%ff", "x[]=1", "a=" * 10_000])
def test_parameters_that_nobody_reads_do_no_harm(shop: Client, query: str):
    assert shop.put_session("s", f"?{query}").status == 200


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PATCH", "DELETE", "PROPFIND"])
def test_a_method_that_is_not_there_is_refused_with_those_that_are(shop: Client, method: str):
    reply = shop.call(method, SESSION)
    assert reply.status == 405
    assert reply.headers["allow"] == "GET, PUT"


def test_an_answer_to_head_has_no_body(shop: Client):
    head = f"HEAD {SESSION} HTTP/1.1\r\nHost: x\r\nAuthorization: ApiKey-v1 {shop.key}\r\n"
    answer = exchange(shop, f"{head}Connection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 405")
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "\xff", "a/b; charset=x"]
)
def test_a_body_is_read_as_json_whatever_it_is_called(shop: Client, content_type: str):
    headers = {"Content-Type": content_type}
    assert shop.call("PUT", SESSION, {"customerSession": {}}, **headers).status == 200
    assert shop.call("PUT", SESSION, b"customerSession=1", **headers).status == 400


def test_a_compressed_body_is_refused(shop: Client):
    headers = {"Content-Encoding": "gzip"}
    assert shop.call("PUT", SESSION, b"\x1f\x8b\x08\x00", **headers).status == 400


@pytest.mark.parametrize("key", ["", "x" * 300, "\xff", "a b", "\x7f"])
def test_an_odd_idempotency_key_is_answered(shop: Client, key: str):
    headers = {"Idempotency-Key": key}
    assert shop.call("PUT", SESSION, {"customerSession": {}}, **headers).status in (200, 400)


@pytest.mark.parametrize("key", ["", "ApiKey-v1", "ApiKey-v1 ", "ApiKey-v1 \xff", "Basic x"])
def test_an_odd_key_opens_nothing(shop: Client, key: str):
    assert shop.send("GET", SESSION, authorization=key).status == 401


def test_a_body_that_does_not_come_is_not_waited_for(shop: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(http, "MAX_SECONDS", 0.1)
    head = f"PUT {SESSION} HTTP/1.1\r\nHost: x\r\nAuthorization: ApiKey-v1 {shop.key}\r\n"
    answer = exchange(shop, f"{head}Content-Length: 100\r\n\r\n{{".encode())
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"0.1 seconds" in answer


@pytest.mark.parametrize(
    "field", ["Content-Length: -5", "Content-Length: x", "Transfer-Encoding: nonsense"]
)
def test_a_broken_head_is_refused(shop: Client, field: str):
    answer = exchange(shop, f"PUT {SESSION} HTTP/1.1\r\nHost: x\r\n{field}\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 400")


def test_what_was_refused_is_in_the_log(shop: Client, server: Any):
    shop.call("PUT", SESSION, b'{"x":"\xff\x00"}')
    (newest,) = server.running.workspaces.calls(NAME, 1)
    assert newest.status == 400
