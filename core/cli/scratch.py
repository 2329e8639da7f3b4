"""A folder for what does not fit into memory: one for each run, gone with it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import shutil
from typing import TYPE_CHECKING

import psutil

from core import folders
from core.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new folder in the cache, deleted at the end; what dead runs left is deleted first.

    OutputError where it cannot be made.
    """
    root = folders.cache() / "scratch"
    own = root / _name(os.getpid())
    try:
        own.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The working folder “{own}” cannot be made: {error.strerror}.",
            "Let SEMANTIC_UPSCALE_CACHE name a folder that you may write to.",
        ) from error
    _sweep(root)
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _machine() -> str:
    """Homes may be shared: a run is only known to be dead on its own machine."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]


def _name(pid: int) -> str:
    """Process numbers come back; with the second of its start a process is known for sure."""
    return f"{_machine()}-{pid}-{int(psutil.Process(pid).create_time())}"


def _sweep(root: Path) -> None:
    for folder in root.glob(f"{_machine()}-*-*"):
        if not _alive(folder.name):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(name: str) -> bool:
    try:
        return _name(int(name.split("-")[1])) == name
    except psutil.NoSuchProcess:
        return False
    except (psutil.Error, ValueError):
        return True  # not ours to judge
