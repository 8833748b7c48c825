"""Making loyalty cards, and linking profiles to them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client

CARDS = "/v1/loyalty_programs/5/cards"
CARD = "/v2/loyalty_programs/5/cards/CARD-1"


def loaded(client: Client, **program: Any) -> Client:
    club = {"id": 5, "name": "club", "cardBased": True, "usersPerCardLimit": 2, **program}
    reply = client.load(
        "cards",
        clock="2026-06-15T12:00:00Z",
        loyaltyPrograms=[club],
        loyaltyCards=[{"programId": 5, "identifier": "CARD-1", "id": 41}],
        customerProfiles=[{"integrationId": name} for name in "abc"],
    )
    assert reply.status == 201, reply.body
    return client


def test_a_card_is_made_in_the_programs_form(client: Client):
    loaded(client, cardCodeSettings={"validCharacters": ["9"], "couponPattern": "CLUB-##"})
    reply = client.call("POST", CARDS, {"status": "inactive", "customerProfileIds": ["a", "a"]})
    card = reply.body
    assert card.pop("ledger")["currentBalance"] == 0
    assert card == {
        "id": 42,
        "created": "2026-06-15T12:00:00Z",
        "programID": 5,
        "programName": "club",
        "programTitle": "",
        "status": "inactive",
        "identifier": "CLUB-99",
        "usersPerCardLimit": 2,
        "profiles": [{"integrationId": "a", "timestamp": "2026-06-15T12:00:00Z"}],
        "subledgers": {},
    }
    assert client.call("POST", CARDS, {}).status == 400


def test_a_new_card_can_be_used_at_once(client: Client):
    loaded(client)
    identifier = client.call("POST", CARDS, {}).body["identifier"]
    reply = client.put_session("s", profileId="a", loyaltyCards=[identifier])
    assert reply.status == 200


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"cardIdentifier": "abc"}, "/cardIdentifier"),
        ({"cardIdentifier": "CARD-1"}, "/cardIdentifier"),
        ({"cardIdentifier": "no spaces"}, "/cardIdentifier"),
        ({"customerProfileIds": ["nobody"]}, "/customerProfileIds/0"),
        ({"customerProfileIds": ["a", "b", "c"]}, "/customerProfileIds"),
        ({"status": "lost"}, "/status"),
    ],
)
def test_a_card_that_cannot_be_is_refused(client: Client, sent: Any, pointer: str):
    loaded(client)
    reply = client.call("POST", CARDS, sent)
    assert reply.status == 400
    assert list(reply.faults) == [pointer]


def test_links_are_made_and_undone(client: Client):
    loaded(client)
    linked = client.call("POST", f"{CARD}/link_profile", {"integrationId": "a"})
    assert [profile["integrationId"] for profile in linked.body["profiles"]] == ["a"]
    assert linked.body["modified"] == "2026-06-15T12:00:00Z"
    assert client.call("POST", f"{CARD}/link_profile", {"integrationId": "a"}).status == 400
    unlinked = client.call("POST", f"{CARD}/unlink_profile", {"integrationId": "a"})
    assert unlinked.body["profiles"] == []
    assert client.call("POST", f"{CARD}/unlink_profile", {"integrationId": "a"}).status == 400


def test_without_a_limit_a_card_takes_everybody(client: Client):
    loaded(client, usersPerCardLimit=0)
    for name in "abc":
        reply = client.call("POST", f"{CARD}/link_profile", {"integrationId": name})
        assert reply.status == 200


@pytest.mark.parametrize("action", ["link_profile", "unlink_profile"])
def test_an_unknown_card_is_not_found(client: Client, action: str):
    loaded(client)
    path = f"/v2/loyalty_programs/5/cards/NONE/{action}"
    assert client.call("POST", path, {"integrationId": "a"}).status == 404


def test_an_unknown_customer_is_not_found(client: Client):
    loaded(client)
    reply = client.call("POST", f"{CARD}/link_profile", {"integrationId": "nobody"})
    assert reply.status == 404


def test_a_program_for_profiles_has_no_cards(client: Client):
    client.load("cards", loyaltyPrograms=[{"id": 5, "name": "club"}])
    assert list(client.call("POST", CARDS, {}).faults) == ["loyaltyProgramId"]
