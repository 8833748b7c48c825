"""GET /v1/applications and one of them."""

from __future__ import annotations

from pathlib import Path

from tests.client import Client
from tests.emulator.management.vendor import assert_documented

SETTINGS = {"id": 7, "name": "Shop", "currency": "USD", "timezone": "Europe/Berlin"}


def test_the_application_of_a_workspace_is_listed(client: Client):
    client.load("applications", application=SETTINGS)
    reply = client.manage("GET", "/v1/applications?pageSize=10&sort=-name")
    assert reply.status == 200
    assert reply.body["totalResultSize"] == 1
    assert reply.body["data"][0].items() >= SETTINGS.items()


def test_an_application_has_its_settings_and_the_vendors_defaults(client: Client):
    client.load("applications", application=SETTINGS)
    content = client.manage("GET", "/v1/applications/7").body
    assert content.items() >= SETTINGS.items()
    assert content["defaultDiscountScope"] == "sessionTotal"
    assert content["loyaltyPrograms"] == []


def test_another_application_is_not_found(client: Client):
    client.load("applications", application=SETTINGS)
    assert client.manage("GET", "/v1/applications/8").status == 404


def test_a_management_operation_wants_a_management_key(client: Client):
    client.load("applications", application=SETTINGS)
    assert client.call("GET", "/v1/applications").status == 401


def test_what_cannot_be_sorted_by_is_refused(client: Client):
    client.load("applications", application=SETTINGS)
    reply = client.manage("GET", "/v1/applications?sort=-colour")
    assert reply.status == 400
    assert "sort" in reply.faults


def test_an_application_shows_its_loyalty_programs_whole(client: Client, shared: Path):
    tiers = [{"id": 1, "name": "Gold", "minPoints": 10}]
    programs = [{"id": 4, "name": "points", "title": "Points", "tiers": tiers}]
    client.load("applications", application=SETTINGS, loyaltyPrograms=programs)
    reply = client.manage("GET", "/v1/applications/7")
    [program] = reply.body["loyaltyPrograms"]
    assert (program["title"], program["tiers"][0]["programID"]) == ("Points", 4)
    assert_documented(shared, "getApplication", reply)
    assert_documented(shared, "getApplications", client.manage("GET", "/v1/applications"))
