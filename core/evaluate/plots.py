"""Line plots as inline SVG, in the colours of the page around them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 12, 44

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Axis:
    """Range, ticks and words of an axis. A logarithmic one draws what is below its range on its floor."""

    title: str
    low: float
    high: float
    ticks: tuple[float, ...]
    logarithmic: bool = False

    def share(self, value: float) -> float:
        """0 at `low`, 1 at `high`, never beyond."""
        low, high, here = self.low, self.high, min(max(value, self.low), self.high)
        if self.logarithmic:
            low, high, here = math.log10(low), math.log10(high), math.log10(here)
        return (here - low) / (high - low)


@dataclass(frozen=True)
class Line:
    """A line of a plot; a thin one is one of many, `label` is said where the mouse rests."""

    points: Points
    label: str
    thin: bool = False


def plot(x: Axis, y: Axis, lines: Sequence[Line]) -> str:
    """An SVG element; thin lines lie below the others."""
    along = lambda value: LEFT + x.share(value) * (WIDTH - LEFT - RIGHT)  # noqa: E731
    up = lambda value: HEIGHT - BOTTOM - y.share(value) * (HEIGHT - TOP - BOTTOM)  # noqa: E731
    parts = [_ticks(x, y, along, up)]
    parts += [_line(line, along, up) for line in sorted(lines, key=lambda line: not line.thin)]
    title = escape(f"{y.title} over {x.title}")
    head = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">'
    return "".join([head, *parts, "</svg>"])


def _line(line: Line, along: Callable[[float], float], up: Callable[[float], float]) -> str:
    places = " ".join(f"{along(x):.1f},{up(y):.1f}" for x, y in line.points)
    kind = "thin" if line.thin else "thick"
    return f'<polyline class="{kind}" points="{places}"><title>{escape(line.label)}</title></polyline>'


def _ticks(x: Axis, y: Axis, along: Callable[[float], float], up: Callable[[float], float]) -> str:
    floor, end = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = []
    for tick in x.ticks:
        parts.append(
            f'<line class="grid" x1="{along(tick):.1f}" x2="{along(tick):.1f}" y1="{TOP}" y2="{floor}"/>'
        )
        parts.append(f'<text x="{along(tick):.1f}" y="{floor + 16}" text-anchor="middle">{tick:g}</text>')
    for tick in y.ticks:
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{end}" y1="{up(tick):.1f}" y2="{up(tick):.1f}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{up(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>')
    middle = (LEFT + end) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">{escape(x.title)}</text>')
    turned = f'transform="translate(14 {(TOP + floor) / 2}) rotate(-90)" text-anchor="middle"'
    parts.append(f"<text {turned}>{escape(y.title)}</text>")
    return "".join(parts)
