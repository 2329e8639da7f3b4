"""What a container (cgroup, version 2 or 1) leaves this process of the machine's memory and cores."""

from __future__ import annotations

import math
from pathlib import Path

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
