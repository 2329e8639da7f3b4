"""What crosses the border between a host and the engine. Frozen; bytes only, for hosts bring no numpy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

BANDS = {"GREY": 1, "GREYA": 2, "RGB": 3, "RGBA": 4}
DEPTH_BYTES = {"u8": 1, "u16": 2, "f32": 4}
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Planes:
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
class Proposal:
    """A mask that a segmenter offers, as in `RegionIn`; `score` 0 … 1; `priority` only where one is suggested."""

    box: Box
    mask: bytes = field(repr=False)
    score: float
    label: str = ""
    priority: float | None = None


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
