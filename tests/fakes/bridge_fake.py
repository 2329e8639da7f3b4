"""A tiny engine of the standard library, which answers what a test tells it to."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path

from plugin.bridge.transport import PROOF_PATH, proof_of

TOKEN = "5" * 64
HELLO = {
    "protocol": 1, "version": "0.1.0", "pid": 1, "started": 0.0, "log": "/log", "device": "cpu", "capabilities": {},
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What a client asked."""

    method: str
    path: str
    headers: dict
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What it is answered; `cut` breaks the line after the body; `announced` is the length that is promised."""

    body: bytes = b""
    status: int = 200
    headers: dict = field(default_factory=dict)
    announced: int | None = None


class FakeEngine:
    """`answers` maps "METHOD /path" (no query) to an answer; `said` is all that was asked."""

    def __init__(self):
        self.answers = {"GET /v1/hello": as_json(HELLO)}
        self.said = []
        self.token = TOKEN  # None: it cannot prove that it is the engine
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_address[1]}"

    @contextlib.contextmanager
    def running(self):
        thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.server.shutdown()
            self.server.server_close()
            thread.join()

    def write_down(self, **changes):
        """Leave an engine.json as a real engine does."""
        folder = Path(os.environ["SEMANTIC_UPSCALE_HOME"], "engine")
        folder.mkdir(parents=True, exist_ok=True)
        told = {
            "protocol": 1,
            "version": "0.1.0",
            "pid": 1,
            "started": 0.0,
            "address": self.address,
            "token": TOKEN,
        }
        (folder / "engine.json").write_text(json.dumps({**told, **changes}), "utf-8")


def as_json(value, status=200):
    return Answer(json.dumps(value).encode(), status, {"Content-Type": "application/json"})


def refusing(status, code, message, advice=""):
    return as_json({"error": {"code": code, "message": message, "advice": advice}}, status)


def events(*rows, cut=False):
    """A stream of (kind, data); `cut` promises more than comes."""
    text = "".join(
        f": alive\n\nid: {n}\nevent: {kind}\ndata: {json.dumps(data)}\n\n"
        for n, (kind, data) in enumerate(rows)
    )
    body = text.encode()
    return Answer(body, 200, {"Content-Type": "text/event-stream"}, len(body) + cut)


def _handler(engine):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self):
            length = int(self.headers.get("Content-Length") or 0)
            said = Said(self.command, self.path, dict(self.headers), self.rfile.read(length))
            if self.path == PROOF_PATH and engine.token:
                answer = Answer(proof_of(engine.token, self.headers["X-Nonce"]))
            else:
                engine.said.append(said)
                answer = engine.answers.get(
                    f"{self.command} {self.path.split('?')[0]}", refusing(404, "not-found", "No.")
                )
            answer = answer(said) if callable(answer) else answer
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            announced = len(answer.body) if answer.announced is None else answer.announced
            self.send_header("Content-Length", str(announced))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(answer.body)
            self.close_connection = announced != len(answer.body)

        do_GET = do_POST = do_DELETE = _do  # noqa: N815

        def log_message(self, *args):
            pass

    return Handler
