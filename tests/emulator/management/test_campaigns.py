"""Campaigns: listing, changing, copying and deleting them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.client import Client, coupon_campaign, item
from tests.emulator.management.vendor import assert_documented

CAMPAIGNS = "/v1/applications/7/campaigns"
CAMPAIGN = f"{CAMPAIGNS}/1"
SEARCH = "/v1/applications/7/campaigns_search"
NOW = "2026-06-15T12:00:00Z"
OFF: dict[str, Any] = {
    "id": "b1",
    "type": "awardDiscount",
    "name": "off",
    "value": 30,
    "target": {"type": "cart"},
    "partial": False,
}


def campaign(campaign_id: int = 1, **fields: Any) -> dict[str, Any]:
    rules = [{"title": "always", "blocks": [OFF]}]
    ruleset = {"id": 10 + campaign_id, "promotionRules": rules}
    return {"id": campaign_id, "name": f"Campaign {campaign_id}", "ruleset": ruleset, **fields}


def load(client: Client, *campaigns: dict[str, Any], **bundle: Any) -> None:
    settings = {"id": 7, **bundle.pop("application", {})}
    reply = client.load(
        "campaigns", application=settings, clock=NOW, campaigns=[*campaigns], **bundle
    )
    assert reply.status == 201, reply.body


def update(client: Client, **fields: Any) -> Any:
    body = {"name": "Campaign 1", "tags": [], "features": [], "limits": [], **fields}
    return client.manage("PUT", CAMPAIGN, body)


def names(client: Client, query: str) -> list[str]:
    reply = client.manage("GET", f"{CAMPAIGNS}{query}")
    assert reply.status == 200, reply.body
    assert reply.body["totalResultSize"] >= len(reply.body["data"])
    return [one["name"] for one in reply.body["data"]]


def close(client: Client, session_id: str, **fields: Any) -> list[Any]:
    reply = client.put_session(
        session_id, profileId="p", state="closed", cartItems=[item(100)], **fields
    )
    assert reply.status == 200, reply.body
    effects: list[Any] = reply.body["effects"]
    return effects


def budgets(client: Client) -> list[Any]:
    found: list[Any] = client.manage("GET", CAMPAIGN).body["budgets"]
    return found


def test_a_misspelt_field_of_the_form_of_codes_is_refused(client: Client):
    load(client, campaign())
    form = {"validCharacters": ["A"], "couponPattern": "###", "pattern": "###"}
    assert list(update(client, couponSettings=form).faults) == ["/couponSettings/pattern"]


def test_a_campaign_is_shown_without_its_rules_and_with_the_vendors_defaults(client: Client):
    load(client, campaign(description="Summer", tags=["s"], features=["coupons"]))
    content = client.manage("GET", CAMPAIGN).body
    assert "ruleset" not in content
    expected = {
        "id": 1,
        "applicationId": 7,
        "name": "Campaign 1",
        "description": "Summer",
        "state": "enabled",
        "frontendState": "running",
        "tags": ["s"],
        "features": ["coupons"],
        "limits": [],
        "budgets": [],
        "activeRulesetId": 11,
        "type": "advanced",
        "reevaluateOnReturn": False,
        "created": NOW,
    }
    assert content.items() >= expected.items()


def test_campaigns_of_another_application_and_unknown_ones_are_not_found(client: Client):
    load(client, campaign())
    assert client.manage("GET", "/v1/applications/8/campaigns").status == 404
    assert client.manage("GET", "/v1/applications/8/campaigns/1").status == 404
    assert client.manage("GET", f"{CAMPAIGNS}/9").status == 404
    assert client.manage("DELETE", f"{CAMPAIGNS}/9").status == 404
    assert client.manage("PUT", f"{CAMPAIGNS}/9", {}).status == 404


STATES = [
    campaign(1, name="runs"),
    campaign(2, name="waits", startTime="2026-07-01T00:00:00Z"),
    campaign(3, name="ended", endTime="2026-06-01T00:00:00Z"),
    campaign(4, name="off", state="disabled"),
    campaign(5, name="old", state="archived"),
]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("enabled", ["runs", "waits", "ended"]),
        ("running", ["runs"]),
        ("scheduled", ["waits"]),
        ("expired", ["ended"]),
        ("disabled", ["off"]),
        ("archived", ["old"]),
        ("staged", []),
    ],
)
def test_campaigns_are_listed_by_their_state(client: Client, state: str, expected: list[str]):
    load(client, *STATES)
    assert names(client, f"?campaignState={state}") == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Summer sale", "winter", "Spring"]),
        ("?name=SUMMER", ["Summer sale"]),
        ("?tags=vip", ["winter", "Spring"]),
        ("?tags=vip,none&name=spr", ["Spring"]),
        ("?startAfter=2026-02-01", ["Spring"]),
        ("?startBefore=2026-02-01T00:00:00Z", ["winter"]),
        ("?endAfter=2026-05-31T00:00:00%2B00:00", ["Spring"]),
        ("?endBefore=2026-03-01T00:00:00Z", ["winter"]),
        ("?createdAfter=2025-06-01T00:00:00Z&createdBefore=2026-01-31T00:00:00Z", ["Spring"]),
        ("?campaignGroupId=3", ["winter"]),
        ("?templateId=5", ["Spring"]),
        ("?storeId=2", ["Summer sale"]),
        ("?sort=-name", ["winter", "Summer sale", "Spring"]),
        ("?pageSize=1&skip=1", ["winter"]),
    ],
)
def test_campaigns_are_filtered_sorted_and_paged(client: Client, query: str, expected: list[str]):
    load(
        client,
        campaign(1, name="Summer sale", linkedStoreIds=[2], created="2025-05-01T00:00:00Z"),
        campaign(
            2,
            name="winter",
            tags=["VIP"],
            campaignGroups=[3],
            startTime="2026-01-01T00:00:00Z",
            endTime="2026-03-01T00:00:00Z",
            created="2025-05-01T00:00:00Z",
        ),
        campaign(
            3,
            name="Spring",
            tags=["vip", "new"],
            templateId=5,
            startTime="2026-03-01T00:00:00Z",
            endTime="2026-05-31T00:00:00Z",
            created="2026-01-30T00:00:00Z",
        ),
        stores=[{"id": 2, "name": "Berlin", "integrationId": "b"}],
    )
    assert names(client, query) == expected


@pytest.mark.parametrize("parameter", ["campaignState=on", "storeId=x", "createdAfter=soon"])
def test_a_filter_that_makes_no_sense_is_refused(client: Client, parameter: str):
    load(client, campaign())
    reply = client.manage("GET", f"{CAMPAIGNS}?{parameter}")
    assert reply.status == 400
    assert list(reply.faults) == [parameter.partition("=")[0]]


def test_campaigns_are_found_by_their_attributes(client: Client):
    load(
        client,
        campaign(1, attributes={"region": "EU", "tier": 2}),
        campaign(2, attributes={"region": "EU"}, state="disabled"),
    )
    found = client.manage("POST", SEARCH, {"attributes": {"region": "EU"}}).body
    assert [one["id"] for one in found["data"]] == [1, 2]
    found = client.manage("POST", SEARCH, {"attributes": {"region": "EU", "tier": 2}}).body
    assert [one["id"] for one in found["data"]] == [1]
    disabled = f"{SEARCH}?campaignState=disabled"
    found = client.manage("POST", disabled, {"attributes": {"region": "EU"}}).body
    assert [one["id"] for one in found["data"]] == [2]


def test_an_update_counts_from_the_next_request_on(client: Client):
    load(client, campaign())
    reply = update(client, name="New", description="d", tags=["t"], state="disabled")
    assert reply.status == 200
    changed = {"name": "New", "description": "d", "tags": ["t"], "frontendState": "disabled"}
    assert reply.body.items() >= changed.items()
    assert close(client, "s") == []
    assert update(client, state="enabled").body["updated"] == NOW
    assert [effect["effectType"] for effect in close(client, "t")] == ["setDiscount"]


def test_what_an_update_leaves_out_stays_and_null_takes_a_schedule_away(client: Client):
    load(
        client,
        campaign(description="d", startTime="2026-01-01T00:00:00Z", endTime="2026-06-01T00:00:00Z"),
    )
    kept = update(client, description=None).body
    assert kept["description"] == "d"
    assert kept["frontendState"] == "expired"
    gone = update(client, endTime=None).body
    assert "endTime" not in gone
    assert gone["startTime"] == "2026-01-01T00:00:00Z"
    assert gone["frontendState"] == "running"


def test_what_was_read_can_be_sent_back(client: Client):
    load(
        client,
        campaign(attributes={"undefined": 1}, limits=[{"action": "setDiscount", "limit": 5}]),
    )
    content = client.manage("GET", CAMPAIGN).body
    reply = client.manage("PUT", CAMPAIGN, content)
    assert reply.status == 200, reply.body
    assert reply.body == content | {"updated": NOW}


def test_everything_that_is_wrong_with_an_update_is_named(client: Client):
    load(client, campaign())
    reply = client.manage(
        "PUT",
        CAMPAIGN,
        {
            "name": "",
            "tags": ["x" * 51],
            "features": ["magic"],
            "limits": [{"action": "everything", "limit": "1", "entities": ["Cart"]}],
            "state": "on",
        },
    )
    assert reply.status == 400
    assert set(reply.faults) == {
        "/name",
        "/tags/0",
        "/features/0",
        "/limits/0/action",
        "/limits/0/limit",
        "/limits/0/entities/0",
        "/state",
    }
    reply = client.manage("PUT", CAMPAIGN, {})
    assert set(reply.faults) == {"/name", "/tags", "/features", "/limits"}


def test_an_update_that_names_what_is_not_there_is_refused_whole(client: Client):
    load(client, campaign(startTime="2026-01-01T00:00:00Z"))
    reply = update(
        client,
        name="New",
        endTime="2025-01-01T00:00:00Z",
        limits=[{"action": "setDiscount", "limit": -1, "entities": []}],
        attributes={"colour": "red"},
        activeRulesetId=99,
        linkedStoreIds=[4],
        evaluationGroupId=6,
    )
    assert reply.status == 400
    assert set(reply.faults) == {
        "/endTime",
        "/limits/0/limit",
        "/attributes/colour",
        "/activeRulesetId",
        "/linkedStoreIds/0",
        "/evaluationGroupId",
    }
    assert client.manage("GET", CAMPAIGN).body["name"] == "Campaign 1"


LIMITED = [{"action": "setDiscount", "limit": 100, "entities": []}]


def test_a_campaign_shows_how_much_of_its_budgets_is_used(client: Client):
    limits = [
        *LIMITED,
        {"action": "setDiscount", "limit": 50, "period": "daily", "entities": ["Profile"]},
        {"action": "redeemCoupon", "limit": 3, "entities": []},
    ]
    load(client, campaign(limits=limits))
    close(client, "s")
    assert budgets(client) == [
        {"action": "setDiscount", "limit": 100, "counter": 30},
        {"action": "setDiscount", "limit": 50, "counter": 30},
        {"action": "redeemCoupon", "limit": 3, "counter": 0},
    ]
    content = client.manage("GET", CAMPAIGN).body
    assert content["limits"] == limits
    assert content["discountCount"] == 30
    assert content["couponRedemptionCount"] == 0
    client.send("PUT", "/sandbox/v1/workspaces/campaigns/clock", {"advance": "1D"})
    assert [budget["counter"] for budget in budgets(client)] == [30, 0, 0]


def test_a_new_limit_keeps_what_its_budget_has_counted(client: Client):
    load(client, campaign(limits=LIMITED))
    close(client, "s")
    update(client, limits=[{"action": "setDiscount", "limit": 40, "entities": []}])
    assert budgets(client) == [{"action": "setDiscount", "limit": 40, "counter": 30}]
    assert close(client, "t") == []


def test_a_budget_that_comes_back_begins_anew(client: Client):
    load(client, campaign(limits=LIMITED))
    close(client, "s")
    update(client)
    assert budgets(client) == []
    update(client, limits=LIMITED)
    assert budgets(client)[0]["counter"] == 0


def test_a_code_keeps_what_its_own_budget_has_counted(client: Client):
    per_profile = {"action": "redeemCoupon", "limit": 1, "entities": ["Profile"]}
    per_both = {"action": "redeemCoupon", "limit": 9, "entities": ["Coupon", "Profile"]}
    load(
        client,
        coupon_campaign(limits=[per_both]),
        coupons=[{"campaignId": 1, "value": "OWN", "limits": [per_profile]}],
    )
    close(client, "s", couponCodes=["OWN"])
    update(client)
    [effect] = close(client, "t", couponCodes=["OWN"])
    assert effect["props"]["rejectionReason"] in ("CouponLimitReached", "ProfileLimitReached")


TREE = {
    "type": "SET",
    "groupId": 1,
    "elements": [
        {"type": "CAMPAIGN", "campaignId": 1},
        {
            "type": "SET",
            "groupId": 2,
            "name": "One of them",
            "evaluationMode": "listOrder",
            "elements": [{"type": "CAMPAIGN", "campaignId": 2}],
        },
    ],
}


def test_an_update_moves_a_campaign_to_another_evaluation_group(client: Client):
    load(client, campaign(1), campaign(2), campaignEvaluationTree=TREE)
    assert len(close(client, "s")) == 2
    assert update(client, evaluationGroupId=2).status == 200
    assert [effect["campaignId"] for effect in close(client, "t")] == [2]
    tree = client.send("GET", "/sandbox/v1/workspaces/campaigns").body["campaignEvaluationTree"]
    assert [one["campaignId"] for one in tree["elements"][0]["elements"]] == [2, 1]


def test_a_copy_is_disabled_and_has_no_codes_and_no_stores(client: Client):
    load(
        client,
        coupon_campaign(linkedStoreIds=[2], tags=["t"], limits=LIMITED),
        coupons=[{"campaignId": 1, "value": "CODE"}],
        stores=[{"id": 2, "name": "Berlin", "integrationId": "b"}],
    )
    original = client.manage("GET", CAMPAIGN).body
    reply = client.manage("POST", f"{CAMPAIGN}/copy", {"applicationIds": [7]})
    assert reply.status == 200
    assert reply.body["totalResultSize"] == 1
    [copied] = reply.body["data"]
    assert copied["id"] == 2
    assert copied["name"] == f"Copy of {original['name']}"
    assert copied["state"] == copied["frontendState"] == "disabled"
    assert copied["limits"] == LIMITED
    assert copied["tags"] == ["t"]
    assert not copied.get("linkedStoreIds")
    assert copied["activeRulesetId"] != original["activeRulesetId"]
    exported = client.send("GET", "/sandbox/v1/workspaces/campaigns").body
    assert [coupon["campaignId"] for coupon in exported["coupons"]] == [1]


def test_a_copy_has_what_the_request_says_and_its_own_rules(client: Client):
    load(client, campaign(1), campaign(2), campaignEvaluationTree=TREE)
    wanted = {
        "name": "Next",
        "description": "d",
        "tags": ["n"],
        "startTime": "2026-01-01T00:00:00Z",
    }
    body = {**wanted, "applicationIds": [7], "evaluationGroupId": 2}
    [copied] = client.manage("POST", f"{CAMPAIGN}/copy", body).body["data"]
    assert copied.items() >= wanted.items()
    enabled = {"name": "Next", "tags": [], "features": [], "limits": [], "state": "enabled"}
    client.manage("PUT", f"{CAMPAIGNS}/{copied['id']}", enabled)
    client.manage("DELETE", f"{CAMPAIGNS}/2")
    assert [effect["campaignId"] for effect in close(client, "s")] == [1, copied["id"]]


def test_a_campaign_goes_only_where_there_is_an_application_and_not_from_a_template(client: Client):
    load(client, campaign(), campaign(2, templateId=3))
    copy = f"{CAMPAIGN}/copy"
    assert client.manage("POST", copy, {"applicationIds": [7, 8]}).faults.keys() == {
        "/applicationIds/1"
    }
    assert client.manage("POST", copy, {"applicationIds": []}).body["data"] == []
    assert client.manage("POST", f"{CAMPAIGNS}/2/copy", {"applicationIds": [7]}).status == 400
    assert client.manage("POST", copy, {}).faults.keys() == {"/applicationIds"}
    assert names(client, "") == ["Campaign 1", "Campaign 2"]


def test_what_belongs_to_a_campaign_goes_with_it(client: Client):
    load(
        client,
        coupon_campaign(limits=LIMITED),
        campaign(2),
        coupons=[{"campaignId": 1, "value": "CODE"}, {"campaignId": 2, "value": "OTHER"}],
        couponReservations=[{"couponValue": "CODE", "profileIntegrationId": "p"}],
        referrals=[{"campaignId": 1, "code": "R", "advocateProfileIntegrationId": "a"}],
        collections=[{"id": 1, "name": "own", "campaignId": 1}, {"id": 2, "name": "all"}],
        valueMaps=[{"id": 1, "campaignId": 1}],
        achievements=[{"id": 1, "name": "own", "target": 2, "campaignId": 1}],
        achievementProgress=[{"achievementId": 1, "profileIntegrationId": "p", "progress": 1}],
    )
    close(client, "s", couponCodes=["CODE"])
    assert client.manage("DELETE", CAMPAIGN).status == 204
    assert client.manage("GET", CAMPAIGN).status == 404
    exported = client.send("GET", "/sandbox/v1/workspaces/campaigns").body
    for key in ("couponReservations", "referrals", "valueMaps", "achievements"):
        assert exported[key] == []
    assert not exported.get("achievementProgress")
    assert exported.get("limitCounters", []) == []
    assert [coupon["value"] for coupon in exported["coupons"]] == ["OTHER"]
    assert [collection["name"] for collection in exported["collections"]] == ["all"]
    assert client.load("again", **exported).status == 201


def test_sessions_of_a_deleted_campaign_can_still_be_cancelled(client: Client):
    load(client, coupon_campaign(limits=LIMITED), coupons=[{"campaignId": 1, "value": "CODE"}])
    assert close(client, "s", couponCodes=["CODE"])
    client.manage("DELETE", CAMPAIGN)
    cancelled = client.put_session("s", state="cancelled")
    assert cancelled.status == 200
    effects = {effect["effectType"] for effect in cancelled.body["effects"]}
    assert effects == {"rollbackDiscount", "rollbackCoupon"}
    [rejected] = close(client, "t", couponCodes=["CODE"])
    assert rejected["props"]["rejectionReason"] == "CouponNotFound"


def test_progress_in_the_achievement_of_a_deleted_campaign_does_not_come_back(client: Client):
    progress = {
        "id": "b1",
        "type": "updateAchievementProgress",
        "operator": "increaseBy",
        "achievement": {"id": 1},
        "value": 1,
    }
    rules = [{"title": "count", "blocks": [progress]}]
    load(
        client,
        campaign(ruleset={"id": 11, "promotionRules": rules}),
        achievements=[{"id": 1, "name": "own", "target": 2, "campaignId": 1}],
    )
    [effect] = close(client, "s")
    assert effect["effectType"] == "increaseAchievementProgress"
    client.manage("DELETE", CAMPAIGN)
    assert client.put_session("s", state="cancelled").status == 200
    exported = client.send("GET", "/sandbox/v1/workspaces/campaigns").body
    assert not exported.get("achievementProgress")


def test_the_id_of_a_deleted_campaign_does_not_come_back(client: Client):
    load(client, campaign(1), campaign(2))
    [first] = client.manage("POST", f"{CAMPAIGN}/copy", {"applicationIds": [7]}).body["data"]
    client.manage("DELETE", f"{CAMPAIGNS}/{first['id']}")
    [second] = client.manage("POST", f"{CAMPAIGN}/copy", {"applicationIds": [7]}).body["data"]
    assert (first["id"], second["id"]) == (3, 4)


def test_answers_are_those_that_the_vendor_documents(client: Client, shared: Path):
    limits = [{"action": "setDiscount", "limit": 40, "period": "overall"}]
    load(client, campaign(limits=limits, startTime=NOW))
    close(client, "s")
    assert_documented(shared, "getCampaign", client.manage("GET", CAMPAIGN))
    assert_documented(shared, "getCampaigns", client.manage("GET", CAMPAIGNS))
    body = {"name": "C", "tags": [], "features": [], "limits": LIMITED}
    assert_documented(shared, "updateCampaign", client.manage("PUT", CAMPAIGN, body))
    copied = client.manage("POST", f"{CAMPAIGN}/copy", {"applicationIds": [7]})
    assert_documented(shared, "copyCampaignToApplications", copied)
    assert_documented(shared, "deleteCampaign", client.manage("DELETE", CAMPAIGN))
    found = client.manage("POST", SEARCH, {"attributes": {}})
    assert_documented(shared, "getCampaignByAttributes", found)


def test_requests_beside_a_change_see_what_was_before_or_what_is_after(client: Client):
    load(client, campaign(1), *(campaign(number) for number in range(2, 30)))
    asked = ["triggeredCampaigns", "campaignEligibility"]

    def evaluate(number: int) -> tuple[int, int]:
        reply = client.put_session(f"s{number}", "?dry=true", asked, cartItems=[item(100)])
        return reply.status, len(reply.body["effects"])

    def change(number: int) -> int:
        [copied] = client.manage("POST", f"{CAMPAIGN}/copy", {"applicationIds": [7]}).body["data"]
        path = f"{CAMPAIGNS}/{copied['id']}"
        enabled = {"name": "C", "tags": [], "features": [], "limits": [], "state": "enabled"}
        assert client.manage("PUT", path, enabled).status == 200
        return client.manage("DELETE", path).status

    with ThreadPoolExecutor(4) as pool:
        changes = pool.map(change, range(20))
        answers = list(pool.map(evaluate, range(200)))
        assert set(changes) == {204}
    assert {status for status, _ in answers} == {200}
    assert {effects for _, effects in answers} <= {29, 30, 31, 32}
    assert evaluate(0) == (200, 29)
