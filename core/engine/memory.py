"""What the process has taken so far."""

from __future__ import annotations

import psutil
import torch


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
