"""One sentence for each type of effect.

Source: reference/api/03-effects.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from sandbox.insight.facts import WorkspaceFacts
from sandbox.insight.money import money
from sandbox.insight.totals import plain_name
from sandbox.numbers import plain_text

Sentence: TypeAlias = Callable[[Mapping[str, Any], WorkspaceFacts], str]


def effect_words(kind: str, props: Mapping[str, Any], facts: WorkspaceFacts) -> str:
    """Return what an effect does; one of an unknown type or shape shows its props."""
    if kind in _SENTENCES:
        try:
            return _SENTENCES[kind](props, facts)
        except (KeyError, TypeError, ArithmeticError):  # a live deployment may send other props
            pass
    return ", ".join(f"{name} {value}" for name, value in props.items())


def _discount(props: Mapping[str, Any], facts: WorkspaceFacts) -> str:
    words = f"Takes {money(props['value'], facts.currency)} off: {plain_name(str(props['name']))}"
    wanted = props.get("desiredValue")
    if wanted is not None and wanted != props["value"]:
        words += f" (cut from {money(wanted, facts.currency)} by a budget)"
    return words


def _points(props: Mapping[str, Any], facts: WorkspaceFacts, key: str = "value") -> str:
    """Return an amount of points with its program: 12 points of Points Club."""
    program = facts.programs.get(props["programId"], f"program {props['programId']}")
    ledger = f" ({props['subLedgerId']})" if props.get("subLedgerId") else ""
    return f"{plain_text(Decimal(str(props[key])))} points of {program}{ledger}"


def _recipient(props: Mapping[str, Any]) -> str:
    who = props.get("cardIdentifier") or props.get("recipientIntegrationId")
    return f" to {who}" if who else ""


def _pending(props: Mapping[str, Any], facts: WorkspaceFacts) -> str:
    words = f"Adds {_points(props, facts)}{_recipient(props)}"
    wanted = props.get("desiredValue")
    if wanted is not None and wanted != props["value"]:
        words += f" (cut from {plain_text(Decimal(str(wanted)))} by a budget)"
    if props.get("awaitsActivation"):
        words += ", once they are activated"
    return words


def _tier(props: Mapping[str, Any], facts: WorkspaceFacts) -> str:
    before = f" from {props['previousTierName']}" if props.get("previousTierName") else ""
    return f"Raises the tier{before} to {props['newTierName']}"


def _progress(props: Mapping[str, Any], facts: WorkspaceFacts) -> str:
    words = (
        f"Adds {props['delta']} to {props['achievementName']}: "
        f"{props['value']} of {props['target']}"
    )
    return f"{words}, just completed" if props.get("isJustCompleted") else words


def _free_item(props: Mapping[str, Any], facts: WorkspaceFacts) -> str:
    return f"Adds {props['name']} ({props['sku']}) for free"


def _audience(verb: str) -> Sentence:
    return lambda props, facts: (
        f"{verb} the audience {props.get('audienceName') or props.get('audienceId')}"
    )


_SENTENCES: dict[str, Sentence] = {
    "acceptCoupon": lambda props, facts: f"Accepts the code {props['value']}",
    "rejectCoupon": lambda props, facts: (
        f"Rejects the code {props['value']} ({props['rejectionReason']})"
    ),
    "acceptReferral": lambda props, facts: f"Accepts the referral code {props['value']}",
    "rejectReferral": lambda props, facts: (
        f"Rejects the referral code {props['value']} ({props['rejectionReason']})"
    ),
    "setDiscount": _discount,
    "setDiscountPerItem": _discount,
    "setDiscountPerAdditionalCost": _discount,
    "setDiscountPerAdditionalCostPerItem": _discount,
    "addFreeItem": _free_item,
    "addLoyaltyPoints": _pending,
    "deductLoyaltyPoints": lambda props, facts: f"Spends {_points(props, facts)}",
    "changeLoyaltyTierLevel": _tier,
    "extendLoyaltyPointsExpiryDate": lambda props, facts: (
        f"Lets points expire {props['extensionDuration']} later"
    ),
    "setLoyaltyPointsExpiryDate": lambda props, facts: (
        f"Lets points expire on {props['newExpiryDate']}"
    ),
    "willAwardGiveaway": lambda props, facts: (
        f"Will award a giveaway of {props['poolName']} when the order is placed"
    ),
    "awardGiveaway": lambda props, facts: (
        f"Awards the giveaway {props['code']} of {props['poolName']}"
    ),
    "couponCreated": lambda props, facts: f"Creates the code {props['value']}",
    "referralCreated": lambda props, facts: f"Creates the referral code {props['value']}",
    "reserveCoupon": lambda props, facts: (
        f"Reserves the code {props['couponValue']} for {props['profileIntegrationId']}"
    ),
    "updateAttribute": lambda props, facts: f"Sets {props['path']} to {props['value']}",
    "addToAudience": _audience("Adds the customer to"),
    "removeFromAudience": _audience("Removes the customer from"),
    "increaseAchievementProgress": _progress,
    "showNotification": lambda props, facts: f"Shows “{props['title']}” {props['body']}".rstrip(),
    "triggerWebhook": lambda props, facts: f"Calls the webhook {props['webhookName']}",
    "customEffect": lambda props, facts: f"Fires the custom effect {props['name']}",
    "error": lambda props, facts: f"Reports a mistake in the rule: {props['message']}",
    "rollbackCoupon": lambda props, facts: f"Makes the code {props['value']} usable again",
    "rollbackReferral": lambda props, facts: (
        f"Makes the referral code {props['value']} usable again"
    ),
    "rollbackDiscount": lambda props, facts: (
        f"Takes back {money(props['value'], facts.currency)}: {plain_name(str(props['name']))}"
    ),
    "rollbackAddedLoyaltyPoints": lambda props, facts: f"Takes back {_points(props, facts)}",
    "rollbackDeductedLoyaltyPoints": lambda props, facts: f"Gives back {_points(props, facts)}",
    "rollbackIncreasedAchievementProgress": lambda props, facts: (
        f"Takes {props['decreaseProgressBy']} back from {props['achievementName']}: "
        f"{props['currentProgress']} of {props['target']}"
    ),
}
