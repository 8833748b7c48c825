"""Configuration: environment first, then secrets (Streamlit's, in the app), then defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_data_path


@dataclass(frozen=True, slots=True)
class Settings:
    """Where state is kept, who may use the control API, and which live deployment is offered.

    Keys are left out of `repr`, so that they reach no log by accident.
    """

    home: Path
    database_url: str
    admin_key: str | None = field(repr=False)
    talon_one_host: str | None
    talon_one_api_key: str | None = field(repr=False)
    talon_one_management_key: str | None = field(repr=False)


def read_settings(
    environment: Mapping[str, str] = os.environ, secrets: Mapping[str, str] | None = None
) -> Settings:
    """Read all settings; the variables are listed in the README."""

    def value(name: str) -> str | None:
        return environment.get(name) or (secrets or {}).get(name) or None

    home = Path(value("SANDBOX_HOME") or user_data_path("promotion-sandbox", appauthor=False))
    return Settings(
        home=home,
        database_url=value("SANDBOX_DATABASE_URL") or f"sqlite:///{home / 'sandbox.db'}",
        admin_key=value("SANDBOX_ADMIN_KEY"),
        talon_one_host=value("TALON_ONE_HOST"),
        talon_one_api_key=value("TALON_ONE_API_KEY"),
        talon_one_management_key=value("TALON_ONE_MANAGEMENT_KEY"),
    )
