# ruff: noqa: T201, BLE001  (a program of its own: it prints, and reports whatever went wrong)
"""Beside a GIMP with a window: what a user does, step after step. Verdicts go to /t/seen.json."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

sys.path[:0] = ["/t/tests", "/t/profile/plug-ins/semantic-upscale"]
from hosts.gimp.window import (  # noqa: E402
    Atspi,
    button,
    choose,
    dialog,
    entry,
    found,
    host_of,
    is_chosen,
    is_named,
    key,
    plug_ins,
    press,
    shot,
    titles,
    wait,
    wait_title,
    walk,
)  # fmt: skip

from plugin.bridge import connect  # noqa: E402

SMALL, GROWN, BIG = "96x64", "384x256", "1500x1000"
ENGINE, AWAY = Path("/t/engine-home/engine"), Path("/t/engine-home/away")
QUESTION = "Resize this image?"


def _jobs():
    """Those that the engine has not ended."""
    queue = connect("test", start=False).status()["queue"]
    return [job for job in queue if job["state"] in ("queued", "running")]


def _until(test, seconds=120):
    end = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def undo(there, back):
    """One undo in the window called `there`, which is then called `back`. GIMP hears no key while a plug-in works."""
    _until(lambda: not plug_ins())
    key("ctrl+z", there)
    wait_title(back)


def every_entry_can_be_pressed():
    wait_title(SMALL, 400)
    names = ["Upscale…", "Upscale Again", "Open in Semantic Upscale", "Start", "Stop", "State"]
    names += ["Settings…", "Help", "Copy report"]
    grey = [name for name in names if not entry(name).get_state_set().contains(Atspi.StateType.SENSITIVE)]
    assert grey == [], grey


def the_dialog_says_sizes_regions_and_engine():
    window = dialog()
    wait(lambda node: "96 × 64 px → 384 × 256 px" in (node.get_name() or ""), window, what="sizes")
    wait(lambda node: "No regions yet" in (node.get_name() or ""), window, what="regions")
    wait(lambda node: "● The engine runs" in (node.get_name() or ""), window, what="the engine")
    shot("dialog")
    selected = wait(is_named(Atspi.Role.COMBO_BOX, "faithful"), window, what="priority of the selection")
    assert not selected.get_state_set().contains(Atspi.StateType.SENSITIVE)
    choose(window, "The selection", 1)
    assert selected.get_state_set().contains(Atspi.StateType.SENSITIVE)
    press(
        wait(lambda node: node.get_role() == Atspi.Role.TOGGLE_BUTTON and node.get_name() == "More", window)
    )
    time.sleep(0.5)
    shot("dialog_more")
    named = [
        node for node in walk(window) if node.get_role() in (Atspi.Role.COMBO_BOX, Atspi.Role.SPIN_BUTTON)
    ]
    assert len(named) >= 6, len(named)
    press(button("Cancel", window))


def resizing_asks_once_and_is_one_undo_step():
    window = dialog()
    choose(window, "Resize this image")
    shot("dialog_resize")
    press(button("Upscale", window))
    wait(lambda node: QUESTION in (node.get_name() or ""), what="the question")
    shot("question")
    press(button("Resize"))
    wait_title(GROWN)
    shot("resized")
    undo(GROWN, SMALL)
    key("ctrl+y", SMALL)
    wait_title(GROWN)
    undo(GROWN, SMALL)


def again_asks_nothing():
    press(entry("Upscale Again"))
    wait_title(GROWN)
    undo(GROWN, SMALL)


def a_new_layer_is_one_undo_step():
    window = dialog()
    choose(window, "New layer")
    press(button("Upscale", window))
    wait_title("2 layers")
    shot("new_layer")
    undo(SMALL, "1 layer)")
    press(button("Upscale", _with_result("Resize this image")))
    wait_title(GROWN)
    undo(GROWN, SMALL)


def _with_result(label):
    window = dialog()
    choose(window, label)
    return window


def last_values_are_remembered_and_a_new_image_is_shown():
    window = dialog()
    assert is_chosen(window, "resize-image", "Resize this image")
    choose(window, "New image")
    press(button("Upscale", window))
    wait_title("Untitled")
    assert any(SMALL in title for title in titles()) or found(is_named(Atspi.Role.FRAME, SMALL)) is None
    shot("new_image")


def _opened_big():
    subprocess.Popen(["gimp", "/t/big.png"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_title(BIG)


def gimp_stays_usable_and_cancel_stops_the_engine():
    _opened_big()
    before = titles()
    press(button("Upscale", dialog()))
    _until(lambda: any(job["state"] == "running" and job["done"] > 0 for job in _jobs()))
    shot("progress")
    menu = entry("Upscale…")
    waits = []
    for _ in range(40):
        since = time.monotonic()
        menu.clear_cache()
        menu.get_name()
        waits.append(time.monotonic() - since)
        time.sleep(0.02)
    print(f"longest answer of GIMP's window during the run: {max(waits) * 1000:.0f} ms", flush=True)
    assert max(waits) < 1.0, max(waits)
    assert plug_ins()
    cancel = wait(
        lambda node: (
            is_named(Atspi.Role.PUSH_BUTTON, "Cancel")(node)
            and node.get_state_set().contains(Atspi.StateType.SHOWING)
            and node.get_state_set().contains(Atspi.StateType.SENSITIVE)
        ),
        what="GIMP's own Cancel",
    )
    since = time.monotonic()
    press(cancel)
    _until(lambda: not plug_ins(), 30)
    _until(lambda: not _jobs(), 60)
    print(f"cancelled after {time.monotonic() - since:.1f} s", flush=True)
    shot("cancelled")
    assert titles() == before, titles()


def a_running_engine_can_be_asked():
    press(entry("State"))
    wait(lambda node: "The engine runs" in (node.get_name() or ""), what="the state")
    shot("state")


def the_report_is_shown():
    press(entry("Copy report"))
    wait(is_named(Atspi.Role.DIALOG, "Semantic Upscale: report"), what="the report")
    time.sleep(0.5)
    shot("report")
    press(button("Close"))


def help_is_shown():
    press(entry("Help"))
    window = wait(is_named(Atspi.Role.DIALOG, "Semantic Upscale: help"), what="help")
    wait(_text_with("Save a selection as a channel"), window, what="its text")
    shot("help")
    press(button("Close", window))


def _text_with(words):
    def test(node):
        return node.get_role() == Atspi.Role.TEXT and words in Atspi.Text.get_text(node, 0, -1)

    return test


def settings_tell_what_is_remembered_and_forget_it():
    press(entry("Settings…"))
    window = wait(is_named(Atspi.Role.DIALOG, "Semantic Upscale: settings"), what="settings")
    wait(_text_with("Result in: New image"), window, what="the last values")
    shot("settings")
    press(button("Forget it", window))
    wait(_text_with("Nothing was chosen yet"), window, what="nothing")
    press(button("Close", window))
    asked = _with_result("Resize this image")
    press(button("Upscale", asked))
    wait(lambda node: QUESTION in (node.get_name() or ""), what="the question, once more")
    press(button("Back"))
    press(button("Cancel", asked))


def no_engine_is_told_in_the_dialog_and_after_it():
    ENGINE.rename(AWAY)
    try:
        window = dialog()
        wait(lambda node: "○ The engine is off" in (node.get_name() or ""), window, what="off")
        shot("engine_off")
        press(button("Upscale", window))
        wait(lambda node: "nobody has told this program" in (node.get_name() or ""), what="the words")
        shot("engine_missing")
    finally:
        AWAY.rename(ENGINE)


def a_gimp_that_is_killed_leaves_no_job_behind():
    press(button("Upscale", dialog()))
    _until(lambda: any(job["state"] == "running" for job in _jobs()))
    os.kill(host_of(plug_ins()[0]), signal.SIGKILL)
    _until(lambda: not plug_ins(), 60)
    _until(lambda: not _jobs(), 60)
    assert "queue" in connect("test", start=False).status()


STEPS = [
    value
    for name, value in list(globals().items())
    if getattr(value, "__module__", "") == __name__ and not name.startswith("_")
]


def _verdict(step):
    since = time.monotonic()
    try:
        step()
    except Exception:
        shot("failed_" + step.__name__)
        left = found(is_named(Atspi.Role.DIALOG, "Semantic Upscale"))
        if left is not None:
            press(button("Cancel", left))
        return traceback.format_exc()
    finally:
        print(f"{step.__name__}: {time.monotonic() - since:.1f} s", flush=True)
    return ""


Path("/t/seen.json").write_text(json.dumps({step.__name__: _verdict(step) for step in STEPS}))
