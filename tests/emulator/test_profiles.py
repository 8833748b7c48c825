"""Updates of profiles, and what there is of a customer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Client, Reply, item
from tests.emulator.test_lifecycle import campaign, discount

NOW = "2026-06-15T12:00:00Z"
TEXT = {"entity": "CustomerProfile", "name": "City", "type": "string"}
AUDIENCES = [{"id": 2, "name": "Travel"}, {"id": 7, "name": "Old", "members": ["p"]}]


def notify(title: str) -> dict[str, Any]:
    return {
        "id": "n",
        "type": "showNotification",
        "notificationType": "Info",
        "title": title,
        "body": "",
    }


def check(type_: str, **fields: Any) -> dict[str, Any]:
    return {"id": "c", "type": type_, **fields}


def audience(operator: str, id: int, name: str) -> dict[str, Any]:
    who = {"id": id, "name": name}
    return check("checkAudience", operator=operator, profile="Current", audience=who)


def put(client: Client, query: str = "?runRuleEngine=true", id: str = "p", **body: Any) -> Reply:
    return client.call("PUT", f"/v2/customer_profiles/{id}{query}", body)


def titles(reply: Reply) -> list[str]:
    return [e["props"]["title"] for e in reply.body["effects"]]


def inventory(client: Client, *flags: str, id: str = "p") -> Reply:
    query = "&".join(f"{flag}=true" for flag in flags)
    return client.call("GET", f"/v1/customer_profiles/{id}/inventory?{query}")


def test_created_and_updated_are_two_events(client: Client):
    rules = [
        campaign(1, check("checkEvent", eventType="profileCreated"), notify("welcome")),
        campaign(2, check("checkEvent", eventType="talon_profile_updated"), notify("again")),
    ]
    client.load("profiles", campaigns=rules)
    assert titles(put(client)) == ["welcome"]
    assert titles(put(client)) == ["again"]


def test_rules_see_who_joins_and_leaves(client: Client):
    rules = [
        campaign(1, audience("justJoined", 2, "Travel"), notify("joined")),
        campaign(2, audience("justLeft", 7, "Old"), notify("left")),
        campaign(3, audience("member", 2, "Travel"), notify("member")),
    ]
    client.load("audiences", audiences=AUDIENCES, campaigns=rules)
    changes = {"adds": [2], "deletes": [7]}
    dry = put(
        client,
        "?runRuleEngine=true&dry=true",
        audiencesChanges=changes,
        responseContent=["customerProfile"],
    )
    assert titles(dry) == ["joined", "left", "member"]
    assert dry.body["customerProfile"]["audienceMemberships"] == [{"id": 2, "name": "Travel"}]
    assert titles(put(client, audiencesChanges=changes)) == ["joined", "left", "member"]
    assert titles(put(client, audiencesChanges=changes)) == ["member"]


def test_audiences_change_without_the_rule_engine_too(client: Client):
    client.load("audiences", audiences=AUDIENCES)
    put(client, "", audiencesChanges={"adds": [2], "deletes": [7]})
    profile = inventory(client, "profile").body["profile"]
    assert profile["audienceMemberships"] == [{"id": 2, "name": "Travel"}]


def test_an_audience_that_is_not_there_is_refused(client: Client):
    client.load("audiences", audiences=AUDIENCES)
    reply = put(client, audiencesChanges={"adds": [2, 3], "deletes": [4]})
    assert list(reply.faults) == ["/audiencesChanges/adds/1", "/audiencesChanges/deletes/0"]
    assert inventory(client, "profile").status == 404


def test_there_is_no_session_to_discount(client: Client):
    client.load("profiles", campaigns=[campaign(1, discount(5)), campaign(2, notify("hi"))])
    reply = put(client, responseContent=["ruleFailureReasons"])
    assert titles(reply) == ["hi"]
    (failure,) = reply.body["ruleFailureReasons"]
    assert failure["details"] == "there is no session to discount"


def test_a_dry_update_stores_nothing(client: Client):
    client.load("profiles", attributes=[TEXT], campaigns=[campaign(1, notify("hi"))])
    reply = put(
        client,
        "?runRuleEngine=true&dry=true",
        attributes={"City": "Rome"},
        responseContent=["customerProfile", "event"],
    )
    assert reply.body["customerProfile"]["attributes"] == {"City": "Rome"}
    assert reply.body["event"]["id"] == 0
    assert inventory(client, "profile").status == 404


def test_campaigns_to_evaluate_are_for_dry_updates(client: Client):
    disabled = campaign(1, notify("off"), state="disabled")
    client.load("profiles", campaigns=[disabled, campaign(2, notify("on"))])
    dry = put(client, "?runRuleEngine=true&dry=true", evaluableCampaignIds=[1])
    assert titles(dry) == ["off"]
    assert titles(put(client, evaluableCampaignIds=[1])) == ["on"]


def test_only_the_rule_engine_makes_a_profile_active(client: Client):
    client.load("profiles", clock=NOW)
    put(client, "")
    clock = "/sandbox/v1/workspaces/profiles/clock"
    client.send("PUT", clock, {"now": "2026-06-16T12:00:00Z"})
    put(client, "")
    assert inventory(client, "profile").body["profile"]["lastActivity"] == NOW
    put(client)
    active = inventory(client, "profile").body["profile"]["lastActivity"]
    assert active == "2026-06-16T12:00:00Z"


def test_a_budget_is_counted_at_once(client: Client):
    reward = {"id": "e", "type": "x-addLoyaltyPoints", "name": "p", "programId": 5, "value": 50}
    limits = [{"action": "createLoyaltyPoints", "limit": 80}]
    program = {"id": 5, "name": "club"}
    client.load(
        "profiles", loyaltyPrograms=[program], campaigns=[campaign(1, reward, limits=limits)]
    )
    assert len(put(client).body["effects"]) == 1
    assert put(client).body["effects"] == []


def test_many_profiles_are_updated_or_none(client: Client):
    client.load("many", attributes=[TEXT])
    profiles = [
        {"integrationId": "a", "attributes": {"City": "Rome"}},
        {"integrationId": "b", "attributes": {"City": 7, "Nope": 1}},
    ]
    reply = client.call("PUT", "/v2/customer_profiles", {"customerProfiles": profiles})
    assert list(reply.faults) == [
        "/customerProfiles/1/attributes/City",
        "/customerProfiles/1/attributes/Nope",
    ]
    assert inventory(client, "profile", id="a").status == 404


def test_more_profiles_than_leave_the_loop_are_stored_as_well(client: Client):
    client.load("many")
    profiles = [{"integrationId": f"p{n}"} for n in range(300)]
    body = {"customerProfiles": profiles}
    reply = client.call("PUT", "/v2/customer_profiles?silent=no", body, **{"Idempotency-Key": "k"})
    again = client.call("PUT", "/v2/customer_profiles?silent=no", body, **{"Idempotency-Key": "k"})
    ids = [state["customerProfile"]["integrationId"] for state in reply.body["integrationStates"]]
    assert ids == [profile["integrationId"] for profile in profiles]
    assert again.body == reply.body


@pytest.mark.parametrize("silent", ["maybe", "true", ""])
def test_silent_is_yes_or_no(client: Client, silent: str):
    client.load("many")
    reply = client.call("PUT", f"/v2/customer_profiles?silent={silent}", {"customerProfiles": []})
    assert (reply.status, list(reply.faults)) == (400, ["silent"])


def test_the_inventory_holds_what_names_the_customer(client: Client):
    earn = {
        "id": "a",
        "type": "updateAchievementProgress",
        "operator": "increaseBy",
        "achievement": {"id": 3, "name": "orders"},
        "value": 1,
    }
    client.load(
        "wallet",
        clock=NOW,
        campaigns=[campaign(1, earn)],
        customerProfiles=[{"integrationId": "p"}, {"integrationId": "other"}],
        loyaltyPrograms=[
            {"id": 5, "name": "club"},
            {"id": 6, "name": "cards", "cardBased": True},
        ],
        loyaltyCards=[
            {"programId": 6, "identifier": "CARD-1", "profiles": ["p"]},
            {"programId": 6, "identifier": "CARD-2", "profiles": ["other"]},
        ],
        achievements=[{"id": 3, "name": "orders", "title": "Orders", "target": 5, "campaignId": 1}],
        coupons=[
            {"value": "RESERVED", "campaignId": 1},
            {"value": "PERSONAL", "campaignId": 1, "recipientIntegrationId": "p"},
            {"value": "FOR-ALL", "campaignId": 1, "implicitlyReserved": True},
            {"value": "THEIRS", "campaignId": 1, "recipientIntegrationId": "other"},
            {"value": "NOBODYS", "campaignId": 1},
        ],
        couponReservations=[{"couponValue": "RESERVED", "profileIntegrationId": "p"}],
        referrals=[
            {"campaignId": 1, "code": "MINE", "advocateProfileIntegrationId": "p"},
            {"campaignId": 1, "code": "THEIRS", "advocateProfileIntegrationId": "other"},
        ],
        giveawayPools=[
            {
                "id": 2,
                "name": "Cinema",
                "codes": [{"code": "A", "used": True, "profileIntegrationId": "p"}, {"code": "B"}],
            }
        ],
    )
    client.put_session("s", profileId="p", state="closed", cartItems=[item()])
    body = inventory(
        client, "profile", "referrals", "coupons", "loyalty", "giveaways", "achievements"
    ).body
    assert body["profile"]["closedSessions"] == 1
    assert [referral["code"] for referral in body["referrals"]] == ["MINE"]
    assert body["referrals"][0]["referredCustomers"] == []
    assert [c["value"] for c in body["coupons"]] == ["RESERVED", "PERSONAL", "FOR-ALL"]
    assert {c["state"] for c in body["coupons"]} == {"active"}
    assert list(body["loyalty"]["programs"]) == ["5"]
    assert [card["identifier"] for card in body["loyalty"]["cards"]] == ["CARD-1"]
    assert [g["code"] for g in body["giveaways"]] == ["A"]
    (achievement,) = body["achievements"]
    assert (achievement["achievementId"], achievement["progress"]) == (3, 1)


def test_erasing_a_customer_leaves_no_attributes(client: Client):
    attributes = [
        TEXT,
        {"entity": "CustomerSession", "name": "Note", "type": "string"},
        {"entity": "Event", "name": "Page", "type": "string", "eventType": "viewed"},
    ]
    client.load(
        "erase",
        attributes=attributes,
        campaigns=[campaign(1)],
        coupons=[
            {
                "value": "MINE",
                "campaignId": 1,
                "recipientIntegrationId": "p",
                "attributes": {"name": "Ann"},
            }
        ],
    )
    put(client, "", attributes={"City": "Rome"})
    client.put_session("s", profileId="p", attributes={"Note": "ring twice"}, cartItems=[item()])
    client.put_session("t", profileId="q", attributes={"Note": "kept"}, cartItems=[item()])
    event = {"profileId": "p", "type": "viewed", "attributes": {"Page": "gifts"}}
    client.call("POST", "/v2/events", event)
    assert client.call("DELETE", "/v1/customer_data/p").status == 204
    assert inventory(client, "profile").body["profile"]["attributes"] == {}
    bundle = client.send("GET", "/sandbox/v1/workspaces/erase").body
    assert "Rome" not in str(bundle)
    assert "ring twice" not in str(bundle)
    assert "gifts" not in str(bundle["x-runtime"])
    assert "attributes" not in bundle["coupons"][0] or bundle["coupons"][0]["attributes"] == {}
    other = client.get_session("t").body["customerSession"]
    assert other["attributes"] == {"Note": "kept"}
