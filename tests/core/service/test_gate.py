"""Nobody gets in but the user's own programs, and nothing gets in that is too large."""

from __future__ import annotations

import json
import os
import secrets
import socket
import stat
import subprocess
import sys

import pytest
from server_fake import engine, engine_in

from core import engine_location, folders
from core.service import gate
from plugin.bridge.transport import proof_of

__all__ = ["engine"]

FOREIGN = [
    "evil.example",
    "127.0.0.1",
    "127.0.0.1:1",
    "0.0.0.0:{port}",
    "[::1]:{port}",
    "127.0.0.1.evil.example:{port}",
]
ORIGINS = ["https://evil.example", "null", "http://127.0.0.1:{port}", "file://", ""]


@pytest.fixture
def ask(engine):
    """Send a request byte for byte; gives status, headers and body."""
    port = int(engine.told.address.partition(":")[2])

    def send(method="GET", path="/v1/hello", body=b"", **changes):
        told = {"Host": engine.told.address, "Authorization": f"Bearer {engine.told.token}", **changes}
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in told.items() if value is not None]
        text = "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "Connection: close", "", ""])
        with socket.create_connection(("127.0.0.1", port), 60) as line:
            line.sendall(text.format(port=port).encode() + body)
            return _answer(line)

    return send


def _answer(line):
    data = b""
    while piece := line.recv(65536):
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    return (
        int(first.split()[1]),
        {row.partition(": ")[0].lower(): row.partition(": ")[2] for row in rest},
        body,
    )


def _refusal(answer):
    status, headers, body = answer
    told = json.loads(body)["error"]
    assert set(told) == {"code", "message", "advice"}
    assert headers["content-type"] == "application/json"
    assert "access-control-allow-origin" not in headers
    return status, told["code"]


def test_the_engine_proves_that_it_knows_the_token_without_hearing_it(ask, engine):
    nonce = secrets.token_hex(32)
    status, _, body = ask(path="/v1/proof", X_Nonce=nonce, Authorization=None)
    assert (status, body) == (200, proof_of(engine.told.token, nonce))
    assert ask(path="/v1/proof", X_Nonce=nonce, Authorization=None, Origin="null")[0] == 403
    assert ask(path="/v1/proof", X_Nonce=nonce, Authorization=None, Host="evil.example")[0] == 403


@pytest.mark.parametrize("nonce", [None, "", "0" * 63, "0" * 65, "Ü" * 64])
def test_a_proof_of_anything_but_a_nonce_is_refused(ask, nonce):
    assert _refusal(ask(path="/v1/proof", X_Nonce=nonce, Authorization=None)) == (400, "malformed")


def test_the_right_token_opens(ask):
    assert ask()[0] == 200
    assert ask(Host="localhost:{port}")[0] == 200


@pytest.mark.parametrize(
    "token", [None, "", "Bearer", "Bearer ", "Basic x", "Bearer " + "0" * 64, "bearer {right}", "{right}"]
)
def test_any_other_token_does_not(ask, engine, token):
    given = token and token.replace("{right}", engine.told.token)
    assert _refusal(ask(Authorization=given)) == (401, "token")


def test_the_token_of_another_start_does_not_open(ask, engine, tmp_path):
    with pytest.MonkeyPatch.context() as patch, engine_in(tmp_path, patch) as other:
        assert other.told.token != engine.told.token
        assert _refusal(ask(Authorization=f"Bearer {other.told.token}")) == (401, "token")


def test_a_token_is_long_and_random(engine):
    assert len(bytes.fromhex(engine.told.token)) == 32


def test_tokens_are_compared_in_constant_time(monkeypatch):
    seen = []
    monkeypatch.setattr(gate.hmac, "compare_digest", lambda one, two: seen.append((one, two)))
    scope = {"path": "/", "headers": [(b"host", b"127.0.0.1:1"), (b"authorization", b"Bearer x")]}
    assert gate.Gate(None, gate.Rules(1, "y"))._refusal(scope).code == "token"
    assert seen == [(b"Bearer x", b"Bearer y")]


