"""The one way to the engine for window, Krita and GIMP: the standard library, Python 3.9, blocking calls.

    bridge = connect("krita")                        # finds the engine, or starts it
    picture = bridge.post_picture(Planes(...))
    job = bridge.upscale(picture.id, regions=[RegionIn(...)])
    for event in job.events(): ...
    for piece in job.rows(): ...

Every call blocks and belongs into a worker thread. What goes wrong is a `BridgeError`.
`facts` is the ground that core and ui stand on too.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .client import Bridge, JobHandle
    from .errors import (
        BridgeError,
        EngineGone,
        EngineMismatch,
        EngineMissing,
        EngineRefused,
        JobCancelled,
        JobFailed,
    )
    from .locate import connect, engine_folder, find, record_command, recorded_command
    from .values import Event, Hello, PictureRef, PixelPlanes, ProposedRegion, RegionIn

__all__ = [
    "Bridge",
    "BridgeError",
    "EngineGone",
    "EngineMismatch",
    "EngineMissing",
    "EngineRefused",
    "Event",
    "Hello",
    "JobCancelled",
    "JobFailed",
    "JobHandle",
    "PictureRef",
    "PixelPlanes",
    "ProposedRegion",
    "RegionIn",
    "connect",
    "engine_folder",
    "find",
    "record_command",
    "recorded_command",
]

_HOMES = {
    "client": ("Bridge", "JobHandle"),
    "errors": (
        "BridgeError", "EngineGone", "EngineMismatch", "EngineMissing", "EngineRefused", "JobCancelled", "JobFailed",
    ),
    "locate": ("connect", "engine_folder", "find", "record_command", "recorded_command"),
    "values": ("Event", "Hello", "PictureRef", "PixelPlanes", "ProposedRegion", "RegionIn"),
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """What is asked for is imported then: who takes a fact from here (PEP 562) need not load HTTP."""
    home = next((home for home, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("." + home, __name__), name)
