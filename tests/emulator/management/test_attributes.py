"""Custom attributes: listing, making and changing them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.client import Client, Reply
from tests.emulator.management.codes import upload
from tests.emulator.management.vendor import assert_documented

ATTRIBUTES = "/v1/attributes"
SENT: dict[str, Any] = {
    "entity": "CustomerSession",
    "name": "zone",
    "title": "Zone",
    "type": "string",
    "description": "Where",
    "suggestions": ["north", "south"],
    "restrictedBySuggestions": True,
    "editable": True,
}


def load(client: Client) -> None:
    attributes = [
        {"entity": "CustomerSession", "name": "city", "type": "string"},
        {"id": 1, "entity": "CartItem", "name": "size", "type": "number", "title": "A size"},
        {
            "entity": "LoyaltyCard",
            "name": "colour",
            "type": "string",
            "subscribedProgramsIds": [4],
            "subscribedApplicationsIds": [1],
        },
    ]
    assert client.load("attributes", attributes=attributes).status == 201


def test_attributes_without_an_id_get_one_that_is_free(client: Client):
    load(client)
    listed = client.manage("GET", ATTRIBUTES).body
    assert listed["totalResultSize"] == 3
    assert [(one["id"], one["name"]) for one in listed["data"]] == [
        (2, "city"),
        (1, "size"),
        (3, "colour"),
    ]
    assert client.manage("GET", f"{ATTRIBUTES}/2").body["name"] == "city"
    assert client.manage("GET", f"{ATTRIBUTES}/9").status == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("entity=CartItem", ["size"]),
        ("type=number", ["size"]),
        ("search=SIZ", ["size"]),
        ("kind=builtin", []),
        ("kind=custom&sort=name", ["city", "colour", "size"]),
        ("loyaltyProgramIds=5&entity=LoyaltyCard", []),
        ("loyaltyProgramIds=4,5&entity=LoyaltyCard", ["colour"]),
        ("applicationIds=2", ["city", "size"]),
    ],
)
def test_attributes_are_filtered_and_sorted(client: Client, query: str, expected: list[str]):
    load(client)
    reply = client.manage("GET", f"{ATTRIBUTES}?{query}")
    assert [one["name"] for one in reply.body["data"]] == expected


def test_a_new_attribute_can_be_sent_from_the_next_request_on(client: Client):
    load(client)
    assert client.put_session("s", attributes={"zone": "north"}).status == 400
    created = client.manage("POST", ATTRIBUTES, SENT)
    assert created.status == 201
    assert created.body.items() >= (SENT | {"id": 4}).items()
    assert client.put_session("s", attributes={"zone": "north"}).status == 200
    assert client.put_session("s", attributes={"zone": "west"}).status == 400


def test_a_second_attribute_of_the_same_name_is_refused(client: Client):
    load(client)
    assert client.manage("POST", ATTRIBUTES, SENT).status == 201
    assert client.manage("POST", ATTRIBUTES, SENT).status == 409
    assert client.manage("POST", ATTRIBUTES, SENT | {"entity": "CartItem"}).status == 201


def test_everything_that_is_wrong_with_an_attribute_is_named(client: Client):
    load(client)
    reply = client.manage("POST", ATTRIBUTES, {"name": "1x", "title": "", "type": "colour"})
    assert reply.status == 400
    assert set(reply.faults) == {
        "/entity",
        "/name",
        "/title",
        "/type",
        "/description",
        "/suggestions",
        "/editable",
    }


def test_an_attribute_is_described_anew_and_keeps_what_it_is_known_by(client: Client):
    load(client)
    attribute_id = client.manage("POST", ATTRIBUTES, SENT).body["id"]
    path = f"{ATTRIBUTES}/{attribute_id}"
    changed = SENT | {"description": "There", "suggestions": ["west"]}
    assert client.manage("PUT", path, changed).body.items() >= changed.items()
    assert client.put_session("s", attributes={"zone": "west"}).status == 200
    reply = client.manage("PUT", path, SENT | {"name": "place", "type": "number"})
    assert set(reply.faults) == {"/name", "/type"}
    assert client.manage("GET", path).body["name"] == "zone"


def import_list(client: Client, text: str, attribute_id: int = 4) -> Reply:
    return upload(client, "POST", f"{ATTRIBUTES}/{attribute_id}/allowed_list/import", text)


def test_an_allowed_list_replaces_the_one_before(client: Client):
    load(client)
    client.manage("POST", ATTRIBUTES, SENT)
    reply = import_list(client, "item\neast\nwest\n")
    assert reply.status == 200
    assert reply.body["amount"] == 2
    content = client.manage("GET", f"{ATTRIBUTES}/4").body
    assert (content["hasAllowedList"], content["suggestions"]) == (True, ["east", "west"])
    assert client.put_session("s", attributes={"zone": "west"}).status == 200
    assert client.put_session("s", attributes={"zone": "north"}).status == 400


def test_an_allowed_list_of_numbers_has_numbers(client: Client):
    load(client)
    sent = SENT | {"name": "rank", "type": "number", "suggestions": []}
    client.manage("POST", ATTRIBUTES, sent)
    assert import_list(client, "item\nfirst\n").status == 400
    assert import_list(client, "item\n1\n2.5\n").status == 200
    assert client.put_session("s", attributes={"rank": 2.5}).status == 200
    assert client.put_session("s", attributes={"rank": 3}).status == 400


def test_answers_are_those_that_the_vendor_documents(client: Client, shared: Path):
    load(client)
    assert_documented(shared, "getAttributes", client.manage("GET", ATTRIBUTES))
    assert_documented(shared, "createAttribute", client.manage("POST", ATTRIBUTES, SENT))
    assert_documented(shared, "getAttribute", client.manage("GET", f"{ATTRIBUTES}/4"))
    assert_documented(shared, "updateAttribute", client.manage("PUT", f"{ATTRIBUTES}/4", SENT))
    assert_documented(shared, "importAllowedList", import_list(client, "item\neast\n"))
