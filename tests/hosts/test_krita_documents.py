"""Every kind of document and layer in a real Krita, the window and back, and what is refused, in one Krita."""

import json
import sys

import numpy as np
import pytest
from hosts import krita_rig
from hosts.krita_tools import (
    NOTES,
    READY,
    ROOT,
    SHOTS,
    SRGB,
    STANDING,
    ended,
    paint,
    pixels,
    run_on,
    shot,
    waves,
)
from server_fake import until

from plugin.bridge import RegionIn, connect
from plugin.bridge.values import PixelPlanes

SIDES = (40, 30)
WHOLE = (0, 0, *SIDES)
SPACES = [
    ("RGBA", "F16"), ("RGBA", "F32"), ("GRAYA", "U8"), ("GRAYA", "F32"),
    ("CMYKA", "U8"), ("LABA", "U16"),
]  # fmt: skip
HELPERS = f"""
def shaded(model, depth, alpha):
    '''A document in this space, painted in sRGB and then turned into it by Krita itself.'''
    document = opened({SIDES}, (model, depth, ""))
    layer = document.rootNode().childNodes()[0]
    layer.setColorSpace("RGBA", "U8", "{SRGB}")
    rows = bytearray()
    for y in range({SIDES[1]}):
        for x in range({SIDES[0]}):
            rows += bytes((60 + 2 * x, 100, 90 + 3 * y, alpha if x < 20 else 255))
    layer.setPixelData(QtCore.QByteArray(bytes(rows)), *{WHOLE})
    layer.setColorSpace(model, depth, document.colorProfile())
    document.refreshProjection()
    document.waitForDone()
    return document

def seen(document, node, box):
    '''What the node shows, as sRGB of 8 bits.'''
    copy = document.createNode("copy", "paintlayer")
    copy.setColorSpace(node.colorModel(), node.colorDepth(), node.colorProfile())
    copy.setPixelData(node.pixelData(*box), *box)
    copy.setColorSpace("RGBA", "U8", "{SRGB}")
    return copy.pixelData(*box)
"""
LAYERS = {
    "locked": "layer.setLocked(True)\nnode = layer",
    "hidden": "layer.setVisible(False)\nnode = layer",
    "larger than the canvas": "node = painted('large', (-10, -12, 60, 50))\nroot.addChildNode(node, None)",
    "outside the canvas": "node = painted('far', (100, 100, 20, 10))\nroot.addChildNode(node, None)",
    "group": "node = document.createGroupLayer('group')\nnode.addChildNode(painted('in', (3, 4, 20, 10)), None)\n"
    "root.addChildNode(node, None)",
    "hidden group": "node = document.createGroupLayer('group')\nnode.setVisible(False)\n"
    "node.addChildNode(painted('in', (3, 4, 20, 10)), None)\nroot.addChildNode(node, None)",
    "vector": "node = document.createVectorLayer('vector')\nroot.addChildNode(node, None)\nnode.addShapesFromSvg("
    '\'<svg xmlns="http://www.w3.org/2000/svg" width="40pt" height="30pt"><rect x="5" y="5" width="20" '
    'height="15" fill="#ff0000"/></svg>\')',
}
PLACES = {
    "larger than the canvas": [-10, -12, 60, 50], "outside the canvas": [100, 100, 20, 10], "group": [3, 4, 20, 10],
    "hidden group": [3, 4, 20, 10], "vector": [5, 5, 20, 15],
}  # fmt: skip
PAINTED = """
def painted(name, box):
    made = document.createNode(name, "paintlayer")
    made.setPixelData(QtCore.QByteArray(bytes([90, 120, 40, 255]) * (box[2] * box[3])), *box)
    return made
document = opened((40, 30))
root = document.rootNode()
layer = root.childNodes()[0]
layer.setPixelData(QtCore.QByteArray(bytes(range(240)) * 20), 0, 0, 40, 30)
"""
BOX = "(lambda box: [box.x(), box.y(), box.width(), box.height()])"

pytestmark = [
    pytest.mark.hosts,
    pytest.mark.skipif(bool(krita_rig.missing()), reason=f"not installed here: {krita_rig.missing()}"),
    pytest.mark.timeout(1200),
]


