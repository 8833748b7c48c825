"""The tables of the store. Entities are kept as JSON beside the columns that are searched for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

# Bumped when the tables change in a way that older versions cannot read; `upgrades` makes new ones
# of theirs.
SCHEMA_VERSION = 3

schema = Table("schema", metadata, Column("version", Integer, primary_key=True))

workspaces = Table(
    "workspaces",
    metadata,
    Column("name", String, primary_key=True),
    Column("bundle", LargeBinary, nullable=False),
    Column("clock", LargeBinary, nullable=False),
    Column("integration_hash", String, nullable=False, unique=True),
    Column("management_hash", String, nullable=False, unique=True),
    Column("forked_from", String),
    Column("created", Float, nullable=False),
    Column("updated", Float, nullable=False),
)


def _entities(name: str, *key: str, columns: Sequence[Column[Any]] = ()) -> Table:
    return Table(
        name,
        metadata,
        Column("workspace", String, primary_key=True),
        *(Column(column, String, primary_key=True) for column in key),
        Column("data", LargeBinary, nullable=False),
        *columns,
    )


def _searched() -> list[Column[Any]]:
    """What coupons are searched for, as `coupon_rows` reads it from them.

    `folded` is the code without case and punctuation, times are seconds since 1970.
    """
    return [
        Column("id", Integer),
        Column("campaign_id", Integer),
        Column("folded", String),
        Column("created", Float),
        Column("starts", Float),
        Column("ends", Float),
        Column("uses", Integer),
        Column("usage_limit", Integer),
        Column("batch_id", String),
        Column("referral_id", Integer),
        Column("recipient_id", String),
        Column("for_everybody", Boolean),
    ]


coupons = _entities("coupons", "code", columns=_searched())
Index("coupons_by_id", coupons.c.workspace, coupons.c.id)
# With the code, so that looking for a part of it reads the index alone.
Index("coupons_of_campaign", coupons.c.workspace, coupons.c.campaign_id, coupons.c.id, "folded")
Index("coupons_by_folded_code", coupons.c.workspace, coupons.c.folded)
Index("coupons_of_recipient", coupons.c.workspace, coupons.c.recipient_id)
Index("coupons_for_everybody", coupons.c.workspace, coupons.c.for_everybody)
# Coupons that were deleted of late, for exports.
deleted_coupons = Table(
    "deleted_coupons",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("workspace", String, nullable=False),
    Column("code", String, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("deleted", Float, nullable=False),
    *_searched(),
    Index("deleted_coupons_by_time", "workspace", "deleted"),
)
# Internal ids of profiles and sessions are their numbers, in which order lists show them.
profiles = _entities(
    "profiles", "integration_id", columns=[Column("number", Integer, nullable=False)]
)
sessions = _entities(
    "sessions",
    "integration_id",
    columns=[
        Column("profile_id", String, nullable=False),
        Column("number", Integer, nullable=False),
    ],
)
Index("profiles_in_order", profiles.c.workspace, profiles.c.number)
Index("sessions_in_order", sessions.c.workspace, sessions.c.number)
Index("sessions_of_profile", sessions.c.workspace, sessions.c.profile_id, sessions.c.number)
# What a session's last update gave (effects) and counted (changes).
histories = _entities("histories", "integration_id")
answers = _entities("answers", "key")

counters = Table(
    "counters",
    metadata,
    Column("workspace", String, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("amount", String, nullable=False),
)

redemptions = Table(
    "redemptions",
    metadata,
    Column("workspace", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("profile_id", String, primary_key=True),
    Column("count", Integer, nullable=False),
)

reservations = Table(
    "reservations",
    metadata,
    Column("workspace", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("profile_id", String, primary_key=True),
)

referrals = _entities("referrals", "code")
# Whose session redeemed a referral code.
referred = Table(
    "referred",
    metadata,
    Column("workspace", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("friend_id", String, primary_key=True),
    Column("campaign_id", Integer, nullable=False),
)
Index("referred_friends", referred.c.workspace, referred.c.friend_id)

memberships = Table(
    "memberships",
    metadata,
    Column("workspace", String, primary_key=True),
    Column("profile_id", String, primary_key=True),
    Column("audience_id", Integer, primary_key=True),
)
Index("members_of_audience", memberships.c.workspace, memberships.c.audience_id)

giveaways = Table(
    "giveaways",
    metadata,
    # In the order in which they are given; a pool may have the same code several times.
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("workspace", String, nullable=False),
    Column("pool_id", Integer, nullable=False),
    Column("code", String, nullable=False),
    Column("used", Boolean, nullable=False),
    # Seconds since 1970 from which, and until which, the code may be given.
    Column("starts", Float),
    Column("ends", Float),
    Column("data", LargeBinary, nullable=False),
    Index("giveaways_in_order", "workspace", "pool_id", "used", "number"),
    Index("giveaways_by_code", "workspace", "pool_id", "code"),
)

catalogs = Table(
    "catalogs",
    metadata,
    Column("workspace", String, primary_key=True),
    Column("catalog_id", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
catalog_items = Table(
    "catalog_items",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("workspace", String, nullable=False),
    Column("catalog_id", Integer, nullable=False),
    Column("sku", String, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("catalog_items_by_sku", "workspace", "catalog_id", "sku", unique=True),
)

# What the API has changed of a bundle's configuration: all entities under one of its keys.
configuration = _entities("configuration", "key")

# The highest internal id that a code of each kind has had.
code_ids = Table(
    "code_ids",
    metadata,
    Column("workspace", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("last", Integer, nullable=False),
)

# Every addition and subtraction of points, oldest first; `is_open` while anything remains of it.
loyalty_transactions = Table(
    "loyalty_transactions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("workspace", String, nullable=False),
    Column("uuid", String, nullable=False),
    Column("program_id", Integer, nullable=False),
    Column("owner", String, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("loyalty_transactions_by_uuid", "workspace", "uuid", unique=True),
    Index("loyalty_transactions_of_owner", "workspace", "owner", "is_open"),
    Index("loyalty_transactions_of_program", "workspace", "program_id", "number"),
)
loyalty_members = _entities("loyalty_members", "owner", "program_id")
loyalty_cards = _entities("loyalty_cards", "identifier", "program_id")

trackers = Table(
    "trackers",
    metadata,
    Column("workspace", String, primary_key=True),
    Column("tracker_id", Integer, primary_key=True),
    Column("profile_id", String, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("trackers_of_profile", "workspace", "profile_id"),
)

# Built-in events of updates, and custom ones; advanced ones have an id of their own.
events = Table(
    "events",
    metadata,
    Column("workspace", String, primary_key=True),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("integration_id", String),
    Column("profile_id", String, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("events_by_integration_id", "workspace", "integration_id", unique=True),
    Index("events_of_profile", "workspace", "profile_id"),
)

calls = Table(
    "calls",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("workspace", String, nullable=False, index=True),
    Column("data", LargeBinary, nullable=False),
)

# How workspaces were at one moment, for links; they outlive their workspaces. `bundle` is
# compressed, `draft` JSON, `digest` that of both; `size` is what both take.
snapshots = Table(
    "snapshots",
    metadata,
    Column("id", String, primary_key=True),
    Column("workspace", String, nullable=False),
    Column("title", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("bundle", LargeBinary, nullable=False),
    Column("draft", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("created", Float, nullable=False),
    Column("used", Float, nullable=False),
    Index("snapshots_of_workspace", "workspace", "used"),
    Index("snapshots_by_use", "used"),
)

# Everything that belongs to one workspace and goes with it.
RUNTIME = (
    coupons,
    deleted_coupons,
    profiles,
    sessions,
    histories,
    answers,
    counters,
    redemptions,
    reservations,
    referrals,
    referred,
    memberships,
    giveaways,
    catalogs,
    catalog_items,
    configuration,
    code_ids,
    loyalty_transactions,
    loyalty_members,
    loyalty_cards,
    trackers,
    events,
)
