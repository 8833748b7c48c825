"""The vendor's integration tutorial, step by step, through the official SDK against the emulator.

Read it from top to bottom: each test is one step of an integration. Source: the vendor's tutorial
“Integrating Talon.One” and the README of the SDK.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import talon_one
from talon_one.exceptions import BadRequestException, UnauthorizedException

from sandbox.emulator.server import BackgroundServer

BUNDLE = {
    "attributes": [
        {"entity": "CustomerSession", "name": "ShippingCity", "type": "string"},
        {"entity": "CustomerProfile", "name": "Language", "type": "string"},
    ],
    "campaigns": [
        {
            "id": 1,
            "name": "Christmas",
            "ruleset": {
                "id": 11,
                "promotionRules": [
                    {
                        "title": "20 % off with code",
                        "blocks": [
                            {"id": "b1", "type": "checkCoupon", "redeem": True},
                            {
                                "id": "b2",
                                "type": "awardDiscount",
                                "name": "20 % off",
                                "value": "{{$Session.Total * 20%}}",
                                "target": {"type": "cart"},
                            },
                        ],
                    }
                ],
            },
        }
    ],
    "coupons": [{"id": 501, "value": "xmas20", "campaignId": 1, "usageLimit": 2}],
}


def api_with(host: str, key: str) -> talon_one.IntegrationApi:
    configuration = talon_one.Configuration(
        host=host, api_key_prefix={"api_key_v1": "ApiKey-v1"}, api_key={"api_key_v1": key}
    )
    return talon_one.IntegrationApi(talon_one.ApiClient(configuration))


@pytest.fixture
def api(server: BackgroundServer) -> Iterator[talon_one.IntegrationApi]:
    running = server.running
    keys = running.workspaces.load("tutorial", BUNDLE)
    yield api_with(running.base_url, keys.integration_key)
    running.workspaces.delete("tutorial")


def cart(*codes: str, **fields: object) -> talon_one.IntegrationRequest:
    """The tutorial's cart: a blouse for 49 and trousers for 74."""
    content = fields.pop("content", None)
    session = talon_one.NewCustomerSessionV2(
        coupon_codes=list(codes),
        cart_items=[
            talon_one.CartItem(
                name="Red Spring Blouse", sku="rdbs-1111", quantity=1, price=49, category="Shirts"
            ),
            talon_one.CartItem(
                name="Denim Trousers", sku="dtr-2222", quantity=1, price=74, category="Trousers"
            ),
        ],
        **fields,
    )
    return talon_one.IntegrationRequest(customer_session=session, response_content=content)


def test_1_the_code_takes_20_percent_off_the_session(api):
    state = api.update_customer_session_v2("order-1", cart("xmas20"))
    accepted, discount = state.effects
    assert accepted.effect_type == "acceptCoupon"
    assert discount.effect_type == "setDiscount"
    props = api.api_client.deserialize_model(discount.props, talon_one.SetDiscountEffectProps)
    assert (props.name, props.value) == ("20 % off", 24.6)


def test_2_an_unknown_code_is_rejected_with_its_reason(api):
    state = api.update_customer_session_v2("order-1", cart("Cool-Stuff"))
    (rejected,) = state.effects
    props = api.api_client.deserialize_model(rejected.props, talon_one.RejectCouponEffectProps)
    assert (props.value, props.rejection_reason) == ("Cool-Stuff", "CouponNotFound")


def test_3_a_custom_attribute_is_kept_and_an_unknown_one_refused(api):
    request = cart(attributes={"ShippingCity": "Berlin"}, content=["customerSession"])
    state = api.update_customer_session_v2("order-1", request)
    assert state.customer_session.attributes == {"ShippingCity": "Berlin"}
    with pytest.raises(BadRequestException) as refused:
        api.update_customer_session_v2("order-1", cart(attributes={"Shipping": "Berlin"}))
    assert "Shipping" in refused.value.body


def test_4_a_profile_has_attributes_and_a_session_is_bound_to_it(api):
    profile = talon_one.CustomerProfileIntegrationRequestV2(attributes={"Language": "en"})
    api.update_customer_profile_v2("customer-1", profile)
    request = cart(profile_id="customer-1", content=["customerProfile", "customerSession"])
    state = api.update_customer_session_v2("order-1", request)
    assert state.customer_profile.attributes == {"Language": "en"}
    assert state.customer_session.profile_id == "customer-1"


def test_5_a_dry_request_changes_nothing(api):
    api.update_customer_session_v2("order-1", cart(content=["customerSession"]))
    dry = api.update_customer_session_v2(
        "order-1", cart("xmas20", state="closed", content=["customerSession"]), dry=True
    )
    assert dry.customer_session.state == "closed"
    stored = api.get_customer_session("order-1")
    assert stored.customer_session.state == "open"
    assert stored.customer_session.update_count == 1
    assert stored.effects == []


def test_6_the_answer_holds_what_response_content_asks_for(api):
    content = ["customerSession", "coupons", "triggeredCampaigns", "ruleFailureReasons", "loyalty"]
    state = api.update_customer_session_v2("order-1", cart("xmas20", content=content))
    assert state.customer_session.total == 123
    assert [coupon.value for coupon in state.coupons] == ["xmas20"]
    assert [campaign.name for campaign in state.triggered_campaigns] == ["Christmas"]
    assert state.rule_failure_reasons == []
    assert state.customer_profile is None


def test_7_closing_redeems_the_code_and_cancelling_gives_it_back(api):
    def redeemed() -> int:
        state = api.update_customer_session_v2(
            "look", cart("xmas20", content=["coupons"]), dry=True
        )
        return state.coupons[0].usage_counter

    api.update_customer_session_v2("order-1", cart("xmas20"))
    assert redeemed() == 0
    api.update_customer_session_v2("order-1", cart("xmas20", state="closed"))
    assert redeemed() == 1
    cancelled = talon_one.IntegrationRequest(
        customer_session=talon_one.NewCustomerSessionV2(state="cancelled")
    )
    state = api.update_customer_session_v2("order-1", cancelled)
    assert [effect.effect_type for effect in state.effects] == [
        "rollbackCoupon",
        "rollbackDiscount",
    ]
    assert redeemed() == 0


def test_8_a_code_that_is_used_up_is_rejected(api):
    for order in ("order-1", "order-2"):
        api.update_customer_session_v2(order, cart("xmas20", state="closed"))
    state = api.update_customer_session_v2("order-3", cart("xmas20"))
    assert state.effects[0].props["rejectionReason"] == "CouponLimitReached"


def test_9_without_a_valid_key_nothing_is_answered(server):
    stranger = api_with(server.running.base_url, "not-a-key")
    with pytest.raises(UnauthorizedException):
        stranger.update_customer_session_v2("order-1", cart())