def test_without_a_document_every_entry_says_what_to_do(krita):
    for name in ("again", "open"):
        krita.run(f"app.action('semantic_upscale_{name}').trigger()")
        assert krita.run(f"answer = {STANDING}")[:2] == ["failed", "Open a picture first."]
    krita.run("app.action('semantic_upscale_upscale').trigger()\ndialog = extension.box")
    assert krita.run("answer = dialog.form.size.text()") == "Open a picture first."
    krita.run("dialog.close()\nextension.box = None")


@pytest.mark.parametrize(("model", "depth"), SPACES)
def test_every_colour_space_comes_back_in_its_own_colours(krita, model, depth):
    krita.run(HELPERS)
    krita.run(f"document = shaded({model!r}, {depth!r}, 120)\nlayer = document.rootNode().childNodes()[0]")
    krita.run(f"before = seen(document, layer, {WHOLE})")
    source = pixels(krita, "before", (SIDES[1], SIDES[0], 4), np.uint8).astype(float)
    for result in ("document", "layer"):
        told = run_on(krita, "document", f"Wish(result={result!r}, scale=2.0, clean_up=0.0)")
        assert told[0] == "done", told
        krita.run("made = " + ("app.documents()[-1]" if result == "document" else "document"))
        space = krita.run("answer = [made.colorModel(), made.colorDepth()]")
        foreign = model not in ("RGBA", "GRAYA")
        assert space == ["RGBA" if foreign and result == "document" else model, depth]
        words = f"{model[:-1]} pixels were sent as RGB; the result "
        words += "comes as RGB." if result == "document" else f"was turned into {model[:-1]} again."
        assert krita.run(f"answer = {NOTES}") == ([words] if foreign else [])
        factor = 2 if result == "document" else 1
        box = (0, 0, SIDES[0] * factor, SIDES[1] * factor)
        got = pixels(
            krita, f"seen(made, made.rootNode().childNodes()[-1], {box})", (box[3], box[2], 4), np.uint8
        )
        small = got.reshape(SIDES[1], factor, SIDES[0], factor, 4).mean((1, 3))
        inner = np.s_[2:-2, 4:-4]
        drift = (
            10 if (model, result) == ("CMYKA", "layer") else 4
        )  # there and back again once more, by the profile
        assert np.abs(small - source)[inner].mean() < drift, f"other colours came back as {result}"
        assert np.abs(small - source)[2:-2, :16, 3].max() <= 3, "another alpha came back"
    krita.run("document.setModified(False)")


@pytest.mark.parametrize("kind", LAYERS)
def test_every_kind_of_layer_comes_back_where_it_lies(krita, kind):
    krita.run(PAINTED + LAYERS[kind] + "\ndocument.refreshProjection()\ndocument.waitForDone()")
    wanted = PLACES.get(kind, [*WHOLE])
    krita.wait(f"{BOX}(node.bounds()) == {wanted}", 30)
    krita.run("document.setActiveNode(node)")
    krita.wait(
        "document.activeNode() is not None and document.activeNode().uniqueId() == node.uniqueId()", 30
    )
    told = run_on(krita, "document", "Wish(source='layer', result='layer', clean_up=0.0)")
    assert told[0] == "done", told
    krita.run("made = next(one for one in root.childNodes() if one.name() == 'Semantic Upscale')")
    assert krita.run(f"answer = {BOX}(made.bounds())") == wanted
    notes = krita.run(f"answer = {NOTES}")
    assert any("is hidden" in note for note in notes) == ("hidden" in kind)
    assert any("as it looks" in note for note in notes) == ("group" in kind or kind == "vector")


def test_a_layer_with_a_mask_is_taken_with_it_and_the_document_resized(krita):
    krita.run(PAINTED)
    krita.wait("app.activeDocument() == document and document.activeNode() is not None", 30)
    krita.run("app.action('add_new_transparency_mask').trigger()")
    krita.wait("document.activeNode().type() == 'transparencymask'", 30)
    told = run_on(
        krita, "document", "Wish(source='layer', result='resize', resize_asked=True, scale=2.0, clean_up=0.0)"
    )
    assert told[0] == "done", told
    krita.wait("[document.width(), tops(document)] == [80, ['Background', 'Semantic Upscale']]", 30)


