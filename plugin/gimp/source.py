"""What is taken from the document: which pixels, from where, and how they are called."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..bridge import RegionIn
from ..bridge.facts import target_px
from ..bridge.host import is_marked, parse_region_name
from .engine_calls import CannotDo
from .libraries import Gimp
from .pixels import is_empty, read, read_mask

if TYPE_CHECKING:
    from ..bridge import PixelPlanes
    from .settings import GimpRequest


CONTEXT_PX = 64
LARGEST_SIDE_PX = 524288  # GIMP's own limit
INDEXED = 2  # Gimp.ImageBaseType


@dataclass(frozen=True)
class LayerSource:
    """Pixels of the document, ready to be sent; close it when the result is in place.

    `planes` were read from `drawable` of `at`, the image itself or a copy. `box` is where they lie in the
    image's pixels, `inner` what of it is wanted (the same, but for a selection without its context). `layer` is
    the user's layer, None for the whole picture.
    """

    kind: str
    planes: PixelPlanes
    drawable: Any
    at: Any
    box: tuple
    inner: tuple
    layer: Any = None
    notes: list = field(default_factory=list)
    copies: list = field(default_factory=list)

    def close(self) -> None:
        """Let go of the copies."""
        while self.copies:
            self.copies.pop().delete()


def take(image: Any, drawables: list, settings: GimpRequest) -> LayerSource:
    """The source that the settings ask for. CannotDo, in words, where there is none."""
    if image is None:
        raise CannotDo("There is no picture.", "Open a picture first.")
    notes, kind = [], settings.source
    if kind == "selection" and Gimp.Selection.is_empty(image):
        kind = "layer"
        notes.append("Nothing is selected, so the whole layer was taken.")
    if int(image.get_base_type()) == INDEXED:
        notes.append("The image is indexed; the result is a new image in RGB colours.")
    source = _picture(image) if kind == "picture" else _layer(image, only_layer(drawables), kind, settings)
    source.notes[:0] = notes
    try:
        _check(source, settings)
    except CannotDo:
        source.close()
        raise
    return source


def _check(source: LayerSource, settings: GimpRequest) -> None:
    if is_empty(source.planes):
        raise CannotDo("Nothing is visible there.", "Show a layer, or choose another source.")
    longest = max(source.planes.width, source.planes.height)
    if target_px(longest, settings.scale) > LARGEST_SIDE_PX:
        raise CannotDo(
            f"The result would be {target_px(longest, settings.scale)} pixels long; GIMP holds {LARGEST_SIDE_PX}.",
            "Take a smaller size.",
        )


def only_layer(drawables: list) -> Any:
    """The selected layer; that of a selected layer mask."""
    if len(drawables) > 1:
        raise CannotDo(
            f"{len(drawables)} layers are selected.", "Select one, or take the whole picture as source."
        )
    layer: Any = drawables[0] if drawables else None
    if isinstance(layer, Gimp.Channel) and not isinstance(layer, Gimp.LayerMask):
        layer = _beside_channel(layer.get_image())
    if isinstance(layer, Gimp.LayerMask):
        layer = Gimp.Layer.from_mask(layer)
    if not isinstance(layer, Gimp.Layer):
        raise CannotDo("No layer is selected.", "Select a layer, or take the whole picture as source.")
    return layer


def _beside_channel(image: Any) -> Any:
    """The layer that is meant where a channel is chosen, as after Save to Channel: that selected, or the only one."""
    layers = image.get_selected_layers() or image.get_layers()
    return layers[0] if len(layers) == 1 else None


def unwritable(layer: Any) -> str | None:
    """None where the layer takes the result; else why not, in words; empty for the whole picture."""
    if layer is None:
        return ""
    kinds = (
        ("is_text_layer", "a text layer"),
        ("is_link_layer", "a link"),
        ("is_vector_layer", "a vector layer"),
    )
    words = [words for test, words in kinds if hasattr(layer, test) and getattr(layer, test)()]
    words += ["a group"] if layer.is_group() else []
    words += ["locked"] if layer.get_lock_content() else []
    words += ["seen through filters"] if filters_of(layer) else []
    return f"“{layer.get_name()}” is {words[0]}; the result lies above it." if words else None


def filters_of(layer: Any) -> list:
    """The filters that GIMP applies to the layer whenever it is shown."""
    return [one for one in layer.get_filters() if one.get_visible()]


def _picture(image: Any) -> LayerSource:
    if not image.get_layers():
        raise CannotDo("This image has no layer.", "Add a layer, or open a picture.")
    copy = like(image, image.get_width(), image.get_height())
    seen = Gimp.Layer.new_from_visible(image, copy, name_of(image))
    copy.insert_layer(seen, None, 0)
    box = (0, 0, image.get_width(), image.get_height())
    return LayerSource("picture", read(seen, copy, box), seen, copy, box, box, copies=[copy])


def _layer(image: Any, layer: Any, kind: str, settings: GimpRequest) -> LayerSource:
    drawable, at, copies = layer, image, []
    masked = layer.get_mask() is not None and layer.get_apply_mask()
    kept = unwritable(layer) is None and (settings.result == "resize-image" or _is_copied(kind, settings))
    if (masked or filters_of(layer)) and not kept:  # else mask and layer go on as they are
        at, drawable = _as_seen(image, layer)
        copies = [at]
    _, left, top = layer.get_offsets()
    whole = (left, top, layer.get_width(), layer.get_height())
    inner, box = (whole, whole) if kind == "layer" else selection_boxes(image, whole)
    planes = read(drawable, at, (box[0] - left, box[1] - top, box[2], box[3]))
    notes = (
        [] if layer.get_visible() else [f"The layer “{layer.get_name()}” is hidden; it was taken as it is."]
    )
    return LayerSource(kind, planes, drawable, at, box, inner, layer, notes, copies)


def _is_copied(kind: str, settings: GimpRequest) -> bool:
    """Whether the result is a copy of the layer that is changed in part."""
    return kind == "selection" and settings.result == "new-layer"


def _as_seen(image: Any, layer: Any) -> tuple:
    """(an image, its one layer) with what mask and filters leave of the layer, without its opacity and mode."""
    copy = image.duplicate()
    copy.undo_disable()
    same, found = copy.get_layers(), None
    for at in _path(image, layer):
        found = same[at]
        same = found.get_children() if found.is_group() else []
    if found is None:
        raise CannotDo("The layer is not in the picture any more.", "Select it again.")
    copy.reorder_item(found, None, 0)
    for other in copy.get_layers():
        other.set_visible(other.get_id() == found.get_id())
    found.set_opacity(100.0)
    found.set_mode(Gimp.LayerMode.NORMAL)
    _, left, top = found.get_offsets()
    copy.resize(layer.get_width(), layer.get_height(), -left, -top)
    seen = Gimp.Layer.new_from_visible(copy, copy, layer.get_name())
    copy.insert_layer(seen, None, 0)
    return copy, seen


def _path(image: Any, layer: Any) -> list:
    """Positions from the image down to the layer."""
    path: list = []
    while layer is not None:
        path.insert(0, image.get_item_position(layer))
        layer = layer.get_parent()
    return path


def selection_boxes(image: Any, whole: tuple) -> tuple:
    """(the selection's box within `whole`, the same with context). CannotDo where they do not touch."""
    bounds = Gimp.Selection.bounds(image)
    inner = intersect((bounds.x1, bounds.y1, bounds.x2 - bounds.x1, bounds.y2 - bounds.y1), whole)
    if min(inner[2:]) < 1:
        raise CannotDo("The selection does not touch the layer.", "Select a part of it, or another layer.")
    x, y, width, height = inner
    wider = (x - CONTEXT_PX, y - CONTEXT_PX, width + 2 * CONTEXT_PX, height + 2 * CONTEXT_PX)
    return inner, intersect(wider, whole)


def intersect(box: tuple, within: tuple) -> tuple:
    """What two boxes (x, y, width, height) share; without width or height where they are apart."""
    left, top = max(box[0], within[0]), max(box[1], within[1])
    right = min(box[0] + box[2], within[0] + within[2])
    bottom = min(box[1] + box[3], within[1] + within[3])
    return left, top, max(0, right - left), max(0, bottom - top)


def name_of(image: Any) -> str:
    """The document's name: that of its file, or what GIMP calls it."""
    file = image.get_xcf_file() or image.get_imported_file() or image.get_file()
    return (file and file.get_basename()) or image.get_name()


def like(image: Any, width: int, height: int) -> Any:
    """An empty image of this size, otherwise like another; RGB where that one is indexed."""
    base = image.get_base_type()
    indexed = int(base) == INDEXED
    made = Gimp.Image.new_with_precision(
        width, height, Gimp.ImageBaseType.RGB if indexed else base, image.get_precision()
    )
    made.undo_disable()
    profile = image.get_color_profile()
    if profile is not None:
        made.set_color_profile(profile)
    made.set_resolution(*image.get_resolution()[-2:])
    return made


# Channels and the selection as regions.

INSIDE = bytes(255 if value >= 128 else 0 for value in range(256))
SELECTION = "Selection"


def marked_channels(image: Any) -> list:
    """(channel, name, priority) of those whose names begin with "su:"; one without a number or word counts as 0."""
    found = []
    for channel in image.get_channels():
        text = channel.get_name()
        if is_marked(text):
            name, priority = parse_region_name(text)
            found.append((channel, name or text, priority or 0.0))
    return found


def regions_for(image: Any, box: tuple, settings: GimpRequest) -> tuple:
    """(regions in source pixels, notes) for a box of the image; the upper channel wins where two overlap."""
    if settings.regions == "channels":
        found = [
            region_in(name, priority, box, read_mask(channel, box))
            for channel, name, priority in marked_channels(image)
        ]
        empty = [one[1] for one, region in zip(marked_channels(image), found) if region is None]
        notes = [f"The channel “{name}” marks nothing of the source." for name in empty]
        return [region for region in found if region is not None], notes
    if settings.regions == "selection":
        region = region_in(SELECTION, settings.selected, box, read_mask(image.get_selection(), box))
        return ([region], []) if region else ([], ["Nothing is selected, so there are no regions."])
    return [], []


def region_in(name: str, priority: float, box: tuple, data: bytes) -> RegionIn | None:
    """A region from the bytes of a mask, cut to what is inside (≥ 128); None where nothing is."""
    width, height = box[2:]
    inside = data.translate(INSIDE)
    rows = [y for y in range(height) if inside.find(b"\xff", y * width, (y + 1) * width) >= 0]
    if not rows:
        return None
    top, bottom = rows[0], rows[-1] + 1
    left = min(inside.find(b"\xff", y * width, (y + 1) * width) - y * width for y in rows)
    right = max(inside.rfind(b"\xff", y * width, (y + 1) * width) - y * width for y in rows) + 1
    mask = b"".join(inside[y * width + left : y * width + right] for y in range(top, bottom))
    return RegionIn(name, priority, (left, top, right - left, bottom - top), mask)
