"""Inside GIMP, through its procedure database. Where the result goes, and the layers of every kind."""

from __future__ import annotations

import json
from array import array
from pathlib import Path

from hosts.gimp.made import (
    BIG,
    HEIGHT,
    WIDTH,
    Gimp,
    channel,
    distance,
    document,
    done,
    engine_says,
    pixels,
    read,
    refused,
    write,
)

from plugin.bridge import PixelPlanes, RegionIn, connect


def a_picture_goes_to_the_window_and_comes_back():
    command = Path("/t/engine-home/engine/command.json")
    before = command.read_text()
    stand_in = ["/usr/bin/python3", "/t/tests/hosts/gimp/answering.py", "serve"]
    command.write_text(json.dumps({"command": stand_in, "cwd": None}))
    try:
        image, layer, data = document()
        made, _ = done(image, [layer], name="semantic-upscale-open")
    finally:
        command.write_text(before)
    assert made.get_layers()[0].get_name().endswith(" ×2 (Semantic)")
    assert distance(read(made.get_layers()[0]), engine_says(data, scale=2.0)) == 0


def another_client_at_the_same_time_is_served_too():
    other = connect("another", start=False)
    size = (96, 80)
    picture = other.post_picture(PixelPlanes(*size, "RGB", "u8", pixels("RGB", "u8", *size)))
    job = other.upscale(picture.id, keep=True)
    image, layer, data = document()
    made, _ = done(image, [layer])
    assert distance(read(made.get_layers()[0]), engine_says(data)) == 0
    assert job.wait()["width"] == 384


def resize_replaces_the_layer():
    image, layer, data = document()
    other = Gimp.Layer.new(image, "other", 10, 10, Gimp.ImageType.RGBA_IMAGE, 100.0, Gimp.LayerMode.NORMAL)
    image.insert_layer(other, None, 0)
    other.set_offsets(3, 4)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, 5, 5)
    made, _ = done(image, [layer], source="layer", result_in="resize-image")
    assert made.get_id() == image.get_id()
    assert (image.get_width(), image.get_height()) == BIG
    assert distance(read(layer), engine_says(data)) == 0
    assert (other.get_width(), other.get_offsets()[1:]) == (40, (12, 16))


def resize_of_a_selection_changes_only_it():
    image, layer, _ = document(width=120, height=100)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 40, 40, 20, 20)
    plain = image.duplicate()
    plain.scale(480, 400)
    done(image, [layer], source="selection", result_in="resize-image", rest="inventive")
    corner, inside = (0, 0, 100, 100), (170, 170, 60, 60)
    unscaled = plain.get_layers()[0]
    assert distance(read(layer, box=corner), read(unscaled, box=corner)) == 0
    assert distance(read(layer, box=inside), read(unscaled, box=inside)) > 0


def a_layer_bigger_than_the_canvas_is_taken_whole():
    image, _, _ = document()
    wide = Gimp.Layer.new(image, "wide", 80, 60, Gimp.ImageType.RGB_IMAGE, 100.0, Gimp.LayerMode.NORMAL)
    image.insert_layer(wide, None, 0)
    write(wide, pixels("RGB", "u8", 80, 60), "RGB", "u8")
    wide.set_offsets(-16, -10)
    theirs = engine_says(read(wide), size=(80, 60))
    made, _ = done(image, [wide], source="layer")
    assert (made.get_width(), made.get_height()) == (320, 240)
    assert distance(read(made.get_layers()[0]), theirs) == 0
    done(image, [wide], source="layer", result_in="resize-image")
    assert wide.get_offsets()[1:] == (-64, -40)
    assert distance(read(wide), theirs) == 0


def channels_follow_a_layer_off_the_origin():
    image, _, _ = document()
    small = Gimp.Layer.new(image, "small", 24, 20, Gimp.ImageType.RGB_IMAGE, 100.0, Gimp.LayerMode.NORMAL)
    image.insert_layer(small, None, 0)
    write(small, pixels("RGB", "u8", 24, 20), "RGB", "u8")
    small.set_offsets(10, 8)
    channel(image, "su:+2 in", (12, 10, 6, 5))
    made, _ = done(image, [small], source="layer")
    regions = [RegionIn("in", 2.0, (2, 2, 6, 5), b"\xff" * 30)]
    theirs = engine_says(read(small), size=(24, 20), regions=regions)
    assert distance(read(made.get_layers()[0]), theirs) == 0


