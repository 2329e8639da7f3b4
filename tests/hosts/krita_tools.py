"""What the tests of the real Krita share: the engine, the installer, pictures, and words that Krita runs."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "out/screenshots"
WIDTH, HEIGHT = 72, 56
PROFILE = Path("/usr/share/color/icc/krita/ClayRGB-elle-V2-g22.icc")
SRGB = "sRGB-elle-V2-srgbtrc.icc"
READY = "app.activeDocument() is not None and app.activeDocument().activeNode() is not None"
STANDING = "[desk.standing.kind, desk.standing.words, desk.standing.advice, desk.standing.report]"
NOTES = "list(desk.standing.notes)"
BUSY = "desk.standing.kind in ('busy', 'ready')"
WORDS = """
import sys
extension = next(one for one in app.extensions() if type(one).__name__ == 'SemanticUpscale')
desk, Wish = extension.desk, type(extension.desk.wish)
road = sys.modules['semantic_upscale.krita.run']
source = sys.modules['semantic_upscale.krita.source']

def begin(document, wish):
    desk.road = road.UpscaleRun(source.choose(document, wish), wish, desk.heard).start()

def refusal(document, wish):
    try:
        source.choose(document, wish)
    except Exception as error:
        return [str(error), error.advice]

def opened(size, space=("RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc"), name="small"):
    made = app.createDocument(*size, name, *space, 72.0)
    app.activeWindow().addView(made)
    made.waitForDone()
    return made

def tops(document):
    return [one.name() for one in document.rootNode().childNodes()]
"""


def engine_environment(home):
    """Of an engine, or of a command that a user types: its own home, two threads, this checkout."""
    kept = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
    return {**kept, "SEMANTIC_UPSCALE_HOME": str(home), "OMP_NUM_THREADS": "2", "PYTHONPATH": str(ROOT)}


def start_engine(home):
    """A process that answers already."""
    command = [sys.executable, "-m", "core.cli", "serve", "--idle-stop", "0"]
    with (home / "serve.log").open("wb") as log:
        child = subprocess.Popen(command, cwd=ROOT, env=engine_environment(home), stdout=log, stderr=log)
    wait_for((home / "engine/engine.json").exists, 120)
    return child


def kill_engine(home):
    """The engine that Krita started itself."""
    path = home / "engine/engine.json"
    if path.exists():
        pid = json.loads(path.read_text())["pid"]
        os.kill(pid, signal.SIGTERM)
        wait_for(lambda: not Path(f"/proc/{pid}").exists(), 60)


def install(rig, home):
    """By the command that a user types."""
    (rig.folder / "config/kritarc").touch()
    environment = {**engine_environment(home), **rig.environment, "SEMANTIC_UPSCALE_HOME": str(home)}
    command = [sys.executable, "-m", "core.cli", "plugins", "install", "krita", "--json"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    assert json.loads(done.stdout.splitlines()[0])["enabled"]


def waves(width=WIDTH, height=HEIGHT):
    """Shapes and grain, 16 bits, three channels."""
    y, x = np.mgrid[:height, :width]
    shapes = np.stack([np.sin(x / 9), np.cos(y / 7), np.sin((x + y) / 11)], axis=2)
    values = 32768 + 16000 * shapes + np.random.default_rng(0).normal(0, 900, shapes.shape)
    return np.clip(values, 0, 65535).astype(np.uint16)


def write_picture(path):
    """16 bits, Adobe-like profile, shapes and grain."""
    import pyvips  # noqa: PLC0415

    image = pyvips.Image.new_from_memory(waves().tobytes(), WIDTH, HEIGHT, 3, "ushort")
    image = image.copy(interpretation="rgb16")
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", PROFILE.read_bytes())
    image.pngsave(str(path), bitdepth=16)
    return path


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def ended(krita, wait_s=180):
    """Wait until the desk's work is over; how it ended."""
    krita.wait(f"not ({BUSY})", wait_s)
    return krita.run(f"answer = {STANDING}")


def run_on(krita, document, wish, wait_s=180):
    """With this document, whichever is in front: older Kritas cannot change it from a script."""
    krita.run(f"begin({document}, {wish})")
    return ended(krita, wait_s)


def shot(krita, name):
    SHOTS.mkdir(parents=True, exist_ok=True)
    time.sleep(1)
    krita.shot(SHOTS / f"krita-{name}.png")


def pixels(krita, what, shape, kind=np.uint16):
    """What an expression of Krita's gives as bytes, over a file."""
    path = krita.folder / "pixels.bin"
    krita.run(f"open({str(path)!r}, 'wb').write(bytes({what}))")
    return np.frombuffer(path.read_bytes(), kind).reshape(shape)


def paint(krita, node, data, box):
    """The other way."""
    path = krita.folder / "pixels.bin"
    path.write_bytes(data)
    krita.run(f"{node}.setPixelData(QtCore.QByteArray(open({str(path)!r}, 'rb').read()), *{box})")


def forget(rig):
    """A profile without the plug-in, whatever an earlier run left in it."""
    plugins, settings = rig.data / "krita/pykrita", rig.folder / "config/kritarc"
    shutil.rmtree(plugins / "semantic_upscale", ignore_errors=True)
    (plugins / "semantic_upscale.desktop").unlink(missing_ok=True)
    if settings.exists():
        lines = settings.read_text().splitlines(keepends=True)
        settings.write_text("".join(line for line in lines if "semantic_upscale" not in line))