@pytest.mark.parametrize("host", FOREIGN)
def test_a_foreign_host_is_refused(ask, host):
    assert _refusal(ask(Host=host)) == (403, "host")


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_any_origin_is_refused(ask, origin, method):
    assert _refusal(ask(method, Origin=origin)) == (403, "origin")


@pytest.mark.parametrize("path", ["/v1/pictures?kind=file", "/v1/jobs"])
def test_an_oversized_body_is_refused_by_what_it_declares(ask, path):
    assert _refusal(ask("POST", path, Content_Length=str(1 << 40))) == (413, "too-large")


def test_an_oversized_body_is_refused_by_what_it_holds(ask, monkeypatch):
    monkeypatch.setattr(gate, "JSON_LIMIT_BYTES", 1000)
    body = b"400\r\n" + b" " * 1024 + b"\r\n0\r\n\r\n"
    assert _refusal(ask("POST", "/v1/jobs", body, Transfer_Encoding="chunked"))[0] == 413


@pytest.mark.parametrize("length", ["-1", "x", "1e3"])
def test_a_length_that_is_none_is_refused(ask, length):
    assert ask("POST", "/v1/jobs", Content_Length=length)[0] == 400


@pytest.mark.parametrize(
    "path",
    [
        "/v1/../engine.json", "/v1/pictures/..%2f..%2fengine.json", "/v1/pictures/%2e%2e/x", "/v1/jobs/..%5c..%5cx",
        "/v1/jobs/x/../../pictures", "/v1/pictures/%00", "//v1/hello", "/v1/hello/", "/openapi.json", "/docs", "/",
    ],
)  # fmt: skip
def test_paths_that_lead_elsewhere_lead_nowhere(ask, path):
    assert _refusal(ask(path=path))[0] == 404


def test_names_never_become_paths(ask, engine):
    body = b'{"kind": "download", "model": "../../etc/passwd"}'
    status, _, _ = ask(
        "POST", "/v1/jobs", body, Content_Length=str(len(body)), Content_Type="application/json"
    )
    assert status == 202  # only a word to the queue, which knows its models
    assert list(engine.queue.specs.values())[-1].body["model"] == "../../etc/passwd"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "HEAD", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(ask, method):
    assert ask(method)[0] == 405


def test_another_version_is_told(ask):
    assert _refusal(ask(path="/v2/hello")) == (426, "protocol")


def test_nobody_hears_of_anything_before_the_token(ask):
    for path in ("/v2/hello", "/v1/nothing", "/v1/jobs/1"):
        assert _refusal(ask(path=path, Authorization=None)) == (401, "token")


def test_pixels_are_bounded_before_anything_is_read(ask):
    query = "/v1/pictures?kind=raw&width=1048576&height=1048576&mode=RGBA&depth=f32"
    assert _refusal(ask("POST", query, Content_Length="0")) == (413, "too-large")


def test_it_listens_on_this_computer_alone(engine):
    assert engine.told.address.startswith("127.0.0.1:")
    port = int(engine.told.address.partition(":")[2])
    with socket.socket() as other:  # another address of this machine's loop finds nobody
        assert other.connect_ex(("127.0.0.2", port)) != 0


@pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX")
def test_only_the_user_reads_the_token(engine):
    file, folder = folders.engine() / "engine.json", folders.engine()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(engine_location.scratch().stat().st_mode) == 0o700
    assert file.stat().st_uid == os.getuid()


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can become another user")
def test_a_second_user_cannot_read_the_token(engine):
    become = "import os; os.setgroups([]); os.setgid(65534); os.setuid(65534)"
    for action in (
        f"open({str(folders.engine() / 'engine.json')!r})",
        f"os.listdir({str(folders.engine())!r})",
    ):
        command = [sys.executable, "-c", f"{become}; {action}"]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "PermissionError" in run.stderr


def test_neither_log_nor_words_hold_the_token(engine, ask):
    ask(Authorization="Bearer wrong")
    assert engine.told.token not in (folders.log() / "engine.log").read_text("utf-8") + "".join(engine.said)
    assert engine.told.token not in repr(engine.told) + repr(gate.Rules(1, engine.told.token))
