"""Referrals, codes that rules make or reserve, audiences, giveaways: what a workspace stores."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.engine.model import Effect
from sandbox.errors import Refused
from sandbox.numbers import decode_json, encode_json
from sandbox.workspace import creations
from sandbox.workspace.entities import IdempotentAnswer
from sandbox.workspace.service import Workspaces
from sandbox.workspace.updates import CartItemUpdate, SessionUpdate
from sandbox.workspace.updating.outcomes import Outcome
from sandbox.workspace.workspace import Workspace
from tests.conftest import settings
from tests.engine.builders import block, discount, rule

CART = [CartItemUpdate(sku="A", quantity=1, price=decode_json("100.0"))]


@pytest.fixture
def workspaces(tmp_path: Path) -> Iterator[Workspaces]:
    opened = Workspaces(settings(tmp_path))
    yield opened
    opened.close()


def forget(outcome: Outcome) -> IdempotentAnswer | None:
    return None


def campaign(id: int, *blocks: Any, **fields: Any) -> dict[str, Any]:
    ruleset = {"id": id * 10, "promotionRules": [rule(*blocks)] if blocks else []}
    return {"id": id, "name": f"Campaign {id}", "ruleset": ruleset, **fields}


def load(workspaces: Workspaces, *campaigns: dict[str, Any], **bundle: Any) -> Workspace:
    bundle = {"clock": "2026-06-15T12:00:00Z", "campaigns": list(campaigns), **bundle}
    workspaces.load("shop", encode_json(bundle))
    return workspaces.workspace("shop")


def put(workspace: Workspace, session_id: str = "s", **fields: Any) -> Outcome:
    fields = {"profile_id": "me", "cart_items": CART} | fields
    return workspace.update_session(session_id, SessionUpdate(**fields), forget)


def preview(workspace: Workspace, session_id: str = "s", **fields: Any) -> Outcome:
    fields = {"profile_id": "me", "cart_items": CART} | fields
    return workspace.preview_session(session_id, SessionUpdate(**fields))


def exported(workspaces: Workspaces) -> dict[str, Any]:
    bundle: dict[str, Any] = json.loads(workspaces.export("shop"))
    return bundle


def counters(workspaces: Workspaces) -> dict[str, int]:
    """Counters by action."""
    return {c["action"]: c["counter"] for c in exported(workspaces).get("limitCounters", [])}


def made(outcome: Outcome) -> list[str]:
    """Codes that effects say were created."""
    return [e.props["value"] for e in outcome.effects if e.effect_type.endswith("Created")]


def of_type(outcome: Outcome, effect_type: str) -> list[Effect]:
    return [effect for effect in outcome.effects if effect.effect_type == effect_type]


def creates(kind: str = "createCoupon", **fields: Any) -> dict[str, Any]:
    target = {"recipientId": ""} if kind == "createCoupon" else {"friendId": ""}
    return block(
        kind, **{"campaignId": 1, "storeInSession": True, "pattern": "N-####"} | target | fields
    )


class TestReferrals:
    bundle = {
        "customerProfiles": [{"integrationId": "advocate"}],
        "referrals": [
            {"code": "REF", "campaignId": 1, "advocateProfileIntegrationId": "advocate"},
            {"code": "PAL", "campaignId": 1, "advocateProfileIntegrationId": "advocate"},
            {"code": "OTHER", "campaignId": 2, "advocateProfileIntegrationId": "advocate"},
        ],
    }

    @pytest.fixture
    def shop(self, workspaces: Workspaces) -> Workspace:
        valid = block("checkReferral", redeem=True)
        limits = [{"action": "redeemReferral", "limit": 5, "entities": ["Referral"]}]
        return load(
            workspaces,
            campaign(1, valid, discount(5), limits=limits),
            campaign(2, valid, discount(5)),
            **self.bundle,
        )

    def reason(self, outcome: Outcome) -> str | None:
        for effect in outcome.effects:
            if effect.effect_type == "rejectReferral":
                return str(effect.props["rejectionReason"])
        return None

    def test_closing_redeems_and_remembers_the_friend(
        self, workspaces: Workspaces, shop: Workspace
    ):
        open_ = put(shop, referral_code="REF")
        assert open_.mentioned.referral is not None
        assert open_.mentioned.referral.usage_counter == 0
        closed = put(shop, state="closed")
        assert closed.mentioned.referral is not None
        assert closed.mentioned.referral.usage_counter == 1
        assert closed.mentioned.referred_customers == ("me",)
        friends = {r["code"]: r.get("referredCustomers") for r in exported(workspaces)["referrals"]}
        assert friends == {"REF": ["me"], "PAL": None, "OTHER": None}
        assert counters(workspaces) == {"redeemReferral": 1}

    def test_a_friend_is_referred_once_in_a_campaign(self, shop: Workspace):
        put(shop, referral_code="REF", state="closed")
        assert self.reason(put(shop, "t", referral_code="PAL")) == "ReferralCustomerAlreadyReferred"
        assert self.reason(put(shop, "u", referral_code="OTHER")) is None
        assert self.reason(put(shop, "v", referral_code="PAL", profile_id="friend")) is None

    def test_cancelling_forgets_the_redemption(self, workspaces: Workspaces, shop: Workspace):
        put(shop, referral_code="REF", state="closed")
        cancelled = put(shop, state="cancelled")
        assert of_type(cancelled, "rollbackReferral")[0].props == {"value": "REF"}
        assert cancelled.mentioned.referred_customers == ()
        assert counters(workspaces) == {}
        assert self.reason(put(shop, "t", referral_code="PAL")) is None

    def test_a_friend_of_the_bundle_counts_as_referred(self, workspaces: Workspaces):
        first = {**self.bundle["referrals"][0], "referredCustomers": ["me", "me"]}
        shop = load(
            workspaces,
            campaign(1, block("checkReferral", redeem=True)),
            customerProfiles=self.bundle["customerProfiles"],
            referrals=[first],
        )
        outcome = put(shop, referral_code="REF")
        assert self.reason(outcome) == "ReferralCustomerAlreadyReferred"

    def test_a_rule_can_mark_a_referral(self, workspaces: Workspaces):
        attribute = {"id": 1, "entity": "Referral", "name": "a", "type": "string"}
        update = block(
            "updateAttributeValue",
            operator="setTo",
            value="x",
            attribute=attribute,
            target={"type": "referral"},
        )
        shop = load(
            workspaces, campaign(1, update), campaign(2), attributes=[attribute], **self.bundle
        )
        put(shop, referral_code="REF")
        referrals = {r["code"]: r["attributes"] for r in exported(workspaces)["referrals"]}
        assert referrals == {"REF": {"a": "x"}, "PAL": {}, "OTHER": {}}

    def test_a_dry_close_redeems_nothing(self, workspaces: Workspaces, shop: Workspace):
        before = workspaces.export("shop")
        preview(shop, referral_code="REF", state="closed")
        assert workspaces.export("shop") == before


class TestCreatedCodes:
    def test_a_code_of_an_open_session_is_stored_and_can_be_used(self, workspaces: Workspaces):
        valid = block("checkCoupon", redeem=True)
        shop = load(
            workspaces,
            campaign(1, creates(campaignId=2)),
            campaign(2, valid, discount(3)),
            coupons=[{"id": 70, "value": "OLD", "campaignId": 2}],
        )
        outcome = put(shop)
        (code,) = made(outcome)
        (coupon,) = outcome.mentioned.created_coupons
        assert (coupon.value, coupon.id, coupon.campaign_id) == (code, 71, 2)
        used = put(shop, "t", profile_id="friend", coupon_codes=[code], state="closed")
        assert "acceptCoupon" in [effect.effect_type for effect in used.effects]
        assert [coupon.usage_counter for coupon in used.coupons] == [1]

    def test_the_session_reports_its_code_again_and_counts_it_once(self, workspaces: Workspaces):
        limits = [{"action": "createCoupon", "limit": 1}, {"action": "createReferral", "limit": 1}]
        shop = load(workspaces, campaign(1, creates(), creates("createReferral"), limits=limits))
        first, again, closed = put(shop), put(shop), put(shop, state="closed")
        assert made(first) == made(again) == made(closed)
        assert len(made(first)) == 2
        assert [c.value for c in closed.mentioned.created_coupons] == made(first)[:1]
        assert [r.code for r in closed.mentioned.created_referrals] == made(first)[1:]
        assert len(exported(workspaces)["coupons"]) == len(exported(workspaces)["referrals"]) == 1
        assert counters(workspaces) == {"createCoupon": 1, "createReferral": 1}
        assert made(put(shop, "another")) == []

    def test_a_code_that_is_not_kept_is_made_on_every_update(self, workspaces: Workspaces):
        shop = load(workspaces, campaign(1, creates(storeInSession=False)))
        assert made(put(shop)) != made(put(shop))
        assert {c["id"] for c in exported(workspaces)["coupons"]} == {1, 2}

    def test_a_preview_of_the_session_reports_its_code_and_makes_none(self, workspaces: Workspaces):
        shop = load(workspaces, campaign(1, creates()))
        codes = made(put(shop))
        before = workspaces.export("shop")
        assert made(preview(shop)) == codes
        new = preview(shop, "another")
        assert [coupon.id for coupon in new.mentioned.created_coupons] == [0]
        assert [coupon.value for coupon in new.mentioned.created_coupons] == made(new)
        assert workspaces.export("shop") == before

    def test_cancelling_keeps_the_codes_and_their_counters(self, workspaces: Workspaces):
        limits = [{"action": "createCoupon", "limit": 1}, {"action": "setDiscount", "limit": 50}]
        shop = load(workspaces, campaign(1, creates(), discount(5), limits=limits))
        put(shop, state="closed")
        put(shop, state="cancelled")
        assert len(exported(workspaces)["coupons"]) == 1
        assert counters(workspaces) == {"createCoupon": 1}

    def test_a_code_that_is_there_already_is_never_made_again(self, workspaces: Workspaces):
        shop = load(
            workspaces,
            campaign(1, creates(pattern="N-#", validCharacters="ABCD")),
            coupons=[{"value": f"N-{c}", "campaignId": 1} for c in "ABC"],
        )
        assert made(put(shop)) == ["N-D"]
        assert made(put(shop, "full")) == []
        assert made(preview(shop, "full")) == []

    def test_it_is_evaluated_again_only_after_a_collision(
        self, workspaces: Workspaces, monkeypatch: pytest.MonkeyPatch
    ):
        evaluations = []
        original = creations.evaluate

        def counting(*arguments: Any) -> Any:
            evaluations.append(arguments)
            return original(*arguments)

        monkeypatch.setattr(creations, "evaluate", counting)
        shop = load(workspaces, campaign(1, creates(pattern="FIXED")))
        put(shop)
        assert len(evaluations) == 1
        put(shop, "collides")
        assert len(evaluations) == 3
        assert evaluations[1][2].seed != evaluations[2][2].seed

    def test_deleted_codes_are_made_anew(self, workspaces: Workspaces):
        shop = load(workspaces, campaign(1, creates()))
        codes = made(put(shop))
        bundle = exported(workspaces)
        del bundle["coupons"]
        workspaces.load("shop", encode_json(bundle))
        assert made(put(workspaces.workspace("shop"))) != codes


class TestReservations:
    @pytest.fixture
    def shop(self, workspaces: Workspaces) -> Workspace:
        return load(
            workspaces,
            campaign(1, block("reserveCoupon"), limits=[{"action": "reserveCoupon", "limit": 9}]),
            campaign(2, block("checkCoupon", redeem=True), discount(3)),
            coupons=[{"value": "WALLET", "campaignId": 1, "reservationLimit": 2}],
        )

    def reserve(self, shop: Workspace, who: str) -> list[bool]:
        outcome = put(shop, f"of-{who}", profile_id=who, coupon_codes=["WALLET"])
        return [e.props["isNewReservation"] for e in of_type(outcome, "reserveCoupon")]

    def test_a_reservation_is_new_once_and_the_limit_holds(
        self, workspaces: Workspaces, shop: Workspace
    ):
        assert self.reserve(shop, "ann") == [True]
        assert self.reserve(shop, "ann") == [False]
        assert self.reserve(shop, "bob") == [True]
        assert self.reserve(shop, "cid") == []
        bundle = exported(workspaces)
        assert bundle["coupons"][0]["reservationCounter"] == 2
        assert [r["profileIntegrationId"] for r in bundle["couponReservations"]] == ["ann", "bob"]
        assert counters(workspaces) == {"reserveCoupon": 2}

    def test_a_reservation_stays_when_its_session_is_cancelled(
        self, workspaces: Workspaces, shop: Workspace
    ):
        put(shop, coupon_codes=["WALLET"], state="closed")
        put(shop, state="cancelled")
        assert len(exported(workspaces)["couponReservations"]) == 1
        assert counters(workspaces) == {"reserveCoupon": 1}

    def test_a_hard_reservation_opens_the_code_for_who_has_it(self, workspaces: Workspaces):
        shop = load(
            workspaces,
            campaign(1, block("checkCoupon", redeem=True), discount(3)),
            coupons=[{"value": "HARD", "campaignId": 1, "isReservationMandatory": True}],
            couponReservations=[{"couponValue": "HARD", "profileIntegrationId": "me"}] * 2,
        )
        assert of_type(put(shop, coupon_codes=["HARD"]), "acceptCoupon")
        assert of_type(put(shop, "t", profile_id="x", coupon_codes=["HARD"]), "rejectCoupon")
        assert exported(workspaces)["coupons"][0]["reservationCounter"] == 1


class TestAudiences:
    def shop(self, workspaces: Workspaces, operator: str, members: list[str]) -> Workspace:
        vip = {"id": 9, "name": "VIP"}
        update = block(
            "updateAudienceMembership", operator=operator, profile="Current", audience=vip
        )
        return load(
            workspaces,
            campaign(1, update),
            audiences=[{**vip, "members": members, "x-note": "kept"}],
        )

    def test_joining_takes_hold_at_once_and_stays(self, workspaces: Workspaces):
        shop = self.shop(workspaces, "add", ["zoe"])
        assert [a.name for a in preview(shop).mentioned.audiences] == []
        assert [a.name for a in put(shop).mentioned.audiences] == ["VIP"]
        put(shop, state="closed")
        assert [a.name for a in put(shop, state="cancelled").mentioned.audiences] == ["VIP"]
        assert exported(workspaces)["audiences"] == [
            {"id": 9, "name": "VIP", "members": ["me", "zoe"], "x-note": "kept"}
        ]

    def test_leaving_takes_hold_at_once(self, workspaces: Workspaces):
        shop = self.shop(workspaces, "remove", ["me", "me"])
        assert put(shop).mentioned.audiences == []
        assert exported(workspaces)["audiences"][0]["members"] == []
        assert put(shop).mentioned.audiences == []

    def test_the_advocates_audiences_can_be_asked_for(self, workspaces: Workspaces):
        vip = {"id": 9, "name": "VIP"}
        asks = block("checkAudience", operator="member", profile="Advocate", audience=vip)
        shop = load(
            workspaces,
            campaign(1, asks, discount(3)),
            audiences=[{**vip, "members": ["advocate"]}],
            **{**TestReferrals.bundle, "referrals": TestReferrals.bundle["referrals"][:1]},
        )
        assert of_type(put(shop, referral_code="REF"), "setDiscount")
        assert not of_type(put(shop, referral_code=""), "setDiscount")


class TestGiveaways:
    def shop(self, workspaces: Workspaces, *codes: dict[str, Any], awards: int = 1) -> Workspace:
        pool = {"id": 2, "name": "Cinema"}
        award = block("awardGiveaway", giveawayPool=pool, profile="Current")
        return load(
            workspaces,
            campaign(1, *[award] * awards),
            giveawayPools=[{**pool, "codes": list(codes)}, {"id": 3, "name": "Empty"}],
        )

    def given(self, outcome: Outcome) -> list[str]:
        return [effect.props["code"] for effect in of_type(outcome, "awardGiveaway")]

    def test_each_code_is_given_once_in_order_and_marked(self, workspaces: Workspaces):
        shop = self.shop(
            workspaces, {"code": "B", "attributes": {"seat": 7}, "x-note": "kept"}, {"code": "A"}
        )
        closed = put(shop, state="closed")
        assert self.given(closed) == ["B"]
        (giveaway,) = closed.mentioned.giveaways
        assert (giveaway.used, giveaway.profile_integration_id) == (True, "me")
        assert self.given(put(shop, "t", profile_id="you", state="closed")) == ["A"]
        assert self.given(put(shop, "u", state="closed")) == []
        first, second = exported(workspaces)["giveawayPools"][0]["codes"]
        assert first == {
            "id": 1,
            "created": "2026-06-15T12:00:00Z",
            "code": "B",
            "poolId": 2,
            "attributes": {"seat": 7},
            "used": True,
            "profileIntegrationId": "me",
            "x-note": "kept",
        }
        assert (second["code"], second["profileIntegrationId"]) == ("A", "you")

    def test_several_awards_of_one_order_take_different_codes(self, workspaces: Workspaces):
        shop = self.shop(workspaces, *({"code": code} for code in "ABC"), awards=2)
        assert self.given(put(shop, state="closed")) == ["A", "B"]

    def test_only_codes_that_are_valid_now_are_given(self, workspaces: Workspaces):
        shop = self.shop(
            workspaces,
            {"code": "GONE", "endDate": "2026-06-15T12:00:00Z"},
            {"code": "USED", "used": True},
            {"code": "LATER", "startDate": "2026-06-15T12:00:01Z", "endDate": None},
            {"code": "NOW", "startDate": "2026-06-15T12:00:00Z"},
        )
        assert self.given(put(shop, state="closed")) == ["NOW"]
        workspaces.advance_clock("shop", "1s")
        assert self.given(put(shop, "t", state="closed")) == ["LATER"]

    def test_nothing_is_given_before_the_close_and_kept_after_a_cancellation(
        self, workspaces: Workspaces
    ):
        shop = self.shop(workspaces, {"code": "A"})
        assert of_type(put(shop), "willAwardGiveaway")
        assert of_type(preview(shop, state="closed"), "willAwardGiveaway")
        assert put(shop).mentioned.giveaways == ()
        put(shop, state="closed")
        assert put(shop, state="cancelled").effects == []
        assert exported(workspaces)["giveawayPools"][0]["codes"][0]["used"] is True


EVERYTHING: dict[str, Any] = {
    "customerProfiles": [{"integrationId": "advocate"}],
    "audiences": [{"id": 9, "name": "VIP", "members": ["advocate"]}],
    "giveawayPools": [{"id": 2, "name": "Cinema", "codes": [{"code": "B"}, {"code": "A"}]}],
    "coupons": [{"value": "TEN", "campaignId": 1, "usageLimit": 0}],
    "referrals": [
        {"code": "REF", "campaignId": 1, "advocateProfileIntegrationId": "advocate", "x-a": 1}
    ],
}


def everything(workspaces: Workspaces) -> Workspace:
    """A workspace in which one order does all there is."""
    vip, pool = {"id": 9, "name": "VIP"}, {"id": 2, "name": "Cinema"}
    limits = [
        {"action": action, "limit": 5}
        for action in ("createCoupon", "createReferral", "reserveCoupon", "awardGiveaway")
    ]
    shop = load(
        workspaces,
        campaign(
            1,
            block("checkReferral", redeem=True),
            block("checkCoupon", redeem=True),
            block("reserveCoupon"),
            creates(),
            creates("createReferral"),
            block("awardGiveaway", giveawayPool=pool, profile="Current"),
            block("updateAudienceMembership", operator="add", profile="Current", audience=vip),
            limits=limits,
        ),
        **EVERYTHING,
    )
    put(shop, coupon_codes=["TEN"], referral_code="REF")
    put(shop, coupon_codes=["TEN"], referral_code="REF", state="closed")
    put(shop, "open", profile_id="you", coupon_codes=["TEN"], referral_code="REF")
    return shop


def test_an_export_restores_everything(workspaces: Workspaces):
    everything(workspaces)
    before = workspaces.export("shop")
    workspaces.load("copy", before)
    assert decode_json(workspaces.export("copy")) == decode_json(before)


def test_a_restored_session_still_knows_its_codes(workspaces: Workspaces):
    shop = everything(workspaces)
    codes = made(put(shop, "open", profile_id="you"))
    workspaces.load("copy", workspaces.export("shop"))
    assert made(put(workspaces.workspace("copy"), "open", profile_id="you")) == codes


def test_reset_goes_back_to_the_bundle(workspaces: Workspaces):
    everything(workspaces)
    workspaces.reset("shop")
    bundle = exported(workspaces)
    assert [c["value"] for c in bundle["coupons"]] == ["TEN"]
    assert [r["code"] for r in bundle["referrals"]] == ["REF"]
    assert bundle["referrals"][0].get("referredCustomers") is None
    assert bundle["audiences"][0]["members"] == ["advocate"]
    assert [code["used"] for code in bundle["giveawayPools"][0]["codes"]] == [False, False]
    assert "couponReservations" not in bundle


def test_a_fork_lives_on_its_own(workspaces: Workspaces):
    everything(workspaces)
    before = workspaces.export("shop")
    workspaces.fork("shop", "fork")
    put(workspaces.workspace("fork"), "open", profile_id="you", state="closed")
    assert workspaces.export("shop") == before
    assert decode_json(workspaces.export("fork")) != decode_json(before)


@pytest.mark.parametrize(
    ("bundle", "pointer"),
    [
        (
            {"referrals": [{"code": "A", "campaignId": 9, "advocateProfileIntegrationId": "x"}]},
            "/referrals/0/campaignId",
        ),
        (
            {
                "referrals": [{"code": "A", "campaignId": 1, "advocateProfileIntegrationId": "x"}]
                * 2
            },
            "/referrals/1/code",
        ),
        (
            {"referrals": [{"code": "A", "campaignId": 1}]},
            "/referrals/0/advocateProfileIntegrationId",
        ),
        ({"audiences": [{"id": "nine", "name": "VIP"}]}, "/audiences/0/id"),
        (
            {"giveawayPools": [{"id": 2, "name": "C", "codes": [{"code": "A", "id": 1}] * 2}]},
            "/giveawayPools/0/codes/1/id",
        ),
        (
            {"giveawayPools": [{"id": 2, "name": "C", "codes": [{"code": "A", "id": 1}]}] * 2},
            "/giveawayPools/1/codes/0/id",
        ),
        (
            {"giveawayPools": [{"id": 2, "name": "C", "codes": [{"code": "A", "id": 10**30}]}]},
            "/giveawayPools/0/codes/0/id",
        ),
        (
            {"customerProfiles": [{"integrationId": "p", "id": 10**30}]},
            "/customerProfiles/0/id",
        ),
        (
            {"giveawayPools": [{"id": 2, "name": "C", "codes": [{"id": 7}]}]},
            "/giveawayPools/0/codes/0/code",
        ),
    ],
)
def test_a_wrong_bundle_is_refused_with_a_pointer(
    workspaces: Workspaces, bundle: dict[str, Any], pointer: str
):
    with pytest.raises(Refused) as refused:
        load(workspaces, campaign(1), **bundle)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]
