"""Finding the engine, or starting it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Callable

from .client import Bridge, mismatch
from .errors import EngineGone, EngineMissing, EngineRefused
from .folder import running
from .line import PROTOCOL
from .start import how_to_help, log_tail, start_engine

if TYPE_CHECKING:
    import subprocess

HELLO_S = 5.0
LOOK_EVERY_S = 0.05


def find(name: str = "client") -> Bridge | None:
    """A living engine, or None. EngineMismatch where it speaks another version."""
    told = running()
    if told is None:
        return None
    try:
        bridge = Bridge(told.address, told.token, name)
        bridge.hello(HELLO_S)
    except (EngineGone, EngineRefused, ValueError):  # dead, or somebody else has its port now
        return None
    if told.protocol != PROTOCOL:
        raise mismatch(told.protocol)
    return bridge


def connect(
    name: str = "client",
    start: bool = True,
    wait_s: float = 20,
    on_wait: Callable[[], None] | None = None,
) -> Bridge:
    """Find an engine, or start one and wait for it; `on_wait` is called about twenty times a second meanwhile.

    EngineMissing, with the reason and its last words, where none comes. What `on_wait` raises ends the waiting.
    """
    bridge = find(name)
    if bridge is not None:
        return bridge
    if not start:
        raise EngineMissing("The engine is not running.", how_to_help())
    return _awaited(start_engine(), name, wait_s, on_wait)


def _awaited(child: subprocess.Popen, name: str, wait_s: float, on_wait: Callable[[], None] | None) -> Bridge:
    until = time.monotonic() + wait_s
    while time.monotonic() < until:
        bridge = find(name)
        if bridge is not None:
            return bridge
        if child.poll():  # 0: another engine was faster, and is about to answer
            raise EngineMissing(
                f"The engine ended while it started (exit code {child.returncode}).",
                "Run `semantic-upscale doctor`.",
                log_tail(),
            )
        if on_wait is not None:
            on_wait()
        time.sleep(LOOK_EVERY_S)
    raise EngineMissing(
        f"The engine was started but has not answered within {wait_s:g} seconds.", "Try again.", log_tail()
    )
