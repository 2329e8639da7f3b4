"""Inside GIMP, through its procedure database. Regions and the selection."""

from __future__ import annotations

from hosts.gimp.made import Gegl, Gimp, channel, distance, document, done, engine_says, read, refused

from plugin.bridge import RegionIn


def _named():
    image, layer, data = document()
    channel(image, "su:-2 face", (4, 6, 20, 16))
    channel(image, "su:+2 sky", (10, 10, 30, 20))
    channel(image, "a saved selection", (0, 0, 48, 40))
    return image, layer, data


def channels_are_regions():
    image, layer, data = _named()
    made, _ = done(image, [layer], source="layer")
    regions = [
        RegionIn("face", -2.0, (4, 6, 20, 16), b"\xff" * 320),
        RegionIn("sky", 2.0, (10, 10, 30, 20), b"\xff" * 600),
    ]
    ours = read(made.get_layers()[0])
    assert distance(ours, engine_says(data, regions=regions)) == 0
    assert distance(ours, engine_says(data)) > 0, "the regions changed nothing"


def no_regions_means_none():
    image, layer, data = _named()
    made, _ = done(image, [layer], source="layer", regions="none")
    assert distance(read(made.get_layers()[0]), engine_says(data)) == 0


def half_chosen_pixels_of_a_channel_count_from_128():
    for depth in ("u8", "u16", "f32"):
        image, layer, data = document("RGB", depth)
        channel(image, "su:+2 in", (0, 0, 10, 10), 128)
        channel(image, "su:-2 out", (20, 20, 10, 10), 127)
        made, notes = done(image, [layer], source="layer")
        theirs = engine_says(data, "RGB", depth, regions=[RegionIn("in", 2.0, (0, 0, 10, 10), b"\xff" * 100)])
        assert distance(read(made.get_layers()[0], "RGB", depth), theirs, depth) <= 1e-6
        assert "“out” marks nothing" in notes, notes


def the_selection_is_a_region():
    image, layer, data = document()
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 8, 8, 16, 12)
    made, _ = done(image, [layer], source="layer", regions="selection", selection_priority="inventive")
    regions = [RegionIn("Selection", 2.0, (8, 8, 16, 12), b"\xff" * 192)]
    assert distance(read(made.get_layers()[0]), engine_says(data, regions=regions)) == 0


def the_selection_is_a_source_with_context():
    image, layer, _ = document(width=200, height=180)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 90, 80, 30, 20)
    made, _ = done(image, [layer], source="selection")
    assert (made.get_width(), made.get_height()) == (120, 80)
    around = read(layer, box=(26, 16, 158, 148))
    theirs = engine_says(around, size=(158, 148))
    rows = [theirs[((256 + y) * 632 + 256) * 3 :][: 120 * 3] for y in range(80)]
    assert distance(read(made.get_layers()[0]), b"".join(rows)) == 0
    assert made.get_layers()[0].get_mask() is None


def a_round_selection_becomes_a_mask():
    image, layer, _ = document()
    image.select_ellipse(Gimp.ChannelOps.REPLACE, 10, 10, 20, 20)
    made, _ = done(image, [layer], source="selection")
    mask = made.get_layers()[0].get_mask()
    data = mask.get_buffer().get(Gegl.Rectangle.new(0, 0, 80, 80), 1.0, "Y u8", Gegl.AbyssPolicy.NONE)
    assert (data[0], data[40 * 80 + 40]) == (0, 255)


def an_empty_selection_is_told():
    image, layer, data = document()
    made, notes = done(image, [layer], source="selection", regions="selection")
    assert "whole layer" in notes
    assert "no regions" in notes
    assert distance(read(made.get_layers()[0]), engine_says(data)) == 0


def a_selection_beside_the_layer_is_told():
    image, _, _ = document()
    small = Gimp.Layer.new(image, "small", 8, 8, Gimp.ImageType.RGB_IMAGE, 100.0, Gimp.LayerMode.NORMAL)
    image.insert_layer(small, None, 0)
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 30, 30, 5, 5)
    assert "does not touch the layer" in refused(image, [small], source="selection")
