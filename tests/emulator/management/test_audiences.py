"""Audiences and their members as the Management API shows them."""

from __future__ import annotations

import pytest

from tests.client import Client
from tests.emulator.management.codes import upload

MEMBERS = "/v1/audiences/4/memberships"


@pytest.fixture
def shop(client: Client) -> Client:
    client.load(
        "audiences",
        clock="2026-06-15T12:00:00Z",
        audiences=[
            {"id": 4, "name": "Friends", "members": ["ann", "bob", "only-here"]},
            {"id": 2, "name": "Early birds"},
        ],
        customerProfiles=[{"integrationId": "ann"}, {"integrationId": "bob"}],
    )
    return client


def test_audiences_are_listed(shop: Client):
    body = shop.manage("GET", "/v1/audiences?sort=name&withTotalResultSize=true").body
    assert (body["hasMore"], body["totalResultSize"]) == (False, 2)
    assert body["data"][0] == {
        "id": 2,
        "name": "Early birds",
        "accountId": 1,
        "created": "2026-06-15T12:00:00Z",
    }
    assert [audience["id"] for audience in body["data"]] == [2, 4]


def test_an_audience_that_the_api_made_is_listed(shop: Client):
    shop.call("POST", "/v2/audiences", {"name": "New", "integration": "mParticle"})
    newest = shop.manage("GET", "/v1/audiences?sort=-id&pageSize=1").body
    assert newest["hasMore"] is True
    assert newest["data"][0].items() >= {"name": "New", "integration": "mParticle"}.items()


def test_members_are_counted(shop: Client):
    body = shop.manage("GET", "/v1/audiences/analytics?audienceIds=2,4,9&sort=-membersCount").body
    assert body["data"] == [
        {"audienceId": 4, "membersCount": 3},
        {"audienceId": 2, "membersCount": 0},
    ]


def test_whose_members_to_count_has_to_be_said(shop: Client):
    reply = shop.manage("GET", "/v1/audiences/analytics")
    assert (reply.status, list(reply.faults)) == (400, ["audienceIds"])


def test_members_are_listed_as_profiles(shop: Client):
    body = shop.manage("GET", "/v1/audiences/4/memberships?pageSize=2").body
    assert body["hasMore"] is True
    assert [member["integrationId"] for member in body["data"]] == ["ann", "bob"]
    assert body["data"][0]["audienceMemberships"] == [{"id": 4, "name": "Friends"}]


def test_a_member_without_a_profile_has_no_id_yet(shop: Client):
    (member,) = shop.manage("GET", "/v1/audiences/4/memberships?profileQuery=ONLY").body["data"]
    assert (member["integrationId"], member["id"]) == ("only-here", 0)


def test_members_of_an_audience_that_is_not_there_are_not_found(shop: Client):
    assert shop.manage("GET", "/v1/audiences/9/memberships").status == 404


def test_members_are_exported(shop: Client):
    reply = shop.manage("GET", f"{MEMBERS}/export")
    assert reply.headers["content-type"] == "application/csv"
    assert reply.body == "profileintegrationid\nann\nbob\nonly-here\n"


def test_a_file_replaces_all_members(shop: Client):
    text = "profileintegrationid\nbob\nnew\nbob\n"
    reply = upload(shop, "POST", f"{MEMBERS}/import", text)
    assert reply.body.items() >= {"entity": "AudienceMemberships", "amount": 2}.items()
    body = shop.manage("GET", MEMBERS).body
    assert [member["integrationId"] for member in body["data"]] == ["bob", "new"]
    assert body["data"][1]["id"] == 3


def test_a_file_of_members_has_one_column(shop: Client):
    reply = upload(shop, "POST", f"{MEMBERS}/import", "name\nbob\n")
    assert (reply.status, set(reply.faults)) == (
        400,
        {"/upFile/1/profileintegrationid", "/upFile/1/name"},
    )
    missing = upload(shop, "POST", "/v1/audiences/9/memberships/import", "profileintegrationid\n")
    assert missing.status == 404
