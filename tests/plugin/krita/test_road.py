"""One request's road inside Krita: what is read, what comes back where, and that nothing changes before that."""

import time
from importlib import import_module

import fake_krita
import numpy as np
import pytest
from fake_engine import pixels
from krita_desk import KINDS, SIZE, grain, layer, run, settle

from plugin.bridge import EngineGone, EngineMissing, Event
from plugin.bridge.host import HostRequest

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize(
    "space", [("RGBA", "U8"), ("RGBA", "U16"), ("RGBA", "F32"), ("GRAYA", "U8"), ("GRAYA", "U16")]
)
def test_a_new_document_holds_what_the_engine_made_in_the_same_colour_space(krita, desk, space):
    whole = (*space, fake_krita.Document(krita, SIZE).space[2])
    source = grain(space)
    krita.open(SIZE, space=whole).paint(source.tobytes())
    assert desk.upscale(HostRequest())
    assert run(desk).kind == "done", desk.standing
    made = krita.opened[-1]
    assert (made.name(), made.size, made.space, made.resolution) == (
        "photo ×4 (Semantic)",
        (32, 24),
        whole,
        300.0,
    )
    wanted = source.repeat(4, axis=0).repeat(4, axis=1).tobytes()
    assert layer(krita).data == wanted
    assert layer(krita, "Original").data == wanted
    assert not layer(krita, "Original").visible()
    assert krita.views == [made]


def test_the_engine_gets_red_first_and_knows_profile_and_resolution(krita, engine, desk):
    source = grain(("RGBA", "U16"))
    krita.open(SIZE, space=("RGBA", "U16", "sRGB-elle-V2-srgbtrc.icc")).paint(source.tobytes())
    desk.upscale(HostRequest())
    run(desk)
    assert np.array_equal(pixels(engine.posted[0]), source[..., [2, 1, 0, 3]])
    assert (engine.posted[0].icc, engine.posted[0].dpi) == (None, 300.0)


@pytest.mark.parametrize("space", [("RGBA", "F16"), ("CMYKA", "U8")])
def test_what_the_engine_does_not_know_goes_through_kritas_own_conversion(krita, engine, desk, space):
    krita.open(SIZE, space=(*space, "p")).paint(grain(space, opaque=True).tobytes())
    desk.upscale(HostRequest())
    standing = run(desk)
    assert standing.kind == "done", standing
    made = krita.opened[-1].space
    assert made == (("RGBA", "F16", "p") if space[1] == "F16" else ("RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc"))
    assert engine.posted[0].depth == ("f32" if space[1] == "F16" else "u8")
    assert any("CMYK" in note for note in standing.notes) == (space[0] == "CMYKA")


def test_regions_come_from_the_group_by_name_or_colour_and_the_upper_one_first(krita, engine, desk):
    document = krita.open(SIZE)
    document.paint(grain(opaque=True).tobytes())
    group = document.createGroupLayer("Upscale Regions")
    document.root.children.append(group)
    painted = np.zeros((2, 3, 4), np.uint8)
    painted[..., 3] = [[255, 255, 0], [255, 127, 128]]
    faces = document.createNode("Faithful face", "paintlayer").put((2, 3, 3, 2), painted.tobytes())
    sky = document.createNode("sky", "paintlayer").put((-2, -1, 4, 3), bytes([0, 0, 0, 255]) * 12)
    hidden = document.createNode("Rich", "paintlayer").put((0, 0, 1, 1), bytes([255] * 4))
    sky.label, sky.is_locked, hidden.shown = 4, True, False
    group.children = [faces, sky, hidden]
    desk.upscale(HostRequest(rest=-1.0, detail=0.5))
    run(desk)
    asked = engine.upscales[0]
    found = [(one.name, one.priority, one.box, one.mask, one.locked) for one in asked["regions"]]
    assert found == [
        ("sky", 2.0, (0, 0, 2, 2), bytes([255] * 4), True),
        ("face", -2.0, (2, 3, 3, 2), bytes([255, 255, 0, 255, 127, 128]), False),
    ]
    assert (asked["rest"], asked["options"]) == (-1.0, {"detail": 0.5})
    assert np.array_equal(pixels(engine.posted[0]), grain(opaque=True)[..., [2, 1, 0, 3]]), (
        "the group stayed in the picture"
    )
    assert group.visible(), "the user's own group was touched"


def test_the_selection_can_be_the_region(krita, engine, desk):
    document = krita.open(SIZE)
    document.paint(grain().tobytes())
    document._selection = fake_krita.Selection((1, 1, 3, 2), bytes([255, 0, 200, 10, 255, 0]))
    desk.upscale(HostRequest(regions="selection", selection_priority=1.0))
    run(desk)
    (region,) = engine.upscales[0]["regions"]
    assert (region.priority, region.box, region.mask) == (1.0, (1, 1, 3, 2), bytes([255, 0, 200, 10, 255, 0]))


