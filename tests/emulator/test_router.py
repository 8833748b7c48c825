from __future__ import annotations

import pytest

from sandbox.emulator.router import Router

ROUTER = Router(
    {
        "/v2/sessions/{sessionId}": "session",
        "/v2/sessions/{id}/returns": "returns",
        "/v2/sessions/all": "all",
        "/v1/programs/{programId}/cards/{cardId}": "card",
        "/v1/programs": "programs",
    }
)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/v1/programs", ("programs", {})),
        ("/v2/sessions/s", ("session", {"sessionId": "s"})),
        ("/v2/sessions/s/returns", ("returns", {"id": "s"})),
        ("/v1/programs/1/cards/c", ("card", {"programId": "1", "cardId": "c"})),
    ],
)
def test_a_path_is_found_with_its_ids(path: str, found: object):
    assert ROUTER.find(path) == found


def test_a_template_without_an_id_wins():
    assert ROUTER.find("/v2/sessions/all") == ("all", {})


@pytest.mark.parametrize(
    ("raw", "session_id"),
    [
        ("a%2Fb", "a/b"),
        ("..%2Fx", "../x"),
        ("%25", "%"),
        ("%252F", "%2F"),
        ("%F0%9F%9B%92", "🛒"),
        ("{}", "{}"),
        ("a+b", "a+b"),
        ("%61ll", "all"),
    ],
)
def test_ids_are_unquoted_once_and_after_they_were_found(raw: str, session_id: str):
    assert ROUTER.find(f"/v2/sessions/{raw}") == ("session", {"sessionId": session_id})


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/v1",
        "/v1/programs/",
        "/V1/programs",
        "/v2/sessions/",
        "/v2/sessions//returns",
        "/v2/sessions/s/returns/",
        "/v2/sessions/a/b",
        "//v1/programs",
        "/v2/{}/s",
    ],
)
def test_other_paths_are_not_found(path: str):
    assert ROUTER.find(path) is None
