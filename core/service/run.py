"""The engine from its start to its end: one place, one socket, one queue, one way to leave."""

from __future__ import annotations

import contextlib
import logging
import math
import os
import secrets
import signal
import socket
import threading
import time
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

import uvicorn

from core import folders
from core.engine.record import program_version
from core.engine_location import FILE_LIMIT_BYTES, PROTOCOL, EngineInfo, scratch
from core.errors import UsageError
from core.service.app import build_app
from core.service.context import AppContext, Facts
from core.service.gate import Rules
from core.service.limits import limited_protocol
from core.service.queue import JobQueue
from core.service.store import PictureStore
from plugin.bridge.saving import read_small

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from core.engine_location import EngineLock


# The engine's log: five files of two megabytes; no picture, no name of one, no token.

NAME = "semantic_upscale"
FILE_BYTES, FILES = 2_000_000, 5


def log_file() -> Path:
    """Where it is."""
    return folders.log() / "engine.log"


def open_log() -> RotatingFileHandler:
    """Write what this program and its HTTP server say from now on; close the handler in the end."""
    log_file().parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(log_file(), maxBytes=FILE_BYTES, backupCount=FILES - 1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(process)d %(message)s"))
    for name, level in ((NAME, logging.INFO), ("uvicorn.error", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.propagate = False
        logger.addHandler(handler)
    return handler


def close_log(handler: RotatingFileHandler) -> None:
    """The end of `open_log`."""
    for name in (NAME, "uvicorn.error"):
        logging.getLogger(name).removeHandler(handler)
        logging.getLogger(name).propagate = True
    handler.close()


log = logging.getLogger("semantic_upscale.engine")
STORE_BYTES = 4 << 30
LOOK_EVERY_S = 1.0
GRACE_S = 3
KEEP_ALIVE_S = 75
LEAVE_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")


@dataclass(frozen=True)
class Making:
    """How the parts are made; tests and benchmarks bring others."""

    store: Callable[[], PictureStore] = lambda: PictureStore(scratch() / "pictures", STORE_BYTES)
    queue: Callable[[PictureStore], JobQueue] = lambda store: JobQueue(
        store, scratch() / "jobs", left=folders.state() / "jobs.json"
    )


class Server(uvicorn.Server):
    """uvicorn without its signals; tells when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, then `ready`."""
        await super().startup(sockets)
        self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The engine has its own."""
        yield


class Shutdown:
    """How the engine ends: the tile at work is finished, then the server closes. Asked twice by signal, at once."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self._steps: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def then(self, *steps: Callable[[], None]) -> None:
        """What leaving is made of."""
        self._steps.extend(steps)

    def begin(self) -> None:
        """Start to leave, in the background; once."""
        with self._lock:
            if self.begun.is_set():
                return
            self.begun.set()
        threading.Thread(target=self._go, name="leaving").start()

    def _go(self) -> None:
        for step in self._steps:
            _whatever_happens(step)


def _whatever_happens(step: Callable[[], None]) -> None:
    try:
        step()
    except Exception:
        log.exception("leaving broke; it goes on")


def run(
    place: EngineLock, idle_stop_s: float, say: Callable[[str], None], making: Making | None = None
) -> None:
    """Be the engine until asked to leave, idle for so long (0: never), or ended; `say` hears the address."""
    making = making or Making()
    handler = open_log()
    leaving = Shutdown()
    queue = None
    try:
        with _socket() as listening, _signals(leaving, place):
            told = _told(listening)
            store = making.store()
            queue = making.queue(store)
            facts = Facts(told.version, told.pid, told.started, str(log_file()), idle_stop_s)
            desk = AppContext(queue, store, facts, leaving.begin)
            rules = Rules(listening.getsockname()[1], told.token, leaving.begun.is_set)
            server = Server(_config(desk, rules), lambda: _ready(place, told, queue, say))
            leaving.then(lambda: queue.close(finish_tile=True), lambda: setattr(server, "should_exit", True))
            with _watched(desk, leaving):
                server.run(sockets=[listening])
            desk.threads.shutdown(wait=False, cancel_futures=True)
    finally:
        if queue is not None and not leaving.begun.is_set():
            queue.close(finish_tile=False)
        place.leave()
        log.info("the engine has left")
        close_log(handler)


def _ready(place: EngineLock, told: EngineInfo, queue: JobQueue, say: Callable[[str], None]) -> None:
    queue.prestart()
    place.write(told)
    log.info("version %s listens on %s", told.version, told.address)
    say(f"The engine listens on {told.address} (process {told.pid}). Ctrl-C ends it.")


def _told(listening: socket.socket) -> EngineInfo:
    port = listening.getsockname()[1]
    return EngineInfo(
        PROTOCOL, program_version(), os.getpid(), time.time(), f"127.0.0.1:{port}", secrets.token_hex(32)
    )


@contextlib.contextmanager
def _socket() -> Iterator[socket.socket]:
    """A free port of this computer's own loop, where nobody from outside can call."""
    # The protocol must be named: asyncio sends small answers at once (TCP_NODELAY) only where it is.
    kind = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with contextlib.closing(socket.socket(*kind)) as listening:
        if os.name == "nt":
            listening.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_EXCLUSIVEADDRUSE"), 1)  # noqa: B009
        listening.bind(("127.0.0.1", 0))
        yield listening


def _config(desk: AppContext, rules: Rules) -> uvicorn.Config:
    return uvicorn.Config(
        build_app(desk, rules),
        http=limited_protocol(rules.token),
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
    )


@contextlib.contextmanager
def _watched(desk: AppContext, leaving: Shutdown) -> Iterator[None]:
    """Leave where nothing was asked for so long."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(min(LOOK_EVERY_S, desk.facts.idle_stop_s / 4)):
            if desk.idle_s >= desk.facts.idle_stop_s:
                log.info("idle for %.0f s: leaving", desk.idle_s)
                leaving.begin()
                return

    thread = threading.Thread(target=watch, name="idle-watch", daemon=True)
    if desk.facts.idle_stop_s > 0:
        thread.start()
    try:
        yield
    finally:
        over.set()


@contextlib.contextmanager
def _signals(leaving: Shutdown, place: EngineLock) -> Iterator[None]:
    """The first signal to end begins to leave, the second ends now. Only the main thread can listen for them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, frame: object) -> None:
        del frame
        if leaving.begun.is_set():
            place.leave()
            os._exit(128 + number)
        leaving.begin()

    numbers = [getattr(signal, name) for name in LEAVE_SIGNALS if hasattr(signal, name)]
    before = {number: signal.signal(number, leave) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


# The engine's own settings, `engine.json` in the settings folder: `{"idle_stop_min": 10}`.

IDLE_STOP_MIN = 10.0


def idle_stop_s(asked_min: float | None = None) -> float:
    """Seconds without work after which the engine leaves: as asked, else as set, else 600; 0 is never.

    UsageError for a number that is none or negative.
    """
    minutes = _set_min() if asked_min is None else asked_min
    if not (math.isfinite(minutes) and minutes >= 0):
        raise UsageError(
            f"The idle stop is {minutes:g} minutes.", "Take a number of minutes, or 0 for never."
        )
    return 60.0 * minutes


def _set_min() -> float:
    """What the settings say; a damaged file says nothing."""
    try:
        told = read_small(folders.config() / "engine.json", FILE_LIMIT_BYTES, private=False)["idle_stop_min"]
        return float(told) if float(told) >= 0 else IDLE_STOP_MIN
    except (ValueError, KeyError, TypeError):
        return IDLE_STOP_MIN
