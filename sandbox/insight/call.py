"""The same call for other tools: cURL, and the official SDKs. Ready to paste."""

from __future__ import annotations

import json
import pprint
import shlex
from collections.abc import Mapping
from typing import Any


def as_curl(host: str, method: str, path: str, key: str, body: Mapping[str, Any]) -> str:
    """Return a cURL command that makes the call."""
    lines = [
        f"curl -X {method} {shlex.quote(host + path)}",
        f"  -H {shlex.quote(f'Authorization: ApiKey-v1 {key}')}",
        "  -H 'Content-Type: application/json'",
        f"  -d {shlex.quote(json.dumps(body, indent=2, ensure_ascii=False))}",
    ]
    return " \\\n".join(lines)


def as_python(host: str, session_id: str, key: str, body: Mapping[str, Any], *, dry: bool) -> str:
    """Return a script that makes the call through `talon_one` (PyPI: talon-one-sdk)."""
    return f"""\
import talon_one

configuration = talon_one.Configuration(
    host={host!r},
    api_key_prefix={{"api_key_v1": "ApiKey-v1"}},
    api_key={{"api_key_v1": {key!r}}},
)
api = talon_one.IntegrationApi(talon_one.ApiClient(configuration))
request = talon_one.IntegrationRequest.from_dict(
{_indented(body)}
)
state = api.update_customer_session_v2({session_id!r}, request, dry={dry!r})
for effect in state.effects:
    print(effect.effect_type, effect.props)
"""


def as_javascript(
    host: str, session_id: str, key: str, body: Mapping[str, Any], *, dry: bool
) -> str:
    """Return a script that makes the call through `talon_one` (npm: talon_one)."""
    request = json.dumps(body, indent=2, ensure_ascii=False)
    return f"""\
const {{ ApiClient, IntegrationApi }} = require("talon_one");

const client = new ApiClient();
client.basePath = {json.dumps(host)};
Object.assign(client.authentications.api_key_v1, {{
  apiKey: {json.dumps(key)},
  apiKeyPrefix: "ApiKey-v1",
}});
const request = {request};
new IntegrationApi(client)
  .updateCustomerSessionV2({json.dumps(session_id)}, request, {{ dry: {json.dumps(dry)} }})
  .then((state) => state.effects.forEach((effect) => console.log(effect.effectType, effect.props)));
"""


def _indented(body: Mapping[str, Any]) -> str:
    text = pprint.pformat(dict(body), width=88, sort_dicts=False)
    return "\n".join(f"    {line}" for line in text.splitlines())
