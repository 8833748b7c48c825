"""Rulesets: shown in both forms, and written through the control API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.client import Client, item
from tests.emulator.management.vendor import assert_documented

RULESETS = "/v1/applications/1/campaigns/1/rulesets"
WRITE = "/sandbox/v1/workspaces/rulesets/campaigns/1/ruleset"


def discount(value: Any) -> dict[str, Any]:
    return {
        "id": "b1",
        "type": "awardDiscount",
        "name": "off",
        "value": value,
        "target": {"type": "cart"},
    }


def v2(value: Any = 5, **fields: Any) -> dict[str, Any]:
    rule = {"title": "always", "blocks": [discount(value)]}
    return {"id": 11, "promotionRules": [rule], **fields}


V1 = {
    "id": 11,
    "rules": [
        {
            "title": "over 50",
            "condition": ["and", [">", [".", "Session", "Total"], 50]],
            "effects": [["setDiscount", "off", 7]],
        }
    ],
    "bindings": [],
}


def load(client: Client, ruleset: dict[str, Any], **bundle: Any) -> None:
    campaign = {"id": 1, "name": "One", "ruleset": ruleset}
    other = {"id": 2, "name": "Two", "ruleset": v2(1) | {"id": 12}}
    assert client.load("rulesets", campaigns=[campaign, other], **bundle).status == 201


def get_v2(client: Client, ruleset_id: int = 11) -> Any:
    return client.manage("GET", f"/v2/applications/1/campaigns/1/rulesets/{ruleset_id}")


def values(client: Client) -> dict[int, Any]:
    """What each campaign takes off a cart of 100."""
    effects = client.put_session("s", "?dry=true", cartItems=[item(100)]).body["effects"]
    return {effect["campaignId"]: effect["props"]["value"] for effect in effects}


def test_a_ruleset_of_blocks_is_shown_as_it_was_written(client: Client):
    load(client, v2())
    content = get_v2(client).body
    assert content["promotionRules"] == v2()["promotionRules"]
    assert content["strikethroughRules"] == content["selectors"] == []
    assert content.items() >= {"id": 11, "campaignId": 1, "userId": 1}.items()


def test_a_ruleset_in_talang_is_shown_as_it_was_written(client: Client):
    load(client, V1)
    listed = client.manage("GET", RULESETS).body
    assert listed["totalResultSize"] == 1
    assert listed["data"][0]["rules"] == V1["rules"]
    content = client.manage("GET", f"{RULESETS}/11").body
    assert content["rules"] == V1["rules"]
    assert content["bindings"] == []


def test_a_ruleset_in_talang_is_shown_as_blocks_too(client: Client):
    load(client, {**V1, "strikethroughRules": [{**V1["rules"][0], "title": "struck"}]})
    content = get_v2(client).body
    [rule] = content["promotionRules"]
    assert rule["title"] == "over 50"
    assert [block["type"] for block in rule["blocks"]] == ["checkAttribute", "awardDiscount"]
    assert [rule["title"] for rule in content["strikethroughRules"]] == ["struck"]


def test_of_a_ruleset_of_blocks_there_is_no_talang_to_show(client: Client):
    load(client, v2())
    content = client.manage("GET", f"{RULESETS}/11").body
    assert (content["rules"], content["rbVersion"]) == ([], "v2")


def test_rulesets_of_variants_are_found_by_their_ids(client: Client):
    variants = [{"id": 1, "name": "A", "weight": 100, "ruleset": v2(3, id=21)}]
    load(client, v2(), experiments=[{"id": 1, "campaignId": 1, "variants": variants}])
    assert get_v2(client, 21).body["promotionRules"] == v2(3)["promotionRules"]


@pytest.mark.parametrize("ruleset_id", [12, 99])
def test_a_ruleset_that_the_campaign_does_not_have_is_not_found(client: Client, ruleset_id: int):
    load(client, v2())
    assert get_v2(client, ruleset_id).status == 404
    assert client.manage("GET", f"{RULESETS}/{ruleset_id}").status == 404


def test_rules_that_are_written_count_from_the_next_request_on(client: Client):
    load(client, v2())
    assert values(client) == {1: 5, 2: 1}
    reply = client.send("PUT", WRITE, v2(8))
    assert reply.status == 200
    assert reply.body == {"campaignId": 1, "ruleset": v2(8), "warnings": []}
    assert values(client) == {1: 8, 2: 1}
    assert client.send("PUT", WRITE, V1).status == 200
    assert values(client) == {1: 7, 2: 1}


def test_written_rules_keep_the_id_of_those_before_unless_they_have_one(client: Client):
    load(client, v2())
    without = {"promotionRules": v2(8)["promotionRules"]}
    assert client.send("PUT", WRITE, without).body["ruleset"]["id"] == 11
    assert client.send("PUT", WRITE, v2(8, id=31)).body["ruleset"]["id"] == 31
    assert client.manage("GET", "/v1/applications/1/campaigns/1").body["activeRulesetId"] == 31


def test_faulty_rules_are_refused_with_pointers_into_them(client: Client):
    load(client, v2())
    blocks = [discount("{{ 1 + }}"), {"id": "b2", "type": "awardDiscount"}]
    reply = client.send("PUT", WRITE, v2() | {"promotionRules": [{"title": 3, "blocks": blocks}]})
    assert reply.status == 400
    assert set(reply.faults) == {
        "/promotionRules/0/title",
        "/promotionRules/0/blocks/0/value",
        "/promotionRules/0/blocks/1/target",
    }
    assert values(client) == {1: 5, 2: 1}


def test_rules_that_never_fire_are_accepted_with_a_warning(client: Client):
    load(client, v2())
    blocks = [{"id": "b", "type": "checkTheWeather"}, discount(1)]
    rules = v2() | {"promotionRules": [{"title": "odd", "blocks": blocks}]}
    [warning] = client.send("PUT", WRITE, rules).body["warnings"]
    assert "odd" in warning
    assert values(client) == {2: 1}


@pytest.mark.parametrize("body", [[], 3, "text"])
def test_what_is_no_object_is_no_ruleset(client: Client, body: Any):
    load(client, v2())
    assert client.send("PUT", WRITE, body).status == 400


def test_rules_of_what_is_not_there_cannot_be_written(client: Client):
    load(client, v2())
    assert client.send("PUT", WRITE.replace("/campaigns/1/", "/campaigns/9/"), v2()).status == 404
    assert client.send("PUT", WRITE.replace("/rulesets/", "/nowhere/"), v2()).status == 404


def test_written_rules_are_traced_as_they_are_now(client: Client):
    load(client, v2())
    explain = "/sandbox/v1/workspaces/rulesets/explain"
    question = {
        "customerSessionId": "s",
        "request": {"customerSession": {"cartItems": [item(100)]}},
    }
    client.send("POST", explain, question)
    client.send("PUT", WRITE, v2(8))
    effects = client.send("POST", explain, question).body["response"]["effects"]
    assert [effect["props"]["value"] for effect in effects] == [8, 1]


def test_answers_are_those_that_the_vendor_documents(client: Client, shared: Path):
    load(client, V1)
    for operation_id in ("getRulesets", "getRuleset", "getRulesetV2"):
        path = RULESETS if operation_id == "getRulesets" else f"{RULESETS}/11"
        reply = get_v2(client) if operation_id == "getRulesetV2" else client.manage("GET", path)
        assert_documented(shared, operation_id, reply)
    load(client, v2())
    assert_documented(shared, "getRuleset", client.manage("GET", f"{RULESETS}/11"))
    assert_documented(shared, "getRulesetV2", get_v2(client))
