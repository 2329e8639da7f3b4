"""Channels and the selection as regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plugin.bridge import RegionIn
from plugin.bridge.host import is_marked, parse_region_name

from .document import read_mask

if TYPE_CHECKING:
    from .choices import Settings

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


def regions_for(image: Any, box: tuple, settings: Settings) -> tuple:
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
