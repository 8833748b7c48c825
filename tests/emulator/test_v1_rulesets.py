"""V1 rulesets over HTTP: loaded, warned of, explained, told, and exported as they came."""

from __future__ import annotations

from typing import Any

from tests.client import Client
from tests.engine.builders import bound, v1_rule

TOTAL = [".", "Session", "Total"]
KITCHEN = bound(
    "kitchen",
    [
        "filter",
        [".", "Session", "CartItems"],
        [["Item"], ["catch", False, ["=", [".", "Item", "Category"], "Kitchen"]]],
    ],
)
TENTH = [
    "catch",
    ["noop"],
    ["setDiscount", "10%", ["*", ["sum", [".", "kitchen"], "Item", [".", "Item", "Price"]], 0.1]],
]
LARGE = v1_rule(["and", [">", ["+", TOTAL, 0], 50]], TENTH, title="Kitchen")
UNKNOWN = v1_rule(["and", ["?eventIs", "closed"]], TENTH, title="Closing")


def load(client: Client, name: str, *rules: dict[str, Any]) -> Any:
    ruleset = {"id": 11, "rules": list(rules), "bindings": [KITCHEN], "strikethroughRules": []}
    reply = client.load(name, campaigns=[{"id": 1, "name": "c", "ruleset": ruleset}])
    assert reply.status == 201
    return reply.body


def test_loading_warns_of_functions_that_nobody_knows(client: Client):
    (warning,) = load(client, "v1-unknown", LARGE, UNKNOWN)["warnings"]
    assert warning == (
        "Campaign “c”: Rule “Closing” never fires: condition 0, "
        '["?eventIs","closed"]: The function ?eventIs is not known'
    )


def test_a_request_is_explained_term_by_term(client: Client):
    load(client, "v1-explained", LARGE)
    items = [{"sku": "PAN", "quantity": 1, "price": 60, "category": "Kitchen"}]
    body = {
        "customerSessionId": "s",
        "request": {"customerSession": {"profileId": "p", "cartItems": items}},
    }
    reply = client.send("POST", "/sandbox/v1/workspaces/v1-explained/explain", body)
    (effect,) = reply.body["response"]["effects"]
    assert effect["props"] == {"name": "10%", "value": 6}
    (rule,) = reply.body["trace"]["campaigns"][0]["runs"][0]["rules"]
    (condition,) = rule["conditions"]
    assert (condition["attribute"], condition["actual"]) == ("$Session.Total + 0", 60)
    assert condition["terms"][0]["term"] == "$Session.Total + 0 > 50"


def test_rules_are_told_in_words(client: Client):
    load(client, "v1-told", LARGE)
    reply = client.send("GET", "/sandbox/v1/workspaces/v1-told/rules")
    (rule,) = reply.body["data"][0]["rules"]
    assert rule["headline"].startswith("When the session total plus €0 is more than €50")


def test_an_export_holds_the_ruleset_as_it_came(client: Client):
    load(client, "v1-exported", LARGE)
    exported = client.send("GET", "/sandbox/v1/workspaces/v1-exported").body
    assert exported["campaigns"][0]["ruleset"]["rules"] == [LARGE]


def test_malformed_talang_is_refused_with_its_pointer(client: Client):
    ruleset = {"id": 11, "rules": [v1_rule(["and", [1, 2]])], "bindings": []}
    reply = client.load("v1-broken", campaigns=[{"id": 1, "name": "c", "ruleset": ruleset}])
    assert reply.status == 400
    assert list(reply.faults) == ["/campaigns/0/ruleset/rules/0/condition/1/0"]
