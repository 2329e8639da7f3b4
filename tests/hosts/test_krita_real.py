"""The plug-in in a real Krita, on a screen of its own, with the real engine."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile

import numpy as np
import psutil
import pytest
from hosts import krita_rig
from hosts.krita_tools import (
    HEIGHT,
    PROFILE,
    READY,
    ROOT,
    STANDING,
    WIDTH,
    ended,
    kill_engine,
    pixels,
    run_on,
    shot,
    write_picture,
)

from plugin.bridge import connect

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
pytestmark = [
    pytest.mark.hosts,
    pytest.mark.skipif(bool(krita_rig.missing()), reason=f"not installed here: {krita_rig.missing()}"),
    pytest.mark.timeout(1200),
]


@pytest.fixture(scope="module")
def krita(krita, krita_folder):
    """With a 16-bit picture that has a profile and two regions."""
    picture = write_picture(krita_folder / "photo.png")
    krita.run(f"original = app.openDocument({str(picture)!r})\napp.activeWindow().addView(original)")
    krita.wait(READY, 120)
    krita.run(REGIONS)
    return krita


def upscale(krita, wish="Wish(clean_up=0.0)", wait_s=180):
    """Begin with a wish; how it ended."""
    krita.run(f"desk.upscale({wish})")
    krita.wait("desk.standing.kind != 'busy'", wait_s)
    return krita.run(f"answer = {STANDING}")


def made_by_engine(home, document_bytes, regions, options):
    """The same request by the bridge itself, with no Krita between."""
    before = os.environ.get("SEMANTIC_UPSCALE_HOME")
    os.environ["SEMANTIC_UPSCALE_HOME"] = str(home)
    try:
        from plugin.bridge import PixelPlanes, connect  # noqa: PLC0415

        bridge = connect("test")
        picture = bridge.post_picture(
            PixelPlanes(WIDTH, HEIGHT, "RGBA", "u16", document_bytes, icc=PROFILE.read_bytes())
        )
        job = bridge.upscale(picture.id, regions=regions, options=options)
        job.wait()
        return np.frombuffer(job.planes("RGBA", "u16").data, np.uint16).reshape(HEIGHT * 4, WIDTH * 4, 4)
    finally:
        os.environ.pop("SEMANTIC_UPSCALE_HOME")
        if before is not None:
            os.environ["SEMANTIC_UPSCALE_HOME"] = before


def test_the_menu_and_the_docker_are_there(krita):
    ids = ("upscale", "again", "open", "engine", "settings", "help", "report")
    assert (
        krita.run(f"answer = [app.action('semantic_upscale_' + one) is not None for one in {ids}]")
        == [True] * 7
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
    wanted = [
        "Upscale…",
        "Upscale Again",
        "Open in Semantic Upscale",
        "Engine…",
        "Settings…",
        "Help",
        "Copy Report",
    ]
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
    regions = [
        RegionIn("sky", 2.0, (40, 0, 32, 18), bytes([255]) * (32 * 18)),
        RegionIn("face", -2.0, (10, 8, 24, 20), bytes([255]) * (24 * 20)),
    ]
    wanted = made_by_engine(home, before[..., [2, 1, 0, 3]].tobytes(), regions, {"clean_up": 0.0})
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
    krita.run("view = app.activeWindow().views()[0]\napp.activeWindow().showView(view)")
    names = krita.run("answer = [one.name() for one in original.rootNode().childNodes()]")
    assert run_on(krita, "original", "Wish(result='layer', clean_up=0.0)")[0] == "done"
    *below, regions = names  # the group of regions stays on top
    assert regions == "Upscale regions"
    assert krita.run("answer = [one.name() for one in original.rootNode().childNodes()]") == [
        *below,
        "Semantic Upscale",
        regions,
    ]
    krita.run("bounds = original.rootNode().childNodes()[-2].bounds()")
    box = krita.run("answer = [bounds.x(), bounds.y(), bounds.width(), bounds.height()]")
    assert box == [0, 0, WIDTH, HEIGHT]


@pytest.fixture
def held(home, monkeypatch):
    """An engine whose workers stand still, so that no run is over before it is cancelled."""
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(home))
    workers = psutil.Process(connect("test").hello().pid).children(recursive=True)
    for worker in workers:
        worker.suspend()
    yield
    for worker in workers:
        worker.resume()


def test_cancel_in_the_middle_leaves_the_document_as_it_was(krita, held):
    hashed = "__import__('hashlib').sha256(bytes(original.pixelData(0, 0, 72, 56))).hexdigest()"
    before = krita.run(f"answer = [{hashed}, len(app.documents()), len(original.rootNode().childNodes())]")
    krita.run("""
