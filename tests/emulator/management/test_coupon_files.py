"""importCoupons and exportCoupons."""

from __future__ import annotations

import csv
import time

import pytest

from tests.client import Client
from tests.emulator.management.codes import NOW, coupon, loaded, upload, values

CAMPAIGN = "/v1/applications/7/campaigns/1"
IMPORT = f"{CAMPAIGN}/import_coupons"
EXPORT = "/v1/applications/7/export_coupons"
CLOCK = "/sandbox/v1/workspaces/codes/clock"
SAMPLE = (
    '"value","expirydate","startdate","recipientintegrationid","limitval","attributes",'
    '"discountlimit"\n'
    'COUP1,2018-07-01T04:00:00+02:00,2018-05-01T04:00:00Z,cust123,3,"{""channel"":\n'
    '""10_off""}",2.4\n'
    "COUP2,,,,,,\n"
)


def listed(client: Client, query: str = "") -> list[dict[str, object]]:
    return client.manage("GET", f"{CAMPAIGN}/coupons/no_total{query}").body["data"]


def exported(client: Client, query: str = "") -> list[dict[str, str]]:
    reply = client.manage("GET", f"{EXPORT}{query}")
    assert reply.status == 200, reply.body
    return list(csv.DictReader(reply.body.splitlines()))


def test_a_file_becomes_coupons(client: Client):
    loaded(client)
    reply = upload(client, "POST", IMPORT, SAMPLE)
    assert reply.status == 200
    assert reply.body == {
        "id": 1,
        "created": NOW,
        "accountId": 1,
        "userId": 1,
        "entity": "Coupon",
        "amount": 2,
    }
    first, second = listed(client)
    assert first["batchId"] == second["batchId"]
    wanted = {
        "value": "COUP1",
        "expiryDate": "2018-07-01T02:00:00Z",
        "startDate": "2018-05-01T04:00:00Z",
        "recipientIntegrationId": "cust123",
        "usageLimit": 3,
        "attributes": {"channel": "10_off"},
        "discountLimit": 2.4,
        "importId": 1,
    }
    assert first.items() >= wanted.items()
    assert second.items() >= {"value": "COUP2", "usageLimit": 1, "importId": 1}.items()


def test_every_faulty_line_is_named_and_nothing_is_stored(client: Client):
    loaded(client, coupons=[coupon(1, "THERE")])
    lines = [
        "value,expirydate,startdate,limitval,discountlimit,attributes",
        "GOOD,,,,,",
        "XY,,,,,",
        "THERE,,,,,",
        "GOOD,,,,,",
        "DATE,soon,,,,",
        "ORDER,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,,,",
        "MANY,,,1000000,-1,",
        "SOME,,,x,NaN,",
        'JSON,,,,,"[1]"',
        'ATTR,,,,,"{""colour"": ""red"", ""rank"": ""high""}"',
        "CELLS,",
        ",2026-01-01T00:00:00Z,,,,",
    ]
    reply = upload(client, "POST", IMPORT, "\n".join(lines))
    assert reply.status == 400
    assert set(reply.faults) == {
        "/upFile/3/value",
        "/upFile/4/value",
        "/upFile/5/value",
        "/upFile/6/expirydate",
        "/upFile/7/expirydate",
        "/upFile/8/limitval",
        "/upFile/8/discountlimit",
        "/upFile/9/limitval",
        "/upFile/9/discountlimit",
        "/upFile/10/attributes",
        "/upFile/11/attributes/colour",
        "/upFile/11/attributes/rank",
        "/upFile/12",
        "/upFile/13/value",
    }
    assert reply.faults["/upFile/3/value"] == "Line 3: “value” has at least 3 characters"
    assert values(client) == ["THERE"]


def test_a_line_is_where_it_begins(client: Client):
    loaded(client)
    text = 'value,attributes\n\nAAA,"{""channel"":\n\n""x""}"\nBB,\n'
    assert list(upload(client, "POST", IMPORT, text).faults) == ["/upFile/6/value"]


