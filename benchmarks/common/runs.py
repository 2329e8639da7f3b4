"""Whole runs in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from common.sources import size_of_megapixels, write_source
from common.tell import OUT

CHILD = Path(__file__).with_name("child.py")
ROOT = CHILD.parents[2]


@dataclass(frozen=True)
class Ran:
    """Bytes with the program loaded and at the peak, seconds, and seconds of CPU, of one run."""

    loaded: int
    peak: int
    seconds: float
    cpu: float


def environment(threads: int = 2) -> dict[str, str]:
    """This process's, with so many threads and this checkout first."""
    return {**os.environ, "OMP_NUM_THREADS": str(threads), "PYTHONPATH": str(ROOT)}


def run_source(megapixels: float, suffix: str = ".jpg") -> Ran:
    """Enlarge a picture of so many megapixels; the target, a tiled TIFF, is deleted again."""
    width, height = size_of_megapixels(megapixels)
    source = write_source(OUT / f"source-{megapixels:g}{suffix}", width, height)
    target = OUT / f"target-{megapixels:g}.tif"
    try:
        command = [sys.executable, str(CHILD), str(source), str(target)]
        told = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True).stdout
    finally:
        target.unlink(missing_ok=True)
    return Ran(**json.loads(told))
