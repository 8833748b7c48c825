"""/v1/referrals and /v1/referrals_for_multiple_advocates: codes that shops ask for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client

ONE, SEVERAL = "/v1/referrals", "/v1/referrals_for_multiple_advocates"


def loaded(client: Client, **parts: Any) -> Client:
    campaign = {
        "id": 1,
        "name": "Friends",
        "ruleset": {"id": 11, "promotionRules": []},
        "referralSettings": {"validCharacters": ["7"], "couponPattern": "PAL-##"},
        **parts.pop("campaign", {}),
    }
    bundle = {"clock": "2026-06-15T12:00:00Z", "campaigns": [campaign], **parts}
    reply = client.load("friends", **bundle)
    assert reply.status == 201, reply.body
    return client


def several(count: int, **fields: Any) -> dict[str, Any]:
    advocates = [f"adv-{number}" for number in range(count)]
    return {
        "campaignId": 1,
        "usageLimit": 2,
        "advocateProfileIntegrationIds": advocates,
        **fields,
    }


def test_a_code_has_the_campaigns_form_and_no_limit_of_its_own(client: Client):
    loaded(client)
    sent = {
        "campaignId": 1,
        "advocateProfileIntegrationId": "adv",
        "friendProfileIntegrationId": "friend",
        "expiryDate": "2026-07-01T02:00:00+02:00",
    }
    assert client.call("POST", ONE, sent).body == {
        "id": 1,
        "created": "2026-06-15T12:00:00Z",
        "campaignId": 1,
        "code": "PAL-77",
        "advocateProfileIntegrationId": "adv",
        "friendProfileIntegrationId": "friend",
        "usageLimit": 0,
        "usageCounter": 0,
        "expiryDate": "2026-07-01T00:00:00Z",
        "attributes": {},
    }


def test_a_form_that_is_used_up_is_refused(client: Client):
    loaded(client)
    sent = {"campaignId": 1, "advocateProfileIntegrationId": "adv"}
    assert client.call("POST", ONE, sent).status == 201
    assert client.call("POST", ONE, sent).status == 400


def test_what_is_said_of_a_form_has_it_as_it_was_sent(client: Client):
    loaded(client)
    wanted = several(2, referralPattern="FRIEND")
    (error,) = client.call("POST", f"{SEVERAL}?silent=no", wanted).body["errors"]
    assert error["details"] == "Hardly a code of the pattern FRIEND is left"


def test_codes_for_several_advocates_are_made_together_or_not_at_all(client: Client):
    loaded(client)
    wanted = several(3, referralPattern="FRIEND-#", validCharacters=["X", "Y"])
    assert client.call("POST", f"{SEVERAL}?silent=no", wanted).status == 400
    reply = client.call("POST", f"{SEVERAL}?silent=no", wanted | several(2))
    assert {referral["code"] for referral in reply.body["data"]} == {"FRIEND-X", "FRIEND-Y"}
    assert [referral["id"] for referral in reply.body["data"]] == [1, 2]


def test_codes_are_stored_in_the_applications_case(client: Client):
    loaded(client, application={"caseSensitivity": "insensitive-lowercase"})
    sent = {"campaignId": 1, "advocateProfileIntegrationId": "adv"}
    assert client.call("POST", ONE, sent).body["code"] == "pal-77"


@pytest.mark.parametrize(
    ("path", "sent", "pointers"),
    [
        (ONE, {"campaignId": 9, "advocateProfileIntegrationId": "a"}, ["/campaignId"]),
        (ONE, {"campaignId": 1}, ["/advocateProfileIntegrationId"]),
        (
            ONE,
            {"campaignId": 1, "advocateProfileIntegrationId": "a", "usageLimit": 1_000_000},
            ["/usageLimit"],
        ),
        (
            ONE,
            {"campaignId": 1, "advocateProfileIntegrationId": "a", "attributes": {"colour": 1}},
            ["/attributes/colour"],
        ),
        (
            ONE,
            {
                "campaignId": 1,
                "advocateProfileIntegrationId": "a",
                "startDate": "2026-02-01T00:00:00Z",
                "expiryDate": "2026-01-01T00:00:00Z",
            },
            ["/expiryDate"],
        ),
        (SEVERAL, several(0), ["/advocateProfileIntegrationIds"]),
        (SEVERAL, several(1, referralPattern="##"), ["/referralPattern"]),
    ],
)
def test_what_is_wrong_is_named(client: Client, path: str, sent: Any, pointers: list[str]):
    loaded(client)
    reply = client.call("POST", path, sent)
    assert reply.status == 400
    assert list(reply.faults) == pointers


def test_silent_is_yes_or_no(client: Client):
    loaded(client)
    reply = client.call("POST", f"{SEVERAL}?silent=maybe", several(1))
    assert list(reply.faults) == ["silent"]