def test_an_empty_layer_and_an_empty_group_are_refused_in_words(krita):
    krita.run(PAINTED + "node = document.createGroupLayer('nothing')\nroot.addChildNode(node, None)")
    krita.run("document.setActiveNode(node)")
    krita.wait("document.activeNode() is not None and document.activeNode().name() == 'nothing'", 30)
    assert krita.run("answer = refusal(document, Wish(source='layer'))")[0] == "The layer “nothing” is empty."


def test_an_indexed_picture_opens_and_is_enlarged(krita):
    from PIL import Image  # noqa: PLC0415

    path = krita.folder / "indexed.png"
    Image.fromarray((waves() >> 8).astype(np.uint8)).quantize(16).save(path)
    krita.run(f"document = app.openDocument({str(path)!r})\napp.activeWindow().addView(document)")
    krita.wait(READY, 30)
    assert run_on(krita, "document", "Wish(scale=2.0, clean_up=0.0)")[0] == "done"
    krita.run("made = app.documents()[-1]")
    assert krita.run("answer = [made.width(), made.name()]") == [144, "indexed ×2 (Semantic)"]


def test_only_the_selection_comes_back_with_its_feather(krita):
    krita.run("from krita import Selection\ndocument = opened((200, 150))\nroot = document.rootNode()")
    data = np.dstack([waves(200, 150) >> 8, np.full((150, 200), 255)]).astype(np.uint8)
    paint(krita, "root.childNodes()[0]", data.tobytes(), (0, 0, 200, 150))
    krita.run(
        "chosen = Selection()\nchosen.select(80, 60, 30, 20, 255)\nchosen.feather(4)\ndocument.setSelection(chosen)"
    )
    krita.run("document.refreshProjection()\ndocument.waitForDone()")
    krita.run("box = [chosen.x(), chosen.y(), chosen.width(), chosen.height()]")
    box = krita.run("answer = box")
    mask = pixels(krita, "chosen.pixelData(*box)", (box[3], box[2]), np.uint8)
    assert run_on(krita, "document", "Wish(source='selection', result='layer', clean_up=0.0)")[0] == "done"
    krita.run("made = next(one for one in root.childNodes() if one.name() == 'Semantic Upscale')")
    got = pixels(krita, "made.pixelData(*box)", (box[3], box[2], 4), np.uint8)
    assert np.abs(got[..., 3].astype(int) - mask).max() <= 1
    x, y = box[0], box[1]
    source = data[y : y + box[3], x : x + box[2], :3].astype(int)
    assert np.abs(got[mask == 255][:, :3].astype(int) - source[mask == 255]).mean() < 6
    assert run_on(krita, "document", "Wish(source='selection', scale=2.0, clean_up=0.0)")[0] == "done"
    assert krita.run("answer = [app.documents()[-1].width(), app.documents()[-1].height()]") == [
        box[2] * 2,
        box[3] * 2,
    ]


def test_an_empty_selection_is_the_whole_picture_and_one_outside_is_refused(krita):
    krita.run("document.setSelection(None)\ndocument.waitForDone()")
    assert run_on(krita, "document", "Wish(source='selection', result='layer', clean_up=0.0)")[0] == "done"
    assert krita.run(f"answer = {NOTES}") == ["Nothing is selected, so the whole picture was taken."]
    krita.run("far = Selection()\nfar.select(500, 500, 9, 9, 255)\ndocument.setSelection(far)")
    assert krita.run("answer = refusal(document, Wish(source='selection'))")[0] == (
        "The selection lies outside the picture."
    )


def test_a_side_of_30000_px_runs_or_is_refused_in_words(krita):
    krita.run("document = opened((30000, 2))\ndriver.gap_since()")
    assert krita.run("answer = refusal(document, Wish())") == [
        "The result would be 120,000 px long; a document of Krita goes up to 100,000.",
        "Choose a smaller size, or a part of the picture.",
    ]
    assert run_on(krita, "document", "Wish(scale=2.0, clean_up=0.0)")[0] == "done"
    assert krita.run("answer = [app.documents()[-1].width(), app.documents()[-1].height()]") == [60000, 4]


