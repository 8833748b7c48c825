"""Additional costs: listing, making and changing them."""

from __future__ import annotations

from pathlib import Path

from tests.client import Client, item
from tests.emulator.management.vendor import assert_documented

COSTS = "/v1/additional_costs"
SENT = {"name": "wrap", "title": "Wrapping", "description": "Paper", "type": "item"}


def load(client: Client) -> None:
    costs = [{"id": 5, "name": "shipping", "title": "Shipping"}]
    assert client.load("costs", additionalCosts=costs).status == 201


def test_additional_costs_are_listed_and_found(client: Client):
    load(client)
    client.manage("POST", COSTS, SENT)
    listed = client.manage("GET", f"{COSTS}?sort=-name").body
    assert [one["name"] for one in listed["data"]] == ["wrap", "shipping"]
    assert listed["totalResultSize"] == 2
    assert client.manage("GET", f"{COSTS}/5").body["type"] == "session"
    assert client.manage("GET", f"{COSTS}/9").status == 404


def test_a_new_additional_cost_can_be_sent_from_the_next_request_on(client: Client):
    load(client)
    wrapped = [item(10, additionalCosts={"wrap": {"price": 2}})]
    assert client.put_session("s", cartItems=wrapped).status == 400
    created = client.manage("POST", COSTS, SENT)
    assert created.status == 201
    assert created.body.items() >= (SENT | {"id": 6}).items()
    assert client.put_session("s", cartItems=wrapped).status == 200
    assert client.manage("POST", COSTS, SENT).status == 409


def test_an_additional_cost_changes_but_for_its_name(client: Client):
    load(client)
    changed = {"name": "shipping", "title": "By air", "description": "d", "type": "both"}
    assert client.manage("PUT", f"{COSTS}/5", changed).body.items() >= changed.items()
    in_cart = [item(10, additionalCosts={"shipping": {"price": 2}})]
    assert client.put_session("s", cartItems=in_cart).status == 200
    renamed = client.manage("PUT", f"{COSTS}/5", changed | {"name": "air"})
    assert set(renamed.faults) == {"/name"}
    assert set(client.manage("PUT", f"{COSTS}/5", {}).faults) == {"/name", "/title", "/description"}


def test_answers_are_those_that_the_vendor_documents(client: Client, shared: Path):
    load(client)
    assert_documented(shared, "getAdditionalCosts", client.manage("GET", COSTS))
    assert_documented(shared, "createAdditionalCost", client.manage("POST", COSTS, SENT))
    assert_documented(shared, "getAdditionalCost", client.manage("GET", f"{COSTS}/6"))
    assert_documented(shared, "updateAdditionalCost", client.manage("PUT", f"{COSTS}/6", SENT))
