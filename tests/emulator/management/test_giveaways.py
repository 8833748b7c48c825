"""importPoolGiveaways and exportPoolGiveaways."""

from __future__ import annotations

import csv

import pytest

from tests.client import Client
from tests.emulator.management.codes import NOW, loaded, upload

IMPORT = "/v1/giveaways/pools/2/import"
EXPORT = "/v1/giveaways/pools/2/export"
POOL = {"id": 2, "name": "Cinema"}
CODE = {
    "id": 9,
    "code": "OLD",
    "created": "2026-06-01T00:00:00Z",
    "startDate": "2026-01-01T00:00:00Z",
    "attributes": {"provider": "Amazon"},
}
AWARD = {"id": "b", "type": "awardGiveaway", "giveawayPool": POOL, "profile": "Current"}
CAMPAIGN = {
    "id": 1,
    "name": "Tickets",
    "ruleset": {"id": 11, "promotionRules": [{"title": "one", "blocks": [AWARD]}]},
}


@pytest.fixture
def shop(client: Client) -> Client:
    return loaded(client, giveawayPools=[{**POOL, "codes": [CODE]}], campaigns=[CAMPAIGN])


def exported(client: Client, query: str = "") -> list[dict[str, str]]:
    reply = client.manage("GET", f"{EXPORT}{query}")
    assert reply.status == 200, reply.body
    return list(csv.DictReader(reply.body.splitlines()))


def awarded(client: Client, session_id: str) -> list[str]:
    closed = client.put_session(session_id, state="closed", profileId="anna")
    return [effect["props"].get("code") for effect in closed.body["effects"]]


def test_a_file_becomes_codes_that_are_given_after_the_others(shop: Client):
    text = 'code,startdate,enddate,attributes\nNEW,,,"{""provider"": ""X""}"\n'
    reply = upload(shop, "POST", IMPORT, text)
    assert reply.status == 200
    assert reply.body.items() >= {"id": 1, "entity": "Giveaway", "amount": 1}.items()
    assert [awarded(shop, f"s{number}") for number in range(3)] == [["OLD"], ["NEW"], []]


def test_the_same_code_is_given_as_often_as_it_was_imported(shop: Client):
    text = "code,startdate,enddate\nTWICE,,2026-01-01T00:00:00Z\nTWICE,,\nTWICE,,\n"
    upload(shop, "POST", IMPORT, text)
    codes = [awarded(shop, f"s{number}") for number in range(4)]
    assert codes == [["OLD"], ["TWICE"], ["TWICE"], []]
    assert [line["used"] for line in exported(shop)] == ["true", "false", "true", "true"]


def test_codes_that_are_there_twice_survive_an_export_of_the_workspace(shop: Client):
    upload(shop, "POST", IMPORT, "code\nTWICE\nTWICE\n")
    awarded(shop, "s1")
    before = exported(shop)
    bundle = shop.send("GET", "/sandbox/v1/workspaces/codes").body
    assert shop.load("codes", **bundle).status == 201
    assert exported(shop) == before


def test_every_faulty_line_is_named_and_nothing_is_stored(shop: Client):
    text = 'code,startdate,attributes\nGOOD,,\n,2026-01-01,\nBAD,soon,"{""colour"": 1}"\n'
    reply = upload(shop, "POST", IMPORT, text)
    assert set(reply.faults) == {
        "/upFile/3/code",
        "/upFile/4/startdate",
        "/upFile/4/attributes/colour",
    }
    assert len(exported(shop)) == 1


def test_an_export_has_all_that_is_known_of_codes(shop: Client):
    awarded(shop, "s1")
    assert exported(shop) == [
        {
            "id": "9",
            "poolid": "2",
            "code": "OLD",
            "startdate": "2026-01-01T00:00:00Z",
            "enddate": "",
            "attributes": '{"provider":"Amazon"}',
            "used": "true",
            "importid": "",
            "created": "2026-06-01T00:00:00Z",
            "profileintegrationid": "anna",
            "profileid": "1",
        }
    ]


def test_an_export_can_be_narrowed_to_times_of_creation(shop: Client):
    upload(shop, "POST", IMPORT, "code\nNEW\n")
    assert [line["code"] for line in exported(shop, "?createdBefore=2026-06-02")] == ["OLD"]
    assert [line["code"] for line in exported(shop, f"?createdAfter={NOW}")] == ["NEW"]


def test_a_pool_that_there_is_none_of_is_not_found(shop: Client):
    assert shop.manage("GET", "/v1/giveaways/pools/3/export").status == 404
    assert upload(shop, "POST", "/v1/giveaways/pools/3/import", "code\nA\n").status == 404
