"""Putting the target into GIMP: everything is there before the document is touched, and it is one undo step."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..bridge.facts import target_px
from ..bridge.host import target_name
from .engine_calls import CannotDo
from .libraries import Gegl, Gimp
from .pixels import copy_all, read_mask, write_mask
from .source import INDEXED, like, unwritable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .pixels import Sheet, TargetDrawable
    from .settings import GimpRequest
    from .source import LayerSource

TYPES = {
    "GREY": Gimp.ImageType.GRAY_IMAGE,
    "GREYA": Gimp.ImageType.GRAYA_IMAGE,
    "RGB": Gimp.ImageType.RGB_IMAGE,
    "RGBA": Gimp.ImageType.RGBA_IMAGE,
}
FULL = b"\xff"
RECORD = "semantic-upscale"  # the parasite that says how a layer came about, as JSON


def check(image: Any, settings: GimpRequest) -> str:
    """Where the result goes: what was asked, but a new image for an indexed one. CannotDo where it cannot go there."""
    if int(image.get_base_type()) == INDEXED:
        return "new-image"
    if settings.result != "new-image" and image.get_floating_sel() is not None:
        raise CannotDo("There is a floating selection.", "Anchor it first, or take a new image as result.")
    return settings.result


def place(image: Any, source: LayerSource, target: TargetDrawable, settings: GimpRequest) -> Any:
    """The image that holds the result."""
    put = {"new-image": new_image, "new-layer": new_layer, "resize-image": resize}
    return put[check(image, settings)](image, source, target, settings)


def target_box(source: LayerSource, target: TargetDrawable) -> tuple:
    """The box of the target, in its own pixels, that belongs to the source's inner box."""
    across, down = target.width / source.box[2], target.height / source.box[3]
    left, top = (source.inner[0] - source.box[0]) * across, (source.inner[1] - source.box[1]) * down
    right, bottom = left + source.inner[2] * across, top + source.inner[3] * down
    return round(left), round(top), round(right) - round(left), round(bottom) - round(top)


def original_wanted(image: Any, source: LayerSource, settings: GimpRequest) -> bool:
    """Whether the source will lie below the result."""
    return settings.original and source.kind != "selection" and check(image, settings) == "new-image"


def new_image(image: Any, source: LayerSource, target: TargetDrawable, _settings: GimpRequest) -> Any:
    """A new image of the same kind, the original below the result."""
    made, layer = stage(image, source, target)
    if target.original is not None:
        name = f"{source.drawable.get_name()} (original)"
        below = add_layer(made, (name, 1), target.original, (0, 0, target.width, target.height))
        below.set_visible(False)  # soft alpha would be seen twice
    if source.kind == "selection":
        _mask_like_selection(image, source, layer)
    if source.kind == "picture":
        copy_guides(image, made)
    metadata = image.get_metadata()
    if metadata is not None:
        made.set_metadata(metadata)
    made.set_selected_layers([layer])
    made.undo_enable()
    return made


def stage(image: Any, source: LayerSource, target: TargetDrawable) -> tuple:
    """(a new image without undo, its one layer with what is wanted of the target)."""
    box = target_box(source, target)
    made = like(image, box[2], box[3])
    layer = add_layer(made, (result_name(source, target), 0), target, box)
    record(layer, target)
    return made, layer


def result_name(source: LayerSource, target: TargetDrawable) -> str:
    """The name of the layer that holds the result."""
    return target_name(source.drawable.get_name(), round(target.width / source.box[2], 2))


def add_layer(image: Any, place: tuple, sheet: Sheet, box: tuple) -> Any:
    """A new layer (name, position) with a box of the sheet."""
    kind = TYPES[sheet.mode]
    layer = Gimp.Layer.new(image, place[0], box[2], box[3], kind, 100.0, Gimp.LayerMode.NORMAL)
    image.insert_layer(layer, None, place[1])
    sheet.copy_to(layer.get_buffer(), box, (0, 0))
    layer.update(0, 0, box[2], box[3])
    return layer