def test_duplicates_can_be_skipped(client: Client):
    settings = {"id": 7, "name": "S", "currency": "USD", "timezone": "UTC"}
    loaded(
        client,
        application={**settings, "caseSensitivity": "insensitive-uppercase"},
        coupons=[coupon(1, "THERE")],
    )
    text = "value\nthere\nnew1\nNEW1\n"
    reply = upload(client, "POST", f"{IMPORT}?skipDuplicates=true", text)
    assert reply.body["amount"] == 1
    assert values(client) == ["THERE", "NEW1"]


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("", "/upFile/1/value"),
        ("code\nAAA\n", "/upFile/1/code"),
        ("value,colour\nAAA,red\n", "/upFile/1/colour"),
        ("value,value\nAAA,BBB\n", "/upFile/1/value"),
        ('value\n"AAA\n', "/upFile/2"),
        (b"value\nAAA\n\xff\xfe\n", "upFile"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(client: Client, text: str | bytes, pointer: str):
    loaded(client)
    reply = upload(client, "POST", IMPORT, text)
    assert reply.status == 400
    assert pointer in reply.faults


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"value\nAAA\n"),
        ("multipart/form-data; boundary=X", b"value\nAAA\n"),
        ("multipart/form-data; boundary=X", b"--X\r\n\r\n"),
        ("multipart/form-data; boundary=X", b""),
        (
            "multipart/form-data; boundary=X",
            b'--X\r\nContent-Disposition: form-data; name="file"\r\n\r\nvalue\r\n--X--\r\n',
        ),
    ],
)
def test_a_body_without_the_file_is_refused(client: Client, content_type: str, body: bytes):
    loaded(client)
    reply = client.manage("POST", IMPORT, body, **{"Content-Type": content_type})
    assert reply.status == 400
    assert list(reply.faults) == ["upFile"]


def test_a_byte_order_mark_and_other_line_ends_are_fine(client: Client):
    loaded(client)
    upload(client, "POST", IMPORT, b"\xef\xbb\xbfVALUE \r\nAAA\r\n\r\nBBB\r\n")
    assert values(client) == ["AAA", "BBB"]


def test_twenty_thousand_lines_take_seconds_at_most(client: Client):
    loaded(client)
    text = "value,limitval\n" + "".join(f"CODE-{number},2\n" for number in range(20_000))
    started = time.perf_counter()
    assert upload(client, "POST", IMPORT, text).body["amount"] == 20_000
    assert time.perf_counter() - started < 10


def test_an_export_has_all_that_is_known_of_coupons(client: Client):
    limits = [{"action": "redeemCoupon", "limit": 2, "entities": ["Profile"]}]
    full = coupon(
        5,
        "FULL",
        usageCounter=2,
        usageLimit=3,
        startDate="2026-06-01T02:00:00+02:00",
        attributes={"channel": 'a "b", c'},
        limits=limits,
        batchId="one",
        importId=671,
        referralId=47,
        recipientIntegrationId="anna",
        discountLimit=1.5,
        reservation=False,
    )
    loaded(client, coupons=[full])
    assert exported(client) == [
        {
            "id": "5",
            "created": NOW,
            "campaignid": "1",
            "value": "FULL",
            "expirydate": "",
            "startdate": "2026-06-01T00:00:00Z",
            "attributes": '{"channel":"a \\"b\\", c"}',
            "applicationid": "7",
            "deleted": "false",
            "deleted_changelogid": "0",
            "accountid": "1",
            "referralid": "47",
            "recipientintegrationid": "anna",
            "importid": "671",
            "batchid": "one",
            "reservation": "false",
            "limits": '[{"action":"redeemCoupon","limit":2,"entities":["Profile"]}]',
            "limitval": "3",
            "counter": "2",
            "discount_counter": "0",
            "discount_limitval": "1.5",
            "is_reservation_mandatory": "false",
            "reservation_counter": "0",
            "reservation_limitval": "",
        }
    ]