def test_another_client_at_the_same_time_waits_its_turn_and_both_get_their_own(krita, home, monkeypatch):
    krita.run(PAINTED)
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(home))
    bridge = connect("another host")
    data = (waves(300, 200) >> 8).astype(np.uint8)
    picture = bridge.post_picture(PixelPlanes(300, 200, "RGB", "u8", data.tobytes()))
    region = RegionIn("face", -2.0, (10, 8, 24, 20), bytes([255]) * (24 * 20))
    krita.run("begin(document, Wish(scale=2.0, clean_up=0.0))")
    job = bridge.upscale(picture.id, regions=[region])
    assert job.wait()["width"] == 1200
    assert job.planes().width == 1200
    assert ended(krita)[0] == "done"
    assert krita.run("answer = [app.documents()[-1].width(), app.documents()[-1].height()]") == [80, 60]


@pytest.fixture
def window(krita, home):
    """Make Krita open this window: `window("close")`, which waits for nothing."""
    path = home / "engine/command.json"
    before = path.read_text()

    def behave(how):
        SHOTS.mkdir(parents=True, exist_ok=True)
        told = {"WINDOW_TEST": how, "WINDOW_SHOT": str(SHOTS / "krita-window.png"), "PYTHONPATH": str(ROOT)}
        words = ["/usr/bin/env", *(f"{name}={value}" for name, value in told.items()), sys.executable]
        command = [*words, str(ROOT / "tests/hosts/krita_window.py"), "serve"]
        path.write_text(json.dumps({"command": command, "cwd": str(ROOT)}))

    yield behave
    path.write_text(before)


def test_the_window_sends_back_what_becomes_a_new_document(krita, window):
    krita.run(PAINTED + "desk.keep(Wish(result='layer'))")
    krita.wait("app.activeDocument() == document and document.activeNode() is not None", 30)
    window("send")
    count = krita.run("answer = len(app.documents())")
    krita.run("app.action('semantic_upscale_open').trigger()")
    krita.wait("'Send back' in desk.standing.words", 90)
    assert ended(krita, 300)[0] == "done", krita.run(f"answer = {STANDING}")
    assert krita.run("answer = len(app.documents())") == count + 1
    krita.run("made = app.documents()[-1]")
    assert krita.run("answer = [made.width(), made.height(), made.name()]") == [
        160,
        120,
        "small ×4 (Semantic)",
    ]
    got = pixels(krita, "made.pixelData(0, 0, 160, 120)", (120, 160, 4), np.uint8).astype(float)
    assert got[..., 3].min() == 255 or got[..., 3].std() > 0
    shot(krita, "sent-back")


def test_a_window_that_ends_with_a_fault_is_told_and_changes_nothing(krita, window):
    krita.run(PAINTED)
    krita.wait("app.activeDocument() == document and document.activeNode() is not None", 30)
    window("fail")
    before = krita.run("answer = [len(app.documents()), tops(document)]")
    krita.run("app.action('semantic_upscale_open').trigger()")
    kind, words = ended(krita, 180)[:2]
    assert (kind, "ended with a fault" in words) == ("failed", True), words
    assert krita.run("answer = [len(app.documents()), tops(document)]") == before


def test_a_krita_that_ends_in_the_middle_leaves_the_engine_well(krita, home, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(home))
    bridge = connect("test")
    krita.run("document = opened((700, 700))\nbegin(document, Wish(clean_up=0.0))")
    krita.wait("desk.road.worker is not None and desk.road.worker.stop.job is not None", 60)
    job = bridge.job(krita.run("answer = desk.road.worker.stop.job.id"))
    krita.kill()
    until(lambda: job.info()["state"] not in ("queued", "running"))  # who listened would keep it alive
    assert job.info()["state"] == "cancelled"
    assert bridge.status()["queue"] == []
