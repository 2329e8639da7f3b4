"""The plug-in in a real Krita, on a screen of its own, with the real engine."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import krita_rig

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "out/screenshots"
WIDTH, HEIGHT = 72, 56
READY = "app.activeDocument() is not None and app.activeDocument().activeNode() is not None"
REGIONS = """
document = app.activeDocument()
group = document.createGroupLayer("Upscale regions")
document.rootNode().addChildNode(group, None)
for name, label, box in (("Faithful face", 0, (10, 8, 24, 20)), ("sky", 4, (40, 0, 32, 18))):
    layer = document.createNode(name, "paintlayer")
    layer.setColorLabel(label)
    layer.setPixelData(QtCore.QByteArray(bytes([0, 0, 0, 0, 255, 255, 255, 255]) * (box[2] * box[3])), *box)
    group.addChildNode(layer, None)
document.refreshProjection()
document.waitForDone()
"""
DESK = "desk = next(one for one in app.extensions() if type(one).__name__ == 'SemanticUpscale').desk"
WISH = "import sys\nWish = type(desk.wish)"
STANDING = "[desk.standing.kind, desk.standing.words, desk.standing.advice, desk.standing.report]"

pytestmark = [
    pytest.mark.hosts,
    pytest.mark.skipif(bool(krita_rig.missing()), reason=f"not installed here: {krita_rig.missing()}"),
    pytest.mark.timeout(1200),
]


def engine_environment(home):
    kept = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
    return {**kept, "SEMANTIC_UPSCALE_HOME": str(home), "OMP_NUM_THREADS": "2", "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home of the program, with a running engine."""
    folder = tmp_path_factory.mktemp("home")
    command = [sys.executable, "-m", "core.cli", "serve", "--idle-stop", "0"]
    with (folder / "serve.log").open("wb") as log:
        child = subprocess.Popen(command, cwd=ROOT, env=engine_environment(folder), stdout=log, stderr=log)
    wait_for((folder / "engine/engine.json").exists, 90)
    yield folder
    child.terminate()
    child.wait(30)


@pytest.fixture(scope="module")
def krita(home, tmp_path_factory):
    """Krita with the plug-in as `plugins install` leaves it, and a 16-bit picture with a profile and two regions."""
    kept = os.environ.get("KRITA_TEST_PROFILE")  # a first start takes Krita 13 s of CPU, a later one 2 s
    folder = Path(kept) if kept else tmp_path_factory.mktemp("krita")
    picture = write_picture(folder / "photo.png")
    with krita_rig.screen() as display:
        rig = krita_rig.Rig(folder, display, {"SEMANTIC_UPSCALE_HOME": str(home)})
        install(rig, home)
        try:
            rig.start(picture)
            rig.wait(READY, 120)
            rig.run(REGIONS + DESK + "\n" + WISH)
            rig.run("original = document")
            yield rig
            assert rig.quit() == 0
        finally:
            rig.kill()


