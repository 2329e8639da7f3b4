"""Server-sent events, read line by line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .errors import EngineGone
from .line import told
from .values import Event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .answer import Answer

LAST = ("done", "failed", "cancelled")
LINE_LIMIT_BYTES = 1 << 30


def events_in(response: Answer) -> Iterator[Event]:
    """Every event up to and with the last. EngineGone where the stream ends before, or stays silent for too long."""
    kind, data = "", []
    for line in _lines(response):
        name, _, value = line.partition(":")
        if name == "event":
            kind = value.strip()
        elif name == "data":
            data.append(value.strip())
        elif not line and data:
            event = _event(kind, data)
            yield event
            if event.kind in LAST:
                return
            kind, data = "", []
    raise EngineGone


def _lines(response: Answer) -> Iterator[str]:
    while True:
        with told():
            line = response.readline(LINE_LIMIT_BYTES)
        if not line:
            return
        yield line.decode("utf-8").rstrip("\r\n")


def _event(kind: str, data: list) -> Event:
    try:
        return Event(kind, json.loads("\n".join(data)))
    except ValueError as error:
        raise EngineGone("The engine's words cannot be read.") from error
