"""Inside GIMP: what is seen before, enlarged by GIMP, and what is seen after, for every way of asking."""

from __future__ import annotations

from array import array

from hosts.gimp.made import Gimp, channel, done, read, refused, write

WIDTH, HEIGHT = 101, 41
SOFT = 6  # a mean difference that interpolation and clean detail make; what is seen twice is further apart


def _seen(image):
    """What is seen, RGBA of 8 bits."""
    layer = Gimp.Layer.new_from_visible(image, image, "seen")
    image.insert_layer(layer, None, 0)
    data = read(layer, "RGBA")
    image.remove_layer(layer)
    return data


def _enlarged(image, size):
    """What is seen, had GIMP enlarged it."""
    flat = Gimp.Image.new(image.get_width(), image.get_height(), Gimp.ImageBaseType.RGB)
    layer = Gimp.Layer.new_from_visible(image, flat, "seen")
    flat.insert_layer(layer, None, 0)
    if size != (image.get_width(), image.get_height()):
        flat.scale(*size)
    return read(flat.get_layers()[0], "RGBA")


def _slope(width, height):
    """Smooth, so that the engine finds no edges to sharpen; alpha is soft everywhere."""
    rows = ((40 + x, 200 - y, 90 + (x + y) // 2, 60 + x) for y in range(height) for x in range(width))
    return bytes(value for pixel in rows for value in pixel)


def _document():
    """Two soft layers, the upper one smaller and off the origin."""
    image = Gimp.Image.new(WIDTH, HEIGHT, Gimp.ImageBaseType.RGB)
    for name, box in (("ground", (0, 0, WIDTH, HEIGHT)), ("upper", (7, 5, 61, 27))):
        layer = Gimp.Layer.new(image, name, *box[2:], Gimp.ImageType.RGBA_IMAGE, 100.0, Gimp.LayerMode.NORMAL)
        image.insert_layer(layer, None, 0)
        write(layer, _slope(*box[2:]), "RGBA", "u8")
        layer.set_offsets(*box[:2])
    return image, image.get_layers()[0]


def _mean(ours, theirs):
    first, second = array("B", ours), array("B", theirs)
    assert len(first) == len(second), (len(first), len(second))
    return sum(abs(a - b) for a, b in zip(first, second)) / len(first)  # noqa: B905


def _plain(image, layer):
    return layer


def _blended(image, layer):
    layer.set_mode(Gimp.LayerMode.MULTIPLY)
    layer.set_opacity(50.0)
    return layer


def _masked(image, layer):
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 20, 0, 30, HEIGHT)
    layer.add_mask(layer.create_mask(Gimp.AddMaskType.SELECTION))
    Gimp.Selection.none(image)
    return layer


def _filtered(image, layer):
    filter_ = Gimp.DrawableFilter.new(layer, "gegl:invert-gamma", "invert")
    layer.append_filter(filter_)
    assert layer.get_filters()
    return layer


def _group(image, layer):
    group = Gimp.GroupLayer.new(image, "group")
    image.insert_layer(group, None, 0)
    image.reorder_item(layer, group, 0)
    group.set_mode(Gimp.LayerMode.NORMAL)
    group.set_opacity(60.0)
    return group


def _masked_group(image, layer):
    return _masked(image, _group(image, layer))


KINDS = (_plain, _blended, _masked, _filtered, _group, _masked_group)


def _check(prepare, source, result, scale):
    image, layer = _document()
    chosen = prepare(image, layer)
    if source == "selection":
        image.select_rectangle(Gimp.ChannelOps.REPLACE, 15, 9, 33, 17)
    size = (WIDTH, HEIGHT) if result == "new-layer" else (int(WIDTH * scale + 0.5), int(HEIGHT * scale + 0.5))
    wanted = _enlarged(image, size)
    made, _ = done(
        image,
        [chosen],
        source=source,
        result_in=result,
        scale=scale,
        regions="none",
        clean_up=0.0,
        clean_up_automatic=False,
    )
    assert (made.get_width(), made.get_height()) == size, (made.get_width(), made.get_height(), size)
    mean = _mean(_seen(made), wanted)
    made.delete()
    return [f"{prepare.__name__}, {source} as {result} ×{scale}: {mean:.1f} apart"] if mean >= SOFT else []


def _check_all(source, result, scale=2.5, kinds=KINDS):
    failed = []
    for kind in kinds:
        failed += _check(kind, source, result, scale)
    assert not failed, "\n".join(failed)


def the_picture_as_a_new_image_looks_as_before():
    _check_all("picture", "new-image", kinds=(_plain, _blended, _masked, _filtered))


def the_picture_as_a_new_layer_looks_as_before():
    _check_all("picture", "new-layer", 4.0)


def the_picture_resized_looks_as_before():
    _check_all("picture", "resize-image")


def a_layer_as_a_new_layer_looks_as_before():
    _check_all("layer", "new-layer", 4.0)


def a_layer_resized_looks_as_before():
    _check_all("layer", "resize-image")


def a_selection_as_a_new_layer_looks_as_before():
    _check_all("selection", "new-layer", 4.0, (_plain, _blended, _masked))


def a_selection_resized_looks_as_before():
    _check_all("selection", "resize-image", kinds=(_plain, _blended, _masked))


def a_result_in_the_layers_place_is_the_only_one_seen():
    image, layer = _document()
    _blended(image, layer)
    done(image, [layer], source="layer", result_in="new-layer")
    result = image.get_layers()[0]
    assert (result.get_mode(), round(result.get_opacity())) == (Gimp.LayerMode.MULTIPLY, 50)
    assert [one.get_visible() for one in image.get_layers()] == [True, False, True]


def broken_scales_leave_no_column_to_gimp():
    for scale in (1.1, 1.5, 2.5, 3.3):
        image, layer = _document()
        done(image, [layer], source="layer", result_in="resize-image", scale=scale)
        assert (image.get_width(), image.get_height()) == (int(101 * scale + 0.5), int(41 * scale + 0.5))
        assert (layer.get_width(), layer.get_height()) == (int(61 * scale + 0.5), int(27 * scale + 0.5))


def a_chosen_channel_does_not_hide_the_only_layer():
    image, _layer = _document()
    saved = channel(image, "su:-2 face", (4, 4, 9, 9))
    image.remove_layer(image.get_layers()[1])
    made, _ = done(image, [saved], source="layer")
    assert (made.get_width(), made.get_height()) == (244, 108)
    image, _ = _document()
    saved = channel(image, "su:-2 face", (4, 4, 9, 9))
    assert "No layer is selected" in refused(image, [saved], source="layer")
