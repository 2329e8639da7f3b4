"""Messages between queue and worker: each is 4 bytes of length, big-endian, and that much JSON."""

from __future__ import annotations

import json
import struct
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_LENGTH = struct.Struct(">I")
Message = dict[str, Any]


class Sender:
    """Writes whole messages, whichever thread they come from."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._lock = stream, threading.Lock()

    def send(self, message: Message) -> None:
        """OSError or ValueError where nobody reads any more."""
        data = json.dumps(message, separators=(",", ":")).encode()
        with self._lock:
            self._stream.write(_LENGTH.pack(len(data)) + data)
            self._stream.flush()


def received(stream: BinaryIO) -> Iterator[Message]:
    """Every message until the other side is gone."""
    while True:
        head = stream.read(_LENGTH.size)
        if len(head) < _LENGTH.size:
            return
        (length,) = _LENGTH.unpack(head)
        data = stream.read(length)
        if len(data) < length:
            return
        yield json.loads(data)
