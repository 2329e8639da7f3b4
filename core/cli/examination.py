"""What the doctor looks at, one finding after the other."""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

import torch

from core import folders
from core.checkpoints.catalog import catalog, located
from core.checkpoints.digest import check_sha256
from core.cli.scratch import scratch_folder
from core.cli.selftest import format_works, self_test
from core.cli.version import program_version
from core.engine.device import choose_device, memory_budget_bytes
from core.engine.hardware import free_memory_bytes, survey
from core.errors import SemanticUpscaleError
from core.image.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LITTLE_MEMORY_BYTES = 2 << 30
NEEDED_FORMATS = ("png", "jpeg", "tiff")
FOLDERS: tuple[tuple[str, Callable[[], Path]], ...] = (
    ("settings", folders.config),
    ("models", folders.models),
    ("cache", folders.cache),
    ("state", folders.state),
    ("log", folders.log),
)


@dataclass(frozen=True)
class Finding:
    """One line of the doctor: `ok` None where there is nothing to pass or fail; `hint` says what to do, or nothing."""

    name: str
    value: str
    ok: bool | None = None
    hint: str = ""


def examination() -> Iterator[Finding]:
    """Every finding; an error of ours becomes one that failed."""
    yield Finding("program", f"Semantic Upscale {program_version()}")
    yield Finding(
        "python", f"{platform.python_version()} on {platform.platform()}", sys.version_info >= (3, 10)
    )
    yield Finding("torch", f"{torch.__version__}{_accelerator()}")
    for part in (_devices, _choice, _memory, _formats, _folders, _models, _self_test):
        yield from _failing_softly(part)


def _failing_softly(part: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from part()
    except SemanticUpscaleError as error:
        yield Finding(part.__name__.strip("_").replace("_", " "), str(error), ok=False, hint=error.advice)


def _accelerator() -> str:
    built_for = torch.version.cuda or torch.version.hip
    return (
        f", built for {'ROCm' if torch.version.hip else 'CUDA'} {built_for}"
        if built_for
        else ", built for the CPU"
    )


def _devices() -> Iterator[Finding]:
    for device in survey():
        native = "bfloat16 is native" if device.native_bfloat16 else "bfloat16 is not native"
        yield Finding(
            f"device {device.device}", f"{device.name}, {_gib(device.free_bytes)} free, {native}", ok=True
        )


def _choice() -> Iterator[Finding]:
    choice = choose_device()
    forced = os.environ.get("SEMANTIC_UPSCALE_DEVICE")
    why = f"SEMANTIC_UPSCALE_DEVICE={forced}" if forced else "the first device that computes"
    yield Finding("chosen device", f"{choice.device} ({why}), {choice.threads} threads", ok=True)
    reason = "native there" if choice.precision == "bfloat16" else "bfloat16 is not native there"
    yield Finding("chosen precision", f"{choice.precision} ({reason})", ok=True)


def _memory() -> Iterator[Finding]:
    free, choice = free_memory_bytes(), choose_device()
    hints = []
    if free < LITTLE_MEMORY_BYTES:
        hints.append("Little memory is free: close other programs, or set SEMANTIC_UPSCALE_MEMORY_LIMIT.")
        if sys.platform == "linux":
            hints.append("MALLOC_MMAP_THRESHOLD_=1048576 gives memory back sooner.")
    if choice.device.startswith("cuda") and sys.platform == "win32":
        hints.append(
            "Turn off “CUDA sysmem fallback” in the NVIDIA settings: it makes runs slow instead of smaller."
        )
    if choice.device.startswith("cuda") and choice.free_bytes < LITTLE_MEMORY_BYTES:
        hints.append("PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True wastes less of the GPU's memory.")
    budget = memory_budget_bytes(choice)
    yield Finding("memory", f"{_gib(free)} free; tiles may take {_gib(budget)}", hint=" ".join(hints))


def _formats() -> Iterator[Finding]:
    names = [row.name for row in FORMATS if row.writable]
    with scratch_folder() as scratch:
        broken = {name: reason for name in names if (reason := format_works(name, scratch))}
    value = ", ".join(name for name in names if name not in broken)
    hint = " ".join(f"{name}: {reason}" for name, reason in broken.items())
    version = metadata.version("pyvips")
    needed = not any(name in broken for name in NEEDED_FORMATS)
    yield Finding(f"picture formats (pyvips {version})", value, ok=needed, hint=hint)


def _folders() -> Iterator[Finding]:
    for name, place in FOLDERS:
        folder = place()
        there = next(above for above in (folder, *folder.parents) if above.exists())
        writable = os.access(there, os.W_OK)
        hint = "" if writable else "Let SEMANTIC_UPSCALE_HOME name a folder that you may write to."
        yield Finding(f"{name} folder", f"{folder}", ok=writable, hint=hint)


def _models() -> Iterator[Finding]:
    for row in catalog():
        if row.bundled:
            _, path = located(row.id)
            if row.sha256:
                check_sha256(path, row.sha256)
            checked = "hash right" if row.sha256 else "hash not recorded"
            yield Finding(f"model {row.id}", f"{path} ({checked})", ok=True)


def _self_test() -> Iterator[Finding]:
    yield Finding("self-test", self_test(), ok=True)


def _gib(count: int) -> str:
    return f"{count / 2**30:.1f} GiB"
