"""The engine attacked from outside, over 127.0.0.1 only: what was tried, what held, memory, and how soon it answers.

    PYTHONPATH=. python benchmarks/attack.py [SIZE]

SIZE (default 1; 5 for the long run) multiplies how often or how much of everything is tried. A scratch home is used.
Prints one table, and exits with 1 where something did not hold, memory of server and worker grew by more than 64 MiB
over an attack, or the next good answer took more than a second.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from core import engine_location, folders
from plugin.bridge import Bridge, EngineRefused, PixelPlanes, connect
from plugin.bridge.transport import PROOF_PATH, proof_of

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_GROWTH_MIB, MOST_ANSWER_S = 64.0, 1.0
SLOT_S = 20.0
HEADER_BYTES, PIPELINED, CROWD, GUESSES, WRONG, EVENTS = 64 << 20, 20_000, 200, 100, 200, 20


@dataclass(frozen=True)
class Target:
    """The engine under attack and a good client of it."""

    bridge: Bridge
    port: int
    token: str
    size: int

    def line(self) -> socket.socket:
        """A connection of somebody's."""
        return socket.create_connection(("127.0.0.1", self.port), SLOT_S)

    def memory_mib(self) -> float:
        """Of the server and all its children."""
        server = psutil.Process(self.bridge.hello().pid)
        return sum(one.memory_info().rss for one in (server, *server.children(recursive=True))) / (1 << 20)


def hung_up(line: socket.socket) -> bool:
    """Whether the other side ends the connection in time."""
    try:
        while line.recv(1 << 16):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


def status_of(target: Target, path: str, *headers: str) -> int:
    """The status of one GET, said byte for byte; 0 where the line is cut."""
    with target.line() as line, contextlib.suppress(ConnectionError):
        rows = (
            f"GET {path} HTTP/1.1",
            f"Host: 127.0.0.1:{target.port}",
            *headers,
            "Connection: close",
            "",
            "",
        )
        line.sendall("\r\n".join(rows).encode())
        said = line.recv(64)
        return int(said.split()[1]) if said else 0
    return 0


def endless_header(target: Target) -> tuple[int, int]:
    """A header that never ends."""
    held = 0
    for _ in range(target.size):
        with target.line() as line:
            line.sendall(b"GET /v1/hello HTTP/1.1\r\nX: ")
            with contextlib.suppress(ConnectionError):
                for _ in range(HEADER_BYTES >> 16):
                    line.sendall(b"x" * (1 << 16))
            held += hung_up(line)
    return target.size, held


