"""Downloads, against a server of their own on 127.0.0.1: whatever it does, the file is right or there is none."""

from __future__ import annotations

import hashlib
import http.server
import sys
import threading
import urllib.request
from pathlib import Path

import pytest
import torch

from core.checkpoints.catalog import CatalogEntry, WeightSource
from core.checkpoints.download import Patience, RefusedError, Terms, _SafeRedirects, download, get, tag_of
from core.checkpoints.files import load_safetensors
from core.checkpoints.install import read_note, verify
from core.errors import Cancelled, CheckpointError, OutputError

DATA = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(DATA).hexdigest()
PATIENCE = Patience(timeout_s=20, attempts=3, pause_s=0.0)
HASTE = Patience(timeout_s=1, attempts=5, pause_s=0.0)
SIZE = len(DATA)
HALF = SIZE // 2


class Handler(http.server.BaseHTTPRequestHandler):
    """Behaves as the next word of the server's script says; "good" when the script is over."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Range")))
        script = self.server.script
        getattr(self, script.pop(0) if script else "good")()

    def good(self, end=None, data=None, ranges=True):
        data = data or self.server.data
        wanted = self.headers.get("Range") if ranges else None
        if self.headers.get("If-Range", '"v1"') != '"v1"':
            wanted = None
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        if start >= len(data):
            return self.send_error(416)
        self.send_response(206 if wanted else 200)
        if wanted:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        if self.server.tags:
            self.send_header("ETag", '"v1"')
        self.end_headers()
        self.wfile.write(data[start:end])
        return None

    def breaks(self):
        self.good(end=HALF)

    def no_ranges(self):
        self.good(ranges=False)

    def wrong(self):
        self.good(data=DATA[:-1] + b"!")

    def short(self):
        self.good(data=DATA[:100])

    def sleeps(self):
        self.good(end=HALF)
        self.server.released.wait(60)

    def missing(self):
        self.send_error(404)

    def overloaded(self):
        self.send_error(503)

    def web_page(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<p>Please sign in to the hotel's network")

    def log_message(self, *words):
        del words


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.script, served.asked, served.tags, served.data = [], [], True, DATA
    served.released = threading.Event()
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield served
    served.released.set()
    served.shutdown()
    thread.join()
    served.server_close()


def source(server, *, paths=("first",), size=SIZE, sha256=SHA256):
    addresses = tuple(f"http://127.0.0.1:{server.server_address[1]}/{path}" for path in paths)
    return WeightSource("model.pth", addresses, size, sha256)


def ranges(server):
    return [asked for _, asked in server.asked]


def check_whole(loaded, folder):
    assert loaded.path == folder / "model.pth"
    assert loaded.path.read_bytes() == DATA
    assert loaded.seal.sha256 == SHA256
    assert [path.name for path in folder.iterdir()] == ["model.pth"]


def test_a_good_server_gives_the_file_and_progress(server, tmp_path):
    heard = []
    check_whole(download(source(server), tmp_path / "new", heard.append, PATIENCE), tmp_path / "new")
    assert heard[-1].done == heard[-1].total == len(DATA)
    assert [p.done for p in heard] == sorted(p.done for p in heard)


def test_a_break_in_the_middle_goes_on_from_there(server, tmp_path):
    server.script += ["breaks"]
    check_whole(download(source(server), tmp_path, patience=PATIENCE), tmp_path)
    assert ranges(server) == [None, f"bytes={HALF}-"]


def test_after_too_many_breaks_the_half_is_kept_and_the_next_call_goes_on(server, tmp_path):
    server.script += ["breaks", "overloaded", "overloaded"]
    with pytest.raises(CheckpointError, match="503"):
        download(source(server), tmp_path, patience=PATIENCE)
    assert (tmp_path / "model.pth.part").stat().st_size == HALF
    check_whole(download(source(server), tmp_path, patience=PATIENCE), tmp_path)
    assert ranges(server)[-1] == f"bytes={HALF}-"


def test_without_ranges_it_starts_anew(server, tmp_path):
    server.script += ["breaks", "no_ranges"]
    check_whole(download(source(server), tmp_path, patience=PATIENCE), tmp_path)


def test_a_file_that_changed_on_the_server_starts_anew(server, tmp_path):
    (tmp_path / "model.pth.part").write_bytes(b"old" * 100)
    tag_of(tmp_path / "model.pth.part").write_text('"v0"')
    check_whole(download(source(server), tmp_path, patience=PATIENCE), tmp_path)


@pytest.mark.parametrize("left", [b"other" * 100, DATA + b"more", b"\0" * len(DATA)])
def test_a_wrong_beginning_is_thrown_away_and_loaded_again(left, server, tmp_path):
    (tmp_path / "model.pth.part").write_bytes(left)
    check_whole(download(source(server), tmp_path, patience=PATIENCE), tmp_path)


def test_a_beginning_that_nothing_vouches_for_is_not_continued(server, tmp_path):
    server.tags = False
    (tmp_path / "model.pth.part").write_bytes(DATA[:HALF])
    check_whole(download(source(server, sha256=None), tmp_path, patience=PATIENCE), tmp_path)
    assert ranges(server) == [None]


@pytest.mark.parametrize("answer", ["wrong", "short", "missing", "web_page"])
def test_a_bad_answer_leaves_no_file_and_the_second_address_is_asked(answer, server, tmp_path):
    server.script += [answer]
    loaded = download(source(server, paths=("first", "second")), tmp_path, patience=PATIENCE)
    check_whole(loaded, tmp_path)
    assert loaded.address.endswith("/second")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("wrong", "another file.*SHA-256"),
        ("missing", "404"),
        ("short", "offers 100 bytes"),
        ("web_page", "web page"),
    ],
)
def test_what_every_address_said_is_told_and_nothing_is_left(answer, words, server, tmp_path):
    server.script += [answer]
    with pytest.raises(CheckpointError, match=words) as caught:
        download(source(server), tmp_path, patience=PATIENCE)
    assert "models import" in caught.value.advice
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_falls_silent_is_given_up_and_continued(server, tmp_path):
    server.script += ["sleeps"]
    check_whole(download(source(server), tmp_path, patience=HASTE), tmp_path)
    assert ranges(server)[:2] == [None, f"bytes={HALF}-"]


def test_nobody_there_is_told(server, tmp_path):
    nowhere = WeightSource("model.pth", ("http://127.0.0.1:9/model.pth",))
    with pytest.raises(CheckpointError, match="no connection"):
        download(nowhere, tmp_path, patience=PATIENCE)
    assert server.asked == []


@pytest.mark.parametrize(
    "address", ["http://example.org/model.pth", "file:///etc/passwd", "ftp://127.0.0.1/model.pth"]
)
def test_only_protected_addresses_are_asked(address, tmp_path):
    with pytest.raises(CheckpointError, match="not protected"):
        download(WeightSource("model.pth", (address,)), tmp_path, patience=PATIENCE)


def test_too_little_room_is_told_before_anything_is_asked(server, tmp_path):
    with pytest.raises(OutputError, match="MB are needed"):
        download(source(server, size=10**16), tmp_path, patience=PATIENCE)
    assert server.asked == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to offer")
def test_a_disk_that_fills_up_is_told(server, tmp_path):
    (tmp_path / "model.pth.part").symlink_to("/dev/full")
    with pytest.raises(OutputError, match="cannot be written"):
        download(source(server), tmp_path, patience=PATIENCE)
    assert not (tmp_path / "model.pth").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a file stands in for a folder that cannot be made")
def test_a_folder_that_cannot_be_made_is_told(server, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be made"):
        download(source(server), tmp_path / "file" / "models", patience=PATIENCE)


def test_cancelling_keeps_the_half_for_the_next_time(server, tmp_path):
    def stop(progress):
        if progress.done:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        download(source(server), tmp_path, stop, PATIENCE)
    assert not (tmp_path / "model.pth").exists()
    check_whole(download(source(server), tmp_path, patience=PATIENCE), tmp_path)
    assert ranges(server)[-1].startswith("bytes=")


def test_a_protected_address_never_leads_to_an_open_one():
    asked = urllib.request.Request("https://example.org/model.pth")
    with pytest.raises(RefusedError, match="not protected"):
        _SafeRedirects().redirect_request(asked, None, 302, "", {}, "http://example.org/model.pth")


def test_get_loads_converts_and_notes_where_it_came_from(server, tmp_path, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_MODELS", str(tmp_path / "models"))
    torch.save({"weight": torch.ones(3)}, tmp_path / "file")
    server.data = (tmp_path / "file").read_bytes()
    published = source(server, size=None, sha256=None)
    row = CatalogEntry(
        "mine", "Mine", "plain", 1, "m.safetensors", None, None, "MIT", "", True, False, source=published
    )
    path = get(row, Terms(), patience=PATIENCE)
    assert torch.equal(load_safetensors(path).tensors["weight"], torch.ones(3))
    assert read_note(path).came_from == published.addresses[0]
    assert "As it was installed" in verify(row)
    assert list((path.parent / "downloads").iterdir()) == []
    assert get(row, Terms(), patience=PATIENCE) == path
    assert len(server.asked) == 1
