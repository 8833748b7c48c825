"""Campaigns of one Application, as the Management API has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import talon_one

from sandbox.targets.connection import Connection, floats

Json = dict[str, Any]

# What the vendor's PUT wants whole: fields that are left out would be emptied.
_UPDATABLE = {
    "name": "name",
    "description": "description",
    "startTime": "start_time",
    "endTime": "end_time",
    "attributes": "attributes",
    "state": "state",
    "activeRulesetId": "active_ruleset_id",
    "tags": "tags",
    "reevaluateOnReturn": "reevaluate_on_return",
    "features": "features",
    "couponSettings": "coupon_settings",
    "referralSettings": "referral_settings",
    "limits": "limits",
    "evaluationGroupId": "evaluation_group_id",
    "type": "type",
    "linkedStoreIds": "linked_store_ids",
}
_TIMES = {"startTime", "endTime"}


class Campaigns:
    """The campaigns of one Application. Every method raises TargetError."""

    def __init__(self, connection: Connection, application_id: int) -> None:
        self._connection = connection
        self._application_id = application_id

    def listed(self, most: int = 1000) -> Sequence[Json]:
        """Return the campaigns (schema Campaign)."""
        return self._connection.call(
            self._connection.management.get_campaigns_without_preload_content,
            self._application_id,
            page_size=most,
        ).entries()

    def ruleset(self, campaign: Mapping[str, Any]) -> Json | None:
        """Return the rules that a campaign has now, if it has any, in the form they are kept in.

        That is Talang (schema Ruleset), or the Rule Builder's blocks (schema RulesetV2), which the
        SDK does not read.
        """
        ruleset_id = campaign.get("activeRulesetId")
        if not ruleset_id:
            return None
        ruleset = self._connection.call(
            self._connection.management.get_ruleset_without_preload_content,
            self._application_id,
            campaign["id"],
            ruleset_id,
        ).object()
        if ruleset.get("rbVersion") != "v2":
            return ruleset
        campaign_path = f"/v2/applications/{self._application_id}/campaigns/{campaign['id']}"
        return self._connection.send(
            "management", "GET", f"{campaign_path}/rulesets/{ruleset_id}"
        ).object()

    def update(self, campaign: Mapping[str, Any], changes: Mapping[str, Any]) -> Json:
        """Change fields of a campaign, named as in the API, and return it as it is then."""
        wanted = {**campaign, **changes}
        body = talon_one.UpdateCampaign.model_construct(
            **{
                name: _for_sdk(field, wanted[field])
                for field, name in _UPDATABLE.items()
                if wanted.get(field) is not None
            }
        )
        return self._connection.call(
            self._connection.management.update_campaign_without_preload_content,
            self._application_id,
            campaign["id"],
            body,
        ).object()


def _for_sdk(field: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if field in _TIMES else floats(value)
