"""What the environment asks of the engine. Options of a request win over it.

| variable | value | None means |
| --- | --- | --- |
| SEMANTIC_UPSCALE_DEVICE | "auto", "cpu", "cuda", "cuda:1", "mps" | chosen |
| SEMANTIC_UPSCALE_THREADS | 1 … 1024 | as many as there are cores to use |
| SEMANTIC_UPSCALE_MEMORY_LIMIT | "1500MB", "2GiB", "2G" (= GiB), bytes; ≥ 64 MiB | a share of what is free |
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

THREAD_LIMIT = 1024
LEAST_MEMORY_BYTES = 64 * 2**20
MOST_MEMORY_BYTES = 2**50
UNITS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
SIZE = re.compile(r"(\d{1,18}(?:\.\d{1,9})?)\s*([kmgt]?)(i?b)?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class EngineSettings:
    """The table above; a field is None where the variable is unset or empty."""

    device: str | None = None
    threads: int | None = None
    memory_bytes: int | None = None


def parse_size(text: str, name: str) -> int:
    """Bytes of "2GB" (10^9 each), "2GiB" or "2G" (2^30 each), or a bare number; `name` is for an error.

    UsageError if it is no size, or one outside 64 MiB … 1 PiB.
    """
    match = SIZE.fullmatch(text.strip())
    if match:
        number, prefix, ending = match.groups(default="")
        step = 1000 if ending.lower() == "b" else 1024
        size = int(float(number) * step ** UNITS[prefix.lower()])
        if LEAST_MEMORY_BYTES <= size <= MOST_MEMORY_BYTES:
            return size
    raise UsageError(
        f"{name} is {text!r}, which is no usable size.", "Take for example 1500MB or 2GiB; 64 MiB at least."
    )


def parse_threads(text: str, name: str) -> int:
    """A whole number of threads. UsageError outside 1 … 1024."""
    digits = text.strip()
    if digits.isascii() and digits.isdigit() and len(digits) < 6 and 1 <= int(digits) <= THREAD_LIMIT:
        return int(digits)
    raise UsageError(f"{name} is {text!r}.", f"Take a whole number from 1 to {THREAD_LIMIT}.")


def read_settings(environment: Mapping[str, str] | None = None) -> EngineSettings:
    """The settings in the environment (by default this process's). UsageError where a value makes no sense.

    The device's name is only checked when it is chosen.
    """
    given = os.environ if environment is None else environment
    device = given.get("SEMANTIC_UPSCALE_DEVICE", "").strip()
    threads = given.get("SEMANTIC_UPSCALE_THREADS", "").strip()
    memory = given.get("SEMANTIC_UPSCALE_MEMORY_LIMIT", "").strip()
    return EngineSettings(
        device=device or None,
        threads=parse_threads(threads, "SEMANTIC_UPSCALE_THREADS") if threads else None,
        memory_bytes=parse_size(memory, "SEMANTIC_UPSCALE_MEMORY_LIMIT") if memory else None,
    )
