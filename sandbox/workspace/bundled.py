"""From the entities that bundles nest, referrals, audiences, giveaway pools, to those of the store,
and back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

import msgspec

from sandbox.engine.model import Giveaway, Referral, json_fields
from sandbox.workspace.entities import (
    BundledAudience,
    BundledPool,
    BundledReferral,
    Membership,
    Referred,
)


def referrals_of(
    bundled: Sequence[BundledReferral],
) -> tuple[list[Referral], list[Referred]]:
    referrals = [msgspec.convert(referral, Referral, from_attributes=True) for referral in bundled]
    referred = dict.fromkeys(
        Referred(referral.code, friend_id)
        for referral in bundled
        for friend_id in referral.referred_customers
    )
    return referrals, list(referred)


def memberships_of(audiences: Iterable[BundledAudience]) -> list[Membership]:
    memberships = dict.fromkeys(
        Membership(audience.id, profile_id)
        for audience in audiences
        for profile_id in audience.members
    )
    return list(memberships)


def giveaways_of(pools: Iterable[BundledPool], now: datetime) -> list[Giveaway]:
    """Return the codes of all pools; those without an id get their number, from 1."""
    codes = ((pool.id, code) for pool in pools for code in pool.codes)
    return [
        Giveaway(
            id=number if code.id is None else code.id,
            created=code.created or now,
            code=code.code,
            pool_id=pool_id,
            start_date=code.start_date,
            end_date=code.end_date,
            attributes=code.attributes or {},
            used=bool(code.used),
            import_id=code.import_id,
            profile_integration_id=code.profile_integration_id,
        )
        for number, (pool_id, code) in enumerate(codes, 1)
    ]


def export_referrals(
    raw: Iterable[Mapping[str, Any]], referrals: Iterable[Referral], referred: Iterable[Referred]
) -> list[dict[str, Any]]:
    """Return referrals as bundles have them; fields of `raw` that are not known here are kept."""
    friends: dict[str, list[str]] = defaultdict(list)
    for code, friend_id in referred:
        friends[code].append(friend_id)
    sent = {referral.get("code"): referral for referral in raw}
    exported = []
    for referral in referrals:
        fields = {**sent.get(referral.code, {}), **json_fields(referral)}
        fields.pop("referredCustomers", None)
        if friends[referral.code]:
            fields["referredCustomers"] = friends[referral.code]
        exported.append(fields)
    return exported


def export_audiences(
    raw: Iterable[Mapping[str, Any]], memberships: Iterable[Membership]
) -> list[dict[str, Any]]:
    members: dict[int, list[str]] = defaultdict(list)
    for audience_id, profile_id in memberships:
        members[audience_id].append(profile_id)
    return [{**audience, "members": members[audience["id"]]} for audience in raw]


def export_pools(
    raw: Iterable[Mapping[str, Any]], giveaways: Iterable[Giveaway]
) -> Iterator[dict[str, Any]]:
    """Return pools with their codes as bundles have them; unknown fields of `raw` are kept."""
    codes: dict[int, list[Giveaway]] = defaultdict(list)
    for giveaway in giveaways:
        codes[giveaway.pool_id].append(giveaway)
    numbers = count(1)
    for pool in raw:
        # A code without an id got its number as `giveaways_of` counts.
        numbered = [(next(numbers), code) for code in pool.get("codes") or []]
        sent = {(code["code"], code.get("id") or number): code for number, code in numbered}
        yield {
            **pool,
            "codes": [
                {**sent.get((code.code, code.id), {}), **json_fields(code)}
                for code in codes[pool["id"]]
            ],
        }