def _mask_like_selection(image: Any, source: LayerSource, layer: Any) -> None:
    """What the selection leaves out is hidden by a layer mask; a plain rectangle needs none."""
    width, height = source.inner[2:]
    data = read_mask(image.get_selection(), source.inner)
    if data.count(FULL) == len(data):
        return
    small = Gimp.Image.new_with_precision(width, height, Gimp.ImageBaseType.GRAY, Gimp.Precision.U8_LINEAR)
    grey = Gimp.Layer.new(
        small, "mask", width, height, Gimp.ImageType.GRAY_IMAGE, 100.0, Gimp.LayerMode.NORMAL
    )
    small.insert_layer(grey, None, 0)
    write_mask(grey, width, height, data)
    with interpolation(Gimp.InterpolationType.LINEAR):
        grey.scale(layer.get_width(), layer.get_height(), False)
    mask = layer.create_mask(Gimp.AddMaskType.WHITE)
    layer.add_mask(mask)
    copy_all(grey, mask)
    small.delete()


def copy_guides(image: Any, made: Any) -> None:
    """The guides of an image, at the same places of the enlarged one."""
    across, down = made.get_width() / image.get_width(), made.get_height() / image.get_height()
    guide = image.find_next_guide(0)
    while guide:
        at = image.get_guide_position(guide)
        if image.get_guide_orientation(guide) == Gimp.OrientationType.HORIZONTAL:
            made.add_hguide(round(at * down))
        else:
            made.add_vguide(round(at * across))
        guide = image.find_next_guide(guide)


def new_layer(image: Any, source: LayerSource, target: TargetDrawable, _settings: GimpRequest) -> Any:
    """A layer of the source's size in its place, the source hidden below it."""
    if source.kind == "selection" and unwritable(source.layer) is None:
        return _changed_copy(image, source, target)
    width, height = source.inner[2:]
    box = (source.inner[0] - source.box[0], source.inner[1] - source.box[1], width, height)
    name, kind = result_name(source, target), TYPES[target.mode]
    layer = Gimp.Layer.new(image, name, width, height, kind, 100.0, Gimp.LayerMode.NORMAL)
    data = target.shrunk(box, source.box[2] / target.width)
    buffer = layer.get_buffer()
    buffer.set(Gegl.Rectangle.new(0, 0, width, height), target.format, data)
    buffer.flush()
    record(layer, target)
    with one_step(image):
        _put_above(image, source, layer, source.inner[:2])
    return image


def _changed_copy(image: Any, source: LayerSource, target: TargetDrawable) -> Any:
    """A copy of the layer, changed where it is selected: a piece above it would be seen twice where alpha is soft."""
    x, y, width, height = source.inner
    data = target.shrunk((x - source.box[0], y - source.box[1], width, height), source.box[2] / target.width)
    _, left, top = source.layer.get_offsets()
    with one_step(image):
        layer = source.layer.copy()
        layer.set_name(result_name(source, target))
        image.insert_layer(layer, source.layer.get_parent(), image.get_item_position(source.layer))
        buffer = layer.get_shadow_buffer()
        buffer.set(Gegl.Rectangle.new(x - left, y - top, width, height), target.format, data)
        buffer.flush()
        layer.merge_shadow(True)
        layer.update(0, 0, layer.get_width(), layer.get_height())
        record(layer, target)
        source.layer.set_visible(False)
    return image


def _put_above(image: Any, source: LayerSource, layer: Any, at: tuple) -> None:
    """The layer above the source's own, or above everything, in its place; the selection shapes it."""
    parent = source.layer.get_parent() if source.layer else None
    image.insert_layer(layer, parent, image.get_item_position(source.layer) if source.layer else 0)
    layer.set_offsets(*at)
    if source.layer is not None:
        _blend_alike(source.layer, layer)
    if source.kind == "selection":
        layer.add_mask(layer.create_mask(Gimp.AddMaskType.SELECTION))
        return
    replaced = [source.layer] if source.layer else image.get_layers()
    for one in replaced:
        if one.get_id() != layer.get_id():
            one.set_visible(False)


