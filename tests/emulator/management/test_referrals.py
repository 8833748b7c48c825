"""The Management API's referrals, and CSV files of them."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from tests.client import Client
from tests.emulator.management.codes import NOW, loaded, upload

CAMPAIGN = "/v1/applications/7/campaigns/1"
OTHER = "/v1/applications/7/campaigns/2"
IMPORT = f"{CAMPAIGN}/import_referrals"
EXPORT = "/v1/applications/7/export_referrals"


def referral(id: int, code: str, **fields: Any) -> dict[str, Any]:
    given = {"campaignId": 1, "created": NOW, "usageLimit": 1, "usageCounter": 0}
    return {"id": id, "code": code, "advocateProfileIntegrationId": "adv", **given, **fields}


REFERRALS = [
    referral(
        2,
        "PAL-2",
        friendProfileIntegrationId="friend",
        startDate="2026-06-01T00:00:00Z",
        expiryDate="2026-06-15T12:00:00Z",
        attributes={"channel": "mail"},
        batchId="one",
    ),
    referral(1, "PAL-1", usageCounter=1, created="2026-06-01T00:00:00Z"),
    referral(
        3,
        "SOON",
        usageLimit=0,
        startDate="2026-12-01T00:00:00Z",
        advocateProfileIntegrationId="else",
    ),
    referral(4, "ELSEWHERE", campaignId=2),
]


@pytest.fixture
def shop(client: Client) -> Client:
    return loaded(client, referrals=REFERRALS)


def codes(client: Client, query: str = "") -> list[str]:
    reply = client.manage("GET", f"{CAMPAIGN}/referrals/no_total{query}")
    assert reply.status == 200, reply.body
    return [referral["code"] for referral in reply.body["data"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["PAL-1", "PAL-2", "SOON"]),
        ("?code=pal", ["PAL-1", "PAL-2"]),
        ("?code=AL2", ["PAL-2"]),
        ("?code=--", []),
        ("?createdBefore=2026-06-01T00:00:00Z", ["PAL-1"]),
        ("?createdAfter=2026-06-02", ["PAL-2", "SOON"]),
        ("?valid=expired", ["PAL-2"]),
        ("?valid=validNow", ["PAL-1"]),
        ("?valid=validFuture", ["SOON"]),
        ("?usable=true", ["PAL-2", "SOON"]),
        ("?usable=false", ["PAL-1"]),
        ("?advocate=else", ["SOON"]),
        ("?sort=-code", ["SOON", "PAL-2", "PAL-1"]),
        ("?pageSize=1&skip=1", ["PAL-2"]),
    ],
)
def test_referrals_are_listed_by_id_narrowed_or_sorted(shop: Client, query, found):
    assert codes(shop, query) == found


def test_a_page_says_whether_there_are_more(shop: Client):
    path = f"{CAMPAIGN}/referrals/no_total"
    assert shop.manage("GET", f"{path}?pageSize=2").body["hasMore"] is True
    assert shop.manage("GET", f"{path}?pageSize=3").body["hasMore"] is False


def test_an_update_sets_what_it_names_and_takes_away_dates_and_friend(shop: Client):
    sent = {"usageLimit": 5, "expiryDate": "2026-08-01T02:00:00+02:00"}
    reply = shop.manage("PUT", f"{CAMPAIGN}/referrals/2", sent)
    assert reply.status == 200
    changed = reply.body
    assert changed["usageLimit"] == 5
    assert changed["expiryDate"] == "2026-08-01T00:00:00Z"
    assert changed["attributes"] == {"channel": "mail"}
    assert not {"startDate", "friendProfileIntegrationId"} & set(changed)
    assert codes(shop, "?valid=expired") == []


def test_a_misspelt_field_of_an_update_is_refused(shop: Client):
    reply = shop.manage("PUT", f"{CAMPAIGN}/referrals/2", {"usagelimit": 5})
    assert list(reply.faults) == ["/usagelimit"]


def test_what_is_wrong_with_an_update_is_named(shop: Client):
    sent = {"attributes": {"colour": "red"}, "startDate": NOW, "expiryDate": NOW}
    reply = shop.manage("PUT", f"{CAMPAIGN}/referrals/2", sent)
    assert set(reply.faults) == {"/attributes/colour", "/expiryDate"}
    assert codes(shop, "?valid=expired") == ["PAL-2"]


def test_a_deleted_referral_is_gone(shop: Client):
    assert shop.manage("DELETE", f"{CAMPAIGN}/referrals/2").status == 204
    assert codes(shop) == ["PAL-1", "SOON"]
    effects = shop.put_session("s", "?dry=true", referralCode="PAL-2").body["effects"]
    assert effects[0]["props"]["rejectionReason"] == "ReferralNotFound"


def test_a_referral_of_another_campaign_is_not_found(shop: Client):
    assert shop.manage("DELETE", f"{OTHER}/referrals/2").status == 404
    assert shop.manage("PUT", f"{CAMPAIGN}/referrals/9", {}).status == 404


def test_a_file_becomes_referrals(client: Client):
    loaded(client)
    text = (
        "code,startdate,expirydate,advocateprofileintegrationid,limitval,attributes\n"
        'CODE1,2020-11-10T23:00:00Z,2021-11-11T23:00:00Z,integid_4,5,"{""channel"":\n""x""}"\n'
        "CODE2,,,integid1,,\n"
    )
    reply = upload(client, "POST", IMPORT, text)
    assert reply.status == 200
    assert reply.body.items() >= {"entity": "Referral", "amount": 2}.items()
    first, second = client.manage("GET", f"{CAMPAIGN}/referrals/no_total").body["data"]
    wanted = {
        "advocateProfileIntegrationId": "integid_4",
        "startDate": "2020-11-10T23:00:00Z",
        "usageLimit": 5,
        "attributes": {"channel": "x"},
        "importId": 1,
    }
    assert first.items() >= wanted.items()
    assert second["usageLimit"] == 1


def test_every_faulty_line_is_named_and_nothing_is_stored(client: Client):
    loaded(client, referrals=[referral(1, "THERE")])
    text = (
        "code,advocateprofileintegrationid,limitval\n"
        "GOOD1,adv,\n"
        "THERE,adv,\n"
        "ABC,adv,\n"
        "GOOD2,,-1\n"
        f"GOOD3,{'x' * 1001},\n"
    )
    reply = upload(client, "POST", IMPORT, text)
    assert set(reply.faults) == {
        "/upFile/3/code",
        "/upFile/4/code",
        "/upFile/5/advocateprofileintegrationid",
        "/upFile/5/limitval",
        "/upFile/6/advocateprofileintegrationid",
    }
    assert codes(client) == ["THERE"]


def test_an_export_has_all_that_is_known_of_referrals(shop: Client):
    reply = shop.manage("GET", f"{EXPORT}?batchId=one&dateFormat=excel")
    assert reply.headers["content-type"] == "application/csv"
    assert list(csv.DictReader(reply.body.splitlines())) == [
        {
            "id": "2",
            "created": "2026-06-15 12:00:00",
            "campaignid": "1",
            "advocateprofileintegrationid": "adv",
            "friendprofileintegrationid": "friend",
            "startdate": "2026-06-01 00:00:00",
            "expirydate": "2026-06-15 12:00:00",
            "code": "PAL-2",
            "importid": "",
            "attributes": '{"channel":"mail"}',
            "batchid": "one",
            "counter": "0",
            "limitval": "1",
        }
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["PAL-1", "PAL-2", "SOON", "ELSEWHERE"]),
        ("?campaignId=2", ["ELSEWHERE"]),
        ("?usable=false", ["PAL-1"]),
        ("?valid=validFuture", ["SOON"]),
        ("?createdBefore=2026-06-02", ["PAL-1"]),
    ],
)
def test_an_export_can_be_narrowed(shop: Client, query: str, found: list[str]):
    lines = shop.manage("GET", f"{EXPORT}{query}").body.splitlines()
    assert [line["code"] for line in csv.DictReader(lines)] == found
