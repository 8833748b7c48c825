"""Customer profiles as the Management API shows them."""

from __future__ import annotations

from typing import Any

from tests.client import Client, item

APPLICATION = "/v1/applications/1"
PEOPLE = [
    {"integrationId": "ann", "attributes": {"Level": 3, "City": "Ulm"}},
    {"integrationId": "bob", "attributes": {"Level": 3}},
    {"integrationId": "cem", "attributes": {"Level": 4, "City": "Ulm"}},
]
ATTRIBUTES = [
    {"entity": "CustomerProfile", "name": "Level", "type": "number"},
    {"entity": "CustomerProfile", "name": "City", "type": "string"},
]


def load(client: Client, **parts: Any) -> None:
    reply = client.load(
        "people",
        **{
            "clock": "2026-06-15T12:00:00Z",
            "attributes": ATTRIBUTES,
            "customerProfiles": PEOPLE,
            "audiences": [{"id": 4, "name": "Friends", "members": ["ann"]}],
            **parts,
        },
    )
    assert reply.status == 201, reply.body


def ids(body: Any) -> list[str]:
    return [profile["integrationId"] for profile in body["data"]]


def test_an_applications_customers_are_listed_in_the_order_of_their_ids(client: Client):
    load(client)
    first = client.manage("GET", f"{APPLICATION}/customers?pageSize=2").body
    assert (ids(first), first["hasMore"]) == (["ann", "bob"], True)
    rest = client.manage("GET", f"{APPLICATION}/customers?pageSize=2&skip=2").body
    assert (ids(rest), rest["hasMore"]) == (["cem"], False)
    assert "totalResultSize" not in rest


def test_the_number_of_all_customers_is_there_for_who_asks(client: Client):
    load(client)
    reply = client.manage("GET", f"{APPLICATION}/customers?pageSize=1&withTotalResultSize=true")
    assert reply.body["totalResultSize"] == 3


def test_a_customer_is_found_by_the_integration_id(client: Client):
    load(client)
    assert ids(client.manage("GET", f"{APPLICATION}/customers?integrationId=bob").body) == ["bob"]
    assert ids(client.manage("GET", f"{APPLICATION}/customers?integrationId=b").body) == []


def test_a_customer_is_shown_with_attributes_and_audiences(client: Client):
    load(client)
    expected = {
        "id": 1,
        "created": "2026-06-15T12:00:00Z",
        "integrationId": "ann",
        "attributes": {"Level": 3, "City": "Ulm"},
        "accountId": 1,
        "closedSessions": 0,
        "totalSales": 0,
        "lastActivity": "2026-06-15T12:00:00Z",
        "audienceMemberships": [{"id": 4, "name": "Friends"}],
    }
    assert client.manage("GET", "/v1/customers/1").body == expected
    assert client.manage("GET", f"{APPLICATION}/customers/1").body == expected


def test_a_customer_that_is_not_there_is_not_found(client: Client):
    load(client)
    assert client.manage("GET", "/v1/customers/9").status == 404
    assert client.manage("GET", f"{APPLICATION}/customers/9").status == 404
    assert client.manage("GET", "/v1/customers/ann").status == 400


def test_a_new_customer_gets_an_id_of_its_own(client: Client):
    load(client, customerProfiles=[{"integrationId": "ann", "id": 2}])
    client.call("PUT", "/v2/customer_profiles/dora", {})
    assert client.manage("GET", "/v1/customers/3").body["integrationId"] == "dora"


def test_all_profiles_are_listed(client: Client):
    load(client)
    body = client.manage("GET", "/v1/customers/no_total?pageSize=2&skip=1&sandbox=true").body
    assert (ids(body), body["hasMore"]) == (["bob", "cem"], False)


def test_profiles_are_found_by_all_of_the_attributes(client: Client):
    load(client)
    query = {"attributes": {"Level": 3.0, "City": "Ulm"}}
    assert ids(client.manage("POST", "/v1/customer_search/no_total", query).body) == ["ann"]
    assert ids(client.manage("POST", f"{APPLICATION}/customer_search", query).body) == ["ann"]


def test_profiles_are_found_by_their_ids(client: Client):
    load(client)
    query = {"integrationIDs": ["cem", "ann"], "profileIDs": [1, 2]}
    body = client.manage(
        "POST", f"{APPLICATION}/customer_search?withTotalResultSize=true", query
    ).body
    assert (ids(body), body["totalResultSize"]) == (["ann"], 1)


