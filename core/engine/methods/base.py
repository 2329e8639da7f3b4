"""What every way to upscale gives the engine: its numbers, and one estimate per tile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from torch import Tensor

    from core.tiling import MemoryCost


class TileInput(NamedTuple):
    """One tile, on the device and in the precision of the model.

    `source` (1, 3, h, w) and `noise` (1, 3, 4h, 4w; N(0, 1), None where W is 0 throughout) live in model range and
    layout; `weight` is W at target resolution (1, 1, 4h, 4w) in [0, 1]; `clean_up` in [0, 1]. In training all of them
    come in batches, `clean_up` as (B,).
    """

    source: Tensor
    weight: Tensor
    noise: Tensor | None
    clean_up: float | Tensor
    steps: int | None = None
    overlaps: Tensor | None = None


class Estimates(NamedTuple):
    """`target` follows the map, `faithful` is what W = 0 would give; both (1, 3, 4h, 4w), not clamped."""

    target: Tensor
    faithful: Tensor


@dataclass(frozen=True)
class TileNeeds:
    """`overlap_px` of neighbouring tiles and the `margin_px` of it that is not trusted, in source pixels; memory.

    `most_steps` is how many steps a user may ask for; `overlaps` whether tiles must bring theirs; `whole_pull` whether
    the method was taught that its targets, shrunk back, are the cleaned source: then clean-up does not weaken the pull;
    `phase` at multiples of what tiles must begin, for a network with a stride would else be out of step with the whole.
    `seconds_per_px` is what a source pixel of a tile takes, None where it was never measured.
    """

    overlap_px: int
    margin_px: int
    multiple: int
    cost: MemoryCost
    most_steps: int = 1
    overlaps: bool = False
    whole_pull: bool = False
    phase: int = 1
    seconds_per_px: float | None = None


class Method(Protocol):
    """A way to upscale ×4, with its model loaded. `licence` is what the catalog says of its weights."""

    name: str
    checkpoint: str
    sha256: str
    licence: str
    needs: TileNeeds

    def estimate(self, tile: TileInput) -> Estimates:
        """One tile, one step. Runs under the caller's grad mode."""
        ...

    def dirt(self, source: Tensor) -> float | None:
        """How much clean-up a patch (B, 3, h, w) in model range calls for, 0 … 1; None if the method cannot tell."""
        ...
