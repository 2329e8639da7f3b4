"""An evaluation as one HTML file and as JSON."""

from __future__ import annotations

import json
import math
import secrets
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from core.evaluate.control import BALANCED, control_table, energy_table, mean_curve
from core.evaluate.goals import bar_table
from core.evaluate.quality import mean_table, picture_table, repeat_table
from core.files import write_whole
from core.metrics.lattice import power_table
from core.metrics.tables import json_ready, mean, number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from core.evaluate.control import RegionRamp
    from core.evaluate.evaluation import Evaluation
    from core.evaluate.figures import Figure
    from core.metrics.tables import Cell, Column, Table


# A report as one HTML file that needs nothing else: no script, no font, no picture from elsewhere.

STYLE = """
:root{color-scheme:light dark;--soft:#8884;--line:#0a7ea4}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1180px;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.5rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .7rem;border-bottom:1px solid var(--soft);text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left}thead th{font-weight:600}
td.best{font-weight:700}td.none{opacity:.5}
.row{display:flex;gap:.5rem;overflow-x:auto;padding-bottom:.4rem}
figure{margin:0 0 1.4rem}.row figure{margin:0}
figcaption{font-size:.82rem;opacity:.8}
img{display:block;image-rendering:pixelated}
svg{max-width:640px;width:100%;font:12px system-ui,sans-serif}
svg text{fill:currentColor}.grid{stroke:var(--soft)}
polyline{fill:none;stroke:var(--line);stroke-linejoin:round}
.thin{stroke-width:1;opacity:.3}.thick{stroke-width:2.5}
"""


