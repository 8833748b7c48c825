"""Referral codes that shops ask for: /v1/referrals, /v1/referrals_for_multiple_advocates."""

from __future__ import annotations

from sandbox.emulator.answers import Answer, no_content, ok
from sandbox.emulator.http import Incoming
from sandbox.engine.model import json_fields
from sandbox.shapes import Reader
from sandbox.workspace.operations import referrals
from sandbox.workspace.workspace import Workspace

_ONE = Reader(referrals.NewReferral)
_SEVERAL = Reader(referrals.NewReferrals)


def create_referral(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/referrals"""
    return ok(json_fields(referrals.create_referral(workspace, _ONE.read(incoming.body))), 201)


def create_referrals(workspace: Workspace, incoming: Incoming) -> Answer:
    """POST /v1/referrals_for_multiple_advocates: nothing is answered unless ``silent=no``."""
    is_silent = incoming.is_silent(default=True)
    created = referrals.create_referrals(workspace, _SEVERAL.read(incoming.body))
    if is_silent:
        return no_content()
    data = [json_fields(referral) for referral in created]
    return ok({"totalResultSize": len(data), "data": data}, 201)
