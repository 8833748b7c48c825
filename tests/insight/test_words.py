"""Verdicts, effects and campaigns in words, and the call for other tools."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from sandbox.insight.call import as_curl, as_python
from sandbox.insight.campaigns import campaign_rows
from sandbox.insight.effects import effect_rows
from sandbox.insight.facts import CampaignFacts, CouponFacts, WorkspaceFacts
from sandbox.insight.money import exact, money
from sandbox.insight.verdicts import verdicts

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
FACTS = WorkspaceFacts(
    currency="EUR",
    timezone="Europe/Berlin",
    now=NOW,
    campaigns={
        1: CampaignFacts("Summer sale", start_time=datetime(2026, 7, 1, tzinfo=UTC)),
        2: CampaignFacts("Paused", state="disabled"),
    },
    coupons={"OLD": CouponFacts(1, expiry_date=datetime(2026, 5, 3, 21, 59, tzinfo=UTC))},
    cost_titles={"shipping": "Shipping"},
    programs={5: "Points Club"},
)


def rejected(reason: str, code: str = "X", **fields: Any) -> dict[str, Any]:
    props = {"value": code, "rejectionReason": reason, **fields.pop("props", {})}
    return {"effectType": "rejectCoupon", "campaignId": 1, "ruleName": "", "props": props, **fields}


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        (rejected("CouponNotFound"), "no campaign in this Application knows this code"),
        (rejected("CouponExpired", "OLD"), "expired on 3 May 2026, 42 days ago"),
        (rejected("CouponExpired"), "has expired"),
        (
            rejected("CouponPartOfNotRunningCampaign"),
            "belongs to “Summer sale”, which is scheduled to start on 1 July 2026",
        ),
        (
            rejected("CouponPartOfNotRunningCampaign", campaignId=2),
            "belongs to “Paused”, which is disabled",
        ),
        (rejected("CouponRecipientDoesNotMatch"), "is reserved for another customer"),
        (
            rejected("CouponRejectedByCondition", ruleName="From 100", props={"conditionIndex": 1}),
            "condition 2 of the rule “From 100” of “Summer sale” is not met "
            "by this cart and customer",
        ),
        (
            rejected(
                "CouponPartOfNotTriggeredCampaign",
                props={"campaignExclusionReason": "CampaignGaveLowerDiscount"},
            ),
            "“Summer sale” lost to a campaign of its group that gives a better discount",
        ),
        (rejected("SomethingNewer"), "rejected: SomethingNewer"),
    ],
)
def test_a_rejected_code_says_why(effect: dict[str, Any], words: str):
    (verdict,) = verdicts([effect["props"]["value"]], [effect], FACTS)
    assert (verdict.accepted, verdict.words) == (False, words)


def test_an_accepted_code_says_what_it_gave():
    effects = [
        {
            "effectType": "acceptCoupon",
            "campaignId": 1,
            "props": {"value": "X"},
            "triggeredByCoupon": 5,
        },
        *[
            {
                "effectType": "setDiscountPerItem",
                "campaignId": 1,
                "props": {"name": f"off#{position}", "value": Decimal("2.50")},
                "triggeredByCoupon": 5,
            }
            for position in (0, 1)
        ],
    ]
    (verdict,) = verdicts(["X"], effects, FACTS)
    assert verdict.words == "accepted: off (\N{MINUS SIGN}€5.00)"


def test_every_code_gets_one_verdict_in_the_order_of_the_request():
    effects = [rejected("CouponNotFound", "B"), rejected("CouponNotFound", "A")]
    assert [v.code for v in verdicts(["A", "B", "A", "C"], effects, FACTS)] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("effect", "words", "target"),
    [
        (
            {"effectType": "setDiscount", "props": {"name": "off", "value": 5, "desiredValue": 8}},
            "Takes €5.00 off: off (cut from €8.00 by a budget)",
            "Whole session",
        ),
        (
            {
                "effectType": "setDiscountPerItem",
                "props": {"name": "off#0", "value": 1, "position": 0, "subPosition": 1},
            },
            "Takes €1.00 off: off",
            "Mug, unit 2",
        ),
        (
            {
                "effectType": "setDiscountPerAdditionalCost",
                "props": {"name": "free", "value": 4, "additionalCost": "shipping"},
            },
            "Takes €4.00 off: free",
            "Shipping",
        ),
        (
            {"effectType": "showNotification", "props": {"title": "Almost", "body": "there"}},
            "Shows “Almost” there",
            "",
        ),
        (
            {
                "effectType": "addLoyaltyPoints",
                "props": {
                    "programId": 5,
                    "subLedgerId": "gold",
                    "value": 12,
                    "desiredValue": 20,
                    "recipientIntegrationId": "cust-1",
                },
            },
            "Adds 12 points of Points Club (gold) to cust-1 (cut from 20 by a budget)",
            "",
        ),
        (
            {
                "effectType": "increaseAchievementProgress",
                "props": {
                    "achievementName": "Five orders",
                    "delta": 1,
                    "value": 5,
                    "target": 5,
                    "isJustCompleted": True,
                },
            },
            "Adds 1 to Five orders: 5 of 5, just completed",
            "",
        ),
        (
            {
                "effectType": "updateAttribute",
                "props": {"path": "Profile.Attributes.A", "value": 1},
            },
            "Sets Profile.Attributes.A to 1",
            "",
        ),
        (
            {"effectType": "error", "props": {"message": "“(” is not a regular expression"}},
            "Reports a mistake in the rule: “(” is not a regular expression",
            "",
        ),
        ({"effectType": "couponCreated", "props": {"other": "shape"}}, "other shape", ""),
        ({"effectType": "somethingNewer", "props": {"a": 1}}, "a 1", ""),
    ],
)
def test_an_effect_says_what_it_does_and_to_what(effect, words, target):
    items = [{"sku": "MUG", "name": "Mug", "quantity": 2}]
    (row,) = effect_rows([effect | {"campaignId": 1, "ruleName": "r"}], items, FACTS)
    assert (row.words, row.target, row.campaign) == (words, target, "Summer sale")


def test_campaigns_that_applied_come_first_and_the_others_say_where_they_stopped():
    answer = {
        "effects": [
            {
                "effectType": "setDiscount",
                "campaignId": 4,
                "ruleName": "Ten off",
                "props": {"name": "x", "value": 10},
            }
        ],
        "campaignEligibility": [
            {
                "id": 3,
                "name": "Big basket",
                "eligibility": [{"passed": False, "details": {"failureCode": "ALL_RULES_FAILED"}}],
                "rules": [
                    {
                        "title": "From 200",
                        "eligibility": [
                            {
                                "passed": False,
                                "details": {
                                    "failureCode": "CONDITION_NOT_MET",
                                    "conditionIndex": 0,
                                },
                            }
                        ],
                    }
                ],
            },
            {"id": 4, "name": "Ten", "eligibility": [{"passed": True}], "rules": []},
            {
                "id": 5,
                "name": "Loser",
                "eligibility": [{"passed": False, "details": {"failureCode": "SKIPPED"}}],
                "rules": [],
            },
        ],
    }
    rows = {
        row.campaign: (row.applied, row.words, row.discount) for row in campaign_rows(answer, FACTS)
    }
    assert next(iter(rows)) == "Ten"
    assert rows["Ten"] == (True, "“Ten off”", 10)
    assert rows["Big basket"] == (False, "“From 200” stopped at condition 1", 0)
    assert rows["Loser"][1] == "another campaign of its evaluation group stands in its place"
    assert rows["Summer sale"][1] == "it starts on 1 July 2026"
    assert rows["Paused"][1] == "it is disabled"


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [("1234.5", "EUR", "€1,234.50"), ("1000", "JPY", "¥1,000"), ("1.2345", "KWD", "KWD1.235")],
)
def test_money_is_written_for_its_currency(amount: str, currency: str, shown: str):
    assert money(Decimal(amount), currency) == shown


def test_exact_amounts_keep_every_digit():
    assert exact(Decimal("-9.99900001")) == "\N{MINUS SIGN}9.99900001"


BODY = {
    "customerSession": {"cartItems": [{"sku": 'it\'s "$HOME"', "quantity": 1, "price": 9.5}]},
    "responseContent": ["customerSession"],
}


def test_the_curl_command_survives_any_text():
    command = as_curl("http://127.0.0.1:1", "PUT", "/v2/x?dry=true", "key", BODY)
    shell = subprocess.run(
        ["bash", "-c", f"curl() {{ printf '%s' \"${{@: -1}}\"; }}; {command}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(shell.stdout) == BODY


def test_the_python_snippet_compiles():
    compile(as_python("http://x", "s'1", "key", BODY, dry=True), "snippet", "exec")
