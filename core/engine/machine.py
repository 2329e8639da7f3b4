"""What this machine has: devices that really compute, cores, free memory. Asked anew at each call."""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import platform
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import torch

if TYPE_CHECKING:
    from collections.abc import Iterator


# What a container (cgroup, version 2 or 1) leaves this process of the machine's memory and cores.

CGROUP = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")
UNLIMITED_BYTES = 2**60


def _number(path: Path) -> int | None:
    """The whole number in a file; None where there is no such file, or it says "max"."""
    try:
        return int(path.read_text("ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _groups(mount: Path, membership: Path, controller: str) -> list[Path]:
    """The group's own folder and every one above it, in which a limit may stand."""
    try:
        lines = [line.split(":", 2) for line in membership.read_text("utf-8").splitlines()]
    except (OSError, ValueError):
        lines = []
    own = next((parts[2] for parts in lines if len(parts) == 3 and controller in parts[1].split(",")), "/")
    folder = mount / own.lstrip("/")
    return [folder, *(above for above in folder.parents if above == mount or mount in above.parents)]


def _reclaimable(folder: Path, key: str) -> int:
    """Bytes of file cache in the group, given back when memory is wanted."""
    try:
        rows = (line.split() for line in (folder / "memory.stat").read_text("ascii").splitlines())
        return next((int(row[1]) for row in rows if len(row) == 2 and row[0] == key), 0)
    except (OSError, ValueError):
        return 0


def _left(folder: Path, limit: str, usage: str, cache: str) -> int | None:
    most, used = _number(folder / limit), _number(folder / usage)
    if most is None or used is None or most >= UNLIMITED_BYTES:
        return None
    return max(0, most - max(0, used - _reclaimable(folder, cache)))


def memory_left_bytes(root: Path = CGROUP, membership: Path = MEMBERSHIP) -> int | None:
    """Bytes that may still be taken before the container's limit; None where there is none."""
    two = [
        _left(folder, "memory.max", "memory.current", "inactive_file")
        for folder in _groups(root, membership, "")
    ]
    one = [
        _left(folder, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        for folder in _groups(root / "memory", membership, "memory")
    ]
    return min((left for left in (*two, *one) if left is not None), default=None)


def _quota(folder: Path) -> float | None:
    """Cores' worth of time that a group may use; None where time is not rationed."""
    try:
        share, period = (folder / "cpu.max").read_text("ascii").split()
        return int(share) / int(period)
    except (OSError, ValueError, ZeroDivisionError):
        share, period = _number(folder / "cpu.cfs_quota_us"), _number(folder / "cpu.cfs_period_us")
        return share / period if share and period and share > 0 else None


def cores_allowed(root: Path = CGROUP, membership: Path = MEMBERSHIP) -> int | None:
    """Whole cores of a container's time quota, at least 1; None where there is none."""
    groups = (*_groups(root, membership, ""), *_groups(root / "cpu", membership, "cpu"))
    shares = [share for share in map(_quota, groups) if share is not None]
    return max(1, math.floor(min(shares))) if shares else None


# Instructions that multiply bfloat16 directly; elsewhere it is emulated and slower than float32.
BFLOAT16_FLAGS = {"avx512_bf16", "amx_bf16"}
CPU_INFO = Path("/proc/cpuinfo")


@dataclass(frozen=True)
class Device:
    """One place to compute: torch's name, people's name, bytes free now, and whether bfloat16 is native."""

    device: str
    name: str
    free_bytes: int
    native_bfloat16: bool


def cpu_flags(info: Path = CPU_INFO) -> frozenset[str]:
    """The CPU's instruction sets in Linux' words; empty where the system does not say."""
    return frozenset(_cpu_line(info, "flags").split())


def _cpu_line(info: Path, key: str) -> str:
    """What /proc/cpuinfo says about the first core under a key; empty where it does not."""
    try:
        rows = (line.partition(":") for line in info.read_text("utf-8", "replace").splitlines())
        return next((value.strip() for found, _, value in rows if found.strip() == key), "")
    except OSError:
        return ""


def _torch_cpu_flags() -> frozenset[str]:
    """The same from torch, which asks the CPU itself; not every torch offers it."""
    capabilities = getattr(torch.cpu, "get_capabilities", dict)()
    return frozenset(name for name, present in capabilities.items() if present is True)


def free_memory_bytes() -> int:
    """Bytes this process may still take: what the system has, or less where a container limits it."""
    available = psutil.virtual_memory().available
    left = memory_left_bytes()
    return available if left is None else min(available, left)


def usable_cores() -> int:
    """Physical cores that this process may run on, at least 1; OMP_NUM_THREADS lowers it."""
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    physical = psutil.cpu_count(logical=False) or psutil.cpu_count()
    known = (count for count in (affinity, physical, cores_allowed(), _openmp_threads()) if count)
    return min(known, default=1)


def _openmp_threads() -> int | None:
    """OMP_NUM_THREADS where it holds one number; it is not ours, so nonsense in it is no error."""
    value = os.environ.get("OMP_NUM_THREADS", "")
    return int(value) if value.isascii() and value.isdigit() else None


def the_cpu() -> Device:
    """The CPU: always there, always last."""
    name = _cpu_line(CPU_INFO, "model name") or platform.processor() or platform.machine() or "CPU"
    native = bool(BFLOAT16_FLAGS & (cpu_flags() | _torch_cpu_flags()))
    return Device("cpu", name, free_memory_bytes(), native)


def _computes(device: str) -> bool:
    """Whether a sum on the device comes back right; only that shows a driver that does not fit."""
    try:
        return torch.ones(2, device=device).sum().item() == 2.0
    except (RuntimeError, AssertionError, NotImplementedError):
        return False


def _cuda(index: int) -> Device:
    name = f"cuda:{index}"
    native = (
        torch.cuda.is_bf16_supported(including_emulation=False)
        if torch.version.hip
        else torch.cuda.get_device_capability(index) >= (8, 0)
    )
    return Device(name, torch.cuda.get_device_name(index), torch.cuda.mem_get_info(index)[0], native)


def _mps() -> Device:
    """Apple's GPU shares the system's memory; bfloat16 is not native on every one of its chips."""
    free = min(free_memory_bytes(), int(torch.mps.recommended_max_memory()))
    return Device("mps", "Apple GPU (Metal)", free, native_bfloat16=False)


def survey() -> tuple[Device, ...]:
    """Every device that computes here, the preferred first: CUDA or ROCm in their order, Apple's, the CPU."""
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    cuda = tuple(_cuda(index) for index in range(count) if _computes(f"cuda:{index}"))
    apple = (_mps(),) if torch.backends.mps.is_available() and _computes("mps") else ()
    return (*cuda, *apple, the_cpu())


# What the process has taken so far.

LOOK_EVERY_S = 0.001


class Taken:
    """How much more memory than at its start a piece of work held at its peak."""

    def __init__(self) -> None:
        self.taken_bytes = 0


def _give_back() -> None:
    """Let the allocator return to the system what nobody uses; only glibc's has a way to ask for it."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):
        return


@contextlib.contextmanager
def watched_memory(device: str) -> Iterator[Taken]:
    """Tell, after the block, what it took at its peak: of the GPU where it computes there, else of this process.

    A process is looked at a thousand times a second: what comes and goes within a millisecond is not seen.
    """
    taken = Taken()
    if device.startswith("cuda"):
        torch.cuda.reset_peak_memory_stats(device)
        before = torch.cuda.memory_allocated(device)
        yield taken
        taken.taken_bytes = torch.cuda.max_memory_allocated(device) - before
        return
    process, over = psutil.Process(), threading.Event()
    _give_back()  # else what earlier work let go of would be used again, unseen
    before = process.memory_info().rss

    def look() -> None:
        while not over.wait(LOOK_EVERY_S):
            taken.taken_bytes = max(taken.taken_bytes, process.memory_info().rss - before)

    looking = threading.Thread(target=look, name="memory", daemon=True)
    looking.start()
    try:
        yield taken
    finally:
        over.set()
        looking.join()


def peak_bytes(device: str) -> int:
    """The most memory taken yet: of the GPU where one computes, else of this process.

    On systems that keep no peak it is the present size.
    """
    if device.startswith("cuda"):
        return int(torch.cuda.max_memory_allocated(device))
    info = psutil.Process().memory_info()
    peak = getattr(info, "peak_wset", None)  # Windows
    return int(peak if peak is not None else _peak_rss() or info.rss)


def _peak_rss() -> int:
    try:
        import resource  # noqa: PLC0415  (not on Windows)
        import sys  # noqa: PLC0415
    except ImportError:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
