"""GET …/rules: what a workspace's campaigns do, in plain words."""

from __future__ import annotations

import json
from pathlib import Path

from tests.client import Client
from tests.engine.builders import block, check, discount, notify, rule

DEMO = Path(__file__).parents[2] / "fixtures" / "demo.json"


def rules(client: Client, name: str):
    return client.send("GET", f"/sandbox/v1/workspaces/{name}/rules")


def test_every_campaign_of_a_workspace_is_told(client: Client):
    client.load("words-demo", **json.loads(DEMO.read_text()))
    campaigns = rules(client, "words-demo").body["data"]
    assert [(c["campaignId"], c["name"], c["state"]) for c in campaigns][:2] == [
        (1, "Christmas code", "enabled"),
        (2, "Big basket", "enabled"),
    ]
    assert [r["headline"] for c in campaigns for r in c["rules"]][:2] == [
        "When the coupon code is valid, take 20 % off the remaining session total.",
        "When the cart is worth at least €200, take €15 off the session total.",
    ]


def test_a_rule_is_told_whole_and_in_parts(client: Client):
    big = check("$Session.Total", "greaterThan", value=50) | {"onFailure": [notify("Almost")]}
    either = block("group", operator="atLeastOne", blocks=[block("checkCoupon"), big])
    client.load("words-parts", campaigns=[campaign(rule(either, discount(5, "Five"), title="R"))])
    (told,) = rules(client, "words-parts").body["data"]
    assert told["rules"] == [
        {
            "index": 0,
            "title": "R",
            "headline": "When the coupon code is valid or the session total is more than €50, "
            "take €5 off the session total.",
            "outline": [
                "When the coupon code is valid or the session total is more than €50, "
                "take €5 off the session total.",
                "When at least one of these holds:",
                "   1. The coupon code is valid.",
                "   2. The session total is more than €50.",
                "      If not: show the notification “Almost” (type Info).",
                "Then:",
                "   1. Take €5 off the session total (“Five”).",
            ],
            "conditions": [
                {
                    "blockId": "group",
                    "sentence": "The coupon code is valid or the session total is more than €50.",
                    "operator": "atLeastOne",
                    "children": [
                        {
                            "blockId": "checkCoupon",
                            "sentence": "The coupon code is valid.",
                            "index": 0,
                        },
                        {
                            "blockId": "checkAttribute",
                            "sentence": "The session total is more than €50.",
                            "index": 1,
                            "failures": [
                                {
                                    "blockId": "showNotification",
                                    "sentence": "Show the notification “Almost” (type Info).",
                                }
                            ],
                        },
                    ],
                }
            ],
            "effects": [
                {
                    "blockId": "awardDiscount",
                    "sentence": "Take €5 off the session total (“Five”).",
                    "index": 0,
                }
            ],
            "filters": [],
            "unsupported": [],
        }
    ]


def campaign(*rules_, **fields):
    ruleset = {"id": 11, "promotionRules": list(rules_)}
    return {"id": 1, "name": "C", "ruleset": ruleset, **fields}


def test_names_come_from_the_bundle(client: Client):
    blocks = [
        check("$Profile.Attributes.vip", "isTrue"),
        block("x-addLoyaltyPoints", name="p", programId=5, value=10),
        discount(2, target={"type": "globalFilter", "name": "hats"}),
        discount(
            1,
            target={
                "type": "additionalCost",
                "additionalCost": {"id": 1, "name": "ship"},
                "target": {"type": "cart"},
            },
        ),
    ]
    client.load(
        "words-names",
        application={"currency": "JPY", "enableCascadingDiscounts": True},
        attributes=[
            {"id": 1, "entity": "CustomerProfile", "name": "vip", "title": "VIP", "type": "boolean"}
        ],
        additionalCosts=[{"id": 1, "name": "ship", "title": "Shipping"}],
        loyaltyPrograms=[{"id": 5, "name": "stars", "title": "Star club"}],
        cartItemFilters=[
            {
                "id": 1,
                "name": "hats",
                "source": "$Session.CartItems",
                "steps": [
                    {"type": "filter", "predicate": check("$Item.Category", "equals", value="Hats")}
                ],
            }
        ],
        campaigns=[campaign(rule(*blocks))],
    )
    (told,) = rules(client, "words-names").body["data"]
    (only,) = told["rules"]
    assert [c["sentence"] for c in only["conditions"]] == ["The customer's VIP is true."]
    assert [effect["sentence"] for effect in only["effects"]] == [
        "Give the customer 10 points in the loyalty program “Star club” (“p”).",
        "Take ¥2 off every item whose category is Hats (“off”).",
        "Take ¥1 off Shipping (“off”).",
    ]


def test_a_rule_that_never_fires_says_why(client: Client):
    client.load("words-never", campaigns=[campaign(rule(block("checkWeather"), discount(5)))])
    (told,) = rules(client, "words-never").body["data"]
    (only,) = told["rules"]
    assert only["unsupported"] == ["Blocks of type checkWeather are not known"]
    assert only["headline"].startswith("This rule never applies here")


def test_every_variant_of_an_experiment_is_told(client: Client):
    variants = [
        {
            "id": n,
            "name": f"V{n}",
            "weight": 50,
            "ruleset": {"id": n, "promotionRules": [rule(discount(n))]},
        }
        for n in (1, 2)
    ]
    client.load(
        "words-variants",
        campaigns=[campaign(rule(discount(9)))],
        experiments=[{"id": 1, "campaignId": 1, "variants": variants}],
    )
    (told,) = rules(client, "words-variants").body["data"]
    headlines = [v["rules"][0]["headline"] for v in told["variants"]]
    assert [v["name"] for v in told["variants"]] == ["V1", "V2"]
    assert headlines == [
        "Always take €1 off the session total.",
        "Always take €2 off the session total.",
    ]


def test_what_has_no_name_is_called_by_its_id(client: Client):
    points = block("x-addLoyaltyPoints", name="p", programId=5, value=10)
    client.load(
        "words-ids",
        campaigns=[campaign(rule(points))],
    )
    (told,) = rules(client, "words-ids").body["data"]
    assert (
        told["rules"][0]["headline"]
        == "Always give the customer 10 points in the loyalty program 5."
    )


def test_the_rules_of_no_workspace_are_not_found(client: Client):
    assert rules(client, "no-such-workspace").status == 404