def _blend_alike(before: Any, layer: Any) -> None:
    """The layer meets what lies below it as the one before did; only groups can pass through."""
    layer.set_opacity(before.get_opacity())
    if before.get_mode() != Gimp.LayerMode.PASS_THROUGH:
        layer.set_mode(before.get_mode())
        layer.set_blend_space(before.get_blend_space())
        layer.set_composite_space(before.get_composite_space())
        layer.set_composite_mode(before.get_composite_mode())


def resize(image: Any, source: LayerSource, target: TargetDrawable, settings: GimpRequest) -> Any:
    """The image itself enlarged, the result in the place of the layer, or above what cannot be written to."""
    refusal = unwritable(source.layer)
    made: Any = None
    big: Any = None
    if refusal is not None:
        made, big = stage(image, source, target)
    if refusal:
        source.notes.append(refusal)
    size = [target_px(side, settings.scale) for side in (image.get_width(), image.get_height())]
    across, down = size[0] / image.get_width(), size[1] / image.get_height()
    try:
        with one_step(image), interpolation(smoothness(image, source, made is None)):
            image.scale(*size)
            if made is None:
                _overwrite(source, target, (round(source.box[0] * across), round(source.box[1] * down)))
            else:
                at = round(source.inner[0] * across), round(source.inner[1] * down)
                layer = Gimp.Layer.new_from_drawable(big, image)
                layer.set_name(big.get_name())
                _put_above(image, source, layer, at)
    finally:
        if made is not None:
            made.delete()
    return image


def smoothness(image: Any, source: LayerSource, overwritten: bool) -> Any:
    """How the image is scaled: smoothly, which takes GIMP long, but where the result replaces all of it."""
    alone = len(image.get_layers()) == 1 and not image.get_channels() and Gimp.Selection.is_empty(image)
    if overwritten and alone and source.layer.get_parent() is None and source.layer.get_mask() is None:
        return Gimp.InterpolationType.NONE
    return Gimp.InterpolationType.CUBIC


def _overwrite(source: LayerSource, target: TargetDrawable, corner: tuple) -> None:
    """Write the result into the layer that `image.scale` has just made bigger.

    Its buffer is new, the old one lies in the undo step: written directly it needs no step of its own, and a
    selection that only marks a region does not hold it back. Where the selection is the source, it does: there the
    shadow is merged.
    """
    layer = source.layer
    whole = (0, 0, target.width, target.height)
    if source.kind != "selection" and (layer.get_width(), layer.get_height()) != whole[2:]:
        layer.scale(target.width, target.height, False)  # GIMP rounds a layer's edges, not its sides
        layer.set_offsets(*corner)
    _, left, top = layer.get_offsets()
    if source.kind == "selection":
        target.copy_to(layer.get_shadow_buffer(), whole, (corner[0] - left, corner[1] - top))
        if not layer.merge_shadow(True):
            raise CannotDo(f"GIMP does not let the layer “{layer.get_name()}” be written to.", "Unlock it.")
    else:
        target.copy_to(layer.get_buffer(), whole, (0, 0))
    layer.update(0, 0, layer.get_width(), layer.get_height())
    record(layer, target)


def record(layer: Any, target: TargetDrawable) -> None:
    """Say in the layer, and so in the file, how it came about."""
    text = json.dumps(target.record, sort_keys=True).encode()
    layer.attach_parasite(Gimp.Parasite.new(RECORD, Gimp.PARASITE_PERSISTENT, text))


@contextmanager
def one_step(image: Any) -> Iterator[None]:
    """All of it is one entry in the undo history."""
    image.undo_group_start()
    try:
        yield
    finally:
        image.undo_group_end()


@contextmanager
def interpolation(kind: Any) -> Iterator[None]:
    """How GIMP scales inside; the user's own choice comes back."""
    Gimp.context_push()
    Gimp.context_set_interpolation(kind)
    try:
        yield
    finally:
        Gimp.context_pop()