def pipelined(target: Target) -> tuple[int, int]:
    """Requests whose answers nobody reads."""
    held = 0
    for _ in range(target.size):
        with target.line() as line:
            with contextlib.suppress(ConnectionError):
                for _ in range(PIPELINED // 500):
                    line.sendall(b"GET /v1/hello HTTP/1.1\r\nHost: x\r\n\r\n" * 500)
            held += hung_up(line)
    return target.size, held


def half_connections(target: Target) -> tuple[int, int]:
    """A crowd that begins to speak and stops; held where the client with the token is served beside it."""
    held = 0
    for _ in range(target.size):
        with contextlib.ExitStack() as stack:
            for _ in range(CROWD):
                stack.enter_context(target.line()).sendall(b"GET /v1/hello HTTP/1.1\r\nHost:")
            target.bridge.close()
            held += target.bridge.hello().protocol == 1
    return target.size, held


def guessed_tokens(target: Target) -> tuple[int, int]:
    """Tokens, hosts and origins that are wrong."""
    own = f"Authorization: Bearer {target.token}"
    ways = (
        lambda: status_of(target, "/v1/status", f"Authorization: Bearer {secrets.token_hex(32)}"),
        lambda: status_of(target, "/v1/status"),
        lambda: status_of(target, "/v1/status", own, "Origin: https://evil.example"),
        lambda: status_of(target, "/v1/status", own, "Host: evil.example"),
    )
    tried = GUESSES * target.size
    return tried, sum(ways[n % len(ways)]() in (400, 401, 403) for n in range(tried))


def wrong_requests(target: Target) -> tuple[int, int]:
    """What is no request, with the token; held where the answer is neither 2xx nor 5xx."""
    own, tried = f"Authorization: Bearer {target.token}", WRONG * target.size
    paths = [f"/v1/{secrets.token_urlsafe(8)}/{secrets.token_urlsafe(8)}" for _ in range(tried)]
    return tried, sum(400 <= status_of(target, path, own) < 500 for path in paths)


def wrong_masks(target: Target) -> tuple[int, int]:
    """Jobs whose masks are none: the job fails in words, or is refused."""
    picture = target.bridge.post_picture(PixelPlanes(32, 32, "RGB", "u8", bytes(3072))).id
    region = {"name": "a", "priority": 0.0, "box": [0, 0, 8, 8], "mask": "?"}
    held = 0
    for _ in range(EVENTS * target.size):
        body = {"kind": "preview", "picture": picture, "box": [0, 0, 8, 8], "regions": [region]}
        try:
            job = target.bridge.job(target.bridge._line.ask("POST", "/v1/jobs", body)["id"])  # noqa: SLF001
            held += list(job.events())[-1].data["error"]["code"] == "usage"
        except EngineRefused as refused:
            held += refused.status == 422
    return EVENTS * target.size, held


def impostor(target: Target) -> tuple[int, int]:
    """Somebody on the port of a dead engine; held where it hears neither token nor picture."""
    held = 0
    for _ in range(EVENTS * target.size):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            lies = b"HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n" + b"0" * 64
            child = os.fork() if hasattr(os, "fork") else None
            if child == 0:
                line, _ = server.accept()
                heard = line.recv(1 << 16)
                line.sendall(lies)
                with contextlib.suppress(OSError):
                    line.settimeout(0.3)
                    heard += line.recv(1 << 16)
                os._exit(int(target.token.encode() in heard or PROOF_PATH.encode() not in heard))
            with contextlib.suppress(Exception):
                Bridge(f"127.0.0.1:{port}", target.token, "victim", 5.0).hello()
            held += child is not None and os.waitpid(child, 0)[1] == 0
    return EVENTS * target.size, held


def killed_worker(target: Target) -> tuple[int, int]:
    """The worker killed in the middle of jobs; held where the job is done all the same."""
    picture = target.bridge.post_picture(PixelPlanes(64, 64, "RGB", "u8", bytes(64 * 64 * 3))).id
    held = 0
    for _ in range(2 * target.size):
        job = target.bridge.upscale(picture, options={"device": "cpu"})
        for child in psutil.Process(target.bridge.hello().pid).children():
            child.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
        held += list(job.events())[-1].kind == "done"
    return 2 * target.size, held


ATTACKS = (
    guessed_tokens, wrong_requests, impostor, endless_header, pipelined, half_connections, wrong_masks, killed_worker,
)  # fmt: skip


def attacked(target: Target, attack: Callable[[Target], tuple[int, int]]) -> bool:
    """Print a row; whether it held."""
    before = target.memory_mib()
    tried, held = attack(target)
    began = time.monotonic()
    target.bridge.hello()
    answer_s, after = time.monotonic() - began, target.memory_mib()
    words = (attack.__doc__ or "").partition(".")[0].partition(";")[0]
    print(f"| {words} | {tried} | {held} | {before:.0f} | {after:.0f} | {answer_s * 1000:.0f} |", flush=True)
    # A worker that was killed comes back with its model: its growth says nothing.
    grew = attack is not killed_worker and attack is not wrong_masks and after - before > MOST_GROWTH_MIB
    return tried == held and not grew and answer_s <= MOST_ANSWER_S


def warm_up(target: Target) -> None:
    """Let the worker load its model, so that only what the attacks cost is measured."""
    picture = target.bridge.post_picture(PixelPlanes(64, 64, "RGB", "u8", bytes(64 * 64 * 3))).id
    target.bridge.preview(picture, (0, 0, 64, 64)).wait()


def main() -> int:
    """Attack, one after the other."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with tempfile.TemporaryDirectory() as home:
        os.environ["SEMANTIC_UPSCALE_HOME"] = home
        engine_location.record_command()
        bridge = connect("attack", wait_s=120)
        told = engine_location.read_engine_info()
        if told is None:
            raise SystemExit("The engine has not said where it is.")
        target = Target(bridge, int(told.address.partition(":")[2]), told.token, size)
        if proof_of(told.token, "0") == proof_of(secrets.token_hex(32), "0"):
            raise SystemExit("Proofs do not depend on the token.")
        print(
            "| attack | tried | held | MiB before | MiB after | next answer, ms |\n|---|---|---|---|---|---|"
        )
        try:
            warm_up(target)
            held = [attacked(target, attack) for attack in ATTACKS]  # each, though one before it did not hold
            return int(not all(held))
        finally:
            bridge.stop()
            with contextlib.suppress(subprocess.TimeoutExpired, psutil.TimeoutExpired, psutil.NoSuchProcess):
                psutil.Process(told.pid).wait(30)
            if (folders.engine() / "engine.json").exists():
                time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())
