"""Inside GIMP, through its procedure database. What is refused, and in which words."""

from __future__ import annotations

import os
from pathlib import Path

from hosts.gimp.made import BIG, Gimp, call, document, done, read, refused


def a_python_without_gi_is_left_for_the_systems_own():
    image, layer, _ = document()
    assert "started" in Path("/t/poor.log").read_text()
    done(image, [layer])


def two_layers_are_refused():
    image, layer, _ = document()
    other = layer.copy()
    image.insert_layer(other, None, 0)
    assert "2 layers are selected" in refused(image, [layer, other], source="layer")


def an_image_without_layers_is_refused():
    image = Gimp.Image.new(10, 10, Gimp.ImageBaseType.RGB)
    assert "no layer" in refused(image, [], source="picture")


def no_image_is_refused_in_words():
    assert "Open a picture first" in refused(None, [])


def too_long_a_side_is_refused():
    image = Gimp.Image.new(200000, 1, Gimp.ImageBaseType.RGB)
    layer = Gimp.Layer.new(image, "long", 200000, 1, Gimp.ImageType.RGB_IMAGE, 100.0, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 0)
    assert "800000 pixels long" in refused(image, [layer], source="layer")


def a_side_of_30000_pixels_is_done():
    image, layer, _ = document(width=30000, height=1)
    made, _ = done(image, [layer], source="layer", scale=2.0)
    assert (made.get_width(), made.get_height()) == (60000, 2)


def an_unknown_method_is_told_in_the_engines_words():
    image, layer, _ = document()
    words = refused(image, [layer], source="layer", method="segsr")
    assert "segsr" in words, words


def the_engines_state_is_told():
    procedure = Gimp.get_pdb().lookup_procedure("semantic-upscale-engine-state")
    answer = procedure.run(procedure.create_config())
    assert "The engine runs" in answer.index(1), answer.index(1)


def the_report_names_versions_but_no_user():
    procedure = Gimp.get_pdb().lookup_procedure("semantic-upscale-report")
    text = procedure.run(procedure.create_config()).index(1)
    assert "Semantic Upscale in GIMP 3." in text
    assert "Engine: version" in text
    assert os.environ["HOME"] not in text


def no_engine_is_told_in_words():
    home = Path("/t/engine-home/engine")
    away = home.rename("/t/engine-home/away")
    try:
        image, layer, data = document()
        words = refused(image, [layer], source="layer")
    finally:
        away.rename(home)
    assert "engine" in words, words
    assert "Open Semantic Upscale" in words, words
    assert read(layer) == data


def last_values_are_used_again():
    image, layer, _ = document()
    status, made, _, words = call(image, [layer], mode=Gimp.RunMode.WITH_LAST_VALS)
    assert status == Gimp.PDBStatusType.SUCCESS, words
    assert (made.get_width(), made.get_height()) == BIG
