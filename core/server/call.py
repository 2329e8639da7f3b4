"""The few calls that the shell makes to a running engine. Programs use `plugin.bridge`."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any

from core.errors import ProtocolError

if TYPE_CHECKING:
    from core.server.place import Told

PATIENCE_S = 10.0


def call(told: Told, method: str, path: str) -> Any:
    """The JSON of the answer; None where nobody is there. ProtocolError where it says no."""
    connection = http.client.HTTPConnection(told.address, timeout=PATIENCE_S)
    try:
        connection.request(
            method, path, headers={"Authorization": f"Bearer {told.token}", "X-Client": "shell/0"}
        )
        response = connection.getresponse()
        data = response.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    if response.status >= 400:
        raise ProtocolError(f"The engine on {told.address} answers {response.status}.", "Start it again.")
    return json.loads(data) if data else {}
