"""In a real Krita: what is seen before, enlarged by Krita, and what is seen after, for every kind of layer."""

import numpy as np
import pytest
from hosts import krita_rig
from hosts.krita_tools import pixels, run_on

SIDES = (101, 67)
SOFT = 6.0  # a mean difference that interpolation and clean detail make; what is seen twice is further apart
DOCUMENT = f"""
def soft(name, box):
    made = document.createNode(name, "paintlayer")
    rows = bytearray()
    for y in range(box[3]):
        for x in range(box[2]):
            rows += bytes((40 + x, 200 - y, 90 + (x + y) // 2, 60 + x))
    made.setPixelData(QtCore.QByteArray(bytes(rows)), *box)
    return made
document = opened({SIDES})
root = document.rootNode()
ground = soft("ground", (0, 0, *{SIDES}))
root.addChildNode(ground, None)
root.childNodes()[0].remove()
node = upper = soft("upper", (7, 5, 61, 40))
root.addChildNode(upper, ground)
"""
KINDS = {
    "plain": "",
    "blended": "upper.setBlendingMode('multiply')\nupper.setOpacity(128)",
    "group": "node = document.createGroupLayer('group')\nroot.addChildNode(node, upper)\nupper.remove()\n"
    "node.addChildNode(soft('in', (9, 4, 61, 40)), None)\nnode.setOpacity(150)",
    "filtered": "chosen = app.filter('invert')\nmask = document.createFilterMask('invert', chosen, upper)\n"
    "upper.addChildNode(mask, None)",
    "thin": "upper.remove()\nnode = upper = soft('thin', (20, 10, 4, 40))\nroot.addChildNode(node, ground)",
}

pytestmark = [
    pytest.mark.hosts,
    pytest.mark.skipif(bool(krita_rig.missing()), reason=f"not installed here: {krita_rig.missing()}"),
    pytest.mark.timeout(1200),
]


def drawn(krita, kind):
    krita.run(DOCUMENT + KINDS[kind])
    krita.run("document.refreshProjection()\ndocument.waitForDone()\ndocument.setActiveNode(node)")
    krita.wait(
        "document.activeNode() is not None and document.activeNode().uniqueId() == node.uniqueId()", 30
    )


def seen(krita, document):
    width, height = krita.run(f"{document}.waitForDone()\nanswer = [{document}.width(), {document}.height()]")
    return pixels(krita, f"{document}.pixelData(0, 0, {width}, {height})", (height, width, 4), np.uint8)


def enlarged(krita, sides):
    """What is seen, had Krita itself scaled it."""
    krita.run(
        "flat = document.clone()\nflat.waitForDone()\nflat.flatten()\nflat.waitForDone()\n"
        f"flat.scaleImage({sides[0]}, {sides[1]}, 72, 72, 'Bicubic')\nflat.waitForDone()"
    )
    picture = seen(krita, "flat").astype(float)
    krita.run("flat.close()")
    return picture


def apart(one, other):
    """The mean difference of what can be seen, colours as far as they are."""
    assert one.shape == other.shape
    cover = [picture[..., 3:] / 255 for picture in (one, other)]
    seen_colours = np.abs(one[..., :3] * cover[0] - other[..., :3] * cover[1]).mean()
    return max(seen_colours, np.abs(one[..., 3].astype(float) - other[..., 3]).mean())


@pytest.mark.parametrize("result", ["layer", "resize"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_is_replaced_by_its_result_and_looks_as_before(krita, kind, result):
    drawn(krita, kind)
    sides = SIDES if result == "layer" else tuple(int(side * 1.5 + 0.5) for side in SIDES)
    wanted = enlarged(krita, sides)
    wish = (
        f"Wish(source='layer', result={result!r}, resize_asked=True, scale=1.5, clean_up=0.0, regions='none')"
    )
    told = run_on(krita, "document", wish)
    assert told[0] == "done", told
    assert krita.run("answer = [document.width(), document.height()]") == [*sides]
    assert krita.run("answer = node.visible()") is False
    assert apart(seen(krita, "document").astype(float), wanted) < SOFT
    krita.run("document.setModified(False)")


def test_the_picture_is_replaced_by_its_result_and_undo_shows_it_again(krita):
    drawn(krita, "blended")
    before = seen(krita, "document")
    told = run_on(krita, "document", "Wish(result='layer', clean_up=0.0)")
    assert told[0] == "done", told
    assert apart(seen(krita, "document").astype(float), before.astype(float)) < SOFT
    krita.run("app.action('edit_undo').trigger()")
    krita.wait("[ground.visible(), upper.visible()] == [True, True]", 30)
    assert np.array_equal(seen(krita, "document"), before)


def test_a_document_resized_from_a_selection_keeps_its_proportions(krita):
    krita.run("from krita import Selection\ndocument = opened((120, 90))\nchosen = Selection()")
    krita.run("chosen.select(10, 9, 101, 67, 255)\ndocument.setSelection(chosen)\ndocument.waitForDone()")
    told = run_on(
        krita, "document", "Wish(source='selection', result='resize', resize_asked=True, scale=1.5)"
    )
    assert told[0] == "done", told
    assert krita.run("answer = [document.width(), document.height()]") == [180, 135]


def test_light_above_white_stays(krita):
    krita.run(
        "import struct\ndocument = opened((8, 8), ('RGBA', 'F32', 'sRGB-elle-V2-srgbtrc.icc'))\n"
        "layer = document.rootNode().childNodes()[0]\n"
        "layer.setPixelData(QtCore.QByteArray(struct.pack('<4f', 4, 2, 0.5, 1) * 64), 0, 0, 8, 8)\n"
        "document.refreshProjection()\ndocument.waitForDone()"
    )
    told = run_on(krita, "document", "Wish(source='layer', result='layer', clean_up=0.0)")
    assert told[0] == "done", told
    krita.run("made = document.rootNode().childNodes()[-1]")
    middle = pixels(krita, "made.pixelData(4, 4, 1, 1)", (4,), np.float32)
    assert np.allclose(middle, [4, 2, 0.5, 1], atol=0.05), middle
