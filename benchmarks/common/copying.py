"""What moving bytes to another process and back costs at the least: a bare socket, a hash, a file on either side.

python copying.py: prints a port; takes (8 bytes of length, the bytes), keeps and hashes them, sends them back.
"""

from __future__ import annotations

import hashlib
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

PIECE_BYTES = 1 << 20


def serve() -> None:
    """One client, until it goes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        with listening.accept()[0] as line, tempfile.TemporaryFile() as kept:
            while head := line.recv(8, socket.MSG_WAITALL):
                _once(line, struct.unpack("<q", head)[0], kept)


def _once(line: socket.socket, count: int, kept: IO[bytes]) -> None:
    kept.seek(0)
    digest, left = hashlib.sha256(), count
    while left:
        piece = line.recv(min(PIECE_BYTES, left))
        digest.update(piece)
        kept.write(piece)
        left -= len(piece)
    kept.seek(0)
    while count:
        piece = kept.read(min(PIECE_BYTES, count))
        line.sendall(piece)
        count -= len(piece)


class Copier:
    """The client of `serve`, in a process of its own."""

    def __init__(self) -> None:
        command = [sys.executable, str(Path(__file__))]
        self._child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        if self._child.stdout is None:
            raise AssertionError  # a pipe was asked for
        self._line = socket.create_connection(("127.0.0.1", int(self._child.stdout.readline())))

    def __call__(self, data: bytes) -> None:
        """There and back."""
        self._line.sendall(struct.pack("<q", len(data)))
        self._line.sendall(data)
        parts, left = [], len(data)
        while left:
            parts.append(self._line.recv(min(PIECE_BYTES, left)))
            left -= len(parts[-1])
        if b"".join(parts) != data:
            raise AssertionError

    def close(self) -> None:
        """Go, and end it."""
        self._line.close()
        self._child.wait(10)
        if self._child.stdout:
            self._child.stdout.close()


if __name__ == "__main__":
    serve()
