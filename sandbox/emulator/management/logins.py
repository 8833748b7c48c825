"""Logging in to the Management API, as older SDKs do: the answer's token opens what a key opens."""

from __future__ import annotations

from sandbox.emulator.account import USER_ID
from sandbox.emulator.answers import Answer, failed, ok
from sandbox.emulator.http import Incoming
from sandbox.emulator.messages import INVALID_LOGIN
from sandbox.engine.model import Model
from sandbox.shapes import Reader
from sandbox.workspace.service import Workspaces


class LoginParams(Model, frozen=True):
    """Schema LoginParams. A workspace has no users: the password is its Management API key."""

    email: str
    password: str


_LOGIN: Reader = Reader(LoginParams)


def create_session(workspaces: Workspaces, incoming: Incoming) -> Answer:
    """POST /v1/sessions (decision S251); neither password nor token reaches a log."""
    login: LoginParams = _LOGIN.read(incoming.body)
    workspace = workspaces.by_key("management", login.password)
    if workspace is None:
        return failed(401, INVALID_LOGIN)
    token = workspaces.session_token(workspace.name)
    return ok({"userId": USER_ID, "token": token, "created": workspace.clock.now()}, 201)


# Needs no key: a password stands for it.
LOGINS = {"/v1/sessions": {"POST": create_session}}