def test_an_export_is_a_csv_file(client: Client):
    loaded(client)
    assert client.manage("GET", EXPORT).headers["content-type"] == "application/csv"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["A-1", "B-1"]),
        ("?campaignId=2", ["B-1"]),
        ("?campaignId=9", []),
        ("?campaignId=1&campaignState=running", ["A-1"]),
        ("?campaignState=disabled", []),
        ("?value=b1&exactMatch=true", ["B-1"]),
        ("?batchId=one", ["A-1"]),
        ("?sort=-value", ["B-1", "A-1"]),
    ],
)
def test_an_export_can_be_narrowed_and_sorted(client: Client, query: str, found: list[str]):
    loaded(client, coupons=[coupon(1, "A-1", batchId="one"), coupon(2, "B-1", campaignId=2)])
    assert [line["value"] for line in exported(client, query)] == found


def test_codes_can_be_exported_alone(client: Client):
    loaded(client, coupons=[coupon(1, "A-1"), coupon(2, "B-1")])
    assert client.manage("GET", f"{EXPORT}?valuesOnly=true").body == "value\nA-1\nB-1\n"


def test_times_can_be_those_of_a_spreadsheet(client: Client):
    loaded(client, coupons=[coupon(1, "A-1", expiryDate="2026-07-01T02:00:00.5+02:00")])
    assert exported(client, "?dateFormat=excel")[0]["expirydate"] == "2026-07-01 00:00:00"
    assert exported(client, "?dateFormat=ISO8601")[0]["expirydate"] == "2026-07-01T00:00:00.500000Z"
    assert client.manage("GET", f"{EXPORT}?dateFormat=roman").status == 400


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["LEFT"]),
        ("?deletedAfter=2026-06-01", ["GONE-1", "GONE-2"]),
        ("?deletedBefore=2026-06-16T00:00:00Z", ["GONE-1"]),
        ("?deletedAfter=2026-06-01&value=gone2", ["GONE-2"]),
        ("?deletedAfter=2026-06-01&sort=-id&valuesOnly=true", ["GONE-2", "GONE-1"]),
        ("?deletedBefore=2026-06-01", []),
    ],
)
def test_deleted_coupons_can_be_exported(client: Client, query: str, found: list[str]):
    loaded(client, coupons=[coupon(1, "GONE-1"), coupon(2, "GONE-2"), coupon(3, "LEFT")])
    client.manage("DELETE", f"{CAMPAIGN}/coupons/1")
    client.send("PUT", CLOCK, {"now": "2026-06-17T00:00:00Z"})
    client.manage("DELETE", f"{CAMPAIGN}/coupons?value=GONE")
    lines = exported(client, query)
    assert [line["value"] for line in lines] == found
    assert {line.get("deleted") for line in lines} <= {
        "true" if "deleted" in query else "false",
        None,
    }


def test_coupons_that_were_deleted_a_week_ago_are_forgotten(client: Client):
    loaded(client, coupons=[coupon(1, "GONE-1"), coupon(2, "GONE-2")])
    client.manage("DELETE", f"{CAMPAIGN}/coupons/1")
    client.send("PUT", CLOCK, {"now": "2026-06-22T12:00:01Z"})
    client.manage("DELETE", f"{CAMPAIGN}/coupons/2")
    assert [line["value"] for line in exported(client, "?deletedAfter=2026-06-01")] == ["GONE-2"]


def test_what_was_exported_can_be_imported(client: Client):
    terms = {"usageLimit": 0, "expiryDate": "2026-07-01T00:00:00Z", "discountLimit": 5}
    loaded(client, coupons=[coupon(1, "A-1", **terms)])
    text = client.manage("GET", f"{EXPORT}?dateFormat=excel").body
    loaded(client)
    assert upload(client, "POST", IMPORT, text).body["amount"] == 1
    [again] = listed(client)
    assert again.items() >= terms.items()
