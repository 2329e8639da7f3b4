"""A screen of its own with a window manager, the program on it, and a real mouse and keyboard.

Events come from the X server (xdotool), so they take the way that a person's take: window manager, focus, shortcut
map, the widget under the pointer. What came of them is read in the process itself by `Window.see`.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import Empty, Queue

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "out" / "screenshots"
NEEDED = ("Xvfb", "openbox", "xdotool")
PATIENCE_S = 30.0
SETTLE_S = 0.05


def missing():
    """What must be installed before a window can be driven; empty where all is there."""
    return ", ".join(name for name in NEEDED if shutil.which(name) is None)


@contextlib.contextmanager
def desktop(size="1366x768"):
    """A display with a window manager: its name."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    manager = None
    try:
        with os.fdopen(read) as pipe:
            name = ":" + pipe.readline().strip()
        around = {**os.environ, "DISPLAY": name}
        manager = subprocess.Popen(
            ["openbox", "--sm-disable"], env=around, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        yield name
    finally:
        for each in (manager, server):
            if each is not None:
                each.terminate()
                each.wait(20)


class EndedError(AssertionError):
    """The program is gone."""


class Window:
    """The running program. `engine` "fake" is the one of `ui_engine`, "real" the program's own."""

    def __init__(self, display, home, *arguments, engine="fake", environment=None):
        self.display, self.home = display, Path(home)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("QT_", "WAYLAND"))}
        own = {
            "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "SEMANTIC_UPSCALE_HOME": str(self.home / "home"),
            "HOME": str(self.home), "PYTHONPATH": str(ROOT), "E2E_ENGINE": engine, "LANG": "C.UTF-8",
            "OMP_NUM_THREADS": "1",
        }  # fmt: skip
        self.home.mkdir(parents=True, exist_ok=True)
        self._around = {**kept, **own, **(environment or {})}
        self._log = (self.home / "window.log").open("w+")
        command = [sys.executable, str(Path(__file__).with_name("inside.py")), *map(str, arguments)]
        self.process = subprocess.Popen(
            command,
            env=self._around,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self._lines = Queue()
        threading.Thread(target=self._read, daemon=True).start()
        try:
            self.until("window.isActiveWindow() and window.link.state[0] == 'ready'")
        except AssertionError:
            self.close()
            raise

    # what is seen

    def see(self, value, wait_s=PATIENCE_S):
        """An expression's value in the program, by JSON; AssertionError where it raised or nobody answered."""
        return self._ask({"value": value}, wait_s)

    def do(self, code):
        """Statements in the program: only to prepare, never in place of a person's hand."""
        return self._ask({"code": code}, PATIENCE_S)

    def until(self, value, wait_s=PATIENCE_S):
        """Wait until an expression holds."""
        end = time.monotonic() + wait_s
        while not (told := self.see(value)):
            if time.monotonic() > end:
                self.shot("waited-in-vain")
                raise AssertionError(f"in {wait_s} s never: {value}")
            time.sleep(SETTLE_S)
        return told

    def ended(self, wait_s=20):
        """The exit code, once the process has gone; None where it stays."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.process.wait(wait_s)
        return None

    @property
    def faults(self):
        """What reached the net under everything, and what Qt or Python said aloud."""
        self._log.flush()
        text = (self.home / "window.log").read_text()
        loud = [line for line in text.splitlines() if "Traceback" in line or "QPainter::" in line]
        return [*(self.see("faults") if self.process.poll() is None else []), *loud]

    def shot(self, name):
        """The whole screen as a picture, for eyes."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        if shutil.which("import"):
            self._run("import", "-window", "root", str(SHOTS / f"{name}.png"))

    # hands

    def key(self, *keys):
        """Press and let go, one after the other, as xdotool names them: ctrl+w, Escape, shift+question."""
        self._run("xdotool", "key", "--delay", "40", *keys)
        self.settle()

    def hold(self, key):
        """A key goes down."""
        self._run("xdotool", "keydown", key)

    def release(self, key):
        """It comes up."""
        self._run("xdotool", "keyup", key)
        self.settle()

    def type(self, text):
        """Letters into what has the focus."""
        self._run("xdotool", "type", "--delay", "10", text)
        self.settle()

    def place(self, x, y):
        """Where a source point lies on the screen."""
        ratio = self.see("window.devicePixelRatioF()")
        point = self.see(
            f"(lambda p: [p.x(), p.y()])(window.canvas.mapToGlobal(window.canvas.stage.to_screen({x}, {y}).toPoint()))"
        )
        return [round(ratio * each) for each in point]

    def point(self, x, y):
        """The mouse goes to a source point."""
        self._run("xdotool", "mousemove", *map(str, self.place(x, y)))
        self.settle()

    def click_at(self, x, y, button=1):
        """Click a source point."""
        place = self.place(x, y)
        self._run("xdotool", "mousemove", *map(str, place), "click", str(button))
        self.settle()

    def drag(self, start, end, button=1, steps=8):
        """A drag between two source points."""
        (x0, y0), (x1, y1) = self.place(*start), self.place(*end)
        moves = []
        for n in range(1, steps + 1):
            moves += [
                "mousemove",
                str(x0 + (x1 - x0) * n // steps),
                str(y0 + (y1 - y0) * n // steps),
                "sleep",
                "0.02",
            ]
        self._run(
            "xdotool", "mousemove", str(x0), str(y0), "mousedown", str(button), *moves, "mouseup", str(button)
        )
        self.settle()

    def hover(self, widget):
        """The mouse goes to the middle of what is seen of a widget."""
        x, y, width, height = self.see(f"screen_rect({widget})")
        self._run("xdotool", "mousemove", str(x + width // 2 - 1), str(y + height // 2))
        self._run("xdotool", "mousemove", str(x + width // 2), str(y + height // 2))
        self.settle()

    def storm(self, rng, keys, count):
        """So many random keys, clicks, short drags and turns of the wheel over the picture, as fast as they go."""
        x, y, width, height = self.see("screen_rect(window.canvas)")
        parts = []
        for _ in range(count):
            place = ("mousemove", str(x + rng.randrange(width)), str(y + 60 + rng.randrange(height - 60)))
            kind = rng.random()
            if kind < 0.5:
                parts += ["key", rng.choice(keys)]
            elif kind < 0.75:
                parts += [*place, "click", rng.choice(("1", "1", "3", "4", "5"))]
            else:
                end = ("mousemove_relative", "--", str(rng.randrange(-80, 80)), str(rng.randrange(-80, 80)))
                parts += [*place, "mousedown", "1", *end, "mouseup", "1"]
        self._run("xdotool", *parts)
        self.settle()

    def drop_from(self, what):
        """Drag from another program onto the picture: "image", or a "web" address alone."""
        script = str(Path(__file__).with_name("drag_source.py"))
        other = subprocess.Popen(
            [sys.executable, script, what], env=self._around, stdout=subprocess.PIPE, text=True
        )
        try:
            other.stdout.readline()
            time.sleep(10 * SETTLE_S)
            steps = [
                part for x in range(440, 561, 20) for part in ("mousemove", str(x), "420", "sleep", "0.05")
            ]
            self._run(
                "xdotool", "mousemove", "440", "330", "mousedown", "1", "sleep", "0.2", *steps, "sleep", "0.3",
                "mouseup", "1",
            )  # fmt: skip
            time.sleep(4 * SETTLE_S)
        finally:
            other.terminate()
            other.wait(20)
            other.stdout.close()

    def click(self, widget, button=1):
        """Click the middle of what is seen of a widget; AssertionError where none of it is on the screen."""
        rect = self.see(f"screen_rect({widget})")
        assert rect, f"{widget} is not on the screen"
        x, y, width, height = rect
        self._run("xdotool", "mousemove", str(x + width // 2), str(y + height // 2), "click", str(button))
        self.settle()

    def answer(self, text):
        """Click an answer of the question that is asked."""
        button = f"next(each for each in {QUESTION}.buttons if each.text() == {text!r})"
        self.until(f"{ASKED} and screen_rect({button})")
        self.click(button)
        with contextlib.suppress(EndedError):
            self.until(f"not {ASKED}")

    def settle(self):
        """The X server, the window manager and the program have done what was begun."""
        if self.process.poll() is None:
            with contextlib.suppress(AssertionError, OSError, ValueError):
                self.see("app.sync() or 0")
            time.sleep(SETTLE_S)
        if self.process.poll() is None:
            with contextlib.suppress(AssertionError, OSError, ValueError):
                self.see("0")

    def close(self):
        """End it, whatever it shows."""
        if self.process.poll() is None:
            with contextlib.suppress(AssertionError, OSError, ValueError):
                self.do("engine and engine.gate.set(); window.link.stop() if engine is None else None")
                self.do("from PySide6.QtCore import QTimer; QTimer.singleShot(0, window, window.leave_now)")
            if self.ended(15) is None:
                self.process.kill()
                self.process.wait(20)
        self.process.stdin.close()
        self.process.stdout.close()
        self._log.close()

    def _ask(self, asked, wait_s):
        if self.process.poll() is not None:
            raise EndedError(f"the program ended with {self.process.returncode}: {self._tail()}")
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        try:
            line = self._lines.get(timeout=wait_s)
        except Empty:
            raise AssertionError(f"no answer in {wait_s} s to {asked}: {self._tail()}") from None
        if line is None:
            raise EndedError(f"the program went away at {asked}: {self._tail()}")
        told = json.loads(line)
        assert "error" not in told, told["error"]
        return told["value"]

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _tail(self):
        return (self.home / "window.log").read_text()[-3000:]

    def _run(self, *command):
        subprocess.run(command, env=self._around, check=True, stdout=subprocess.DEVNULL, timeout=60)


_QUESTIONS = (
    "(each for each in app.topLevelWidgets() if type(each).__name__ == 'Question' and each.isVisible())"
)
QUESTION = f"next({_QUESTIONS}, None)"
ASKED = f"bool({QUESTION})"
