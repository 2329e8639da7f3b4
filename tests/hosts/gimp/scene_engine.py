"""Inside GIMP, through its procedure database. Engines that break off or are of another version, and a second GIMP."""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from hosts.gimp.made import HEIGHT, WIDTH, distance, document, done, engine_says, read, refused

WRITTEN = Path("/t/engine-home/engine/engine.json")
START = (
    "import sys; sys.path[:0] = ['/t/tests', '/t/fresh/plug-ins/semantic-upscale']; exec(open('{0}').read())"
)


@contextlib.contextmanager
def _written(**changes):
    """What the engine has written down of itself, changed for a while."""
    before = WRITTEN.read_text()
    WRITTEN.write_text(json.dumps({**json.loads(before), **changes}))
    try:
        yield
    finally:
        WRITTEN.write_text(before)


def an_engine_of_another_version_is_told_in_words():
    image, layer, data = document()
    for theirs, words in ((0, "Update Semantic Upscale"), (2, "Update this plug-in")):
        with _written(protocol=theirs):
            assert words in refused(image, [layer], source="layer")
    assert read(layer) == data


class _Breaking(BaseHTTPRequestHandler):
    """An engine that ends in the middle of a job."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/v1/hello":
            about = {"protocol": 1, "version": "0", "pid": 1, "log": "", "device": "", "capabilities": {}}
            self._told(about)
        elif self.path == "/v1/proof":
            key, asked = json.loads(WRITTEN.read_text())["token"], self.headers["X-Nonce"]
            self._sent(
                hmac.new(key.encode(), f"semantic-upscale engine {asked}".encode(), "sha256").hexdigest()
            )
        else:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            self.wfile.write(b'id: 1\nevent: progress\ndata: {"done": 1, "total": 9}\n\n')
            self.close_connection = True

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        picture = {"id": "1", "width": WIDTH, "height": HEIGHT, "mode": "RGB", "depth": "u8"}
        self._told(picture if "pictures" in self.path else {"id": "1", "kind": "upscale", "state": "queued"})

    def _told(self, values):
        self._sent(json.dumps(values))

    def _sent(self, text):
        data = text.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def an_engine_that_ends_in_the_middle_is_told_and_nothing_is_changed():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Breaking)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    image, layer, data = document()
    try:
        with _written(address=f"127.0.0.1:{server.server_port}"):
            words = refused(image, [layer], source="layer", result_in="resize-image")
    finally:
        server.shutdown()
    assert "stopped in the middle" in words, words
    assert (image.get_width(), len(image.get_layers())) == (WIDTH, 1)
    assert read(layer) == data


def a_second_gimp_with_the_zip_is_served_at_the_same_time():
    profile = Path("/t/fresh")
    (profile / "gimprc").write_text(Path("/t/profile/gimprc").read_text())
    words = ["gimp-console", "-i", "-d", "-f", "--batch-interpreter=python-fu-eval", "--quit"]
    words += ["-b", START.format("/t/tests/hosts/gimp/second.py")]
    told, times = Path("/t/second.json"), 0
    with Path("/t/second.log").open("w") as log:
        environment = {**os.environ, "GIMP3_DIRECTORY": str(profile)}
        second = subprocess.Popen(words, env=environment, stdout=log, stderr=log)
        image, layer, data = document()
        theirs = engine_says(data)
        while second.poll() is None or not times:
            made, _ = done(image, [layer], source="layer")
            assert distance(read(made.get_layers()[0]), theirs) == 0
            times += 1
    assert told.exists(), Path("/t/second.log").read_text()[-3000:]
    assert json.loads(told.read_text()) == ""
