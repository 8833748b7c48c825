"""The tables of the store. Entities are kept as JSON beside the columns that are searched for."""

from __future__ import annotations

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

# Bumped when the tables change in a way that older versions cannot read.
SCHEMA_VERSION = 1

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


def _entities(name: str, *key: str) -> Table:
    return Table(
        name,
        metadata,
        Column("workspace", String, primary_key=True),
        *(Column(column, String, primary_key=True) for column in key),
        Column("data", LargeBinary, nullable=False),
    )


coupons = _entities("coupons", "code")
profiles = _entities("profiles", "integration_id")
sessions = _entities("sessions", "integration_id")
sessions.append_column(Column("profile_id", String, nullable=False))
Index("sessions_of_profile", sessions.c.workspace, sessions.c.profile_id)
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

giveaways = Table(
    "giveaways",
    metadata,
    Column("workspace", String, primary_key=True),
    Column("pool_id", Integer, primary_key=True),
    Column("code", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("used", Boolean, nullable=False),
    # Seconds since 1970 from which, and until which, the code may be given.
    Column("starts", Float),
    Column("ends", Float),
    Column("data", LargeBinary, nullable=False),
)
Index(
    "giveaways_in_order",
    giveaways.c.workspace,
    giveaways.c.pool_id,
    giveaways.c.used,
    giveaways.c.position,
)

# The highest internal id that a code of each kind has had.
code_ids = Table(
    "code_ids",
    metadata,
    Column("workspace", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("last", Integer, nullable=False),
)

calls = Table(
    "calls",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("workspace", String, nullable=False, index=True),
    Column("data", LargeBinary, nullable=False),
)

# Everything that belongs to one workspace and goes with it.
RUNTIME = (
    coupons,
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
    code_ids,
)
