"""Inside GIMP, beside an engine that takes no time: how long the plug-in takes for a layer, and whose time that is."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from pathlib import Path

from hosts.gimp.made import document, done, write

ROWS = bytes(range(251))
HOST = os.getppid()
TICKS = os.sysconf("SC_CLK_TCK")
LOOK_S = 0.02


def processor_s(process):
    """Seconds of processor time that a process has used so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def plug_ins():
    """Process ids of our plug-in at work for this GIMP."""
    for process in Path(f"/proc/{HOST}/task/{HOST}/children").read_text().split():
        with contextlib.suppress(OSError):
            if b"/semantic-upscale.py" in Path(f"/proc/{process}/cmdline").read_bytes():
                yield process


class Watch(threading.Thread):
    """Looks at what the plug-in has used, until it is told to end."""

    def __init__(self):
        super().__init__(daemon=True)
        self.seconds, self.ended = 0.0, threading.Event()

    def run(self):
        while not self.ended.wait(LOOK_S):
            with contextlib.suppress(OSError):
                self.seconds = max([self.seconds, *map(processor_s, plug_ins())])


def measured(width, height, result, original):
    """Seconds of the whole call by the clock; of GIMP's processor time and of the plug-in's."""
    image, layer, _ = document()
    image.scale(width, height)
    count = width * height * 3
    write(layer, (ROWS * (count // len(ROWS) + 1))[:count], "RGB", "u8")
    watch = Watch()
    watch.start()
    before, since = processor_s(HOST), time.monotonic()
    made, _ = done(image, [layer], source="layer", result_in=result, keep_original=original)
    clock_s, host_s = time.monotonic() - since, processor_s(HOST) - before
    watch.ended.set()
    for one in {made.get_id(): made, image.get_id(): image}.values():
        one.delete()
    return {"clock_s": clock_s, "host_s": host_s, "plug_in_s": watch.seconds}


wanted = json.loads(Path("/t/wanted.json").read_text())
measured(64, 64, "new-image", True)  # GIMP's and the engine's first time
told = [{**run, **measured(**run)} for run in wanted]
Path("/t/overhead.json").write_text(json.dumps(told))
