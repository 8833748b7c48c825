"""Loyalty programs: their settings, their dashboards, and the log of each.

Management API, schemas LoyaltyProgram, LoyaltyDashboardData and LoyaltyProgramTransaction;
decision S216.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.emulator.account import ACCOUNT_ID
from sandbox.emulator.answers import Answer, known, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.loyalty import LOG_PAGE, log_filter, only_waiting
from sandbox.emulator.loyalty_entries import log_entry
from sandbox.emulator.management.lists import stored
from sandbox.emulator.parameters import path_number, time_range
from sandbox.emulator.routes import Routes
from sandbox.emulator.turns import searching
from sandbox.engine.loyalty.programs import Program
from sandbox.engine.model import json_fields
from sandbox.workspace.loyalty_records import LedgerEntry
from sandbox.workspace.operations.configuration import configured
from sandbox.workspace.operations.loyalty import any_program, awaits_activation
from sandbox.workspace.operations.loyalty_overview import (
    Day,
    Overview,
    Points,
    complete_days,
    today,
)
from sandbox.workspace.workspace import Workspace


def list_programs(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs"""
    programs = workspace.application.programs.values()
    data = [program_content(workspace, program) for program in programs]
    return ok({"totalResultSize": len(data), "data": data})


def get_program(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}"""
    return ok(program_content(workspace, program_in_path(workspace, incoming)))


def get_dashboard(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/dashboard: of each day that is over"""
    program = program_in_path(workspace, incoming)
    asked = time_range(incoming)
    assert asked.start is not None, "it is required"
    assert asked.end is not None, "it is required"
    days = complete_days(program, asked.start, asked.end, workspace.clock.now())
    overview = Overview(workspace, program, incoming.query.get("subledgerId"))
    data = [_day(overview.at(*day)) for day in days]
    return ok({"totalResultSize": len(data), "data": data})


def get_statistics(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/statistics: as of now"""
    program = program_in_path(workspace, incoming)
    overview = Overview(workspace, program, None)
    return ok(_day(overview.at(*today(program, workspace.clock.now()))))


def list_transactions(workspace: Workspace, incoming: Incoming) -> Answer:
    """GET /v1/loyalty_programs/{loyaltyProgramId}/transactions"""
    program = program_in_path(workspace, incoming)
    wanted, waiting, now = log_filter(incoming), only_waiting(incoming), workspace.clock.now()

    def takes(entry: LedgerEntry) -> bool:
        transaction = entry.transaction
        return wanted.takes(transaction) and (not waiting or awaits_activation(transaction, now))

    return stored(
        incoming,
        workspace.records.loyalty.log(workspace.reading, program.settings.id),
        transaction_content,
        takes=takes if waiting or any(wanted) else None,
        default=LOG_PAGE,
    )


def program_in_path(workspace: Workspace, incoming: Incoming) -> Program:
    """Return the program that a path names; raises UnknownEntityError."""
    return any_program(workspace, path_number(incoming, "loyaltyProgramId"))


def program_content(workspace: Workspace, program: Program) -> dict[str, Any]:
    """Return a program; what only the bundle knows of it is kept."""
    settings, now = program.settings, workspace.clock.now()
    sent: Mapping[str, Any] = next(
        one for one in configured(workspace, "loyaltyPrograms") if one["id"] == settings.id
    )
    defaults: dict[str, Any] = {
        "created": now,
        "accountID": ACCOUNT_ID,
        "description": "",
        "subscribedApplications": [workspace.application.settings.id],
        "sandbox": True,
        "canUpdateTiers": False,
        "canUpdateTierExpirationPolicy": False,
        "canUpgradeToAdvancedTiers": False,
        "canUpdateSubledgers": False,
    }
    tiers = [
        {"created": now, "programID": settings.id, **json_fields(tier)} for tier in settings.tiers
    ]
    return {**defaults, **sent, **json_fields(settings), "tiers": tiers}


def transaction_content(entry: LedgerEntry) -> dict[str, Any]:
    """Return an entry of a program's log, of a profile or of a card."""
    transaction = entry.transaction
    optional = {
        "campaignId": transaction.campaign_id,
        "customerProfileId": transaction.profile_integration_id or None,
        "importId": transaction.import_id,
    }
    return log_entry(entry) | known(optional)


def _day(day: Day) -> dict[str, Any]:
    totals = {f"total{name.title()}Points": value for name, value in day.totals._asdict().items()}
    return {
        "date": day.end,
        **totals,
        "totalMembers": day.members,
        "newMembers": day.new_members,
        "spentPoints": _points(day.spent),
        "earnedPoints": _points(day.earned),
    }


def _points(points: Points) -> dict[str, Any]:
    return {"createdManually": points.manual, "createdViaRuleEngine": points.by_rules}


_PROGRAM = "/v1/loyalty_programs/{loyaltyProgramId}"

ROUTES: Routes = {
    "/v1/loyalty_programs": {"GET": list_programs},
    _PROGRAM: {"GET": get_program},
    f"{_PROGRAM}/dashboard": {"GET": searching(get_dashboard)},
    f"{_PROGRAM}/statistics": {"GET": searching(get_statistics)},
    f"{_PROGRAM}/transactions": {"GET": searching(list_transactions)},
}
