"""What a run came to, for its record. No torch here, so that records are read at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.geometry import Size


@dataclass(frozen=True)
class Outcome:
    """How a run went, for the record: what was chosen where the request left it open, and what it took.

    `licence` is that of the weights: a target made by non-commercial ones says so. `lr_psnr` (dB, RGB) says how near
    the ×4 target, shrunk back, is to the source; 0: it was not measured.
    """

    method: str
    checkpoint: str
    sha256: str
    clean_up: float
    device: str
    precision: str
    tile: Size
    tiles: int
    elapsed_s: float
    peak_bytes: int
    notes: tuple[str, ...]
    licence: str = ""
    lr_psnr: float = 0.0