def words(cell: Cell, column: Column) -> str:
    """A cell as people read it: — for what could not be had."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, str):
        return cell
    value = number(cell)
    return "—" if value is None else ("∞" if value == float("inf") else f"{value:.{column.digits}f}")


def heading(column: Column) -> str:
    """Name, unit and which way is better."""
    arrow = {"higher": " ↑", "lower": " ↓", "neither": ""}[column.better]
    unit = f", {column.unit}" if column.unit else ""
    return f"{column.name}{unit}{arrow}"


def table_html(table: Table, *, best: bool = False) -> str:
    """A table with its title; `best` sets off the best numbers of each column."""
    top = [table.best(k) if best else () for k in range(len(table.columns))]
    head = "".join(f"<th>{escape(heading(column))}</th>" for column in table.columns)
    rows = []
    for at, row in enumerate(table.rows):
        cells = zip(row.cells, table.columns, top, strict=True)
        shown = "".join(_cell(words(cell, column), best=at in tops) for cell, column, tops in cells)
        rows.append(f"<tr><td>{escape(row.name)}</td>{shown}</tr>")
    notes = "".join(f"<p>{escape(c.name)}: {escape(c.note)}.</p>" for c in table.columns if c.note)
    body = f"<thead><tr><th></th>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f'<div class="scroll"><table>{body}</table></div>{notes}'


def _cell(text: str, *, best: bool) -> str:
    kind = ' class="best"' if best else (' class="none"' if text == "—" else "")
    return f"<td{kind}>{escape(text)}</td>"


def figure_html(figure: Figure) -> str:
    """A row of panels under its title."""
    panels = "".join(
        f'<figure><img src="{panel.address}" alt="{escape(panel.caption)}"><figcaption>{escape(panel.caption)}'
        "</figcaption></figure>"
        for panel in figure.panels
    )
    return f'<figure><figcaption>{escape(figure.title)}</figcaption><div class="row">{panels}</div></figure>'


def section(title: str, *parts: str) -> str:
    """A heading with what belongs to it; nothing where there is nothing."""
    whole = "".join(parts)
    return f"<section><h2>{escape(title)}</h2>{whole}</section>" if whole else ""


def page(title: str, lines: Sequence[str], sections: Sequence[str]) -> str:
    """The whole document; `lines` say how it came about."""
    told = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1>{told}{''.join(sections)}</body></html>"
    )


# Line plots as inline SVG, in the colours of the page around them.

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
class PlotLine:
    """A line of a plot; a thin one is one of many, `label` is said where the mouse rests."""

    points: Points
    label: str
    thin: bool = False


def plot(x: Axis, y: Axis, lines: Sequence[PlotLine]) -> str:
    """An SVG element; thin lines lie below the others."""
    along = lambda value: LEFT + x.share(value) * (WIDTH - LEFT - RIGHT)  # noqa: E731
    up = lambda value: HEIGHT - BOTTOM - y.share(value) * (HEIGHT - TOP - BOTTOM)  # noqa: E731
    parts = [_ticks(x, y, along, up)]
    parts += [_line(line, along, up) for line in sorted(lines, key=lambda line: not line.thin)]
    title = escape(f"{y.title} over {x.title}")
    head = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">'
    return "".join([head, *parts, "</svg>"])


def _line(line: PlotLine, along: Callable[[float], float], up: Callable[[float], float]) -> str:
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


JSON_VERSION = 1
LEAST_LEAK = 1e-5


def tables(evaluation: Evaluation) -> tuple[Table, ...]:
    """All tables that hold something, the most telling first."""
    made = (
        bar_table(evaluation.bars),
        mean_table(evaluation.scores, evaluation.judges),
        control_table(evaluation.ramps),
        energy_table(evaluation.ramps),
        repeat_table(evaluation.repeats),
        power_table(evaluation.powers),
        picture_table(evaluation.scores, evaluation.judges),
    )
    return tuple(table for table in made if table.rows)


def describe_protocol(evaluation: Evaluation) -> tuple[str, ...]:
    """How the numbers came about, in sentences."""
    task, outcome = evaluation.task, evaluation.outcome
    model = f"{outcome.checkpoint} (SHA-256 {outcome.sha256[:12]}…)" if outcome.sha256 else outcome.checkpoint
    clean_ups = [picture.clean_up for picture in evaluation.pictures]
    cleaned = f"clean-up {min(clean_ups):g} … {max(clean_ups):g}"
    return (
        f"Method {outcome.method}, {model}, on {outcome.device} in {outcome.precision}.",
        f"Set “{task.folder.name}”, {len(clean_ups)} pictures, protocol {task.protocol.value}, {cleaned}.",
        f"Beside it: {', '.join(evaluation.rivals)}. The evaluation took {evaluation.seconds:.0f} s.",
    )


def as_dict(evaluation: Evaluation) -> dict[str, Any]:
    """Everything but the figures, ready for JSON."""
    task, outcome = evaluation.task, evaluation.outcome
    return json_ready(
        {
            "version": JSON_VERSION,
            "set": task.folder.name,
            "protocol": task.protocol.value,
            "run": outcome,
            "rivals": evaluation.rivals,
            "seconds": round(evaluation.seconds, 1),
            "bars": [
                {**json_ready(bar), "cleared": bar.cleared, "aimed": bar.aimed} for bar in evaluation.bars
            ],
            "means": mean_table(evaluation.scores, evaluation.judges),
            "clean_up": {picture.name: picture.clean_up for picture in evaluation.pictures},
            "scores": evaluation.scores,
            "ramps": evaluation.ramps,
            "leakage_over_distance": mean_curve(evaluation.ramps),
            "repeats": evaluation.repeats,
            "added": power_table(evaluation.powers),
        }
    )


def leakage_plot(ramps: Sequence[RegionRamp]) -> str:
    """Share of the change that reaches each distance, Faithful to Inventive; thin lines are regions."""
    lines = [PlotLine(_curve(ramp), ramp.name, thin=True) for ramp in ramps]
    lines.append(PlotLine(mean_curve(ramps), "mean of all regions"))
    ticks = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
    return plot(
        Axis("distance from the region, source px", 0.0, 112.0, (0, 8, 16, 32, 48, 64, 96)),
        Axis("change there / change inside", LEAST_LEAK, 1.0, ticks, logarithmic=True),
        lines,
    )


def _curve(ramp: RegionRamp) -> tuple[tuple[float, float], ...]:
    curve = ramp.result.curve
    middles = [(near + far) / 2 for near, far in zip(curve.edges_px, curve.edges_px[1:], strict=False)]
    return tuple(
        (at, share) for at, share in zip(middles, curve.shares, strict=True) if not math.isnan(share)
    )


def energy_plot(ramps: Sequence[RegionRamp]) -> str:
    """High-frequency energy over the five steps, as a multiple of that at Balanced."""
    lines = [
        PlotLine(_energies(ramp), ramp.name, thin=True)
        for ramp in ramps
        if ramp.result.energy.values[BALANCED]
    ]
    if not lines:
        return ""
    steps = [[line.points[step][1] for line in lines] for step in range(len(lines[0].points))]
    middle = tuple((lines[0].points[k][0], mean(list(values)) or 0.0) for k, values in enumerate(steps))
    top = max(1.5, *(value for line in lines for _, value in line.points))
    ticks = tuple(round(top * share, 2) for share in (0, 0.25, 0.5, 0.75, 1))
    return plot(
        Axis("priority", -2.0, 2.0, (-2, -1, 0, 1, 2)),
        Axis("energy / energy at Balanced", 0.0, top, ticks),
        [*lines, PlotLine(middle, "mean of all regions")],
    )


def _energies(ramp: RegionRamp) -> tuple[tuple[float, float], ...]:
    values = ramp.result.energy.values
    return tuple(zip(ramp.result.priorities, (value / values[BALANCED] for value in values), strict=True))


def html(evaluation: Evaluation) -> str:
    """The report: what was asked and found, then the pictures, then every number."""
    *first, last = (_table_section(table) for table in tables(evaluation))
    sections = list(first)
    ramps, pictures = evaluation.ramps, evaluation.pictures
    if ramps:
        sections.append(section("Leakage over distance, Faithful to Inventive", leakage_plot(ramps)))
        sections.append(section("Energy over priority", energy_plot(ramps)))
    shown = [figure_html(picture.quality_figure) for picture in pictures if picture.quality_figure]
    sections.append(section("Side by side", *shown))
    steps = [figure_html(figure) for picture in pictures for figure in picture.ramp_figures]
    sections.append(section("One region at every step; the number is its high-frequency energy", *steps))
    return page(
        f"Evaluation of {evaluation.outcome.method}", describe_protocol(evaluation), [*sections, last]
    )


def _table_section(table: Table) -> str:
    return section(table.title, table_html(table, best=table.title.startswith("Quality, mean")))


def check_place(path: Path) -> None:
    """OutputError where no file can be made beside `path`: to be asked before hours of work."""
    probe = path.with_name(f".{path.name}.{secrets.token_hex(4)}.probe")
    write_whole(probe, "")
    probe.unlink()


def write_report(evaluation: Evaluation, path: Path) -> None:
    """One HTML file, pictures inside."""
    write_whole(path, html(evaluation))


def write_json(evaluation: Evaluation, path: Path) -> None:
    """Every number."""
    write_whole(path, json.dumps(as_dict(evaluation), indent=1, allow_nan=False) + "\n")
