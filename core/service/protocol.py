"""What goes into the queue and what comes out of it. No torch here, nor in anything else that the server imports."""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.checkpoints.catalog import catalog
from core.errors import UsageError
from core.geometry import Box, Size
from core.regions.mask import Mask
from core.regions.region import REGION_LIMIT, Region, RegionSet
from core.request import UpscaleRequest
from core.segment.interface import Point, Prompt
from core.segment.registry import AUTO, BUILT_IN, segmenter_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.image.picture import Depth


QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
ENDS = (DONE, FAILED, CANCELLED)
KINDS = (
    "upscale",
    "preview",
    "propose",
    "everything",
    "suggest",
    "prepare",
    "estimate",
    "download",
    "add_model",
)


@dataclass(frozen=True)
class JobSpec:
    """What a client asks for.

    `kind` is one of KINDS, `client` whoever asks ("krita/4f…"), `body` the rest of the request as in docs/protocol.md
    (keys that are named here are ignored in it). A newer preview or propose of the same client and `lane` drops the
    older ones that wait.
    """

    kind: str
    client: str
    body: Mapping[str, Any]
    picture_id: str | None = None
    keep: bool = False
    lane: str | None = None


@dataclass(frozen=True)
class JobEvent:
    """Something that happened to a job; numbers rise from 1. Kinds and data as in docs/protocol.md."""

    number: int
    kind: str
    data: Mapping[str, Any]

    @property
    def last(self) -> bool:
        """Whether nothing follows."""
        return self.kind in ENDS


@dataclass(frozen=True)
class JobInfo:
    """A job as it stands; `dict(…)` of its fields is the answer of `GET /v1/jobs/{id}`, less `client`.

    `position` is how many jobs go before it while it is queued, else 0; `done` of `total` steps; `left_s` seconds still
    to go or None; `error` {"code", "message", "advice"}; `result` as docs/protocol.md says for the kind.
    """

    id: str
    kind: str
    client: str
    state: str
    position: int = 0
    done: int = 0
    total: int = 0
    left_s: float | None = None
    notes: tuple[str, ...] = ()
    error: Mapping[str, str] | None = None
    result: Mapping[str, Any] | None = None

    @property
    def over(self) -> bool:
        """Whether it is done, failed or cancelled."""
        return self.state in ENDS


@dataclass(frozen=True)
class QueueStatus:
    """How the queue and its worker stand, for `GET /v1/status` and `hello`.

    `device`, `precision`, `loaded` and `memory_bytes` are the worker's, empty and 0 while none runs; `idle_s` seconds
    since the last job ended.
    """

    jobs: tuple[JobInfo, ...] = ()
    worker_pid: int | None = None
    device: str = ""
    precision: str = ""
    memory_bytes: int = 0
    loaded: tuple[str, ...] = field(default=())
    idle_s: float = 0.0


# Masks as they travel: base64 of zlib of width × height bytes, row after row, ≥ 128 inside.

_LEVEL = 1  # masks are nearly all zeros and ones: more effort makes them hardly smaller


def packed_bytes(data: bytes) -> str:
    """Any bytes as such a text."""
    return base64.b64encode(zlib.compress(data, _LEVEL)).decode("ascii")


def packed_mask(mask: Mask) -> str:
    """The mask inside its own box."""
    return packed_bytes((mask.pixels.view(np.uint8) * np.uint8(255)).tobytes())