wish = Wish(clean_up=0.0)
desk.road = road.UpscaleRun(source.choose(original, wish), wish, desk.heard).start()
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
import time
slow = []
inner = road.UpscaleRun._step
def timed(self):
    began = time.thread_time()
    try:
        return inner(self)
    finally:
        slow.append(time.thread_time() - began)
road.UpscaleRun._step = timed
""")
    assert run_on(krita, "original", "Wish(result='layer', clean_up=0.0)")[0] == "done"
    assert krita.run("road.UpscaleRun._step = inner\nanswer = max(slow)") <= 0.1


def test_a_click_finds_an_object_and_keeps_it_as_a_region(krita):
    krita.run("""
finding = sys.modules['semantic_upscale.krita.find']
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


def test_the_preview_shows_a_spot_as_it_would_become(krita):
    krita.run("docker.setFloating(True)\ndocker.resize(420, 900)\ndocker.finding.open.setChecked(False)")
    krita.run("docker.look()\nwatched = docker.preview\nwatched.open.setChecked(True)")
    krita.wait("watched.spot is not None", 120)
    wide, high = krita.run("answer = watched.spot.box[2:]")
    size = "[watched.spot.after.width(), watched.spot.after.height()]"
    assert krita.run(f"answer = {size}") == [wide * 4, high * 4]
    shot(krita, "preview")
    krita.run("images = [watched.spot.before, watched.spot.after]")
    before, after = krita.run("answer = [one.scaled(1, 1).pixelColor(0, 0).green() for one in images]")
    assert abs(before - after) < 12, "the spot has other colours than the picture"
    krita.run("watched.drop.click()\ndocker.setFloating(False)")


def test_a_result_that_would_change_the_document_waits_for_apply(krita):
    names = krita.run("answer = tops(original)")
    for button, kind in (("drop", "cancelled"), ("apply", "done")):
        krita.run("wish = Wish(result='layer', clean_up=0.0)")
        krita.run(
            "desk.road = road.UpscaleRun(source.choose(original, wish), wish, desk.heard, review=True).start()"
        )
        krita.wait("desk.standing.kind == 'ready'", 180)
        assert krita.run("answer = tops(original)") == names
        if button == "drop":
            shot(krita, "review")
        krita.run(f"extension.box.{button}.click()")
        assert ended(krita)[0] == kind
    assert krita.run("answer = tops(original)") == [*names[:-1], "Semantic Upscale", names[-1]]


def test_resizing_this_document_is_undone_by_one_step(krita):
    krita.run("desk.keep_reviews(False)")
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
desk.road = road.UpscaleRun(source.choose(original, wish), wish, desk.heard).start()
""")
    krita.wait("desk.road.worker is not None and desk.road.worker.stop.job is not None", 60)
    os.kill(told["pid"], signal.SIGKILL)
    krita.wait("desk.standing.kind != 'busy'", 60)
    kind, words, advice, _ = krita.run(f"answer = {STANDING}")
    assert (kind, bool(advice)) == ("failed", True)
    assert "engine" in words.casefold()
    try:
        assert run_on(krita, "original", "Wish(clean_up=0.0)")[0] == "done"
    finally:
        kill_engine(home)


def test_without_an_engine_the_plug_in_says_what_to_do(krita, home):
    kill_engine(home)
    command = home / "engine/command.json"
    away = command.rename(command.with_suffix(".away"))
    try:
        kind, words, advice, _ = run_on(krita, "original", "Wish()")
        krita.run("app.action('semantic_upscale_again').trigger()")
        krita.wait("desk.standing.kind == 'failed'", 30)
        shot(krita, "no-engine")
    finally:
        away.rename(command)
    assert kind == "failed"
    assert words
    assert "Semantic Upscale" in advice


def test_the_zip_has_what_kritas_importer_looks_for(tmp_path):
    command = [sys.executable, "-m", "core.plugins.pack", "9.9.9", "--folder", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=60, capture_output=True)
    with zipfile.ZipFile(tmp_path / "semantic-upscale-krita-9.9.9.zip") as archive:
        assert "semantic_upscale/" in archive.namelist()
        assert shutil.which("krita")