def a_new_layer_lies_above_at_the_same_size():
    image, layer, data = document()
    done(image, [layer], source="layer", result_in="new-layer", rest="inventive")
    top, below = image.get_layers()
    assert below.get_id() == layer.get_id()
    assert (top.get_width(), top.get_height()) == (WIDTH, HEIGHT)
    assert read(layer) == data
    assert 0 < distance(read(top), data) < 128, "shrunk back it is the source with other detail"


def a_new_layer_stays_in_its_group():
    image, layer, _ = document()
    group = Gimp.GroupLayer.new(image, "group")
    image.insert_layer(group, None, 0)
    image.reorder_item(layer, group, 0)
    done(image, [layer], source="layer", result_in="new-layer")
    assert [one.get_name() for one in group.get_children()] == ["ground ×4 (Semantic)", "ground"]


def a_group_can_be_a_source():
    image, layer, data = document()
    group = Gimp.GroupLayer.new(image, "group")
    image.insert_layer(group, None, 0)
    image.reorder_item(layer, group, 0)
    made, _ = done(image, [group], source="layer")
    assert distance(read(made.get_layers()[0]), engine_says(data)) == 0
    _, notes = done(image, [group], source="layer", result_in="resize-image")
    assert "is a group; the result lies above it" in notes, notes
    assert image.get_layers()[0].get_name().startswith("group")


def a_locked_layer_is_left_alone():
    image, layer, _ = document()
    layer.set_lock_content(True)
    _, notes = done(image, [layer], source="layer", result_in="resize-image")
    assert "is locked; the result lies above it" in notes, notes
    assert len(image.get_layers()) == 2


def a_hidden_layer_is_told():
    image, layer, data = document()
    layer.set_visible(False)
    made, notes = done(image, [layer], source="layer")
    assert "is hidden" in notes
    assert distance(read(made.get_layers()[0]), engine_says(data)) == 0
    assert "Nothing is visible" in refused(image, [layer], source="picture")


def a_layer_mask_is_applied():
    image, layer, _ = document()
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, 24, 40)
    mask = layer.create_mask(Gimp.AddMaskType.SELECTION)
    layer.add_mask(mask)
    made, _ = done(image, [mask], source="layer", regions="none")
    alpha = read(made.get_layers()[0], "RGBA")[3::4]
    assert (alpha[10], alpha[180]) == (255, 0)
    assert layer.get_mask() is not None, "the document's own mask stays"


def an_indexed_image_becomes_a_new_one():
    image, layer, _ = document()
    image.convert_indexed(Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.GENERATE, 16, False, False, "")
    theirs = engine_says(read(layer))
    made, notes = done(image, [layer], source="layer", result_in="resize-image")
    assert made.get_id() != image.get_id()
    assert made.get_base_type() == Gimp.ImageBaseType.RGB
    assert "indexed" in notes
    assert distance(read(made.get_layers()[0]), theirs) == 0


def _scaled_by_gimp(layer, size):
    Gimp.context_push()
    Gimp.context_set_interpolation(Gimp.InterpolationType.LINEAR)
    copy = Gimp.Layer.new_from_drawable(layer, layer.get_image())
    layer.get_image().insert_layer(copy, None, 0)
    copy.scale(*size, False)
    Gimp.context_pop()
    return copy


def the_original_below_is_what_gimp_itself_would_make_of_it():
    for mode, depth, allowed in (("RGB", "u8", 1), ("RGBA", "f32", 1e-5), ("GREY", "u16", 2)):
        image, layer, _ = document(mode, depth)
        made, _ = done(image, [layer], source="layer", scale=2.5)
        ours = read(made.get_layers()[1], mode, depth)
        theirs = _scaled_by_gimp(layer, (120, 100))
        assert distance(ours, read(theirs, mode, depth), depth) <= allowed


def a_new_layer_is_the_mean_of_the_targets_pixels():
    image, layer, data = document("GREY", "u16")
    done(image, [layer], source="layer", result_in="new-layer")
    target = array("H", engine_says(data, "GREY", "u16"))
    rows = [target[y * BIG[0] : (y + 1) * BIG[0]] for y in range(BIG[1])]
    means = array("H")
    for y in range(HEIGHT):
        for x in range(WIDTH):
            square = [value for row in rows[4 * y : 4 * y + 4] for value in row[4 * x : 4 * x + 4]]
            means.append(round(sum(square) / 16))
    assert distance(read(image.get_layers()[0], "GREY", "u16"), means.tobytes(), "u16") <= 300
