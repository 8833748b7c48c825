"""The same call for other tools: cURL, and the official SDKs. Ready to paste.

`key` is written out, or it is FROM_ENVIRONMENT.
"""

from __future__ import annotations

import json
import pprint
import shlex
from collections.abc import Mapping
from typing import Any

# Instead of a key: snippets take it from the environment, and never hold it.
FROM_ENVIRONMENT = "$TALON_ONE_API_KEY"
_VARIABLE = FROM_ENVIRONMENT.removeprefix("$")


def as_curl(host: str, method: str, path: str, key: str, body: Mapping[str, Any]) -> str:
    """Return a cURL command that makes the call."""
    lines = [
        f"curl -X {method} {shlex.quote(host + path)}",
        f"  -H {_shell_header(key)}",
        "  -H 'Content-Type: application/json'",
        f"  -d {shlex.quote(json.dumps(body, indent=2, ensure_ascii=False))}",
    ]
    return " \\\n".join(lines)


def as_python(host: str, session_id: str, key: str, body: Mapping[str, Any], *, dry: bool) -> str:
    """Return a script that makes the call through `talon_one` (PyPI: talon-one-sdk)."""
    imports, shown = "import talon_one", repr(key)
    if key == FROM_ENVIRONMENT:
        imports, shown = "import os\n\nimport talon_one", f'os.environ["{_VARIABLE}"]'
    return f"""\
{imports}

configuration = talon_one.Configuration(
    host={host!r},
    api_key_prefix={{"api_key_v1": "ApiKey-v1"}},
    api_key={{"api_key_v1": {shown}}},
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
    shown = f"process.env.{_VARIABLE}" if key == FROM_ENVIRONMENT else json.dumps(key)
    return f"""\
const {{ ApiClient, IntegrationApi }} = require("talon_one");

const client = new ApiClient();
client.basePath = {json.dumps(host)};
Object.assign(client.authentications.api_key_v1, {{
  apiKey: {shown},
  apiKeyPrefix: "ApiKey-v1",
}});
const request = {request};
new IntegrationApi(client)
  .updateCustomerSessionV2({json.dumps(session_id)}, request, {{ dry: {json.dumps(dry)} }})
  .then((state) => state.effects.forEach((effect) => console.log(effect.effectType, effect.props)));
"""


def _shell_header(key: str) -> str:
    header = f"Authorization: ApiKey-v1 {key}"
    return f'"{header}"' if key == FROM_ENVIRONMENT else shlex.quote(header)


def _indented(body: Mapping[str, Any]) -> str:
    text = pprint.pformat(dict(body), width=88, sort_dicts=False)
    return "\n".join(f"    {line}" for line in text.splitlines())
