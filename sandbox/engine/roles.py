"""Whose profile a block means: the customer of the session, or the advocate of its referral."""

from __future__ import annotations

from sandbox.engine.errors import EffectFailed
from sandbox.engine.model import CustomerProfile
from sandbox.engine.scope import Scope
from sandbox.rules.effects import ProfileRole


def profile_of(role: ProfileRole, scope: Scope) -> CustomerProfile:
    """Return the profile that an effect is for; raises EffectFailed when there is none."""
    profile = find_profile(role, scope)
    if profile is None:
        raise EffectFailed(missing(role))
    return profile


def find_profile(role: ProfileRole, scope: Scope) -> CustomerProfile | None:
    return scope.context.profile if role == "Current" else scope.advocate


def missing(role: ProfileRole) -> str:
    """Say that there is no such profile."""
    if role == "Current":
        return "the session is anonymous"
    return "the session has no referral code of this campaign with an advocate"
