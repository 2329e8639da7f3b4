"""One value that says everything about a run except the picture and its regions."""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.errors import UsageError

PRIORITY_LIMIT = 2.0
SCALE_LIMIT = 4.0
SEED_LIMIT = 2**63 - 1
STEP_LIMIT = 15


def checked_priority(value: float, name: str = "priority") -> float:
    """The value itself if it is a priority, −2 … +2; UsageError if not."""
    if not (math.isfinite(value) and abs(value) <= PRIORITY_LIMIT):
        raise UsageError(
            f"The {name} is {value:g}, which is outside −2 … +2.",
            "Take −2 Faithful, −1 Careful, 0 Balanced, +1 Rich or +2 Inventive, or a number between.",
        )
    return float(value)


@dataclass(frozen=True)
class UpscaleRequest:
    """What the user asks of one run. Equal requests on equal pictures and regions give equal pixels.

    | field | unit | None means |
    | --- | --- | --- |
    | method | name of a way to upscale | |
    | scale | target side / source side, > 1 … 4 | |
    | seed | 0 … 2^63 − 1 | |
    | detail | added to every priority, −4 … +4 | |
    | clean_up | 0 … 1 | estimated from the source |
    | device | "auto", "cpu", "cuda", "cuda:1", "mps" | |
    | precision | "auto", "float32", "bfloat16", "float16" | |
    | tile_px | width of a tile in source pixels, ≥ 32 | chosen from the memory budget |
    | tile_height_px | its height, ≥ 32 | square |
    | memory_bytes | working memory the tiles may take | chosen from what is free |
    | steps | of diffusion, 1 … 15 | as many as the method is made for |
    | seamless | the picture is a texture that goes on at its other side, and so does the target | |

    Raises UsageError when a field is outside its range.
    """

    method: str = "compact"
    scale: float = 4.0
    seed: int = 0
    detail: float = 0.0
    clean_up: float | None = None
    device: str = "auto"
    precision: str = "auto"
    tile_px: int | None = None
    tile_height_px: int | None = None
    memory_bytes: int | None = None
    steps: int | None = None
    seamless: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.scale) and 1.0 < self.scale <= SCALE_LIMIT):
            raise UsageError(f"The scale is {self.scale:g}.", "Take a number above 1, up to 4.")
        if not 0 <= self.seed <= SEED_LIMIT:
            raise UsageError(f"The seed is {self.seed}.", "Take a whole number from 0 to 2^63 − 1.")
        if not (math.isfinite(self.detail) and abs(self.detail) <= 2 * PRIORITY_LIMIT):
            raise UsageError(f"Detail is {self.detail:g}.", "Take a number from −4 to +4.")
        if self.clean_up is not None and not 0.0 <= self.clean_up <= 1.0:
            raise UsageError(f"Clean-up is {self.clean_up:g}.", "Take a number from 0 to 1.")
        if self.precision not in ("auto", "float32", "bfloat16", "float16"):
            raise UsageError(f"No precision is named {self.precision!r}.", "Take auto, float32 or bfloat16.")
        if self.steps is not None and not 1 <= self.steps <= STEP_LIMIT:
            raise UsageError(f"{self.steps} steps were asked for.", f"Take 1 … {STEP_LIMIT} steps.")
        for side in (self.tile_px, self.tile_height_px):
            if side is not None and side < 32:
                raise UsageError(f"A tile of {side} px is too small.", "Take 32 px or more.")