def test_only_the_selection_comes_back_and_context_goes_with_it(krita, engine, desk):
    source = grain(size=(200, 150))
    document = krita.open((200, 150))
    document.paint(source.tobytes())
    document._selection = fake_krita.Selection((90, 70, 5, 4), bytes([255] * 20))
    desk.upscale(HostRequest(source="selection"))
    assert run(desk).kind == "done"
    assert (engine.posted[0].width, engine.posted[0].height) == (5 + 128, 4 + 128)
    wanted = source[70:74, 90:95].repeat(4, axis=0).repeat(4, axis=1)
    assert layer(krita).data == wanted.tobytes()
    assert layer(krita, "Original").data == wanted.tobytes()


def test_a_new_layer_has_the_size_and_place_of_its_source_and_one_undo_step(krita, desk):
    document = krita.open(SIZE)
    bottom = document.paint(grain(opaque=True).tobytes())
    small = document.createNode("small", "paintlayer").put(
        (3, 2, 4, 2), grain(size=(4, 2), opaque=True).tobytes()
    )
    document.root.addChildNode(small, bottom)
    document.undone.clear()
    document.active = small
    desk.upscale(HostRequest(source="layer", result="layer", scale=2.0))
    assert run(desk).kind == "done", desk.standing
    made = document.root.children[-1]
    assert (made.name(), made.box) == ("Semantic Upscale", (3, 2, 4, 2))
    assert (
        np.abs(np.frombuffer(made.data, np.uint8).astype(int) - grain(size=(4, 2), opaque=True).ravel()).max()
        <= 1
    )
    assert [step[0] for step in document.undone] == ["Add Layer"]


def test_the_feather_of_the_selection_becomes_the_layers_alpha(krita, desk):
    document = krita.open(SIZE)
    document.paint(grain(opaque=True).tobytes())
    document._selection = fake_krita.Selection((2, 1, 3, 1), bytes([51, 255, 128]))
    desk.upscale(HostRequest(source="selection", result="layer"))
    run(desk)
    made = document.root.children[-1]
    assert made.box == (2, 1, 3, 1)
    assert list(made.data[3::4]) == [51, 255, 128]


@pytest.mark.parametrize("space", [("GRAYA", "U16"), ("RGBA", "F32")])
def test_a_layer_of_the_same_size_keeps_grey_and_float(krita, desk, space):
    source = grain(space, opaque=True)
    document = krita.open(SIZE, space=(*space, "sRGB-elle-V2-srgbtrc.icc"))
    document.paint(source.tobytes())
    desk.upscale(HostRequest(result="layer"))
    assert run(desk).kind == "done", desk.standing
    made = np.frombuffer(document.root.children[-1].data, KINDS[space[1]])
    assert np.allclose(made, source.ravel(), atol=1e-4 if space[1] == "F32" else 2)


def test_a_resized_document_is_undone_and_redone_in_one_go(krita, desk):
    document = krita.open(SIZE)
    document.paint(grain().tobytes())
    desk.upscale(HostRequest(result="resize", scale=2.0))
    assert run(desk).kind == "done", desk.standing
    assert (document.size, [node.name() for node in document.root.children]) == (
        (16, 12),
        ["Background", "Semantic Upscale"],
    )
    krita.action("edit_undo").trigger()
    settle(lambda: document.size == SIZE)
    assert (document.size, len(document.root.children), document.undone) == (SIZE, 1, [])
    krita.action("edit_redo").trigger()
    settle(lambda: len(document.root.children) == 2)
    assert (document.size, len(document.root.children), document.redone) == ((16, 12), 2, [])


def test_cancel_leaves_everything_as_it_was_and_tells_the_engine(krita, engine, desk):
    document = krita.open(SIZE)
    source = document.paint(grain().tobytes())
    engine.endless = True
    desk.upscale(HostRequest())
    run(desk, until=lambda: desk.standing.words == "Working…")
    desk.cancel()
    assert desk.standing.kind == "cancelled"
    assert (krita.opened, source.data, document.undone) == ([document], grain().tobytes(), [])
    assert krita.clones[0].closed
    end = time.monotonic() + 5
    while not engine.cancels and time.monotonic() < end:
        time.sleep(0.01)
    assert engine.cancels == 1


def test_closing_the_document_stops_the_work(krita, engine, desk):
    document = krita.open(SIZE)
    document.paint(grain().tobytes())
    engine.endless = True
    desk.upscale(HostRequest())
    run(desk, until=lambda: desk.standing.words == "Working…")
    document.close()
    assert run(desk).words == "The document was closed, so the work was stopped."


@pytest.mark.parametrize(
    ("error", "word"),
    [(EngineMissing("No engine.", "Install it."), "No engine."), (ZeroDivisionError("x"), "plug-in broke")],
)
def test_what_goes_wrong_is_told_and_changes_nothing(krita, engine, desk, error, word):
    document = krita.open(SIZE)
    document.paint(grain().tobytes())
    engine.fault = error
    desk.upscale(HostRequest())
    standing = run(desk)
    assert (standing.kind, krita.opened, document.undone) == ("failed", [document], [])
    assert word in standing.words
    assert standing.advice
    assert type(error).__name__ in standing.report