def unpacked_mask(text: str, box: Box) -> Mask:
    """UsageError unless the text holds exactly the box; never more than that is unpacked."""
    try:
        stream = zlib.decompressobj()
        data = stream.decompress(base64.b64decode(text, validate=True), box.size.area + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise UsageError("A mask is no base64 of zlib.", "Send it as the protocol says.") from error
    if len(data) != box.size.area or not stream.eof:
        raise UsageError(
            f"A mask does not hold the {box.size.area} bytes of its box.", "Send width × height bytes."
        )
    return Mask(box, np.frombuffer(data, np.uint8).reshape(box.height, box.width) >= 128)


# What the body of a job says: checked by the queue before the job is taken, and by the worker, which alone unpacks
# its masks.

MOST_PREVIEW_PX = 1 << 20
MOST_MASK_PX = 1_000_000_000
MOST_POINTS = 1000
PLAIN = ("estimate",)
DEPTHS: dict[str, Depth] = {"u8": 8, "u16": 16, "f32": "float"}
_WHOLE = {"seed", "tile_px", "tile_height_px", "memory_bytes", "steps"}
_TEXTS = {"method", "device", "precision"}
_FLAGS = {"seamless"}


@dataclass(frozen=True)
class Wanted:
    """What an upscale or a preview asks: `depth` of the target is None for the source's; `box` None is the whole."""

    regions: RegionSet
    request: UpscaleRequest
    depth: Depth | None = None
    box: Box | None = None


def check_body(kind: str, body: Mapping[str, Any], size: Size | None) -> None:
    """UsageError where the body of this kind cannot be carried out on a picture of this size."""
    if kind == "download":
        download_of(body)
        return
    if kind == "add_model":
        model_file_of(body)
        return
    if size is None:
        raise UsageError(f"A job of kind {kind!r} needs a picture.", "Post a picture and name it.")
    if kind in ("upscale", "preview"):
        wanted_of(kind, body, size, _unread_mask)
    elif kind == "propose":
        prompt_of(body, size)
        segmenter_of(body)
    elif kind in ("everything", "suggest", "prepare"):
        segmenter_of(body)
    elif kind not in PLAIN:
        raise UsageError(f"No job is of kind {kind!r}.", "See the protocol.")


def wanted_of(
    kind: str,
    body: Mapping[str, Any],
    size: Size,
    mask_of: Callable[[str, Box], Mask] = unpacked_mask,
) -> Wanted:
    """Regions and options of an upscale or a preview."""
    request = _request(_typed(body, "options", dict, {}))
    depth = body.get("depth")
    if depth is not None and depth not in DEPTHS:
        raise UsageError(f"No depth is named {depth!r}.", f"Take one of: {', '.join(DEPTHS)}.")
    box = _preview_box(body, size) if kind == "preview" else None
    return Wanted(_regions(body, size, mask_of), request, DEPTHS[depth] if depth else None, box)


def prompt_of(body: Mapping[str, Any], size: Size) -> Prompt:
    """Points and box of a click."""
    rows, box = _typed(body, "points", list, []), body.get("box")
    if len(rows) > MOST_POINTS:
        raise UsageError(f"{len(rows)} points are too many.", f"Take up to {MOST_POINTS}.")
    points = tuple(Point(x, y, bool(include)) for x, y, include in (_whole(row, 3, "point") for row in rows))
    for point in points:
        if not Box.of(size).contains(point.x, point.y):
            raise UsageError(f"The point {point.x},{point.y} is outside the picture of {size}.")
    memory = body.get("memory")
    return Prompt(points, None if box is None else _box(box, size), memory_of(memory) if memory else None)


# What a segmenter left with an answer, as text that a client hands back unread with its next click.

MEMORY_LIMIT = 1_000_000  # characters
_CUT, _LOGITS = "level", "logits"
_MOST_LEVELS, _LOGITS_PX = 1_000_000, 1024
_LOGIT_RANGE = 1000.0  # what half precision holds well


def memory_text(memory: object) -> str | None:
    """The built-in segmenter's level or SAM's low-resolution logits (1, p, p) as text; None for anything else."""
    if isinstance(memory, int):
        return f"{_CUT} {memory}"
    if isinstance(memory, np.ndarray) and memory.ndim == 3 and memory.shape[1] == memory.shape[2]:
        small = memory.clip(-_LOGIT_RANGE, _LOGIT_RANGE).astype("<f2")
        packed = base64.b64encode(zlib.compress(small.tobytes(), 1)).decode("ascii")
        return f"{_LOGITS} {memory.shape[1]} {packed}"
    return None


def memory_of(text: object) -> int | np.ndarray:
    """The inverse of `memory_text`; logits come back as float32. UsageError where it is none of ours."""
    if not isinstance(text, str) or len(text) > MEMORY_LIMIT:
        raise _strange_memory()
    try:
        kind, size, *packed = text.split(" ")
        if kind == _CUT and not packed and 0 < int(size) <= _MOST_LEVELS:
            return int(size)
        if kind == _LOGITS and len(packed) == 1 and 0 < int(size) <= _LOGITS_PX:
            return _logits(packed[0], int(size))
    except (ValueError, zlib.error) as error:
        raise _strange_memory() from error
    raise _strange_memory()


def _logits(packed: str, side: int) -> np.ndarray:
    data = zlib.decompressobj().decompress(base64.b64decode(packed, validate=True), 2 * side * side + 1)
    logits = np.frombuffer(data, "<f2").astype(np.float32).reshape(1, side, side)
    if not np.isfinite(logits).all():
        raise ValueError
    return logits


def _strange_memory() -> UsageError:
    return UsageError(
        "The answer to be corrected is not one that a segmenter gave.", "Leave `memory` out, or click again."
    )


def segmenter_of(body: Mapping[str, Any], usual: str = AUTO) -> str:
    """The name of the segmenter asked for."""
    name = body.get("segmenter")
    if name is None:
        return usual
    if name not in (known := segmenter_names()):
        raise UsageError(f"No segmenter is named {name!r}.", f"Take one of: {', '.join(known)}.")
    return name


def download_of(body: Mapping[str, Any]) -> tuple[str, bool]:
    """The model, and whether its licence is accepted."""
    name, known = body.get("model"), [row.id for row in catalog()]
    if name not in known:
        raise UsageError(f"No model is named {name!r}.", f"Take one of: {', '.join(known)}.")
    return str(name), _typed(body, "accept_licence", bool, False)


def model_file_of(body: Mapping[str, Any]) -> Path:
    """The file to take in; whether it is a model shows when it is read."""
    path = body.get("path")
    if not isinstance(path, str) or not Path(path).is_absolute():
        raise UsageError(f"{str(path)[:80]!r} is no path of a file.", "Give the whole path.")
    return Path(path)


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise UsageError(f"Option {name!r} has the value {str(value)[:40]!r}.", "Take true or false.")
    return value


def _request(options: Mapping[str, Any]) -> UpscaleRequest:
    known = [field.name for field in fields(UpscaleRequest)]
    strange = next((name for name in options if name not in known), None)
    if strange is not None:
        raise UsageError(f"No option is named {str(strange)[:40]!r}.", f"Known are {', '.join(known)}.")
    given = {name: _option(name, value) for name, value in options.items() if value is not None}
    request = UpscaleRequest(**given)
    methods = _methods()
    if request.method not in methods:
        raise UsageError(f"No method is named {request.method!r}.", f"Take one of: {', '.join(methods)}.")
    if request.memory_bytes is not None and request.memory_bytes < 1:
        raise UsageError("The memory asked for is nothing.", "Take some bytes, or leave it out.")
    return request


def _methods() -> tuple[str, ...]:
    """Read anew: the user may have added a model."""
    return tuple(row.id for row in catalog() if row.task == "upscale")


def _option(name: str, value: Any) -> Any:
    if name in _FLAGS:
        return _flag(name, value)
    kinds = (str,) if name in _TEXTS else (int,) if name in _WHOLE else (int, float)
    if not isinstance(value, kinds) or isinstance(value, bool):
        raise UsageError(f"The option {name} is {str(value)[:40]!r}, of the wrong type.")
    return value


def _regions(body: Mapping[str, Any], size: Size, mask_of: Callable[[str, Box], Mask]) -> RegionSet:
    rows = _typed(body, "regions", list, [])
    if len(rows) > REGION_LIMIT:
        raise UsageError(f"{len(rows)} regions are too many.", f"Take up to {REGION_LIMIT}.")
    boxes = [_region_box(row, size) for row in rows]
    if sum(box.size.area for box in boxes) > MOST_MASK_PX:
        raise UsageError("The masks hold too many pixels together.", "Cut each to its own box.")
    regions = [
        _region(f"r{i}", row, mask_of(_typed(row, "mask", str, ""), box))
        for i, (row, box) in enumerate(zip(rows, boxes, strict=True), 1)
    ]
    return RegionSet(size, tuple(regions), _number(body, "rest", 0.0))


def _unread_mask(text: str, box: Box) -> Mask:
    """None yet: ten masks of 3 MP take 45 ms to unpack, which the worker does when the job's turn comes."""
    del text, box
    return Mask.nothing()


def _region_box(row: Any, size: Size) -> Box:
    if not isinstance(row, dict):
        raise UsageError("A region is not an object.", "Send it as the protocol says.")
    return _box(row.get("box"), size)


def _region(identity: str, row: Mapping[str, Any], mask: Mask) -> Region:
    return Region(
        identity,
        _typed(row, "name", str, ""),
        mask,
        priority=_number(row, "priority", 0.0),
        feather_px=_number(row, "feather_px", 0.0),
        locked=_typed(row, "locked", bool, False),
        visible=_typed(row, "visible", bool, True),
        seed=None if row.get("seed") is None else int(_typed(row, "seed", int, 0)),
    )


def _preview_box(body: Mapping[str, Any], size: Size) -> Box:
    box = _box(body.get("box"), size)
    if box.size.area > MOST_PREVIEW_PX:
        raise UsageError(f"A preview of {box.size} is too large.", "Take a smaller box, or upscale.")
    return box


def _box(value: Any, size: Size) -> Box:
    """UsageError unless it is [x, y, width, height] with pixels in it, inside the picture."""
    box = Box(*_whole(value, 4, "box"))
    if box.empty or box.intersect(Box.of(size)) != box:
        raise UsageError(f"The box {list(value)} does not lie in the picture of {size}.")
    return box


def _whole(value: Any, count: int, what: str) -> list[int]:
    fits = isinstance(value, list | tuple) and len(value) == count
    if not fits or not all(isinstance(number, int) and not isinstance(number, bool) for number in value):
        raise UsageError(f"A {what} is {str(value)[:60]!r}.", f"Send {count} whole numbers.")
    return list(value)


def _typed(body: Mapping[str, Any], key: str, kind: type, absent: Any) -> Any:
    value = body.get(key)
    if value is None:
        return absent
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise UsageError(f"{key!r} is {str(value)[:40]!r}, of the wrong type.")
    return value


def _number(body: Mapping[str, Any], key: str, absent: float) -> float:
    value = body.get(key)
    if value is None:
        return absent
    if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) > 1e9:
        raise UsageError(f"{key!r} is {str(value)[:40]!r}, of the wrong type.")
    return float(value)


__all__ = [
    "BUILT_IN",
    "Wanted",
    "check_body",
    "download_of",
    "model_file_of",
    "prompt_of",
    "segmenter_of",
    "wanted_of",
]
