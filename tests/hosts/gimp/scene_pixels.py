"""Inside GIMP, through its procedure database. What travels: pixels, depth, alpha, profile, sizes and choices."""

from __future__ import annotations

import json

from hosts.gimp.made import (
    BIG,
    HEIGHT,
    RECORD,
    WIDTH,
    Babl,
    Gegl,
    Gimp,
    distance,
    document,
    done,
    engine_says,
    read,
    write,
)


def the_menu_has_every_entry():
    pdb = Gimp.get_pdb()
    names = ["", "-again", "-open", "-engine-start", "-engine-stop", "-engine-state", "-report"]
    names += ["-settings", "-help"]
    found = [pdb.lookup_procedure("semantic-upscale" + name) for name in names]
    assert all(found), found
    menus = [one.get_menu_paths()[0] for one in found]
    assert menus[0] == "<Image>/Filters/Semantic Upscale"
    assert menus[3] == "<Image>/Filters/Semantic Upscale/Engine"
    labels = [one.get_menu_label().replace("_", "") for one in found]
    assert labels[:3] == ["Upscale…", "Upscale Again", "Open in Semantic Upscale"], labels


def no_entry_is_grey_without_reason():
    mask = Gimp.get_pdb().lookup_procedure("semantic-upscale").get_sensitivity_mask()
    wanted = ("DRAWABLE", "DRAWABLES", "NO_DRAWABLES", "NO_IMAGE")
    assert all(mask & int(getattr(Gimp.ProcedureSensitivityMask, name)) for name in wanted), mask


def _new_image_is_the_engines(mode, depth):
    image, layer, data = document(mode, depth)
    made, notes = done(image, [layer], source="layer")
    top = made.get_layers()[0]
    assert (made.get_width(), made.get_height()) == BIG
    assert int(made.get_precision()) == int(image.get_precision())
    assert made.get_base_type() == image.get_base_type()
    assert distance(read(top, mode, depth), engine_says(data, mode, depth), depth) <= (
        1e-6 if depth == "f32" else 0
    )
    assert read(layer, mode, depth) == data, "the source was touched"
    assert notes == "", notes


def a_new_image_holds_the_engines_pixels():
    _new_image_is_the_engines("RGB", "u8")


def alpha_travels():
    _new_image_is_the_engines("RGBA", "u8")


def sixteen_bits_travel():
    _new_image_is_the_engines("RGB", "u16")


def float_travels():
    _new_image_is_the_engines("RGBA", "f32")


def grey_travels():
    _new_image_is_the_engines("GREY", "u8")


def deep_grey_with_alpha_travels():
    _new_image_is_the_engines("GREYA", "u16")


def the_original_lies_below():
    image, layer, _ = document()
    made, _ = done(image, [layer], source="layer")
    top, below = made.get_layers()
    assert top.get_name() == "ground ×4 (Semantic)", top.get_name()
    assert below.get_name() == "ground (original)"
    assert (below.get_width(), below.get_height()) == BIG
    assert made.is_dirty(), "closing it must ask"
    alone, _ = done(image, [layer], source="layer", keep_original=False)
    assert len(alone.get_layers()) == 1


def profile_and_resolution_are_kept():
    image, layer, _ = document()
    image.set_color_profile(Gimp.ColorProfile.new_rgb_adobe())
    image.set_resolution(240.0, 240.0)
    green = bytes([0, 255, 0]) * (WIDTH * HEIGHT)
    name = Babl.get_name(Babl.format_with_space("R'G'B' u8", Babl.format_get_space(layer.get_format())))
    buffer = layer.get_buffer()
    buffer.set(Gegl.Rectangle.new(0, 0, WIDTH, HEIGHT), name, green)
    buffer.flush()
    made, _ = done(image, [layer], source="layer")
    assert made.get_color_profile().is_equal(image.get_color_profile())
    assert made.get_resolution()[-1] == 240.0
    top = made.get_layers()[0]
    got = top.get_buffer().get(Gegl.Rectangle.new(0, 0, *BIG), 1.0, name, Gegl.AbyssPolicy.NONE)
    theirs = engine_says(green, icc=bytes(image.get_color_profile().get_icc_profile()))
    assert distance(got, theirs) == 0
    assert sum(got[0::3]) / len(got[0::3]) < 72, "144 of red is what clipping to sRGB would leave"


def guides_are_kept():
    image, layer, _ = document()
    image.add_hguide(10)
    image.add_vguide(7)
    made, _ = done(image, [layer], source="picture")
    first = made.find_next_guide(0)
    second = made.find_next_guide(first)
    assert sorted((made.get_guide_position(first), made.get_guide_position(second))) == [28, 40]


def another_size_is_obeyed():
    image, layer, data = document()
    made, _ = done(image, [layer], source="layer", scale=2.5)
    assert (made.get_width(), made.get_height()) == (120, 100)
    assert distance(read(made.get_layers()[0]), engine_says(data, scale=2.5)) == 0


def the_layer_says_how_it_came_about():
    image, layer, _ = document()
    made, _ = done(image, [layer], source="layer", seed=7)
    parasite = made.get_layers()[0].get_parasite(RECORD)
    told = json.loads(bytes(parasite.get_data()))
    assert (told["method"], told["request"]["seed"], told["width"]) == ("compact", 7, BIG[0])


def choices_reach_the_engine():
    image, layer, data = document()
    chosen = {"rest": "inventive", "detail": 1.0, "clean_up": 0.5, "clean_up_automatic": False, "seed": 7}
    made, _ = done(image, [layer], source="layer", **chosen)
    theirs = engine_says(data, rest=2.0, detail=1.0, clean_up=0.5, seed=7)
    assert distance(read(made.get_layers()[0]), theirs) == 0


def the_whole_picture_is_what_is_seen():
    image, _, _ = document()
    above = Gimp.Layer.new(image, "spot", 20, 20, Gimp.ImageType.RGB_IMAGE, 100.0, Gimp.LayerMode.NORMAL)
    image.insert_layer(above, None, 0)
    write(above, bytes([250, 20, 20]) * 400, "RGB", "u8")
    above.set_offsets(5, 5)
    seen = Gimp.Layer.new_from_visible(image, image, "seen")
    made, _ = done(image, [above], source="picture")
    assert distance(read(made.get_layers()[0]), engine_says(read(seen))) == 0
    assert not made.get_layers()[0].has_alpha(), "an opaque picture needs no alpha"
