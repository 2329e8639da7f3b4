# ruff: noqa: E402  (versions of the libraries first)
"""Inside GIMP: documents made for a test, calls of the plug-in, and the engine asked for the same directly."""

from __future__ import annotations

from array import array

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gegl", "0.4")
gi.require_version("Babl", "0.1")
from gi.repository import Babl, Gegl, Gimp

from plugin.bridge import PixelPlanes, connect

__all__ = ["Babl", "Gegl", "Gimp"]
Gegl.init(None)
WIDTH, HEIGHT = 48, 40
RECORD = "semantic-upscale"
BIG = (WIDTH * 4, HEIGHT * 4)
NAMES = {"RGB": "R'G'B'", "RGBA": "R'G'B'A", "GREY": "Y'", "GREYA": "Y'A"}
DEPTHS = {"u8": "u8", "u16": "u16", "f32": "float"}
CODES = {"u8": ("B", 255), "u16": ("H", 65535), "f32": ("f", 1.0)}
PRECISIONS = {
    "u8": Gimp.Precision.U8_NON_LINEAR,
    "u16": Gimp.Precision.U16_NON_LINEAR,
    "f32": Gimp.Precision.FLOAT_NON_LINEAR,
}
TYPES = {
    "RGB": Gimp.ImageType.RGB_IMAGE,
    "RGBA": Gimp.ImageType.RGBA_IMAGE,
    "GREY": Gimp.ImageType.GRAY_IMAGE,
    "GREYA": Gimp.ImageType.GRAYA_IMAGE,
}


def pixels(mode="RGB", depth="u8", width=WIDTH, height=HEIGHT):
    """A slope with stripes, as bytes; alpha falls off to the right."""
    code, white = CODES[depth]
    kind = float if depth == "f32" else round
    values = array(code)
    for y in range(height):
        for x in range(width):
            colour = (x / width, y / height, ((x // 3 + y // 5) % 4) / 3)
            shown = colour[:1] if mode.startswith("GREY") else colour
            alpha = (1 - x / (2 * width),) if mode.endswith("A") else ()
            values.extend(kind(value * white) for value in (*shown, *alpha))
    return values.tobytes()


def rectangle(x, y, width, height):
    return Gegl.Rectangle.new(x, y, width, height)


def write(drawable, data, mode, depth):
    size = drawable.get_width(), drawable.get_height()
    buffer = drawable.get_buffer()
    buffer.set(rectangle(0, 0, *size), f"{NAMES[mode]} {DEPTHS[depth]}", data)
    buffer.flush()
    drawable.update(0, 0, *size)


def read(drawable, mode="RGB", depth="u8", box=None):
    box = box or (0, 0, drawable.get_width(), drawable.get_height())
    name = f"{NAMES[mode]} {DEPTHS[depth]}"
    return drawable.get_buffer().get(rectangle(*box), 1.0, name, Gegl.AbyssPolicy.NONE)


def document(mode="RGB", depth="u8", width=WIDTH, height=HEIGHT):
    """(image, its one layer, the layer's bytes)."""
    base = Gimp.ImageBaseType.GRAY if mode.startswith("GREY") else Gimp.ImageBaseType.RGB
    image = Gimp.Image.new_with_precision(width, height, base, PRECISIONS[depth])
    layer = Gimp.Layer.new(image, "ground", width, height, TYPES[mode], 100.0, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, 0)
    data = pixels(mode, depth, width, height)
    write(layer, data, mode, depth)
    return image, layer, data


def channel(image, name, box, value=255):
    """A saved selection with a box of this value."""
    made = Gimp.Channel.new(image, name, image.get_width(), image.get_height(), 50.0, Gegl.Color.new("red"))
    image.insert_channel(made, None, len(image.get_channels()))
    buffer = made.get_buffer()
    gamma = int(image.get_precision()) == int(Gimp.Precision.U8_NON_LINEAR)
    buffer.set(rectangle(*box), "Y' u8" if gamma else "Y u8", bytes([value]) * (box[2] * box[3]))
    buffer.flush()
    return made


def call(image, drawables, name="semantic-upscale", mode=Gimp.RunMode.NONINTERACTIVE, **arguments):
    """(status, image, notes, error words) of a call through the procedure database."""
    procedure = Gimp.get_pdb().lookup_procedure(name)
    config = procedure.create_config()
    config.set_property("run-mode", mode)
    config.set_property("image", image)
    config.set_core_object_array("drawables", drawables)
    for key, value in arguments.items():
        config.set_property(key.replace("_", "-"), value)
    answer = procedure.run(config)
    if answer.index(0) != Gimp.PDBStatusType.SUCCESS:
        return answer.index(0), None, "", Gimp.get_pdb().get_last_error()
    return answer.index(0), answer.index(1), answer.index(2) or "", ""


def done(image, drawables, **arguments):
    """(image, notes) of a call that must succeed."""
    status, made, notes, words = call(image, drawables, **arguments)
    assert status == Gimp.PDBStatusType.SUCCESS, (status, words)
    return made, notes


def refused(image, drawables, **arguments):
    """The words of a call that must fail."""
    status, _, _, words = call(image, drawables, **arguments)
    assert status == Gimp.PDBStatusType.EXECUTION_ERROR, status
    return words


def engine_says(
    data, mode="RGB", depth="u8", *, size=(WIDTH, HEIGHT), regions=(), rest=0.0, icc=None, **options
):
    """The target's bytes when the engine is asked without GIMP."""
    bridge = connect("test", start=False)
    picture = bridge.post_picture(PixelPlanes(*size, mode, depth, data, icc))
    job = bridge.upscale(picture.id, regions, rest, options)
    job.wait()
    planes = job.planes(mode, depth)
    return bytes(planes.data)


def distance(ours, theirs, depth="u8"):
    """Largest difference of two rows of values."""
    code = CODES[depth][0]
    first, second = array(code), array(code)
    first.frombytes(bytes(ours))
    second.frombytes(bytes(theirs))
    assert len(first) == len(second), (len(first), len(second))
    return max(abs(a - b) for a, b in zip(first, second))  # noqa: B905  (equally long)
