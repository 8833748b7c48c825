"""Fill in the payload of a custom effect."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import msgspec

from sandbox.engine.definitions import CustomEffect
from sandbox.engine.errors import BrokenRuleError
from sandbox.engine.model import Json
from sandbox.engine.operators import to_json
from sandbox.numbers import decode_json, encode_json, plain_text
from sandbox.talang.ast import Value
from sandbox.talang.functions import show

_PARAMETER = re.compile(r"\$\{(\w+)\}")
_QUOTE = re.compile(r"(?<!\\)\"")


def parameter_names(effect: CustomEffect) -> dict[str, str]:
    """Return the names of a custom effect's parameters by their places: ``param_0``, …

    A name is the title in lower case with ``_`` for blanks; a parameter without a title, or with
    that of another one, is called by its place (Management API, TriggerCustomEffectBlock).
    """
    titles = [parameter.title or "" for parameter in effect.params]
    keys = [title.strip().lower().replace(" ", "_") for title in titles]
    return {f"param_{n}": key for n, key in enumerate(keys) if key and keys.count(key) == 1}


def _is_in_string(payload: str, place: int) -> bool:
    """Tell whether a place of a JSON text lies between quotes."""
    return len(_QUOTE.findall(payload, 0, place)) % 2 == 1


def fill_payload(payload: str, params: dict[str, Value]) -> Json:
    """Return a custom effect's payload with ``${param}`` replaced.

    Inside a JSON string a parameter is inserted as text, elsewhere as a number, true/false or a
    list.
    Raises BrokenRuleError when the outcome is no JSON.
    """

    def replace(match: re.Match[str]) -> str:
        if match[1] not in params:
            raise BrokenRuleError(f"the payload needs the parameter {match[1]}")
        value = params[match[1]]
        if isinstance(value, Decimal):
            return plain_text(value)
        if isinstance(value, list) and not _is_in_string(payload, match.start()):
            return encode_json(to_json(value)).decode()
        return json.dumps(show(value))[1:-1]

    try:
        return decode_json(_PARAMETER.sub(replace, payload))
    except (msgspec.DecodeError, RecursionError):
        raise BrokenRuleError("the payload with its parameters is not JSON") from None
