"""What dry runs leave alone, what cancelling gives back, and what an export restores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from msgspec.structs import replace

from sandbox.engine.changes import KEPT_WHEN_CANCELLED
from sandbox.engine.model import Effect
from sandbox.numbers import decode_json
from sandbox.workspace.service import Workspaces
from sandbox.workspace.updates import SessionUpdate
from sandbox.workspace.workspace import Workspace
from tests.conftest import settings
from tests.engine.strategies import examples
from tests.engine.strategies.situations import Situation, situations
from tests.workspace.situations import SESSION_ID, bundle_of, opened_first, update_of
from tests.workspace.test_service import forget


@pytest.fixture(scope="module")
def workspaces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspaces]:
    opened = Workspaces(settings(tmp_path_factory.mktemp("laws")))
    yield opened
    opened.close()


def loaded(workspaces: Workspaces, situation: Situation) -> Workspace:
    workspaces.load("law", bundle_of(situation))
    return workspaces.workspace("law")


def exported(workspaces: Workspaces) -> dict[str, Any]:
    bundle: dict[str, Any] = decode_json(workspaces.export("law"))
    return bundle


def but_random(effects: Sequence[Effect]) -> list[Effect]:
    """Return effects without what a dry run cannot know: new codes and giveaways (A68)."""
    return [_but_random(effect) for effect in effects]


def _but_random(effect: Effect) -> Effect:
    match effect.effect_type:
        case "couponCreated" | "referralCreated":
            return replace(effect, props=effect.props | {"value": ""})
        case "awardGiveaway":
            props = {k: v for k, v in effect.props.items() if k not in ("giveawayId", "code")}
            return replace(effect, effect_type="willAwardGiveaway", props=props)
    return effect


@examples(0.7)
@given(situation=situations())
def test_a_dry_run_changes_nothing(workspaces: Workspaces, situation: Situation):
    workspace = loaded(workspaces, situation)
    before = exported(workspaces)
    workspace.preview_session(SESSION_ID, update_of(situation))
    workspace.explain(SESSION_ID, update_of(situation))
    assert exported(workspaces) == before


@examples(0.7)
@given(situation=situations())
def test_a_real_update_gives_what_the_dry_one_said(workspaces: Workspaces, situation: Situation):
    workspace, update = loaded(workspaces, situation), update_of(situation)
    dry = workspace.preview_session(SESSION_ID, update)
    explained, _ = workspace.explain(SESSION_ID, update)
    real = workspace.update_session(SESSION_ID, update, forget)
    assert but_random(dry.effects) == but_random(real.effects)
    assert but_random(explained.effects) == but_random(dry.effects)


def given_back(bundle: dict[str, Any], known: dict[str, Any]) -> dict[Any, Any]:
    """Return every counter that cancelling restores, zeros left out.

    Codes and profiles are those of the `known` bundle.
    """
    runtime = bundle["x-runtime"]
    counters: dict[Any, Any] = {
        tuple(counted["key"]): counted["amount"]
        for counted in runtime.get("counters", [])
        if counted["key"][1] not in KEPT_WHEN_CANCELLED
    }
    for coupon in bundle.get("coupons", []):
        if coupon["value"] in {code["value"] for code in known.get("coupons", [])}:
            counters["uses", coupon["value"]] = coupon["usageCounter"]
            counters["value", coupon["value"]] = coupon.get("discountCounter")
    for referral in bundle.get("referrals", []):
        if referral["code"] in {code["code"] for code in known.get("referrals", [])}:
            counters["uses", referral["code"]] = referral["usageCounter"]
    for profile in bundle.get("customerProfiles", []):
        name = profile["integrationId"]
        counters["orders", name] = profile["closedSessions"]
        counters["sales", name] = profile["totalSales"]
    for redemption in runtime.get("redemptions", []):
        counters["redeemed", redemption["code"], redemption["profileId"]] = redemption["count"]
    counters["referred"] = runtime.get("referred", [])
    return {key: count for key, count in counters.items() if count}


def kept(bundle: dict[str, Any]) -> list[Any]:
    """Return what stays as closing left it."""
    runtime = bundle["x-runtime"]
    return [
        [c for c in runtime.get("counters", []) if c["key"][1] in KEPT_WHEN_CANCELLED],
        [(c["value"], c.get("attributes")) for c in bundle.get("coupons", [])],
        [(r["code"], r.get("attributes")) for r in bundle.get("referrals", [])],
        [(p["integrationId"], p["attributes"]) for p in bundle.get("customerProfiles", [])],
        [(s["attributes"], s["cartItems"]) for s in bundle.get("customerSessions", [])],
        *[bundle.get(part) for part in ("couponReservations", "audiences", "giveawayPools")],
    ]


@examples(0.7)
@given(situation=situations(closing=True, sane=True), opens=opened_first)
def test_cancelling_a_closed_session_restores_counters_and_keeps_what_is_done(
    workspaces: Workspaces, situation: Situation, opens: bool
):
    workspace = loaded(workspaces, situation)
    before = exported(workspaces)
    if opens:
        workspace.update_session(SESSION_ID, update_of(situation, state="open"), forget)
    workspace.update_session(SESSION_ID, update_of(situation), forget)
    closed = exported(workspaces)
    workspace.update_session(SESSION_ID, SessionUpdate(state="cancelled"), forget)
    cancelled = exported(workspaces)
    assert given_back(cancelled, before) == given_back(before, before)
    assert kept(cancelled) == kept(closed)


@examples(0.7)
@given(situation=situations())
def test_an_export_restores_everything(workspaces: Workspaces, situation: Situation):
    loaded(workspaces, situation).update_session(SESSION_ID, update_of(situation), forget)
    bundle = exported(workspaces)
    workspaces.load("law", bundle)
    assert exported(workspaces) == bundle
