"""Logged calls: which ones somebody is looking for, and what each one was."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote

import msgspec

from sandbox.numbers import decode_json

Outcome = Literal["success", "refused", "failed"]
OUTCOMES: tuple[Outcome, ...] = ("success", "refused", "failed")

_SESSION = re.compile(r"/v2/customer_sessions/([^/?]+)")
# What a log says in place of the end of a long body.
_CUT = re.compile(r"… \((\d+) more characters\)\Z")
# Where codes stand: fields of requests, props of effects, paths.
_CODE_FIELDS = ("couponCodes", "referralCode")
_CODE_EFFECTS = ("Coupon", "Referral", "couponCreated", "referralCreated")
_CODE_PATH = re.compile(r"/v1/coupon_reservations/(?:customerprofiles/)?([^/?]+)")


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One call, as a log has it.

    `id` names it in the address. `origin` is the host of a live deployment, "" for the embedded
    emulator. `time` is that of the workspace's clock, `real_time` the real one. `path` is raw and
    holds the query; `status` is 0 where no answer came, and `answer` says why then.
    """

    id: str
    origin: str
    time: datetime
    real_time: datetime
    method: str
    path: str
    status: int
    request: str
    answer: str
    milliseconds: float

    @property
    def outcome(self) -> Outcome:
        if 200 <= self.status < 300:
            return "success"
        return "refused" if 400 <= self.status < 500 else "failed"

    @property
    def session_id(self) -> str | None:
        """The customer session that the path names."""
        found = _SESSION.match(self.path)
        return unquote(found[1]) if found else None

    @property
    def is_session_update(self) -> bool:
        """Whether its request is a cart."""
        bare = self.path.partition("?")[0]
        return self.method == "PUT" and _SESSION.fullmatch(bare) is not None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody is looking for; an empty field leaves nothing out.

    Texts are found anywhere and in any case; real times are included.
    """

    path: str = ""
    outcome: Outcome | None = None
    since: datetime | None = None
    until: datetime | None = None
    code: str = ""

    def takes(self, call: LoggedCall) -> bool:
        return (
            self.outcome in (None, call.outcome)
            and (self.since is None or call.real_time >= self.since)
            and (self.until is None or call.real_time <= self.until)
            and self.path.lower() in f"{call.method} {readable_path(call.path)}".lower()
            and (not self.code or _has_code(call, self.code.lower()))
        )


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the calls that were found, of `found` in all; `seen` were looked at."""

    calls: Sequence[LoggedCall]
    found: int
    seen: int


def page_of(calls: Iterable[LoggedCall], wanted: Wanted, number: int, size: int) -> Page:
    """Return a page of what is wanted; pages count from 1, and after the last one comes itself.

    Bodies are long, so that no more calls than two pages are ever at hand.
    """
    chosen: list[LoggedCall] = []
    newest: deque[LoggedCall] = deque(maxlen=size)
    found = seen = 0
    for call in calls:
        seen += 1
        if wanted.takes(call):
            if (number - 1) * size <= found < number * size:
                chosen.append(call)
            newest.append(call)
            found += 1
    if not chosen and found:
        chosen = list(newest)[-((found - 1) % size + 1) :]
    return Page(chosen, found, seen)


def readable_path(path: str) -> str:
    """Return a path without its query and its quoting."""
    return unquote(path.partition("?")[0])


def query_of(path: str) -> list[tuple[str, str]]:
    """Return the decoded parameters of a path, in their order."""
    return parse_qsl(path.partition("?")[2], keep_blank_values=True)


def body_of(text: str) -> Any:
    """Return a body as plain values with `Decimal` numbers; None where it is no JSON."""
    try:
        return decode_json(text)
    except (msgspec.DecodeError, RecursionError):
        return None


def missing_characters(text: str) -> int:
    """Return how much of a body the log did not keep."""
    cut = _CUT.search(text)
    return int(cut[1]) if cut else 0


def codes_of(call: LoggedCall) -> list[str]:
    """Return the codes of a call: those it sent, and those that its effects name."""
    in_path = _CODE_PATH.match(call.path)
    codes = [unquote(in_path[1])] if in_path else []
    request, answer = body_of(call.request), body_of(call.answer)
    codes += _codes_in(request)
    if isinstance(request, dict):
        codes += _codes_in(request.get("customerSession"))
    if isinstance(answer, dict) and isinstance(answer.get("effects"), list):
        codes += (code for effect in answer["effects"] for code in _codes_in_effect(effect))
    return list(dict.fromkeys(code for code in codes if code))


def obstacle(call: LoggedCall) -> str:
    """Say why a call cannot be sent again; "" when it can."""
    if missing_characters(call.request):
        return "The log did not keep the whole request, so it cannot be sent again."
    if call.request.startswith("--"):
        return "The request is a file with a form, which the log does not keep whole."
    return ""


def maker(call: LoggedCall, workspace: str) -> str:
    """Say who made a call, as far as can be told."""
    if call.origin:
        return "a page of this app, in this browser session"
    session_id = call.session_id
    if session_id is None:
        return "a page of this app, or your own code"
    own = session_id.startswith(f"{workspace}-")
    return "the Workbench" if own else "your own code"


def json_path(parts: Iterable[str | int]) -> str:
    """Return where something stands in JSON: customerSession.cartItems[0].price."""
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        elif re.fullmatch(r"[\w$-]+", part):
            path += f".{part}" if path else part
        else:
            path += f'["{part}"]'
    return path


def pointed(pointer: str) -> str:
    """Return a JSON pointer (RFC 6901) as a path."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    return json_path(int(part) if part.isdigit() else part for part in parts)


def what_to_do(status: int) -> str:
    """Return what helps after an answer with an error status; "" where its own words do."""
    if status >= 500:
        return "Nothing is wrong with the request: try again in a moment."
    return _ADVICE.get(status, "")


_ADVICE = {
    0: "No answer came. Check that the server runs, and send it again.",
    400: "Correct the places named here, and send it again.",
    404: "Check the path and the ids in it; the Connect page lists what is emulated.",
    405: "Check the method: this path has others.",
}


def _has_code(call: LoggedCall, wanted: str) -> bool:
    # Reading JSON of calls that cannot have it would take most of the time.
    bodies = (call.request, call.answer)
    is_spelled_out = "%" not in call.path and not any("\\" in body for body in bodies)
    if is_spelled_out and not any(wanted in text.lower() for text in (call.path, *bodies)):
        return False
    if any(wanted in code.lower() for code in codes_of(call)):
        return True
    is_readable = not call.request or body_of(call.request) is not None
    return not is_readable and wanted in call.request.lower()


def _codes_in(content: Any) -> Iterator[str]:
    if not isinstance(content, dict):
        return
    for field in _CODE_FIELDS:
        value = content.get(field)
        yield from (code for code in _listed(value) if isinstance(code, str))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _codes_in_effect(effect: Any) -> Iterator[str]:
    if not isinstance(effect, dict) or not isinstance(effect.get("props"), dict):
        return
    if str(effect.get("effectType")).endswith(_CODE_EFFECTS):
        for name in ("value", "couponValue"):
            value = effect["props"].get(name)
            if isinstance(value, str):
                yield value
