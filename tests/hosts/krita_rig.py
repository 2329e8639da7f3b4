"""A real Krita on a screen of its own, with a profile of its own, that runs Python on demand."""

import contextlib
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).parent
POLLUTION = (
    "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "SESSION_MANAGER", "DBUS_SESSION_BUS_ADDRESS", "PYTHONPATH", "PYTHONHOME",
    "VIRTUAL_ENV",
)  # fmt: skip
DESKTOP = """[Desktop Entry]
Type=Service
ServiceTypes=Krita/PythonPlugin
X-KDE-Library=krita_driver
X-Python-2-Compatible=false
Name=Driver
Comment=For tests
"""
# Changes that still wait would mark a document as modified again, and Krita would ask whether to save it.
LEAVE = """
def leave():
    for one in app.documents():
        one.waitForDone()
        one.setModified(False)
    app.action('file_quit').trigger()
QtCore.QTimer.singleShot(50, leave)
"""


def missing():
    """What must still be installed before a real Krita can be driven, as a word; empty where all is there."""
    return ", ".join(name for name in ("krita", "Xvfb") if shutil.which(name) is None)


@contextlib.contextmanager
def screen(size="1600x1000x24"):
    """A display for one test: its name."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            yield ":" + pipe.readline().strip()
    finally:
        server.terminate()
        server.wait(20)


class Rig:
    """Started by `started`; `run` gives what the code left in `answer`."""

    def __init__(self, folder, display, environment=None):
        self.folder, self.display, self.number, self.process = Path(folder), display, 0, None
        self.more = environment or {}
        shutil.rmtree(self.folder / "driver", ignore_errors=True)
        for part in (
            "config",
            "data/krita/pykrita/krita_driver",
            "cache",
            "runtime",
            "tmp",
            "driver",
            "home",
        ):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        (self.folder / "runtime").chmod(0o700)

    @property
    def data(self):
        return self.folder / "data"

    @property
    def environment(self):
        """What Krita is started with: its own home, no plug-in of this user, no traces of the test's Python."""
        kept = {name: value for name, value in os.environ.items() if name not in POLLUTION}
        own = {
            "HOME": "home", "XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_CACHE_HOME": "cache",
            "XDG_RUNTIME_DIR": "runtime", "TMPDIR": "tmp", "KRITA_DRIVER": "driver",
        }  # fmt: skip
        places = {name: str(self.folder / place) for name, place in own.items()}
        return {**kept, **places, "DISPLAY": self.display, "LANG": "C.UTF-8", **self.more}

    def start(self, *files):
        """Start Krita with these files and the driver; the installer has named the plug-in in `kritarc`."""
        for left in (self.folder / "home").glob("*-autosave.kra"):
            left.unlink()  # of a Krita that was ended in the middle: it would ask whether to recover it
        plugins = self.data / "krita/pykrita"
        shutil.copy(HERE / "krita_driver.py", plugins / "krita_driver/__init__.py")
        (plugins / "krita_driver.desktop").write_text(DESKTOP)
        rc = self.folder / "config/kritarc"
        text = rc.read_text() if rc.exists() else "[python]\n"
        if "enable_krita_driver" not in text:
            rc.write_text(text.replace("[python]\n", "[python]\nenable_krita_driver=true\n", 1))
        log = (self.folder / "krita.log").open("ab")
        command = ["krita", "--nosplash", *map(str, files)]
        self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        log.close()
        self.run("app.setBatchmode(True)", wait_s=900)
        return self

    def run(self, code, wait_s=60):
        """Run this on Krita's own thread; what it left in `answer`. Where it raised, AssertionError with why."""
        path = self.folder / "driver" / f"{self.number}.py"
        path.with_suffix(".part").write_text(code, "utf-8")
        path.with_suffix(".part").rename(path)
        self.number += 1
        answer = path.with_suffix(".json")
        end = time.monotonic() + wait_s
        while not answer.exists():
            if self.process.poll() is not None:
                raise AssertionError(f"Krita ended with {self.process.returncode}: {self.log()}")
            if time.monotonic() > end:
                self.shot(self.folder / "hang.png")
                raise AssertionError(f"no answer in {wait_s} s, see {self.folder / 'hang.png'}: {code[:200]}")
            time.sleep(0.02)
        told = json.loads(answer.read_text("utf-8"))
        assert "error" not in told, told["error"]
        return told["answer"]

    def wait(self, condition, wait_s=60):
        """Ask until this expression is true; its value."""
        end = time.monotonic() + wait_s
        while not (value := self.run(f"answer = {condition}")):
            assert time.monotonic() < end, f"still not true after {wait_s} s: {condition}"
            time.sleep(0.1)
        return value

    def log(self):
        return (self.folder / "krita.log").read_text("utf-8", "replace")[-3000:]

    def shot(self, path):
        """What is on the screen, as PNG."""
        subprocess.run(
            ["import", "-display", self.display, "-window", "root", str(path)], check=False, timeout=30
        )
        return path

    def xdotool(self, *words):
        environment = {**os.environ, "DISPLAY": self.display}
        return subprocess.run(
            ["xdotool", *map(str, words)], env=environment, check=True, timeout=30, capture_output=True
        )

    def quit(self):
        """End it as a user would, who does not want to keep anything; its exit code."""
        self.run(LEAVE)
        try:
            return self.process.wait(180)
        except subprocess.TimeoutExpired as error:
            self.shot(self.folder / "quit.png")
            raise AssertionError(f"Krita does not end, see {self.folder / 'quit.png'}") from error
        finally:
            self.kill()

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(120)
