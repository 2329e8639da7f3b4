"""The one way to the engine for window, Krita and GIMP: the standard library, Python 3.9, blocking calls.

    bridge = connect("krita")                        # finds the engine, or starts it
    picture = bridge.post_picture(Planes(...))
    job = bridge.upscale(picture.id, regions=[RegionIn(...)])
    for event in job.events(): ...
    for piece in job.rows(): ...

Every call blocks and belongs into a worker thread. What goes wrong is a `BridgeError`.
"""

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
