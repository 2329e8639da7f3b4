"""The one way to the engine for window, Krita and GIMP: the standard library, Python 3.9, blocking calls.

    bridge = connect("krita")                        # finds the engine, or starts it
    picture = bridge.post_picture(Planes(...))
    job = bridge.upscale(picture.id, regions=[RegionIn(...)])
    for event in job.events(): ...
    for piece in job.rows(): ...

Every call blocks and belongs into a worker thread. What goes wrong is a `BridgeError`.
"""

from .client import Bridge
from .errors import (
    BridgeError,
    EngineGone,
    EngineMismatch,
    EngineMissing,
    EngineRefused,
    JobCancelled,
    JobFailed,
)
from .find import connect, find
from .folder import engine_folder, record_command, recorded_command
from .job import Job
from .values import Event, Hello, PictureRef, Planes, Proposal, RegionIn

__all__ = [
    "Bridge",
    "BridgeError",
    "EngineGone",
    "EngineMismatch",
    "EngineMissing",
    "EngineRefused",
    "Event",
    "Hello",
    "Job",
    "JobCancelled",
    "JobFailed",
    "PictureRef",
    "Planes",
    "Proposal",
    "RegionIn",
    "connect",
    "engine_folder",
    "find",
    "record_command",
    "recorded_command",
]
