"""What the plug-in says, and the errors of its own."""

from __future__ import annotations

from ..bridge.errors import BridgeError
from .translation import mark

TITLE = "Semantic Upscale"
NO_DOCUMENT = mark("Open a picture first.")
GROUP_NAME = "Upscale regions"
GROUP_NAMES = ("upscale regions", "upscale-bereiche")
ASK_RESIZE = mark(
    "All layers of this document will be enlarged with it, and the result comes on top as a layer of its own. One undo "
    "takes it all back."
)
BUSY = mark("One picture is being enlarged already. Wait for it, or press Cancel.")


class Unfit(BridgeError):  # noqa: N818  (the document is, not the program)
    """The document cannot be used as it is asked for; nothing was sent."""


def duration_words(seconds: float) -> str:
    """As people say it: "8 s", "3 min"."""
    return f"{max(1, round(seconds))} s" if seconds < 100 else f"{round(seconds / 60)} min"
