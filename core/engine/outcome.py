"""What a run came to, for its record. No torch here, so that records are read at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.geometry import Size


@dataclass(frozen=True)
class Outcome:
    """How a run went, for the record: what was chosen where the request left it open, and what it took.

    `licence` is that of the weights: a target made by non-commercial ones says so.
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
