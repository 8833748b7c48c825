"""A generated situation as what people load and send: a bundle, and an update of a session."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sandbox.engine.definitions import Definition
from sandbox.engine.model import CartItem
from sandbox.numbers import decode_json, encode_json
from sandbox.workspace.updates import CartItemUpdate, SessionUpdate
from tests.engine.strategies.situations import Situation

SESSION_ID = "order-1"


def bundle_of(situation: Situation) -> Any:
    """Return the Application and the facts as the JSON of a bundle.

    Codes of campaigns that do not exist are left out: no bundle may hold them.
    """
    definition, facts = situation.definition, situation.facts
    ids = {campaign.id for campaign in definition.campaigns}
    coupons = [c for c in facts.coupons.values() if c.campaign_id in ids]
    profiles = [profile for profile in (facts.profile, facts.advocate) if profile is not None]
    named = {profile.integration_id: profile for profile in profiles}
    bundle = {
        "clock": situation.now,
        **_configuration(definition),
        "audiences": [
            {
                "id": audience.id,
                "name": audience.name,
                "members": list(named) if audience.id in facts.audiences.current else [],
            }
            for audience in definition.audiences
        ],
        "giveawayPools": [
            {
                "id": pool.id,
                "name": pool.name,
                "codes": [{"code": g.code} for g in facts.giveaways.get(pool.id, ())],
            }
            for pool in definition.giveaway_pools
        ],
        "coupons": coupons,
        "referrals": [r for r in (facts.referral,) if r is not None and r.campaign_id in ids],
        "customerProfiles": list(named.values()),
        "couponReservations": [
            {"couponValue": coupon.value, "profileIntegrationId": name}
            for coupon in coupons
            for name in named
            if coupon.value in facts.reserved_codes
        ],
        "x-runtime": {
            "counters": [{"key": key, "amount": amount} for key, amount in facts.counters.items()]
        },
    }
    return decode_json(encode_json(bundle))


def _configuration(definition: Definition) -> dict[str, Any]:
    tree = definition.evaluation_tree
    return {
        "application": definition.application,
        "attributes": definition.attributes,
        "additionalCosts": definition.additional_costs,
        "stores": definition.stores,
        "collections": definition.collections,
        "valueMaps": definition.value_maps,
        "webhooks": definition.webhooks,
        "customEffects": definition.custom_effects,
        "cartItemFilters": definition.cart_item_filters,
        "campaigns": definition.campaigns,
        **({} if tree is None else {"campaignEvaluationTree": tree}),
        "experiments": definition.experiments,
    }


def update_of(situation: Situation, **changed: Any) -> SessionUpdate:
    """Return the session as a client sends it."""
    session = situation.session
    fields: dict[str, Any] = {
        "profile_id": session.profile_id,
        "store_integration_id": session.store_integration_id,
        "coupon_codes": session.coupon_codes,
        "referral_code": session.referral_code,
        "identifiers": session.identifiers,
        "attributes": session.attributes,
        "additional_costs": session.additional_costs,
        "experiment_variant_allocations": session.experiment_variant_allocations,
        "cart_items": [_line(item) for item in session.cart_items],
        "state": session.state,
    }
    return SessionUpdate(**(fields | changed))


def _line(item: CartItem) -> CartItemUpdate:
    return CartItemUpdate(
        sku=item.sku,
        quantity=item.quantity,
        price=item.price,
        name=item.name,
        category=item.category,
        product=item.product,
        weight=item.weight,
        attributes=item.attributes,
        additional_costs=item.additional_costs,
    )


# Whether a session is stored as an open one before it is closed.
opened_first = st.booleans()
