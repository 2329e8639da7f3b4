"""An engine that takes no time: it speaks docs/protocol.md over real HTTP and repeats every source pixel 4×4 times.

What a client adds to the engine's work is what is left when the engine's own work is nothing.
"""

from __future__ import annotations

import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs, urlparse

import numpy as np

from plugin.bridge.transport import PROOF_PATH, proof_of

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "0" * 64
BANDS = {"GREY": 1, "GREYA": 2, "RGB": 3, "RGBA": 4}
KINDS = {"u8": np.uint8, "u16": np.uint16, "f32": np.float32}
PIECE_ROWS = 64


class Handler(BaseHTTPRequestHandler):
    """One picture at a time is enough; `marks` are the moments at which the client came and went."""

    protocol_version = "HTTP/1.1"
    picture: ClassVar[np.ndarray]
    marks: ClassVar[dict[str, float]] = {}

    def do_GET(self) -> None:
        """Who, how it goes, and the result."""
        path = urlparse(self.path)
        if path.path == PROOF_PATH:
            self._bytes(proof_of(TOKEN, self.headers["X-Nonce"]), 200, "text/plain")
        elif path.path == "/v1/hello":
            told = {"protocol": 1, "version": "instant", "pid": os.getpid(), "started": 0.0, "log": ""}
            self._json({**told, "device": "none", "capabilities": {}})
        elif path.path.endswith("/events"):
            self._events()
        elif path.path.endswith("/result"):
            self._result({name: values[0] for name, values in parse_qs(path.query).items()})
        else:
            self._json({"queue": []})

    def do_POST(self) -> None:
        """A picture, or a job for it."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlparse(self.path)
        if path.path == "/v1/pictures":
            asked = {name: values[0] for name, values in parse_qs(path.query).items()}
            width, height, mode, depth = (
                int(asked["width"]),
                int(asked["height"]),
                asked["mode"],
                asked["depth"],
            )
            data = np.frombuffer(body, KINDS[depth], offset=int(asked.get("icc_bytes") or 0))
            type(self).picture = data.reshape(height, width, BANDS[mode])
            told = {"id": "1", "width": width, "height": height, "mode": mode, "depth": depth}
            self._json({**told, "icc": False, "notices": []}, 201)
        else:
            self.marks["asked"] = time.time()
            self._json({"id": "1", "kind": "upscale", "state": "queued", "position": 0}, 202)

    def do_DELETE(self) -> None:
        """The client has everything."""
        self.marks["left"] = time.time()
        self.send_response(204)
        self.end_headers()

    def _events(self) -> None:
        height, width = self.picture.shape[:2]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        result = {"result": {"width": width * 4, "height": height * 4, "notes": []}}
        self.wfile.write(f"id: 1\nevent: done\ndata: {json.dumps(result)}\n\n".encode())
        self.close_connection = True

    def _result(self, asked: dict[str, str]) -> None:
        height, width, bands = self.picture.shape
        first, rows = int(asked.get("y", 0)), int(asked.get("rows") or height * 4)
        kind = KINDS[asked["depth"]]
        self.send_response(200)
        self.send_header("X-Width", str(width * 4))
        self.send_header("X-Rows", str(rows))
        self.send_header("Content-Length", str(rows * width * 4 * bands * np.dtype(kind).itemsize))
        self.end_headers()
        for y in range(first, first + rows, PIECE_ROWS):
            chosen = np.arange(y, min(y + PIECE_ROWS, first + rows)) // 4
            self.wfile.write(self.picture[chosen].astype(kind).repeat(4, axis=1).tobytes())

    def _json(self, values: Any, status: int = 200) -> None:
        self._bytes(json.dumps(values).encode(), status, "application/json")

    def _bytes(self, data: bytes, status: int, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *_: Any) -> None:  # noqa: A002
        """Say nothing."""


def start(home: Path) -> ThreadingHTTPServer:
    """Listen, and write down where, as an engine of this home does."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = home / "engine"
    folder.mkdir(parents=True, exist_ok=True)
    address = f"127.0.0.1:{server.server_port}"
    told = {"protocol": 1, "version": "instant", "pid": os.getpid(), "started": time.time()}
    (folder / "engine.json").write_text(json.dumps({**told, "address": address, "token": TOKEN}))
    return server