def test_an_engine_that_fails_in_the_middle_is_told_in_its_own_words(krita, engine, desk):
    krita.open(SIZE).paint(grain().tobytes())
    engine.script = (
        Event("failed", {"error": {"code": "out-of-memory", "message": "Too big.", "advice": "Less."}}),
    )
    desk.upscale(HostRequest())
    standing = run(desk)
    assert (standing.words, standing.advice) == ("Too big.", "Less.")
    engine.script, engine.fault = (), EngineGone()
    desk.upscale(HostRequest())
    assert "stopped in the middle" in run(desk).words


@pytest.mark.parametrize(
    ("prepare", "wish", "word"),
    [
        (lambda app: None, HostRequest(), "Open a picture first."),
        (lambda app: app.open(SIZE), HostRequest(source="layer"), "No layer is chosen."),
        (lambda app: setattr(app.open(SIZE), "active", fake_krita.Node(app.opened[0], "a", "paintlayer")),
         HostRequest(source="layer"), "is empty."),
        (lambda app: app.open((30_000, 30_000)), HostRequest(), "900 MP; the engine takes 537 MP at once"),
        (lambda app: app.open((30_000, 10)), HostRequest(), "120,000 px long; a document of Krita goes up to 100,000"),
    ],
)  # fmt: skip
def test_documents_that_do_not_fit_are_refused_in_words(krita, desk, prepare, wish, word):
    prepare(krita)
    assert not desk.upscale(wish)
    assert word in desk.standing.words


def test_a_second_request_waits_for_the_first(krita, engine, desk):
    krita.open(SIZE).paint(grain().tobytes())
    engine.endless = True
    assert desk.upscale(HostRequest())
    assert not desk.upscale(HostRequest())
    assert "already" in desk.standing.advice
    desk.cancel()


def test_notes_and_progress_reach_the_user(krita, engine, desk):
    krita.open(SIZE).paint(grain().tobytes())
    engine.script = (Event("note", {"text": "Smaller tiles."}),)
    heard = []
    desk.listen(lambda standing: heard.append(standing.words))
    desk.upscale(HostRequest(source="selection"))
    notes = run(desk).notes
    assert notes == (
        "Nothing is selected, so the whole picture was taken.",
        "Smaller tiles.",
        "made by a test",
    )
    assert "Tile 1 of 2 · 3 s left" in heard
    assert "Waiting: 1 before this one." in heard


def test_the_window_sends_its_result_back_as_a_new_document(krita, engine, desk):
    krita.open(SIZE).paint(grain().tobytes())
    assert desk.open_window()
    assert run(desk).kind == "done"
    assert engine.handed[0]["host"] == "Krita"
    assert krita.opened[-1].size == (32, 24)
    engine.answer = {"closed": True}
    desk.open_window()
    assert run(desk).kind == "cancelled"


def test_what_is_sent_back_resizes_this_document_where_that_is_agreed(krita, engine, desk):
    document = krita.open(SIZE)
    document.paint(grain().tobytes())
    desk.keep(HostRequest(source="layer", result="resize", resize_asked=True))
    assert desk.open_window()
    assert run(desk).kind == "done"
    assert (krita.opened, document.size) == ([document], (32, 24))


def test_a_window_that_breaks_down_is_told(krita, engine, desk):
    document = krita.open(SIZE)
    document.paint(grain().tobytes())
    engine.answer, engine.window.poll = None, lambda: 1
    desk.open_window()
    standing = run(desk)
    assert (standing.kind, krita.opened) == ("failed", [document])
    assert "ended with a fault (1)" in standing.words


def test_the_last_wish_is_kept_for_the_next_start(krita, desk):
    krita.open(SIZE).paint(grain().tobytes())
    desk.upscale(HostRequest(scale=2.0))
    run(desk)
    assert import_module("plugin.krita.state").PluginState().wish.scale == 2.0
    krita.settings["semantic_upscale", "wish"] = "no json"
    assert import_module("plugin.krita.state").PluginState().wish == HostRequest()


def test_a_result_takes_mode_and_opacity_and_hides_what_it_replaces_until_undo(krita, desk):
    document = krita.open(SIZE)
    ground = document.paint(grain(opaque=True).tobytes())
    ground.mode, ground.clear = "multiply", 128
    desk.upscale(HostRequest(source="layer", result="layer"))
    assert run(desk).kind == "done", desk.standing
    made = document.root.children[-1]
    assert (made.blendingMode(), made.opacity(), ground.visible()) == ("multiply", 128, False)
    krita.action("edit_undo").trigger()
    settle(ground.visible)
    krita.action("edit_redo").trigger()
    settle(lambda: not ground.visible())


def test_a_selection_enlarges_the_document_by_the_scale_that_was_asked_for(krita, desk):
    document = krita.open((120, 90))
    document.paint(grain(size=(120, 90)).tobytes())
    document._selection = fake_krita.Selection((10, 9, 101, 67), bytes([255]) * (101 * 67))
    desk.upscale(HostRequest(source="selection", result="resize", scale=1.5))
    assert run(desk).kind == "done", desk.standing
    assert document.size == (180, 135)
