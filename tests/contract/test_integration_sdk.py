"""The other operations of the Integration API through the official SDK, which decodes every answer.

`joinLoyaltyProgram` and `integrationGetAllCampaigns` are younger than the SDK.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import talon_one
from talon_one.exceptions import NotFoundException

from sandbox.emulator.server import BackgroundServer
from tests.contract.test_tutorial import api_with

BUNDLE: dict[str, Any] = {
    "clock": "2026-06-15T12:00:00Z",
    "attributes": [
        {"id": 1, "entity": "CustomerProfile", "name": "Language", "type": "string"},
        {"id": 2, "entity": "CartItem", "name": "color", "type": "string"},
    ],
    "campaigns": [{"id": 1, "name": "c", "ruleset": {"id": 11, "promotionRules": []}}],
    "coupons": [{"value": "SUMMER25%OFF", "campaignId": 1}],
    "customerProfiles": [{"integrationId": "p"}, {"integrationId": "q"}],
    "audiences": [{"id": 9, "name": "VIP", "members": ["p"]}],
    "loyaltyPrograms": [
        {
            "id": 5,
            "name": "club",
            "allowSubledger": True,
            "tiers": [{"id": 1, "name": "Bronze", "minPoints": 10}],
            "tiersExpirationPolicy": "tier_start_date",
            "tiersExpireIn": "1Y",
            "tiersDowngradePolicy": "one_down",
        },
        {"id": 6, "name": "cards", "cardBased": True},
    ],
    "loyaltyCards": [{"programId": 6, "identifier": "CARD-1", "profiles": ["p"]}],
    "loyaltyTransactions": [
        {
            "programId": 5,
            "profileIntegrationId": "p",
            "type": "addition",
            "amount": 30,
            "expiryDate": "2026-12-01T00:00:00Z",
            "customerSessionId": "s",
        },
        {
            "programId": 5,
            "profileIntegrationId": "p",
            "type": "addition",
            "amount": 7,
            "startDate": "on_action",
            "transactionUUID": "00000000-0000-4000-8000-000000000001",
        },
        {"programId": 6, "cardIdentifier": "CARD-1", "type": "addition", "amount": 4},
    ],
    "achievements": [{"id": 8, "name": "Three", "title": "T", "target": 3, "campaignId": 1}],
    "achievementProgress": [{"achievementId": 8, "profileIntegrationId": "p", "progress": 1}],
    "catalogs": [{"id": 30, "name": "Shoes", "items": [{"id": 1, "sku": "A", "price": 5}]}],
}


@pytest.fixture
def api(server: BackgroundServer) -> Iterator[talon_one.IntegrationApi]:
    running = server.running
    keys = running.workspaces.load("sdk", BUNDLE)
    yield api_with(running.base_url, keys.integration_key)
    running.workspaces.delete("sdk")


def test_coupons_are_reserved(api):
    wanted = talon_one.CouponReservations(integration_ids=["p", "q"])
    assert api.create_coupon_reservation("SUMMER25%OFF", wanted).reservation_counter == 2
    api.delete_coupon_reservation(
        "SUMMER25%OFF", talon_one.CouponReservations(integration_ids=["p"])
    )
    reserved = api.get_reserved_customers("SUMMER25%OFF")
    assert [profile.integration_id for profile in reserved.data] == ["q"]


def test_referrals_are_created(api):
    one = api.create_referral(
        talon_one.NewReferral(campaign_id=1, advocate_profile_integration_id="p")
    )
    assert one.usage_counter == 0
    wanted = talon_one.NewReferralsForMultipleAdvocates(
        campaign_id=1, usage_limit=1, advocate_profile_integration_ids=["p", "q"]
    )
    several = api.create_referrals_for_multiple_advocates(wanted, silent="no")
    assert several.total_result_size == 2
    assert api.create_referrals_for_multiple_advocates(wanted) is None


def test_a_customers_points_are_read_and_changed(api):
    balances = api.get_loyalty_balances(5, "p", include_tiers=True, include_projected_tier=True)
    assert (balances.balance.active_points, balances.balance.pending_points) == (30, 7)
    assert balances.balance.current_tier.name == "Bronze"
    assert balances.balance.projected_tier.projected_active_points == 0
    log = api.get_loyalty_program_profile_transactions(5, "p", customer_session_ids=["s", "t"])
    assert [entry.amount for entry in log.data] == [30]
    points = api.get_loyalty_program_profile_points(5, "p", status="pending")
    assert [entry.start_date for entry in points.data] == ["on_action"]
    wanted = talon_one.ActivateLoyaltyPoints(
        transaction_uuids=["00000000-0000-4000-8000-000000000001"]
    )
    (activated,) = api.activate_loyalty_points(5, wanted).ledger_entries
    assert activated.amount == 7
    api.delete_loyalty_transactions_from_ledgers(
        5, "p", talon_one.DeleteLoyaltyTransactionsRequest(scope="AllSubledgers")
    )
    assert api.get_loyalty_balances(5, "p").balance.active_points == 0


def test_cards_are_made_linked_and_read(api):
    card = api.generate_loyalty_card(6, talon_one.GenerateLoyaltyCard())
    profile = talon_one.LoyaltyCardRegistration(integration_id="q")
    linked = api.link_loyalty_card_to_profile(6, card.identifier, profile)
    assert [one.integration_id for one in linked.profiles] == ["q"]
    assert api.unlink_loyalty_card_from_profile(6, card.identifier, profile).profiles == []
    assert api.get_loyalty_card_balances(6, "CARD-1").balance.active_points == 4
    log = api.get_loyalty_card_transactions(6, "CARD-1", subledger_id=["", "bonus"])
    assert [entry.card_identifier for entry in log.data] == ["CARD-1"]
    assert [entry.amount for entry in api.get_loyalty_card_points(6, "CARD-1").data] == [4]


def test_achievements_are_listed(api):
    listed = api.get_customer_achievements(
        "p", achievement_ids=["8", "9"], achievement_status=["active", "scheduled"]
    )
    assert [one.current_progress.progress for one in listed.data] == [1]
    assert api.get_customer_achievement_history("p", 8).data[0].status == "inprogress"


def test_audiences_are_managed(api):
    audience = api.create_audience_v2(talon_one.NewAudience(name="Travel"))
    renamed = api.update_audience_v2(audience.id, talon_one.UpdateAudience(name="Trips"))
    assert renamed.name == "Trips"
    change = talon_one.CustomerProfileAudienceRequestItem(
        action="add", profile_integration_id="new", audience_id=audience.id
    )
    api.update_customer_profile_audiences(talon_one.CustomerProfileAudienceRequest(data=[change]))
    api.update_audience_customers_attributes(audience.id, {"Language": "de"})
    api.delete_audience_memberships_v2(audience.id)
    api.delete_audience_v2(audience.id)
    with pytest.raises(NotFoundException):
        api.delete_audience_v2(audience.id)


def test_catalogs_are_synced_and_their_prices_looked_up(api):
    payload = {"sku": "B", "price": 7, "attributes": {"color": "red"}}
    added = {"type": "ADD", "payload": payload}
    catalog = api.sync_catalog(30, talon_one.CatalogSyncRequest(actions=[added]))
    assert (catalog.id, catalog.version) == (30, 2)
    wanted = talon_one.BestPriorPriceRequest.from_dict(
        {
            "skus": ["A", "B"],
            "timeframeEndDate": "2026-06-15T12:00:00Z",
            "timeframe": "30",
            "strictEndDate": True,
        }
    )
    assert [(one.sku, one.price) for one in api.best_prior_price(wanted)] == [("A", 5), ("B", 7)]