def install(rig, home):
    """By the command that a user types."""
    (rig.folder / "config/kritarc").touch()
    environment = {**engine_environment(home), **rig.environment, "SEMANTIC_UPSCALE_HOME": str(home)}
    command = [sys.executable, "-m", "core.cli", "plugins", "install", "krita", "--json"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    assert json.loads(done.stdout.splitlines()[0])["enabled"]


def write_picture(path):
    """16 bits, Adobe-like profile, shapes and grain."""
    import pyvips  # noqa: PLC0415

    profile = Path("/usr/share/color/icc/krita/ClayRGB-elle-V2-g22.icc").read_bytes()
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    waves = np.stack([np.sin(x / 9), np.cos(y / 7), np.sin((x + y) / 11)], axis=2)
    values = 32768 + 16000 * waves + np.random.default_rng(0).normal(0, 900, waves.shape)
    data = np.clip(values, 0, 65535).astype(np.uint16)
    image = pyvips.Image.new_from_memory(data.tobytes(), WIDTH, HEIGHT, 3, "ushort").copy(
        interpretation="rgb16"
    )
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    image.pngsave(str(path), bitdepth=16)
    return path


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def upscale(krita, wish="Wish(clean_up=0.0)", wait_s=180):
    """Begin with a wish; how it ended."""
    krita.run(f"desk.upscale({wish})")
    krita.wait("desk.standing.kind != 'busy'", wait_s)
    return krita.run(f"answer = {STANDING}")


def shot(krita, name):
    SHOTS.mkdir(parents=True, exist_ok=True)
    time.sleep(1)
    krita.shot(SHOTS / f"krita-{name}.png")


def made_by_engine(home, document_bytes, regions, profile, options):
    """The same request by the bridge itself, with no Krita between."""
    sys.path.insert(0, str(ROOT))
    before = os.environ.get("SEMANTIC_UPSCALE_HOME")
    os.environ["SEMANTIC_UPSCALE_HOME"] = str(home)
    try:
        from plugin.bridge import Planes, connect  # noqa: PLC0415

        bridge = connect("test")
        picture = bridge.post_picture(Planes(WIDTH, HEIGHT, "RGBA", "u16", document_bytes, icc=profile))
        job = bridge.upscale(picture.id, regions=regions, options=options)
        job.wait()
        return np.frombuffer(job.planes("RGBA", "u16").data, np.uint16).reshape(HEIGHT * 4, WIDTH * 4, 4)
    finally:
        os.environ.pop("SEMANTIC_UPSCALE_HOME")
        if before is not None:
            os.environ["SEMANTIC_UPSCALE_HOME"] = before


def pixels(krita, what, shape, kind=np.uint16):
    """What an expression of Krita's gives as bytes, over a file."""
    path = krita.folder / "pixels.bin"
    krita.run(f"open({str(path)!r}, 'wb').write(bytes({what}))")
    return np.frombuffer(path.read_bytes(), kind).reshape(shape)


def test_the_menu_and_the_docker_are_there(krita):
    ids = ("upscale", "again", "open", "engine", "settings", "report")
    assert (
        krita.run(f"answer = [app.action('semantic_upscale_' + one) is not None for one in {ids}]")
        == [True] * 6
    )
    assert krita.run(
        "answer = [one.windowTitle() for one in app.dockers() if one.objectName() == 'semantic_upscale_docker']"
    ) == ["Semantic Upscale"]
    krita.run("place = app.activeWindow().qwindow().mapToGlobal(QtCore.QPoint(420, 120))")
    krita.run("app.action('semantic_upscale').menu().popup(place)")
    shot(krita, "menu")
    names = krita.run(
        "m = app.action('semantic_upscale').menu()\nanswer = [a.text() for a in m.actions()]\nm.close()"
    )
    wanted = ["Upscale…", "Upscale Again", "Open in Semantic Upscale", "Engine…", "Settings…", "Copy Report"]
    assert names == wanted


def test_the_new_document_holds_exactly_what_the_engine_made(krita, home):
    from plugin.bridge import RegionIn  # noqa: PLC0415

    before = pixels(
        krita, f"original.rootNode().childNodes()[0].pixelData(0, 0, {WIDTH}, {HEIGHT})", (HEIGHT, WIDTH, 4)
    )
    krita.run("app.action('semantic_upscale_upscale').trigger()")
    krita.wait("any(one.windowTitle() == 'Semantic Upscale' and one.isVisible() and hasattr(one, 'form')"
               " for one in QtWidgets.QApplication.topLevelWidgets())")  # fmt: skip
    krita.run(
        "dialog = next(one for one in QtWidgets.QApplication.topLevelWidgets() if hasattr(one, 'begin'))"
    )
    krita.run("dialog.form.automatic.setChecked(False)")
    shot(krita, "dialog")
    krita.run("dialog.begin()")
    krita.wait("desk.standing.kind != 'busy'", 180)
    assert krita.run(f"answer = {STANDING}")[0] == "done"
    krita.run("made = app.documents()[-1]\nmade.waitForDone()")
    shot(krita, "new-document")
    told = krita.run("answer = [made.name(), made.width(), made.height(), made.colorDepth(), made.colorProfile(),"
                     " [[n.name(), n.visible()] for n in made.rootNode().childNodes()]]")  # fmt: skip
    assert told == ["photo ×4 (Semantic)", WIDTH * 4, HEIGHT * 4, "U16", "ClayRGB-elle-V2-g22.icc",
                    [["Original", False], ["Semantic Upscale", True]]]  # fmt: skip
    got = pixels(krita, f"made.pixelData(0, 0, {WIDTH * 4}, {HEIGHT * 4})", (HEIGHT * 4, WIDTH * 4, 4))
    profile = Path("/usr/share/color/icc/krita/ClayRGB-elle-V2-g22.icc").read_bytes()
    regions = [
        RegionIn("sky", 2.0, (40, 0, 32, 18), bytes([255]) * (32 * 18)),
        RegionIn("face", -2.0, (10, 8, 24, 20), bytes([255]) * (24 * 20)),
    ]
    wanted = made_by_engine(home, before[..., [2, 1, 0, 3]].tobytes(), regions, profile, {"clean_up": 0.0})
    assert np.array_equal(got[..., [2, 1, 0, 3]], wanted)


def test_the_new_document_is_exported_as_it_is(krita):
    path = krita.folder / "exported.png"
    assert krita.run(f"""
made.setBatchmode(True)
info = InfoObject()
for name, value in dict(alpha=True, compression=1, forceSRGB=False, saveSRGBProfile=False, indexed=False).items():
    info.setProperty(name, value)
answer = made.exportImage({str(path)!r}, info)
""")
    import pyvips  # noqa: PLC0415

    image = pyvips.Image.new_from_file(str(path))
    assert (image.width, image.height, image.format) == (WIDTH * 4, HEIGHT * 4, "ushort")
    assert "icc-profile-data" in image.get_fields()


def test_a_new_layer_is_one_undo_step(krita):
    krita.run("view = app.activeWindow().views()[0]\napp.activeWindow().showView(view)\nimport time")
    names = krita.run("answer = [one.name() for one in original.rootNode().childNodes()]")
    krita.run("from importlib import import_module")
    assert run_on_original(krita, "Wish(result='layer', clean_up=0.0)")[0] == "done"
    assert krita.run("answer = [one.name() for one in original.rootNode().childNodes()]") == [
        *names,
        "Semantic Upscale",
    ]
    krita.run("bounds = original.rootNode().childNodes()[-1].bounds()")
    box = krita.run("answer = [bounds.x(), bounds.y(), bounds.width(), bounds.height()]")
    assert box == [0, 0, WIDTH, HEIGHT]


def run_on_original(krita, wish):
    """With the first document, whichever is in front: older Kritas cannot change it from a script."""
    krita.run(f"""
import sys
road = sys.modules['semantic_upscale.krita.road']
source = sys.modules['semantic_upscale.krita.source']
wish = {wish}
desk.road = road.Road(source.choose(original, wish), wish, desk.heard).start()
""")
    krita.wait("desk.standing.kind != 'busy'", 180)
    return krita.run(f"answer = {STANDING}")


def test_cancel_in_the_middle_leaves_the_document_as_it_was(krita):
    hashed = "__import__('hashlib').sha256(bytes(original.pixelData(0, 0, 72, 56))).hexdigest()"
    before = krita.run(f"answer = [{hashed}, len(app.documents()), len(original.rootNode().childNodes())]")
    krita.run("""
wish = Wish(clean_up=0.0)
desk.road = road.Road(source.choose(original, wish), wish, desk.heard).start()
""")
    krita.wait("desk.road.worker is not None and desk.road.worker.stop.job is not None", 60)
    krita.run("desk.cancel()")
    assert krita.run("answer = desk.standing.words") == "Stopped. Nothing was changed."
    time.sleep(1)
    assert (
        krita.run(f"answer = [{hashed}, len(app.documents()), len(original.rootNode().childNodes())]")
        == before
    )


def test_the_window_goes_on_while_the_engine_works(krita):
    krita.run("driver.gap_since()")
    krita.run("""
slow = []
inner = road.Road._step
def timed(self):
    began = time.thread_time()
    try:
        return inner(self)
    finally:
        slow.append(time.thread_time() - began)
road.Road._step = timed
""")
    assert run_on_original(krita, "Wish(result='layer', clean_up=0.0)")[0] == "done"
    assert krita.run("road.Road._step = inner\nanswer = max(slow)") <= 0.1


def test_a_click_finds_an_object_and_keeps_it_as_a_region(krita):
    krita.run("""
finding = sys.modules['semantic_upscale.krita.finding']
offers, told = [], []
finder = finding.Finder(lambda *words: told.append(words), offers.append)
finder.click(original, (50, 40), True, False)
""")
    krita.wait("bool(offers) or not finder.timer.isActive()", 120)
    assert krita.run("answer = [len(offers), told[-1]]")[0] == 1, krita.run("answer = told")
    krita.run("kept = finding.keep_region(original, offers[0].proposals[0], 'cup', 1.0)")
    assert krita.run("answer = [kept.name(), kept.parentNode().name(), kept.colorLabel()]") == [
        "Rich cup",
        "Upscale regions",
        3,
    ]


def test_the_docker_shows_regions_state_and_progress(krita):
    krita.run("""
docker = next(one for one in app.dockers() if one.objectName() == 'semantic_upscale_docker')
docker.setFloating(True)
docker.move(20, 20)
docker.resize(380, 900)
docker.show()
docker.finding.open.setChecked(True)
docker.look()
""")
    krita.wait("docker.engine.text().startswith('●')", 30)
    shot(krita, "docker")
    assert krita.run("answer = docker.go.isEnabled()")
    krita.run("docker.setFloating(False)")


def test_resizing_this_document_is_undone_by_one_step(krita):
    krita.run("""
fresh = app.createDocument(40, 30, "small", "RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc", 72.0)
fresh.rootNode().childNodes()[0].setPixelData(QtCore.QByteArray(bytes(range(240)) * 20), 0, 0, 40, 30)
app.activeWindow().addView(fresh)
fresh.refreshProjection()
""")
    krita.wait("app.activeDocument() == fresh", 30)
    assert upscale(krita, "Wish(result='resize', scale=2.0, resize_asked=True, clean_up=0.0)")[0] == "done"
    size = "[fresh.width(), fresh.height(), [n.name() for n in fresh.rootNode().childNodes()]]"
    krita.wait(f"{size} == [80, 60, ['Background', 'Semantic Upscale']]", 20)
    krita.run("app.action('edit_undo').trigger()")
    krita.wait(f"{size} == [40, 30, ['Background']]", 20)
    assert krita.run(
        "answer = bytes(fresh.rootNode().childNodes()[0].pixelData(0, 0, 40, 30)) == bytes(range(240)) * 20"
    )
    krita.run("app.action('edit_redo').trigger()")
    krita.wait(f"{size} == [80, 60, ['Background', 'Semantic Upscale']]", 20)


def test_an_engine_that_dies_is_told_and_another_one_starts_by_itself(krita, home):
    told = json.loads((home / "engine/engine.json").read_text())
    krita.run("""
wish = Wish(clean_up=0.0)
desk.road = road.Road(source.choose(original, wish), wish, desk.heard).start()
""")
    krita.wait("desk.road.worker is not None and desk.road.worker.stop.job is not None", 60)
    os.kill(told["pid"], signal.SIGKILL)
    krita.wait("desk.standing.kind != 'busy'", 60)
    kind, words, advice, _ = krita.run(f"answer = {STANDING}")
    assert (kind, bool(advice)) == ("failed", True)
    assert "engine" in words.casefold()
    try:
        assert run_on_original(krita, "Wish(clean_up=0.0)")[0] == "done"
    finally:
        kill_engine(home)


def kill_engine(home):
    """The engine that Krita started itself."""
    path = home / "engine/engine.json"
    if path.exists():
        pid = json.loads(path.read_text())["pid"]
        os.kill(pid, signal.SIGTERM)
        wait_for(lambda: not Path(f"/proc/{pid}").exists(), 30)


def test_without_an_engine_the_plug_in_says_what_to_do(krita, home):
    kill_engine(home)
    command = home / "engine/command.json"
    away = command.rename(command.with_suffix(".away"))
    try:
        kind, words, advice, _ = run_on_original(krita, "Wish()")
        krita.run("app.action('semantic_upscale_again').trigger()")
        krita.wait("desk.standing.kind == 'failed'", 30)
        shot(krita, "no-engine")
    finally:
        away.rename(command)
    assert kind == "failed"
    assert words
    assert "Semantic Upscale" in advice


def test_the_zip_has_what_kritas_importer_looks_for(tmp_path):
    command = [sys.executable, "-m", "core.plugins.packing", "9.9.9", "--folder", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=60, capture_output=True)
    with zipfile.ZipFile(tmp_path / "semantic-upscale-krita-9.9.9.zip") as archive:
        assert "semantic_upscale/" in archive.namelist()
        assert shutil.which("krita")
