"""How large a spot may be so that its preview follows a hand on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.engine.order import SPOT_PX

if TYPE_CHECKING:
    from ui.engine.asks import Spot

QUICK_S, RESTED_S = 0.1, 0.5
SIDES_PX = (SPOT_PX, 96, 64, 48)
CONTEXT_PX = 24  # what an engine computes around a spot


class Pace:
    """Learns from the spots that came. Without any it takes the smallest but one."""

    def __init__(self) -> None:
        self._s_per_px: float | None = None

    def heard(self, spot: Spot) -> None:
        """A spot came, so fast."""
        self._s_per_px = spot.seconds / _computed(spot.box.width, spot.box.height)

    @property
    def quick_px(self) -> int:
        """The side of a spot that follows a hand."""
        return SIDES_PX[-2] if self._s_per_px is None else self._side_within(QUICK_S)

    @property
    def rested_px(self) -> int:
        """The side of a spot once the hand rests; the next move may have to wait for it."""
        return SIDES_PX[0] if self._s_per_px is None else self._side_within(RESTED_S)

    def _side_within(self, seconds: float) -> int:
        """The largest side whose preview takes so long at most; the smallest where none does."""
        each = self._s_per_px or 0.0
        return next((side for side in SIDES_PX if _computed(side, side) * each <= seconds), SIDES_PX[-1])


def _computed(width: int, height: int) -> int:
    return (width + CONTEXT_PX) * (height + CONTEXT_PX)