def test_a_page_of_what_was_found_says_whether_there_is_more(client: Client):
    load(client)
    query = {"attributes": {"Level": 3}}
    path = "/v1/customer_search/no_total"
    first = client.manage("POST", f"{path}?pageSize=1", query).body
    assert (ids(first), first["hasMore"]) == (["ann"], True)
    second = client.manage("POST", f"{path}?pageSize=1&skip=1", query).body
    assert (ids(second), second["hasMore"]) == (["bob"], False)


def test_a_search_with_other_fields_of_the_wrong_type_is_refused(client: Client):
    load(client)
    query = {"attributes": [], "profileIDs": ["x"]}
    reply = client.manage("POST", "/v1/customer_search/no_total", query)
    assert reply.status == 400
    assert set(reply.faults) == {"/attributes", "/profileIDs/0"}


REFERRED = {
    "campaigns": [
        {
            "id": 1,
            "name": "Friends",
            "ruleset": {
                "id": 11,
                "promotionRules": [
                    {
                        "title": "r",
                        "blocks": [{"id": "b", "type": "checkReferral", "redeem": True}],
                    }
                ],
            },
        }
    ],
    "referrals": [{"campaignId": 1, "code": "FROM-ANN", "advocateProfileIntegrationId": "ann"}],
}


def test_the_friends_of_an_advocate_are_listed_with_their_sessions(client: Client):
    load(client, **REFERRED)
    for friend in ("bob", "cem"):
        client.put_session(
            f"of-{friend}",
            profileId=friend,
            referralCode="FROM-ANN",
            state="closed",
            cartItems=[item()],
        )
    path = f"{APPLICATION}/profile/ann/friends?sort=-friendIntegrationId&withTotalResultSize=true"
    body = client.manage("GET", path).body
    assert (body["hasMore"], body["totalResultSize"]) == (False, 2)
    assert [friend["sessionId"] for friend in body["data"]] == ["of-cem", "of-bob"]
    assert body["data"][0] == {
        "applicationId": 1,
        "sessionId": "of-cem",
        "advocateIntegrationId": "ann",
        "friendIntegrationId": "cem",
        "code": "FROM-ANN",
        "created": "2026-06-15T12:00:00Z",
    }
    customer = client.manage("GET", f"{APPLICATION}/customers/2").body
    assert customer["advocateIntegrationId"] == "ann"


def test_a_friend_that_only_the_bundle_knows_of_has_no_session(client: Client):
    referral = REFERRED["referrals"][0] | {"referredCustomers": ["bob"]}
    load(client, **(REFERRED | {"referrals": [referral]}))
    (friend,) = client.manage("GET", f"{APPLICATION}/profile/ann/friends").body["data"]
    assert (friend["friendIntegrationId"], friend["sessionId"]) == ("bob", "")
    assert client.manage("GET", f"{APPLICATION}/profile/nobody/friends").status == 404


ACHIEVEMENTS = [
    {"id": 8, "name": "Three", "title": "Three orders", "target": 3, "campaignId": 1},
    {"id": 9, "name": "Nine", "title": "Nine orders", "target": 9},
]
PROGRESS = [{"achievementId": 8, "profileIntegrationId": "ann", "progress": 2}]


def test_a_customers_progress_is_listed_with_its_definitions(client: Client):
    load(client, achievements=ACHIEVEMENTS, achievementProgress=PROGRESS, **REFERRED)
    body = client.manage("GET", f"{APPLICATION}/achievement_progress/ann").body
    assert [(one["name"], one["status"]) for one in body["data"]] == [
        ("Three", "inprogress"),
        ("Nine", "not_started"),
    ]
    assert (
        body["data"][0].items()
        >= {
            "achievementId": 8,
            "title": "Three orders",
            "campaignId": 1,
            "target": 3,
            "progress": 2,
            "achievementRecurrencePolicy": "no_recurrence",
            "achievementActivationPolicy": "user_action",
        }.items()
    )


def test_progress_is_found_by_achievement(client: Client):
    load(client, achievements=ACHIEVEMENTS, **REFERRED)
    path = f"{APPLICATION}/achievement_progress/ann"
    by_id = client.manage("GET", f"{path}?achievementId=9").body["data"]
    by_title = client.manage("GET", f"{path}?title=Nine%20orders").body["data"]
    assert [one["name"] for one in by_id] == ["Nine"]
    assert by_title == by_id
    assert client.manage("GET", f"{path}?pageSize=51").status == 400
    assert client.manage("GET", f"{APPLICATION}/achievement_progress/nobody").status == 404
