"""The folder where state is kept: owned by one process, with the secret that keys derive from."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from filelock import FileLock, Timeout

from sandbox.workspace.errors import HomeInUseError, StoreError


class Home:
    """An opened folder. `close` lets the next process have it.

    Raises HomeInUseError when another process has it, StoreError when it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = FileLock(path / "lock", timeout=0)
            self._lock.acquire()
            self._secret = _secret(path / "secret")
        except Timeout:
            raise HomeInUseError(str(path)) from None
        except OSError as error:
            raise StoreError(f"The folder {path} cannot be used: {error.strerror}") from None

    def close(self) -> None:
        self._lock.release()

    def integration_key(self, workspace: str) -> str:
        """Return a workspace's Integration API key: 64 hexadecimal digits, always the same."""
        return self._derive("integration", workspace)

    def management_key(self, workspace: str) -> str:
        """Return a workspace's Management API key."""
        return self._derive("management", workspace)

    def session_token(self, workspace: str) -> str:
        """Return the token of whoever has logged in to a workspace's Management API."""
        return self._derive("session", workspace)

    def _derive(self, kind: str, workspace: str) -> str:
        return hmac.new(self._secret, f"{kind}:{workspace}".encode(), hashlib.sha256).hexdigest()


def hash_key(key: str) -> str:
    """Return what is stored of a key: a plain hash, as keys are 256 random-looking bits."""
    return hashlib.sha256(key.encode()).hexdigest()


def _secret(path: Path) -> bytes:
    """Return the secret of this folder, made when it is missing and readable by its owner only.

    It is written beside its place first: half a secret must never be taken for one.
    """
    if not path.exists():
        draft = path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        draft.replace(path)
    return path.read_bytes()
