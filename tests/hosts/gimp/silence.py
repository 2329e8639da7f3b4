"""Beside a GIMP with a window and an engine that takes no time: how long the window does not answer."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

sys.path[:0] = ["/t/tests", "/t/profile/plug-ins/semantic-upscale"]
from hosts.gimp.window import entry, press, titles, wait_title  # noqa: E402

IDLE_S, AFTER_S, LONG_S = 5, 5, 300


def longest(menu, ended):
    """Seconds of the longest answer of GIMP's window until `ended` says so, looked at once a second."""
    answers, looked = [0.0], 0.0
    while True:
        if time.monotonic() - looked > 1:
            looked = time.monotonic()
            if ended():
                return max(answers)
        since = time.monotonic()
        menu.clear_cache()
        menu.get_name()
        answers.append(time.monotonic() - since)
        time.sleep(0.01)


def after(seconds):
    """Whether so many seconds have gone."""
    until = time.monotonic() + seconds
    return lambda: time.monotonic() > until


target = json.loads(Path("/t/wanted.json").read_text())[0]
wait_title(f"{target['width']}x{target['height']}", 400)
menu = entry("Upscale…")
idle_s = longest(menu, after(IDLE_S))
press(entry("Upscale Again"))
there = f"{target['width'] * 4}x{target['height'] * 4}"
limit = after(LONG_S)
run_s = longest(menu, lambda: limit() or any(there in title for title in titles()))
shown_s = longest(menu, after(AFTER_S))
Path("/t/silence.json").write_text(json.dumps({"idle_s": idle_s, "run_s": run_s, "shown_s": shown_s}))
