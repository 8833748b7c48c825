"""Live deployments: where they are and which keys open them. Keys are kept in memory only."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sandbox.targets.errors import TargetError

# On this machine nobody listens in; anywhere else a key must not travel in the clear.
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
_KEY = re.compile(r"[!-~]{1,500}")
_NO_ADDRESS = "This is no address. It looks like https://shop.talon.one."
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:]+")


class NoDeploymentError(TargetError):
    """What was entered names no deployment, or has no key that could open one."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment of Talon.One: ``https://shop.talon.one`` and the keys of one Application.

    Without a Management API key its `management_key` is "". Keys are left out of `repr`.
    """

    host: str
    integration_key: str = field(repr=False)
    management_key: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """The host without its scheme."""
        return urlsplit(self.host).netloc


def read_deployment(address: str, integration_key: str, management_key: str = "") -> Deployment:
    """Read what somebody entered; any page of the Campaign Manager will do as an address.

    Raises NoDeploymentError, whose sentence never repeats a key.
    """
    host = _host(address.strip())
    keys = [
        _key(key, api)
        for key, api in ((integration_key, "Integration"), (management_key, "Management"))
    ]
    if not keys[0]:
        raise NoDeploymentError(
            "The Integration API key is missing. Campaign Manager makes one at the Application's "
            "settings, under “Developer settings”."
        )
    return Deployment(host, *keys)


def _host(address: str) -> str:
    if not address:
        raise NoDeploymentError("The address is missing. It looks like https://shop.talon.one.")
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        name, port = parts.hostname or "", parts.port
    except ValueError:
        raise NoDeploymentError(_NO_ADDRESS) from None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(name):
        raise NoDeploymentError(_NO_ADDRESS)
    if parts.username or parts.password:
        raise NoDeploymentError("An address with a user name in it is not used; leave that out.")
    if parts.scheme == "http" and name not in _THIS_MACHINE:
        raise NoDeploymentError(
            "Keys are sent over https:// only, but for a server on this machine."
        )
    host = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def _key(entered: str, api: str) -> str:
    key = entered.strip()
    for scheme in ("ApiKey-v1 ", "ManagementKey-v1 "):
        key = key.removeprefix(scheme).strip()
    if key and not _KEY.fullmatch(key):
        raise NoDeploymentError(
            f"The {api} API key has characters that no key has. Copy it once more."
        )
    return key
