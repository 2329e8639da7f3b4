"""One whole run from file to file in a process of its own, told as a line of JSON.

python child.py SOURCE TARGET MEMORY_BYTES: starts, loads the model, warms up on a small picture, then runs.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

from core.engine.machine import peak_bytes
from core.engine.methods.registry import MethodRegistry
from core.engine.upscale import Resources, upscale
from core.image.io import FileEncoder, SaveOptions, open_picture, picture_from_array, save_picture
from core.request import UpscaleRequest


def enlarge(shelf: MethodRegistry, source: Path, target: Path) -> float:
    """The whole road; seconds that it took. Big planes lie beside the target, not in /tmp, which may be memory."""
    began = time.perf_counter()
    options = SaveOptions(target.suffix, on_exists="overwrite")
    with (
        tempfile.TemporaryDirectory(dir=target.parent) as folder,
        open_picture(source, Path(folder)) as picture,
    ):
        desk = Resources(shelf, FileEncoder(picture.carried, options), Path(folder))
        result = upscale(picture, None, UpscaleRequest(clean_up=0.0), desk)
        try:
            save_picture(result.target, target, options, picture.carried)
        finally:
            result.target.close()
    return time.perf_counter() - began


def warm_up(shelf: MethodRegistry) -> None:
    """Load the model and everything that the first tile loads."""
    picture = picture_from_array(np.full((64, 64, 3), 0.5, np.float32))
    upscale(
        picture,
        None,
        UpscaleRequest(clean_up=0.0),
        Resources(shelf, FileEncoder(picture.carried, SaveOptions())),
    ).target.close()


def main() -> None:
    """Warm up, remember the memory, run, tell."""
    source, target = (Path(argument) for argument in sys.argv[1:3])
    shelf = MethodRegistry()
    warm_up(shelf)
    loaded = psutil.Process().memory_info().rss
    cpu = time.process_time()
    seconds = enlarge(shelf, source, target)
    told = {"loaded": loaded, "peak": peak_bytes("cpu"), "seconds": seconds, "cpu": time.process_time() - cpu}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
