"""The history of a customer, set by hand in a workspace of one's own.

No operation of the API does so but placing the orders (decision S293).
"""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from sandbox.engine.model import CustomerProfile
from sandbox.workspace.profiles import ensure_profile
from sandbox.workspace.workspace import Workspace


def set_history(
    workspace: Workspace, profile_id: str, closed_sessions: int, total_sales: Decimal
) -> CustomerProfile:
    """Let a customer have so many closed sessions, worth so much; makes one that is not there.

    Orders placed later add to both, as ever; no session, budget or achievement changes.
    """
    records = workspace.records
    with workspace.writing() as connection:
        profile = ensure_profile(records, connection, profile_id, workspace.clock.now())
        changed = replace(profile, closed_sessions=closed_sessions, total_sales=total_sales)
        records.put_profile(connection, changed)
    return changed
