"""What crosses the border between a host and the engine. Frozen; bytes only, for hosts bring no numpy."""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from .errors import BridgeError
from .facts import BANDS, DEPTH_BYTES

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class PixelPlanes:
    """Pixels of a picture.

    `mode` is GREY, GREYA, RGB or RGBA, `depth` u8, u16 or f32: little-endian, straight alpha, top row first. `data` is
    any object of bytes; its rows lie `stride_bytes` apart, 0 where they are packed. `icc` is the profile, `dpi` the
    resolution; None where there is none. ValueError for an unknown mode or depth, or where `data` is too short.
    """

    width: int
    height: int
    mode: str
    depth: str
    data: Any = field(repr=False)
    icc: bytes | None = field(default=None, repr=False)
    stride_bytes: int = 0
    dpi: float | None = None

    def __post_init__(self) -> None:
        if self.mode not in BANDS or self.depth not in DEPTH_BYTES:
            raise ValueError(f"no pixels are named {self.mode} {self.depth}")
        if self.stride_bytes and self.stride_bytes < self.row_bytes:
            raise ValueError(f"rows of {self.row_bytes} bytes are {self.stride_bytes} apart")
        needed = (self.stride_bytes or self.row_bytes) * (self.height - 1) + self.row_bytes
        if self.width < 1 or self.height < 1 or memoryview(self.data).nbytes < needed:
            raise ValueError(f"{self.width}×{self.height} pixels need {needed} bytes")

    @property
    def pixel_bytes(self) -> int:
        """Of one pixel."""
        return BANDS[self.mode] * DEPTH_BYTES[self.depth]

    @property
    def row_bytes(self) -> int:
        """Of one row without what lies between rows."""
        return self.width * self.pixel_bytes


@dataclass(frozen=True)
class RegionIn:
    """A region to steer by: `priority` −2 … +2 inside `mask` (w·h bytes, ≥ 128 inside) of `box` (x, y, w, h)."""

    name: str
    priority: float
    box: Box
    mask: bytes = field(repr=False)
    feather_px: float = 0.0
    locked: bool = False
    visible: bool = True


@dataclass(frozen=True)
class ProposedRegion:
    """A mask that a segmenter offers, as in `RegionIn`; `score` 0 … 1; `priority` only where one is suggested.

    `memory` is the segmenter's own: hand it to the next `propose` that corrects this answer.
    """

    box: Box
    mask: bytes = field(repr=False)
    score: float
    label: str = ""
    priority: float | None = None
    memory: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Hello:
    """Who answers: version of protocol and program, process id, path of the log, device, and what it can do."""

    protocol: int
    version: str
    pid: int
    log: str
    device: str
    capabilities: dict


@dataclass(frozen=True)
class PictureRef:
    """A picture that the engine holds; `id` is the SHA-256 of what was sent."""

    id: str
    width: int
    height: int
    mode: str
    depth: str


@dataclass(frozen=True)
class Event:
    """A step of a job: state, progress, tile, note, done, failed or cancelled; `data` as in the protocol."""

    kind: str
    data: dict


# Values to and from the JSON of the protocol.

MASK_LIMIT_BYTES = 1 << 30


def packed_mask(mask: Any) -> str:
    """Base64 of zlib of the bytes; fast rather than small, for it travels only inside this computer."""
    return base64.b64encode(zlib.compress(mask, 1)).decode("ascii")


def unpacked_mask(text: str, length: int) -> bytes:
    """The `length` bytes of a packed mask. BridgeError where it is damaged or of another length."""
    try:
        mask = zlib.decompressobj().decompress(base64.b64decode(text), min(length + 1, MASK_LIMIT_BYTES))
    except (binascii.Error, zlib.error, ValueError) as error:
        raise BridgeError(f"The engine sent a damaged mask ({error}).", "Try again.", "damaged") from error
    if len(mask) != length:
        raise BridgeError("The engine sent a mask of another size.", "Try again.", "damaged")
    return mask


def region_json(region: RegionIn) -> dict:
    """A region as the protocol writes it."""
    return {
        "name": region.name,
        "priority": region.priority,
        "feather_px": region.feather_px,
        "locked": region.locked,
        "visible": region.visible,
        "box": list(region.box),
        "mask": packed_mask(region.mask),
    }


def proposal_of(row: dict) -> ProposedRegion:
    """A proposal as the protocol writes it."""
    x, y, width, height = row["box"]
    mask = unpacked_mask(row["mask"], width * height)
    return ProposedRegion(
        (x, y, width, height),
        mask,
        row["score"],
        row.get("label", ""),
        row.get("priority"),
        row.get("memory"),
    )


def hello_of(row: dict) -> Hello:
    """The engine's greeting."""
    return Hello(
        row["protocol"], row["version"], row["pid"], row["log"], row["device"], row.get("capabilities", {})
    )


def picture_of(row: dict) -> PictureRef:
    """A picture that the engine holds."""
    return PictureRef(row["id"], row["width"], row["height"], row["mode"], row["depth"])


def raw_query(planes: PixelPlanes) -> str:
    """How raw planes announce themselves."""
    told = {
        "kind": "raw",
        "width": planes.width,
        "height": planes.height,
        "mode": planes.mode,
        "depth": planes.depth,
        "stride_bytes": planes.stride_bytes,
        "icc_bytes": len(planes.icc or b""),
    }
    return query({**told, "dpi": planes.dpi})


def raw_body(planes: PixelPlanes) -> list:
    """Profile and rows, without a copy; whole strides, so the last row is filled up where it is cut short."""
    rows = memoryview(planes.data).cast("B")
    wanted = (planes.stride_bytes or planes.row_bytes) * planes.height
    parts = [memoryview(planes.icc or b""), rows[:wanted], memoryview(bytes(max(0, wanted - len(rows))))]
    return [part for part in parts if len(part)]


def query(values: dict) -> str:
    """`?a=1&b=2` of those that are not None, true and false in lower case; empty where there is none."""
    told = {name: _text(value) for name, value in values.items() if value is not None}
    return "?" + urlencode(told) if told else ""


def _text(value: Any) -> str | None:
    return str(value).lower() if isinstance(value, bool) else value
