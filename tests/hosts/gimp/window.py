# ruff: noqa: BLE001, PERF203, S112, S602  (widgets go away while they are looked at; the shell text is ours)
"""Beside a GIMP with a window: finding its widgets by what they are called, pressing them, looking."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import gi

gi.require_version("Atspi", "2.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Atspi, Gdk  # noqa: E402

Gdk.init([])
Atspi.init()
Atspi.set_timeout(2000, 5000)
SHOTS = Path("/t/screenshots")
BUTTON = Atspi.Role.PUSH_BUTTON
LONG_S = 120


def walk(node, depth=0):
    """The widget and all below it, as long as they live."""
    if node is None or depth > 40:
        return
    yield node
    try:
        children = [node.get_child_at_index(at) for at in range(node.get_child_count())]
    except Exception:
        return
    for child in children:
        yield from walk(child, depth + 1)


def applications():
    desktop = Atspi.get_desktop(0)
    return [desktop.get_child_at_index(at) for at in range(desktop.get_child_count())]


def found(test, root=None):
    for top in [root] if root else applications():
        for node in walk(top):
            try:
                if test(node):
                    return node
            except Exception:  # a widget that went away meanwhile
                continue
    return None


def wait(test, root=None, seconds=LONG_S, what=""):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        node = found(test, root)
        if node is not None:
            return node
        time.sleep(0.2)
    shot("missing")
    raise AssertionError("not there: " + what)


def is_named(role, name):
    roles = role if isinstance(role, tuple) else (role,)
    return lambda node: node.get_role() in roles and node.get_name() == name


def press(node):
    assert node.get_action_iface().do_action(0)


def titles():
    said = subprocess.run(
        "for w in $(xdotool search --onlyvisible --name .); do xdotool getwindowname $w; done",
        shell=True, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return said.stdout.strip().splitlines()


def wait_title(part, seconds=LONG_S):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if any(part in title for title in titles()):
            return
        time.sleep(0.2)
    shot("no_title")
    raise AssertionError(f"no window called {part}: {titles()}")


def key(name, window):
    subprocess.run(
        f"xdotool search --onlyvisible --name '{window}' windowactivate --sync", shell=True, check=False
    )
    subprocess.run(["xdotool", "key", name], check=True)


def shot(name):
    root = Gdk.get_default_root_window()
    SHOTS.mkdir(exist_ok=True)
    picture = Gdk.pixbuf_get_from_window(root, 0, 0, root.get_width(), root.get_height())
    picture.savev(str(SHOTS / f"gimp_{name}.png"), "png", [], [])


def entry(name):
    """A menu entry of ours, by its whole name."""

    def ours(node):
        if node.get_role() != Atspi.Role.MENU_ITEM or node.get_name() != name:
            return False
        above = node.get_parent()
        while above is not None and above.get_name() not in ("Semantic Upscale", ""):
            above = above.get_parent()
        return above is not None

    return wait(ours, what=name)


def dialog():
    press(entry("Upscale…"))
    return wait(is_named(Atspi.Role.DIALOG, "Semantic Upscale"), what="the dialog")


def choose(within, label, which=0):
    """A value of a choice, which GIMP draws as a combo box (3.0) or as radio buttons (3.2)."""
    roles = (Atspi.Role.MENU_ITEM, Atspi.Role.RADIO_BUTTON)
    wait(is_named(roles, label), within, what=label)
    press([node for node in walk(within) if is_named(roles, label)(node)][which])
    time.sleep(0.4)


def is_chosen(within, name, label):
    """Whether a choice stands at this value: a combo box is called by its name, a radio button by its label."""
    radio = found(is_named(Atspi.Role.RADIO_BUTTON, label), within)
    if radio is not None:
        return radio.get_state_set().contains(Atspi.StateType.CHECKED)
    return found(is_named(Atspi.Role.COMBO_BOX, name), within) is not None


def host_of(plug_in):
    """Process id of the GIMP that started this plug-in."""
    return int(Path(f"/proc/{plug_in}/stat").read_text().rsplit(")", 1)[1].split()[1])


def button(name, root=None):
    return wait(is_named(BUTTON, name), root, what=name)


def plug_ins():
    """Process ids of our plug-in at work."""
    found_ids = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if any(word.endswith(b"/semantic-upscale.py") for word in words) and b"-run" in words:
            found_ids.append(int(folder.name))
    return found_ids
